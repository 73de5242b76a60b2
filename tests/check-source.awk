# Reads C files and prints "CHECK file:line: text" for every fault that can be
# seen without a compiler. tests/check-source names the files and counts.
# Variables: none. Comments and the insides of literals are blanked first.

BEGIN {
	split("strcpy=memcpy with a checked size|strcat=snprintf|sprintf=snprintf|vsprintf=vsnprintf|" \
		"gets=getline|atoi=gn_text_number|atol=gn_text_number|strtok=gn_bytes slices|" \
		"alloca=a fixed buffer or malloc|system=fork and execve, or nothing|popen=fork and execve, or nothing|" \
		"rand=randombytes_buf|srand=randombytes_buf|random=randombytes_buf|tmpnam=mkstemp|" \
		"mktemp=mkdtemp|strncpy=memcpy with a checked size|strncat=snprintf", rows, "|")
	for (i in rows) {
		split(rows[i], pair, "=")
		everywhere[pair[1]] = pair[2]
	}
	split("printf fprintf vprintf vfprintf dprintf puts fputs putchar fputc perror " \
		"syslog err errx warn warnx", names, " ")
	for (i in names)
		printing[names[i]] = 1
	split("exit _exit _Exit abort quick_exit", names, " ")
	for (i in names)
		ending[names[i]] = 1
	split("sleep usleep nanosleep clock_nanosleep", names, " ")
	for (i in names)
		waiting[names[i]] = 1
}

function fault(check, line, text)
{
	printf "%s %s:%d: %s\n", check, FILENAME, line, text
}

function finish_file()
{
	if (file != "" && own && lines >= 400)
		printf "size %s:%d: the file has %d lines, fewer than 400 are allowed: split it by noun\n", \
			file, lines, lines
}

# The line without comments and without what stands in quotes.
function blank(text,    out, i, c, two, quote)
{
	out = ""
	quote = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		two = substr(text, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote) {
				quote = ""
				out = out c
			}
		} else if (two == "/*") {
			in_comment = 1
			i++
		} else if (two == "//") {
			break
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	return out
}

function check_include(header,    target)
{
	target = header
	sub(/\/.*/, "", target)
	if (header ~ /\.c"?$/)
		fault("layers", FNR, "includes a .c file")
	if (target ~ /^(proto|core|node|hub)$/ && index(header, "/") > 0) {
		if (room == "proto" && target != "proto")
			fault("layers", FNR, "proto includes " target "; includes go down only")
		if (room == "core" && (target == "node" || target == "hub"))
			fault("layers", FNR, "core includes " target "; includes go down only")
		if (room == "node" && target == "hub" || room == "hub" && target == "node")
			fault("layers", FNR, room " includes " target "; they meet in proto and core only")
	}
	if (room == "proto" && header ~ /^(stdio|unistd|fcntl|time|pthread|threads|poll|signal|dirent|netdb)\.h$/ ||
		room == "proto" && header ~ /^(sys|netinet|arpa|net)\//)
		fault("layers", FNR, "proto includes <" header ">; proto does no I/O and has no clock")
	only(header, "lmdb.h", "core/store")
	only(header, "zmq.h", "core/net")
	only(header, "microhttpd.h", "core/http")
}

function only(header, library, place)
{
	if (header == library && own && index(FILENAME, place) != 1)
		fault("layers", FNR, "includes <" library ">, which only " place "*.c may")
}

function may_print()
{
	return FILENAME ~ /^core\/(cli|log|table|csv)[a-z_]*\.c$/
}

# Each word that is called: a name followed by an opening bracket.
function check_calls(code,    rest, name)
{
	rest = code
	while (match(rest, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/)) {
		name = substr(rest, RSTART, RLENGTH - 1)
		sub(/[ \t]+$/, "", name)
		if (RSTART > 1 && substr(rest, RSTART - 1, 1) ~ /[.>]/)
			name = "" # a member that happens to have this name
		rest = substr(rest, RSTART + RLENGTH)
		if (name in everywhere)
			fault("forbidden", FNR, name "(): use " everywhere[name])
		if ((room == "proto" || room == "core") && !may_print() && name in printing)
			fault("forbidden", FNR, name "(): " room " prints nothing: return enum gn_err, or fill a gn_report")
		if ((room == "proto" || room == "core") && name in ending)
			fault("forbidden", FNR, name "(): " room " ends no program: return enum gn_err")
		if (FILENAME ~ /^tests\// && name in waiting)
			fault("forbidden", FNR, name "(): wait for a condition with a deadline, not for time")
	}
}

FNR == 1 {
	finish_file()
	file = FILENAME
	room = FILENAME
	sub(/\/.*/, "", room)
	own = room ~ /^(proto|core|node|hub)$/
	in_comment = 0
	in_function = 0
	attributes = ""
}

{
	lines = FNR
	if (match($0, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]*[>"]/)) {
		header = $0
		sub(/^[^<"]*[<"]/, "", header)
		sub(/[>"].*/, "", header)
		check_include(header)
		next
	}
	code = index($0, "/") || index($0, "\"") || index($0, "'") || in_comment ? blank($0) : $0
	if (code ~ /^[A-Za-z_].*\(/) {
		name = code
		sub(/[ \t]*\(.*/, "", name)
		sub(/.*[ \t*]/, "", name)
	}
	if (code == "{") {
		in_function = FNR
	} else if (substr(code, 1, 1) == "}" && in_function) {
		if (own && FNR - in_function - 1 > 60)
			fault("size", in_function, name "() has " (FNR - in_function - 1) " lines, 60 are allowed")
		in_function = 0
	}
	if (index(code, "("))
		check_calls(code)
}

END {
	finish_file()
}
