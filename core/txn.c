/* Transactions and cursors over the tables. A transaction remembers its first
 * error; after it nothing is done, so that a caller checks the commit alone.
 */
#include "core/store_internal.h"
#include <errno.h>

static MDB_val val(struct gn_bytes bytes)
{
	return (MDB_val){bytes.size, (void *)(uintptr_t)bytes.data};
}

static struct gn_bytes slice(MDB_val value)
{
	return gn_bytes(value.mv_data, value.mv_size);
}

/* Keeps the first error; whether the call did what it was to do. */
static bool done(struct gn_txn *txn, int code)
{
	if (code == 0)
		return true;
	if (!txn->err)
		txn->err = gn_store_err(txn->store, code);
	return false;
}

/* As done, but the end of a table is no error. */
static bool found(struct gn_txn *txn, int code)
{
	return code != MDB_NOTFOUND && done(txn, code);
}

static int begin_once(struct gn_store *store, bool write, MDB_txn **ret_handle)
{
	int rc;

	gn_store_enter(store);
	rc = mdb_txn_begin(store->env, NULL, write ? 0 : MDB_RDONLY, ret_handle);
	if (rc)
		gn_store_leave(store);
	return rc;
}

struct gn_txn gn_txn_begin(struct gn_store *store, bool write)
{
	struct gn_txn txn = {.store = store, .write = write};
	MDB_txn *handle = NULL;
	int rc;

	gn_store_check_readers(store);
	rc = begin_once(store, write, &handle);
	if (rc == MDB_READERS_FULL && mdb_reader_check(store->env, NULL) == 0)
		rc = begin_once(store, write, &handle);
	for (int tries = 0; rc == MDB_MAP_RESIZED && tries < 8 && !txn.err; tries++) {
		txn.err = gn_store_resize(store, 0);
		if (!txn.err)
			rc = begin_once(store, write, &handle);
	}
	if (!txn.err && rc)
		txn.err = rc == MDB_MAP_RESIZED ? GN_E_BUSY : gn_store_err(store, rc);
	txn.handle = rc ? NULL : handle;
	return txn;
}

enum gn_err gn_txn_commit(struct gn_txn *txn)
{
	MDB_txn *handle = txn->handle;
	int rc;

	if (!handle || txn->err) {
		gn_txn_abort(txn);
		return txn->err;
	}
	txn->handle = NULL;
	rc = mdb_txn_commit(handle);
	done(txn, rc);
	gn_store_leave(txn->store);
	return txn->err;
}

void gn_txn_abort(struct gn_txn *txn)
{
	int kept = errno;

	if (!txn->handle)
		return;
	mdb_txn_abort(txn->handle);
	txn->handle = NULL;
	gn_store_leave(txn->store);
	errno = kept;
}

bool gn_txn_get(struct gn_txn *txn, gn_table table, struct gn_bytes key, struct gn_bytes *ret_value)
{
	MDB_val k = val(key), v;

	if (txn->err || !found(txn, mdb_get(txn->handle, txn->store->tables[table], &k, &v)))
		return false;
	*ret_value = slice(v);
	return true;
}

void gn_txn_put(struct gn_txn *txn, gn_table table, struct gn_bytes key, struct gn_bytes value)
{
	MDB_val k = val(key), v = val(value);

	if (!txn->err)
		done(txn, mdb_put(txn->handle, txn->store->tables[table], &k, &v, 0));
}

void *gn_txn_reserve(struct gn_txn *txn, gn_table table, struct gn_bytes key, size_t size)
{
	MDB_val k = val(key), v = {size, NULL};
	MDB_dbi dbi = txn->store->tables[table];

	if (txn->err || !done(txn, mdb_put(txn->handle, dbi, &k, &v, MDB_RESERVE)))
		return NULL;
	return v.mv_data;
}

void gn_txn_del(struct gn_txn *txn, gn_table table, struct gn_bytes key)
{
	MDB_val k = val(key);

	if (!txn->err)
		found(txn, mdb_del(txn->handle, txn->store->tables[table], &k, NULL));
}

void gn_txn_clear(struct gn_txn *txn, gn_table table)
{
	if (!txn->err)
		done(txn, mdb_drop(txn->handle, txn->store->tables[table], 0));
}

uint64_t gn_txn_count(struct gn_txn *txn, gn_table table)
{
	MDB_stat stat;

	if (txn->err || !done(txn, mdb_stat(txn->handle, txn->store->tables[table], &stat)))
		return 0;
	return stat.ms_entries;
}

struct gn_cursor gn_cursor_open(struct gn_txn *txn, gn_table table)
{
	struct gn_cursor cursor = {.txn = txn};
	MDB_cursor *handle;

	if (!txn->err &&
	        done(txn, mdb_cursor_open(txn->handle, txn->store->tables[table], &handle)))
		cursor.handle = handle;
	return cursor;
}

/* LMDB frees the cursors of a write transaction with the transaction. */
void gn_cursor_close(struct gn_cursor *cursor)
{
	if (cursor->handle && (cursor->txn->handle || !cursor->txn->write))
		mdb_cursor_close(cursor->handle);
	cursor->handle = NULL;
}

static bool move(struct gn_cursor *cursor, struct gn_bytes key, MDB_cursor_op op)
{
	MDB_val k = val(key), v;

	if (!cursor->handle || cursor->txn->err)
		return false;
	cursor->over = !found(cursor->txn, mdb_cursor_get(cursor->handle, &k, &v, op));
	if (cursor->over)
		return false;
	cursor->key = slice(k);
	cursor->value = slice(v);
	return true;
}

bool gn_cursor_seek(struct gn_cursor *cursor, struct gn_bytes key)
{
	/* LMDB has no empty key, and none to seek by. */
	return move(cursor, key, key.size ? MDB_SET_RANGE : MDB_FIRST);
}

bool gn_cursor_seek_back(struct gn_cursor *cursor, struct gn_bytes key)
{
	if (!gn_cursor_seek(cursor, key))
		return move(cursor, key, MDB_LAST);
	return gn_bytes_eq(cursor->key, key) || move(cursor, key, MDB_PREV);
}

bool gn_cursor_next(struct gn_cursor *cursor)
{
	return !cursor->over && move(cursor, gn_bytes(NULL, 0), MDB_NEXT);
}

void gn_cursor_put(struct gn_cursor *cursor, struct gn_bytes key, struct gn_bytes value)
{
	MDB_val k = val(key), v = val(value);

	if (!cursor->txn->err && cursor->handle)
		done(cursor->txn, mdb_cursor_put(cursor->handle, &k, &v, 0));
	cursor->over = false;
}
