/* Where entries lie and what is known of each log. Whether an entry may be
 * appended was decided before (proto/entry.h); who may read it is above.
 *
 * GN_T_ORIGIN: key -> no(4) | seq(8) | hash(32) | signature(64) | receipted(8)
 * GN_T_ORIGIN_NO: no(4) -> key; GN_T_LOG: no(4) | seq(8) -> Entry
 * GN_T_RECEIPT: origin(32) | hub(32) -> seq(8) | Receipt
 */
#include "core/logs.h"

#define ROW_SIZE (4 + 8 + GN_HASH_SIZE + GN_SIG_SIZE + 8)
#define ENTRY_KEY 12

static struct gn_bytes entry_key(uint8_t buf[ENTRY_KEY], uint32_t no, uint64_t seq)
{
	gn_put_be32(buf, no);
	gn_put_be64(buf + 4, seq);
	return gn_bytes(buf, ENTRY_KEY);
}

static void put_row(struct gn_txn *txn, const struct gn_log *log)
{
	uint8_t row[ROW_SIZE];

	gn_put_be32(row, log->no);
	gn_put_be64(row + 4, log->tip.seq);
	memcpy(row + 12, log->tip.hash, GN_HASH_SIZE);
	memcpy(row + 12 + GN_HASH_SIZE, log->tip.signature, GN_SIG_SIZE);
	gn_put_be64(row + ROW_SIZE - 8, log->receipted);
	gn_txn_put(txn, GN_T_ORIGIN, gn_bytes(log->origin, GN_KEY_SIZE), gn_bytes(row, ROW_SIZE));
}

static void get_row(const uint8_t *row, struct gn_log *log)
{
	log->no = gn_get_be32(row);
	log->tip.seq = gn_get_be64(row + 4);
	memcpy(log->tip.hash, row + 12, GN_HASH_SIZE);
	memcpy(log->tip.signature, row + 12 + GN_HASH_SIZE, GN_SIG_SIZE);
	log->receipted = gn_get_be64(row + ROW_SIZE - 8);
}

static enum gn_err corrupt(struct gn_txn *txn)
{
	if (!txn->err)
		txn->err = GN_E_CORRUPT;
	return txn->err;
}

enum gn_err gn_log_find(
        struct gn_txn *txn, const uint8_t origin[GN_KEY_SIZE], struct gn_log *ret_log)
{
	struct gn_bytes row;

	if (!gn_txn_get(txn, GN_T_ORIGIN, gn_bytes(origin, GN_KEY_SIZE), &row))
		return txn->err ? txn->err : GN_E_NOTFOUND;
	if (row.size != ROW_SIZE)
		return corrupt(txn);
	memmove(ret_log->origin, origin, GN_KEY_SIZE);
	get_row(row.data, ret_log);
	return GN_OK;
}

enum gn_err gn_log_by_no(struct gn_txn *txn, uint32_t no, struct gn_log *ret_log)
{
	uint8_t key[4];
	struct gn_bytes origin;
	enum gn_err err;

	gn_put_be32(key, no);
	if (!gn_txn_get(txn, GN_T_ORIGIN_NO, gn_bytes(key, sizeof key), &origin))
		return txn->err ? txn->err : GN_E_NOTFOUND;
	if (origin.size != GN_KEY_SIZE)
		return corrupt(txn);
	err = gn_log_find(txn, origin.data, ret_log);
	return err == GN_E_NOTFOUND ? corrupt(txn) : err;
}

static uint32_t next_no(struct gn_txn *txn)
{
	static const uint8_t last[4] = {255, 255, 255, 255};
	GN_AUTO_CURSOR cursor = gn_cursor_open(txn, GN_T_ORIGIN_NO);

	if (!gn_cursor_seek_back(&cursor, gn_bytes(last, sizeof last)))
		return 1;
	return cursor.key.size == 4 ? gn_get_be32(cursor.key.data) + 1 : 0;
}

enum gn_err gn_log_need(
        struct gn_txn *txn, const uint8_t origin[GN_KEY_SIZE], struct gn_log *ret_log)
{
	struct gn_log log = {0};
	uint8_t key[4];
	enum gn_err err = gn_log_find(txn, origin, ret_log);

	if (err != GN_E_NOTFOUND)
		return err;
	log.no = next_no(txn);
	if (log.no == 0)
		return corrupt(txn);
	memcpy(log.origin, origin, GN_KEY_SIZE);
	gn_tip_start(origin, &log.tip);
	gn_put_be32(key, log.no);
	gn_txn_put(txn, GN_T_ORIGIN_NO, gn_bytes(key, sizeof key), gn_bytes(origin, GN_KEY_SIZE));
	put_row(txn, &log);
	if (!txn->err)
		*ret_log = log;
	return txn->err;
}

bool gn_log_each(struct gn_txn *txn, uint32_t *no, struct gn_log *ret_log)
{
	GN_AUTO_CURSOR cursor = gn_cursor_open(txn, GN_T_ORIGIN_NO);
	uint8_t key[4];

	if (*no == UINT32_MAX)
		return false;
	gn_put_be32(key, *no + 1);
	if (!gn_cursor_seek(&cursor, gn_bytes(key, sizeof key)))
		return false;
	if (cursor.key.size != 4)
		return corrupt(txn), false;
	*no = gn_get_be32(cursor.key.data);
	return gn_log_by_no(txn, *no, ret_log) == GN_OK;
}

enum gn_err gn_log_append(struct gn_txn *txn, struct gn_log *log, const struct gn_bytes *entries,
        size_t n, const struct gn_tip *tip_after)
{
	GN_AUTO_CURSOR cursor = gn_cursor_open(txn, GN_T_LOG);
	struct gn_log after = *log;
	uint8_t key[ENTRY_KEY];

	if (tip_after->seq != log->tip.seq + n)
		return GN_E_ORDER;
	for (size_t i = 0; i < n; i++)
		gn_cursor_put(&cursor, entry_key(key, log->no, log->tip.seq + 1 + i), entries[i]);
	after.tip = *tip_after;
	put_row(txn, &after);
	if (!txn->err)
		*log = after;
	return txn->err;
}

enum gn_err gn_log_read(struct gn_txn *txn, uint32_t no, uint64_t seq, struct gn_bytes *ret_entry)
{
	uint8_t key[ENTRY_KEY];

	if (gn_txn_get(txn, GN_T_LOG, entry_key(key, no, seq), ret_entry))
		return GN_OK;
	return txn->err ? txn->err : GN_E_NOTFOUND;
}

void gn_log_replace(struct gn_txn *txn, uint32_t no, uint64_t seq, struct gn_bytes entry)
{
	uint8_t key[ENTRY_KEY];

	gn_txn_put(txn, GN_T_LOG, entry_key(key, no, seq), entry);
}

struct gn_log_cursor gn_log_cursor_at(struct gn_txn *txn, uint32_t no, uint64_t from)
{
	return (struct gn_log_cursor){
	        .cursor = gn_cursor_open(txn, GN_T_LOG), .no = no, .seq = from ? from - 1 : 0};
}

bool gn_log_cursor_next(struct gn_log_cursor *c, struct gn_bytes *ret_entry)
{
	uint8_t key[ENTRY_KEY];
	bool begun = c->cursor.key.size > 0;

	if (begun ? !gn_cursor_next(&c->cursor)
	          : !gn_cursor_seek(&c->cursor, entry_key(key, c->no, c->seq + 1)))
		return false;
	if (c->cursor.key.size != ENTRY_KEY || gn_get_be32(c->cursor.key.data) != c->no) {
		c->cursor.over = true;
		return false;
	}
	c->seq = gn_get_be64(c->cursor.key.data + 4);
	*ret_entry = c->cursor.value;
	return true;
}

void gn_log_cursor_close(struct gn_log_cursor *c)
{
	gn_cursor_close(&c->cursor);
}

enum gn_err gn_log_receipt(struct gn_txn *txn, struct gn_log *log, const uint8_t hub[GN_KEY_SIZE],
        uint64_t seq, struct gn_bytes packed)
{
	uint8_t key[2 * GN_KEY_SIZE], *place;
	struct gn_bytes id = gn_bytes(key, sizeof key), held;

	memcpy(key, log->origin, GN_KEY_SIZE);
	memcpy(key + GN_KEY_SIZE, hub, GN_KEY_SIZE);
	if (gn_txn_get(txn, GN_T_RECEIPT, id, &held)) {
		if (held.size < 8)
			return corrupt(txn);
		if (gn_get_be64(held.data) >= seq)
			return GN_OK;
	}
	place = gn_txn_reserve(txn, GN_T_RECEIPT, id, 8 + packed.size);
	if (!place)
		return txn->err;
	gn_put_be64(place, seq);
	memcpy(place + 8, packed.data, packed.size);
	if (seq > log->receipted) {
		struct gn_log after = *log;

		after.receipted = seq;
		put_row(txn, &after);
		if (!txn->err)
			*log = after;
	}
	return txn->err;
}

bool gn_meta_get(struct gn_txn *txn, const char *name, struct gn_bytes *ret_value)
{
	return gn_txn_get(txn, GN_T_META, gn_bytes_str(name), ret_value);
}

void gn_meta_put(struct gn_txn *txn, const char *name, struct gn_bytes value)
{
	gn_txn_put(txn, GN_T_META, gn_bytes_str(name), value);
}
