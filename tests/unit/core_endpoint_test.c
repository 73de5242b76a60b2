/* What may be told to others as an endpoint. */
#include "core/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void test_what_fits(void **state)
{
	(void)state;
	static const char *const good[] = {"tcp://hub.example:7460", "tcp://10.0.0.1:7460",
	        "tcp://[2001:db8::1]:7460", "tcp://0.0.0.0:7460", "tcp://*:7460", "tcp://h:*",
	        "tcp://h:0", "tcp://h:65535"};
	static const char *const bad[] = {"", "hub.example:7460", "tcp://", "tcp://hub",
	        "tcp://:7460", "tcp://hub:", "tcp://hub:port", "tcp://hub:65536", "tcp://a b:1",
	        "tcp://a;tcp://b:1", "tcp://h\n:1", "tcp://a:1:2", "tcp://[]:1", "tcp://a/b:1",
	        "udp://hub:1", "tcp://h\xc3\xa9:1"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!gn_endpoint_fits(good[i]))
			fail_msg("%s does not fit", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (gn_endpoint_fits(bad[i]))
			fail_msg("%s fits", bad[i]);
	char longest[GN_ENDPOINT_MAX + 2] = "tcp://";
	memset(longest + 6, 'h', GN_ENDPOINT_MAX - 8);
	memcpy(longest + GN_ENDPOINT_MAX - 2, ":1", 3);
	assert_true(gn_endpoint_fits(longest));
	memcpy(longest + GN_ENDPOINT_MAX - 2, ":11", 4);
	assert_false(gn_endpoint_fits(longest));
}

static void test_what_others_can_reach(void **state)
{
	(void)state;
	static const char *const no[] = {"tcp://0.0.0.0:7460", "tcp://*:7460", "tcp://[::]:7460",
	        "tcp://hub:*", "tcp://hub:0", "tcp://hub:00", "hub:7460"};
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(gn_endpoint_named(no[i]));
	assert_true(gn_endpoint_named("tcp://hub.example:7460"));
	assert_true(gn_endpoint_named("tcp://[::1]:7460"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_what_fits),
	        cmocka_unit_test(test_what_others_can_reach),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
