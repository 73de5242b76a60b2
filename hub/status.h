/* What the hub knows of each node beside its log: its last signed report, when
 * it was heard of, and by which way. */
#ifndef HUB_STATUS_H
#define HUB_STATUS_H

#include "core/registry.h"
#include "core/store.h"
#include "core/table.h"
#include "proto/signed.h"

/* Value of HUB_T_STATUS: heard_ms be64 | the report's counter be64 | reported_ms be64 |
 * transport key it came over(32) | the packed Report that was signed, or nothing. */
struct hub_status {
	uint64_t heard_ms; /* wall clock of the hub; 0: never */
	uint64_t counter; /* of the report; 0: there is none */
	uint64_t reported_ms; /* wall clock of the hub when the report came */
	uint8_t via[GN_KEY_SIZE];
	struct gn_bytes report; /* packed Report; borrowed from the transaction */
};
bool hub_status_get(
        struct gn_txn *txn, const uint8_t node[GN_KEY_SIZE], struct hub_status *ret_status);
/* Keeps a status that has been checked, or (empty) that an entry of the node
 * came. [S-10] A report that is no newer than the one that is known is no word
 * of the node: nothing changes, unless the node itself brought it (its clock
 * may have been set back). */
void hub_status_put(struct gn_txn *txn, const uint8_t node[GN_KEY_SIZE],
        const struct hub_status *heard, bool direct);

#define HUB_FRESH_MS 86400000u /* heard of in the last 24 hours */

/* Checks a status (Signed{Report}): by a node that is enrolled. *ret_signed: whose
 * and what, borrowed from `status`. GN_E_FORMAT, GN_E_SIZE, GN_E_SIGNATURE, GN_E_ORIGIN. */
enum gn_err hub_status_check(const struct gn_registry *registry, struct gn_bytes status,
        struct gn_signed *ret_signed, uint64_t *ret_counter) GN_MUST_USE;

/* The list of `nodes`; the caller owns it. NULL: no memory. */
struct gn_out *hub_nodes(struct gn_txn *txn, const struct gn_registry *registry, uint64_t now_ms);

#endif
