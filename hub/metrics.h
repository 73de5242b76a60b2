/* The Prometheus page. */
#ifndef HUB_METRICS_H
#define HUB_METRICS_H

#include "hub/daemon.h"

/* The whole text in memory of malloc's, the caller owns it; NULL: no memory. */
char *hub_metrics_text(struct gn_txn *txn, const struct gn_view *view,
        const struct hub_counts *counts, size_t *ret_size);

#endif
