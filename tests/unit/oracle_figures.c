/* Figures of the registry, measures and targets, by the interface page. */
#include "oracle.h"

static bool unit_in(const struct oracle *o, const char *unit, const char *row, gn_day day)
{
	return oracle_is_above(o->province, row, unit, day, day);
}

static long units_in(
        const struct oracle *o, enum gn_level level, const char *row, gn_day day, bool with_team)
{
	const struct province *p = o->province;
	long n = 0;
	for (size_t i = 0; i < p->unit_n; i++) {
		const struct p_unit *u = &p->units[i];
		if (u->level != level || day < u->from || day > u->to ||
		        !unit_in(o, u->code, row, day))
			continue;
		bool found = !with_team;
		for (size_t k = 0; k < p->team_n; k++)
			found |= p->teams[k].from <= day && day <= p->teams[k].to &&
			         unit_in(o, p->teams[k].unit, u->code, day);
		n += found;
	}
	return n;
}

static long teams_in(
        const struct oracle *o, const char *row, enum gn_level level, gn_day day, bool members)
{
	const struct province *p = o->province;
	long n = 0;
	for (size_t k = 0; k < p->team_n; k++) {
		const struct p_team *t = &p->teams[k];
		if (day < t->from || day > t->to)
			continue;
		bool here = level == GN_LEVEL_TEAM ? strcmp(t->code, row) == 0
		                                   : unit_in(o, t->unit, row, day);
		if (here)
			n += members ? (long)t->members : 1;
	}
	return n;
}

long oracle_figure(const struct oracle *o, enum gn_registry_figure figure, const char *row,
        enum gn_level level, gn_day day)
{
	switch (figure) {
	case GN_R_COMMUNES:
		return units_in(o, GN_LEVEL_COMMUNE, row, day, false);
	case GN_R_VILLAGES:
		return units_in(o, GN_LEVEL_VILLAGE, row, day, false);
	case GN_R_COMMUNES_WITH_TEAM:
		return units_in(o, GN_LEVEL_COMMUNE, row, day, true);
	case GN_R_VILLAGES_WITH_TEAM:
		return units_in(o, GN_LEVEL_VILLAGE, row, day, true);
	case GN_R_TEAMS:
		return teams_in(o, row, level, day, false);
	case GN_R_MEMBERS:
		return teams_in(o, row, level, day, true);
	case GN_R_NONE:
		return 0;
	}
	return 0;
}

bool oracle_measure(
        const struct oracle *o, const char *unit, const char *measure, gn_day day, long *ret_value)
{
	const struct province *p = o->province;
	const struct p_measure *own = NULL;
	bool known = false;
	long sum = 0, value;
	/* Of rows with one key the last stands, as in the registry. */
	for (size_t i = 0; i < p->measure_n; i++) {
		const struct p_measure *m = &p->measures[i];
		if (strcmp(m->unit, unit) == 0 && strcmp(m->measure, measure) == 0 &&
		        m->date <= day && (!own || m->date >= own->date))
			own = m;
	}
	if (own) {
		*ret_value = (long)own->value;
		return true;
	}
	for (size_t i = 0; i < p->unit_n; i++) {
		const struct p_unit *u = &p->units[i];
		if (strcmp(u->parent, unit) != 0 || day < u->from || day > u->to ||
		        !oracle_measure(o, u->code, measure, day, &value))
			continue;
		sum += value;
		known = true;
	}
	*ret_value = sum;
	return known;
}

const struct p_target *oracle_target(
        const struct oracle *o, const char *indicator, const char *unit, gn_day day)
{
	const struct province *p = o->province;
	const struct p_target *own = NULL;
	const struct p_unit *row = oracle_unit(p, unit, day);
	for (size_t i = 0; i < p->target_n; i++) {
		const struct p_target *t = &p->targets[i];
		bool replaced = false; /* by a later row with its key */
		for (size_t k = i + 1; k < p->target_n; k++)
			replaced |= strcmp(t->unit, p->targets[k].unit) == 0 &&
			            t->indicator == p->targets[k].indicator &&
			            t->from == p->targets[k].from;
		if (!replaced && strcmp(t->unit, unit) == 0 &&
		        strcmp(t->indicator, indicator) == 0 && t->from <= day && day <= t->to &&
		        (!own || t->from > own->from))
			own = t;
	}
	if (own)
		return own;
	for (size_t i = 0; !row && i < p->unit_n; i++)
		if (strcmp(p->units[i].code, unit) == 0) {
			const struct p_unit *newest = &p->units[i];
			for (size_t k = i; k < p->unit_n; k++)
				if (strcmp(p->units[k].code, unit) == 0 &&
				        p->units[k].from > newest->from)
					newest = &p->units[k];
			row = newest;
		}
	if (!row || !row->parent[0] || !oracle_unit(p, row->parent, day))
		return NULL;
	return oracle_target(o, indicator, row->parent, day);
}
