/* In which units something stands that was placed in one of them on a day.
 *
 * Itself and all above it in force that day. A unit that ended and merged stands
 * in its successor too, and in all above that on the day after the end; so does
 * what stands in it. An end counts when it lies before `until`.
 */
#ifndef GN_CORE_AREA_H
#define GN_CORE_AREA_H

#include "core/registry.h"

#define GN_AREA_MAX 32

/* One row per code, at most GN_AREA_MAX; 0: `code` is not in force that day. */
size_t gn_area_above(const struct gn_registry *registry, struct gn_bytes code, gn_day day,
        gn_day until, const struct gn_unit *ret_units[GN_AREA_MAX]);

/* Whether what stands in `below` on `day` stands in `above` too, then or since. */
bool gn_area_holds(const struct gn_registry *registry, struct gn_bytes above, struct gn_bytes below,
        gn_day day);

#endif
