/* The deadline of a whole request. libmicrohttpd's own timeout is for silence
 * alone, which a byte a second defeats. A socket is shut, not closed: closing
 * stays libmicrohttpd's, and comes after our callback, so that the number
 * cannot have become another connection's.
 */
#include "core/http_internal.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define REQUEST_S 20
#define ANSWER_S 60

struct watched {
	struct watched *next, **place; /* place: what points here */
	int fd;
	time_t until_s;
};

struct gn_http_guard {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool ending;
	time_t request_s;
	struct watched *first;
};

static struct timespec now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t;
}

static void shut_late(struct gn_http_guard *guard)
{
	time_t at = now().tv_sec;

	for (struct watched *w = guard->first; w; w = w->next)
		if (at >= w->until_s)
			shutdown(w->fd, SHUT_RDWR);
}

static void *watch(void *context)
{
	struct gn_http_guard *guard = context;

	pthread_mutex_lock(&guard->lock);
	while (!guard->ending) {
		struct timespec until = now();

		until.tv_sec++;
		pthread_cond_timedwait(&guard->ended, &guard->lock, &until);
		shut_late(guard);
	}
	pthread_mutex_unlock(&guard->lock);
	return NULL;
}

enum gn_err gn_http_guard_new(unsigned request_s, struct gn_http_guard **ret_guard)
{
	struct gn_http_guard *guard = calloc(1, sizeof *guard);
	pthread_condattr_t monotonic;

	if (!guard)
		return GN_E_NOMEM;
	guard->request_s = request_s ? (time_t)request_s : REQUEST_S;
	pthread_mutex_init(&guard->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&guard->ended, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&guard->thread, NULL, watch, guard) != 0) {
		pthread_cond_destroy(&guard->ended);
		pthread_mutex_destroy(&guard->lock);
		free(guard);
		return GN_E_SYSTEM;
	}
	*ret_guard = guard;
	return GN_OK;
}

void gn_http_guard_free(struct gn_http_guard **guard)
{
	struct gn_http_guard *g = *guard;

	if (!g)
		return;
	*guard = NULL;
	pthread_mutex_lock(&g->lock);
	g->ending = true;
	pthread_cond_signal(&g->ended);
	pthread_mutex_unlock(&g->lock);
	pthread_join(g->thread, NULL);
	pthread_cond_destroy(&g->ended);
	pthread_mutex_destroy(&g->lock);
	free(g);
}

static int fd_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static void begin(struct gn_http_guard *guard, int fd, void **place)
{
	struct watched *w = calloc(1, sizeof *w);

	if (!w) { /* not watched is not served */
		shutdown(fd, SHUT_RDWR);
		return;
	}
	w->fd = fd;
	w->until_s = now().tv_sec + guard->request_s;
	w->next = guard->first;
	w->place = &guard->first;
	if (w->next)
		w->next->place = &w->next;
	guard->first = w;
	*place = w;
}

static void end(void **place)
{
	struct watched *w = *place;

	if (!w)
		return;
	*w->place = w->next;
	if (w->next)
		w->next->place = w->place;
	free(w);
	*place = NULL;
}

void gn_http_guard_notify(void *guard, struct MHD_Connection *connection, void **place,
        enum MHD_ConnectionNotificationCode code)
{
	struct gn_http_guard *g = guard;

	pthread_mutex_lock(&g->lock);
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		begin(g, fd_of(connection), place);
	else
		end(place);
	pthread_mutex_unlock(&g->lock);
}

static void allow(struct gn_http_guard *guard, struct MHD_Connection *connection, time_t seconds)
{
	struct watched *w = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
	                            ->socket_context;

	pthread_mutex_lock(&guard->lock);
	if (w)
		w->until_s = now().tv_sec + seconds;
	pthread_mutex_unlock(&guard->lock);
}

void gn_http_guard_answering(struct gn_http_guard *guard, struct MHD_Connection *connection)
{
	allow(guard, connection, ANSWER_S);
}

void gn_http_guard_next(struct gn_http_guard *guard, struct MHD_Connection *connection)
{
	allow(guard, connection, guard->request_s);
}
