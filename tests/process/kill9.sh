#!/bin/bash
# Hub or node is killed with -9 at random moments of imports, records and syncs,
# ROUNDS times (default 50): what was printed as saved is there, each counted once.
# SEED repeats a run.
# shellcheck source=tests/process/lib.sh
. "$(dirname "$0")/lib.sh"

seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
rounds=${ROUNDS:-50}
echo "# kill9: SEED=$seed ROUNDS=$rounds"
RANDOM=$((seed % 32768))

small_province
join a xa-a
run_node() { start a "$build/node/gonha-node" run --dir "$work/a" --hub "$sync"; }
run_hub() {
	start hub "$build/hub/gonha-hub" run --dir "$work/hub" --sync "$sync" --http "$http" --http-open-loopback
}
run_node

# Within 16, 64 or 256 ms, busy or not: the point is that it is any moment.
any_moment() { sleep "0.$(printf %03d $((RANDOM % (16 << 2 * (RANDOM % 3)))))"; }
# The import itself, or the loop and the command that it is at.
# shellcheck disable=SC2046 # a list of numbers
kill_writer() {
	kill -9 "$writer" $(cat "/proc/$writer/task/$writer/children" 2>/dev/null) 2>/dev/null
}

: >"$work/ids"
household=0
file_size=2000
cut=0
# Each round writes the next households: by a file, or one by one, and loses a process meanwhile.
for ((round = 1; round <= rounds; round++)); do
	first=$((household + 1))
	if ((round % 2)); then
		household=$((household + file_size))
		visits $first $household >"$work/file-$round.csv"
		"$build/node/gonha-node" import --dir "$work/a" "$work/file-$round.csv" >>"$work/import.log" 2>&1 &
		writer=$!
	else
		household=$((household + 5))
		for ((h = first; h <= household; h++)); do
			node record visit --dir "$work/a" date=2022-06-01 team=to-a1 place=home \
				household=$h topic=vneid 2>>"$work/record.log"
		done >>"$work/ids" &
		writer=$!
	fi
	any_moment
	case $((RANDOM % 4)) in
	0) stop hub KILL ;;
	1) stop a KILL ;;
	2) kill_writer ;;
	*)
		stop hub KILL
		stop a KILL
		kill_writer
		;;
	esac
	wait $writer 2>/dev/null
	[ $? -ne 137 ] || cut=$((cut + 1))
	# An import that was cut short is resumed by importing it again; so is one that was not.
	if ((round % 2)); then
		run node import --dir "$work/a" "$work/file-$round.csv"
		[ "$status" -eq 0 ] || not_ok "round $round: import again" "$err"
	fi
	[ -n "$pid_hub" ] || run_hub
	[ -n "$pid_a" ] || run_node
done
ok "$rounds kills"
if [ $cut -gt 0 ]; then
	ok "some of them hit a command at work ($cut)"
else
	not_ok 'some of them hit a command at work'
fi

wait_until 30 healthy
synced a 120
list=$(node list --dir "$work/a" --format json)
jq -r '.rows[].id' <<<"$list" | sort >"$work/listed"
# An import prints the first and the last of its ids: "ids A:1..A:2000".
sed -n 's/.* ids \([^:]*\):\([0-9]*\)\.\.[^:]*:\([0-9]*\),.*/\1 \2 \3/p' "$work/import.log" |
	awk '{ for (i = $2; i <= $3; i++) print $1 ":" i }' >>"$work/ids"
sort -u "$work/ids" | grep . >"$work/printed"
is 'every id that was printed is there' "$(comm -23 "$work/printed" "$work/listed")" ''
is 'some ids were printed' "$(($(wc -l <"$work/printed") > rounds))" 1
is 'no id twice' "$(uniq -d "$work/listed")" ''

# Import ids keep files from being stored twice; single records are stored at most as often as typed.
jq -r '.rows[] | select(.state == "current") | .household' <<<"$list" | sort -n >"$work/households"
is 'no household twice' "$(uniq -d "$work/households" | head)" ''
for ((round = 1; round <= rounds; round += 2)); do tail -n +2 "$work/file-$round.csv" | cut -d, -f4; done |
	sort >"$work/imported"
is 'every line of every file is there' "$(comm -23 "$work/imported" <(sort "$work/households"))" ''
n=$(wc -l <"$work/households")
is 'the hub counts every household' "$(rate visit_household a1 --level village | cut -d' ' -f1)" "$n/60000"
is 'and every visit once' "$(rate visit_count 22)" "$n/null null"
is 'neither stopped of itself' "$(grep -h ' error: ' "$work/a.log" "$work/hub.log")" ''
stop a
stop hub
verified hub a
rebuilt=$(hub rates --dir "$work/hub" --indicator visit_household --level village --format csv)
exits 0 'verify --rebuild' hub verify --dir "$work/hub" --rebuild
is 'a rebuild gives the same rates' \
	"$(hub rates --dir "$work/hub" --indicator visit_household --level village --format csv)" "$rebuilt"
finish
