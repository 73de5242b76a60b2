/* Lists on the command line: --format, and how every list is written. */
#ifndef GN_CORE_CLI_TABLE_H
#define GN_CORE_CLI_TABLE_H

#include "core/conf.h"
#include "core/table.h"

/* --format; a table when it is not given. False: said what is wrong (usage). */
bool gn_arg_format(const struct gn_args *args, enum gn_format *ret_format);
/* Writes `out` (taken; NULL: there was no memory) to stdout; the exit status. */
int gn_cli_write(struct gn_out *out, enum gn_format format);
/* What `config` shows: key, value, source. The caller owns it; NULL: no memory. */
struct gn_out *gn_conf_out(const struct gn_setting *settings, const struct gn_conf *conf);

#endif
