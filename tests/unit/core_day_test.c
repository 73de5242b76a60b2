#include "core/day.h"
#include "temp_dir.h"
#include <time.h>

static enum gn_err parse(const char *text, gn_day *ret_day)
{
	return gn_day_parse(gn_bytes_str(text), ret_day);
}

static void both_spellings_name_one_day(void **state)
{
	gn_day day;

	(void)state;
	assert_int_equal(parse("2022-06-01", &day), GN_OK);
	assert_int_equal(day, 19144); /* date -d 2022-06-01 +%s / 86400 */
	assert_int_equal(parse("01/06/2022", &day), GN_OK);
	assert_int_equal(day, 19144);
	assert_int_equal(parse("1/6/2022", &day), GN_OK);
	assert_int_equal(day, 19144);
	assert_int_equal(parse("1970-01-01", &day), GN_OK);
	assert_int_equal(day, 0);
	assert_int_equal(parse("2020-01-01", &day), GN_OK);
	assert_int_equal(day, GN_DAY_FIRST);
	assert_int_equal(parse("1963-10-30", &day), GN_OK);
	assert_int_equal(day, -2255);
}

static void days_that_do_not_exist_are_refused(void **state)
{
	static const char *const bad[] = {"", "2022-02-30", "2022-02-29", "2100-02-29",
	        "2022-13-01", "2022-00-01", "2022-01-00", "2022-1-1", "22-01-01", "2022-06-01 ",
	        "01/06/22", "31/04/2022", "01-06-2022", "2022/06/01", "0000-01-01", "2022-06",
	        "2022-06-01-01", "-022-06-01", "abc", "--", "//"};
	gn_day day = 5;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(parse(bad[i], &day), GN_E_FORMAT);
	assert_int_equal(day, 5);
	assert_int_equal(parse("2024-02-29", &day), GN_OK);
	assert_int_equal(parse("2000-02-29", &day), GN_OK);
}

static void every_day_comes_back_from_its_text(void **state)
{
	char text[11], last[11] = "";

	(void)state;
	for (gn_day day = -200000; day < GN_DAY_OPEN + 10; day++) {
		gn_day back;

		assert_int_equal(parse(gn_day_text(day, text), &back), GN_OK);
		assert_int_equal(back, day);
		assert_true(strcmp(last, text) < 0);
		memcpy(last, text, sizeof last);
		assert_int_equal(gn_day_year(day), strtol(text, NULL, 10));
	}
}

/* [K-6] */
static void a_day_begins_at_seven_hours_before_utc(void **state)
{
	const uint64_t midnight = UINT64_C(1654016400000); /* 2022-05-31T17:00:00Z */
	char text[26];

	(void)state;
	assert_int_equal(gn_day_of_ms(midnight), 19144);
	assert_int_equal(gn_day_of_ms(midnight - 1), 19143);
	assert_string_equal(gn_time_text(midnight, text), "2022-06-01T00:00:00+07:00");
	assert_string_equal(gn_time_text(midnight - 1, text), "2022-05-31T23:59:59+07:00");
	assert_string_equal(gn_time_text(UINT64_MAX >> 16, text) + 19, "+07:00");
}

static void the_clock_can_be_stood_in_for(void **state)
{
	uint64_t before, now;

	(void)state;
	setenv("GONHA_NOW_MS", "1654016400000", 1);
	assert_true(gn_now_ms() == UINT64_C(1654016400000));
	assert_int_equal(gn_today(), 19144);
	setenv("GONHA_NOW_MS", "yesterday", 1);
	before = (uint64_t)time(NULL) * 1000;
	now = gn_now_ms();
	assert_true(now >= before && now <= (uint64_t)time(NULL) * 1000 + 1000);
	unsetenv("GONHA_NOW_MS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(both_spellings_name_one_day),
	        cmocka_unit_test(days_that_do_not_exist_are_refused),
	        cmocka_unit_test(every_day_comes_back_from_its_text),
	        cmocka_unit_test(a_day_begins_at_seven_hours_before_utc),
	        cmocka_unit_test(the_clock_can_be_stood_in_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
