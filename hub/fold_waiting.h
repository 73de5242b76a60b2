/* Why entries are not counted.
 *
 * HUB_T_WAITING: origin(32) | seq(8) -> reason(1, enum hub_reason) | the code in question, if any
 */
#ifndef HUB_FOLD_WAITING_H
#define HUB_FOLD_WAITING_H

#include "hub/db.h"
#include "hub/fold.h"
#include "hub/fold_map.h"

#define HUB_WAITING_KEY 40
#define HUB_WAITING_DETAIL GN_CODE_MAX

struct hub_waiting {
	struct hub_map notes; /* the last note on an entry stands */
};

void hub_waiting_init(struct hub_waiting *waiting);
void hub_waiting_done(struct hub_waiting *waiting);
/* HUB_R_NONE: it does not wait. The detail is copied, cut at HUB_WAITING_DETAIL. GN_E_NOMEM. */
enum gn_err hub_waiting_note(struct hub_waiting *waiting, const uint8_t origin[GN_KEY_SIZE],
        uint64_t seq, enum hub_reason reason, struct gn_bytes detail) GN_MUST_USE;
void hub_waiting_apply(struct hub_waiting *waiting, struct gn_txn *txn);

#endif
