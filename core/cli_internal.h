/* What cli.c (which command, which options) and cli_help.c (what they are) share. */
#ifndef GN_CORE_CLI_INTERNAL_H
#define GN_CORE_CLI_INTERNAL_H

#include "core/cli.h"

extern const struct gn_option gn_cli_help_option;
size_t gn_cli_option_count(const struct gn_command *command);
/* The commands whose name begins with `prefix` as a whole word; "" for all. */
void gn_cli_help_program(const char *about, const struct gn_command *commands, const char *prefix);
void gn_cli_help_command(const struct gn_command *command);

#endif
