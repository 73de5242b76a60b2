# Compiler options of our own code, on the interface target gonha_options.
add_library(gonha_options INTERFACE)
target_compile_definitions(gonha_options INTERFACE _GNU_SOURCE GONHA_VERSION="${PROJECT_VERSION}")
target_compile_options(gonha_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wswitch-enum -Wstrict-prototypes
  -Wmissing-prototypes -Wvla -Wno-missing-field-initializers -fno-strict-aliasing)
if(GONHA_STRICT)
  target_compile_options(gonha_options INTERFACE -Werror)
endif()
if(GONHA_SANITIZE)
  target_compile_options(gonha_options INTERFACE
    -fsanitize=${GONHA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(gonha_options INTERFACE -fsanitize=${GONHA_SANITIZE})
endif()
