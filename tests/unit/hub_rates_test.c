/* Answers: rounding, what is unknown, targets, freshness, order and refusals. */
#include "small_hub.h"

#include "hub/status.h"

static void heard(struct small_hub *hub, int node, uint64_t ms)
{
	struct hub_status status = {.heard_ms = ms};
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, true);
	hub_status_put(&txn, hub->nodes[node].key, &status, true);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

static json_t *row_of(json_t *answer, const char *unit)
{
	size_t i;
	json_t *row;
	json_array_foreach(json_object_get(answer, "rows"), i, row)
	{
		if (strcmp(json_string_value(json_object_get(row, "unit")), unit) == 0)
			return row;
	}
	fail_msg("no row %s", unit);
	return NULL;
}

static void expect_json(json_t *object, const char *text)
{
	char *got = json_dumps(object, GN_JSON_FLAGS);
	assert_string_equal(got, text);
	free(got);
}

static void test_an_answer_whole(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	small_record(hub, 0, "visit team=t1 household=5 place=home");
	small_record(hub, 0, "visit team=t2 household=5 place=home");
	small_record(hub, 0, "visit team=t2 household=6 place=home date=-30");
	ROW(hub, "measure", "v1", "households", "3");
	ROW(hub, "target", "visited", "p", "5000");
	heard(hub, 0, hub->clock_ms - 1000);
	json_t *answer = small_ask(hub, "visited", GN_LEVEL_VILLAGE);
	json_t *version = json_object_get(answer, "registry");
	assert_int_equal(json_integer_value(version), hub->registry_seq);
	json_object_del(answer, "registry");
	expect_json(answer,
	        "{\"indicator\":\"visited\",\"kind\":\"coverage\",\"from\":\"2020-01-01\","
	        "\"to\":\"2023-07-06\",\"as_of\":\"2022-06-01T08:00:03+07:00\","
	        "\"nodes_expected\":4,\"nodes_fresh\":1,\"elsewhere\":0,\"unplaced\":0,"
	        "\"conflicts\":0,\"over_100\":0,\"rows\":["
	        "{\"unit\":\"v1\",\"name\":\"v1\",\"level\":\"village\",\"numerator\":1,"
	        "\"denominator\":3,\"percent\":33.33,\"target\":50,\"gap\":16.67,\"short\":1,"
	        "\"fresh\":false},"
	        "{\"unit\":\"v2\",\"name\":\"v2\",\"level\":\"village\",\"numerator\":2,"
	        "\"denominator\":null,\"percent\":null,\"target\":50,\"gap\":null,"
	        "\"short\":null,\"fresh\":false},"
	        "{\"unit\":\"v3\",\"name\":\"v3\",\"level\":\"village\",\"numerator\":0,"
	        "\"denominator\":null,\"percent\":null,\"target\":50,\"gap\":null,"
	        "\"short\":null,\"fresh\":false}]}");
	json_decref(answer);
	small_hub_free(&hub);
}

static void expect_percent(
        struct small_hub *hub, const char *unit, const char *figures, const char *percent)
{
	char words[128];
	snprintf(words, sizeof words, "tally unit=%s indicator=filed %s", unit, figures);
	small_record(hub, 3, words);
	json_t *answer = small_ask(hub, "filed", GN_LEVEL_VILLAGE);
	char *got = json_dumps(
	        json_object_get(row_of(answer, unit), "percent"), JSON_ENCODE_ANY | GN_JSON_FLAGS);
	assert_string_equal(got, percent);
	free(got);
	json_decref(answer);
}

static void test_percent_rounds_half_up(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	expect_percent(hub, "v1", "numerator=5594 denominator=53457", "10.46");
	expect_percent(hub, "v1", "numerator=1 denominator=800", "0.13"); /* 0.125 */
	expect_percent(hub, "v1", "numerator=1249 denominator=1000000", "0.12");
	expect_percent(hub, "v1", "numerator=0 denominator=0", "null");
	expect_percent(hub, "v2", "numerator=3 denominator=2", "150");
	json_t *answer = small_ask(hub, "filed", GN_LEVEL_VILLAGE);
	assert_int_equal(json_integer_value(json_object_get(answer, "over_100")), 1);
	assert_true(json_is_null(json_object_get(row_of(answer, "v3"), "denominator")));
	json_decref(answer);
	small_hub_free(&hub);
}

static void test_tallies_of_a_unit_and_one_under_it(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	small_record(hub, 3, "tally unit=p indicator=filed numerator=10 denominator=20");
	small_record(hub, 0, "tally unit=c1 indicator=filed numerator=1 denominator=2");
	small_record(hub, 0, "tally unit=c1 indicator=filed numerator=2 denominator=4");
	assert_int_equal(NUMERATOR(hub, "filed", PROVINCE, "p"), 12);
	json_t *answer = small_ask(hub, "filed", GN_LEVEL_COMMUNE);
	assert_int_equal(json_integer_value(json_object_get(answer, "conflicts")), 1);
	assert_int_equal(json_integer_value(json_object_get(answer, "elsewhere")), 10);
	json_decref(answer);
	small_hub_free(&hub);
}

static void expect_fresh(struct small_hub *hub, enum gn_level level, const char *unit, bool fresh)
{
	json_t *answer = small_ask(hub, "visits", level);
	json_t *got = json_object_get(row_of(answer, unit), "fresh");
	if (!json_is_boolean(got) || json_is_true(got) != fresh)
		fail_msg("%s: expected %s", unit, fresh ? "fresh" : "silent");
	json_decref(answer);
}

static void test_freshness(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	uint64_t now = hub->clock_ms;
	heard(hub, 0, now);
	heard(hub, 3, now);
	expect_fresh(hub, GN_LEVEL_COMMUNE, "c1", false); /* its second node is silent */
	heard(hub, 1, now);
	expect_fresh(hub, GN_LEVEL_COMMUNE, "c1", true);
	expect_fresh(hub, GN_LEVEL_VILLAGE, "v1", true); /* by the commune's */
	expect_fresh(hub, GN_LEVEL_TEAM, "t1", true);
	expect_fresh(hub, GN_LEVEL_TEAM, "e1", false);
	expect_fresh(hub, GN_LEVEL_DISTRICT, "d1", false); /* c2's is silent */
	heard(hub, 2, now);
	expect_fresh(hub, GN_LEVEL_DISTRICT, "d1", true);
	expect_fresh(hub, GN_LEVEL_PROVINCE, "p", true);
	hub->clock_ms = now + 86400000 + 1;
	expect_fresh(hub, GN_LEVEL_COMMUNE, "c2", false);
	small_hub_free(&hub);
}

static enum gn_err refuse(
        struct small_hub *hub, const struct hub_rates_query *query, char what[160])
{
	struct gn_out *out = NULL;
	small_fold(hub);
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, false);
	enum gn_err err = hub_rates(&txn, hub->registry, query, &out, what);
	gn_out_free(&out);
	return err;
}

static void test_refusals(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct hub_rates_query query = {
	        .indicator = "nope", .level = GN_LEVEL_PROVINCE, .to = S_DAY};
	char what[160];
	assert_int_equal(refuse(hub, &query, what), GN_E_NOTFOUND);
	assert_string_equal(what, "indicator: unknown code \"nope\"");
	query.indicator = "visits";
	query.unit = "c9";
	assert_int_equal(refuse(hub, &query, what), GN_E_NOTFOUND);
	assert_string_equal(what, "unit: unknown code \"c9\"");
	query.unit = NULL;
	query.indicator = "filed";
	query.level = GN_LEVEL_TEAM;
	assert_int_equal(refuse(hub, &query, what), GN_E_USAGE);
	assert_string_equal(what, "level: filed is reported by units, it has no level team");
	small_hub_free(&hub);
}

static void expect_order(struct small_hub *hub, enum hub_sort sort, const char *units)
{
	char what[160], got[64] = "";
	struct gn_out *out;
	struct hub_rates_query query = {.indicator = "filed",
	        .level = GN_LEVEL_VILLAGE,
	        .unit = "d1",
	        .to = S_DAY,
	        .sort = sort};
	size_t i;
	json_t *row;
	small_fold(hub);
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, false);
	assert_int_equal(hub_rates(&txn, hub->registry, &query, &out, what), GN_OK);
	json_t *json = gn_out_json(out);
	json_array_foreach(json_object_get(json, "rows"), i, row)
	{
		size_t n = strlen(got);
		snprintf(got + n, sizeof got - n, "%s ",
		        json_string_value(json_object_get(row, "unit")));
	}
	assert_string_equal(got, units);
	json_decref(json);
	gn_out_free(&out);
}

static void test_order(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	ROW(hub, "unit", "v0", "c2", "village");
	ROW(hub, "target", "filed", "p", "9000");
	small_record(hub, 3, "tally unit=v1 indicator=filed numerator=1 denominator=4");
	small_record(hub, 3, "tally unit=v2 indicator=filed numerator=3 denominator=4");
	small_record(hub, 3, "tally unit=v3 indicator=filed numerator=30 denominator=100");
	expect_order(hub, HUB_SORT_UNIT, "v0 v1 v2 v3 ");
	expect_order(hub, HUB_SORT_RATE, "v2 v3 v1 v0 ");
	expect_order(hub, HUB_SORT_SHORT, "v3 v1 v2 v0 ");
	small_hub_free(&hub);
}

static void test_rows_under_a_unit(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct gn_out *out;
	char what[160];
	struct hub_rates_query query = {
	        .indicator = "visits", .level = GN_LEVEL_TEAM, .unit = "c1", .to = S_DAY};
	small_fold(hub);
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, false);
	assert_int_equal(hub_rates(&txn, hub->registry, &query, &out, what), GN_OK);
	assert_int_equal(gn_out_rows(out), 3); /* t1, t2, tc */
	gn_out_free(&out);
	gn_txn_abort(&txn);
	small_hub_free(&hub);
}

/* Half of a recomputation is no answer, nor is one by another registry. */
static void test_no_answer_while_recomputing(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct hub_rates_query query = {
	        .indicator = "visits", .level = GN_LEVEL_PROVINCE, .to = S_DAY + 400};
	struct hub_fold_result result;
	char what[160];
	for (int i = 0; i < 9; i++)
		small_record(hub, 0, "visit team=t1 household=5 place=home");
	assert_int_equal(NUMERATOR(hub, "visits", PROVINCE, "p"), 9);
	ROW(hub, "team", "t9", "v2");
	struct gn_out *out = NULL;
	GN_AUTO_TXN before = gn_txn_begin(hub->store, false);
	assert_int_equal(hub_rates(&before, hub->registry, &query, &out, what), GN_E_BUSY);
	gn_txn_abort(&before);
	assert_int_equal(hub_fold(hub->store, hub->registry, &hub->keys, 4, &result), GN_OK);
	assert_true(result.more);
	GN_AUTO_TXN half = gn_txn_begin(hub->store, false);
	assert_int_equal(hub_rates(&half, hub->registry, &query, &out, what), GN_E_BUSY);
	gn_txn_abort(&half);
	assert_int_equal(NUMERATOR(hub, "visits", PROVINCE, "p"), 9);
	small_hub_free(&hub);
}

static void test_a_stock_by_day_and_run(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	small_record(hub, 0, "activation team=t1 scheme=vneid state=on citizen=x date=-9");
	small_record(hub, 0, "activation team=t2 scheme=vneid state=on citizen=x date=-5");
	assert_int_equal(NUMERATOR(hub, "vneid", TEAM, "t1"), 1);
	small_record(hub, 0, "activation team=t2 scheme=vneid state=off citizen=x date=-7");
	assert_int_equal(NUMERATOR(hub, "vneid", TEAM, "t1"), 0);
	assert_int_equal(NUMERATOR(hub, "vneid", TEAM, "t2"), 1);
	assert_int_equal(NUMERATOR(hub, "vneid", PROVINCE, "p"), 1);
	small_hub_free(&hub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        temp_test(test_an_answer_whole),
	        temp_test(test_percent_rounds_half_up),
	        temp_test(test_tallies_of_a_unit_and_one_under_it),
	        temp_test(test_freshness),
	        temp_test(test_refusals),
	        temp_test(test_order),
	        temp_test(test_rows_under_a_unit),
	        temp_test(test_no_answer_while_recomputing),
	        temp_test(test_a_stock_by_day_and_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
