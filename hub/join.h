/* A node asks to be enrolled: who may, and for which unit. */
#ifndef HUB_JOIN_H
#define HUB_JOIN_H

#include "hub/home.h"

/* `message`: a Join as it came over a link whose proven key is `token`. Writes
 * the enrolment, durably, unless the same identity has it already; refreshes
 * hub->view. *ret_registry: the registrar's sequence that a node must have seen.
 * GN_E_DENIED: no open invitation, or used by another identity, or the transport
 * key is another's; GN_E_SEALED, GN_E_FORMAT, GN_E_SIGNATURE, GN_E_SIZE: not a
 * request to this registrar. As gn_txn_commit; GN_E_FULL. */
enum gn_err hub_join(struct hub *hub, const uint8_t token[GN_KEY_SIZE], struct gn_bytes message,
        uint64_t *ret_registry) GN_MUST_USE;

#endif
