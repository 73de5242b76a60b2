/* A store of two tables whose rows are known by number. */
#ifndef TEST_STORE_PROBE_H
#define TEST_STORE_PROBE_H

#include "core/store.h"
#include "temp_dir.h"

static const char *const names[] = {"meta", "data", NULL};
enum { META, DATA };

static inline struct gn_store *open_sized(const char *dir, size_t map_bytes)
{
	struct gn_store_options options = {
	        .dir = dir, .map_bytes = map_bytes, .tables = names, .create = true};
	struct gn_store *store = NULL;

	assert_int_equal(gn_store_open(&options, &store), GN_OK);
	return store;
}

static inline struct gn_store *open_at(const char *dir)
{
	return open_sized(dir, 0);
}

static inline struct gn_bytes number_key(uint8_t buf[8], uint64_t n)
{
	gn_put_be64(buf, n);
	return gn_bytes(buf, 8);
}

static inline enum gn_err put_one(struct gn_store *store, uint64_t n, struct gn_bytes value)
{
	GN_AUTO_TXN t = gn_txn_begin(store, true);
	uint8_t key[8];

	gn_txn_put(&t, DATA, number_key(key, n), value);
	return gn_txn_commit(&t);
}

static inline bool has(struct gn_store *store, uint64_t n)
{
	GN_AUTO_TXN t = gn_txn_begin(store, false);
	uint8_t key[8];
	struct gn_bytes value;
	bool there = gn_txn_get(&t, DATA, number_key(key, n), &value);

	assert_int_equal(t.err, GN_OK);
	return there;
}

#endif
