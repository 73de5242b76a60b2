/* What the sync state machine says: hello, have, want; packing of messages; and
 * whose turn it is to be served. */
#include "proto/sync_state.h"

#include <stdlib.h>

#define ENVELOPE 16 /* tag and length around an inner message */
#define HEAD_SIZE 96 /* one head of a have, packed */
#define HEADS_PER_HAVE 8192

enum gn_err gn_message_pack(enum gn_message_kind kind, struct gn_bytes inner, uint8_t *buf,
        size_t cap, size_t *ret_size)
{
	struct gn_wire_writer w = {.data = buf, .cap = cap};
	gn_wire_put_bytes(&w, kind, inner);
	if (w.size > cap)
		return GN_E_SIZE;
	*ret_size = w.size;
	return GN_OK;
}

static enum gn_err say(struct gn_sync *sync, const struct gn_peer *peer, enum gn_message_kind kind,
        struct gn_bytes inner)
{
	size_t size;
	uint8_t *message = malloc(inner.size + ENVELOPE);
	if (!message)
		return GN_E_NOMEM;
	enum gn_err err = gn_message_pack(kind, inner, message, inner.size + ENVELOPE, &size);
	if (err) {
		free(message);
		return err;
	}
	struct gn_act act = {
	        .kind = GN_ACT_SEND, .peer = *peer, .message = gn_bytes(message, size)};
	return sync_act(sync, &act, message);
}

/* [S-1] */
enum gn_err sync_say_hello(struct gn_sync *sync, const struct gn_peer *peer, bool answer)
{
	uint8_t buf[128];
	struct gn_wire_writer w = {.data = buf, .cap = sizeof buf};
	gn_wire_put_varint(&w, 1, GN_PROTOCOL);
	gn_wire_put_bytes(&w, 2, gn_bytes_str(sync->options.software));
	if (answer)
		gn_wire_put_varint(&w, 4, 1);
	if (w.size > sizeof buf)
		return GN_E_SIZE;
	return say(sync, peer, GN_M_HELLO, gn_bytes(buf, w.size));
}

static void put_head(struct gn_wire_writer *w, const struct sync_log *log)
{
	uint8_t buf[HEAD_SIZE];
	struct gn_wire_writer head = {.data = buf, .cap = sizeof buf};
	gn_wire_put_bytes(&head, 1, gn_bytes(log->origin, GN_KEY_SIZE));
	gn_wire_put_varint(&head, 2, log->durable.seq);
	gn_wire_put_bytes(&head, 3, gn_bytes(log->durable.hash, GN_HASH_SIZE));
	gn_wire_put_bytes(w, 1, gn_bytes(buf, head.size));
}

static bool readable(
        const struct gn_sync *sync, const struct sync_link *link, const uint8_t *origin)
{
	return sync->options.readable(sync->options.context, &link->peer, origin);
}

/* [S-2] Whole: everything that the peer may read, in as many messages as it takes. */
enum gn_err sync_say_have(struct gn_sync *sync, struct sync_link *link)
{
	size_t room = sync->logs.count < HEADS_PER_HAVE ? sync->logs.count : HEADS_PER_HAVE;
	struct gn_wire_writer w = {.cap = (room + 1) * HEAD_SIZE};
	w.data = malloc(w.cap);
	if (!w.data)
		return GN_E_NOMEM;
	enum gn_err err = GN_OK;
	for (size_t i = 0; i < sync->logs.cap && !err; i++) {
		struct sync_log *log = sync->logs.slots[i];
		if (!log || log->durable.seq == 0 || !readable(sync, link, log->origin))
			continue;
		put_head(&w, log);
		if (w.size + HEAD_SIZE > w.cap) {
			err = say(sync, &link->peer, GN_M_HAVE, gn_bytes(w.data, w.size));
			w.size = 0;
		}
	}
	if (!err)
		err = say(sync, &link->peer, GN_M_HAVE, gn_bytes(w.data, w.size));
	free(w.data);
	return err;
}

/* A moved head, to those who may read it, have not asked for it already and did
 * not bring it. */
enum gn_err sync_say_head(struct gn_sync *sync, const struct sync_log *log)
{
	enum gn_err err = GN_OK;
	for (size_t i = 0; i < sync->links.cap && !err; i++) {
		struct sync_link *link = sync->links.slots[i];
		if (!link || !link->greeted || !readable(sync, link, log->origin))
			continue;
		const struct sync_share *share = gn_keymap_get(&link->shares, log->origin);
		if (share && (share->last >= log->durable.seq || share->theirs >= log->durable.seq))
			continue;
		uint8_t buf[HEAD_SIZE + ENVELOPE];
		struct gn_wire_writer w = {.data = buf, .cap = sizeof buf};
		put_head(&w, log);
		err = say(sync, &link->peer, GN_M_HAVE, gn_bytes(buf, w.size));
	}
	return err;
}

static enum gn_err say_want(struct gn_sync *sync, struct sync_log *log, uint64_t limit, bool again)
{
	uint64_t from = log->tip.seq + 1;
	uint64_t room = limit - log->tip.seq;
	uint32_t credit = room < GN_SYNC_CREDIT ? (uint32_t)room : GN_SYNC_CREDIT;
	uint8_t buf[64];
	struct gn_wire_writer w = {.data = buf, .cap = sizeof buf};
	gn_wire_put_bytes(&w, 1, gn_bytes(log->origin, GN_KEY_SIZE));
	gn_wire_put_varint(&w, 2, from);
	gn_wire_put_varint(&w, 3, credit);
	if (again)
		gn_wire_put_varint(&w, 4, 1);
	log->asked_to = log->tip.seq + credit;
	if (again)
		log->asked_ms = sync->now_ms;
	return say(sync, &log->source->peer, GN_M_WANT, gn_bytes(buf, w.size));
}

static struct sync_link *best_source(struct gn_sync *sync, const struct sync_log *log)
{
	struct sync_link *best = NULL;
	uint64_t most = log->tip.seq;
	for (size_t i = 0; i < sync->links.cap; i++) {
		struct sync_link *link = sync->links.slots[i];
		const struct sync_share *share =
		        link && link->greeted ? gn_keymap_get(&link->shares, log->origin) : NULL;
		if (share && share->theirs > most && share->held_until_ms <= sync->now_ms) {
			most = share->theirs;
			best = link;
		}
	}
	return best;
}

/* A source that has more and sends nothing is given up for another. */
static void drop_silent_source(struct gn_sync *sync, struct sync_log *log)
{
	struct sync_share *share = gn_keymap_get(&log->source->shares, log->origin);
	if (share && share->theirs > log->tip.seq && log->tip.seq < log->asked_to &&
	        sync->now_ms > log->asked_ms + GN_SYNC_PATIENCE_MS) {
		share->held_until_ms = sync->now_ms + GN_SYNC_PATIENCE_MS;
		log->source = NULL;
	}
}

/* [S-3] Asks for what is missing, of one peer; keeps its credit topped up. */
enum gn_err sync_ask(struct gn_sync *sync, struct sync_log *log)
{
	uint64_t limit = sync->options.limit(sync->options.context, log->origin);
	if (limit <= log->tip.seq || log->held_until_ms > sync->now_ms)
		return GN_OK;
	if (log->source)
		drop_silent_source(sync, log);
	if (log->source) {
		uint64_t end = limit - log->tip.seq > GN_SYNC_CREDIT ? log->tip.seq + GN_SYNC_CREDIT
		                                                     : limit;
		bool low = log->asked_to - log->tip.seq < GN_SYNC_CREDIT / 2;
		return low && end > log->asked_to ? say_want(sync, log, limit, false) : GN_OK;
	}
	log->source = best_source(sync, log);
	return log->source ? say_want(sync, log, limit, true) : GN_OK;
}

static bool serve_share(
        const struct sync_link *link, const struct sync_share *share, struct gn_serve *ret_serve)
{
	if (!share->log || share->last == 0 || share->next > share->last ||
	        share->next > share->log->durable.seq)
		return false;
	uint64_t head = share->log->durable.seq;
	*ret_serve = (struct gn_serve){.peer = link->peer,
	        .first = share->next,
	        .last = share->last < head ? share->last : head};
	memcpy(ret_serve->origin, share->origin, GN_KEY_SIZE);
	return true;
}

/* Links take turns, and so do the logs of one link. */
bool gn_sync_serve(struct gn_sync *sync, struct gn_serve *ret_serve)
{
	for (size_t i = 0; i < sync->links.cap; i++) {
		sync->turn = (sync->turn + 1) & (sync->links.cap - 1);
		struct sync_link *link = sync->links.slots[sync->turn];
		for (size_t j = 0; link && j < link->shares.cap; j++) {
			link->turn = (link->turn + 1) & (link->shares.cap - 1);
			const struct sync_share *share = link->shares.slots[link->turn];
			if (share && serve_share(link, share, ret_serve))
				return true;
		}
	}
	return false;
}

void gn_sync_served(struct gn_sync *sync, const struct gn_serve *serve, uint64_t upto)
{
	struct sync_link *link = gn_keymap_get(&sync->links, serve->peer.key);
	struct sync_share *share = link ? gn_keymap_get(&link->shares, serve->origin) : NULL;
	if (share && share->next == serve->first)
		share->next = upto + 1;
}

enum gn_err gn_batch_pack(const uint8_t origin[GN_KEY_SIZE], uint64_t first,
        const uint8_t previous[GN_HASH_SIZE], const struct gn_bytes *entries, size_t n,
        uint8_t *buf, size_t cap, size_t *ret_size)
{
	if (cap < ENVELOPE)
		return GN_E_SIZE;
	/* The batch goes behind the room for its envelope, which is then written right before it. */
	struct gn_wire_writer w = {.data = buf + ENVELOPE, .cap = cap - ENVELOPE};
	gn_wire_put_bytes(&w, 1, gn_bytes(origin, GN_KEY_SIZE));
	gn_wire_put_varint(&w, 2, first);
	gn_wire_put_bytes(&w, 3, gn_bytes(previous, GN_HASH_SIZE));
	for (size_t i = 0; i < n; i++)
		gn_wire_put_bytes(&w, 4, entries[i]);
	if (w.size > w.cap)
		return GN_E_SIZE;
	uint8_t *at = buf;
	*at++ = GN_M_BATCH << 3 | GN_WIRE_BYTES;
	for (uint64_t left = w.size;; left >>= 7) {
		*at++ = (uint8_t)((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
		if (left <= 0x7f)
			break;
	}
	memmove(at, buf + ENVELOPE, w.size);
	*ret_size = (size_t)(at - buf) + w.size;
	return GN_OK;
}
