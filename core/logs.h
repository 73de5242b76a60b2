/* Many logs in one store: entries, heads, receipts, the places of a reader.
 *
 * A log is known by a small number within this store (no), given on its first
 * entry; 1, 2, 3, ... Numbers are of this store alone and never leave it.
 * Tables: GN_T_LOG (no be32 | seq be64 -> packed Entry), GN_T_ORIGIN (public
 * key -> no, tip, receipted), GN_T_RECEIPT (origin | hub -> seq be64 | packed
 * Receipt). Appending does not verify: its caller has.
 */
#ifndef GN_CORE_LOGS_H
#define GN_CORE_LOGS_H

#include "core/store.h"
#include "proto/entry.h"

/* Every store begins with these; a program's own tables follow from GN_T_OWN. */
enum { GN_T_META, GN_T_ORIGIN, GN_T_ORIGIN_NO, GN_T_LOG, GN_T_RECEIPT, GN_T_OWN };
#define GN_LOG_TABLES "meta", "origin", "origin_no", "log", "receipt"

struct gn_log {
	uint32_t no;
	uint8_t origin[GN_KEY_SIZE];
	struct gn_tip tip; /* the newest entry */
	uint64_t receipted; /* newest sequence a hub has receipted; 0 none */
};

/* GN_E_NOTFOUND when nothing of it is here. */
enum gn_err gn_log_find(
        struct gn_txn *txn, const uint8_t origin[GN_KEY_SIZE], struct gn_log *ret_log) GN_MUST_USE;
enum gn_err gn_log_by_no(struct gn_txn *txn, uint32_t no, struct gn_log *ret_log) GN_MUST_USE;
/* Finds it, or makes an empty one. */
enum gn_err gn_log_need(
        struct gn_txn *txn, const uint8_t origin[GN_KEY_SIZE], struct gn_log *ret_log) GN_MUST_USE;
/* All logs by number; *no is where to start (0) and moves on. False at the end. */
bool gn_log_each(struct gn_txn *txn, uint32_t *no, struct gn_log *ret_log);

/* Appends entries tip->seq + 1 ...; `tip_after` as the caller's chain check left
 * it. GN_E_ORDER when tip_after->seq does not fit. Updates log. */
enum gn_err gn_log_append(struct gn_txn *txn, struct gn_log *log, const struct gn_bytes *entries,
        size_t n, const struct gn_tip *tip_after) GN_MUST_USE;
/* Packed Entry, borrowed until the transaction's next write or end. GN_E_NOTFOUND. */
enum gn_err gn_log_read(
        struct gn_txn *txn, uint32_t no, uint64_t seq, struct gn_bytes *ret_entry) GN_MUST_USE;
/* Replaces an entry's bytes (an erased body). */
void gn_log_replace(struct gn_txn *txn, uint32_t no, uint64_t seq, struct gn_bytes entry);

/* A reader along one log, without a lookup per entry. */
struct gn_log_cursor {
	struct gn_cursor cursor;
	uint32_t no;
	uint64_t seq; /* of the entry that next() gave last */
};
struct gn_log_cursor gn_log_cursor_at(struct gn_txn *txn, uint32_t no, uint64_t from);
bool gn_log_cursor_next(struct gn_log_cursor *c, struct gn_bytes *ret_entry);
void gn_log_cursor_close(struct gn_log_cursor *c);

/* Keeps a receipt (packed Signed{Receipt}, checked by the caller) if it is the newest
 * for (hub, origin), and moves log->receipted. */
enum gn_err gn_log_receipt(struct gn_txn *txn, struct gn_log *log, const uint8_t hub[GN_KEY_SIZE],
        uint64_t seq, struct gn_bytes packed) GN_MUST_USE;

/* One value of GN_T_META. */
bool gn_meta_get(struct gn_txn *txn, const char *name, struct gn_bytes *ret_value);
void gn_meta_put(struct gn_txn *txn, const char *name, struct gn_bytes value);

#endif
