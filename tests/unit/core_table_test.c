/* Lists: one content as a table, as CSV and as JSON. */
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/table.h"

static const char *const headings[] = {"unit", "name", "percent", "fresh", NULL};

static struct gn_out *sample(void)
{
	struct gn_out *out = gn_out_new(headings);
	assert_non_null(out);
	gn_out_fact_text(out, "indicator", "visit_household");
	gn_out_fact_int(out, "registry", 7);
	gn_out_fact_null(out, "as_of");
	gn_out_text(out, "22");
	gn_out_text(out, "Quảng Ninh");
	gn_out_hundredths(out, 1046);
	gn_out_bool(out, true);
	gn_out_text(out, "C1");
	gn_out_text(out, "Xã \"A\", B");
	gn_out_null(out);
	gn_out_bool(out, false);
	return out;
}

static char *written(const struct gn_out *out, enum gn_format format)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	assert_non_null(file);
	assert_int_equal(gn_out_write(out, format, file), GN_OK);
	assert_int_equal(fclose(file), 0);
	return text;
}

static void expect(const struct gn_out *out, enum gn_format format, const char *wanted)
{
	char *text = written(out, format);
	assert_string_equal(text, wanted);
	free(text);
}

static void test_table(void **state)
{
	(void)state;
	struct gn_out *out = sample();
	expect(out, GN_FORMAT_TABLE,
	        "indicator: visit_household\n"
	        "registry: 7\n"
	        "as_of: -\n"
	        "\n"
	        "unit  name        percent  fresh\n"
	        "22    Quảng Ninh    10.46  yes\n"
	        "C1    Xã \"A\", B         -  no\n");
	assert_int_equal(gn_out_rows(out), 2);
	gn_out_free(&out);
	assert_null(out);
}

static void test_csv(void **state)
{
	(void)state;
	struct gn_out *out = sample();
	expect(out, GN_FORMAT_CSV,
	        "unit,name,percent,fresh\n"
	        "22,Quảng Ninh,10.46,yes\n"
	        "C1,\"Xã \"\"A\"\", B\",,no\n");
	gn_out_free(&out);
}

static void test_json(void **state)
{
	(void)state;
	struct gn_out *out = sample();
	expect(out, GN_FORMAT_JSON,
	        "{\"indicator\":\"visit_household\",\"registry\":7,\"as_of\":null,\"rows\":["
	        "{\"unit\":\"22\",\"name\":\"Quảng Ninh\",\"percent\":10.46,\"fresh\":true},"
	        "{\"unit\":\"C1\",\"name\":\"Xã \\\"A\\\", "
	        "B\",\"percent\":null,\"fresh\":false}]}\n");
	gn_out_free(&out);
}

static void test_hundredths(void **state)
{
	(void)state;
	static const char *const one[] = {"percent", NULL};
	static const struct {
		int64_t value;
		const char *csv, *json;
	} cases[] = {
	        {1046, "10.46", "10.46"},
	        {7302, "73.02", "73.02"},
	        {9904, "99.04", "99.04"},
	        {6704, "67.04", "67.04"},
	        {10, "0.10", "0.1"},
	        {1, "0.01", "0.01"},
	        {0, "0.00", "0"},
	        {10000, "100.00", "100"},
	        {-550, "-5.50", "-5.5"},
	        {-1, "-0.01", "-0.01"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct gn_out *out = gn_out_new(one);
		char wanted[64];
		gn_out_hundredths(out, cases[i].value);
		snprintf(wanted, sizeof wanted, "percent\n%s\n", cases[i].csv);
		expect(out, GN_FORMAT_CSV, wanted);
		snprintf(wanted, sizeof wanted, "{\"rows\":[{\"percent\":%s}]}\n", cases[i].json);
		expect(out, GN_FORMAT_JSON, wanted);
		gn_out_free(&out);
	}
}

/* Every percent with two decimals is printed as it is, not as the nearest double. */
static void test_all_percents(void **state)
{
	(void)state;
	static const char *const one[] = {"p", NULL};
	struct gn_out *out = gn_out_new(one);
	for (int i = 0; i <= 20000; i++)
		gn_out_hundredths(out, i);
	char *text = written(out, GN_FORMAT_JSON);
	const char *at = text;
	for (int i = 0; i <= 20000; i++) {
		at = strstr(at, "\"p\":");
		assert_non_null(at);
		at += 4;
		assert_true(strcspn(at, "}") <= 6);
		char *end;
		double value = strtod(at, &end);
		assert_int_equal((int)(value * 100 + 0.5), i);
	}
	free(text);
	gn_out_free(&out);
}

static void test_empty_and_odd(void **state)
{
	(void)state;
	struct gn_out *out = gn_out_new(headings);
	expect(out, GN_FORMAT_TABLE, "unit  name  percent  fresh\n");
	expect(out, GN_FORMAT_CSV, "unit,name,percent,fresh\n");
	expect(out, GN_FORMAT_JSON, "{\"rows\":[]}\n");
	/* A row that is not whole does not show; a cell can't break the terminal. */
	gn_out_text(out, "two\nlines\x1b[2J");
	gn_out_text(out, NULL);
	assert_int_equal(gn_out_rows(out), 0);
	expect(out, GN_FORMAT_CSV, "unit,name,percent,fresh\n");
	gn_out_int(out, INT64_MIN);
	gn_out_null(out);
	expect(out, GN_FORMAT_TABLE,
	        "unit           name               percent  fresh\n"
	        "two lines [2J  -     -9223372036854775808  -\n");
	gn_out_free(&out);
}

/* Columns without any value are left out of a compact table, and of that alone. */
static void test_compact(void **state)
{
	(void)state;
	static const char *const three[] = {"id", "title", "state", NULL};
	struct gn_out *out = gn_out_new(three);
	gn_out_compact(out);
	for (int i = 0; i < 2; i++) {
		gn_out_int(out, i);
		gn_out_null(out);
		gn_out_null(out);
	}
	char *table = written(out, GN_FORMAT_TABLE), *csv = written(out, GN_FORMAT_CSV);
	assert_string_equal(table, "id  state\n 0  -\n 1  -\n");
	assert_string_equal(csv, "id,title,state\n0,,\n1,,\n");
	free(table);
	free(csv);
	gn_out_free(&out);
}

static void test_formats(void **state)
{
	(void)state;
	enum gn_format format;
	assert_int_equal(gn_format_parse("json", &format), GN_OK);
	assert_int_equal(format, GN_FORMAT_JSON);
	assert_int_equal(gn_format_parse("xml", &format), GN_E_USAGE);
}

static void test_full_disk(void **state)
{
	(void)state;
	struct gn_out *out = sample();
	FILE *full = fopen("/dev/full", "w");
	if (!full)
		skip();
	for (enum gn_format format = GN_FORMAT_TABLE; format <= GN_FORMAT_JSON; format++) {
		assert_int_equal(gn_out_write(out, format, full), GN_E_SYSTEM);
		clearerr(full);
	}
	(void)fclose(full);
	gn_out_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_table),
	        cmocka_unit_test(test_csv),
	        cmocka_unit_test(test_json),
	        cmocka_unit_test(test_hundredths),
	        cmocka_unit_test(test_all_percents),
	        cmocka_unit_test(test_empty_and_odd),
	        cmocka_unit_test(test_compact),
	        cmocka_unit_test(test_formats),
	        cmocka_unit_test(test_full_disk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
