/* Reports: the shape of a line, the limit, and values that are safe to show. */
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "core/report.h"

static void test_lines(void **state)
{
	(void)state;
	struct gn_report report = {0};
	gn_report_add(&report, "visits.csv", 17, "household", "expected %s, got \"%s\"", "a number",
	        gn_report_value(gn_bytes_str("abc")));
	gn_report_add(&report, "visits.csv", 0, NULL, "empty file");
	gn_report_add(&report, NULL, 0, "date", "is missing");
	gn_report_add(&report, NULL, 0, NULL, "nothing to do");
	assert_int_equal(report.count, 4);
	assert_string_equal(
	        report.lines[0], "visits.csv:17: household: expected a number, got \"abc\"");
	assert_string_equal(report.lines[1], "visits.csv: empty file");
	assert_string_equal(report.lines[2], "date: is missing");
	assert_string_equal(report.lines[3], "nothing to do");
	gn_report_done(&report);
	assert_int_equal(report.count, 0);
}

static void test_limit(void **state)
{
	(void)state;
	struct gn_report report = {0};
	for (size_t i = 0; i < 1000; i++)
		gn_report_add(&report, "a.csv", i + 1, NULL, "bad");
	assert_int_equal(report.kept, GN_REPORT_LINES);
	assert_int_equal(report.count, 1000);
	gn_report_done(&report);
}

static void test_values(void **state)
{
	(void)state;
	assert_string_equal(gn_report_value(gn_bytes_str("Quảng Ninh")), "Quảng Ninh");
	assert_string_equal(gn_report_value(gn_bytes("a\0b", 3)), "a\\x00b");
	assert_string_equal(gn_report_value(gn_bytes_str("\x1b[31m")), "\\x1B[31m");
	assert_string_equal(gn_report_value(gn_bytes_str("\xff\xfe")), "\\xFF\\xFE");
	/* A right-to-left override would turn the rest of the line around. */
	assert_string_equal(gn_report_value(gn_bytes_str("\xe2\x80\xae!")), "\\xE2\\x80\\xAE!");
	assert_string_equal(gn_report_value(gn_bytes(NULL, 0)), "");
	assert_string_equal(gn_report_value(gn_bytes_str("2022-02-30")), "2022-02-30");
	assert_string_equal(gn_report_value(gn_bytes_str("022 199-001.234;x")), "(a long number)");
	const char *longest =
	        gn_report_value(gn_bytes_str("ắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắắ"));
	assert_int_equal(strlen(longest), 40 * strlen("ắ") + strlen("…"));
}

static void test_ring(void **state)
{
	(void)state;
	const char *first = gn_report_value(gn_bytes_str("first"));
	for (int i = 0; i < 7; i++)
		(void)gn_report_value(gn_bytes_str("other"));
	assert_string_equal(first, "first");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_lines),
	        cmocka_unit_test(test_limit),
	        cmocka_unit_test(test_values),
	        cmocka_unit_test(test_ring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
