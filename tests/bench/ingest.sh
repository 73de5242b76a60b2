#!/bin/bash
# tests/bench/ingest.sh [ENTRIES [NODES]]: visits that wait at the nodes go to the
# hub over CURVE, are verified, made durable and counted; beside it LMDB appends
# the same bytes, 10,000 a commit. BUILD is where the programs are.
set -euo pipefail
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
entries=${1:-2000000}
nodes=${2:-4}
each=$((entries / nodes))
work=$(mktemp -d "${TMPDIR:-/tmp}/gonha-ingest.XXXXXX")
pids=()
clean_up() {
	[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
	wait 2>/dev/null || true
	rm -rf "$work"
}
trap clean_up EXIT
hub=$BUILD/hub/gonha-hub
node=$BUILD/node/gonha-node
port=$((20000 + RANDOM % 10000))
sync=tcp://127.0.0.1:$port
http=127.0.0.1:$((port + 1))

start_hub() {
	"$hub" run --dir "$work/hub" --sync "$sync" --http "$http" --http-open-loopback 2>>"$work/hub.log" &
	pids+=($!)
	until curl -sf "http://$http/healthz" >/dev/null; do sleep 0.05; done
}
metric() { curl -s "http://$http/metrics" | awk -v name="$1" '$1 == name { print $2 }'; }
now() { date +%s%N; }

# Each commune: 40 villages with a team each, 250 households, visits of a year.
mkdir "$work/registry"
export work
awk -v n="$nodes" 'BEGIN {
	dir = ENVIRON["work"] "/registry/"
	print "code,parent,level,name\n22,,province,Quảng Ninh" >(dir "units.csv")
	print "code,unit,kind,name,members" >(dir "teams.csv")
	for (i = 1; i <= n; i++) {
		printf "x%d,22,commune,Xã %d\n", i, i >(dir "units.csv")
		for (v = 1; v <= 40; v++) {
			printf "x%d-%d,x%d,village,Thôn %d\n", i, v, i, v >(dir "units.csv")
			printf "t%d-%d,x%d-%d,local,Tổ %d,7\n", i, v, i, v, v >(dir "teams.csv")
		}
	}
}'
visits() { # NODE
	awk -v i="$1" -v n="$each" 'BEGIN {
		srand(i)
		print "date,team,place,household,topic"
		for (k = 0; k < n; k++) {
			day = int(k * 365 / n)
			printf "2022-%02d-%02d,t%d-%d,home,%d,vneid\n", 1 + int(day / 31), 1 + day % 28, i,
				1 + int(rand() * 40), 1 + int(rand() * 250)
		}
	}'
}

"$hub" init --dir "$work/hub" --name "Quảng Ninh" --code 22 >/dev/null 2>&1
"$hub" registry import --dir "$work/hub" "$work/registry" >/dev/null
start_hub
for ((i = 1; i <= nodes; i++)); do
	"$node" join --dir "$work/n$i" "$("$hub" invite --dir "$work/hub" --unit "x$i" --hub "$sync")" >/dev/null
	visits "$i" >"$work/visits.csv"
	"$node" import --dir "$work/n$i" "$work/visits.csv" >/dev/null
done
before=$(metric gonha_log_entries)
folded_before=$(metric gonha_entries_folded_total)
total=$((each * nodes))

for ((i = 1; i <= nodes; i++)); do
	"$node" run --dir "$work/n$i" 2>>"$work/n$i.log" &
	pids+=($!)
done
begun=
while :; do
	held=$(($(metric gonha_log_entries) - before))
	at=$(now)
	if [ -z "$begun" ] && [ "$held" -gt 0 ]; then
		begun=$at
		held_first=$held
	fi
	[ "$held" -lt "$total" ] || break
	sleep 0.05
done
stored=$at
until [ $(($(metric gonha_entries_folded_total) - folded_before)) -ge "$total" ]; do sleep 0.05; done
counted=$(now)
awk -v n=$((total - held_first)) -v a="$begun" -v b="$stored" -v c="$counted" 'BEGIN {
	printf "hub: %d entries; durable %.0f/s, durable and counted %.0f/s\n", n, n / (b - a) * 1e9, n / (c - a) * 1e9
}'
for pid in "${pids[@]}"; do kill "$pid"; done
wait
pids=()
"$BUILD/tests/bench_append" "$work/hub" "$work/yardstick"
