/* Walks from a unit up, and over mergers. Decides what "stands in" means for
 * every row of a rate and for a node's area: a successor has the records and the
 * duties of what merged into it. */
#include "core/area.h"

struct walk {
	const struct gn_registry *registry;
	gn_day until;
	const struct gn_unit **units;
	size_t n;
};

static void add(struct walk *w, const struct gn_unit *unit)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->units[i]->hash == unit->hash)
			return;
	if (w->n < GN_AREA_MAX)
		w->units[w->n++] = unit;
}

/* The row with which the code of `unit` ends in a merger; NULL: none before `until`. */
static const struct gn_unit *merger(const struct walk *w, const struct gn_unit *unit)
{
	size_t n;
	const struct gn_unit *units = gn_registry_units(w->registry, &n);
	for (const struct gn_unit *row = unit; row < units + n; row++) {
		if (row->hash != unit->hash)
			return NULL;
		if (row->merged_into[0])
			return row->to < w->until ? row : NULL;
	}
	return NULL;
}

/* Ends: a merger's day is later than the day it is met on, and no walk up is
 * longer than there are levels. */
static void climb(struct walk *w, struct gn_bytes code, gn_day day)
{
	const struct gn_unit *unit = gn_registry_unit(w->registry, code, day);
	for (; unit; unit = gn_registry_parent(w->registry, unit, day)) {
		add(w, unit);
		const struct gn_unit *end = merger(w, unit);
		if (end)
			climb(w, gn_bytes_str(end->merged_into), end->to + 1);
	}
}

size_t gn_area_above(const struct gn_registry *registry, struct gn_bytes code, gn_day day,
        gn_day until, const struct gn_unit *ret_units[GN_AREA_MAX])
{
	struct walk w = {.registry = registry, .until = until, .units = ret_units};
	climb(&w, code, day);
	return w.n;
}

bool gn_area_holds(const struct gn_registry *registry, struct gn_bytes above, struct gn_bytes below,
        gn_day day)
{
	const struct gn_unit *units[GN_AREA_MAX];
	size_t n = gn_area_above(registry, below, day, GN_DAY_OPEN, units);
	for (size_t i = 0; i < n; i++)
		if (gn_bytes_is(above, units[i]->code))
			return true;
	return false;
}
