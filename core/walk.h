/* Along a log to one of its entries: what its chain hash is there. */
#ifndef GN_CORE_WALK_H
#define GN_CORE_WALK_H

#include "core/logs.h"

/* Moves `tip`, which stands somewhere in the log (gn_tip_start at its
 * beginning), forward to `seq`. Costs a chain step an entry. GN_E_NOTFOUND: the
 * log ends before; GN_E_CORRUPT: an entry cannot be followed. */
enum gn_err gn_log_walk(
        struct gn_txn *txn, const struct gn_log *log, uint64_t seq, struct gn_tip *tip) GN_MUST_USE;

#endif
