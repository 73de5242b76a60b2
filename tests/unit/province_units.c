/* Units that end and merge, teams that move, measures and targets, and nodes. */
#include "province.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <sodium.h>

#define START 18990 /* about 2021-12-29: the days that matter begin here */
#define SPAN 260

static void set_code(char out[P_CODE], const char *code)
{
	assert_true(strlen(code) < P_CODE);
	memmove(out, code, strlen(code) + 1);
}

static gn_day some_day(struct province *p)
{
	return START + (gn_day)province_draw(p, SPAN);
}

static struct p_unit *add_unit(
        struct province *p, const char *code, const char *parent, enum gn_level level)
{
	assert_true(p->unit_n < P_UNITS);
	struct p_unit *unit = &p->units[p->unit_n++];
	*unit = (struct p_unit){.level = level, .to = GN_DAY_OPEN};
	set_code(unit->code, code);
	set_code(unit->parent, parent);
	return unit;
}

/* A second row of the same unit from the day on, under another parent. */
static struct p_unit *move_unit(
        struct province *p, struct p_unit *unit, gn_day day, const char *parent)
{
	struct p_unit *next = add_unit(p, unit->code, parent, unit->level);
	next->from = day;
	next->to = unit->to;
	unit->to = day - 1;
	return next;
}

static void draw_communes(struct province *p, size_t n)
{
	char code[P_CODE];
	bool districts = province_chance(p, 70);
	gn_day two_tiers = some_day(p);
	if (districts) {
		add_unit(p, "d0", "p", GN_LEVEL_DISTRICT)->to =
		        province_chance(p, 50) ? two_tiers - 1 : GN_DAY_OPEN;
		add_unit(p, "d1", "p", GN_LEVEL_DISTRICT);
	}
	for (size_t i = 0; i < n; i++) {
		const char *parent = !districts || i == n - 1 ? "p" : i % 2 ? "d1" : "d0";
		snprintf(code, sizeof code, "c%zu", i);
		struct p_unit *unit = add_unit(p, code, parent, GN_LEVEL_COMMUNE);
		if (districts && parent[1] == '0' && province_chance(p, 50))
			move_unit(p, unit, two_tiers, "p");
	}
}

static struct p_unit *last_row(struct province *p, const char *code)
{
	struct p_unit *last = NULL;
	for (size_t i = 0; i < p->unit_n; i++)
		if (strcmp(p->units[i].code, code) == 0 && (!last || p->units[i].from > last->from))
			last = &p->units[i];
	return last;
}

/* Some communes end and merge: into c0, or into a new one. */
static void merge_communes(struct province *p, size_t n)
{
	gn_day day = some_day(p);
	bool fresh = province_chance(p, 60);
	if (fresh)
		add_unit(p, "n0", "p", GN_LEVEL_COMMUNE)->from = day;
	for (size_t i = 1; i < n; i++) {
		char code[P_CODE];
		snprintf(code, sizeof code, "c%zu", i);
		struct p_unit *row = last_row(p, code);
		if (!province_chance(p, 40) || row->from >= day)
			continue;
		row->to = day - 1;
		if (province_chance(p, 85))
			set_code(row->merged_into, fresh ? "n0" : "c0");
	}
	if (fresh && province_chance(p, 30)) { /* and what it merged into merges in turn */
		struct p_unit *row = last_row(p, "n0");
		row->to = row->from + 20;
		snprintf(row->merged_into, P_CODE, "c0");
	}
}

static void draw_villages(struct province *p, size_t communes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char code[P_CODE], parent[P_CODE];
		snprintf(code, sizeof code, "v%zu", i);
		snprintf(parent, sizeof parent, "c%zu", (size_t)province_draw(p, communes));
		struct p_unit *unit = add_unit(p, code, parent, GN_LEVEL_VILLAGE);
		const struct p_unit *above = last_row(p, parent);
		if (above->to != GN_DAY_OPEN && province_chance(p, 75)) {
			move_unit(p, unit, above->to + 1,
			        above->merged_into[0] ? above->merged_into : "c0");
		} else if (province_chance(p, 15)) {
			unit->to = some_day(p);
			if (i && province_chance(p, 70))
				snprintf(unit->merged_into, P_CODE, "v%zu",
				        (size_t)province_draw(p, i));
		} else if (province_chance(p, 15)) {
			unit->from = some_day(p);
		}
	}
}

static void add_team(struct province *p, const char *unit, bool enterprise)
{
	assert_true(p->team_n + 1 < P_TEAMS);
	struct p_team *team = &p->teams[p->team_n];
	*team = (struct p_team){.enterprise = enterprise,
	        .members = (uint32_t)province_draw(p, 9),
	        .to = GN_DAY_OPEN};
	snprintf(team->code, P_CODE, enterprise ? "e%zu" : "t%zu", p->team_n);
	set_code(team->unit, unit);
	p->team_n++;
	if (province_chance(p, 10))
		team->from = some_day(p);
	if (!enterprise && province_chance(p, 15) && team->from < START) { /* it moves */
		struct p_team *next = &p->teams[p->team_n++];
		*next = *team;
		next->from = some_day(p) + 1;
		team->to = next->from - 1;
		set_code(next->unit, p->units[province_draw(p, p->unit_n)].code);
	} else if (province_chance(p, 10)) {
		team->to = some_day(p) + 30;
	}
}

static void draw_teams(struct province *p, size_t communes, size_t villages)
{
	char code[P_CODE];
	for (size_t i = 0; i < villages; i++) {
		snprintf(code, sizeof code, "v%zu", i);
		if (province_chance(p, 85))
			add_team(p, code, false);
	}
	for (size_t i = 0; i < communes; i++) {
		snprintf(code, sizeof code, "c%zu", i);
		if (province_chance(p, 40))
			add_team(p, code, false);
	}
	add_team(p, "p", true);
	add_team(p, "p", true);
}

static void draw_measures(struct province *p)
{
	static const char *const names[] = {
	        "households", "citizens", "adults_18", "ocop_products", "members"};
	static const char *const aimed[] = {
	        "visit_household", "vneid_adult", "filing_online", "ocop_listed"};
	while (p->measure_n < 40) {
		struct p_measure *m = &p->measures[p->measure_n++];
		*m = (struct p_measure){.measure = names[province_draw(p, 5)],
		        .date = province_chance(p, 60) ? 18262 : some_day(p),
		        .value = province_draw(p, 30)};
		set_code(m->unit, p->units[province_draw(p, p->unit_n)].code);
	}
	while (p->target_n < 10) {
		struct p_target *t = &p->targets[p->target_n++];
		*t = (struct p_target){.indicator = aimed[province_draw(p, 4)],
		        .from = province_chance(p, 50) ? 0 : some_day(p),
		        .to = GN_DAY_OPEN,
		        .percent = (uint32_t)province_draw(p, 12000)};
		if (province_chance(p, 30))
			t->to = t->from + START;
		set_code(t->unit, p->units[province_draw(p, p->unit_n)].code);
	}
}

void province_draw_units(struct province *p)
{
	size_t communes = 2 + province_draw(p, 4), villages = 3 + province_draw(p, 7);
	add_unit(p, "p", "", GN_LEVEL_PROVINCE);
	draw_communes(p, communes);
	merge_communes(p, communes);
	draw_villages(p, communes, villages);
	draw_teams(p, communes, villages);
	draw_measures(p);
	for (size_t i = 0; i < 6; i++)
		snprintf(p->products[i], P_CODE, "ocop-%zu", i);
}

static struct p_node *add_node(struct province *p, const char *unit)
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	struct p_node *node = &p->nodes[p->node_n++];
	for (size_t i = 0; i < sizeof seed; i++)
		seed[i] = (uint8_t)province_draw(p, 256);
	*node = (struct p_node){.enrolled = true, .last = UINT64_MAX};
	crypto_sign_seed_keypair(node->key, node->secret, seed);
	gn_tip_start(node->key, &node->tip);
	set_code(node->unit, unit);
	return node;
}

void province_draw_nodes(struct province *p)
{
	for (size_t i = 0; i < p->unit_n; i++) {
		const struct p_unit *unit = &p->units[i];
		if (unit->level != GN_LEVEL_COMMUNE || last_row(p, unit->code) != unit)
			continue;
		add_node(p, unit->code)->late = province_chance(p, 20);
	}
	add_node(p, "c0");
	add_node(p, "p");
	if (province_chance(p, 50))
		add_node(p, "d1");
	add_node(p, "c0")->training = true;
	add_node(p, "c1")->last = 10 + province_draw(p, 10);
	struct p_node *ruled = add_node(p, "c0");
	ruled->ruled_from = 2 + province_draw(p, 20);
	ruled->ruled_clock = gn_clock_from_ms(UINT64_C(86400000) * (START + 60)) + 7;
	add_node(p, "c0")->enrolled = false;
	struct p_node *registrar = add_node(p, "");
	registrar->registrar = true;
	registrar->enrolled = false;
}
