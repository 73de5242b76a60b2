#!/bin/bash
# Who typed a record learns where it is: here, at the hub, counted, or not and
# why; also when the hub changes its mind.
# shellcheck source=tests/process/lib.sh
. "$(dirname "$0")/lib.sh"

custody() { node list --dir "$work/a" --custody --format json | jq -r --arg n "$1" '.rows[] | select(.household == $n) | .custody'; }
is_custody() { [ "$(custody "$1")" = "$2" ]; }
becomes() { # HOUSEHOLD CUSTODY WHAT
	wait_until 40 is_custody "$1" "$2"
	is "$3" "$(custody "$1")" "$2"
}
visit() { # HOUSEHOLD
	must node record visit --dir "$work/a" date=2022-06-01 team=to-a1 place=home household="$1" topic=vneid
}
team_ends() { # DAY, or nothing
	printf 'code,unit,kind,name,members,valid_from,valid_to\nto-a1,a1,local,Tổ A1,5,,%s\n' "$1" >"$work/teams.csv"
	must hub registry import --dir "$work/hub" "$work/teams.csv"
}

small_province
join a xa-a
visit 1
is 'before any link' "$(custody 1)" here
start_node a
becomes 1 counted 'counted'

# The team ends at the hub while the node, offline, still writes for it.
stop a
visit 2
team_ends 2022-05-31
start_node a
becomes 2 'not counted: unknown_team to-a1' 'a record that cannot be placed'
becomes 1 'not counted: unknown_team to-a1' 'and one that could be placed before'
exits 1 'status asks for a person' node status --dir "$work/a"
like 'and says what to do' "$out" 'todo: records are not counted: `list --custody`'
is 'status counts them' "$(node status --dir "$work/a" --format json | jq .not_counted)" 2
is 'the rate agrees' "$(rate visit_count 22)" '0/null null'

team_ends ''
becomes 2 counted 'the team is in force again'
becomes 1 counted 'for both'
is 'the rate agrees again' "$(rate visit_count 22)" '2/null null'

stop hub
visit 3
is 'the hub is away' "$(custody 3)" here
is 'without --custody there is no such column' "$(node list --dir "$work/a" --format csv | head -n 1 | grep -c custody)" 0
stop a
verified hub a
finish
