#!/bin/bash
# [S-7] A node that has no hub records all the same, for days, and catches up; the order
# in which things start does not matter.
# shellcheck source=tests/process/lib.sh
. "$(dirname "$0")/lib.sh"

small_province
join a xa-a
join b xa-b
stop hub

start_node a
ids=()
for day in 01 02 03 04 05 06 07; do
	run node record visit --dir "$work/a" date=2022-06-$day team=to-a1 place=home household=${day#0} topic=vneid
	ids+=("$out")
done
is 'seven records, each with its id' "$(printf '%s\n' "${ids[@]}" | grep -cE '^[^ ]+:[0-9]+$')" 7
visits 1 100 to-b1 >"$work/b.csv"
exits 0 'an import without a daemon and without a hub' node import --dir "$work/b" "$work/b.csv"
run node status --dir "$work/a" --format json
is 'a waits with seven records or more' "$(jq '.pending >= 7' <<<"$out")" true

start_hub
synced a
is 'a delivered when the hub came back' "$(rate visit_household a1 --level village)" '7/60000 0.01'
is 'b has delivered nothing yet' "$(rate visit_household b1 --level village)" '0/100 0'
start_node b
synced b
is 'b delivers when it starts' "$(rate visit_household b1 --level village)" '100/100 100'

# The link is cut while both run; what is typed beside the daemon goes as soon as it is back.
stop hub KILL
run node record visit --dir "$work/a" date=2022-06-08 team=to-a2 place=home household=8 topic=vneid
eighth=$out
is 'recorded while the hub is dead' "$status" 0
start_hub
synced a
is 'and counted after' "$(rate visit_household a2 --level village)" '1/200 0.5'

exits 0 'a correction' node correct --dir "$work/a" "$eighth" household=9
exits 0 'a void' node void --dir "$work/a" "${ids[0]}" --reason 'typed twice'
synced a
is 'the void is counted' "$(rate visit_household a1 --level village)" '6/60000 0.01'
is 'the correction is' "$(rate visit_household a2 --level village)" '1/200 0.5'
stop a
stop b
stop hub
verified hub a b
finish
