/* A rate for every unit of a level. Decides which table each kind's numerator
 * comes from, what stands below the line, and how an answer is written. */
#include "hub/rates_state.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/text.h"
#include "hub/db.h"

#define WHAT_SIZE 160
#define ASK_TRIES 100 /* changes of the registry while one question is asked */

struct line { /* one row of the answer */
	const struct hub_rate_row *row;
	int64_t n, d, percent, target, gap, missing; /* percent, target and gap in hundredths */
	bool has_d, has_percent, has_target, has_fresh, fresh;
};

struct answer {
	struct hub_asking *a;
	const struct gn_indicator *indicator;
	struct hub_sums sums, below; /* numerators; denominators of another indicator or figure */
	struct hub_fresh fresh;
	struct line *lines;
	int64_t over; /* rows above 100 % */
};

void hub_rates_numerators(
        struct hub_asking *a, const struct gn_indicator *indicator, struct hub_sums *sums)
{
	switch (indicator->kind) {
	case GN_COVERAGE:
		if (indicator->subject == GN_S_HOUSEHOLD)
			hub_rates_bits(a, indicator, sums);
		else if (indicator->subject == GN_S_TEAM)
			hub_rates_teams(a, indicator, sums);
		else
			hub_rates_seen(a, indicator, sums);
		break;
	case GN_COUNT:
		if (indicator->sources == 1u << GN_KIND_TALLY)
			hub_rates_tally(a, indicator, sums);
		else
			hub_rates_delta(a, indicator, sums);
		break;
	case GN_STOCK:
	case GN_JOINT:
		hub_rates_delta(a, indicator, sums);
		break;
	case GN_RATIO:
	case GN_LEVEL:
		hub_rates_tally(a, indicator, sums);
		break;
	case GN_REGISTRY_KIND:
		hub_rates_figure(a, indicator->figure, sums);
		break;
	}
}

static void fill_below(struct answer *x)
{
	const struct gn_indicator *other;
	if (x->indicator->denominator == GN_D_REGISTRY) {
		hub_rates_figure(x->a, x->indicator->denominator_figure, &x->below);
	} else if (x->indicator->denominator == GN_D_INDICATOR) {
		other = gn_registry_indicator(x->a->registry, x->indicator->denominator_name);
		if (other)
			hub_rates_numerators(x->a, other, &x->below);
	}
}

static bool denominator(const struct answer *x, size_t i, int64_t *ret_d)
{
	const struct gn_indicator *in = x->indicator;
	uint64_t value = 0;
	switch (in->denominator) {
	case GN_D_NONE:
		return false;
	case GN_D_MEASURE:
		if (!gn_registry_measure(x->a->registry, gn_bytes_str(x->a->rows[i].unit),
		            in->denominator_name, x->a->to, &value) ||
		        value > INT64_MAX / 20000)
			return false;
		*ret_d = (int64_t)value;
		return true;
	case GN_D_REGISTRY:
		*ret_d = x->below.n[i];
		return true;
	case GN_D_INDICATOR:
		*ret_d = x->below.n[i];
		return gn_registry_indicator(x->a->registry, in->denominator_name) != NULL;
	case GN_D_TALLY:
		*ret_d = x->sums.d[i];
		return x->sums.has_d[i];
	}
	return false;
}

/* Rounded half up, in integers. */
static int64_t percent_of(int64_t n, int64_t d)
{
	return (int64_t)(((__int128)n * 20000 + d) / ((__int128)d * 2));
}

static void set_target(const struct answer *x, struct line *line)
{
	const struct gn_target *target = gn_registry_target(
	        x->a->registry, x->indicator->code, gn_bytes_str(line->row->unit), x->a->to);
	line->has_target = target != NULL;
	if (!target)
		return;
	line->target = target->percent;
	if (!line->has_percent)
		return;
	line->gap = line->target > line->percent ? line->target - line->percent : 0;
	__int128 wanted = ((__int128)line->target * line->d + 9999) / 10000;
	line->missing = wanted > line->n ? (int64_t)(wanted - line->n) : 0;
}

static void fill_lines(struct answer *x)
{
	for (size_t i = 0; i < x->a->row_n; i++) {
		struct line *line = &x->lines[i];
		line->row = &x->a->rows[i];
		line->n = x->sums.n[i];
		line->has_d = denominator(x, i, &line->d);
		line->has_percent = line->has_d && line->d > 0;
		if (line->has_percent)
			line->percent = percent_of(line->n, line->d);
		x->over += line->has_percent && line->n > line->d;
		line->has_fresh = hub_fresh_row(x->a, &x->fresh, line->row, &line->fresh);
		set_target(x, line);
	}
}

static int by_code(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	return strcmp(x->row->code, y->row->code);
}

/* The highest first, rows without one last. */
static int order_of(bool has_x, int64_t x, bool has_y, int64_t y)
{
	if (has_x != has_y)
		return has_x ? -1 : 1;
	return (x < y) - (x > y);
}

static int by_rate(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = order_of(x->has_percent, x->percent, y->has_percent, y->percent);
	return order ? order : by_code(a, b);
}

static int by_short(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = order_of(x->has_target && x->has_percent, x->missing,
	        y->has_target && y->has_percent, y->missing);
	return order ? order : by_code(a, b);
}

static void put_hundredths(struct gn_out *out, bool has, int64_t value)
{
	if (has)
		gn_out_hundredths(out, value);
	else
		gn_out_null(out);
}

static void put_number(struct gn_out *out, bool has, int64_t value)
{
	if (has)
		gn_out_int(out, value);
	else
		gn_out_null(out);
}

static void put_lines(const struct answer *x, struct gn_out *out)
{
	for (size_t i = 0; i < x->a->row_n; i++) {
		const struct line *line = &x->lines[i];
		bool aimed = line->has_target && line->has_percent;
		gn_out_text(out, line->row->code);
		gn_out_text(out, line->row->name);
		gn_out_text(out, gn_level_name(x->a->query->level));
		gn_out_int(out, line->n);
		put_number(out, line->has_d, line->d);
		put_hundredths(out, line->has_percent, line->percent);
		put_hundredths(out, line->has_target, line->target);
		put_hundredths(out, aimed, line->gap);
		put_number(out, aimed, line->missing);
		if (line->has_fresh)
			gn_out_bool(out, line->fresh);
		else
			gn_out_null(out);
	}
}

static void put_as_of(const struct answer *x, struct gn_out *out)
{
	struct gn_bytes newest;
	char text[26];
	if (gn_txn_get(x->a->txn, HUB_T_AGG, gn_bytes_str("newest"), &newest) && newest.size == 8)
		gn_out_fact_text(out, "as_of", gn_time_text(gn_get_be64(newest.data) >> 16, text));
	else
		gn_out_fact_null(out, "as_of");
}

static void put_facts(const struct answer *x, struct gn_out *out)
{
	char day[11];
	gn_out_fact_text(out, "indicator", x->indicator->code);
	gn_out_fact_text(out, "kind", x->indicator->kind_text);
	gn_out_fact_text(out, "from", gn_day_text(x->a->from, day));
	gn_out_fact_text(out, "to", gn_day_text(x->a->to, day));
	put_as_of(x, out);
	gn_out_fact_int(out, "registry", (int64_t)gn_registry_version(x->a->registry));
	gn_out_fact_int(out, "nodes_expected", x->fresh.expected);
	gn_out_fact_int(out, "nodes_fresh", x->fresh.fresh);
	gn_out_fact_int(out, "elsewhere", x->sums.elsewhere);
	gn_out_fact_int(out, "unplaced", x->sums.unplaced);
	gn_out_fact_int(out, "conflicts", x->sums.conflicts);
	gn_out_fact_int(out, "over_100", x->over);
}

static enum gn_err write_answer(struct answer *x, struct gn_out **ret_out)
{
	static const char *const headings[] = {"unit", "name", "level", "numerator", "denominator",
	        "percent", "target", "gap", "short", "fresh", NULL};
	static int (*const orders[])(const void *, const void *) = {
	        [HUB_SORT_UNIT] = by_code, [HUB_SORT_RATE] = by_rate, [HUB_SORT_SHORT] = by_short};
	struct gn_out *out = gn_out_new(headings);
	if (!out)
		return GN_E_NOMEM;
	if (x->a->row_n)
		qsort(x->lines, x->a->row_n, sizeof *x->lines, orders[x->a->query->sort]);
	put_facts(x, out);
	put_lines(x, out);
	*ret_out = out;
	return GN_OK;
}

static enum gn_err work_out(struct answer *x)
{
	enum gn_err err = hub_asking_init(x->a);
	if (!err)
		err = hub_sums_init(x->a, &x->sums);
	if (!err)
		err = hub_sums_init(x->a, &x->below);
	if (!err)
		err = hub_fresh_init(x->a, &x->fresh);
	if (err)
		return err;
	x->lines = calloc(x->a->row_n + 1, sizeof *x->lines);
	if (!x->lines)
		return GN_E_NOMEM;
	hub_rates_numerators(x->a, x->indicator, &x->sums);
	fill_below(x);
	fill_lines(x);
	return x->a->err ? x->a->err : x->a->txn->err;
}

static enum gn_err check(
        const struct hub_asking *a, const struct gn_indicator *indicator, char ret_what[WHAT_SIZE])
{
	const struct hub_rates_query *q = a->query;
	if (!indicator) {
		snprintf(ret_what, WHAT_SIZE, "indicator: unknown code \"%.60s\"", q->indicator);
		return GN_E_NOTFOUND;
	}
	if (q->unit && !gn_registry_unit_any(a->registry, gn_bytes_str(q->unit))) {
		snprintf(ret_what, WHAT_SIZE, "unit: unknown code \"%.60s\"", q->unit);
		return GN_E_NOTFOUND;
	}
	bool by_unit = indicator->kind == GN_RATIO || indicator->kind == GN_LEVEL ||
	               indicator->kind == GN_REGISTRY_KIND ||
	               indicator->sources == 1u << GN_KIND_TALLY;
	if (!by_unit || q->level != GN_LEVEL_TEAM)
		return GN_OK;
	snprintf(ret_what, WHAT_SIZE, "level: %s is reported by units, it has no level team",
	        indicator->code);
	return GN_E_USAGE;
}

enum gn_err hub_rates(struct gn_txn *txn, const struct gn_registry *registry,
        const struct hub_rates_query *query, struct gn_out **ret_out, char ret_what[WHAT_SIZE])
{
	struct hub_asking a = {.txn = txn, .registry = registry, .query = query};
	struct answer x = {.a = &a, .indicator = gn_registry_indicator(registry, query->indicator)};
	if (!hub_fold_ready(txn, registry))
		return txn->err ? txn->err : GN_E_BUSY;
	enum gn_err err = check(&a, x.indicator, ret_what);
	if (err)
		return err;
	a.from = query->from > GN_DAY_FIRST ? query->from : GN_DAY_FIRST;
	a.to = query->to < GN_DAY_OPEN ? query->to : GN_DAY_OPEN - 1;
	a.scope = query->unit ? gn_code_hash(gn_bytes_str(query->unit)) : 0;
	err = work_out(&x);
	if (!err)
		err = write_answer(&x, ret_out);
	free(x.lines);
	hub_fresh_done(&x.fresh);
	hub_sums_done(&x.sums);
	hub_sums_done(&x.below);
	hub_asking_done(&a);
	return err;
}

static enum gn_err ask_once(struct gn_store *store, const struct gn_registry *registry,
        const struct hub_keys *keys, const struct hub_rates_query *query, struct gn_out **ret_out,
        char ret_what[WHAT_SIZE])
{
	struct hub_fold_result folded;
	enum gn_err err = hub_fold(store, registry, keys, 0, &folded);
	if (err)
		return err;
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	return txn.err ? txn.err : hub_rates(&txn, registry, query, ret_out, ret_what);
}

enum gn_err hub_rates_ask(struct gn_store *store, struct gn_view *view, const struct hub_keys *keys,
        const struct hub_rates_query *query, struct gn_out **ret_out, char ret_what[WHAT_SIZE])
{
	enum gn_err err = GN_E_BUSY;
	for (int tries = 0; err == GN_E_BUSY && tries < ASK_TRIES; tries++) {
		err = gn_view_refresh(view, store);
		if (!err)
			err = ask_once(store, view->registry, keys, query, ret_out, ret_what);
	}
	return err;
}
