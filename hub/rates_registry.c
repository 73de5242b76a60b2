/* Figures of the registry itself: what is in force at `to`. Decides when a
 * commune or a village counts as one with a team: a commune by a team of its own
 * or of a unit under it, a village by a team of its own. */
#include "hub/rates_state.h"

#include <stdlib.h>

static bool in_force(gn_day from, gn_day to, gn_day day)
{
	return from <= day && day <= to;
}

static void add_units(struct hub_asking *a, enum gn_level level, struct hub_sums *sums,
        const struct hub_map *only)
{
	size_t n;
	const struct gn_unit *units = gn_registry_units(a->registry, &n);
	for (size_t i = 0; i < n && !a->err; i++) {
		if (units[i].level != level || !in_force(units[i].from, units[i].to, a->to) ||
		        (only && !hub_map_find(only, &units[i].hash)))
			continue;
		const struct hub_stand *stand = hub_asking_stand(a, units[i].hash, a->to);
		if (stand)
			hub_sums_add(sums, stand, 1);
	}
}

static void add_teams(struct hub_asking *a, bool members, struct hub_sums *sums)
{
	size_t n;
	const struct gn_team *teams = gn_registry_teams(a->registry, &n);
	for (size_t i = 0; i < n && !a->err; i++) {
		if (!in_force(teams[i].from, teams[i].to, a->to))
			continue;
		const struct gn_unit *unit =
		        gn_registry_unit_any(a->registry, gn_bytes_str(teams[i].unit));
		const struct hub_stand *stand =
		        hub_asking_place(a, teams[i].hash, unit ? unit->hash : 0, a->to);
		if (stand)
			hub_sums_add(sums, stand, members ? teams[i].members : 1);
	}
}

/* Every unit that has a team of its own or under it at `to`. */
static void gather_with_team(struct hub_asking *a, struct hub_map *with)
{
	size_t n;
	const struct gn_team *teams = gn_registry_teams(a->registry, &n);
	for (size_t i = 0; i < n; i++) {
		const struct gn_unit *above[GN_AREA_MAX];
		if (!in_force(teams[i].from, teams[i].to, a->to))
			continue;
		size_t above_n = gn_area_above(
		        a->registry, gn_bytes_str(teams[i].unit), a->to, a->to, above);
		for (size_t k = 0; k < above_n; k++)
			if (!hub_map_need(with, &above[k]->hash))
				hub_asking_fail(a, GN_E_NOMEM);
	}
}

static void add_with_team(struct hub_asking *a, enum gn_level level, struct hub_sums *sums)
{
	struct hub_map with = {.rows.row_bytes = sizeof(uint64_t), .key_bytes = sizeof(uint64_t)};
	gather_with_team(a, &with);
	add_units(a, level, sums, &with);
	hub_map_done(&with);
}

void hub_rates_figure(struct hub_asking *a, enum gn_registry_figure figure, struct hub_sums *sums)
{
	switch (figure) {
	case GN_R_COMMUNES_WITH_TEAM:
		add_with_team(a, GN_LEVEL_COMMUNE, sums);
		break;
	case GN_R_VILLAGES_WITH_TEAM:
		add_with_team(a, GN_LEVEL_VILLAGE, sums);
		break;
	case GN_R_COMMUNES:
		add_units(a, GN_LEVEL_COMMUNE, sums, NULL);
		break;
	case GN_R_VILLAGES:
		add_units(a, GN_LEVEL_VILLAGE, sums, NULL);
		break;
	case GN_R_TEAMS:
		add_teams(a, false, sums);
		break;
	case GN_R_MEMBERS:
		add_teams(a, true, sums);
		break;
	case GN_R_NONE:
		break;
	}
}
