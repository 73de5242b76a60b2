#!/bin/bash
# The hub's HTTP: health, metrics, rates and nodes; and its refusals.
# shellcheck source=tests/process/lib.sh
. "$(dirname "$0")/lib.sh"

small_province
join a xa-a
start_node a
visits 1 50 to-a2 >"$work/visits.csv"
must node import --dir "$work/a" "$work/visits.csv"
synced a

# get PATH [CURL OPTION...]: body in $body, status in $code, headers in $work/headers.
get() {
	code=$(curl -s -o "$work/body" -D "$work/headers" -w '%{http_code}' "${@:2}" "http://$http$1")
	body=$(cat "$work/body")
}
get /healthz
is 'healthz: 200' "$code" 200
get /metrics
is 'metrics: 200' "$code" 200
like 'metrics: Prometheus text' "$(cat "$work/headers")" '^[Cc]ontent-[Tt]ype: text/plain'
like 'metrics: help and type of every family' "$body" '^# TYPE gonha_'

rates=/api/v1/rates
get "$rates?indicator=visit_household&level=commune"
is 'rates: 200' "$code" 200
is 'rates: a row a commune' "$(jq -r '[.rows[].unit] | join(" ")' <<<"$body")" 'xa-a xa-b'
is 'rates: counted' "$(jq -c '.rows[0] | [.numerator, .denominator, .percent]' <<<"$body")" '[50,60200,0.08]'
is 'rates: facts' "$(jq -r '.indicator, .kind, .nodes_expected, .nodes_fresh' <<<"$body" | paste -sd' ')" \
	'visit_household coverage 1 1'
is 'rates: the same as the command' "$(jq -cS '.rows' <<<"$body")" \
	"$(hub rates --dir "$work/hub" --indicator visit_household --level commune --format json | jq -cS .rows)"
get "$rates?indicator=visit_household&unit=a2"
is 'rates: a unit by itself' "$(jq -c '[.rows[] | [.unit, .level, .numerator]]' <<<"$body")" '[["a2","village",50]]'
get "$rates?indicator=visit_household&level=commune&format=csv"
like 'rates: CSV' "$body" '^unit,name,level,numerator,denominator,percent'
# [S-10]
get /api/v1/nodes
is 'nodes: 200' "$code" 200
is 'nodes: the one that joined' "$(jq -r '.rows[] | "\(.unit) \(.state) \(.pending)"' <<<"$body")" 'xa-a active 0'

# problem STATUS WHAT PATH [CURL OPTION...]
problem() {
	get "$3" "${@:4}"
	is "$2: $1" "$code" "$1"
	like "$2: problem+json" "$(cat "$work/headers")" '^[Cc]ontent-[Tt]ype: application/problem\+json'
	is "$2: status in the body" "$(jq .status <<<"$body")" "$1"
}
problem 404 'no such indicator' "$rates?indicator=nothing"
problem 404 'no such unit' "$rates?indicator=visit_household&unit=nowhere"
problem 400 'no indicator' "$rates"
problem 400 'no such level' "$rates?indicator=visit_household&level=galaxy"
problem 400 'a wrong date' "$rates?indicator=visit_household&from=2022-02-30"
problem 400 'an unknown parameter' "$rates?indicator=visit_household&colour=red"
problem 400 'a tally has no team level' "$rates?indicator=svc_birth&level=team"
problem 404 'no such page' /api/v1/nothing
problem 405 'a method it does not have' "$rates?indicator=visit_household" -X DELETE

exits 1 'a second daemon on one directory' hub run --dir "$work/hub" --sync "tcp://127.0.0.1:$(free_port)" --http off
like 'and says so' "$err" 'runs here already'
exits 1 'a second daemon of one node' node run --dir "$work/a"
like 'and says so' "$err" 'runs here already'
stop hub
start hub "$build/hub/gonha-hub" run --dir "$work/hub" --sync "$sync" --http "$http"
wait_until 20 healthy
problem 401 'no token where loopback is not open' "$rates?indicator=visit_household"
like 'and says how to authenticate' "$(cat "$work/headers")" '^[Ww][Ww][Ww]-[Aa]uthenticate: Bearer'
problem 401 'a wrong token' "$rates?indicator=visit_household" -H 'Authorization: Bearer wrong'
exits 0 'a token is added' hub token add --dir "$work/hub" --role viewer --name 'Sở A'
token=${out##* }
get "$rates?indicator=visit_household" -H "Authorization: Bearer $token"
is 'its last word opens the API' "$code" 200
exits 0 'tokens are listed' hub token list --dir "$work/hub" --format csv
is 'by name and role, without themselves' "$out" $'name,role\nSở A,viewer'
exits 1 'no token of a name' hub token remove --dir "$work/hub" --name nobody
like 'and says so' "$err" 'no token named "nobody"'
exits 0 'a token is removed' hub token remove --dir "$work/hub" --name 'Sở A'
problem 401 'a removed token' "$rates?indicator=visit_household" -H "Authorization: Bearer $token"
get /healthz
is 'healthz stays open' "$code" 200
verified hub a
finish
