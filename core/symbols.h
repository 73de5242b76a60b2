/* Codes kept once each, found by a cheap hash: the registry's way from the code
 * in a record to its rows. Texts live until gn_symbols_done. */
#ifndef GN_CORE_SYMBOLS_H
#define GN_CORE_SYMBOLS_H

#include "proto/base.h"

#define GN_SYMBOL_NONE UINT32_MAX

struct gn_symbol {
	uint32_t size;
	uint32_t unit, team; /* first row with this code; GN_SYMBOL_NONE */
	uint32_t child; /* first unit row under it; GN_SYMBOL_NONE */
	char text[]; /* with a NUL */
};

struct gn_symbols {
	struct gn_symbol_slot {
		uint64_t hash;
		struct gn_symbol *symbol; /* NULL: free */
	} * slots;
	size_t cap, n; /* cap is a power of two */
	struct gn_symbol_chunk *chunks;
};

void gn_symbols_done(struct gn_symbols *symbols); /* all zero is an empty set */
/* NULL: not there. */
struct gn_symbol *gn_symbols_find(const struct gn_symbols *symbols, struct gn_bytes code);
/* Finds it or keeps a copy; its text, NULL: no memory. */
char *gn_symbols_intern(struct gn_symbols *symbols, const char *code);
/* Keeps a copy of a text that nobody looks up; NULL: no memory. */
char *gn_symbols_keep(struct gn_symbols *symbols, const char *text);
/* The symbol whose text gn_symbols_intern gave. */
static inline struct gn_symbol *gn_symbol_of(char *text)
{
	return (struct gn_symbol *)(void *)(text - offsetof(struct gn_symbol, text));
}
/* Sets unit, team and child of all to none. */
void gn_symbols_clear(struct gn_symbols *symbols);

#endif
