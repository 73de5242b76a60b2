/* The hub's settings: hub.conf and the options of `run`. */
#ifndef HUB_SETTINGS_H
#define HUB_SETTINGS_H

#include "core/conf.h"
#include "core/table.h"

extern const struct gn_setting hub_settings[];

/* Loads DIR/hub.conf and `args` (may be NULL). False: said why not. */
bool hub_settings_load(const char *dir, const struct gn_args *args, struct gn_conf **ret_conf);

/* --format; a table when it is not given. False: said what is wrong (usage). */
bool hub_arg_format(const struct gn_args *args, enum gn_format *ret_format);
/* Writes `out` (NULL: there was no memory) to stdout and frees it; exit status. */
int hub_emit(struct gn_out *out, enum gn_format format);

#endif
