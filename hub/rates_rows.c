/* The rows of an answer and where things stand in them. Decides which units have
 * a row: those of the level that were in force on a day of the window. */
#include "hub/rates_state.h"

#include <stdlib.h>

#include "core/text.h"

struct row_of {
	uint64_t hash;
	size_t row;
};
struct unit_of {
	uint64_t hash;
	const struct gn_unit *unit;
};

static bool in_window(const struct hub_asking *a, gn_day from, gn_day to)
{
	return from <= a->to && to >= a->from;
}

static bool within(const struct hub_asking *a, const char *unit, gn_day day)
{
	return !a->scope || hub_place_under(a->registry, gn_bytes_str(unit), day, a->to, a->scope);
}

/* Rows of one code follow each other by date: the last one in the window stands. */
static void add_row(struct hub_asking *a, struct hub_rate_row row)
{
	if (a->row_n && a->rows[a->row_n - 1].hash == row.hash)
		a->row_n--;
	a->rows[a->row_n++] = row;
}

static void add_units(struct hub_asking *a)
{
	size_t n;
	const struct gn_unit *units = gn_registry_units(a->registry, &n);
	for (size_t i = 0; i < n; i++) {
		const struct gn_unit *unit = &units[i];
		if (unit->level == a->query->level && in_window(a, unit->from, unit->to))
			add_row(a, (struct hub_rate_row){.code = unit->code,
			                   .name = unit->name,
			                   .hash = unit->hash,
			                   .unit = unit->code,
			                   .day = unit->to < a->to ? unit->to : a->to});
	}
}

static void add_teams(struct hub_asking *a)
{
	size_t n;
	const struct gn_team *teams = gn_registry_teams(a->registry, &n);
	for (size_t i = 0; i < n; i++) {
		const struct gn_team *team = &teams[i];
		if (in_window(a, team->from, team->to))
			add_row(a, (struct hub_rate_row){.code = team->code,
			                   .name = team->name,
			                   .hash = team->hash,
			                   .unit = team->unit,
			                   .day = team->to < a->to ? team->to : a->to});
	}
}

static enum gn_err index_rows(struct hub_asking *a)
{
	size_t kept = 0;
	for (size_t i = 0; i < a->row_n; i++)
		if (within(a, a->rows[i].unit, a->rows[i].day))
			a->rows[kept++] = a->rows[i];
	a->row_n = kept;
	for (size_t i = 0; i < kept; i++) {
		struct row_of *row = hub_map_need(&a->row_of, &a->rows[i].hash);
		if (!row)
			return GN_E_NOMEM;
		row->row = i;
	}
	return GN_OK;
}

static enum gn_err index_units(struct hub_asking *a)
{
	size_t n;
	const struct gn_unit *units = gn_registry_units(a->registry, &n);
	for (size_t i = 0; i < n; i++) {
		struct unit_of *unit = hub_map_need(&a->unit_of, &units[i].hash);
		if (!unit)
			return GN_E_NOMEM;
		unit->unit = &units[i];
	}
	return GN_OK;
}

enum gn_err hub_asking_init(struct hub_asking *a)
{
	size_t unit_n, team_n;
	(void)gn_registry_units(a->registry, &unit_n);
	(void)gn_registry_teams(a->registry, &team_n);
	a->row_of = (struct hub_map){.rows.row_bytes = sizeof(struct row_of), .key_bytes = 8};
	a->unit_of = (struct hub_map){.rows.row_bytes = sizeof(struct unit_of), .key_bytes = 8};
	a->stands = (struct hub_map){.rows.row_bytes = sizeof(struct hub_stand), .key_bytes = 12};
	_Static_assert(offsetof(struct hub_stand, day) == 8, "unit and day are the key");
	a->rows = calloc(unit_n + team_n + 1, sizeof *a->rows);
	if (!a->rows)
		return GN_E_NOMEM;
	if (a->query->level == GN_LEVEL_TEAM)
		add_teams(a);
	else
		add_units(a);
	enum gn_err err = index_rows(a);
	if (!err)
		err = index_units(a);
	return err ? err : hub_eras_init(a->registry, &a->eras);
}

void hub_asking_done(struct hub_asking *a)
{
	free(a->rows);
	hub_map_done(&a->row_of);
	hub_map_done(&a->unit_of);
	hub_map_done(&a->stands);
	hub_eras_done(&a->eras);
}

size_t hub_asking_row(const struct hub_asking *a, uint64_t hash)
{
	const struct row_of *row = hub_map_find(&a->row_of, &hash);
	return row ? row->row : HUB_NO_ROW;
}

static void fill_stand(struct hub_asking *a, struct hub_stand *stand)
{
	const struct gn_unit *units[GN_AREA_MAX];
	const struct unit_of *unit = hub_map_find(&a->unit_of, &stand->unit);
	size_t n = unit ? gn_area_above(a->registry, gn_bytes_str(unit->unit->code), stand->day,
	                          a->to, units)
	                : 0;
	stand->within = !a->scope;
	for (size_t i = 0; i < n; i++) {
		size_t row = a->query->level == GN_LEVEL_TEAM ? HUB_NO_ROW
		                                              : hub_asking_row(a, units[i]->hash);
		if (row != HUB_NO_ROW)
			stand->rows[stand->n++] = (uint32_t)row;
		stand->within |= units[i]->hash == a->scope;
	}
}

const struct hub_stand *hub_asking_stand(struct hub_asking *a, uint64_t unit, gn_day day)
{
	struct hub_stand key = {.unit = unit, .day = hub_era(&a->eras, day, NULL)};
	struct hub_stand *stand = hub_map_find(&a->stands, &key);
	if (stand)
		return stand;
	stand = hub_map_need(&a->stands, &key);
	if (stand)
		fill_stand(a, stand);
	else
		hub_asking_fail(a, GN_E_NOMEM);
	return stand;
}

const struct hub_stand *hub_asking_place(
        struct hub_asking *a, uint64_t team, uint64_t unit, gn_day day)
{
	const struct hub_stand *stand = hub_asking_stand(a, unit, day);
	if (a->query->level != GN_LEVEL_TEAM || !stand)
		return stand;
	size_t row = hub_asking_row(a, team);
	a->by_team = *stand;
	a->by_team.n = row != HUB_NO_ROW;
	a->by_team.rows[0] = (uint32_t)row;
	return &a->by_team;
}

enum gn_err hub_sums_init(const struct hub_asking *a, struct hub_sums *ret_sums)
{
	size_t n = a->row_n + 1;
	struct hub_sums sums = {.n = calloc(n, sizeof *sums.n),
	        .d = calloc(n, sizeof *sums.d),
	        .has_d = calloc(n, sizeof *sums.has_d),
	        .mark = calloc(n, sizeof *sums.mark)};
	if (!sums.n || !sums.d || !sums.has_d || !sums.mark) {
		hub_sums_done(&sums);
		return GN_E_NOMEM;
	}
	*ret_sums = sums;
	return GN_OK;
}

void hub_sums_done(struct hub_sums *sums)
{
	free(sums->n);
	free(sums->d);
	free(sums->has_d);
	free(sums->mark);
	*sums = (struct hub_sums){0};
}

void hub_sums_add(struct hub_sums *sums, const struct hub_stand *stand, int64_t n)
{
	for (size_t i = 0; i < stand->n; i++)
		sums->n[stand->rows[i]] += n;
	if (!stand->n && stand->within)
		sums->elsewhere += n;
}
