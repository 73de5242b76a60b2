/* What store.c (the environment) and txn.c (what is in it) share. */
#ifndef GN_CORE_STORE_INTERNAL_H
#define GN_CORE_STORE_INTERNAL_H

#include "core/store.h"
#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>

struct gn_store {
	MDB_env *env;
	MDB_dbi *tables;
	size_t table_count;
	char *dir;
	/* LMDB may change its map only while this process has no transaction. */
	pthread_mutex_t lock;
	pthread_cond_t idle;
	unsigned users; /* open transactions */
	uint64_t readers_checked; /* monotonic seconds */
	atomic_bool map_full; /* the last GN_E_FULL was the map's, not the disk's */
};

/* LMDB's and the system's codes as ours; sets errno for GN_E_SYSTEM. */
enum gn_err gn_store_err(struct gn_store *store, int code);
void gn_store_enter(struct gn_store *store);
void gn_store_leave(struct gn_store *store);
/* Waits until nobody is inside, then sets the map's size; 0 takes what another
 * process made of it. GN_E_BUSY when somebody stays inside. */
enum gn_err gn_store_resize(struct gn_store *store, size_t map_bytes) GN_MUST_USE;
/* Clears the places of readers that died, now and then. */
void gn_store_check_readers(struct gn_store *store);

#endif
