/* One flag; what stopping means is the program's. */
#include "core/stop.h"

#include <pthread.h>
#include <signal.h>

static volatile sig_atomic_t asked;

static void on_signal(int signal_number)
{
	(void)signal_number;
	asked = 1;
}

static sigset_t stop_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return set;
}

void gn_stop_catch(void)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t set = stop_signals();
	asked = 0;
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

void gn_stop_listen(void)
{
	sigset_t set = stop_signals();
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

bool gn_stop_asked(void)
{
	return asked;
}
