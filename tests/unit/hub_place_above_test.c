/* What a unit stands in: dated parents, mergers once they have come, and spans. */
#include "temp_dir.h"

#include "hub/place_above.h"
#include "registry.pb-c.h"

static void put(struct gn_registry *registry, uint64_t seq, Gonha__Unit *unit)
{
	static const uint8_t salt[GN_SALT_SIZE];
	uint8_t packed[512], body[1024];
	size_t size;
	Gonha__Item item = GONHA__ITEM__INIT, *items[] = {&item};
	Gonha__Registry message = GONHA__REGISTRY__INIT;
	item.item_case = GONHA__ITEM__ITEM_UNIT;
	item.unit = unit;
	message.n_items = 1;
	message.items = items;
	size = gonha__registry__pack(&message, packed);
	assert_int_equal(gn_body_wrap(GN_KIND_REGISTRY, salt, gn_bytes(packed, size), body,
	                         sizeof body, &size),
	        GN_OK);
	assert_int_equal(gn_registry_apply(registry, seq, gn_bytes(body, size)), GN_OK);
}

/* x merges into y after day 20000, y into z after 20100; v follows them. */
static struct gn_registry *merging(void)
{
	static const struct {
		const char *code, *parent, *level, *into;
		uint32_t from, to;
	} rows[] = {
	        {"p", "", "province", "", 0, 0},
	        {"x", "p", "commune", "y", 0, 20000},
	        {"y", "p", "commune", "z", 0, 20100},
	        {"z", "p", "commune", "", 20101, 0},
	        {"v", "x", "village", "", 0, 20000},
	        {"v", "y", "village", "", 20001, 20100},
	        {"v", "z", "village", "", 20101, 0},
	};
	struct gn_registry *registry = gn_registry_new();
	assert_non_null(registry);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		Gonha__Unit unit = GONHA__UNIT__INIT;
		unit.code = unit.name = (char *)(uintptr_t)rows[i].code;
		unit.parent = (char *)(uintptr_t)rows[i].parent;
		unit.level = (char *)(uintptr_t)rows[i].level;
		unit.merged_into = (char *)(uintptr_t)rows[i].into;
		unit.valid_from = rows[i].from;
		unit.valid_to = rows[i].to;
		put(registry, i + 1, &unit);
	}
	return registry;
}

static void expect(const struct gn_registry *registry, const char *code, gn_day day, gn_day until,
        const char *above)
{
	const struct gn_unit *units[GN_AREA_MAX];
	char got[64] = "";
	size_t n = gn_area_above(registry, gn_bytes_str(code), day, until, units);
	for (size_t i = 0; i < n; i++) {
		size_t used = strlen(got);
		snprintf(got + used, sizeof got - used, "%s ", units[i]->code);
	}
	assert_string_equal(got, above);
}

static void test_a_merger_counts_once_it_has_come(void **state)
{
	(void)state;
	struct gn_registry *r = merging();
	expect(r, "v", 19000, 19000, "v x p ");
	expect(r, "v", 19000, 20000, "v x p ");
	expect(r, "v", 19000, 20001, "v x y p ");
	expect(r, "v", 19000, 20101, "v x y z p ");
	expect(r, "v", 20050, 20050, "v y p ");
	expect(r, "v", 20200, 20200, "v z p ");
	expect(r, "x", 20001, 20200, "");
	expect(r, "nowhere", 19000, 20200, "");
	gn_registry_free(&r);
}

static void test_spans_end_where_units_change(void **state)
{
	(void)state;
	struct gn_registry *r = merging();
	struct hub_eras eras;
	gn_day last;
	assert_int_equal(hub_eras_init(r, &eras), GN_OK);
	assert_int_equal(hub_era(&eras, 19000, &last), GN_DAY_FIRST);
	assert_int_equal(last, 20000);
	assert_int_equal(hub_era(&eras, 20001, &last), 20001);
	assert_int_equal(last, 20100);
	assert_int_equal(hub_era(&eras, 30000, &last), 20101);
	assert_int_equal(last, GN_DAY_OPEN);
	hub_eras_done(&eras);
	gn_registry_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_a_merger_counts_once_it_has_come),
	        cmocka_unit_test(test_spans_end_where_units_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
