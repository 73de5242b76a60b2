/* The node at work on its links: the same for `run` and for the last step of `join`. */
#ifndef NODE_LINK_H
#define NODE_LINK_H

#include "core/replica.h"
#include "node/home.h"

struct node_link;

/* `hub_key` is the hub's transport key as a token gave it, NULL when the
 * registry knows. GN_E_SYSTEM, GN_E_NOMEM. */
enum gn_err node_link_new(struct node *node, struct node_link **ret_link) GN_MUST_USE;
void node_link_free(struct node_link **link);
struct gn_replica *node_link_replica(struct node_link *link);

/* Connects to every hub that the registry names (or to `hub` in their place)
 * and to nothing twice; call it again when the registry may have changed. */
enum gn_err node_link_hubs(struct node_link *link, const char *hub) GN_MUST_USE;

/* One turn: replicates, keeps receipts, reports now and then. */
enum gn_err node_link_step(struct node_link *link, int timeout_ms) GN_MUST_USE;

#endif
