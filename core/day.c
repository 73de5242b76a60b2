/* The calendar of Vietnam (UTC+7, no summer time) and the wall clock.
 * Which days a record may bear is decided by whoever takes it.
 */
#include "core/day.h"
#include "core/text.h"
#include <stdlib.h>
#include <time.h>

#define DAY_MS UINT64_C(86400000)
#define ZONE_MS (UINT64_C(7) * 3600 * 1000)
#define YEAR_MAX 9999

/* Years begin in March here, so that the leap day is a year's last. */
static gn_day day_of(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = (y >= 0 ? y : y - 399) / 400;
	int year_of_era = y - era * 400;
	int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static void civil(gn_day days, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t z = (int64_t)days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);

	*ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = month;
	*ret_year = (int)(yoe + era * 400) + (month <= 2);
}

static bool day_exists(int year, int month, int day)
{
	static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < 1 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= lengths[month - 1] + (leap && month == 2);
}

/* Splits at two marks; each part's digits are counted by its caller. */
static bool split(struct gn_bytes text, char mark, struct gn_bytes parts[3])
{
	size_t part = 0, start = 0;

	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] != (uint8_t)mark)
			continue;
		if (part == 2)
			return false;
		parts[part++] = gn_bytes(text.data + start, i - start);
		start = i + 1;
	}
	parts[part] = gn_bytes(text.data + start, text.size - start);
	return part == 2;
}

enum gn_err gn_day_parse(struct gn_bytes text, gn_day *ret_day)
{
	struct gn_bytes parts[3], year, month, day;
	uint64_t y, m, d;

	if (text.size == 0)
		return GN_E_FORMAT;
	if (split(text, '-', parts)) {
		year = parts[0], month = parts[1], day = parts[2];
		if (month.size != 2 || day.size != 2)
			return GN_E_FORMAT;
	} else if (split(text, '/', parts)) {
		day = parts[0], month = parts[1], year = parts[2];
	} else {
		return GN_E_FORMAT;
	}
	if (year.size != 4 || month.size > 2 || day.size > 2 ||
	        gn_number_parse(year, YEAR_MAX, &y) || gn_number_parse(month, 12, &m) ||
	        gn_number_parse(day, 31, &d) || !day_exists((int)y, (int)m, (int)d))
		return GN_E_FORMAT;
	*ret_day = day_of((int)y, (int)m, (int)d);
	return GN_OK;
}

static void put_digits(char *at, int width, int value)
{
	for (int i = width - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
}

const char *gn_day_text(gn_day day, char buf[11])
{
	int y, m, d;

	civil(day, &y, &m, &d);
	y = y < 0 ? 0 : y > YEAR_MAX ? YEAR_MAX : y;
	memcpy(buf, "0000-00-00", 11);
	put_digits(buf, 4, y);
	put_digits(buf + 5, 2, m);
	put_digits(buf + 8, 2, d);
	return buf;
}

gn_day gn_day_of_ms(uint64_t ms)
{
	const uint64_t last = (uint64_t)INT32_MAX * DAY_MS;

	return (gn_day)(((ms < last ? ms : last - DAY_MS) + ZONE_MS) / DAY_MS);
}

int gn_day_year(gn_day day)
{
	int y, m, d;

	civil(day, &y, &m, &d);
	return y;
}

uint64_t gn_now_ms(void)
{
	const char *stand_in = getenv("GONHA_NOW_MS");
	struct timespec now;
	uint64_t ms;

	if (stand_in && gn_number_parse(gn_bytes_str(stand_in), UINT64_MAX >> 16, &ms) == GN_OK)
		return ms;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec < 0 ? 0 : (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

gn_day gn_today(void)
{
	return gn_day_of_ms(gn_now_ms());
}

const char *gn_time_text(uint64_t ms, char buf[26])
{
	int second = (int)((ms + ZONE_MS) % DAY_MS / 1000);

	memcpy(buf, "0000-00-00T00:00:00+07:00", 26);
	gn_day_text(gn_day_of_ms(ms), buf);
	buf[10] = 'T';
	put_digits(buf + 11, 2, second / 3600);
	put_digits(buf + 14, 2, second / 60 % 60);
	put_digits(buf + 17, 2, second % 60);
	return buf;
}
