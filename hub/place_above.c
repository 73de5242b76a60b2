/* Walks from a unit up, and over mergers. Decides what "stands in" means for
 * every row of a rate and for a node's area; which rows there are is not known
 * here. */
#include "hub/place_above.h"

#include <stdlib.h>

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
	if (w->n < HUB_ABOVE_MAX)
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

size_t hub_place_above(const struct gn_registry *registry, struct gn_bytes code, gn_day day,
        gn_day until, const struct gn_unit *ret_units[HUB_ABOVE_MAX])
{
	struct walk w = {.registry = registry, .until = until, .units = ret_units};
	climb(&w, code, day);
	return w.n;
}

bool hub_place_under(const struct gn_registry *registry, struct gn_bytes code, gn_day day,
        gn_day until, uint64_t above)
{
	const struct gn_unit *units[HUB_ABOVE_MAX];
	size_t n = hub_place_above(registry, code, day, until, units);
	for (size_t i = 0; i < n; i++)
		if (units[i]->hash == above)
			return true;
	return false;
}

static int by_day(const void *a, const void *b)
{
	return *(const gn_day *)a - *(const gn_day *)b;
}

enum gn_err hub_eras_init(const struct gn_registry *registry, struct hub_eras *ret_eras)
{
	size_t n, kept = 0;
	const struct gn_unit *units = gn_registry_units(registry, &n);
	gn_day *starts = calloc(2 * n + 1, sizeof *starts);
	if (!starts)
		return GN_E_NOMEM;
	for (size_t i = 0; i < n; i++) {
		starts[2 * i] = units[i].from;
		starts[2 * i + 1] = units[i].to + 1;
	}
	qsort(starts, 2 * n, sizeof *starts, by_day);
	for (size_t i = 0; i < 2 * n; i++)
		if (starts[i] > GN_DAY_FIRST && starts[i] < GN_DAY_OPEN &&
		        (!kept || starts[kept - 1] != starts[i]))
			starts[kept++] = starts[i];
	*ret_eras = (struct hub_eras){.starts = starts, .n = kept};
	return GN_OK;
}

void hub_eras_done(struct hub_eras *eras)
{
	free(eras->starts);
	*eras = (struct hub_eras){0};
}

gn_day hub_era(const struct hub_eras *eras, gn_day day, gn_day *ret_last)
{
	size_t low = 0, high = eras->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (eras->starts[middle] <= day)
			low = middle + 1;
		else
			high = middle;
	}
	if (ret_last)
		*ret_last = low < eras->n ? eras->starts[low] - 1 : GN_DAY_OPEN;
	return low ? eras->starts[low - 1] : GN_DAY_FIRST;
}
