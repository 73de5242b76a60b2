/* The registry: dated rows, changes that take effect whole, look-ups, basis. */
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/registry.h"
#include "core/text.h"
#include "registry.pb-c.h"

#define CODE(text) gn_bytes_str(text)

static gn_day day(const char *text)
{
	gn_day d;
	assert_int_equal(gn_day_parse(gn_bytes_str(text), &d), GN_OK);
	return d;
}

static struct gn_bytes wrap(enum gn_kind kind, ProtobufCMessage *message, uint8_t buf[GN_ENTRY_MAX])
{
	static const uint8_t salt[GN_SALT_SIZE] = {7};
	uint8_t packed[GN_ENTRY_MAX];
	size_t size;
	assert_true(protobuf_c_message_get_packed_size(message) <= sizeof packed);
	size = protobuf_c_message_pack(message, packed);
	assert_int_equal(
	        gn_body_wrap(kind, salt, gn_bytes(packed, size), buf, GN_ENTRY_MAX, &size), GN_OK);
	return gn_bytes(buf, size);
}

/* One entry of the registrar's with these items. */
static enum gn_err apply(
        struct gn_registry *r, uint64_t seq, Gonha__Item *const *items, size_t n, bool more)
{
	Gonha__Registry message = GONHA__REGISTRY__INIT;
	uint8_t buf[GN_ENTRY_MAX];
	message.n_items = n;
	message.items = (Gonha__Item **)(uintptr_t)items;
	message.more = more;
	return gn_registry_apply(r, seq, wrap(GN_KIND_REGISTRY, &message.base, buf));
}

static enum gn_err apply_one(struct gn_registry *r, uint64_t seq, Gonha__Item item, bool more)
{
	Gonha__Item *items[] = {&item};
	return apply(r, seq, items, 1, more);
}

static Gonha__Item item_of(Gonha__Item__ItemCase kind, void *row)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	item.item_case = kind;
	item.unit = row; /* the union's pointers are of one size and place */
	return item;
}

static uint32_t wire_day(const char *text)
{
	return text[0] ? (uint32_t)day(text) : 0;
}

static char *text(const char *t)
{
	return (char *)(uintptr_t)t;
}

static void unit(struct gn_registry *r, uint64_t seq, const char *code, const char *parent,
        const char *level, const char *from, const char *to)
{
	Gonha__Unit row = GONHA__UNIT__INIT;
	row.code = text(code);
	row.parent = text(parent);
	row.level = text(level);
	row.name = text(code);
	row.valid_from = wire_day(from);
	row.valid_to = wire_day(to);
	assert_int_equal(apply_one(r, seq, item_of(GONHA__ITEM__ITEM_UNIT, &row), false), GN_OK);
}

static void measure(struct gn_registry *r, uint64_t seq, const char *code, const char *name,
        const char *date, uint64_t value)
{
	Gonha__Measure row = GONHA__MEASURE__INIT;
	row.unit = text(code);
	row.measure = text(name);
	row.date = wire_day(date);
	row.value = value;
	assert_int_equal(apply_one(r, seq, item_of(GONHA__ITEM__ITEM_MEASURE, &row), false), GN_OK);
}

static void team(struct gn_registry *r, uint64_t seq, const char *code, const char *at,
        const char *kind, const char *from, const char *to)
{
	Gonha__Team row = GONHA__TEAM__INIT;
	row.code = text(code);
	row.unit = text(at);
	row.kind = text(kind);
	row.name = text(code);
	row.members = 5;
	row.valid_from = wire_day(from);
	row.valid_to = wire_day(to);
	assert_int_equal(apply_one(r, seq, item_of(GONHA__ITEM__ITEM_TEAM, &row), false), GN_OK);
}

static void target(struct gn_registry *r, uint64_t seq, const char *at, const char *from,
        const char *to, uint32_t percent)
{
	Gonha__Target row = GONHA__TARGET__INIT;
	row.indicator = text("visit_household");
	row.unit = text(at);
	row.from = wire_day(from);
	row.to = wire_day(to);
	row.percent = percent;
	assert_int_equal(apply_one(r, seq, item_of(GONHA__ITEM__ITEM_TARGET, &row), false), GN_OK);
}

/* A province of one district that ends with June 2025, and two communes that merge. */
static struct gn_registry *province(void)
{
	struct gn_registry *r = gn_registry_new();
	unit(r, 1, "22", "", "province", "", "");
	unit(r, 2, "D1", "22", "district", "", "2025-06-30");
	unit(r, 3, "C1", "D1", "commune", "", "2025-06-30");
	unit(r, 4, "C1", "22", "commune", "2025-07-01", "");
	unit(r, 5, "C2", "D1", "commune", "2022-01-01", "2025-06-30");
	unit(r, 6, "V1", "C1", "village", "", "");
	unit(r, 7, "V2", "C2", "village", "", "2025-06-30");
	unit(r, 8, "V2", "C1", "village", "2025-07-01", "");
	return r;
}

/* */
static void test_dated_units(void **state)
{
	(void)state;
	struct gn_registry *r = province();
	size_t n;
	const struct gn_unit *rows = gn_registry_units(r, &n);
	assert_int_equal(n, 8);
	for (size_t i = 1; i < n; i++)
		assert_true(strcmp(rows[i - 1].code, rows[i].code) < 0 ||
		            rows[i - 1].from < rows[i].from);
	gn_day before = day("2025-06-30"), after = day("2025-07-01");
	const struct gn_unit *c1 = gn_registry_unit(r, CODE("C1"), before);
	assert_string_equal(gn_registry_parent(r, c1, before)->code, "D1");
	c1 = gn_registry_unit(r, CODE("C1"), after);
	assert_string_equal(gn_registry_parent(r, c1, after)->code, "22");
	assert_null(gn_registry_parent(r, gn_registry_unit(r, CODE("22"), after), after));
	assert_null(gn_registry_unit(r, CODE("C2"), after));
	assert_null(gn_registry_unit(r, CODE("C2"), day("2021-12-31")));
	assert_non_null(gn_registry_unit(r, CODE("C2"), day("2022-01-01")));
	assert_string_equal(gn_registry_unit_any(r, CODE("C2"))->parent, "D1");
	assert_string_equal(gn_registry_unit_any(r, CODE("V2"))->parent, "C1");
	assert_null(gn_registry_unit_any(r, CODE("V3")));
	assert_null(gn_registry_unit(r, CODE(""), after));
	assert_true(c1->hash == gn_code_hash(CODE("C1")));
	assert_int_equal(gn_registry_unit_any(r, CODE("22"))->to, GN_DAY_OPEN);
	gn_registry_free(&r);
	assert_null(r);
}

/* */
static void test_covers(void **state)
{
	(void)state;
	struct gn_registry *r = province();
	gn_day before = day("2025-06-30"), after = day("2025-07-01");
	assert_true(gn_registry_covers(r, CODE("22"), CODE("V2"), before));
	assert_true(gn_registry_covers(r, CODE("22"), CODE("V2"), after));
	assert_true(gn_registry_covers(r, CODE("C2"), CODE("V2"), before));
	assert_false(gn_registry_covers(r, CODE("C1"), CODE("V2"), before));
	assert_true(gn_registry_covers(r, CODE("C1"), CODE("V2"), after));
	assert_false(gn_registry_covers(r, CODE("D1"), CODE("V2"), after));
	assert_true(gn_registry_covers(r, CODE("V2"), CODE("V2"), after));
	assert_false(gn_registry_covers(r, CODE("V2"), CODE("C1"), after));
	assert_false(gn_registry_covers(r, CODE("C2"), CODE("C2"), after));
	assert_false(gn_registry_covers(r, CODE("nowhere"), CODE("nowhere"), after));
	/* Rows that go round in a circle end a walk all the same. */
	unit(r, 9, "X", "Y", "commune", "", "");
	unit(r, 10, "Y", "X", "commune", "", "");
	assert_false(gn_registry_covers(r, CODE("22"), CODE("X"), after));
	gn_registry_free(&r);
}

static void test_measures(void **state)
{
	(void)state;
	struct gn_registry *r = province();
	uint64_t value = 77;
	gn_day before = day("2025-06-30"), after = day("2025-07-01");
	assert_false(gn_registry_measure(r, CODE("22"), "households", before, &value));
	measure(r, 20, "V1", "households", "2022-01-01", 200);
	measure(r, 21, "V1", "households", "2023-01-01", 210);
	measure(r, 22, "V2", "households", "2022-06-01", 300);
	assert_false(gn_registry_measure(r, CODE("V1"), "households", day("2021-12-31"), &value));
	assert_int_equal(value, 77);
	assert_true(gn_registry_measure(r, CODE("V1"), "households", day("2022-01-01"), &value));
	assert_int_equal(value, 200);
	assert_true(gn_registry_measure(r, CODE("22"), "households", day("2022-05-31"), &value));
	assert_int_equal(value, 200);
	assert_true(gn_registry_measure(r, CODE("D1"), "households", before, &value));
	assert_int_equal(value, 510);
	assert_false(gn_registry_measure(r, CODE("D1"), "households", after, &value));
	assert_true(gn_registry_measure(r, CODE("C1"), "households", after, &value));
	assert_int_equal(value, 510);
	assert_false(gn_registry_measure(r, CODE("C1"), "citizens", after, &value));
	/* An own value stands before the children's. */
	measure(r, 23, "C1", "households", "2025-07-01", 999);
	assert_true(gn_registry_measure(r, CODE("22"), "households", after, &value));
	assert_int_equal(value, 999);
	assert_false(gn_registry_measure(r, CODE("nowhere"), "households", after, &value));
	gn_registry_free(&r);
}

static void test_targets(void **state)
{
	(void)state;
	struct gn_registry *r = province();
	gn_day d = day("2022-08-01");
	assert_null(gn_registry_target(r, "visit_household", CODE("V1"), d));
	target(r, 30, "22", "2022-01-01", "2022-12-31", 8000);
	target(r, 31, "C1", "2022-06-01", "2022-08-31", 10000);
	target(r, 32, "C1", "2022-07-01", "2022-07-31", 9000);
	assert_int_equal(gn_registry_target(r, "visit_household", CODE("V1"), d)->percent, 10000);
	assert_int_equal(
	        gn_registry_target(r, "visit_household", CODE("C1"), day("2022-07-31"))->percent,
	        9000);
	assert_int_equal(gn_registry_target(r, "visit_household", CODE("V2"), d)->percent, 8000);
	assert_int_equal(
	        gn_registry_target(r, "visit_household", CODE("V1"), day("2022-09-01"))->percent,
	        8000);
	assert_null(gn_registry_target(r, "visit_household", CODE("V1"), day("2023-01-01")));
	assert_null(gn_registry_target(r, "visit_count", CODE("V1"), d));
	gn_registry_free(&r);
}

static void test_teams(void **state)
{
	(void)state;
	struct gn_registry *r = province();
	team(r, 40, "T1", "V1", "local", "", "2022-12-31");
	team(r, 41, "T1", "V2", "local", "2023-01-01", "");
	team(r, 42, "E1", "22", "enterprise", "", "");
	assert_string_equal(gn_registry_team(r, CODE("T1"), day("2022-12-31"))->unit, "V1");
	assert_string_equal(gn_registry_team(r, CODE("T1"), day("2023-01-01"))->unit, "V2");
	assert_string_equal(gn_registry_team_any(r, CODE("T1"))->unit, "V2");
	assert_true(gn_registry_team_any(r, CODE("E1"))->enterprise);
	assert_null(gn_registry_team(r, CODE("V1"), day("2023-01-01")));
	assert_null(gn_registry_unit(r, CODE("T1"), day("2023-01-01")));
	gn_registry_free(&r);
}

/* */
static void test_whole_changes(void **state)
{
	(void)state;
	struct gn_registry *r = gn_registry_new();
	Gonha__Unit row = GONHA__UNIT__INIT;
	size_t n;
	row.level = text("province");
	row.code = text("22");
	assert_int_equal(apply_one(r, 5, item_of(GONHA__ITEM__ITEM_UNIT, &row), true), GN_OK);
	assert_null(gn_registry_unit_any(r, CODE("22")));
	assert_int_equal(gn_registry_version(r), 0);
	row.code = text("23");
	assert_int_equal(apply_one(r, 6, item_of(GONHA__ITEM__ITEM_UNIT, &row), false), GN_OK);
	assert_non_null(gn_registry_unit_any(r, CODE("22")));
	assert_non_null(gn_registry_unit_any(r, CODE("23")));
	assert_int_equal(gn_registry_version(r), 6);

	/* Of several words on one key the last stands. */
	Gonha__Item gone = item_of(GONHA__ITEM__ITEM_UNIT, &row), back = gone;
	gone.removed = true;
	Gonha__Item *items[] = {&gone, &back, &gone};
	assert_int_equal(apply(r, 7, items, 2, false), GN_OK);
	assert_non_null(gn_registry_unit_any(r, CODE("23")));
	assert_int_equal(apply(r, 8, items, 3, false), GN_OK);
	assert_null(gn_registry_unit_any(r, CODE("23")));
	(void)gn_registry_units(r, &n);
	assert_int_equal(n, 1);

	/* A removed row is that of the code and its first day. */
	unit(r, 9, "22", "", "province", "2030-01-01", "");
	row.code = text("22");
	gone = item_of(GONHA__ITEM__ITEM_UNIT, &row);
	gone.removed = true;
	assert_int_equal(apply_one(r, 10, gone, false), GN_OK);
	assert_null(gn_registry_unit(r, CODE("22"), day("2029-12-31")));
	assert_non_null(gn_registry_unit(r, CODE("22"), day("2030-01-01")));
	gn_registry_free(&r);
}

static Gonha__Indicator indicator_row(const char *code, const char *filter)
{
	Gonha__Indicator row = GONHA__INDICATOR__INIT;
	row.code = text(code);
	row.kind = text("count");
	row.source = text("visit");
	row.filter = text(filter);
	return row;
}

static void test_indicators(void **state)
{
	(void)state;
	struct gn_registry *r = gn_registry_new();
	Gonha__Indicator row = indicator_row("visits", "place=home");
	size_t n;
	assert_int_equal(apply_one(r, 1, item_of(GONHA__ITEM__ITEM_INDICATOR, &row), false), GN_OK);
	assert_string_equal(gn_registry_indicator(r, "visits")->filter_text, "place=home");
	assert_null(gn_registry_indicator(r, "visit"));
	row = indicator_row("visits", "place=market");
	assert_int_equal(apply_one(r, 2, item_of(GONHA__ITEM__ITEM_INDICATOR, &row), false), GN_OK);
	assert_string_equal(gn_registry_indicator(r, "visits")->filter_text, "place=market");
	assert_int_equal(gn_registry_odd(r), 0);
	/* A formula of a newer program: its old meaning must not be counted on. */
	row = indicator_row("visits", "place~market");
	assert_int_equal(apply_one(r, 3, item_of(GONHA__ITEM__ITEM_INDICATOR, &row), false), GN_OK);
	assert_null(gn_registry_indicator(r, "visits"));
	assert_int_equal(gn_registry_odd(r), 1);
	(void)gn_registry_indicators(r, &n);
	assert_int_equal(n, 0);
	/* One that waits when the registry goes. */
	row = indicator_row("waiting", "");
	assert_int_equal(apply_one(r, 4, item_of(GONHA__ITEM__ITEM_INDICATOR, &row), true), GN_OK);
	gn_registry_free(&r);
}

static void test_codes_and_campaigns(void **state)
{
	(void)state;
	struct gn_registry *r = gn_registry_new();
	Gonha__Code row = GONHA__CODE__INIT;
	row.list = text("scheme");
	row.code = text("vneid");
	row.name_vi = text("Định danh điện tử");
	assert_false(gn_registry_has_list(r, "scheme"));
	assert_int_equal(apply_one(r, 1, item_of(GONHA__ITEM__ITEM_CODE, &row), false), GN_OK);
	assert_true(gn_registry_has_list(r, "scheme"));
	assert_false(gn_registry_has_list(r, "topic"));
	assert_true(gn_registry_has_code(r, "scheme", CODE("vneid")));
	assert_false(gn_registry_has_code(r, "scheme", CODE("vneid2")));
	assert_false(gn_registry_has_code(r, "scheme", CODE("")));
	assert_false(
	        gn_registry_has_code(r, "scheme", CODE("a-code-that-is-far-too-long-to-be-one")));
	Gonha__Campaign campaign = GONHA__CAMPAIGN__INIT;
	campaign.code = text("92days");
	campaign.from = wire_day("2022-06-01");
	campaign.to = wire_day("2022-08-31");
	assert_int_equal(
	        apply_one(r, 2, item_of(GONHA__ITEM__ITEM_CAMPAIGN, &campaign), false), GN_OK);
	const struct gn_campaign *found = gn_registry_campaign(r, "92days");
	assert_int_equal(found->to - found->from + 1, 92);
	assert_null(gn_registry_campaign(r, "93days"));
	gn_registry_free(&r);
}

static ProtobufCBinaryData key_of(uint8_t fill)
{
	static uint8_t keys[256][GN_KEY_SIZE];
	memset(keys[fill], fill, GN_KEY_SIZE);
	return (ProtobufCBinaryData){GN_KEY_SIZE, keys[fill]};
}

static void enrol(struct gn_registry *r, uint64_t seq, uint8_t node, uint8_t token)
{
	Gonha__Enrolment row = GONHA__ENROLMENT__INIT;
	row.node = key_of(node);
	row.transport = key_of((uint8_t)(255 - node));
	row.unit = text("C1");
	row.invitation = key_of(token);
	assert_int_equal(
	        apply_one(r, seq, item_of(GONHA__ITEM__ITEM_ENROLMENT, &row), false), GN_OK);
}

/* */
static void test_nodes(void **state)
{
	(void)state;
	struct gn_registry *r = province();
	Gonha__Invitation invitation = GONHA__INVITATION__INIT;
	invitation.token = key_of(200);
	invitation.unit = text("C1");
	invitation.expires = 5000;
	assert_int_equal(
	        apply_one(r, 20, item_of(GONHA__ITEM__ITEM_INVITATION, &invitation), false), GN_OK);
	assert_false(gn_registry_invitation(r, key_of(200).data)->used);
	for (uint8_t i = 1; i <= 20; i++)
		enrol(r, 20u + i, (uint8_t)(i * 5 % 21 + 1), i == 20 ? 200 : 201);
	assert_true(gn_registry_invitation(r, key_of(200).data)->used);
	assert_null(gn_registry_invitation(r, key_of(201).data));
	for (uint8_t i = 1; i <= 20; i++) {
		uint8_t node = (uint8_t)(i * 5 % 21 + 1);
		const struct gn_enrolment *row = gn_registry_node(r, key_of(node).data);
		assert_int_equal(row->since, 20 + i);
		assert_ptr_equal(row, gn_registry_transport(r, key_of((uint8_t)(255 - node)).data));
		assert_false(row->revoked);
		assert_true(row->last == UINT64_MAX);
	}
	assert_null(gn_registry_node(r, key_of(99).data));
	assert_null(gn_registry_transport(r, key_of(99).data));
	enrol(r, 60, 3, 201);
	assert_int_not_equal(gn_registry_node(r, key_of(3).data)->since, 60);

	Gonha__Revocation revocation = GONHA__REVOCATION__INIT;
	revocation.node = key_of(3);
	revocation.last = 17;
	revocation.hash = key_of(9);
	assert_int_equal(
	        apply_one(r, 61, item_of(GONHA__ITEM__ITEM_REVOCATION, &revocation), false), GN_OK);
	assert_true(gn_registry_node(r, key_of(3).data)->revoked);
	assert_int_equal(gn_registry_node(r, key_of(3).data)->last, 17);
	assert_false(gn_registry_node(r, key_of(4).data)->revoked);
	gn_registry_free(&r);
}

/* [K-4] */
static void test_clock_rulings(void **state)
{
	(void)state;
	struct gn_registry *r = gn_registry_new();
	Gonha__ClockRuling row = GONHA__CLOCK_RULING__INIT;
	assert_true(gn_registry_clock_bound(r, key_of(5).data, 1) == UINT64_MAX);
	row.node = key_of(5);
	for (uint64_t i = 1; i <= 3; i++) {
		row.seq = i * 10;
		row.clock = i * 1000;
		assert_int_equal(
		        apply_one(r, i, item_of(GONHA__ITEM__ITEM_CLOCK, &row), false), GN_OK);
	}
	assert_true(gn_registry_clock_bound(r, key_of(5).data, 9) == UINT64_MAX);
	assert_int_equal(gn_registry_clock_bound(r, key_of(5).data, 10), 1000);
	assert_int_equal(gn_registry_clock_bound(r, key_of(5).data, 29), 2000);
	assert_int_equal(gn_registry_clock_bound(r, key_of(5).data, UINT64_MAX), 3000);
	assert_true(gn_registry_clock_bound(r, key_of(4).data, 99) == UINT64_MAX);
	assert_true(gn_registry_clock_bound(r, key_of(6).data, 99) == UINT64_MAX);
	gn_registry_free(&r);
}

static void root(struct gn_registry *r, uint64_t seq, Gonha__Root *item)
{
	uint8_t buf[GN_ENTRY_MAX];
	assert_int_equal(gn_registry_apply(r, seq, wrap(GN_KIND_ROOT, &item->base, buf)), GN_OK);
}

/* */
static void test_root(void **state)
{
	(void)state;
	struct gn_registry *r = gn_registry_new();
	uint8_t key[GN_KEY_SIZE];
	size_t n;
	assert_false(gn_registry_registrar(r, key));
	assert_string_equal(gn_registry_province_name(r), "");
	Gonha__RegistrarKey registrar = GONHA__REGISTRAR_KEY__INIT;
	registrar.key = key_of(1);
	registrar.name = text("Quảng Ninh");
	registrar.code = text("22");
	Gonha__Root item = GONHA__ROOT__INIT;
	item.item_case = GONHA__ROOT__ITEM_REGISTRAR;
	item.registrar = &registrar;
	root(r, 1, &item);
	assert_true(gn_registry_registrar(r, key));
	assert_memory_equal(key, key_of(1).data, GN_KEY_SIZE);
	assert_string_equal(gn_registry_province_name(r), "Quảng Ninh");
	assert_int_equal(gn_registry_version(r), 0);

	/* A part of the registrar's that waits is not shown by a word of the root's. */
	Gonha__HubAddress address = GONHA__HUB_ADDRESS__INIT;
	char *endpoints[] = {text("tcp://a:1"), text("tcp://b:2")};
	address.hub = key_of(2);
	address.transport = key_of(4);
	address.n_endpoints = 2;
	address.endpoints = endpoints;
	assert_int_equal(apply_one(r, 1, item_of(GONHA__ITEM__ITEM_HUB, &address), true), GN_OK);
	Gonha__HubKey hub = GONHA__HUB_KEY__INIT;
	hub.key = key_of(2);
	hub.seal = key_of(3);
	item.item_case = GONHA__ROOT__ITEM_HUB;
	item.hub = &hub;
	root(r, 2, &item);
	const struct gn_hub *hubs = gn_registry_hubs(r, &n);
	assert_int_equal(n, 1);
	assert_string_equal(hubs[0].endpoints, "");
	assert_memory_equal(hubs[0].seal, key_of(3).data, GN_KEY_SIZE);
	assert_int_equal(apply(r, 2, NULL, 0, false), GN_OK);
	hubs = gn_registry_hubs(r, &n);
	assert_string_equal(hubs[0].endpoints, "tcp://a:1;tcp://b:2");
	assert_memory_equal(hubs[0].transport, key_of(4).data, GN_KEY_SIZE);

	item.withdrawn = true;
	root(r, 3, &item);
	(void)gn_registry_hubs(r, &n);
	assert_int_equal(n, 0);
	item.item_case = GONHA__ROOT__ITEM_REGISTRAR;
	item.registrar = &registrar;
	root(r, 4, &item);
	assert_false(gn_registry_registrar(r, key));
	gn_registry_free(&r);
}

static void test_basis(void **state)
{
	(void)state;
	struct gn_registry *r = province(), *same = gn_registry_new();
	uint8_t before[32], after[32];
	gn_registry_basis(r, before);
	/* The same rows by another way. */
	unit(same, 1, "V2", "C1", "village", "2025-07-01", "");
	unit(same, 2, "V2", "C2", "village", "", "2025-06-30");
	unit(same, 3, "V1", "C1", "village", "", "");
	unit(same, 4, "C2", "D1", "commune", "2022-01-01", "2025-06-30");
	unit(same, 5, "C1", "22", "commune", "2025-07-01", "");
	unit(same, 6, "C1", "D1", "commune", "", "2025-06-30");
	unit(same, 7, "D1", "22", "district", "", "2025-06-30");
	unit(same, 8, "22", "", "district", "", "");
	unit(same, 9, "22", "", "province", "", "");
	gn_registry_basis(same, after);
	assert_memory_equal(before, after, 32);
	gn_registry_free(&same);

	measure(r, 20, "V1", "households", "2022-01-01", 200);
	target(r, 21, "22", "", "", 100);
	gn_registry_basis(r, after);
	assert_memory_equal(before, after, 32);
	team(r, 22, "T1", "V1", "local", "", "");
	gn_registry_basis(r, after);
	assert_memory_not_equal(before, after, 32);
	memcpy(before, after, 32);
	enrol(r, 23, 3, 9);
	gn_registry_basis(r, after);
	assert_memory_not_equal(before, after, 32);
	gn_registry_free(&r);
}

/* */
static void test_odd_and_broken(void **state)
{
	(void)state;
	struct gn_registry *r = gn_registry_new();
	Gonha__Unit row = GONHA__UNIT__INIT;
	row.code = text("a-code-that-is-far-too-long-to-be-one");
	row.level = text("commune");
	assert_int_equal(apply_one(r, 1, item_of(GONHA__ITEM__ITEM_UNIT, &row), false), GN_OK);
	row.code = text("C1");
	row.level = text("continent");
	assert_int_equal(apply_one(r, 2, item_of(GONHA__ITEM__ITEM_UNIT, &row), false), GN_OK);
	Gonha__Enrolment enrolment = GONHA__ENROLMENT__INIT;
	enrolment.node = (ProtobufCBinaryData){5, key_of(1).data};
	assert_int_equal(
	        apply_one(r, 3, item_of(GONHA__ITEM__ITEM_ENROLMENT, &enrolment), false), GN_OK);
	Gonha__Item nothing = GONHA__ITEM__INIT;
	assert_int_equal(apply_one(r, 4, nothing, false), GN_OK);
	assert_int_equal(gn_registry_odd(r), 4);
	assert_int_equal(gn_registry_version(r), 4);

	static const uint8_t salt[GN_SALT_SIZE];
	uint8_t buf[GN_ENTRY_MAX];
	size_t size;
	assert_int_equal(gn_body_wrap(GN_KIND_REGISTRY, salt, gn_bytes("\x0a\xff", 2), buf,
	                         sizeof buf, &size),
	        GN_OK);
	assert_int_equal(gn_registry_apply(r, 5, gn_bytes(buf, size)), GN_E_FORMAT);
	assert_int_equal(gn_registry_apply(r, 5, gn_bytes(NULL, 0)), GN_E_FORMAT);
	assert_int_equal(gn_registry_version(r), 4);
	gn_registry_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_dated_units),
	        cmocka_unit_test(test_covers),
	        cmocka_unit_test(test_measures),
	        cmocka_unit_test(test_targets),
	        cmocka_unit_test(test_teams),
	        cmocka_unit_test(test_whole_changes),
	        cmocka_unit_test(test_indicators),
	        cmocka_unit_test(test_codes_and_campaigns),
	        cmocka_unit_test(test_nodes),
	        cmocka_unit_test(test_clock_rulings),
	        cmocka_unit_test(test_root),
	        cmocka_unit_test(test_basis),
	        cmocka_unit_test(test_odd_and_broken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
