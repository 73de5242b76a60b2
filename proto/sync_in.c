/* What the sync state machine hears: takes messages apart and hands each to the
 * one who knows it. Batches are in sync_batch.c. */
#include "proto/sync_state.h"

#include <stdlib.h>

#define HELLO_PROTOCOL 1
#define HELLO_ANSWER 4
#define SHARES_UNASKED 4096 /* heads that a link may have us remember unasked */

static struct sync_link *need_link(struct gn_sync *sync, const struct gn_peer *peer)
{
	struct sync_link *link = gn_keymap_get(&sync->links, peer->key);
	if (link)
		return link;
	link = calloc(1, sizeof *link);
	if (!link)
		return NULL;
	memcpy(link->key, peer->key, GN_KEY_SIZE);
	link->peer = *peer;
	if (gn_keymap_put(&sync->links, link)) {
		free(link);
		return NULL;
	}
	return link;
}

/* [S-1] A hello that is no answer starts the talk anew: the peer came back and
 * has forgotten what was asked. */
static enum gn_err hear_hello(
        struct gn_sync *sync, const struct gn_peer *peer, struct gn_bytes hello)
{
	uint64_t protocol = 0, answer = 0;
	struct gn_wire_reader r = gn_wire_read(hello);
	struct gn_wire_field f;
	while (gn_wire_next(&r, &f)) {
		if (f.number == HELLO_PROTOCOL)
			protocol = f.value;
		else if (f.number == HELLO_ANSWER)
			answer = f.value;
	}
	if (r.err)
		return sync_refuse(sync, peer, r.err);
	if (protocol < GN_PROTOCOL)
		return sync_refuse(sync, peer, GN_E_VERSION);
	if (!answer)
		gn_sync_down(sync, peer->key);
	struct sync_link *link = need_link(sync, peer);
	if (!link)
		return GN_E_NOMEM;
	link->peer = *peer;
	link->greeted = true;
	enum gn_err err = answer ? GN_OK : sync_say_hello(sync, peer, true);
	if (!err)
		err = sync_say_have(sync, link);
	if (!err)
		err = sync_act(sync, &(struct gn_act){.kind = GN_ACT_GREETED, .peer = *peer}, NULL);
	return err;
}

static enum gn_err say_ahead(struct gn_sync *sync, const struct sync_link *link,
        const struct sync_log *log, uint64_t seq, enum gn_err code)
{
	struct gn_act act = {.kind = GN_ACT_AHEAD, .peer = link->peer, .first = seq, .code = code};
	memcpy(act.origin, log->origin, GN_KEY_SIZE);
	return sync_act(sync, &act, NULL);
}

static enum gn_err hear_head(struct gn_sync *sync, struct sync_link *link, const uint8_t *origin,
        uint64_t seq, struct gn_bytes hash)
{
	uint64_t limit = sync->options.limit(sync->options.context, origin);
	struct sync_log *log =
	        limit > 0 ? sync_log_need(sync, origin) : gn_keymap_get(&sync->logs, origin);
	if (limit > 0 && !log)
		return GN_E_NOMEM;
	if (!log && link->shares.count >= GN_SYNC_HEADS_MAX)
		return sync_refuse(sync, &link->peer, GN_E_FULL);
	struct sync_share *share = sync_share(sync, link, origin);
	if (!share)
		return GN_E_NOMEM;
	if (!log) { /* not wanted now; the registry may still name it */
		share->theirs = seq;
		return GN_OK;
	}
	if (log->source == link && share->theirs <= log->tip.seq)
		log->asked_ms = sync->now_ms; /* patience counts from when there was more to send */
	share->theirs = seq;
	if (seq == log->durable.seq && seq > 0 &&
	        memcmp(hash.data, log->durable.hash, hash.size) != 0)
		return say_ahead(sync, link, log, seq, GN_E_LINK);
	if (seq > log->durable.seq && limit == 0)
		return say_ahead(sync, link, log, seq, GN_OK);
	return sync_ask(sync, log);
}

/* [S-2] */
static enum gn_err hear_have(struct gn_sync *sync, struct sync_link *link, struct gn_bytes have)
{
	struct gn_wire_reader r = gn_wire_read(have);
	struct gn_wire_field f;
	while (gn_wire_next(&r, &f)) {
		if (f.number != 1 || f.type != GN_WIRE_BYTES)
			continue;
		struct gn_bytes origin = {0}, hash = {0};
		uint64_t seq = 0;
		struct gn_wire_reader head = gn_wire_read(f.bytes);
		struct gn_wire_field g;
		while (gn_wire_next(&head, &g)) {
			if (g.number == 1)
				origin = g.bytes;
			else if (g.number == 2)
				seq = g.value;
			else if (g.number == 3)
				hash = g.bytes;
		}
		if (head.err || origin.size != GN_KEY_SIZE || hash.size != GN_HASH_SIZE)
			return sync_refuse(sync, &link->peer, GN_E_FORMAT);
		enum gn_err err = hear_head(sync, link, origin.data, seq, hash);
		if (err)
			return err;
	}
	return r.err ? sync_refuse(sync, &link->peer, r.err) : GN_OK;
}

/* [S-3] */
static enum gn_err hear_want(struct gn_sync *sync, struct sync_link *link, struct gn_bytes want)
{
	struct gn_bytes origin = {0};
	uint64_t from = 0, credit = 0, again = 0;
	struct gn_wire_reader r = gn_wire_read(want);
	struct gn_wire_field f;
	while (gn_wire_next(&r, &f)) {
		if (f.number == 1)
			origin = f.bytes;
		else if (f.number == 2)
			from = f.value;
		else if (f.number == 3)
			credit = f.value;
		else if (f.number == 4)
			again = f.value;
	}
	if (r.err || origin.size != GN_KEY_SIZE || from == 0 || credit == 0 ||
	        from > UINT64_MAX - credit)
		return sync_refuse(sync, &link->peer, GN_E_FORMAT);
	if (!sync->options.readable(sync->options.context, &link->peer, origin.data))
		return sync_refuse(sync, &link->peer, GN_E_DENIED);
	struct sync_share *share = sync_share(sync, link, origin.data);
	if (!share)
		return GN_E_NOMEM;
	if (again || share->last == 0 || share->next < from)
		share->next = from;
	share->last = from + credit - 1;
	return GN_OK;
}

static enum gn_err pass_on(struct gn_sync *sync, const struct gn_peer *peer,
        enum gn_message_kind kind, struct gn_bytes inner)
{
	static const enum gn_act_kind acts[] = {[GN_M_RECEIPT] = GN_ACT_RECEIPT,
	        [GN_M_VERDICT] = GN_ACT_VERDICT,
	        [GN_M_STATUS] = GN_ACT_STATUS,
	        [GN_M_REJECT] = GN_ACT_REJECT,
	        [GN_M_JOIN] = GN_ACT_JOIN,
	        [GN_M_JOINED] = GN_ACT_JOINED,
	        [GN_M_BEACON] = GN_ACT_BEACON};
	struct gn_act act = {.kind = acts[kind], .peer = *peer, .message = inner};
	return sync_act(sync, &act, NULL);
}

/* What a peer may say depends on what its key is enrolled for, not on what it says. */
static bool may_say(enum gn_role role, uint32_t kind)
{
	switch (role) {
	case GN_ROLE_NONE:
		return false;
	case GN_ROLE_JOINER:
		return kind == GN_M_JOIN;
	case GN_ROLE_NODE:
		return kind != GN_M_JOIN;
	case GN_ROLE_HUB:
		return true;
	}
	return false;
}

static enum gn_err hear(
        struct gn_sync *sync, const struct gn_peer *peer, uint32_t kind, struct gn_bytes inner)
{
	if (kind == GN_M_HELLO)
		return hear_hello(sync, peer, inner);
	if (kind >= GN_M_RECEIPT)
		return pass_on(sync, peer, (enum gn_message_kind)kind, inner);
	struct sync_link *link = gn_keymap_get(&sync->links, peer->key);
	if (!link || !link->greeted) /* of a talk that a restart ended: it begins with our hello */
		return sync_say_hello(sync, peer, false);
	link->peer = *peer;
	if (kind == GN_M_HAVE)
		return hear_have(sync, link, inner);
	if (kind == GN_M_WANT)
		return hear_want(sync, link, inner);
	return sync_hear_batch(sync, link, inner);
}

enum gn_err gn_sync_input(
        struct gn_sync *sync, const struct gn_peer *peer, struct gn_bytes message, uint64_t now_ms)
{
	sync->now_ms = now_ms;
	struct gn_wire_reader r = gn_wire_read(message);
	struct gn_wire_field f;
	if (!gn_wire_next(&r, &f) || f.type != GN_WIRE_BYTES || r.at != r.end)
		return sync_refuse(sync, peer, GN_E_FORMAT);
	if (f.number < GN_M_HELLO || f.number > GN_M_BEACON)
		return GN_OK; /* [S-9] of a newer peer */
	if (!may_say(peer->role, f.number))
		return sync_refuse(sync, peer, GN_E_DENIED);
	return hear(sync, peer, f.number, f.bytes);
}
