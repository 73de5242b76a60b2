/* The node's settings: node.conf and the options of `run`. */
#ifndef NODE_SETTINGS_H
#define NODE_SETTINGS_H

#include "core/conf.h"

extern const struct gn_setting node_settings[];
/* Loads DIR/node.conf and `args` (may be NULL). False: said why not. */
bool node_settings_load(const char *dir, const struct gn_args *args, struct gn_conf **ret_conf);

#endif
