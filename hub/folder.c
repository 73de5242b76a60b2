/* Counting stays behind the log by itself: a question that finds it behind
 * folds the rest, so nothing waits for this thread. What stops it (a full disk)
 * may pass by itself: it tries again. */
#include "hub/folder.h"

#include "core/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define FOLD_ENTRIES 65536 /* of one transaction: long enough for locality, short for the writer */
#define AGAIN_S 10 /* after a failure */

struct hub_folder {
	struct hub *hub;
	struct hub_counts *counts;
	struct gn_view view; /* this thread's own */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wanted;
	bool due, stopping;
};

static bool go_on(struct hub_folder *folder)
{
	pthread_mutex_lock(&folder->lock);
	bool stopping = folder->stopping;
	pthread_mutex_unlock(&folder->lock);
	return !stopping;
}

static enum gn_err fold_all(struct hub_folder *folder)
{
	struct hub_fold_result result = {.more = true};
	enum gn_err err = GN_OK;
	while (!err && result.more && go_on(folder)) {
		err = gn_view_refresh(&folder->view, folder->hub->store);
		if (err)
			return err;
		err = hub_fold(folder->hub->store, folder->view.registry, &folder->hub->keys,
		        FOLD_ENTRIES, &result);
		if (err == GN_E_BUSY) { /* another has folded by a newer registry */
			err = GN_OK;
			continue;
		}
		if (err == GN_E_FULL && gn_store_make_room(folder->hub->store) == GN_OK) {
			err = GN_OK;
			continue;
		}
		if (!err) {
			__atomic_add_fetch(
			        &folder->counts->folded, result.entries, __ATOMIC_RELAXED);
			__atomic_add_fetch(&folder->counts->folds, 1, __ATOMIC_RELAXED);
		}
	}
	return err;
}

static bool wait_due(struct hub_folder *folder, bool failed)
{
	struct timespec again;
	clock_gettime(CLOCK_MONOTONIC, &again);
	again.tv_sec += AGAIN_S;
	pthread_mutex_lock(&folder->lock);
	int rc = 0;
	while (!folder->due && !folder->stopping && !rc)
		rc = failed ? pthread_cond_timedwait(&folder->wanted, &folder->lock, &again)
		            : pthread_cond_wait(&folder->wanted, &folder->lock);
	folder->due = false;
	bool stopping = folder->stopping;
	pthread_mutex_unlock(&folder->lock);
	return !stopping;
}

static void *run(void *arg)
{
	struct hub_folder *folder = arg;
	enum gn_err last = GN_OK;
	do {
		enum gn_err err = fold_all(folder);
		if (err && err != last)
			gn_log(GN_LOG_ERROR, "counting stands still: %s", gn_err_text(err));
		last = err;
	} while (wait_due(folder, last != GN_OK));
	return NULL;
}

enum gn_err hub_folder_new(
        struct hub *hub, struct hub_counts *counts, struct hub_folder **ret_folder)
{
	struct hub_folder *folder = calloc(1, sizeof *folder);
	if (!folder)
		return GN_E_NOMEM;
	folder->hub = hub;
	folder->counts = counts;
	enum gn_err err = gn_view_open(&folder->view, hub->store);
	if (!err) {
		pthread_mutex_init(&folder->lock, NULL);
		pthread_condattr_t monotonic;
		pthread_condattr_init(&monotonic);
		pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
		pthread_cond_init(&folder->wanted, &monotonic);
		pthread_condattr_destroy(&monotonic);
		if (pthread_create(&folder->thread, NULL, run, folder) != 0)
			err = GN_E_SYSTEM;
	}
	if (err) {
		gn_view_close(&folder->view);
		free(folder);
		return err;
	}
	*ret_folder = folder;
	return GN_OK;
}

void hub_folder_free(struct hub_folder **folder_ptr)
{
	struct hub_folder *folder = *folder_ptr;
	if (!folder)
		return;
	pthread_mutex_lock(&folder->lock);
	folder->stopping = true;
	pthread_cond_signal(&folder->wanted);
	pthread_mutex_unlock(&folder->lock);
	pthread_join(folder->thread, NULL);
	pthread_cond_destroy(&folder->wanted);
	pthread_mutex_destroy(&folder->lock);
	gn_view_close(&folder->view);
	free(folder);
	*folder_ptr = NULL;
}

void hub_folder_notify(struct hub_folder *folder)
{
	pthread_mutex_lock(&folder->lock);
	folder->due = true;
	pthread_cond_signal(&folder->wanted);
	pthread_mutex_unlock(&folder->lock);
}
