/* Links and logs of the sync state machine, and the queue of acts. What we say
 * is in sync_out.c, what we hear in sync_in.c and sync_batch.c. */
#include "proto/sync_state.h"

#include <stdlib.h>

struct gn_sync *gn_sync_new(const struct gn_sync_options *options)
{
	struct gn_sync *sync = calloc(1, sizeof *sync);
	if (!sync)
		return NULL;
	sync->options = *options;
	sync->last = &sync->first;
	return sync;
}

static void free_act(struct sync_act *act)
{
	if (act)
		free(act->owned);
	free(act);
}

static void free_values(struct keymap *map)
{
	for (size_t i = 0; i < map->cap; i++)
		free(map->slots[i]);
	free(map->slots);
	*map = (struct keymap){0};
}

void gn_sync_free(struct gn_sync **sync_ptr)
{
	struct gn_sync *sync = *sync_ptr;
	if (!sync)
		return;
	for (struct sync_act *act = sync->first, *next; act; act = next) {
		next = act->next;
		free_act(act);
	}
	free_act(sync->taken);
	for (size_t i = 0; i < sync->links.cap; i++)
		if (sync->links.slots[i])
			free_values(&((struct sync_link *)sync->links.slots[i])->shares);
	free_values(&sync->links);
	free_values(&sync->logs);
	free(sync);
	*sync_ptr = NULL;
}

enum gn_err sync_act(struct gn_sync *sync, const struct gn_act *act, uint8_t *owned)
{
	struct sync_act *queued = malloc(sizeof *queued);
	if (!queued) {
		free(owned);
		return GN_E_NOMEM;
	}
	*queued = (struct sync_act){.act = *act, .owned = owned};
	*sync->last = queued;
	sync->last = &queued->next;
	return GN_OK;
}

enum gn_err sync_refuse(struct gn_sync *sync, const struct gn_peer *peer, enum gn_err code)
{
	return sync_act(
	        sync, &(struct gn_act){.kind = GN_ACT_REFUSED, .peer = *peer, .code = code}, NULL);
}

bool gn_sync_next(struct gn_sync *sync, struct gn_act *ret_act)
{
	free_act(sync->taken);
	sync->taken = sync->first;
	if (!sync->taken)
		return false;
	sync->first = sync->taken->next;
	if (!sync->first)
		sync->last = &sync->first;
	*ret_act = sync->taken->act;
	return true;
}

struct sync_log *sync_log_need(struct gn_sync *sync, const uint8_t *origin)
{
	struct sync_log *log = gn_keymap_get(&sync->logs, origin);
	if (log)
		return log;
	log = calloc(1, sizeof *log);
	if (!log)
		return NULL;
	memcpy(log->origin, origin, GN_KEY_SIZE);
	gn_tip_start(origin, &log->durable);
	log->tip = log->durable;
	if (gn_keymap_put(&sync->logs, log)) {
		free(log);
		return NULL;
	}
	/* Links that told of this log before we knew it. */
	for (size_t i = 0; i < sync->links.cap; i++) {
		struct sync_link *link = sync->links.slots[i];
		struct sync_share *share = link ? gn_keymap_get(&link->shares, origin) : NULL;
		if (share)
			share->log = log;
	}
	return log;
}

struct sync_share *sync_share(struct gn_sync *sync, struct sync_link *link, const uint8_t *origin)
{
	struct sync_share *share = gn_keymap_get(&link->shares, origin);
	if (share)
		return share;
	share = calloc(1, sizeof *share);
	if (!share)
		return NULL;
	memcpy(share->origin, origin, GN_KEY_SIZE);
	share->log = gn_keymap_get(&sync->logs, origin);
	if (gn_keymap_put(&link->shares, share)) {
		free(share);
		return NULL;
	}
	return share;
}

enum gn_err gn_sync_log(
        struct gn_sync *sync, const uint8_t origin[GN_KEY_SIZE], const struct gn_tip *tip)
{
	struct sync_log *log = sync_log_need(sync, origin);
	if (!log)
		return GN_E_NOMEM;
	if (tip->seq <= log->durable.seq)
		return GN_OK;
	log->durable = *tip;
	if (tip->seq > log->tip.seq)
		log->tip = *tip;
	return sync_say_head(sync, log);
}

enum gn_err gn_sync_stored(
        struct gn_sync *sync, const uint8_t origin[GN_KEY_SIZE], const struct gn_tip *tip)
{
	return gn_sync_log(sync, origin, tip);
}

void gn_sync_store_failed(struct gn_sync *sync, const uint8_t origin[GN_KEY_SIZE], uint64_t now_ms)
{
	struct sync_log *log = gn_keymap_get(&sync->logs, origin);
	if (!log)
		return;
	log->tip = log->durable;
	log->source = NULL;
	log->held_until_ms = now_ms + GN_SYNC_PATIENCE_MS / 3;
}

/* A talk begins anew: what either side asked for before is forgotten. */
static void forget_link(struct gn_sync *sync, struct sync_link *link)
{
	for (size_t i = 0; i < sync->logs.cap; i++) {
		struct sync_log *log = sync->logs.slots[i];
		if (log && log->source == link)
			log->source = NULL;
	}
	free_values(&link->shares);
	link->greeted = false;
}

enum gn_err gn_sync_up(struct gn_sync *sync, const struct gn_peer *peer, uint64_t now_ms)
{
	sync->now_ms = now_ms;
	struct sync_link *link = gn_keymap_get(&sync->links, peer->key);
	if (!link) {
		link = calloc(1, sizeof *link);
		if (!link)
			return GN_E_NOMEM;
		memcpy(link->key, peer->key, GN_KEY_SIZE);
		if (gn_keymap_put(&sync->links, link)) {
			free(link);
			return GN_E_NOMEM;
		}
	}
	forget_link(sync, link);
	link->peer = *peer;
	link->hello_ms = now_ms + 1;
	return sync_say_hello(sync, peer, false);
}

void gn_sync_down(struct gn_sync *sync, const uint8_t key[GN_KEY_SIZE])
{
	struct sync_link *link = gn_keymap_get(&sync->links, key);
	if (!link)
		return;
	forget_link(sync, link);
	gn_keymap_remove(&sync->links, key);
	free(link);
}

bool gn_sync_linked(const struct gn_sync *sync, const uint8_t key[GN_KEY_SIZE])
{
	const struct sync_link *link = gn_keymap_get(&sync->links, key);
	return link && link->greeted;
}

/* What a peer told of before the registry made it wanted. */
static enum gn_err take_up(struct gn_sync *sync, const struct sync_link *link)
{
	for (size_t i = 0; i < link->shares.cap; i++) {
		const struct sync_share *share = link->shares.slots[i];
		if (share && !share->log &&
		        sync->options.limit(sync->options.context, share->origin) > 0 &&
		        !sync_log_need(sync, share->origin))
			return GN_E_NOMEM;
	}
	return GN_OK;
}

/* A hello or its answer may be lost on a link that stays up. */
static enum gn_err greet_again(struct gn_sync *sync, struct sync_link *link)
{
	if (link->greeted || !link->hello_ms || sync->now_ms < link->hello_ms + GN_SYNC_PATIENCE_MS)
		return GN_OK;
	link->hello_ms = sync->now_ms + 1;
	return sync_say_hello(sync, &link->peer, false);
}

enum gn_err gn_sync_tick(struct gn_sync *sync, uint64_t now_ms)
{
	sync->now_ms = now_ms;
	enum gn_err err = GN_OK;
	for (size_t i = 0; i < sync->links.cap && !err; i++)
		if (sync->links.slots[i]) {
			err = greet_again(sync, sync->links.slots[i]);
			if (!err)
				err = take_up(sync, sync->links.slots[i]);
		}
	for (size_t i = 0; i < sync->logs.cap && !err; i++) {
		struct sync_log *log = sync->logs.slots[i];
		if (log)
			err = sync_ask(sync, log);
	}
	return err;
}
