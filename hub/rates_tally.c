/* Numerators and denominators from tallies. Decides which tallies a window takes:
 * all in it for ratios and sums, each unit's latest for levels; and sees where a
 * unit and one under it both report. */
#include "hub/rates_state.h"

#include "core/text.h"
#include "hub/tally.h"

struct used { /* a unit whose tallies are in the answer */
	uint64_t unit;
	gn_day day; /* of the last of them */
};

struct tallying {
	struct hub_asking *a;
	struct hub_sums *sums;
	bool latest; /* each unit's last up to `to` alone */
	struct hub_map used;
};

static void take(struct tallying *t, uint64_t unit, gn_day day, const struct hub_tally_row *row)
{
	const struct hub_stand *stand = hub_asking_stand(t->a, unit, day);
	if (!stand)
		return;
	hub_sums_add(t->sums, stand, (int64_t)row->numerator);
	for (size_t i = 0; i < stand->n && row->has_denominator; i++) {
		t->sums->d[stand->rows[i]] += (int64_t)row->denominator;
		t->sums->has_d[stand->rows[i]] = true;
	}
	struct used *used = hub_map_need(&t->used, &unit);
	if (used)
		used->day = day;
	else
		hub_asking_fail(t->a, GN_E_NOMEM);
}

static bool reports(const struct tallying *t, const struct gn_unit *unit)
{
	return hub_map_find(&t->used, &unit->hash) != NULL;
}

/* Units that report beside one that they stand in. */
static void find_conflicts(struct tallying *t)
{
	size_t unit_n;
	const struct gn_unit *units = gn_registry_units(t->a->registry, &unit_n);
	for (size_t i = 0; i < unit_n; i++) {
		const struct used *used = hub_map_find(&t->used, &units[i].hash);
		const struct gn_unit *above[GN_AREA_MAX];
		if (!used || used->day < units[i].from || used->day > units[i].to)
			continue;
		size_t n = gn_area_above(
		        t->a->registry, gn_bytes_str(units[i].code), used->day, t->a->to, above);
		bool conflict = false, within = !t->a->scope;
		for (size_t k = 0; k < n; k++) {
			conflict |= above[k]->hash != units[i].hash && reports(t, above[k]);
			within |= above[k]->hash == t->a->scope;
		}
		t->sums->conflicts += conflict && within;
	}
}

static void read_all(struct tallying *t, uint64_t indicator)
{
	uint8_t prefix[8];
	struct hub_tally_row kept = {0};
	uint64_t unit = 0;
	gn_day kept_day = 0;
	GN_AUTO_CURSOR cursor = gn_cursor_open(t->a->txn, HUB_T_TALLY);
	gn_put_be64(prefix, indicator);
	for (bool more = gn_cursor_seek(&cursor, gn_bytes(prefix, sizeof prefix));
	        more && !t->a->err; more = gn_cursor_next(&cursor)) {
		const uint8_t *key = cursor.key.data;
		const struct hub_tally_row *rows = (const void *)cursor.value.data;
		size_t n = cursor.value.size / sizeof *rows;
		if (cursor.key.size != HUB_TALLY_KEY || memcmp(key, prefix, sizeof prefix) != 0)
			break;
		gn_day day = GN_DAY_FIRST + (gn_day)gn_get_be16(key + 16);
		if (day > t->a->to || !n || (!t->latest && day < t->a->from))
			continue;
		/* Days of a unit follow each other: the one before was its latest. */
		if (t->latest && kept_day && gn_get_be64(key + 8) != unit)
			take(t, unit, kept_day, &kept);
		unit = gn_get_be64(key + 8);
		kept_day = day;
		kept = rows[n - 1];
		if (!t->latest)
			take(t, unit, day, &kept);
	}
	if (t->latest && kept_day)
		take(t, unit, kept_day, &kept);
}

void hub_rates_tally(
        struct hub_asking *a, const struct gn_indicator *indicator, struct hub_sums *sums)
{
	struct tallying t = {.a = a,
	        .sums = sums,
	        .latest = indicator->kind == GN_LEVEL,
	        .used = {.rows.row_bytes = sizeof(struct used), .key_bytes = 8}};
	read_all(&t, gn_code_hash(gn_bytes_str(indicator->code)));
	find_conflicts(&t);
	hub_map_done(&t.used);
}
