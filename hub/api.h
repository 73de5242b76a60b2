/* HTTP: health, metrics, rates and nodes, with the commands' parameters. */
#ifndef HUB_API_H
#define HUB_API_H

#include "hub/daemon.h"

struct hub_api;
/* GN_E_SYSTEM (address in use), GN_E_FORMAT. `counts` is read while it runs. */
enum gn_err hub_api_start(struct hub *hub, const struct hub_counts *counts, const char *listen,
        bool open_loopback, unsigned *ret_port, struct hub_api **ret_api) GN_MUST_USE;
void hub_api_stop(struct hub_api **api);

#endif
