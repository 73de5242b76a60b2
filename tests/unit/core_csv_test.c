/* CSV: what is read, what is refused and in which line, what is written. */
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/csv.h"

static struct gn_csv *good(const char *text)
{
	struct gn_report report = {0};
	struct gn_csv *csv = NULL;
	enum gn_err err = gn_csv_parse(gn_bytes_str(text), "f.csv", &report, &csv);
	if (err)
		print_error("%s\n", report.kept ? report.lines[0] : gn_err_text(err));
	assert_int_equal(err, GN_OK);
	assert_int_equal(report.count, 0);
	return csv;
}

static void expect_cell(const struct gn_csv *csv, size_t row, const char *column, const char *value)
{
	int i = gn_csv_find(csv, column);
	assert_true(i >= 0);
	struct gn_bytes cell = gn_csv_cell(csv, row, (size_t)i);
	if (!gn_bytes_is(cell, value))
		print_error("%s: \"%.*s\"\n", column, (int)cell.size, (const char *)cell.data);
	assert_true(gn_bytes_is(cell, value));
}

static void test_plain(void **state)
{
	(void)state;
	struct gn_csv *csv = good("code,name\nA,Quảng Ninh\n\n  \nB , \" x, \"\"y\"\"\"\n");
	assert_int_equal(gn_csv_columns(csv), 2);
	assert_string_equal(gn_csv_column(csv, 1), "name");
	assert_int_equal(gn_csv_find(csv, "name"), 1);
	assert_int_equal(gn_csv_find(csv, "nam"), -1);
	assert_int_equal(gn_csv_rows(csv), 2);
	expect_cell(csv, 0, "name", "Quảng Ninh");
	expect_cell(csv, 1, "code", "B");
	expect_cell(csv, 1, "name", "x, \"y\"");
	assert_int_equal(gn_csv_line(csv, 0), 2);
	assert_int_equal(gn_csv_line(csv, 1), 5);
	assert_string_equal(gn_csv_name(csv), "f.csv");
	gn_csv_free(&csv);
	assert_null(csv);
}

static void test_excel(void **state)
{
	(void)state;
	struct gn_csv *csv = good("\xef\xbb\xbf"
	                          "code;name;list\r\nA;a, b;\r\n;;\r\nB;;\"x\r\ny\"\r\nC;c;z");
	assert_int_equal(gn_csv_rows(csv), 3);
	expect_cell(csv, 0, "code", "A");
	expect_cell(csv, 0, "name", "a, b");
	expect_cell(csv, 0, "list", "");
	expect_cell(csv, 1, "list", "x\r\ny");
	expect_cell(csv, 2, "list", "z");
	assert_int_equal(gn_csv_line(csv, 1), 4);
	assert_int_equal(gn_csv_line(csv, 2), 6);
	/* The digest of a file is that of all its bytes. */
	assert_int_equal(gn_csv_text(csv).data[0], 0xef);
	gn_csv_free(&csv);
}

static void test_separator_of_header(void **state)
{
	(void)state;
	struct gn_csv *csv = good("unit,neighbours\nA,B;C;D\n");
	expect_cell(csv, 0, "neighbours", "B;C;D");
	gn_csv_free(&csv);
	csv = good("\n\none\nx\n");
	assert_int_equal(gn_csv_columns(csv), 1);
	assert_int_equal(gn_csv_line(csv, 0), 4);
	gn_csv_free(&csv);
	csv = good("\"a;b;c\",d\n1,2\n");
	assert_int_equal(gn_csv_columns(csv), 2);
	gn_csv_free(&csv);
	csv = good("code,name\n");
	assert_int_equal(gn_csv_rows(csv), 0);
	gn_csv_free(&csv);
}

static const struct fault {
	const char *text;
	size_t size; /* 0: up to the NUL */
	const char *lines;
} faults[] = {
        {"", 0, "f.csv: empty file\n"},
        {"\xef\xbb\xbf", 0, "f.csv: empty file\n"},
        {"\n \n", 0, "f.csv: empty file\n"},
        {"a,b\n1,2\n1\n1,2,3\n1,2\n", 0,
                "f.csv:3: expected 2 columns as in the header, got 1\n"
                "f.csv:4: expected 2 columns as in the header, got 3\n"},
        {"a,b,a\n1,2,3\n", 0, "f.csv:1: column \"a\" stands twice in the header\n"},
        {"a,,c\n1,2,3\n", 0, "f.csv:1: column 2 of the header has no name\n"},
        {"a,b\n1,\"x\n", 0, "f.csv:2: a quote that is opened here is never closed\n"},
        {"a,b\n1,x\"y\n", 0,
                "f.csv:2: a stray quote: a cell with quotes is written \"like \"\"this\"\"\"\n"},
        {"a,b\n1,\"x\"y\n", 0,
                "f.csv:2: a stray quote: a cell with quotes is written \"like \"\"this\"\"\"\n"},
        {"a,b\n1,\"x\n2,\"y\n", 0,
                "f.csv:3: a stray quote (in the row that begins in line 2): a cell with quotes is "
                "written \"like \"\"this\"\"\"\n"},
        {"a,b\n1,2\n\n1,\xe1\xba\n1,2\n\xff,2\n", 0,
                "f.csv:4: not UTF-8: save the file as \"CSV UTF-8\"\n"
                "f.csv:6: not UTF-8: save the file as \"CSV UTF-8\"\n"},
        {"a,b\n1,\0\n", 8, "f.csv:2: a zero byte: this is no CSV text\n"},
        {"a,b\r1,2\r", 0, "f.csv:1: a carriage return inside a line\n"},
        {"a,b,a\n1,\n,\n", 0,
                "f.csv:1: column \"a\" stands twice in the header\n"
                "f.csv:2: expected 3 columns as in the header, got 2\n"},
        {"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,"
         "33\n",
                0, "f.csv:1: more than 32 columns\n"},
};

static void test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct gn_report report = {0};
		struct gn_csv *csv = NULL;
		size_t size = faults[i].size ? faults[i].size : strlen(faults[i].text);
		char all[1024] = "";
		assert_int_equal(
		        gn_csv_parse(gn_bytes(faults[i].text, size), "f.csv", &report, &csv),
		        GN_E_INPUT);
		assert_null(csv);
		size_t used = 0;
		for (size_t j = 0; j < report.kept; j++)
			used += (size_t)snprintf(
			        all + used, sizeof all - used, "%s\n", report.lines[j]);
		assert_string_equal(all, faults[i].lines);
		gn_report_done(&report);
	}
}

static void test_load(void **state)
{
	(void)state;
	struct gn_report report = {0};
	struct gn_csv *csv = NULL;
	assert_int_equal(gn_csv_load("/nonexistent/x.csv", "x.csv", &report, &csv), GN_E_NOTFOUND);
	assert_int_equal(gn_csv_load(TEST_SOURCE_DIR "/deploy/catalogue/indicators.csv",
	                         "indicators.csv", &report, &csv),
	        GN_OK);
	assert_int_equal(gn_csv_rows(csv), 60);
	expect_cell(csv, 6, "name_vi", "Người từ 18 tuổi cài đặt, sử dụng VNeID");
	gn_csv_free(&csv);
}

/* Large files come from offices: a million lines are read, and one fault in the
 * last line is found in its place. */
static void test_million(void **state)
{
	(void)state;
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	assert_non_null(file);
	fputs("date,team,place,household,topic\n", file);
	for (int i = 0; i < 1000000; i++)
		fprintf(file, "2022-06-01,T%04d,home,%d,portal;vneid\n", i % 1473, i % 60000 + 1);
	assert_int_equal(fclose(file), 0);
	struct gn_report report = {0};
	struct gn_csv *csv = NULL;
	assert_int_equal(gn_csv_parse(gn_bytes(text, size), "f.csv", &report, &csv), GN_OK);
	assert_int_equal(gn_csv_rows(csv), 1000000);
	assert_int_equal(gn_csv_line(csv, 999999), 1000001);
	expect_cell(csv, 999999, "topic", "portal;vneid");
	gn_csv_free(&csv);
	text[size - 5] = '"';
	assert_int_equal(gn_csv_parse(gn_bytes(text, size), "f.csv", &report, &csv), GN_E_INPUT);
	assert_int_equal(report.count, 1);
	assert_memory_equal(report.lines[0], "f.csv:1000001: a stray quote", 28);
	gn_report_done(&report);
	free(text);
}

static void test_put(void **state)
{
	(void)state;
	static const char *const fields[] = {
	        "plain", "", "a,b", "say \"x\"", " ends ", "two\nlines", "a;b", "Tổ 1"};
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	assert_non_null(file);
	for (size_t i = 0; i < 8; i++)
		gn_csv_put(file, gn_bytes_str(fields[i]), i == 0);
	assert_int_equal(fclose(file), 0);
	assert_string_equal(
	        text, "plain,,\"a,b\",\"say \"\"x\"\"\",\" ends \",\"two\nlines\",a;b,Tổ 1");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_plain),
	        cmocka_unit_test(test_excel),
	        cmocka_unit_test(test_separator_of_header),
	        cmocka_unit_test(test_faults),
	        cmocka_unit_test(test_load),
	        cmocka_unit_test(test_million),
	        cmocka_unit_test(test_put),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
