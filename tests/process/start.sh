#!/bin/bash
# A hub that cannot start says why in one line, changes nothing and ends with 1;
# one that runs ends at once when asked to.
# shellcheck source=tests/process/lib.sh
. "$(dirname "$0")/lib.sh"

# refuses WHAT PATTERN OPTION...: run ends with 1 and one line that fits.
refuses() {
	local what=$1 pattern=$2
	shift 2
	run timeout 20 "$build/hub/gonha-hub" run --dir "$work/hub" "$@"
	is "$what: exit 1" "$status" 1
	is "$what: one line" "$(wc -l <<<"$err")" 1
	like "$what: says why" "$err" "$pattern"
}

exits 2 'a code that no file could hold' hub init --dir "$work/none" --name A --code 'a;b'
like 'says what it expects' "$err" '^gonha-hub: --code: expected a code'
exits 2 'a name of two lines' hub init --dir "$work/none" --name $'A\nB' --code a
exits 1 'and nothing is made' test -e "$work/none"
make_hub
start hub "$build/hub/gonha-hub" run --dir "$work/hub" --sync "$sync" --http "$http"
wait_until 20 healthy
refuses 'a directory in use' 'runs here already' --sync tcp://127.0.0.1:1 --http off
stop hub
like 'asked to stop it says nothing more' "$(tail -n 1 "$work/hub.log")" 'ready: nodes connect'

must hub init --dir "$work/holder" --name Another --code 33
start holder "$build/hub/gonha-hub" run --dir "$work/holder" --sync "$sync" --http "$http"
wait_until 20 healthy
other=tcp://127.0.0.1:$(free_port)

refuses 'sync port in use' "$sync.*in use" --sync "$sync" --http off --advertise tcp://hub.example:7460
refuses 'http port in use' "$http.*in use" --sync "$other" --http "$http"
refuses 'an endpoint that is none' 'expected|parse|format' --sync nowhere --http off
refuses 'an advertised endpoint that nodes could not use' 'advertise: expected .*got "hub.example:7460"' \
	--sync "$other" --http off --advertise hub.example:7460
hub invite --dir "$work/hub" --unit 22 >"$work/token"
is 'what did not start is not advertised' \
	"$(tr -- '-_' '+/' <"$work/token" | base64 -d 2>/dev/null | grep -aoE 'tcp://[a-z0-9.:]+')" "$sync"

stop holder
exits 2 'a faulty endpoint in an invitation' hub invite --dir "$work/hub" --unit 22 --hub hub:1
like 'is quoted' "$err" '^gonha-hub: --hub: expected .*got "hub:1"'

cp "$work/hub/hub.conf" "$work/kept.conf"
echo 'snyc = tcp://0.0.0.0:1' >>"$work/hub/hub.conf"
refuses 'a misspelt setting' 'hub.conf:[0-9]+: .*snyc'
cp "$work/kept.conf" "$work/hub/hub.conf"
chmod 644 "$work/hub/keys/hub.key"
refuses 'a key that others may read' 'keys: .*mode 0600'
chmod 600 "$work/hub/keys/hub.key"
mv "$work/hub/data.mdb" "$work/data.mdb"
refuses 'no database' 'no hub here'
finish
