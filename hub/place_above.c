/* What stands above a unit, asked by hash, and the spans of days between which
 * that can change. The walk itself is core/area.c. */
#include "hub/place_above.h"

#include <stdlib.h>

bool hub_place_under(const struct gn_registry *registry, struct gn_bytes code, gn_day day,
        gn_day until, uint64_t above)
{
	const struct gn_unit *units[GN_AREA_MAX];
	size_t n = gn_area_above(registry, code, day, until, units);
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
