#!/bin/bash
# A node is revoked: what it wrote before counts, what it writes later reaches
# nobody; a new node of the same commune goes on from there.
# shellcheck source=tests/process/lib.sh
. "$(dirname "$0")/lib.sh"

visit() { # NODE HOUSEHOLD [TEAM]
	must node record visit --dir "$work/$1" date=2022-06-01 "team=${3:-to-a1}" place=home household="$2" topic=vneid
}
counted() { rate visit_count 22 | cut -d/ -f1; }
has_counted() { [ "$(counted)" = "$1" ]; }
state_of() { hub nodes --dir "$work/hub" --format json | jq -r --arg id "$1" '.rows[] | select(.node == $id) | .state'; }
refused() { curl -s "http://$http/metrics" | awk '/^gonha_(messages_refused_total\{reason="denied"|handshakes_refused_total\{reason="unknown_key")/ { n += $NF } END { print n + 0 }'; }
some_refused() { [ "$(refused)" -gt 0 ]; }

small_province
join a xa-a
start_node a
for household in 1 2 3; do visit a $household; done
synced a
id=$(node status --dir "$work/a" --format json | jq -r .node)

exits 2 'a reason is needed' hub revoke --dir "$work/hub" xa-a
exits 1 'a node must be known' hub revoke --dir "$work/hub" xa-z --reason stolen
like 'and it says so' "$err" 'no node goes by this name'
exits 1 'a sequence must be there' hub revoke --dir "$work/hub" xa-a --reason stolen --last 99
exits 0 'revoke by the unit' hub revoke --dir "$work/hub" xa-a --reason stolen
like 'it says what counts' "$out" "revoked: node $id of unit xa-a; its entries up to 3 count"
is 'nodes shows it' "$(state_of "$id")" revoked

visit a 4
wait_until 30 some_refused || not_ok 'the hub refuses the revoked key' "$(tail -n 5 "$work/hub.log")"
ok 'the revoked key is refused'
is 'nothing later is counted' "$(counted)" 3
stop a
start_node a
is 'nothing of it has a receipt' "$(pending a)" 1

join b xa-a
start_node b
visit b 5
synced b
wait_until 20 has_counted 4
is 'a new node goes on' "$(counted)" 4
is 'what the old one wrote later is not there' "$(curl -s "http://$http/metrics" | awk -v id="$id" '/^gonha_node_held_seq/ && $0 ~ id { print $NF }')" 3

exits 0 'of another node only a part counts' hub revoke --dir "$work/hub" xa-a --reason "kept by a stranger" --last 0
wait_until 20 has_counted 3
is 'what was counted is taken back' "$(counted)" 3
other=$(node status --dir "$work/b" --format json | jq -r .node)
exits 0 'it may be raised' hub revoke --dir "$work/hub" "$other" --reason "kept by a stranger" --last 1
wait_until 20 has_counted 4
is 'and counts again' "$(counted)" 4
exits 1 'and not lowered' hub revoke --dir "$work/hub" "$other" --reason "again" --last 0

stop a
stop b
stop hub
verified hub a b
finish
