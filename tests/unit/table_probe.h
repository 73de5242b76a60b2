/* A store with the hub's tables, for tests of one of them. */
#ifndef TEST_TABLE_PROBE_H
#define TEST_TABLE_PROBE_H

#include "temp_dir.h"

#include "hub/db.h"

static inline struct gn_store *probe_open(void **state)
{
	static const char *const tables[] = {HUB_TABLES};
	struct gn_store *store;
	struct gn_store_options options = {
	        .dir = temp_root(state), .map_bytes = 16u << 20, .tables = tables, .create = true};
	assert_int_equal(gn_store_open(&options, &store), GN_OK);
	return store;
}

/* How many keys stand in the table. */
static inline uint64_t probe_count(struct gn_store *store, gn_table table)
{
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	return gn_txn_count(&txn, table);
}

/* The table's first value, copied; its size. */
static inline size_t probe_first(struct gn_store *store, gn_table table, void *buf, size_t cap)
{
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	GN_AUTO_CURSOR cursor = gn_cursor_open(&txn, table);
	if (!gn_cursor_seek(&cursor, gn_bytes("", 1)))
		return 0;
	assert_true(cursor.value.size <= cap);
	memcpy(buf, cursor.value.data, cursor.value.size);
	return cursor.value.size;
}

#endif
