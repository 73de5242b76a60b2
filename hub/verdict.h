/* What the hub tells each node of its own records: which do not count, and why. */
#ifndef HUB_VERDICT_H
#define HUB_VERDICT_H

#include "core/replica.h"
#include "hub/home.h"

#define HUB_VERDICT_REFUSALS 200 /* of one verdict; of the rest only how many */
#define HUB_VERDICT_MAX 24576 /* bytes of a packed Verdict */

/* Packs the Verdict on the origin's log as the last fold left it. GN_E_NOTFOUND:
 * nothing of it has been folded. GN_E_NOMEM, GN_E_SIZE. */
enum gn_err hub_verdict_pack(struct gn_txn *txn, const uint8_t origin[GN_KEY_SIZE],
        uint64_t counter, uint8_t *buf, size_t cap, size_t *ret_size) GN_MUST_USE;

struct hub_verdicts;
struct hub_verdicts *hub_verdicts_new(void); /* NULL: no memory */
void hub_verdicts_free(struct hub_verdicts **verdicts);
/* Sends linked nodes their verdict where it is another than the one sent last.
 * Called now and then; looks at nothing while nothing was folded, and at most
 * every few seconds, since a node keeps each verdict on its card. */
enum gn_err hub_verdicts_tell(
        struct hub_verdicts *verdicts, struct hub *hub, struct gn_replica *replica) GN_MUST_USE;
/* A node's link has begun anew: its verdict is due again. */
void hub_verdicts_forget(struct hub_verdicts *verdicts, const uint8_t node[GN_KEY_SIZE]);

#endif
