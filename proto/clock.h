/* [K-1] The hybrid logical clock: milliseconds since 1970 in the upper 48 bits, a
 * counter in the lower 16. Pure: the caller brings the time.
 */
#ifndef GN_PROTO_CLOCK_H
#define GN_PROTO_CLOCK_H

#include "proto/base.h"

#define GN_CLOCK_AHEAD_MS 600000u /* how far a peer's clock is followed: 10 minutes */

static inline uint64_t gn_clock_ms(uint64_t clock)
{
	return clock >> 16;
}
static inline uint64_t gn_clock_from_ms(uint64_t ms)
{
	return ms << 16;
}

/* The clock of a new event: later than `last`, not before `now_ms`. */
uint64_t gn_clock_tick(uint64_t last, uint64_t now_ms);
/* After hearing `heard`: followed while no more than GN_CLOCK_AHEAD_MS ahead of
 * now; beyond that `last` stays as it is. */
uint64_t gn_clock_follow(uint64_t last, uint64_t heard, uint64_t now_ms);

#endif
