/* Tallies that units reported: all that stand for one (indicator, unit, date);
 * the last of them counts.
 *
 * HUB_T_TALLY: indicator(8) | unit(8) | day(2) -> rows of struct hub_tally_row by clock, origin, seq
 */
#ifndef HUB_TALLY_H
#define HUB_TALLY_H

#include "hub/db.h"
#include "hub/fold_map.h"

#define HUB_TALLY_KEY 18

struct hub_tally_row {
	uint64_t clock, origin, seq; /* effective; origin: the key's first 8 bytes */
	uint64_t numerator, denominator;
	uint8_t has_denominator;
} __attribute__((packed));

struct hub_tally {
	struct hub_list changes;
};

void hub_tally_init(struct hub_tally *tally);
void hub_tally_done(struct hub_tally *tally);
/* GN_E_NOMEM. */
enum gn_err hub_tally_add(struct hub_tally *tally, uint64_t indicator, uint64_t unit, uint16_t day,
        const struct hub_tally_row *row, int sign) GN_MUST_USE;
void hub_tally_apply(struct hub_tally *tally, struct gn_txn *txn);

#endif
