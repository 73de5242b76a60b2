/* Numerators from sums by day (counts, stocks, joints, teams at work) and from
 * the days on which subjects were seen. Decides what of a row of the tables lies
 * in the window and in the ages asked for. */
#include "hub/rates_state.h"

#include "hub/delta.h"
#include "hub/seen.h"

/* One value of HUB_T_DELTA, its key taken apart. */
struct value {
	uint64_t team, unit;
	gn_day era;
	const struct hub_delta_row *rows;
	size_t n;
};

struct reader { /* along one series */
	struct gn_cursor cursor;
	uint8_t prefix[4];
	size_t key_size;
	bool begun;
};

static struct reader reader_at(
        struct hub_asking *a, gn_table table, uint32_t series, size_t key_size)
{
	struct reader r = {.cursor = gn_cursor_open(a->txn, table), .key_size = key_size};
	gn_put_be32(r.prefix, series);
	return r;
}

static bool reader_next(struct reader *r)
{
	bool more = r->begun ? gn_cursor_next(&r->cursor)
	                     : gn_cursor_seek(&r->cursor, gn_bytes(r->prefix, sizeof r->prefix));
	r->begun = true;
	return more && r->cursor.key.size == r->key_size &&
	       memcmp(r->cursor.key.data, r->prefix, sizeof r->prefix) == 0;
}

static bool next_value(struct reader *r, struct value *ret_value)
{
	if (!reader_next(r))
		return false;
	const uint8_t *key = r->cursor.key.data;
	ret_value->team = gn_get_be64(key + 4);
	ret_value->unit = gn_get_be64(key + 12);
	ret_value->era = GN_DAY_FIRST + (gn_day)gn_get_be16(key + 20);
	ret_value->rows = (const void *)r->cursor.value.data;
	ret_value->n = r->cursor.value.size / sizeof *ret_value->rows;
	return true;
}

struct ages {
	bool tested;
	int min, max, year; /* year of `to` */
};

static int64_t sum_days(const struct value *v, gn_day from, gn_day to)
{
	int64_t sum = 0;
	for (size_t i = 0; i < v->n; i++) {
		gn_day day = GN_DAY_FIRST + (gn_day)v->rows[i].day;
		if (day >= from && day <= to)
			sum += v->rows[i].n;
	}
	return sum;
}

/* Subjects in at `to`, of the ages asked for; *ret_unknown: of no known age. */
static int64_t sum_ages(
        const struct value *v, gn_day to, const struct ages *ages, int64_t *ret_unknown)
{
	int64_t sum = 0;
	*ret_unknown = 0;
	for (size_t i = 0; i < v->n; i++) {
		int age = ages->year - v->rows[i].birth;
		if (GN_DAY_FIRST + (gn_day)v->rows[i].day > to)
			break;
		if (!v->rows[i].birth)
			*ret_unknown += v->rows[i].n;
		else if (age >= ages->min && age <= ages->max)
			sum += v->rows[i].n;
	}
	return sum;
}

static void add_value(struct hub_asking *a, struct hub_sums *sums, const struct value *v, int64_t n,
        int64_t unknown)
{
	if (!n && !unknown)
		return;
	const struct hub_stand *stand = hub_asking_place(a, v->team, v->unit, v->era);
	if (!stand)
		return;
	hub_sums_add(sums, stand, n);
	if (stand->within)
		sums->unplaced += unknown;
}

void hub_rates_delta(
        struct hub_asking *a, const struct gn_indicator *indicator, struct hub_sums *sums)
{
	uint32_t id = hub_series_id(a->registry, indicator);
	bool stock = indicator->kind != GN_COUNT;
	struct ages ages = {.year = gn_day_year(a->to)};
	struct reader r = reader_at(a, HUB_T_DELTA, id, HUB_DELTA_KEY);
	struct value v;
	ages.tested = stock && hub_series_ages(a->registry, indicator, &ages.min, &ages.max);
	while (id && !a->err && next_value(&r, &v)) {
		int64_t n, unknown = 0;
		if (ages.tested)
			n = sum_ages(&v, a->to, &ages, &unknown);
		else
			n = sum_days(&v, stock ? GN_DAY_FIRST : a->from, a->to);
		add_value(a, sums, &v, n, unknown);
	}
	gn_cursor_close(&r.cursor);
}

/* Counts a subject once in each row, and once elsewhere. */
static void mark(
        struct hub_sums *sums, const struct hub_stand *stand, uint64_t subject, uint64_t *elsewhere)
{
	for (size_t i = 0; i < stand->n; i++) {
		sums->n[stand->rows[i]] += sums->mark[stand->rows[i]] != subject;
		sums->mark[stand->rows[i]] = subject;
	}
	if (!stand->n && stand->within) {
		sums->elsewhere += *elsewhere != subject;
		*elsewhere = subject;
	}
}

void hub_rates_teams(
        struct hub_asking *a, const struct gn_indicator *indicator, struct hub_sums *sums)
{
	uint32_t id = hub_series_id(a->registry, indicator);
	struct reader r = reader_at(a, HUB_T_DELTA, id, HUB_DELTA_KEY);
	struct value v;
	uint64_t team = 0, number = 0, elsewhere = 0;
	while (id && !a->err && next_value(&r, &v)) {
		number += !number || v.team != team;
		team = v.team;
		if (sum_days(&v, a->from, a->to) <= 0)
			continue;
		const struct hub_stand *stand = hub_asking_place(a, v.team, v.unit, v.era);
		if (stand)
			mark(sums, stand, number, &elsewhere);
	}
	gn_cursor_close(&r.cursor);
}

void hub_rates_seen(
        struct hub_asking *a, const struct gn_indicator *indicator, struct hub_sums *sums)
{
	uint32_t id = hub_series_id(a->registry, indicator);
	struct reader r = reader_at(a, HUB_T_SEEN, id, HUB_SEEN_KEY);
	uint64_t number = 0, elsewhere = 0;
	while (id && !a->err && reader_next(&r)) {
		const struct hub_seen_row *rows = (const void *)r.cursor.value.data;
		size_t n = r.cursor.value.size / sizeof *rows;
		number++;
		for (size_t i = 0; i < n; i++) {
			gn_day day = GN_DAY_FIRST + (gn_day)rows[i].day;
			if (day < a->from || day > a->to)
				continue;
			const struct hub_stand *stand =
			        hub_asking_place(a, rows[i].team, rows[i].unit, day);
			if (stand)
				mark(sums, stand, number, &elsewhere);
		}
	}
	gn_cursor_close(&r.cursor);
}
