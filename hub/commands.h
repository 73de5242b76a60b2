/* The commands of gonha-hub; each returns its exit status. */
#ifndef HUB_COMMANDS_H
#define HUB_COMMANDS_H

#include "core/cli.h"

int hub_cmd_init(const struct gn_args *args);
int hub_cmd_registry_import(const struct gn_args *args);
int hub_cmd_registry_export(const struct gn_args *args);
int hub_cmd_invite(const struct gn_args *args);
int hub_cmd_run(const struct gn_args *args);
int hub_cmd_revoke(const struct gn_args *args);
int hub_cmd_nodes(const struct gn_args *args);
int hub_cmd_rates(const struct gn_args *args);
int hub_cmd_verify(const struct gn_args *args);
int hub_cmd_config(const struct gn_args *args);
int hub_cmd_token_add(const struct gn_args *args);
int hub_cmd_token_list(const struct gn_args *args);
int hub_cmd_token_remove(const struct gn_args *args);

#endif
