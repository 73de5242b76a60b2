/* A few peers in memory around the real sync state machine: messages wait in one
 * queue, stores are arrays, time is a number. */
#ifndef TESTS_SYNC_WORLD_H
#define TESTS_SYNC_WORLD_H

#include "proto/sync.h"

#define WORLD_PEERS 4
#define WORLD_LOGS 8
#define WORLD_ENTRIES 40000

struct world_log {
	uint8_t origin[GN_KEY_SIZE];
	struct gn_tip tip;
	struct gn_bytes entries[WORLD_ENTRIES]; /* malloc'ed */
};

struct world_peer {
	struct gn_peer id; /* as the others know it */
	uint8_t secret[64];
	struct gn_sync *sync;
	struct world_log *logs[WORLD_LOGS];
	size_t log_count;
	uint64_t limits[WORLD_LOGS]; /* of world.origins: what this peer wants */
	bool readable[WORLD_LOGS]; /* what others may read here */
	struct world *world;
	unsigned refused[GN_ERR_COUNT];
	unsigned ahead;
	uint64_t crossed; /* entries that came in batches */
};

struct world_message {
	size_t from, to;
	uint8_t *data;
	size_t size;
};

struct world {
	struct world_peer peers[WORLD_PEERS];
	size_t peer_count;
	uint8_t origins[WORLD_LOGS][GN_KEY_SIZE];
	size_t origin_count;
	struct world_message *queue;
	size_t queue_count, queue_cap;
	uint64_t now_ms, random;
	/* May change or (return false) lose a message on its way. */
	bool (*on_way)(struct world *world, struct world_message *message);
	unsigned lost, changed;
};

void world_init(struct world *world, size_t peers);
void world_done(struct world *world);
/* The index of an origin; made on first use of a peer's own log. */
size_t world_origin(struct world *world, size_t peer);
void world_write(struct world *world, size_t peer, size_t n); /* entries of its own log */
void world_want(struct world *world, size_t peer, size_t origin, uint64_t limit);
void world_link(struct world *world, size_t from, size_t to); /* `from` connects */
void world_cut(struct world *world, size_t a, size_t b);
void world_restart(struct world *world, size_t peer);
void world_send(struct world *world, size_t from, size_t to, struct gn_bytes message);
/* Delivers and serves until nothing moves; false: it did not within `turns`. */
bool world_settle(struct world *world, size_t turns);
void world_pass(struct world *world, uint64_t ms); /* time, then ticks */
uint64_t world_head(const struct world *world, size_t peer, size_t origin);
uint64_t world_random(struct world *world);

#endif
