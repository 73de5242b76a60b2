#!/bin/bash
# What a bad disk makes of a hub: verify says which entry it is, also where the
# registry cannot be read any more.
# shellcheck source=tests/process/lib.sh
. "$(dirname "$0")/lib.sh"

make_hub
exits 0 'a new hub verifies' hub verify --dir "$work/hub"
cp -r "$work/hub" "$work/damaged"
LC_ALL=C sed -i 's/visit_household/visit_househelp/g' "$work/damaged/data.mdb"
exits 1 'a changed letter of the catalogue is found' hub verify --dir "$work/damaged"
is 'one line for it, and the sum' "$(wc -l <<<"$out")" 2
like 'naming the entry' "$out" '^[a-z2-7]{8}:[0-9]+: wrong signature'

rm -rf "$work/damaged"
cp -r "$work/hub" "$work/damaged"
LC_ALL=C sed -i 's/\x0fvisit_household/\x7fvisit_household/g' "$work/damaged/data.mdb"
exits 1 'so is what makes the registry unreadable' hub verify --dir "$work/damaged"
like 'naming the entry' "$out" '^[a-z2-7]{8}:[0-9]+: '
exits 1 'whose questions are refused' hub rates --dir "$work/damaged" --indicator visit_household
is 'in one line' "$(wc -l <<<"$err")" 1
finish
