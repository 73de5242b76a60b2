/* Tables on disk: a thin, safe face of LMDB, which nothing above it sees.
 *
 * Durability: gn_txn_commit returns after the data reached the disk (LMDB's
 * default mode, tried with power-cut replay). A transaction carries its first
 * error: after it every call is a no-op and commit returns it.
 * One process opens one directory once; threads share the store.
 */
#ifndef GN_CORE_STORE_H
#define GN_CORE_STORE_H

#include "proto/base.h"

struct gn_store;
typedef unsigned int gn_table; /* as gn_store_table gave it */

#define GN_STORE_FORMAT 1u

struct gn_store_options {
	const char *dir; /* holds data.mdb and lock.mdb */
	size_t map_bytes; /* 0: 4 GiB; sparse */
	const char *const *tables; /* names, NULL-terminated; table i is gn_table i */
	bool create; /* make it when it is not there */
};

/* GN_E_NOTFOUND, GN_E_EXISTS never; GN_E_VERSION: a newer format; GN_E_CORRUPT;
 * GN_E_SYSTEM (errno). Creates the tables. The caller owns *ret_store. */
enum gn_err gn_store_open(
        const struct gn_store_options *options, struct gn_store **ret_store) GN_MUST_USE;
void gn_store_close(struct gn_store **store);
/* Grows with every commit of any process: tells a daemon that a command wrote. */
uint64_t gn_store_generation(struct gn_store *store);
/* Bytes in use and bytes of the map. */
void gn_store_usage(struct gn_store *store, uint64_t *ret_used, uint64_t *ret_map);
/* Doubles the map after GN_E_FULL; only with no transaction open in this process:
 * GN_E_BUSY when one stays open for two seconds. */
enum gn_err gn_store_grow(struct gn_store *store) GN_MUST_USE;
/* After GN_E_FULL: grows the map where it was the map that was full. GN_E_FULL: it
 * was the disk, and nothing was done; else as gn_store_grow. */
enum gn_err gn_store_make_room(struct gn_store *store) GN_MUST_USE;
/* A hot, consistent, compact copy into the empty or missing directory `dir`. */
enum gn_err gn_store_copy(struct gn_store *store, const char *dir) GN_MUST_USE;

struct gn_txn {
	struct gn_store *store;
	void *handle;
	enum gn_err err; /* the first error; GN_E_NOTFOUND of a lookup is none */
	bool write;
};

/* A write transaction waits for the writer of any process. On failure the
 * error is in .err, as after any later failure. GN_E_BUSY: another process made
 * the map larger, and a transaction of ours that stays open keeps us from following. */
struct gn_txn gn_txn_begin(struct gn_store *store, bool write);
/* GN_OK: on disk. Ends the transaction in any case. */
enum gn_err gn_txn_commit(struct gn_txn *txn) GN_MUST_USE;
void gn_txn_abort(struct gn_txn *txn); /* harmless after commit */
#define GN_AUTO_TXN __attribute__((cleanup(gn_txn_abort))) struct gn_txn

/* Value borrowed until the transaction's next write or end. False: not there, or error. */
bool gn_txn_get(
        struct gn_txn *txn, gn_table table, struct gn_bytes key, struct gn_bytes *ret_value);
void gn_txn_put(struct gn_txn *txn, gn_table table, struct gn_bytes key, struct gn_bytes value);
/* Room of `size` bytes to be filled by the caller at once; NULL after an error. */
void *gn_txn_reserve(struct gn_txn *txn, gn_table table, struct gn_bytes key, size_t size);
void gn_txn_del(struct gn_txn *txn, gn_table table, struct gn_bytes key); /* missing is fine */
void gn_txn_clear(struct gn_txn *txn, gn_table table);
uint64_t gn_txn_count(struct gn_txn *txn, gn_table table);

/* Keys in ascending byte order. */
struct gn_cursor {
	struct gn_txn *txn;
	void *handle;
	struct gn_bytes key, value; /* borrowed as above */
	bool over; /* private: the last move found nothing */
};
struct gn_cursor gn_cursor_open(struct gn_txn *txn, gn_table table);
void gn_cursor_close(struct gn_cursor *cursor);
#define GN_AUTO_CURSOR __attribute__((cleanup(gn_cursor_close))) struct gn_cursor
/* First key >= `key`, of all when it is empty; false at the end. */
bool gn_cursor_seek(struct gn_cursor *cursor, struct gn_bytes key);
/* Last key <= `key`; false when there is none. */
bool gn_cursor_seek_back(struct gn_cursor *cursor, struct gn_bytes key);
bool gn_cursor_next(struct gn_cursor *cursor);
/* Writes through the cursor; fast for ascending keys. */
void gn_cursor_put(struct gn_cursor *cursor, struct gn_bytes key, struct gn_bytes value);

#endif
