/* Walks from a unit up, and over mergers: a successor has the area, the records
 * and the duties of what merged into it. */
#include "core/area.h"

/* The row with which the unit's code ends in a merger; NULL: none. */
static const struct gn_unit *merger(const struct gn_registry *registry, const struct gn_unit *unit)
{
	size_t n;
	const struct gn_unit *units = gn_registry_units(registry, &n);
	for (const struct gn_unit *row = unit; row < units + n; row++) {
		if (row->hash != unit->hash)
			return NULL;
		if (row->merged_into[0])
			return row;
	}
	return NULL;
}

/* Ends: a merger's day is later than the day it is met on, and no walk up is
 * longer than there are levels. */
bool gn_area_holds(const struct gn_registry *registry, struct gn_bytes above, struct gn_bytes below,
        gn_day day)
{
	const struct gn_unit *unit = gn_registry_unit(registry, below, day);
	for (; unit; unit = gn_registry_parent(registry, unit, day)) {
		if (gn_bytes_is(above, unit->code))
			return true;
		const struct gn_unit *end = merger(registry, unit);
		if (end && end->to >= day &&
		        gn_area_holds(registry, above, gn_bytes_str(end->merged_into), end->to + 1))
			return true;
	}
	return false;
}
