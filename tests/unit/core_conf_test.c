#include "core/conf.h"
#include "core/file.h"
#include "temp_dir.h"

static const struct gn_setting settings[] = {
        {"http", "127.0.0.1:7480", "where to serve", false},
        {"http-open-loopback", "off", "no token", false},
        {"name", "", "of the province", false},
        {"peer", "", "a neighbour", true},
        {NULL, NULL, NULL, false},
};
static const struct gn_option options[] = {
        {"http", "A", ""},
        {"http-open-loopback", NULL, ""},
        {"peer", "EP", ""},
        {NULL, NULL, NULL},
};

static struct gn_conf *loaded;
static const char *conf_path;
static struct gn_report report;
static enum gn_err loaded_err;

static int load(const struct gn_args *args)
{
	loaded_err = gn_conf_load(settings, conf_path, args, &report, &loaded);
	return 0;
}

static const struct gn_command commands[] = {
        {"run", "", "", options, 0, 0, load},
        {NULL, NULL, NULL, NULL, 0, 0, NULL},
};

static void load_text(void **state, const char *text, const char *arg)
{
	char path[TEMP_PATH], word[64], *argv[4] = {(char *)"x", (char *)"run", word, NULL};

	gn_conf_free(&loaded);
	gn_report_done(&report);
	assert_int_equal(gn_path(path, sizeof path, temp_root(state), "hub.conf"), GN_OK);
	if (text)
		assert_int_equal(gn_file_write(path, 0600, gn_bytes_str(text)), GN_OK);
	conf_path = path;
	snprintf(word, sizeof word, "%s", arg ? arg : "");
	assert_int_equal(gn_cli_main("x", "", commands, arg ? 3 : 2, argv), 0);
}

static int clear(void **state)
{
	gn_conf_free(&loaded);
	gn_report_done(&report);
	return temp_teardown(state);
}

static void without_a_file_defaults_hold(void **state)
{
	load_text(state, NULL, NULL);
	assert_int_equal(loaded_err, GN_OK);
	assert_string_equal(gn_conf_get(loaded, "http"), "127.0.0.1:7480");
	assert_string_equal(gn_conf_source(loaded, "http"), "default");
	assert_string_equal(gn_conf_get(loaded, "name"), "");
	assert_string_equal(gn_conf_get(loaded, "nothing"), "");
	assert_false(gn_conf_bool(loaded, "http-open-loopback"));
}

static void the_file_beats_defaults_and_options_beat_the_file(void **state)
{
	static const char text[] = "\xef\xbb\xbf# where\nhttp = [::1]:80 ; inline\r\n\n"
	                           "name=Qu\xe1\xba\xa3ng Ninh\nhttp-open-loopback = Yes\n";

	load_text(state, text, NULL);
	assert_int_equal(loaded_err, GN_OK);
	assert_string_equal(gn_conf_get(loaded, "http"), "[::1]:80");
	assert_string_equal(gn_conf_source(loaded, "http"), "hub.conf:2");
	assert_string_equal(gn_conf_get(loaded, "name"), "Qu\xe1\xba\xa3ng Ninh");
	assert_true(gn_conf_bool(loaded, "http-open-loopback"));
	load_text(state, text, "--http=x:1");
	assert_string_equal(gn_conf_get(loaded, "http"), "x:1");
	assert_string_equal(gn_conf_source(loaded, "http"), "--http");
	assert_string_equal(gn_conf_source(loaded, "name"), "hub.conf:4");
}

static void a_flag_reads_on(void **state)
{
	load_text(state, "http-open-loopback = no\n", NULL);
	assert_false(gn_conf_bool(loaded, "http-open-loopback"));
	load_text(state, NULL, "--http-open-loopback");
	assert_true(gn_conf_bool(loaded, "http-open-loopback"));
}

static void several_values_stand_side_by_side(void **state)
{
	load_text(state, "peer = tcp://a:1\npeer = tcp://b:2\n", NULL);
	assert_int_equal(loaded_err, GN_OK);
	assert_string_equal(gn_conf_get(loaded, "peer"), "tcp://a:1 tcp://b:2");
	load_text(state, NULL, "--peer=tcp://c:3");
	assert_string_equal(gn_conf_get(loaded, "peer"), "tcp://c:3");
}

static void every_fault_is_told_with_its_line(void **state)
{
	char text[700];
	int n = snprintf(
	        text, sizeof text, "http = a\nport = 80\n\njust words\nhttp = b\n  more\nname = ");

	memset(text + n, 'x', 200);
	text[n + 200] = 0;
	load_text(state, text, NULL);
	assert_int_equal(loaded_err, GN_E_INPUT);
	assert_null(loaded);
	assert_int_equal(report.count, 5);
	assert_string_equal(report.lines[0], "hub.conf:2: unknown key \"port\"");
	assert_string_equal(
	        report.lines[1], "hub.conf:4: expected KEY = VALUE, got \"just words\"");
	assert_string_equal(report.lines[2], "hub.conf:5: http: given twice");
	assert_string_equal(report.lines[3], "hub.conf:6: expected KEY = VALUE, got \"  more\"");
	assert_string_equal(report.lines[4], "hub.conf:7: expected at most 198 bytes in a line");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(without_a_file_defaults_hold, temp_setup, clear),
	        cmocka_unit_test_setup_teardown(
	                the_file_beats_defaults_and_options_beat_the_file, temp_setup, clear),
	        cmocka_unit_test_setup_teardown(a_flag_reads_on, temp_setup, clear),
	        cmocka_unit_test_setup_teardown(
	                several_values_stand_side_by_side, temp_setup, clear),
	        cmocka_unit_test_setup_teardown(
	                every_fault_is_told_with_its_line, temp_setup, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
