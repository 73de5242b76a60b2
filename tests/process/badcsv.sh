#!/bin/bash
# A faulty file is refused whole: exit 1, the faults by line, nothing stored.
# shellcheck source=tests/process/lib.sh
. "$(dirname "$0")/lib.sh"

small_province
join a xa-a
files=$work/files
mkdir "$files"
stored() { node list --dir "$work/a" --format json | jq '.rows | length'; }

# refuses WHAT FILE PATTERN: FILE, from standard input, is refused in words that match.
refuses() {
	local file=$files/$2
	cat >"$file"
	exits 1 "$1: exit 1" node import --dir "$work/a" "$file"
	like "$1: says so" "$err" "$3"
	is "$1: nothing stored" "$(stored)" 0
}
good='2022-06-01,to-a1,home,7,vneid'
head='date,team,place,household,topic'

refuses 'month 13' month.csv 'month\.csv:3: date: .*"2022-13-01"' <<<"$head"$'\n'"$good"$'\n''2022-13-01,to-a1,home,8,vneid'
refuses '30 of February' february.csv 'february\.csv:2: date: .*"30/02/2022"' <<<"$head"$'\n''30/02/2022,to-a1,home,8,vneid'
refuses 'no date' nodate.csv 'nodate\.csv:2: date: ' <<<"$head"$'\n'',to-a1,home,8,vneid'
refuses 'unknown team' team.csv 'team\.csv:3: team: .*"to-z9"' <<<"$head"$'\n'"$good"$'\n''2022-06-01,to-z9,home,8,vneid'
refuses 'team of another commune' other.csv 'other\.csv:2: team: .*"to-b1"' <<<"$head"$'\n''2022-06-01,to-b1,home,8,vneid'
refuses 'unknown topic' topic.csv 'topic\.csv:2: topic: .*"flying"' <<<"$head"$'\n''2022-06-01,to-a1,home,8,flying'
refuses 'unknown place' place.csv 'place\.csv:2: place: .*"moon"' <<<"$head"$'\n''2022-06-01,to-a1,moon,8,vneid'
refuses 'household 0' zero.csv 'zero\.csv:2: household: .*"0"' <<<"$head"$'\n''2022-06-01,to-a1,home,0,vneid'
refuses 'household 65536' large.csv 'large\.csv:2: household: .*"65536"' <<<"$head"$'\n''2022-06-01,to-a1,home,65536,vneid'
refuses 'household abc' abc.csv 'abc\.csv:2: household: expected .*, got "abc"' <<<"$head"$'\n''2022-06-01,to-a1,home,abc,vneid'
refuses 'a missing column' column.csv 'column\.csv.*team' <<<$'date,place,household,topic\n2022-06-01,home,8,vneid'
refuses 'a column twice' twice.csv 'twice\.csv:1: .*team' <<<$'date,team,team,place,household,topic\n2022-06-01,to-a1,to-a1,home,8,vneid'
refuses 'an unknown column' unknown.csv 'unknown\.csv:1: .*colour' <<<"$head"$',colour\n'"$good,red"
refuses 'a row too short' short.csv 'short\.csv:3: ' <<<"$head"$'\n'"$good"$'\n''2022-06-01,to-a1,home'
refuses 'a stray quote' quote.csv 'quote\.csv:2: ' <<<"$head"$'\n''2022-06-01,to-a1,ho"me,8,vneid'
refuses 'an open quote' open.csv 'open\.csv:[23]: ' <<<"$head"$'\n''2022-06-01,to-a1,home,8,"vneid'
printf '%s\n2022-06-01,to-a1,home,8,vn\xff\xfeid\n' "$head" |
	refuses 'not UTF-8' latin.csv 'latin\.csv:2: .*UTF-8'
refuses 'an empty file' empty.csv 'empty\.csv.*empty' </dev/null
refuses 'a header of no kind' kind.csv 'kind\.csv:1: ' <<<$'a,b\n1,2'

{
	echo "$head"
	for ((i = 0; i < 70; i++)); do echo '2022-06-01,to-a1,home,x,vneid'; done
} >"$files/many.csv"
exits 1 '70 faulty lines: exit 1' node import --dir "$work/a" "$files/many.csv"
is '70 faulty lines: the first 50 are listed' "$(grep -c 'many.csv:[0-9]*: household' <<<"$err")" 50
like '70 faulty lines: and counted' "$err" 70
is '70 faulty lines: nothing stored' "$(stored)" 0

visits 1 5 >"$files/good.csv"
exits 1 'a good and a bad file together: exit 1' node import --dir "$work/a" "$files/good.csv" "$files/team.csv"
is 'a good and a bad file together: nothing stored' "$(stored)" 0
exits 1 'a file that is not there' node import --dir "$work/a" "$files/none.csv"
like 'a file that is not there: is named' "$err" 'none\.csv'

awk -v head="$head" 'BEGIN {
	print head
	for (i = 0; i < 1000000; i++)
		printf "2022-06-%02d,to-a1,home,%d,vneid\n", 1 + i % 30, 1 + i % 60000
	print "2022-06-01,to-a1,home,70000,vneid"
}' >"$files/million.csv"
exits 1 'a million lines, the last one bad: exit 1' node import --dir "$work/a" "$files/million.csv"
like 'a million lines, the last one bad: is named' "$err" 'million\.csv:1000002: household'
is 'a million lines, the last one bad: nothing stored' "$(stored)" 0

# What Excel and Windows make of it is welcome.
printf '\xef\xbb\xbfTopic;household;place;team;date\r\nvneid;05;home;to-a1;01/06/2022\r\n' |
	sed 's/Topic/topic/' >"$files/excel.csv"
exits 0 'BOM, semicolons, CRLF, another order, 01/06/2022, household 05' \
	node import --dir "$work/a" "$files/excel.csv"
is 'stored as 2022-06-01, household 5' \
	"$(node list --dir "$work/a" --format json | jq -r '.rows[] | "\(.date) \(.household)"')" '2022-06-01 5'

hub_refuses() {
	cat >"$files/$2"
	exits 1 "registry: $1: exit 1" hub registry import --dir "$work/hub" "$files/$2"
	like "registry: $1: says so" "$err" "$3"
}
before=$(hub rates --dir "$work/hub" --indicator team_count --format json | jq -c .rows)
hub_refuses 'a team of an unknown unit' teams2.csv 'teams2\.csv:2: unit: .*"nowhere"' \
	<<<$'code,unit,kind,name,members\nto-x,nowhere,local,X,3'
hub_refuses 'an unknown level' units2.csv 'units2\.csv:2: level: .*"galaxy"' <<<$'code,parent,level,name\nx,22,galaxy,X'
hub_refuses 'a unit that is its own parent' units3.csv 'units3\.csv' <<<$'code,parent,level,name\nx,x,commune,X'
is 'registry: nothing changed' "$(hub rates --dir "$work/hub" --indicator team_count --format json | jq -c .rows)" "$before"

start_node a
synced a
is 'the hub counts the one good record' "$(rate visit_household a1 --level village)" '1/60000 0'
verified hub a
finish
