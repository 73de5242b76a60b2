/* The state behind proto/sync.h; for proto/sync_*.c alone. */
#ifndef GN_PROTO_SYNC_STATE_H
#define GN_PROTO_SYNC_STATE_H

#include "proto/sync.h"
#include "proto/wire.h"

/* From a 32-byte key to a pointer: open addressing, keys live in the values'
 * first 32 bytes. */
struct keymap {
	void **slots;
	size_t cap, count;
};
void *gn_keymap_get(const struct keymap *map, const uint8_t key[GN_KEY_SIZE]);
enum gn_err gn_keymap_put(struct keymap *map, void *value) GN_MUST_USE;
void gn_keymap_remove(struct keymap *map, const uint8_t key[GN_KEY_SIZE]);

struct sync_log {
	uint8_t origin[GN_KEY_SIZE]; /* first: the map's key */
	struct gn_tip durable; /* committed */
	struct gn_tip tip; /* checked, perhaps not committed yet */
	struct sync_link *source; /* whom we asked; NULL: nobody */
	uint64_t asked_to; /* last sequence asked of the source */
	uint64_t asked_ms; /* when it was asked or last sent */
	uint64_t held_until_ms; /* not asked of anybody before */
};

struct sync_share { /* one log seen over one link */
	uint8_t origin[GN_KEY_SIZE]; /* first: the map's key */
	struct sync_log *log; /* NULL: not one of ours */
	uint64_t theirs; /* head they told of */
	uint64_t next, last; /* we serve next .. last; last 0: they did not ask */
	uint64_t held_until_ms; /* they sent bad entries of it */
};

struct sync_link {
	uint8_t key[GN_KEY_SIZE]; /* first: the map's key */
	struct gn_peer peer;
	struct keymap shares;
	bool greeted; /* their hello came */
	uint64_t hello_ms; /* when ours was said, where we began; 0: they did */
	size_t turn; /* where serving went on */
};

struct sync_act {
	struct gn_act act;
	uint8_t *owned; /* a SEND's message */
	struct sync_act *next;
};

struct gn_sync {
	struct gn_sync_options options;
	struct keymap logs, links;
	struct sync_act *first, **last, *taken;
	struct gn_bytes entries[GN_SYNC_BATCH]; /* of the message at hand */
	struct gn_entry parsed[GN_SYNC_BATCH];
	size_t turn;
	uint64_t now_ms;
};

enum gn_err sync_act(struct gn_sync *sync, const struct gn_act *act, uint8_t *owned) GN_MUST_USE;
enum gn_err sync_refuse(
        struct gn_sync *sync, const struct gn_peer *peer, enum gn_err code) GN_MUST_USE;
struct sync_share *sync_share(struct gn_sync *sync, struct sync_link *link, const uint8_t *origin);
struct sync_log *sync_log_need(struct gn_sync *sync, const uint8_t *origin);

/* sync_out.c: what we say */
enum gn_err sync_say_hello(
        struct gn_sync *sync, const struct gn_peer *peer, bool answer) GN_MUST_USE;
enum gn_err sync_say_have(struct gn_sync *sync, struct sync_link *link) GN_MUST_USE;
enum gn_err sync_say_head(struct gn_sync *sync, const struct sync_log *log) GN_MUST_USE;
enum gn_err sync_ask(struct gn_sync *sync, struct sync_log *log) GN_MUST_USE;

/* sync_batch.c: what is brought to us */
enum gn_err sync_hear_batch(
        struct gn_sync *sync, struct sync_link *link, struct gn_bytes batch) GN_MUST_USE;

#endif
