/* The hybrid clock: always forward, and never far after a stranger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "proto/clock.h"

#define NOW 1654041600000u

/* [K-1] */
static void milliseconds_stand_above_the_counter(void **state)
{
	(void)state;
	assert_int_equal(gn_clock_from_ms(NOW), (uint64_t)NOW << 16);
	assert_int_equal(gn_clock_ms(((uint64_t)NOW << 16) + 65535), NOW);
}

/* [K-2] */
static void a_tick_goes_forward(void **state)
{
	uint64_t now = gn_clock_from_ms(NOW);

	(void)state;
	assert_int_equal(gn_clock_tick(0, NOW), now);
	assert_int_equal(gn_clock_tick(now, NOW), now + 1);
	assert_int_equal(gn_clock_tick(now + 1, NOW), now + 2);
	assert_int_equal(gn_clock_tick(now + 5, NOW + 1), gn_clock_from_ms(NOW + 1));
	assert_int_equal(gn_clock_tick(now, NOW - 1000), now + 1); /* set back */
	assert_int_equal(gn_clock_tick(now + 65535, NOW), gn_clock_from_ms(NOW + 1));
	assert_int_equal(gn_clock_tick(UINT64_MAX, NOW), UINT64_MAX);
}

/* [K-3] */
static void a_peer_is_followed_within_the_bound(void **state)
{
	uint64_t now = gn_clock_from_ms(NOW), last = now + 3;
	uint64_t bound = gn_clock_from_ms(NOW + GN_CLOCK_AHEAD_MS);

	(void)state;
	assert_int_equal(gn_clock_follow(last, last + 1, NOW), last + 1);
	assert_int_equal(gn_clock_follow(last, last - 1, NOW), last);
	assert_int_equal(gn_clock_follow(last, 0, NOW), last);
	assert_int_equal(gn_clock_follow(last, bound, NOW), bound);
	assert_int_equal(gn_clock_follow(last, bound + 65535, NOW), bound + 65535);
	assert_int_equal(gn_clock_follow(last, bound + 65536, NOW), last);
	assert_int_equal(gn_clock_follow(last, UINT64_MAX, NOW), last);
	assert_int_equal(gn_clock_follow(last, UINT64_MAX, UINT64_MAX >> 16), UINT64_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(milliseconds_stand_above_the_counter),
	        cmocka_unit_test(a_tick_goes_forward),
	        cmocka_unit_test(a_peer_is_followed_within_the_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
