/* Where a record counts, and whether it may: by its date, its team, its codes
 * and the area of the node that wrote it.
 */
#ifndef HUB_PLACE_H
#define HUB_PLACE_H

#include "hub/fold.h"
#include "hub/place_above.h"

struct hub_fold;
struct hub_entry;

#define HUB_NUMBER_MAX                                                                             \
	UINT64_C(1000000000000) /* of participants and tallies: sums stay within 63 bits */

struct hub_spot {
	uint64_t team, unit; /* code hashes; unit: the team's, or a tally's own */
	uint64_t village; /* household: the village it is numbered in */
	uint16_t household; /* 0: none */
	uint16_t day, era; /* from GN_DAY_FIRST; era: hub_era of the day */
};

struct hub_places {
	struct hub_known *known; /* teams and villages found lately */
	bool lists[5]; /* which code lists have rows */
};

enum gn_err hub_places_init(
        struct hub_places *places, const struct gn_registry *registry) GN_MUST_USE;
void hub_places_done(struct hub_places *places);

/* HUB_R_NONE and the spot, or why not and the code in question (borrowed from
 * the entry). Its citizen is not looked at. */
enum hub_reason hub_place(struct hub_fold *f, const struct hub_entry *entry,
        struct hub_spot *ret_spot, struct gn_bytes *ret_detail);

#endif
