/* Citizens and products reached, each with the days on which they were.
 *
 * HUB_T_SEEN: series(4) | id(16) -> rows of struct hub_seen_row by day, team, unit
 */
#ifndef HUB_SEEN_H
#define HUB_SEEN_H

#include "hub/db.h"
#include "hub/fold_map.h"

#define HUB_SEEN_KEY 20

struct hub_seen_row {
	uint16_t day; /* from GN_DAY_FIRST */
	uint64_t team, unit;
	uint32_t n; /* records that stand */
} __attribute__((packed));

struct hub_seen {
	struct hub_list changes;
};

void hub_seen_init(struct hub_seen *seen);
void hub_seen_done(struct hub_seen *seen);
/* One record more (1) or less (-1); row->n is not read. GN_E_NOMEM. */
enum gn_err hub_seen_add(struct hub_seen *seen, uint32_t series, const uint8_t id[16],
        const struct hub_seen_row *row, int sign) GN_MUST_USE;
void hub_seen_apply(struct hub_seen *seen, struct gn_txn *txn);

#endif
