/* The question: its rows, and what stands in them. */
#include "oracle.h"

#include <stdlib.h>

const struct gn_indicator *oracle_indicator(const struct oracle *o, const char *code)
{
	for (size_t i = 0; i < o->province->indicator_n; i++)
		if (strcmp(o->indicators[i]->code, code) == 0)
			return o->indicators[i];
	return NULL;
}

static bool is_row(const struct o_question *q, const char *code)
{
	for (size_t i = 0; i < q->answer->row_n; i++)
		if (strcmp(q->answer->rows[i].code, code) == 0)
			return true;
	return false;
}

bool oracle_stands(
        const struct o_question *q, const char *row, const char *team, const char *unit, gn_day day)
{
	const char *codes[P_UNITS];
	size_t n = oracle_above(q->o->province, unit, day, q->to, codes);
	bool within = !q->unit, in_row = false;
	for (size_t i = 0; i < n; i++) {
		within |= q->unit && strcmp(codes[i], q->unit) == 0;
		if (q->level != GN_LEVEL_TEAM)
			in_row |= row ? strcmp(codes[i], row) == 0 : is_row(q, codes[i]);
	}
	if (q->level == GN_LEVEL_TEAM)
		in_row = row ? strcmp(team, row) == 0 : is_row(q, team);
	return row ? in_row : within && !in_row;
}

static void add_row(struct o_question *q, const char *code)
{
	if (!is_row(q, code))
		q->answer->rows[q->answer->row_n++] = (struct o_row){.code = code};
}

/* Whether the row lies under the unit asked about: on its last day in the window. */
static bool under(const struct o_question *q, const char *unit, gn_day last)
{
	return !q->unit ||
	       oracle_is_above(q->o->province, q->unit, unit, last < q->to ? last : q->to, q->to);
}

static bool overlaps(const struct o_question *q, gn_day from, gn_day to)
{
	return from <= q->to && to >= q->from;
}

static void add_units(struct o_question *q)
{
	const struct province *p = q->o->province;
	for (size_t i = 0; i < p->unit_n; i++) {
		const struct p_unit *u = &p->units[i], *last = u;
		for (size_t k = 0; k < p->unit_n; k++)
			if (strcmp(p->units[k].code, u->code) == 0 &&
			        overlaps(q, p->units[k].from, p->units[k].to) &&
			        p->units[k].from > last->from)
				last = &p->units[k];
		if (u->level == q->level && overlaps(q, u->from, u->to) &&
		        under(q, u->code, last->to))
			add_row(q, u->code);
	}
}

static void add_teams(struct o_question *q)
{
	const struct province *p = q->o->province;
	for (size_t i = 0; i < p->team_n; i++) {
		const struct p_team *t = &p->teams[i], *last = t;
		for (size_t k = 0; k < p->team_n; k++)
			if (strcmp(p->teams[k].code, t->code) == 0 &&
			        overlaps(q, p->teams[k].from, p->teams[k].to) &&
			        p->teams[k].from > last->from)
				last = &p->teams[k];
		if (overlaps(q, t->from, t->to) && under(q, last->unit, last->to))
			add_row(q, t->code);
	}
}

/* The unit whose measure and target a row takes: a team's is its last in the window. */
const char *oracle_unit_of_row(const struct o_question *q, const char *row)
{
	const struct province *p = q->o->province;
	const struct p_team *last = NULL;
	for (size_t i = 0; q->level == GN_LEVEL_TEAM && i < p->team_n; i++)
		if (strcmp(p->teams[i].code, row) == 0 &&
		        overlaps(q, p->teams[i].from, p->teams[i].to) &&
		        (!last || p->teams[i].from > last->from))
			last = &p->teams[i];
	return last ? last->unit : row;
}

static void below_the_line(const struct o_question *q)
{
	static struct o_answer other;
	const struct gn_indicator *in = q->in;
	if (in->denominator == GN_D_INDICATOR)
		oracle_rate(q->o, in->denominator_name, q->level, q->unit, q->from, q->to, &other);
	for (size_t i = 0; i < q->answer->row_n; i++) {
		struct o_row *row = &q->answer->rows[i];
		if (in->denominator == GN_D_NONE)
			row->has_d = false;
		if (in->denominator == GN_D_MEASURE)
			row->has_d = oracle_measure(q->o, oracle_unit_of_row(q, row->code),
			        in->denominator_name, q->to, &row->d);
		if (in->denominator == GN_D_REGISTRY) {
			row->has_d = true;
			row->d = oracle_figure(
			        q->o, in->denominator_figure, row->code, q->level, q->to);
		}
		if (in->denominator == GN_D_INDICATOR) {
			row->has_d = true;
			row->d = other.rows[i].n;
		}
	}
}

static int by_code(const void *a, const void *b)
{
	const struct o_row *x = a, *y = b;
	return strcmp(x->code, y->code);
}

bool oracle_rate(const struct oracle *o, const char *indicator, enum gn_level level,
        const char *unit, gn_day from, gn_day to, struct o_answer *ret_answer)
{
	struct o_question q = {.o = o,
	        .in = oracle_indicator(o, indicator),
	        .level = level,
	        .unit = unit,
	        .from = from > 18262 ? from : 18262,
	        .to = to,
	        .answer = ret_answer};
	memset(ret_answer, 0, sizeof *ret_answer);
	if (level == GN_LEVEL_TEAM &&
	        (strcmp(q.in->source, "tally") == 0 || q.in->kind == GN_REGISTRY_KIND))
		return false;
	if (level == GN_LEVEL_TEAM)
		add_teams(&q);
	else
		add_units(&q);
	qsort(ret_answer->rows, ret_answer->row_n, sizeof *ret_answer->rows, by_code);
	oracle_numerators(&q);
	below_the_line(&q);
	return true;
}
