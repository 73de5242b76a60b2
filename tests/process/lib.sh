# Shared by the process tests: real programs, real sockets, real disks, each
# test in a directory of its own. Source it first; end with `finish`.
#
# BUILD is where the programs are (default build/release). A test that fails
# keeps its directory and names it.
# shellcheck shell=bash

set -uo pipefail
export LC_ALL=C.UTF-8
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${BUILD:-$repo/build/release}
test_name=$(basename "$0" .sh)
work=$(mktemp -d "${TMPDIR:-/tmp}/gonha-$test_name.XXXXXX")
passes=0
fails=0
pids=()

hub() { "$build/hub/gonha-hub" "$@"; }
node() { "$build/node/gonha-node" "$@"; }

ok() {
	passes=$((passes + 1))
	echo "ok $test_name: $1"
}
not_ok() {
	fails=$((fails + 1))
	echo "not ok $test_name: $1"
	[ $# -lt 2 ] || printf '%s\n' "$2" | head -n 20 | sed 's/^/    /'
}
# is WHAT GOT EXPECTED
is() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got:      $2"$'\n'"expected: $3"; fi
}
# like WHAT TEXT PATTERN (extended regular expression)
like() {
	if grep -qE -- "$3" <<<"$2"; then ok "$1"; else not_ok "$1" "no /$3/ in:"$'\n'"$2"; fi
}
# Runs a command, keeps its output in $out, stderr in $err, its exit status in $status.
run() {
	out=$("$@" 2>"$work/stderr")
	status=$?
	err=$(cat "$work/stderr")
}
# exits STATUS WHAT COMMAND...
exits() {
	local expected=$1 what=$2
	shift 2
	run "$@"
	if [ "$status" -eq "$expected" ]; then
		ok "$what"
	else
		not_ok "$what" "exit status $status, expected $expected: $*"$'\n'"$out"$'\n'"$err"
	fi
}
# Setting up is no test: when it fails nothing after it means anything.
must() {
	"$@" >"$work/must" 2>&1 && return
	not_ok "set up: $*" "$(cat "$work/must")"
	finish
}

# wait_until SECONDS COMMAND...: polls a condition; false when the deadline passes.
wait_until() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] || return 1
		sleep 0.1
	done
}
# A port of loopback that nobody listens on, below the ephemeral range.
free_port() {
	local port
	while :; do
		port=$((10000 + RANDOM % 20000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

# start NAME COMMAND...: in the background, output in $work/NAME.log, pid in pid_NAME.
start() {
	local name=$1
	shift
	"$@" >>"$work/$name.log" 2>&1 &
	printf -v "pid_$name" %s $!
	pids+=($!)
}
# stop NAME [SIGNAL]: ends what start began and waits for it.
stop() {
	local variable=pid_$1
	local pid=${!variable:-}
	[ -n "$pid" ] || return 0
	kill -"${2:-TERM}" "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	printf -v "$variable" %s ''
}

# make_hub: a hub in $work/hub with its ports chosen, not started.
make_hub() {
	sync=tcp://127.0.0.1:$(free_port)
	http=127.0.0.1:$(free_port)
	must hub init --dir "$work/hub" --name "Quảng Ninh" --code 22
}
# small_province: a hub with two communes (xa-a, xa-b), started; see tests/data/small.
small_province() {
	make_hub
	must hub registry import --dir "$work/hub" "$repo/tests/data/small"
	start_hub
}
healthy() { curl -sf "http://$http/healthz"; }
start_hub() {
	start hub "$build/hub/gonha-hub" run --dir "$work/hub" --sync "$sync" --http "$http" \
		--http-open-loopback
	wait_until 20 healthy || {
		not_ok "the hub starts" "$(cat "$work/hub.log")"
		finish
	}
}
# join NAME UNIT: a node in $work/NAME; the hub runs.
join() {
	local token
	token=$(hub invite --dir "$work/hub" --unit "$2" --hub "$sync") || {
		not_ok "set up: invite $2"
		finish
	}
	must node join --dir "$work/$1" "$token"
}
start_node() {
	local name=$1
	shift
	start "$name" "$build/node/gonha-node" run --dir "$work/$name" "$@"
}
pending() { node status --dir "$work/$1" --format json | jq -r .pending; }
has_pending() { [ "$(pending "$1")" = "$2" ]; }
# synced NAME [SECONDS]: until every entry of the node has a receipt.
synced() {
	wait_until "${2:-60}" has_pending "$1" 0 || {
		not_ok "$1 gets receipts for all" "$(node status --dir "$work/$1" 2>&1; tail -n 5 "$work/$1.log" "$work/hub.log" 2>&1)"
		return 1
	}
}
# visits FROM TO [TEAM]: a CSV of one home visit in each household FROM..TO.
visits() {
	echo date,team,place,household,topic
	seq "$1" "$2" | sed "s/.*/2022-06-01,${3:-to-a1},home,&,vneid/"
}
# rate INDICATOR UNIT [OPTION...]: "numerator/denominator percent" of the unit's row.
rate() {
	local indicator=$1 unit=$2
	shift 2
	hub rates --dir "$work/hub" --indicator "$indicator" --format json "$@" |
		jq -r --arg unit "$unit" '.rows[] | select(.unit == $unit) | "\(.numerator)/\(.denominator) \(.percent)"'
}
# verified NAME...: `hub` or a node's name; each must verify clean.
verified() {
	local name
	for name; do
		if [ "$name" = hub ]; then
			exits 0 "verify hub" hub verify --dir "$work/hub"
		else
			exits 0 "verify $name" node verify --dir "$work/$name"
		fi
	done
}

clean_up() {
	local pid
	for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
	wait 2>/dev/null
	[ "$fails" -gt 0 ] || rm -rf "$work"
}
finish() {
	if [ "$fails" -gt 0 ]; then echo "# $test_name: everything of this run is in $work"; fi
	echo "# $test_name: $passes passed, $fails failed"
	exit $((fails > 0))
}
trap clean_up EXIT
trap 'exit 130' INT TERM
