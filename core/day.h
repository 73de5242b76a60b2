/* [K-6] Calendar days of UTC+7, counted from 1970-01-01, and wall time. */
#ifndef GN_CORE_DAY_H
#define GN_CORE_DAY_H

#include "proto/base.h"

typedef int32_t gn_day;
#define GN_DAY_FIRST 18262 /* 2020-01-01, the first day a record may bear */
#define GN_DAY_OPEN 65535 /* an open end in the future; later than any day we take */

/* "2022-06-01" or "01/06/2022"; the day must exist; negative before 1970. GN_E_FORMAT. */
enum gn_err gn_day_parse(struct gn_bytes text, gn_day *ret_day) GN_MUST_USE;
/* "2022-06-01"; buf of 11. Returns buf. */
const char *gn_day_text(gn_day day, char buf[11]);
gn_day gn_day_of_ms(uint64_t ms);
int gn_day_year(gn_day day);
/* Wall clock, milliseconds since 1970 (GONHA_NOW_MS in the environment stands
 * in for it in tests of calendar behaviour). */
uint64_t gn_now_ms(void);
gn_day gn_today(void);
/* "2022-07-14T06:10:00+07:00"; buf of 26. Returns buf. */
const char *gn_time_text(uint64_t ms, char buf[26]);

#endif
