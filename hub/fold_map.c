/* Lists and the hash table of a fold. Decides nothing about what they hold; a
 * lack of memory is told by NULL and left to the caller. */
#include "hub/fold_map.h"

#include <stdlib.h>

void *hub_list_add(struct hub_list *list)
{
	if (list->n == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 64;
		uint8_t *data = reallocarray(list->data, cap, list->row_bytes);
		if (!data)
			return NULL;
		list->data = data;
		list->cap = cap;
	}
	void *row = hub_list_at(list, list->n++);
	memset(row, 0, list->row_bytes);
	return row;
}

void hub_list_sort(struct hub_list *list, int (*order)(const void *a, const void *b))
{
	if (list->n > 1)
		qsort(list->data, list->n, list->row_bytes, order);
}

void hub_list_done(struct hub_list *list)
{
	free(list->data);
	*list = (struct hub_list){.row_bytes = list->row_bytes};
}

static uint64_t hash_of(const uint8_t *key, size_t size)
{
	uint64_t hash = size * 0x9e3779b97f4a7c15u;
	for (; size; key += 8) {
		uint64_t word = 0;
		size_t part = size < 8 ? size : 8;
		memcpy(&word, key, part);
		size -= part;
		hash = (hash ^ word) * 0xff51afd7ed558ccdu;
		hash ^= hash >> 32;
	}
	return hash;
}

static size_t slot_of(const struct hub_map *map, const void *key)
{
	size_t i = (size_t)hash_of(key, map->key_bytes) & (map->slot_n - 1);
	while (map->slots[i] &&
	        memcmp(hub_list_at(&map->rows, map->slots[i] - 1), key, map->key_bytes) != 0)
		i = (i + 1) & (map->slot_n - 1);
	return i;
}

void *hub_map_find(const struct hub_map *map, const void *key)
{
	if (!map->slot_n)
		return NULL;
	uint32_t at = map->slots[slot_of(map, key)];
	return at ? hub_list_at(&map->rows, at - 1) : NULL;
}

static bool widen(struct hub_map *map)
{
	struct hub_map wider = *map;
	wider.slot_n = map->slot_n ? map->slot_n * 2 : 256;
	wider.slots = calloc(wider.slot_n, sizeof *wider.slots);
	if (!wider.slots)
		return false;
	for (uint32_t i = 0; i < map->rows.n; i++)
		wider.slots[slot_of(&wider, hub_list_at(&map->rows, i))] = i + 1;
	free(map->slots);
	*map = wider;
	return true;
}

void *hub_map_need(struct hub_map *map, const void *key)
{
	if (map->rows.n * 2 >= map->slot_n && !widen(map))
		return NULL;
	size_t slot = slot_of(map, key);
	if (map->slots[slot])
		return hub_list_at(&map->rows, map->slots[slot] - 1);
	void *row = hub_list_add(&map->rows);
	if (!row)
		return NULL;
	memcpy(row, key, map->key_bytes);
	map->slots[slot] = (uint32_t)map->rows.n;
	return row;
}

void hub_map_done(struct hub_map *map)
{
	hub_list_done(&map->rows);
	free(map->slots);
	map->slots = NULL;
	map->slot_n = 0;
}

static int by_key(const void *a, const void *b, void *size)
{
	return memcmp(a, b, *(const size_t *)size);
}

void hub_map_sort(struct hub_map *map)
{
	free(map->slots);
	map->slots = NULL;
	map->slot_n = 0;
	if (map->rows.n > 1)
		qsort_r(map->rows.data, map->rows.n, map->rows.row_bytes, by_key, &map->key_bytes);
}
