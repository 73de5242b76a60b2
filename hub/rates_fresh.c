/* Which nodes have been heard of lately, and what that says of a unit. Decides
 * that a unit is fresh when no node for it or under it is silent; that a unit
 * without one goes by the nearest unit above that has a node of its own. */
#include "hub/rates_state.h"

#include "core/text.h"

#define FRESH_MS (24u * 3600u * 1000u)

struct unit_nodes {
	uint64_t hash;
	uint32_t own, own_silent, under, under_silent;
};

static bool heard(const struct hub_asking *a, const struct gn_enrolment *node)
{
	uint64_t at = hub_last_heard(a->txn, node->node);
	return at && (at > a->query->now_ms || a->query->now_ms - at <= FRESH_MS);
}

/* As the registry stands: the newest row of a node's unit, on its last day. */
static size_t above_node(const struct hub_asking *a, const struct gn_enrolment *node,
        const struct gn_unit *ret_units[GN_AREA_MAX])
{
	struct gn_bytes code = gn_bytes_str(node->unit);
	const struct gn_unit *unit = gn_registry_unit_any(a->registry, code);
	gn_day last = unit && unit->to < GN_DAY_OPEN ? unit->to : GN_DAY_OPEN - 1;
	return gn_area_above(a->registry, code, last, GN_DAY_OPEN, ret_units);
}

static enum gn_err add_node(
        const struct hub_asking *a, struct hub_fresh *fresh, const struct gn_enrolment *node)
{
	const struct gn_unit *units[GN_AREA_MAX];
	uint64_t own = gn_code_hash(gn_bytes_str(node->unit));
	size_t n = above_node(a, node, units);
	bool silent = !heard(a, node), within = !a->scope || own == a->scope;
	for (size_t i = 0; i < n; i++) {
		struct unit_nodes *unit = hub_map_need(&fresh->units, &units[i]->hash);
		if (!unit)
			return GN_E_NOMEM;
		unit->own += units[i]->hash == own;
		unit->own_silent += units[i]->hash == own && silent;
		unit->under++;
		unit->under_silent += silent;
		within |= units[i]->hash == a->scope;
	}
	fresh->expected += within;
	fresh->fresh += within && !silent;
	return GN_OK;
}

enum gn_err hub_fresh_init(struct hub_asking *a, struct hub_fresh *ret_fresh)
{
	struct hub_fresh fresh = {
	        .units = {.rows.row_bytes = sizeof(struct unit_nodes), .key_bytes = 8}};
	size_t n;
	const struct gn_enrolment *nodes = gn_registry_enrolments(a->registry, &n);
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < n; i++)
		if (!nodes[i].training && !nodes[i].revoked)
			err = add_node(a, &fresh, &nodes[i]);
	if (err)
		hub_fresh_done(&fresh);
	else
		*ret_fresh = fresh;
	return err;
}

void hub_fresh_done(struct hub_fresh *fresh)
{
	hub_map_done(&fresh->units);
}

bool hub_fresh_row(const struct hub_asking *a, const struct hub_fresh *fresh,
        const struct hub_rate_row *row, bool *ret_fresh)
{
	const struct gn_unit *above[GN_AREA_MAX];
	size_t n = gn_area_above(a->registry, gn_bytes_str(row->unit), row->day, a->to, above);
	for (size_t i = 0; i < n; i++) {
		const struct unit_nodes *unit = hub_map_find(&fresh->units, &above[i]->hash);
		if (!unit || (i && !unit->own))
			continue;
		*ret_fresh = i ? !unit->own_silent : !unit->under_silent;
		return true;
	}
	return false;
}
