#!/bin/bash
# tests/check-source can fail: one fault of each kind is planted in a small tree,
# and the check that is there for it must say so.
# shellcheck source=tests/process/lib.sh
. "$(dirname "$0")/lib.sh"

copy=$work/tree
mkdir -p "$copy/tests" "$copy/proto"
cp "$repo"/tests/check-source* "$copy/tests"
cp "$repo/.clang-format" "$copy"
cp "$repo"/proto/{base.h,clock.c,clock.h} "$copy/proto"
run "$copy/tests/check-source"
before=$out
is 'nothing is wrong at first' "$status" 0

# plant CHECK WHAT FILE TEXT
plant() {
	local file=$copy/$3
	mkdir -p "$(dirname "$file")"
	[ ! -e "$file" ] || cp "$file" "$work/saved"
	printf '%s\n' "$4" >>"$file"
	run "$copy/tests/check-source"
	like "$2" "$out" "^  $3:[0-9]+:.*"
	like "$2: counted under $1" "$out" "^not ok $1"
	rm -f "$file"
	[ ! -e "$work/saved" ] || mv "$work/saved" "$file"
}

function_of() {
	printf 'int zz_long(void)\n{\n'
	yes '	zz_step();' | head -n "$1"
	printf '}'
}

plant format 'a badly formatted line' core/zz.c 'int  zz;'
plant layers 'proto includes core' proto/zz.c '#include "core/store.h"'
plant layers 'core includes hub' core/zz.h '#include "hub/db.h"'
plant layers 'node includes hub' node/zz.c '#include "hub/db.h"'
plant layers 'hub includes node' hub/zz.c '#include "node/zz.h"'
plant layers 'proto does I/O' proto/zz.c '#include <sys/socket.h>'
plant layers 'lmdb outside of core/store' hub/zz.c '#include <lmdb.h>'
plant layers 'zmq outside of core/net' node/zz.c '#include <zmq.h>'
plant layers 'microhttpd outside of core/http' hub/zz.c '#include <microhttpd.h>'
plant size 'a function of 61 lines' hub/zz.c "$(function_of 61)"
plant size 'a file of 400 lines' hub/zz.c "$(yes 'int zz;' | head -n 400)"
plant forbidden 'strcpy' node/zz.c '	strcpy(a, b);'
plant forbidden 'printf in core' core/zz.c '	printf("zz");'
plant forbidden 'exit in proto' proto/zz.c '	exit(1);'
plant forbidden 'sleep in a test' tests/unit/zz_test.c '	usleep(10);'
plant paths 'a path of one machine' core/zz.h '/* see /wo''rk/zz */'
plant words 'half-done work' core/zz.h '/* TO''DO: zz */'
plant blanks 'blanks at the end of a line' core/zz.h 'int zz; '

printf 'int zz_edge(void)\n{\n%s\n}\n/* strcpy(a) */ // printf(b)\nconst char *zz = "exit(1)";\n' \
	"$(yes '	zz_step();' | head -n 60)" >"$copy/core/zz.c"
run "$copy/tests/check-source"
is 'no false alarm: 60 lines, comments, texts' "$(grep -c 'zz' <<<"$out")" 0
rm "$copy/core/zz.c"
run "$copy/tests/check-source"
is 'the copy is as it was' "$out" "$before"
finish
