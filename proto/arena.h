/* An allocator with a hard cap, for unpacking a control message from a peer.
 *
 * protobuf-c can turn 1 MiB of tiny fields into 28 MiB in 500,000 pieces. Here
 * all of a message lies in one block that is freed at once, and what would pass
 * the cap is refused: the unpack then returns NULL.
 *
 *	GN_AUTO_ARENA struct gn_arena arena;
 *	gn_arena_init(&arena, GN_ARENA_CAP);
 *	Gonha__Message *m = gonha__message__unpack(gn_arena_allocator(&arena), size, data);
 *
 * Never call the generated free_unpacked on it: gn_arena_done frees everything.
 */
#ifndef GN_PROTO_ARENA_H
#define GN_PROTO_ARENA_H

#include <protobuf-c/protobuf-c.h>

#include "proto/base.h"

#define GN_ARENA_CAP (4u << 20) /* bytes, enough for any honest message of 1 MiB */
#define GN_AUTO_ARENA __attribute__((cleanup(gn_arena_done)))

/* Must not be moved while its allocator is in use. */
struct gn_arena {
	ProtobufCAllocator allocator;
	uint8_t *block; /* NULL until the first allocation takes it */
	size_t cap_bytes, used_bytes;
	bool owned; /* block came from malloc */
	bool full; /* an allocation was refused */
};

/* The block is taken from malloc when it is first needed. */
void gn_arena_init(struct gn_arena *arena, size_t cap_bytes);
/* Over a block of the caller's, borrowed until gn_arena_done. */
void gn_arena_init_block(struct gn_arena *arena, void *block, size_t size_bytes);
/* For protobuf-c; valid as long as the arena. */
ProtobufCAllocator *gn_arena_allocator(struct gn_arena *arena);
/* Whether an allocation was refused: a failed unpack was too large (GN_E_SIZE)
 * or memory was short, rather than malformed (GN_E_FORMAT). */
bool gn_arena_full(const struct gn_arena *arena);
/* Forgets all allocations and keeps the block, for the next message. */
void gn_arena_reset(struct gn_arena *arena);
/* Frees everything; harmless a second time. */
void gn_arena_done(struct gn_arena *arena);

#endif
