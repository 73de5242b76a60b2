/* What lies in a unit's area: itself, all under it, and what merged into any of
 * these, by the registry alone. */
#ifndef GN_CORE_AREA_H
#define GN_CORE_AREA_H

#include "core/registry.h"

/* Whether what stands in `below` on `day` stands in `above` too: then, or since
 * because a unit on the way up merged. False when `below` is not in force. */
bool gn_area_holds(const struct gn_registry *registry, struct gn_bytes above, struct gn_bytes below,
        gn_day day);

#endif
