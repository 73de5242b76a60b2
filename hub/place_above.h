/* In which units something stands that was placed in one of them on a day.
 *
 * Itself and all above it in force that day. A unit that ended and merged stands
 * in its successor too, and in all above that on the day after the end; so does
 * what stands in it. An end counts when it lies before `until`.
 */
#ifndef HUB_PLACE_ABOVE_H
#define HUB_PLACE_ABOVE_H

#include "core/registry.h"

#define HUB_ABOVE_MAX 32

/* One row per code, at most HUB_ABOVE_MAX; 0: `code` is not in force that day. */
size_t hub_place_above(const struct gn_registry *registry, struct gn_bytes code, gn_day day,
        gn_day until, const struct gn_unit *ret_units[HUB_ABOVE_MAX]);
/* Whether the unit with hash `above` is among them. */
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
