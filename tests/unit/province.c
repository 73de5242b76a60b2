/* The made-up province as the registry tells it. */
#include "province.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include <sodium.h>

#include "registry.pb-c.h"

/* Every kind, subject, source and denominator of the interface page. */
static const struct gn_indicator_text catalogue[] = {
        {"visit_household", "coverage", "visit", "place=home", "household", "measure:households",
                "", ""},
        {"visit_any", "coverage", "visit|activation|assessment|listing", "", "household",
                "indicator:visit_household", "", ""},
        {"desk_guided", "coverage", "visit", "place=one_stop", "citizen", "", "", ""},
        {"met", "coverage", "visit|activation|assessment", "", "citizen", "measure:citizens", "",
                ""},
        {"product_seen", "coverage", "listing", "ocop=yes", "product", "measure:ocop_products", "",
                ""},
        {"visit_count", "count", "visit", "", "", "", "", ""},
        {"visit_topic", "count", "visit", "topic=vneid|bank", "", "indicator:visit_count", "", ""},
        {"work_count", "count", "visit|activation|training|listing|assessment", "", "",
                "registry:members", "", ""},
        {"training_people", "count", "training", "audience=citizen", "participants", "", "", ""},
        {"training_members", "count", "training", "audience=member", "participants",
                "measure:members", "", ""},
        {"team_active", "coverage", "visit|activation|training|listing|assessment", "", "team",
                "registry:teams", "", ""},
        {"team_visiting", "coverage", "visit", "", "team", "registry:teams", "", ""},
        {"id_code_issued", "stock", "activation", "scheme=id_code;state=on;age>=14", "citizen",
                "measure:citizens", "", ""},
        {"vneid_account", "stock", "activation", "scheme=vneid;state=registered|on", "citizen", "",
                "", ""},
        {"vneid_activated", "stock", "activation", "scheme=vneid;state=on", "citizen",
                "indicator:vneid_account", "", ""},
        {"vneid_adult", "stock", "activation", "scheme=vneid;state=on;age>=18", "citizen",
                "measure:adults_18", "", ""},
        {"child_card", "stock", "activation", "scheme=id_card|id_code;state=on;age>=6;age<14",
                "citizen", "", "", ""},
        {"money_account", "stock", "activation", "scheme=mobile_money|bank;state=on;age>=18",
                "citizen", "measure:adults_18", "", ""},
        {"money_any", "stock", "activation", "scheme=mobile_money|bank;state=on", "citizen", "", "",
                ""},
        {"portal_known", "stock", "assessment", "topic=portal;result=pass;age>=18", "citizen",
                "measure:adults_18", "", ""},
        {"adult_all_set", "joint", "", "money_account&vneid_adult", "citizen", "measure:adults_18",
                "", ""},
        {"both_any", "joint", "", "money_any&vneid_activated", "citizen", "", "", ""},
        {"known_and_on", "joint", "", "portal_known&vneid_activated&money_any", "citizen", "", "",
                ""},
        {"household_skill", "stock", "assessment", "topic=safe_net;result=pass", "household",
                "measure:households", "", ""},
        {"trade_household", "stock", "activation", "scheme=trade|bank;state=on", "household", "",
                "", ""},
        {"household_both", "joint", "", "trade_household&household_money", "household", "", "", ""},
        {"household_money", "stock", "activation", "scheme=mobile_money;state=on", "household", "",
                "", ""},
        {"trade_product", "stock", "listing", "state=on", "product", "", "", ""},
        {"ocop_listed", "stock", "listing", "platform=postmart|voso;ocop=yes;state=on", "product",
                "measure:ocop_products", "", ""},
        {"ocop_postmart", "stock", "listing", "platform=postmart;ocop=yes;state=on", "product",
                "measure:ocop_products", "", ""},
        {"ocop_voso", "stock", "listing", "platform=voso;ocop=yes;state=on", "product", "", "", ""},
        {"ocop_both", "joint", "", "ocop_postmart&ocop_voso", "product", "", "", ""},
        {"team_cover_commune", "registry", "", "communes_with_team", "", "registry:communes", "",
                ""},
        {"team_cover_village", "registry", "", "villages_with_team", "", "registry:villages", "",
                ""},
        {"team_count", "registry", "", "teams", "", "", "", ""},
        {"member_count", "registry", "", "members", "", "registry:teams", "", ""},
        {"filing_online", "ratio", "tally", "", "", "tally", "", ""},
        {"svc_birth", "ratio", "tally", "", "", "tally", "", ""},
        {"service_with_filing", "level", "tally", "", "", "tally", "", ""},
        {"einvoice_ready", "level", "tally", "", "", "", "", ""},
        {"svc_id_card", "count", "tally", "", "numerator", "measure:citizens", "", ""},
};

uint64_t province_draw(struct province *p, uint64_t below)
{
	uint64_t x = p->random += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return below ? (x ^ x >> 31) % below : 0;
}

bool province_chance(struct province *p, unsigned percent)
{
	return province_draw(p, 100) < percent;
}

static void draw_keys(struct province *p)
{
	uint8_t seed[32];
	memset(seed, (int)(p->seed & 255), sizeof seed);
	crypto_box_seed_keypair(p->keys.seal_public, p->keys.seal_secret, seed);
	memset(p->keys.hub, 0x48, sizeof p->keys.hub);
	memset(p->keys.blind, 0x42, sizeof p->keys.blind);
}

struct province *province_new(uint64_t seed)
{
	struct province *p = calloc(1, sizeof *p);
	assert_non_null(p);
	p->seed = p->random = seed;
	p->indicators = catalogue;
	p->indicator_n = sizeof catalogue / sizeof *catalogue;
	draw_keys(p);
	p->rows_late = province_chance(p, 50);
	province_draw_units(p);
	province_draw_nodes(p);
	province_draw_events(p, 120 + province_draw(p, P_EVENTS - 160));
	return p;
}

void province_free(struct province **province)
{
	for (size_t i = 0; i < (*province)->event_n; i++)
		free((*province)->events[i].wire);
	free(*province);
	*province = NULL;
}

struct feed {
	struct gn_registry *registry;
	uint64_t seq;
};

static void put(struct feed *feed, Gonha__Item__ItemCase kind, void *row)
{
	static const uint8_t salt[GN_SALT_SIZE];
	uint8_t packed[GN_ENTRY_MAX], body[GN_ENTRY_MAX];
	size_t size;
	Gonha__Item item = GONHA__ITEM__INIT, *items[] = {&item};
	Gonha__Registry message = GONHA__REGISTRY__INIT;
	item.item_case = kind;
	item.unit = row;
	message.n_items = 1;
	message.items = items;
	size = gonha__registry__pack(&message, packed);
	assert_int_equal(gn_body_wrap(GN_KIND_REGISTRY, salt, gn_bytes(packed, size), body,
	                         sizeof body, &size),
	        GN_OK);
	assert_int_equal(
	        gn_registry_apply(feed->registry, ++feed->seq, gn_bytes(body, size)), GN_OK);
}

static ProtobufCBinaryData binary(const uint8_t *data, size_t size)
{
	return (ProtobufCBinaryData){.len = size, .data = (uint8_t *)(uintptr_t)data};
}

static char *text(const char *value)
{
	return (char *)(uintptr_t)value;
}

static void put_units(struct feed *feed, const struct province *p)
{
	for (size_t i = 0; i < p->unit_n; i++) {
		const struct p_unit *u = &p->units[i];
		Gonha__Unit row = GONHA__UNIT__INIT;
		row.code = text(u->code);
		row.parent = text(u->parent);
		row.level = text(gn_level_name(u->level));
		row.name = text(u->code);
		row.valid_from = (uint32_t)u->from;
		row.valid_to = u->to == GN_DAY_OPEN ? 0 : (uint32_t)u->to;
		row.merged_into = text(u->merged_into);
		put(feed, GONHA__ITEM__ITEM_UNIT, &row);
	}
}

static void put_teams(struct feed *feed, const struct province *p, bool first)
{
	for (size_t i = 0; i < p->team_n; i++) {
		const struct p_team *t = &p->teams[i];
		Gonha__Team row = GONHA__TEAM__INIT;
		if (first && p->rows_late && i % 3 == 2)
			continue;
		row.code = text(t->code);
		row.unit = text(t->unit);
		row.kind = text(t->enterprise ? "enterprise" : "local");
		row.name = text(t->code);
		row.members = t->members;
		row.valid_from = (uint32_t)t->from;
		row.valid_to = t->to == GN_DAY_OPEN ? 0 : (uint32_t)t->to;
		put(feed, GONHA__ITEM__ITEM_TEAM, &row);
	}
}

static void put_indicators(struct feed *feed, const struct province *p, bool first)
{
	for (size_t i = 0; i < p->indicator_n; i++) {
		const struct gn_indicator_text *in = &p->indicators[i];
		Gonha__Indicator row = GONHA__INDICATOR__INIT;
		if (first && p->rows_late && i % 5 == 4)
			continue;
		row.code = text(in->code);
		row.kind = text(in->kind);
		row.source = text(in->source);
		row.filter = text(in->filter);
		row.subject = text(in->subject);
		row.denominator = text(in->denominator);
		put(feed, GONHA__ITEM__ITEM_INDICATOR, &row);
	}
}

static void put_figures(struct feed *feed, const struct province *p)
{
	static const char *const codes[][2] = {{"place", "home"}, {"place", "one_stop"},
	        {"topic", "vneid"}, {"topic", "bank"}, {"topic", "portal"}, {"topic", "safe_net"}};
	for (size_t i = 0; i < p->measure_n; i++) {
		Gonha__Measure row = GONHA__MEASURE__INIT;
		row.unit = text(p->measures[i].unit);
		row.measure = text(p->measures[i].measure);
		row.date = (uint32_t)p->measures[i].date;
		row.value = p->measures[i].value;
		put(feed, GONHA__ITEM__ITEM_MEASURE, &row);
	}
	for (size_t i = 0; i < p->target_n; i++) {
		Gonha__Target row = GONHA__TARGET__INIT;
		row.indicator = text(p->targets[i].indicator);
		row.unit = text(p->targets[i].unit);
		row.from = (uint32_t)p->targets[i].from;
		row.to = p->targets[i].to == GN_DAY_OPEN ? 0 : (uint32_t)p->targets[i].to;
		row.percent = p->targets[i].percent;
		put(feed, GONHA__ITEM__ITEM_TARGET, &row);
	}
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		Gonha__Code row = GONHA__CODE__INIT;
		row.list = text(codes[i][0]);
		row.code = text(codes[i][1]);
		put(feed, GONHA__ITEM__ITEM_CODE, &row);
	}
}

static void put_node(struct feed *feed, const struct p_node *node, bool first)
{
	Gonha__Enrolment row = GONHA__ENROLMENT__INIT;
	Gonha__Revocation revocation = GONHA__REVOCATION__INIT;
	Gonha__ClockRuling ruling = GONHA__CLOCK_RULING__INIT;
	row.node = row.transport = binary(node->key, sizeof node->key);
	row.invitation = row.node;
	row.unit = text(node->unit);
	row.training = node->training;
	put(feed, GONHA__ITEM__ITEM_ENROLMENT, &row);
	if (node->last != UINT64_MAX && !first) {
		static const uint8_t hash[GN_HASH_SIZE];
		revocation.node = row.node;
		revocation.last = node->last;
		revocation.hash = binary(hash, sizeof hash);
		put(feed, GONHA__ITEM__ITEM_REVOCATION, &revocation);
	}
	if (node->ruled_from && !first) {
		ruling.node = row.node;
		ruling.seq = node->ruled_from;
		ruling.clock = node->ruled_clock;
		put(feed, GONHA__ITEM__ITEM_CLOCK, &ruling);
	}
}

static void put_registrar(struct feed *feed, const struct p_node *node)
{
	static const uint8_t salt[GN_SALT_SIZE];
	uint8_t packed[256], body[512];
	Gonha__Root root = GONHA__ROOT__INIT;
	Gonha__RegistrarKey key = GONHA__REGISTRAR_KEY__INIT;
	key.key = binary(node->key, sizeof node->key);
	key.name = text("Test");
	root.item_case = GONHA__ROOT__ITEM_REGISTRAR;
	root.registrar = &key;
	size_t size = gonha__root__pack(&root, packed);
	assert_int_equal(
	        gn_body_wrap(GN_KIND_ROOT, salt, gn_bytes(packed, size), body, sizeof body, &size),
	        GN_OK);
	assert_int_equal(
	        gn_registry_apply(feed->registry, ++feed->seq, gn_bytes(body, size)), GN_OK);
}

struct gn_registry *province_registry(const struct province *p, bool first)
{
	struct feed feed = {.registry = gn_registry_new()};
	assert_non_null(feed.registry);
	put_units(&feed, p);
	put_teams(&feed, p, first);
	put_indicators(&feed, p, first);
	put_figures(&feed, p);
	for (size_t i = 0; i < p->node_n; i++)
		if (p->nodes[i].registrar)
			put_registrar(&feed, &p->nodes[i]);
		else if (p->nodes[i].enrolled && !(first && p->nodes[i].late))
			put_node(&feed, &p->nodes[i], first);
	assert_int_equal(gn_registry_odd(feed.registry), 0);
	return feed.registry;
}
