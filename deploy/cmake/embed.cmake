# Writes a C file that holds a text file's bytes, NUL-terminated, and their number.
# cmake -D INPUT=file -D OUTPUT=file.c -D HEADER=its/header.h -D NAME=prefix -P embed.cmake
file(READ "${INPUT}" hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "(..)" "'\\\\x\\1'," letters "${hex}")
string(REGEX REPLACE "(,)('.x0a',)" "\\1\\2\n" letters "${letters}")
file(WRITE "${OUTPUT}" "#include \"${HEADER}\"

const char ${NAME}_text[] = {
${letters} 0};
const size_t ${NAME}_size = ${size};
")
