/* The hub's settings: hub.conf and the options of `run`. */
#ifndef HUB_SETTINGS_H
#define HUB_SETTINGS_H

#include "core/conf.h"

extern const struct gn_setting hub_settings[];

/* Loads DIR/hub.conf and `args` (may be NULL). False: said why not. */
bool hub_settings_load(const char *dir, const struct gn_args *args, struct gn_conf **ret_conf);

#endif
