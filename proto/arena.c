/* Hands out pieces of one block in turn and takes none back. It decides when a
 * message has asked for too much; how large a message may be on the wire is its
 * caller's to check before.
 */
#include "proto/arena.h"

#include <stdlib.h>

static const size_t ALIGN_BYTES = _Alignof(max_align_t);

static bool have_block(struct gn_arena *arena)
{
	if (arena->block == NULL) {
		arena->block = malloc(arena->cap_bytes);
		arena->owned = arena->block != NULL;
	}
	return arena->block != NULL;
}

static void *arena_alloc(void *data, size_t size)
{
	struct gn_arena *arena = data;
	size_t room = arena->cap_bytes - arena->used_bytes;
	size_t start;

	/* Compared before rounding up, so that no sum can wrap. */
	if (size > room || !have_block(arena)) {
		arena->full = true;
		return NULL;
	}
	start = arena->used_bytes;
	size = (size + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
	arena->used_bytes += size < room ? size : room;
	return arena->block + start;
}

static void arena_free(void *data, void *piece)
{
	(void)data;
	(void)piece;
}

void gn_arena_init(struct gn_arena *arena, size_t cap_bytes)
{
	*arena = (struct gn_arena){.cap_bytes = cap_bytes};
}

void gn_arena_init_block(struct gn_arena *arena, void *block, size_t size_bytes)
{
	/* A block that starts askew loses its first bytes, so that pieces are aligned. */
	size_t skip = (ALIGN_BYTES - (uintptr_t)block % ALIGN_BYTES) % ALIGN_BYTES;

	if (skip > size_bytes)
		skip = size_bytes;
	*arena =
	        (struct gn_arena){.block = (uint8_t *)block + skip, .cap_bytes = size_bytes - skip};
}

ProtobufCAllocator *gn_arena_allocator(struct gn_arena *arena)
{
	arena->allocator = (ProtobufCAllocator){arena_alloc, arena_free, arena};
	return &arena->allocator;
}

bool gn_arena_full(const struct gn_arena *arena)
{
	return arena->full;
}

void gn_arena_reset(struct gn_arena *arena)
{
	arena->used_bytes = 0;
	arena->full = false;
}

void gn_arena_done(struct gn_arena *arena)
{
	if (arena->owned)
		free(arena->block);
	*arena = (struct gn_arena){0};
}
