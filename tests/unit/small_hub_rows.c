/* The small province's registry, row by row. */
#include "small_hub.h"

#include "registry.pb-c.h"

static const uint8_t salt[GN_SALT_SIZE] = {3};

static void put_row(struct small_hub *hub, Gonha__Item__ItemCase kind, void *row)
{
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
	        gn_registry_apply(hub->registry, ++hub->registry_seq, gn_bytes(body, size)), GN_OK);
}

static char *text(const char *value)
{
	return (char *)(uintptr_t)value;
}

static void put_unit(struct small_hub *hub, const char *const *c)
{
	Gonha__Unit row = GONHA__UNIT__INIT;
	row.code = text(c[1]);
	row.name = text(c[1]);
	row.parent = text(c[2]);
	row.level = text(c[3]);
	put_row(hub, GONHA__ITEM__ITEM_UNIT, &row);
}

static void put_team(struct small_hub *hub, const char *const *c)
{
	Gonha__Team row = GONHA__TEAM__INIT;
	row.code = text(c[1]);
	row.name = text(c[1]);
	row.unit = text(c[2]);
	row.kind = text(c[1][0] == 'e' ? "enterprise" : "local");
	row.members = 5;
	put_row(hub, GONHA__ITEM__ITEM_TEAM, &row);
}

static void put_indicator(struct small_hub *hub, const char *const *c)
{
	Gonha__Indicator row = GONHA__INDICATOR__INIT;
	row.code = text(c[1]);
	row.kind = text(c[2]);
	row.source = text(c[3]);
	row.filter = text(c[4]);
	row.subject = text(c[5]);
	row.denominator = text(c[6]);
	put_row(hub, GONHA__ITEM__ITEM_INDICATOR, &row);
}

static void put_measure(struct small_hub *hub, const char *const *c)
{
	Gonha__Measure row = GONHA__MEASURE__INIT;
	row.unit = text(c[1]);
	row.measure = text(c[2]);
	row.value = strtoull(c[3], NULL, 10);
	put_row(hub, GONHA__ITEM__ITEM_MEASURE, &row);
}

static void put_target(struct small_hub *hub, const char *const *c)
{
	Gonha__Target row = GONHA__TARGET__INIT;
	row.indicator = text(c[1]);
	row.unit = text(c[2]);
	row.percent = (uint32_t)strtoul(c[3], NULL, 10);
	put_row(hub, GONHA__ITEM__ITEM_TARGET, &row);
}

static void put_code(struct small_hub *hub, const char *const *c)
{
	Gonha__Code row = GONHA__CODE__INIT;
	row.list = text(c[1]);
	row.code = text(c[2]);
	put_row(hub, GONHA__ITEM__ITEM_CODE, &row);
}

void small_row(struct small_hub *hub, const char *const *cells)
{
	static const struct {
		const char *name;
		void (*put)(struct small_hub *, const char *const *);
	} kinds[] = {{"unit", put_unit}, {"team", put_team}, {"indicator", put_indicator},
	        {"measure", put_measure}, {"target", put_target}, {"code", put_code}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, cells[0]) == 0) {
			kinds[i].put(hub, cells);
			return;
		}
	fail_msg("no kind of row is called %s", cells[0]);
}

static ProtobufCBinaryData key_of(const struct small_hub *hub, int node)
{
	return (ProtobufCBinaryData){
	        .len = GN_KEY_SIZE, .data = (uint8_t *)(uintptr_t)hub->nodes[node].key};
}

void small_enrol(struct small_hub *hub, int node, const char *unit, bool training)
{
	Gonha__Enrolment row = GONHA__ENROLMENT__INIT;
	row.node = row.transport = row.invitation = key_of(hub, node);
	row.unit = text(unit);
	row.training = training;
	put_row(hub, GONHA__ITEM__ITEM_ENROLMENT, &row);
}

void small_revoke(struct small_hub *hub, int node, uint64_t last)
{
	static uint8_t hash[GN_HASH_SIZE];
	Gonha__Revocation row = GONHA__REVOCATION__INIT;
	row.node = key_of(hub, node);
	row.last = last;
	row.hash = (ProtobufCBinaryData){.len = sizeof hash, .data = hash};
	put_row(hub, GONHA__ITEM__ITEM_REVOCATION, &row);
}

void small_put_registrar(struct small_hub *hub)
{
	uint8_t packed[256], body[512];
	Gonha__Root root = GONHA__ROOT__INIT;
	Gonha__RegistrarKey key = GONHA__REGISTRAR_KEY__INIT;
	key.key = key_of(hub, S_REGISTRAR);
	root.item_case = GONHA__ROOT__ITEM_REGISTRAR;
	root.registrar = &key;
	size_t size = gonha__root__pack(&root, packed);
	assert_int_equal(
	        gn_body_wrap(GN_KIND_ROOT, salt, gn_bytes(packed, size), body, sizeof body, &size),
	        GN_OK);
	assert_int_equal(gn_registry_apply(hub->registry, 1, gn_bytes(body, size)), GN_OK);
}
