#!/bin/bash
# [P-2] Who has no enrolled key gets nothing stored and nothing read, at the hub and at
# a node, and the refusal is counted.
# shellcheck source=tests/process/lib.sh
. "$(dirname "$0")/lib.sh"

read -ra flags <<<"$(pkg-config --cflags --libs libzmq libsodium)"
must "${CC:-cc}" -O1 -o "$work/intruder" "$repo/tests/process/intruder.c" "${flags[@]}"

small_province
join a xa-a
door=tcp://127.0.0.1:$(free_port)
start a "$build/node/gonha-node" run --dir "$work/a" --listen "$door"
visits 1 20 >"$work/visits.csv"
must node import --dir "$work/a" "$work/visits.csv"
synced a

keys=$work/hub/keys
stored() { node list --dir "$work/a" --format json | jq '.rows | length'; }
refusals() { curl -sf "http://$http/metrics" | awk '/^gonha_(messages|handshakes)_refused_total[ {]/ { n += $NF } END { print n + 0 }'; }
# shellcheck disable=SC2317 # wait_until calls it
more_refusals() { [ "$(refusals)" -gt "$1" ]; }
entries() { curl -sf "http://$http/metrics" | grep '^gonha_log_entries '; }

# nothing_for WHAT SERVER CLIENT [ENDPOINT]
nothing_for() {
	local before kept
	before=$(refusals)
	kept=$(entries)
	for origin in "$keys/registrar.key" "$work/a/keys/node.key"; do
		run "$work/intruder" "${4:-$sync}" "$2" "$3" "$origin" 2
		like "$1: nothing read" "$out" '^handshake (yes|no), 0 messages, 0 bytes$'
	done
	[ -n "${4:-}" ] || {
		if wait_until 15 more_refusals "$before"; then
			ok "$1: the refusal is counted"
		else
			not_ok "$1: the refusal is counted" "$(curl -s "http://$http/metrics" | grep -E 'refused|failed')"
		fi
		is "$1: nothing stored" "$(entries)" "$kept"
	}
}

# The same intruder with the node's own keys is answered: so silence means refusal.
# (The node's own link is ended first: the newest connection of a key is the one.)
stop a
run "$work/intruder" "$sync" "$keys/transport.key" "$work/a/keys/transport.key" "$keys/registrar.key" 10
like 'an enrolled key is answered' "$out" '^handshake yes, [1-9][0-9]* messages'
start a "$build/node/gonha-node" run --dir "$work/a" --listen "$door"
synced a

nothing_for 'no key at all' none none
nothing_for 'an unenrolled key' "$keys/transport.key" random
nothing_for "a wrong hub's key" random "$work/a/keys/transport.key"
nothing_for 'no key, at a node' none none "$door"
nothing_for 'an unenrolled key, at a node' "$work/a/keys/transport.key" random "$door"

# [P-20], [S-14] An invitation lets its holder join and do nothing else.
token=$(hub invite --dir "$work/hub" --unit xa-b --hub "$sync")
printf '%s' "$token" | tr '_-' '/+' | sed 's/$/===/' | base64 -di 2>/dev/null |
	dd bs=1 skip=2 count=32 of="$work/invited.key" 2>/dev/null
# shellcheck disable=SC2317 # wait_until calls it
enters() {
	run "$work/intruder" "$sync" "$keys/transport.key" "$work/invited.key" "$work/a/keys/node.key" 2
	[[ $out == 'handshake yes'* ]]
}
wait_until 30 enters # the hub notices what `invite` wrote within a second
like "an invitation's key reads no log" "$out" '^handshake yes, [0-9] messages, [0-9]{1,2} bytes$'

# [P-21], [S-13] A token lets one identity in, once; the same identity may try again.
must node join --dir "$work/b" "$token"
exits 0 'the same node joins again with its token' node join --dir "$work/b" "$token"
exits 1 'another node with a used token is refused' node join --dir "$work/c" "$token"
is 'and is told why in one line' "$(wc -l <<<"$err")" 1
is 'the list of nodes has the two enrolled' \
	"$(hub nodes --dir "$work/hub" --format json | jq -r '[.rows[].unit] | sort | join(" ")')" 'xa-a xa-b'
is 'the node kept its records' "$(stored)" 20
is 'the hub counts them' "$(rate visit_household a1 --level village)" '20/60000 0.03'
verified hub a b
finish
