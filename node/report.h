/* How this node is: what it tells the hub, and what `status` shows. */
#ifndef NODE_REPORT_H
#define NODE_REPORT_H

#include "node/home.h"

#define NODE_REPORT_MAX 1024

struct node_health {
	uint64_t head, receipted, pending; /* of the own log */
	uint64_t not_counted; /* as the hub's last verdict says */
	uint64_t disk_free_bytes;
	uint32_t temperature_mc; /* 0: not known */
	uint64_t clock_ms, uptime_s;
	enum gn_quality quality;
	uint64_t registry; /* version */
	uint64_t registry_ms; /* when its newest entry was written; 0: none */
	uint8_t hash[GN_HASH_SIZE];
};
enum gn_err node_health(
        struct node *node, const struct gn_view *view, struct node_health *ret_health) GN_MUST_USE;

/* Packs a status: Signed{Report}. GN_E_SIZE. */
enum gn_err node_report_pack(struct node *node, const struct gn_view *view, uint8_t *buf,
        size_t cap, size_t *ret_size) GN_MUST_USE;

#endif
