#include "core/log.h"
#include "temp_dir.h"
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

/* What gn_log says on stderr; `journal`: as systemd would have started us. */
static const char *said(bool journal, const char *text)
{
	static char line[2048];
	int kept = dup(2), out = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	struct stat st;
	ssize_t n;

	assert_int_equal(fstat(out, &st), 0);
	snprintf(line, sizeof line, "%llu:%llu", (unsigned long long)st.st_dev,
	        (unsigned long long)st.st_ino);
	setenv("JOURNAL_STREAM", journal ? line : "1:1", 1);
	setenv("GONHA_NOW_MS", "1654016400000", 1);
	dup2(out, 2);
	gn_log(GN_LOG_WARNING, "%s", text);
	dup2(kept, 2);
	close(kept);
	assert_int_equal(lseek(out, 0, SEEK_SET), 0);
	n = read(out, line, sizeof line - 1);
	assert_true(n > 0);
	line[n] = 0;
	close(out);
	return line;
}

static void a_line_tells_when_and_how_bad(void **state)
{
	(void)state;
	assert_string_equal(said(false, "disk nearly full"),
	        "2022-06-01T00:00:00+07:00 warning: disk nearly full\n");
}

static void the_journal_gets_its_prefix(void **state)
{
	(void)state;
	assert_string_equal(said(true, "disk nearly full"), "<4>disk nearly full\n");
}

static void a_text_forges_no_second_line(void **state)
{
	char long_text[1500];

	(void)state;
	assert_string_equal(said(true, "a\n<3>b\x1b[2J"), "<4>a <3>b [2J\n");
	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = 0;
	assert_int_equal(strlen(said(true, long_text)), 1023);
}

static void what_peers_repeat_is_told_seldom(void **state)
{
	struct gn_log_seldom seldom = {0};
	uint64_t left_out = 7;

	(void)state;
	assert_true(gn_log_due(&seldom, 1000, &left_out));
	assert_int_equal(left_out, 0);
	for (uint64_t ms = 1000; ms < 1000 + GN_LOG_SELDOM_MS; ms++)
		assert_false(gn_log_due(&seldom, ms, &left_out));
	assert_true(gn_log_due(&seldom, 1000 + GN_LOG_SELDOM_MS, &left_out));
	assert_int_equal(left_out, GN_LOG_SELDOM_MS);
	assert_true(gn_log_due(&seldom, 90000, &left_out));
	assert_int_equal(left_out, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_line_tells_when_and_how_bad),
	        cmocka_unit_test(the_journal_gets_its_prefix),
	        cmocka_unit_test(a_text_forges_no_second_line),
	        cmocka_unit_test(what_peers_repeat_is_told_seldom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
