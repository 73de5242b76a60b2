/* A question from its parameters, and the words of each refusal. */
#include "hub_house.h"

#include "hub/query.h"

static const char *param(void *context, const char *name)
{
	const char *const *pairs = context;
	for (; pairs[0]; pairs += 2)
		if (strcmp(pairs[0], name) == 0)
			return pairs[1];
	return NULL;
}

#define PARAMS(...)                                                                                \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static enum gn_err ask(struct house *house, const char *const *params,
        struct hub_rates_query *query, char text[HUB_QUERY_TEXT])
{
	text[0] = '\0';
	return hub_query_rates(
	        param, (void *)(uintptr_t)params, house->hub->view.registry, query, text);
}

static void refused(
        struct house *house, const char *const *params, enum gn_err code, const char *expected)
{
	struct hub_rates_query query;
	char text[HUB_QUERY_TEXT];
	assert_int_equal(ask(house, params, &query, text), code);
	assert_string_equal(text, expected);
}

static void campaign(struct house *house)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Campaign row = GONHA__CAMPAIGN__INIT;
	char code[] = "summer";
	row.code = code;
	row.from = 19144;
	row.to = 19173;
	item.item_case = GONHA__ITEM__ITEM_CAMPAIGN;
	item.campaign = &row;
	house_item(house, &item);
}

static void test_what_is_left_out(void **state)
{
	struct hub_rates_query query;
	char text[HUB_QUERY_TEXT];
	setenv("GONHA_NOW_MS", "1654016400000", 1); /* 2022-06-01 in UTC+7 */
	assert_int_equal(ask(*state, PARAMS("indicator", "a"), &query, text), GN_OK);
	unsetenv("GONHA_NOW_MS");
	assert_string_equal(query.indicator, "a");
	assert_null(query.unit);
	assert_int_equal(query.level, GN_LEVEL_PROVINCE);
	assert_int_equal(query.from, 0);
	assert_int_equal(query.to, 19144);
	assert_int_equal(query.sort, HUB_SORT_UNIT);
}

static void test_what_is_given(void **state)
{
	struct hub_rates_query query;
	char text[HUB_QUERY_TEXT];
	assert_int_equal(ask(*state,
	                         PARAMS("indicator", "a", "unit", "xa", "level", "team", "from",
	                                 "2022-06-01", "to", "02/06/2022", "sort", "short"),
	                         &query, text),
	        GN_OK);
	assert_string_equal(query.unit, "xa");
	assert_int_equal(query.level, GN_LEVEL_TEAM);
	assert_int_equal(query.from, 19144);
	assert_int_equal(query.to, 19145);
	assert_int_equal(query.sort, HUB_SORT_SHORT);
}

static void test_a_campaign_and_less_of_it(void **state)
{
	struct hub_rates_query query;
	char text[HUB_QUERY_TEXT];
	campaign(*state);
	assert_int_equal(
	        ask(*state, PARAMS("indicator", "a", "campaign", "summer"), &query, text), GN_OK);
	assert_int_equal(query.from, 19144);
	assert_int_equal(query.to, 19173);
	assert_int_equal(
	        ask(*state, PARAMS("indicator", "a", "campaign", "summer", "from", "2022-06-10"),
	                &query, text),
	        GN_OK);
	assert_int_equal(query.from, 19153);
	assert_int_equal(query.to, 19173);
}

static void test_refusals(void **state)
{
	struct house *house = *state;
	refused(house, PARAMS("level", "team"), GN_E_USAGE, "indicator: is needed");
	refused(house, PARAMS("indicator", "a", "level", "planet"), GN_E_USAGE,
	        "level: expected province, district, commune, village or team, got \"planet\"");
	refused(house, PARAMS("indicator", "a", "sort", "colour"), GN_E_USAGE,
	        "sort: expected rate, unit or short, got \"colour\"");
	refused(house, PARAMS("indicator", "a", "from", "2022-02-30"), GN_E_USAGE,
	        "from: expected a date such as 2022-06-01, got \"2022-02-30\"");
	refused(house, PARAMS("indicator", "a", "to", "soon"), GN_E_USAGE,
	        "to: expected a date such as 2022-06-01, got \"soon\"");
	refused(house, PARAMS("indicator", "a", "from", "2022-06-02", "to", "2022-06-01"),
	        GN_E_USAGE, "from: is after to");
	refused(house, PARAMS("indicator", "a", "campaign", "never"), GN_E_NOTFOUND,
	        "campaign: unknown campaign \"never\"");
}

/* A value of any length and any bytes is quoted, cut and harmless. */
static void test_what_somebody_may_send(void **state)
{
	struct hub_rates_query query;
	char text[HUB_QUERY_TEXT], value[2000];
	memset(value, 'x', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	assert_int_equal(
	        ask(*state, PARAMS("indicator", "a", "level", value), &query, text), GN_E_USAGE);
	assert_true(strlen(text) < HUB_QUERY_TEXT);
	assert_int_equal(ask(*state, PARAMS("indicator", "a", "sort", "a\n\x1b[2J"), &query, text),
	        GN_E_USAGE);
	for (const char *c = text; *c; c++)
		assert_true((unsigned char)*c >= ' ');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        house_test(test_what_is_left_out),
	        house_test(test_what_is_given),
	        house_test(test_a_campaign_and_less_of_it),
	        house_test(test_refusals),
	        house_test(test_what_somebody_may_send),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
