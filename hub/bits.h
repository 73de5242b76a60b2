/* Households reached, by day: one bit each.
 *
 * HUB_T_BITS: series(4) | 'v' or 't' | scope(8) | sub(8) | household >> 8 (1) | days / 32 (2)
 *   -> 32 days of 256 bits, household & 255; all-zero values do not stand.
 *   'v': scope is a village, sub 0. 't': scope is a team, sub a village.
 * The same key with 'V' or 'T' holds the sparse rest, so that a void knows
 * whether another visit stands: cell(2: day << 8 | household) | visits beyond the first(4).
 */
#ifndef HUB_BITS_H
#define HUB_BITS_H

#include "hub/db.h"
#include "hub/fold_map.h"

#define HUB_BITS_KEY 24
#define HUB_BITS_DAYS 32
#define HUB_BITS_WORDS 4 /* 64-bit words of a day */

struct hub_bits_block {
	uint64_t days[HUB_BITS_DAYS][HUB_BITS_WORDS];
};

struct hub_bits {
	struct hub_map blocks; /* key -> struct hub_bits_block of first additions */
	struct hub_list more; /* other changes, one by one */
	size_t last; /* row of the block that was touched last */
};

struct hub_bits_at {
	uint32_t series;
	bool team; /* the scope is a team */
	uint64_t scope, sub; /* code hashes */
	uint16_t household, day;
};

void hub_bits_init(struct hub_bits *bits);
void hub_bits_done(struct hub_bits *bits);
/* One visit more (sign 1) or less (-1). GN_E_NOMEM. */
enum gn_err hub_bits_add(struct hub_bits *bits, const struct hub_bits_at *at, int sign) GN_MUST_USE;
/* Writes what was gathered, in the order of keys, and forgets it. A visit less
 * than none is GN_E_CORRUPT in the transaction. */
void hub_bits_apply(struct hub_bits *bits, struct gn_txn *txn);

#endif
