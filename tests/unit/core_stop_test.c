/* Who hears a signal, and when. */
#include "core/stop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static void test_held_back_until_listened(void **state)
{
	(void)state;
	gn_stop_catch();
	assert_int_equal(kill(getpid(), SIGTERM), 0);
	assert_false(gn_stop_asked());
	gn_stop_listen();
	assert_true(gn_stop_asked());
	gn_stop_catch();
	assert_false(gn_stop_asked());
	gn_stop_listen();
}

static void *blocked(void *arg)
{
	sigset_t *mask = arg;
	pthread_sigmask(SIG_BLOCK, NULL, mask);
	return NULL;
}

static void test_other_threads_do_not_hear(void **state)
{
	(void)state;
	pthread_t thread;
	sigset_t theirs, ours;
	gn_stop_catch();
	assert_int_equal(pthread_create(&thread, NULL, blocked, &theirs), 0);
	pthread_join(thread, NULL);
	gn_stop_listen();
	pthread_sigmask(SIG_BLOCK, NULL, &ours);
	assert_true(sigismember(&theirs, SIGTERM) && sigismember(&theirs, SIGINT));
	assert_false(sigismember(&ours, SIGTERM) || sigismember(&ours, SIGINT));
	assert_int_equal(kill(getpid(), SIGINT), 0);
	assert_true(gn_stop_asked());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_held_back_until_listened),
	        cmocka_unit_test(test_other_threads_do_not_hear),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
