/* Which records stand and count, and in which units things stand: the protocol
 * page's corrections and authority, entry by entry. */
#include "oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define EVER GN_DAY_OPEN

const struct p_unit *oracle_unit(const struct province *p, const char *code, gn_day day)
{
	for (size_t i = 0; i < p->unit_n; i++)
		if (strcmp(p->units[i].code, code) == 0 && p->units[i].from <= day &&
		        day <= p->units[i].to)
			return &p->units[i];
	return NULL;
}

const struct p_team *oracle_team(const struct province *p, const char *code, gn_day day)
{
	for (size_t i = 0; i < p->team_n; i++)
		if (strcmp(p->teams[i].code, code) == 0 && p->teams[i].from <= day &&
		        day <= p->teams[i].to)
			return &p->teams[i];
	return NULL;
}

/* The row with which the code ends in a merger, from the day on. */
static const struct p_unit *ending(const struct province *p, const char *code, gn_day day)
{
	const struct p_unit *first = NULL;
	for (size_t i = 0; i < p->unit_n; i++) {
		const struct p_unit *u = &p->units[i];
		if (strcmp(u->code, code) == 0 && u->merged_into[0] && u->to >= day &&
		        (!first || u->from < first->from))
			first = u;
	}
	return first;
}

static size_t add_above(const struct province *p, const char *code, gn_day day, gn_day until,
        const char *codes[P_UNITS], size_t n)
{
	const struct p_unit *unit = oracle_unit(p, code, day);
	bool known = false;
	if (!unit)
		return n;
	for (size_t i = 0; i < n; i++)
		known |= strcmp(codes[i], unit->code) == 0;
	if (!known)
		codes[n++] = unit->code;
	const struct p_unit *end = ending(p, code, day);
	if (end && end->to < until)
		n = add_above(p, end->merged_into, end->to + 1, until, codes, n);
	return unit->parent[0] ? add_above(p, unit->parent, day, until, codes, n) : n;
}

size_t oracle_above(const struct province *p, const char *code, gn_day day, gn_day until,
        const char *ret_codes[P_UNITS])
{
	return add_above(p, code, day, until, ret_codes, 0);
}

bool oracle_is_above(
        const struct province *p, const char *above, const char *code, gn_day day, gn_day until)
{
	const char *codes[P_UNITS];
	size_t n = oracle_above(p, code, day, until, codes);
	for (size_t i = 0; i < n; i++)
		if (strcmp(codes[i], above) == 0)
			return true;
	return false;
}

static bool origin_counts(const struct p_node *node, uint64_t seq)
{
	return node->registrar || (node->enrolled && !node->training && seq <= node->last);
}

static uint64_t effective(const struct province *p, const struct p_event *e)
{
	const struct p_node *node = &p->nodes[e->node];
	if (node->ruled_from && e->seq >= node->ruled_from && e->clock > node->ruled_clock)
		return node->ruled_clock;
	return e->clock;
}

static bool may_amend(const struct province *p, const struct p_node *by, const struct p_node *of)
{
	const struct p_unit *newest = NULL;
	if (by->registrar || by == of)
		return true;
	if (of->registrar || !by->enrolled || !of->enrolled)
		return false;
	for (size_t i = 0; i < p->unit_n; i++)
		if (strcmp(p->units[i].code, of->unit) == 0 &&
		        (!newest || p->units[i].from > newest->from))
			newest = &p->units[i];
	if (strcmp(by->unit, of->unit) == 0)
		return true;
	gn_day day = newest && newest->to < EVER ? newest->to : EVER - 1;
	return newest && oracle_is_above(p, by->unit, of->unit, day, EVER);
}

static bool in_area(
        const struct province *p, const struct p_node *node, const char *unit, gn_day day)
{
	return node->registrar || oracle_is_above(p, node->unit, unit, day, EVER);
}

static const char *find_code(const struct province *p, struct gn_bytes code)
{
	for (size_t i = 0; i < p->unit_n; i++)
		if (gn_bytes_is(code, p->units[i].code))
			return p->units[i].code;
	for (size_t i = 0; i < p->team_n; i++)
		if (gn_bytes_is(code, p->teams[i].code))
			return p->teams[i].code;
	return "?";
}

static bool codes_known(const struct gn_record *r)
{
	for (size_t i = 0; i < r->topic_count; i++)
		if (!gn_bytes_is(r->topics[i], "vneid") && !gn_bytes_is(r->topics[i], "bank") &&
		        !gn_bytes_is(r->topics[i], "portal") &&
		        !gn_bytes_is(r->topics[i], "safe_net"))
			return false;
	struct gn_bytes place = r->text[GN_F_PLACE];
	return !place.size || gn_bytes_is(place, "home") || gn_bytes_is(place, "one_stop");
}

static bool place_tally(const struct oracle *o, const struct p_node *node, struct o_record *r)
{
	const struct province *p = o->province;
	const struct gn_record *record = r->record;
	r->unit = find_code(p, record->text[GN_F_UNIT]);
	if (!oracle_unit(p, r->unit, r->day) || !in_area(p, node, r->unit, r->day))
		return false;
	for (size_t i = 0; i < p->indicator_n; i++) {
		const struct gn_indicator *in = o->indicators[i];
		if (gn_bytes_is(record->text[GN_F_INDICATOR], in->code))
			return strcmp(in->source, "tally") == 0 &&
			       (in->kind != GN_RATIO || record->has_denominator);
	}
	return false;
}

static bool place_team(const struct province *p, const struct p_node *node, struct o_record *r)
{
	const struct gn_record *record = r->record;
	r->team = find_code(p, record->text[GN_F_TEAM]);
	const struct p_team *team = oracle_team(p, r->team, r->day);
	if (!team || !oracle_unit(p, team->unit, r->day))
		return false;
	r->unit = team->unit;
	if (!team->enterprise && !in_area(p, node, team->unit, r->day))
		return false;
	r->village = record->text[GN_F_VILLAGE].size ? find_code(p, record->text[GN_F_VILLAGE])
	                                             : team->unit;
	if (record->household || record->text[GN_F_VILLAGE].size) {
		const struct p_unit *village = oracle_unit(p, r->village, r->day);
		if (!village || village->level != GN_LEVEL_VILLAGE)
			return false;
		if (record->text[GN_F_VILLAGE].size && !in_area(p, node, r->village, r->day))
			return false;
	}
	return codes_known(record) && record->participants <= UINT64_C(1000000000000);
}

/* The citizen of a record: its own, or the one it borrows. */
static bool find_citizen(const struct province *p, const struct p_event *e, struct o_record *r)
{
	const struct p_event *holder = e;
	if (e->borrows) {
		if (e->holder == P_NONE || e->holder_wrong)
			return false;
		holder = &p->events[e->holder];
		if (!holder->has_block)
			return false;
		for (size_t i = 0; i < p->event_n; i++) {
			const struct p_event *x = &p->events[i];
			if (x->kind == GN_KIND_ERASE && x->target == e->holder &&
			        !x->target_wrong && origin_counts(&p->nodes[x->node], x->seq) &&
			        may_amend(p, &p->nodes[x->node], &p->nodes[holder->node]))
				return false;
		}
	}
	if (!holder->has_block)
		return true;
	r->citizen = holder->citizen;
	r->birth = holder->birth;
	return holder->opens;
}

static bool counts(const struct oracle *o, const struct p_event *e, struct o_record *r)
{
	const struct province *p = o->province;
	const struct p_node *node = &p->nodes[e->node];
	*r = (struct o_record){.record = &e->record,
	        .day = (gn_day)e->record.date,
	        .clock = effective(p, e),
	        .seq = e->seq,
	        .origin = node->key,
	        .citizen = P_NONE};
	if (!origin_counts(node, e->seq) || r->day < 18262)
		return false;
	if (e->quality == GN_CLOCK_SYNCHRONISED &&
	        r->day > (gn_day)((r->clock / 65536 + 7 * 3600000) / 86400000) + 1)
		return false;
	if (r->record->kind == GN_KIND_TALLY)
		return place_tally(o, node, r);
	if (!place_team(p, node, r))
		return false;
	if (r->record->kind == GN_KIND_LISTING && !r->record->text[GN_F_PRODUCT].size)
		return false;
	if ((r->record->kind == GN_KIND_ACTIVATION || r->record->kind == GN_KIND_ASSESSMENT) &&
	        !r->record->household && !e->has_block && !e->borrows)
		return false;
	return find_citizen(p, e, r);
}

static bool later(const struct province *p, const struct p_event *x, const struct p_event *y)
{
	uint64_t a = effective(p, x), b = effective(p, y);
	if (a != b)
		return a > b;
	int order = memcmp(p->nodes[x->node].key, p->nodes[y->node].key, GN_KEY_SIZE);
	return order ? order > 0 : x->seq > y->seq;
}

/* All that may amend a version, and is one or withdraws; P_NONE: withdrawn. */
static int standing(const struct province *p, int root)
{
	bool version[P_EVENTS] = {false}, more = true;
	int best = root;
	version[root] = true;
	while (more) {
		more = false;
		for (size_t i = 0; i < p->event_n; i++) {
			const struct p_event *x = &p->events[i];
			bool amends = x->kind == GN_KIND_CORRECTION || x->kind == GN_KIND_VOID ||
			              x->kind == GN_KIND_ERASE;
			if (!amends || version[i] || x->target == P_NONE || x->target_wrong ||
			        !version[x->target] || !origin_counts(&p->nodes[x->node], x->seq) ||
			        !may_amend(p, &p->nodes[x->node], &p->nodes[p->events[root].node]))
				continue;
			if (x->kind != GN_KIND_CORRECTION)
				return P_NONE;
			version[i] = more = true;
			if (best == root || later(p, x, &p->events[best]))
				best = (int)i;
		}
	}
	return best;
}

static int by_order(const void *a, const void *b)
{
	const struct o_record *x = a, *y = b;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->clock != y->clock)
		return x->clock < y->clock ? -1 : 1;
	int order = memcmp(x->origin, y->origin, GN_KEY_SIZE);
	return order ? order : (x->seq > y->seq) - (x->seq < y->seq);
}

void oracle_init(struct oracle *o, const struct province *p)
{
	const char *field;
	char message[160];
	memset(o, 0, sizeof *o);
	o->province = p;
	for (size_t i = 0; i < p->indicator_n; i++)
		assert_int_equal(
		        gn_indicator_compile(&p->indicators[i], &o->indicators[i], &field, message),
		        GN_OK);
	for (size_t i = 0; i < p->event_n; i++) {
		const struct p_event *e = &p->events[i];
		if (!gn_kind_is_record(e->kind) || !origin_counts(&p->nodes[e->node], e->seq))
			continue;
		int stands = standing(p, (int)i);
		if (stands == P_NONE || !counts(o, &p->events[stands], &o->records[o->record_n]))
			continue;
		o->counted[stands] = true;
		o->record_n++;
	}
	qsort(o->records, o->record_n, sizeof *o->records, by_order);
}

void oracle_done(struct oracle *o)
{
	for (size_t i = 0; i < o->province->indicator_n; i++)
		gn_indicator_free(&o->indicators[i]);
}
