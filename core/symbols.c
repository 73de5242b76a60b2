/* A set of codes under open addressing, its texts in chunks. The hash is for
 * speed alone: codes come from the registrar, nobody can flood the table. */
#include "core/symbols.h"

#include <stdlib.h>

#define CHUNK_BYTES 16384

struct gn_symbol_chunk {
	struct gn_symbol_chunk *next;
	size_t used_bytes, cap_bytes;
	_Alignas(8) uint8_t data[];
};

static uint64_t hash_of(struct gn_bytes code)
{
	const uint64_t factor = 0x9E3779B97F4A7C15u;
	uint64_t hash = code.size * factor;
	while (code.size >= 8) {
		uint64_t word;
		memcpy(&word, code.data, 8);
		hash = (hash ^ word) * factor;
		hash ^= hash >> 32;
		code = gn_bytes(code.data + 8, code.size - 8);
	}
	uint64_t word = 0;
	for (size_t i = 0; i < code.size; i++)
		word = word << 8 | code.data[i];
	hash = (hash ^ word) * factor;
	return hash ^ hash >> 32;
}

static void *take(struct gn_symbols *symbols, size_t bytes)
{
	bytes = (bytes + 7) & ~(size_t)7;
	struct gn_symbol_chunk *chunk = symbols->chunks;
	if (!chunk || chunk->cap_bytes - chunk->used_bytes < bytes) {
		size_t cap = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
		chunk = malloc(sizeof *chunk + cap);
		if (!chunk)
			return NULL;
		*chunk = (struct gn_symbol_chunk){.next = symbols->chunks, .cap_bytes = cap};
		symbols->chunks = chunk;
	}
	void *place = chunk->data + chunk->used_bytes;
	chunk->used_bytes += bytes;
	return place;
}

void gn_symbols_done(struct gn_symbols *symbols)
{
	while (symbols->chunks) {
		struct gn_symbol_chunk *next = symbols->chunks->next;
		free(symbols->chunks);
		symbols->chunks = next;
	}
	free(symbols->slots);
	*symbols = (struct gn_symbols){0};
}

/* The slot that holds the code, or the free one where it belongs. */
static struct gn_symbol_slot *slot_of(
        const struct gn_symbols *symbols, uint64_t hash, struct gn_bytes code)
{
	for (size_t i = hash & (symbols->cap - 1);; i = (i + 1) & (symbols->cap - 1)) {
		struct gn_symbol_slot *slot = &symbols->slots[i];
		if (!slot->symbol)
			return slot;
		if (slot->hash == hash && slot->symbol->size == code.size &&
		        memcmp(slot->symbol->text, code.data, code.size) == 0)
			return slot;
	}
}

struct gn_symbol *gn_symbols_find(const struct gn_symbols *symbols, struct gn_bytes code)
{
	if (!symbols->cap || !code.size)
		return NULL;
	return slot_of(symbols, hash_of(code), code)->symbol;
}

static bool grow(struct gn_symbols *symbols)
{
	size_t cap = symbols->cap ? symbols->cap * 2 : 256;
	struct gn_symbols wider = {.cap = cap, .slots = calloc(cap, sizeof *wider.slots)};
	if (!wider.slots)
		return false;
	for (size_t i = 0; i < symbols->cap; i++) {
		struct gn_symbol_slot *old = &symbols->slots[i];
		if (old->symbol)
			*slot_of(&wider, old->hash,
			        gn_bytes(old->symbol->text, old->symbol->size)) = *old;
	}
	free(symbols->slots);
	symbols->slots = wider.slots;
	symbols->cap = cap;
	return true;
}

char *gn_symbols_intern(struct gn_symbols *symbols, const char *code)
{
	if (symbols->n * 2 >= symbols->cap && !grow(symbols))
		return NULL;
	struct gn_bytes bytes = gn_bytes_str(code);
	uint64_t hash = hash_of(bytes);
	struct gn_symbol_slot *slot = slot_of(symbols, hash, bytes);
	if (slot->symbol)
		return slot->symbol->text;
	struct gn_symbol *symbol = take(symbols, sizeof *symbol + bytes.size + 1);
	if (!symbol)
		return NULL;
	*symbol = (struct gn_symbol){.size = (uint32_t)bytes.size,
	        .unit = GN_SYMBOL_NONE,
	        .team = GN_SYMBOL_NONE,
	        .child = GN_SYMBOL_NONE};
	memcpy(symbol->text, code, bytes.size + 1);
	*slot = (struct gn_symbol_slot){.hash = hash, .symbol = symbol};
	symbols->n++;
	return symbol->text;
}

char *gn_symbols_keep(struct gn_symbols *symbols, const char *text)
{
	size_t size = strlen(text) + 1;
	char *place = take(symbols, size);
	return place ? memcpy(place, text, size) : NULL;
}

void gn_symbols_clear(struct gn_symbols *symbols)
{
	for (size_t i = 0; i < symbols->cap; i++) {
		struct gn_symbol *symbol = symbols->slots[i].symbol;
		if (symbol)
			symbol->unit = symbol->team = symbol->child = GN_SYMBOL_NONE;
	}
}
