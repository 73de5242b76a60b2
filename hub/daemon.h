/* `run`: takes entries in, counts them, answers over HTTP. */
#ifndef HUB_DAEMON_H
#define HUB_DAEMON_H

#include "core/replica.h"
#include "hub/home.h"

struct hub_counts { /* since the start; for /metrics. Written with __atomic builtins. */
	uint64_t refused[GN_ERR_COUNT]; /* messages, by code */
	uint64_t folded, folds;
	uint64_t receipts, joins, store_failures;
	struct gn_net_counts net; /* renewed once a second */
};

/* Runs until SIGINT or SIGTERM; exit status. */
int hub_daemon_run(struct hub *hub, const char *sync_endpoint, const char *advertise,
        const char *http_listen, bool open_loopback);

#endif
