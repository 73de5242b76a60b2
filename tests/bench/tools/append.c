/* append HUB_DIR NEW_DIR: the yardstick of ingest.sh. LMDB alone appends the
 * bytes of every entry that the hub holds to a new environment, 10,000 a commit,
 * in order of arrival; prints how many a second. */
#include "hub/home.h"

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define GROUP 10000

struct copy {
	uint8_t *data;
	size_t *sizes;
	size_t n, bytes;
};

static void need(int rc, const char *what)
{
	if (rc) {
		fprintf(stderr, "append: %s failed (%d)\n", what, rc);
		exit(1);
	}
}

static void take(struct copy *copy, struct gn_bytes entry)
{
	if ((copy->n & (copy->n - 1)) == 0)
		copy->sizes =
		        realloc(copy->sizes, (copy->n ? copy->n * 2 : 1) * sizeof *copy->sizes);
	if (copy->bytes == 0 || (copy->bytes + entry.size) >> 24 != copy->bytes >> 24)
		copy->data =
		        realloc(copy->data, ((copy->bytes + entry.size) >> 24 << 24) + (2u << 24));
	need(!copy->sizes || !copy->data, "memory");
	memcpy(copy->data + copy->bytes, entry.data, entry.size);
	copy->sizes[copy->n++] = entry.size;
	copy->bytes += entry.size;
}

static void read_all(const char *dir, struct copy *copy)
{
	struct gn_store *store;
	need(hub_store_open(dir, false, &store), "opening the hub's store");
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	struct gn_log log;
	uint32_t no = 0;
	while (gn_log_each(&txn, &no, &log)) {
		struct gn_log_cursor cursor = gn_log_cursor_at(&txn, log.no, 1);
		struct gn_bytes entry;
		while (gn_log_cursor_next(&cursor, &entry))
			take(copy, entry);
		gn_log_cursor_close(&cursor);
	}
	gn_txn_abort(&txn);
	gn_store_close(&store);
}

static double append_all(const char *dir, const struct copy *copy)
{
	MDB_env *env;
	MDB_txn *txn = NULL;
	MDB_dbi dbi = 0;
	struct timespec begin, end;
	need(mkdir(dir, 0700), "mkdir");
	need(mdb_env_create(&env) || mdb_env_set_mapsize(env, (size_t)16 << 30) ||
	                mdb_env_open(env, dir, 0, 0600),
	        "opening LMDB");
	clock_gettime(CLOCK_MONOTONIC, &begin);
	size_t at = 0;
	for (size_t i = 0; i < copy->n; i++) {
		if (i % GROUP == 0)
			need(mdb_txn_begin(env, NULL, 0, &txn) || mdb_dbi_open(txn, NULL, 0, &dbi),
			        "begin");
		uint8_t key[8];
		gn_put_be64(key, i);
		MDB_val k = {sizeof key, key}, v = {copy->sizes[i], copy->data + at};
		need(mdb_put(txn, dbi, &k, &v, MDB_APPEND), "put");
		at += copy->sizes[i];
		if (i % GROUP == GROUP - 1 || i == copy->n - 1)
			need(mdb_txn_commit(txn), "commit");
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	mdb_env_close(env);
	return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

int main(int argc, char **argv)
{
	struct copy copy = {0};
	if (argc != 3)
		return 2;
	read_all(argv[1], &copy);
	double seconds = append_all(argv[2], &copy);
	printf("LMDB alone: %zu entries of %zu bytes on average: %.0f/s\n", copy.n,
	        copy.bytes / copy.n, (double)copy.n / seconds);
	free(copy.data);
	free(copy.sizes);
	return 0;
}
