/* Whether something stands in a unit, and for which days the answer is the same. */
#ifndef HUB_PLACE_ABOVE_H
#define HUB_PLACE_ABOVE_H

#include "core/area.h"

/* Whether the unit with hash `above` is among those of gn_area_above. */
bool hub_place_under(const struct gn_registry *registry, struct gn_bytes code, gn_day day,
        gn_day until, uint64_t above);

/* Spans of days in which no unit begins or ends: what stands above a unit is the
 * same on each day of a span. */
struct hub_eras {
	gn_day *starts; /* ascending; the first span begins before all */
	size_t n;
};
enum gn_err hub_eras_init(
        const struct gn_registry *registry, struct hub_eras *ret_eras) GN_MUST_USE;
void hub_eras_done(struct hub_eras *eras);
/* First day of the day's span, not before GN_DAY_FIRST; *ret_last its last day. */
gn_day hub_era(const struct hub_eras *eras, gn_day day, gn_day *ret_last);

#endif
