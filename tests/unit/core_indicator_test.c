/* Indicators: what compiles, what is refused and why, what a filter lets pass. */
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "core/indicator.h"

static enum gn_err compile(const struct gn_indicator_text *text, struct gn_indicator **ret,
        const char **field, char message[160])
{
	*ret = NULL;
	*field = "";
	message[0] = '\0';
	return gn_indicator_compile(text, ret, field, message);
}

static void test_stock(void **state)
{
	(void)state;
	struct gn_indicator *in;
	const char *field;
	char message[160];
	struct gn_indicator_text text = {"money", "stock", "activation",
	        "scheme=mobile_money|bank; state=on;age>=18 ; age<65", "citizen",
	        "measure:adults_18", "Tài khoản", "Accounts"};
	assert_int_equal(compile(&text, &in, &field, message), GN_OK);
	assert_int_equal(in->kind, GN_STOCK);
	assert_int_equal(in->sources, 1u << GN_KIND_ACTIVATION);
	assert_int_equal(in->subject, GN_S_CITIZEN);
	assert_int_equal(in->filter.count, 2);
	assert_int_equal(in->filter.conditions[0].field, GN_F_SCHEME);
	assert_int_equal(in->filter.conditions[0].count, 2);
	assert_true(gn_bytes_is(in->filter.conditions[0].values[1], "bank"));
	assert_true(gn_bytes_is(in->filter.conditions[1].values[0], "on"));
	assert_true(in->filter.has_age);
	assert_int_equal(in->filter.age_min, 18);
	assert_int_equal(in->filter.age_max, 64);
	assert_int_equal(in->denominator, GN_D_MEASURE);
	assert_string_equal(in->denominator_name, "adults_18");
	assert_string_equal(in->name_vi, "Tài khoản");
	gn_indicator_free(&in);
	assert_null(in);
}

static void test_kinds(void **state)
{
	(void)state;
	struct gn_indicator *in;
	const char *field;
	char message[160];
	struct gn_indicator_text joint = {"all", "joint", "", "a&b & c", "citizen", "", "", ""};
	assert_int_equal(compile(&joint, &in, &field, message), GN_OK);
	assert_int_equal(in->joint_count, 3);
	assert_string_equal(in->joint[2], "c");
	gn_indicator_free(&in);

	struct gn_indicator_text registry = {
	        "cover", "registry", "", "communes_with_team", "", "registry:communes", "", ""};
	assert_int_equal(compile(&registry, &in, &field, message), GN_OK);
	assert_int_equal(in->figure, GN_R_COMMUNES_WITH_TEAM);
	assert_int_equal(in->denominator_figure, GN_R_COMMUNES);
	gn_indicator_free(&in);

	struct gn_indicator_text active = {"active", "coverage", "visit|training|listing", "",
	        "team", "registry:teams", "", ""};
	assert_int_equal(compile(&active, &in, &field, message), GN_OK);
	assert_int_equal(in->figure, GN_R_TEAMS);
	assert_int_equal(in->subject, GN_S_TEAM);
	gn_indicator_free(&in);

	struct gn_indicator_text people = {"people", "count", "training", "audience=citizen",
	        "participants", NULL, NULL, NULL};
	assert_int_equal(compile(&people, &in, &field, message), GN_OK);
	assert_int_equal(in->sum, GN_F_PARTICIPANTS);
	assert_int_equal(in->denominator, GN_D_NONE);
	assert_string_equal(in->name_en, "");
	gn_indicator_free(&in);
}

static const struct refusal {
	const char *kind, *source, *filter, *subject, *denominator, *field, *message;
} refusals[] = {
        {"rate", "visit", "", "", "", "kind",
                "expected coverage, stock, joint, count, ratio, level or registry, got \"rate\""},
        {"count", "visits", "", "", "", "source",
                "expected visit, activation, training, listing, assessment or tally, got "
                "\"visits\""},
        {"count", "", "", "", "", "source",
                "expected visit, activation, training, listing, assessment or tally, got \"\""},
        {"count", "void", "", "", "", "source",
                "expected visit, activation, training, listing, assessment or tally, got "
                "\"void\""},
        {"stock", "visit", "", "household", "", "source",
                "a stock takes one of activation, listing, assessment"},
        {"stock", "activation|assessment", "", "citizen", "", "source",
                "a stock takes one of activation, listing, assessment"},
        {"ratio", "visit", "", "", "tally", "source", "a ratio takes tally"},
        {"count", "visit|tally", "", "", "", "source", "tally can't stand with another source"},
        {"coverage", "tally", "", "team", "", "source",
                "a tally has no subject that a coverage could count"},
        {"joint", "visit", "a&b", "citizen", "", "source", "a joint has no source"},
        {"count", "visit", "scheme=vneid", "", "", "filter",
                "source visit has no field \"scheme\""},
        {"count", "visit", "colour=red", "", "", "filter",
                "no field \"colour\" that can be asked for"},
        {"count", "visit", "household=5", "", "", "filter",
                "no field \"household\" that can be asked for"},
        {"count", "visit", "place>=home", "", "", "filter",
                "only age is compared by size, place takes ="},
        {"count", "visit", "place=", "", "", "filter", "place: a value is missing"},
        {"count", "visit", "place=home|", "", "", "filter", "place: a value is missing"},
        {"count", "visit", "place", "", "", "filter",
                "expected field=value, or age with =, >=, <= or <, got \"place\""},
        {"count", "visit", "place=home;", "", "", "filter",
                "expected field=value, or age with =, >=, <= or <, got \"\""},
        {"count", "visit", "place=a|b|c|d|e|f|g|h|i", "", "", "filter",
                "place: more than 8 values"},
        {"stock", "activation", "age>18", "citizen", "", "filter",
                "expected field=value, or age with =, >=, <= or <, got \"age>18\""},
        {"stock", "activation", "age>=old", "citizen", "", "filter",
                "age: expected a number from 0 to 150, got \"old\""},
        {"stock", "activation", "age>=18;age<18", "citizen", "", "filter", "no age can pass"},
        {"stock", "activation", "age<0", "citizen", "", "filter", "no age can pass"},
        {"coverage", "visit", "age>=18", "citizen", "", "filter", "age is for a stock alone"},
        {"stock", "activation", "age>=18", "household", "", "subject",
                "a filter by age needs the subject citizen"},
        {"ratio", "tally", "unit=22", "", "tally", "filter", "tallies take no filter"},
        {"joint", "", "a", "citizen", "", "filter", "a joint names two indicators or more: a&b"},
        {"joint", "", "a&a", "citizen", "", "filter", "a stands twice"},
        {"joint", "", "a&", "citizen", "", "filter", "an indicator's code is missing"},
        {"registry", "", "communes", "", "", "filter",
                "expected communes_with_team, villages_with_team, teams or members, got "
                "\"communes\""},
        {"coverage", "visit", "", "", "", "subject", "a coverage needs a subject"},
        {"coverage", "visit", "", "dog", "", "subject",
                "expected household, citizen, product, team, participants, numerator or nothing, "
                "got \"dog\""},
        {"coverage", "visit", "", "product", "", "subject", "source visit has no product"},
        {"stock", "activation", "", "team", "", "subject", "a stock can't count \"team\""},
        {"count", "visit", "", "participants", "", "subject", "source visit has no participants"},
        {"count", "tally", "", "", "", "subject", "a count of tallies needs numerator"},
        {"count", "visit", "", "", "households", "denominator",
                "expected measure:NAME, registry:NAME, indicator:CODE, tally or nothing, got "
                "\"households\""},
        {"count", "visit", "", "", "measure:", "denominator",
                "expected measure:NAME, registry:NAME, indicator:CODE, tally or nothing, got "
                "\"measure:\""},
        {"count", "visit", "", "", "registry:dogs", "denominator",
                "expected registry:communes, villages, teams or members, got \"registry:dogs\""},
        {"count", "visit", "", "", "tally", "denominator", "tally is for a ratio or a level"},
        {"ratio", "tally", "", "", "", "denominator", "a ratio takes tally"},
        {"level", "tally", "", "", "measure:citizens", "denominator",
                "a level takes tally or nothing"},
        {"count", "visit", "", "", "indicator:x", "denominator",
                "an indicator can't be its own denominator"},
};

static void test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		const struct refusal *r = &refusals[i];
		struct gn_indicator_text text = {
		        "x", r->kind, r->source, r->filter, r->subject, r->denominator, "", ""};
		struct gn_indicator *in;
		const char *field;
		char message[160];
		assert_int_equal(compile(&text, &in, &field, message), GN_E_INPUT);
		assert_null(in);
		assert_string_equal(message, r->message);
		assert_string_equal(field, r->field);
	}
}

static void test_match(void **state)
{
	(void)state;
	struct gn_indicator *in;
	const char *field;
	char message[160];
	struct gn_indicator_text text = {
	        "x", "count", "visit", "place=home;topic=portal|vneid", "", "", "", ""};
	assert_int_equal(compile(&text, &in, &field, message), GN_OK);
	struct gn_record record = {.kind = GN_KIND_VISIT, .topic_count = 2};
	record.text[GN_F_PLACE] = gn_bytes_str("home");
	record.topics[0] = record.text[GN_F_TOPIC] = gn_bytes_str("safe_net");
	record.topics[1] = gn_bytes_str("vneid");
	assert_true(gn_filter_match(&in->filter, &record));
	record.topics[1] = gn_bytes_str("vneid2");
	assert_false(gn_filter_match(&in->filter, &record));
	record.topics[0] = record.text[GN_F_TOPIC] = gn_bytes_str("portal");
	assert_true(gn_filter_match(&in->filter, &record));
	record.text[GN_F_PLACE] = gn_bytes_str("market");
	assert_false(gn_filter_match(&in->filter, &record));
	record.text[GN_F_PLACE] = gn_bytes(NULL, 0);
	assert_false(gn_filter_match(&in->filter, &record));
	gn_indicator_free(&in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_stock),
	        cmocka_unit_test(test_kinds),
	        cmocka_unit_test(test_refusals),
	        cmocka_unit_test(test_match),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
