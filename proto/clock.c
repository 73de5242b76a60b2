/* The hybrid clock's two moves. It decides how far another's time is believed;
 * where the time of now comes from, and how good it is, its caller knows.
 */
#include "proto/clock.h"

/* [K-2] */
uint64_t gn_clock_tick(uint64_t last, uint64_t now_ms)
{
	uint64_t now = gn_clock_from_ms(now_ms);

	if (now > last)
		return now;
	/* At the end of time it stays, rather than begin again at 1970. */
	return last == UINT64_MAX ? last : last + 1;
}

/* [K-3] */
uint64_t gn_clock_follow(uint64_t last, uint64_t heard, uint64_t now_ms)
{
	if (gn_clock_ms(heard) > now_ms && gn_clock_ms(heard) - now_ms > GN_CLOCK_AHEAD_MS)
		return last;
	return heard > last ? heard : last;
}
