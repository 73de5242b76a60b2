/* Sums by day: what counts and stocks are made of.
 *
 * HUB_T_DELTA: series(4) | team(8) | unit(8) | era(2) | days / 32 (2)
 *   -> rows of struct hub_delta_row by day and birth year; a sum of 0 does not stand.
 * A count's row is what that day added. A stock's rows up to a day add up to the
 * subjects that are in: in the row of `team` and in `unit`, as it stood in the
 * span of days that began with `era`.
 */
#ifndef HUB_DELTA_H
#define HUB_DELTA_H

#include "hub/db.h"
#include "hub/fold_map.h"

#define HUB_DELTA_KEY 24
#define HUB_DELTA_DAYS 32

struct hub_delta_row {
	uint16_t day; /* from GN_DAY_FIRST */
	uint16_t birth; /* year; 0: not known, or nobody asks for ages */
	int64_t n;
} __attribute__((packed));

struct hub_delta_at {
	uint32_t series;
	uint64_t team, unit; /* code hashes */
	uint16_t era, day, birth;
};

struct hub_delta {
	struct hub_map sums;
};

void hub_delta_init(struct hub_delta *delta);
void hub_delta_done(struct hub_delta *delta);
enum gn_err hub_delta_add(
        struct hub_delta *delta, const struct hub_delta_at *at, int64_t n) GN_MUST_USE;
/* Writes what was gathered, in the order of keys, and forgets it. */
void hub_delta_apply(struct hub_delta *delta, struct gn_txn *txn);

#endif
