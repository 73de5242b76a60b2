/* What became of each record: corrected, void, erased. A local index of the logs
 * in this store, brought up to date within the transaction that reads or writes
 * it; who might amend is decided by the registry of that moment.
 */
#ifndef NODE_AMEND_H
#define NODE_AMEND_H

#include "node/ref.h"

struct node_state { /* of one record or of one version of it */
	struct node_id first; /* the record as first written */
	struct node_id newest; /* its newest version; `first` when there is no other */
	bool is_void;
	bool erased; /* this version's body is gone or is to go */
};

/* Takes in what the logs have beyond what was taken in. In a read transaction
 * it changes nothing and GN_E_BUSY says that there is something to take in. */
enum gn_err node_amend_catch_up(const struct node *node, struct gn_txn *txn) GN_MUST_USE;
/* Of an entry of the six kinds or a correction; catch up first. */
enum gn_err node_amend_state(
        struct gn_txn *txn, const struct node_id *id, struct node_state *ret_state) GN_MUST_USE;
/* Whether a key may correct or void what `origin` wrote: its own, the
 * registrar's, or one enrolled for the same unit, its successor or one above. */
bool node_amend_allowed(
        const struct node *node, const uint8_t key[GN_KEY_SIZE], const uint8_t origin[GN_KEY_SIZE]);

#endif
