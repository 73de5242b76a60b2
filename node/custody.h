/* Where a record of this node is: here, at the hub, counted, or not and why. */
#ifndef NODE_CUSTODY_H
#define NODE_CUSTODY_H

#include "node/home.h"

/* Keeps a hub's verdict (Signed{Verdict}) on this node's log, unless a newer one
 * is there. GN_E_FORMAT, GN_E_SIGNATURE; GN_E_ORIGIN: not of a hub of the root's,
 * or on another log. */
enum gn_err node_verdict_check(const struct gn_registry *registry,
        const uint8_t origin[GN_KEY_SIZE], struct gn_bytes packed) GN_MUST_USE;
void node_verdict_keep(
        struct gn_txn *txn, const uint8_t origin[GN_KEY_SIZE], struct gn_bytes packed);

struct node_custody; /* what is known at one moment */
enum gn_err node_custody_read(struct gn_txn *txn, const uint8_t origin[GN_KEY_SIZE],
        struct node_custody **ret_custody) GN_MUST_USE;
void node_custody_free(struct node_custody **custody);
/* "here", "at the hub", "counted" or "not counted: REASON [DETAIL]"; buf of
 * NODE_CUSTODY_TEXT. */
#define NODE_CUSTODY_TEXT 128
const char *node_custody_text(
        const struct node_custody *custody, uint64_t seq, char buf[NODE_CUSTODY_TEXT]);
/* How many of this log's entries do not count. */
uint64_t node_custody_refused(const struct node_custody *custody);

#endif
