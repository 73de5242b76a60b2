#!/bin/bash
# deploy/try --once: the published rates come out of a hub that nodes replicated to.
# shellcheck source=tests/process/lib.sh
. "$(dirname "$0")/lib.sh"

exits 0 'deploy/try --once' "$repo/deploy/try" --once --build-dir "$build" --dir "$work/try"
table=$(grep -E ' (ok|ok, .*)$' <<<"$out")
for percent in 10.46 14.97 99.13 15.97 73.68 75.18 71.53 64.03 100.00 78.42 48.15 72.73 99.42 67.04 37.08 \
	59.55 73.02 99.04; do
	like "$percent is computed" "$table" " ${percent/./\\.} "
done
like '179 of 267 products' "$table" '^ocop_listed .* 67\.04 +179 +267 '
like '99 on Postmart' "$table" '^ocop_postmart .* 99 +267 '
like '159 on Voso' "$table" '^ocop_voso .* 159 +267 '
like '5,152 of 5,202 accounts' "$table" '^vneid_activated .* 5152 +5202 '
like 'the late node waited' "$out" 'at Xuân Thọ 1[0-9]{4} records wait for it'
is 'Xuân Thọ is no part of Quảng Ninh' \
	"$(hub rates --dir "$work/try/hub" --indicator vneid_activated --format json |
		jq -c '[.rows[] | select(.unit == "22") | .numerator, .denominator]')" '[0,0]'
for name in office commune xuan-tho; do
	exits 0 "verify $name" node verify --dir "$work/try/$name"
done
exits 0 'verify hub' hub verify --dir "$work/try/hub"
is 'nothing runs on' "$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' | grep -c -- "[r]un --dir $work/try")" 0
finish
