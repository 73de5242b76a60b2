/* A hash table of things known by a public key. Keys are uniformly random bytes
 * already (they are proven or signed for), so their first eight are the hash. */
#include "proto/sync_state.h"

#include <stdlib.h>

static size_t home(const struct keymap *map, const uint8_t *key)
{
	uint64_t hash;
	memcpy(&hash, key, sizeof hash);
	return (size_t)hash & (map->cap - 1);
}

static size_t find(const struct keymap *map, const uint8_t *key)
{
	size_t i = home(map, key);
	while (map->slots[i] && memcmp(map->slots[i], key, GN_KEY_SIZE) != 0)
		i = (i + 1) & (map->cap - 1);
	return i;
}

void *gn_keymap_get(const struct keymap *map, const uint8_t key[GN_KEY_SIZE])
{
	return map->cap ? map->slots[find(map, key)] : NULL;
}

static enum gn_err grow(struct keymap *map)
{
	struct keymap wider = {.cap = map->cap ? map->cap * 2 : 8, .count = map->count};
	wider.slots = calloc(wider.cap, sizeof *wider.slots);
	if (!wider.slots)
		return GN_E_NOMEM;
	for (size_t i = 0; i < map->cap; i++)
		if (map->slots[i])
			wider.slots[find(&wider, map->slots[i])] = map->slots[i];
	free(map->slots);
	*map = wider;
	return GN_OK;
}

enum gn_err gn_keymap_put(struct keymap *map, void *value)
{
	if (map->count * 2 >= map->cap) {
		enum gn_err err = grow(map);
		if (err)
			return err;
	}
	size_t i = find(map, value);
	map->count += map->slots[i] == NULL;
	map->slots[i] = value;
	return GN_OK;
}

void gn_keymap_remove(struct keymap *map, const uint8_t key[GN_KEY_SIZE])
{
	if (!map->cap)
		return;
	size_t hole = find(map, key);
	if (!map->slots[hole])
		return;
	map->slots[hole] = NULL;
	map->count--;
	/* Whoever stood behind the hole because of a collision moves up. */
	for (size_t i = (hole + 1) & (map->cap - 1); map->slots[i]; i = (i + 1) & (map->cap - 1)) {
		void *value = map->slots[i];
		map->slots[i] = NULL;
		map->slots[find(map, value)] = value;
	}
}
