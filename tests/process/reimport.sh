#!/bin/bash
# The same file again stores nothing and says so; --again counts subjects once;
# void --import takes a file back.
# shellcheck source=tests/process/lib.sh
. "$(dirname "$0")/lib.sh"

small_province
join a xa-a
start_node a
visits 1 100 >"$work/visits.csv"
exits 0 'imports' node import --dir "$work/a" "$work/visits.csv"
stored() { node list --dir "$work/a" --format json | jq '.rows | length'; }
is '100 records are stored' "$(stored)" 100
import_id=$(grep -oiE 'import[ :]+[A-Za-z0-9-]+' <<<"$out" | head -n 1 | awk '{ print $NF }')

exits 0 'the same file again is no fault' node import --dir "$work/a" "$work/visits.csv"
like 'and says that nothing was stored' "$out$err" 'already'
is 'and stores nothing' "$(stored)" 100
cp "$work/visits.csv" "$work/renamed.csv"
exits 0 'the same bytes under another name' node import --dir "$work/a" "$work/renamed.csv"
is 'store nothing either' "$(stored)" 100
synced a
is 'the hub counts 100' "$(rate visit_household a1 --level village)" '100/60000 0.17'
is 'and 100 visits' "$(rate visit_count 22)" '100/null null'

exits 0 '--again stores them a second time' node import --dir "$work/a" --again "$work/visits.csv"
is '200 records are stored' "$(stored)" 200
synced a
is 'households still count once' "$(rate visit_household a1 --level village)" '100/60000 0.17'
is 'visits twice' "$(rate visit_count 22)" '200/null null'

like 'an import prints its id' "$import_id" '.'
exits 0 'void --import takes the first import back' \
	node void --dir "$work/a" --import "$import_id" --reason 'wrong file'
synced a
is 'visits of the second import alone' "$(rate visit_count 22)" '100/null null'
is 'households are as before' "$(rate visit_household a1 --level village)" '100/60000 0.17'

exits 0 'registry import again' hub registry import --dir "$work/hub" "$repo/tests/data/small"
like 'says that nothing changed' "$out$err" '[Nn]othing|no change|unchanged|0 '
verified hub a
finish
