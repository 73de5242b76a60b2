/* Serving is one walk along a log: chain steps to know where the batch stands,
 * one signature check at its end, since a sender answers for what it passes on. */
#include "core/serve.h"

#include <stdlib.h>

#define PLACES 4096 /* logs whose last served position is remembered */
#define END_TRIES 64
#define WALK 16384 /* entries walked over in one call: no reader holds the others up */

struct place {
	uint8_t origin[GN_KEY_SIZE];
	struct gn_tip tip;
};

struct gn_server {
	struct place places[PLACES];
	size_t place_count, next_place;
	struct gn_bytes entries[GN_SYNC_BATCH];
	struct gn_tip tips[GN_SYNC_BATCH]; /* behind each */
	uint8_t message[GN_SYNC_BATCH_BYTES + GN_ENTRY_MAX + 4096];
};

struct gn_server *gn_server_new(void)
{
	return calloc(1, sizeof(struct gn_server));
}

void gn_server_free(struct gn_server **server)
{
	free(*server);
	*server = NULL;
}

static struct place *find_place(struct gn_server *server, const uint8_t *origin)
{
	for (size_t i = 0; i < server->place_count; i++)
		if (memcmp(server->places[i].origin, origin, GN_KEY_SIZE) == 0)
			return &server->places[i];
	struct place *place = &server->places[server->next_place++ % PLACES];
	server->place_count += server->place_count < PLACES;
	memcpy(place->origin, origin, GN_KEY_SIZE);
	gn_tip_start(origin, &place->tip);
	return place;
}

static enum gn_err step(const uint8_t *origin, struct gn_tip *tip, struct gn_bytes wire)
{
	struct gn_entry entry;
	if (gn_entry_parse(wire, &entry) || gn_chain_step(origin, tip, &entry))
		return GN_E_CORRUPT; /* it was checked when it was stored */
	return GN_OK;
}

static enum gn_err walk_to(struct gn_txn *txn, uint32_t no, struct place *place, uint64_t seq)
{
	if (place->tip.seq > seq)
		gn_tip_start(place->origin, &place->tip);
	if (place->tip.seq == seq)
		return GN_OK;
	struct gn_log_cursor cursor = gn_log_cursor_at(txn, no, place->tip.seq + 1);
	struct gn_bytes wire;
	enum gn_err err = GN_OK;
	bool there = true;
	for (int i = 0; i < WALK && !err && there && place->tip.seq < seq; i++) {
		there = gn_log_cursor_next(&cursor, &wire);
		if (there)
			err = step(place->origin, &place->tip, wire);
	}
	gn_log_cursor_close(&cursor);
	if (!err && place->tip.seq != seq)
		err = there ? GN_E_BUSY : GN_E_NOTFOUND;
	return err ? err : txn->err;
}

/* Takes as many entries as fit; tips[i] stands behind entries[i]. */
static enum gn_err gather(struct gn_server *server, struct gn_txn *txn, uint32_t no,
        const struct gn_serve *serve, const struct gn_tip *before, size_t *ret_n)
{
	struct gn_tip tip = *before;
	struct gn_log_cursor cursor = gn_log_cursor_at(txn, no, serve->first);
	struct gn_bytes wire;
	size_t n = 0, bytes = 0;
	enum gn_err err = GN_OK;
	while (n < GN_SYNC_BATCH && bytes < GN_SYNC_BATCH_BYTES && tip.seq < serve->last &&
	        gn_log_cursor_next(&cursor, &wire)) {
		err = step(serve->origin, &tip, wire);
		if (err)
			break;
		server->entries[n] = wire;
		server->tips[n++] = tip;
		bytes += wire.size + 4;
	}
	gn_log_cursor_close(&cursor);
	*ret_n = n;
	return err ? err : txn->err;
}

/* [C-5] Wrong signatures are their author's; others must see an end they can check.
 * Whoever writes many of them is not looked through for ever. */
static size_t good_end(const struct gn_server *server, const uint8_t *origin, size_t n)
{
	for (int tries = 0; n > 0 && tries < END_TRIES; n--, tries++)
		if (gn_tip_verify(origin, &server->tips[n - 1]) == GN_OK)
			return n;
	return 0;
}

enum gn_err gn_server_batch(struct gn_server *server, struct gn_store *store,
        const struct gn_serve *serve, struct gn_bytes *ret_message, uint64_t *ret_upto)
{
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	struct gn_log log;
	size_t n = 0, size;
	enum gn_err err = gn_log_find(&txn, serve->origin, &log);
	struct place *place = find_place(server, serve->origin);
	if (!err)
		err = walk_to(&txn, log.no, place, serve->first - 1);
	if (!err)
		err = gather(server, &txn, log.no, serve, &place->tip, &n);
	if (err)
		return err;
	if (n == 0)
		return GN_E_NOTFOUND;
	n = good_end(server, serve->origin, n);
	if (n == 0)
		return GN_E_SIGNATURE;
	err = gn_batch_pack(serve->origin, serve->first, place->tip.hash, server->entries, n,
	        server->message, sizeof server->message, &size);
	if (err)
		return err;
	place->tip = server->tips[n - 1];
	*ret_message = gn_bytes(server->message, size);
	*ret_upto = place->tip.seq;
	return GN_OK;
}
