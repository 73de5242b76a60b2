/* What a fold gathers before it writes: growing lists of rows of one size, and a
 * hash table of rows that begin with their key.
 *
 * Pointers to rows hold until the next row is added.
 */
#ifndef HUB_FOLD_MAP_H
#define HUB_FOLD_MAP_H

#include "proto/base.h"

struct hub_list {
	uint8_t *data;
	size_t n, cap, row_bytes;
};
/* A row of zeros at the end; NULL: no memory. */
void *hub_list_add(struct hub_list *list);
void hub_list_sort(struct hub_list *list, int (*order)(const void *a, const void *b));
void hub_list_done(struct hub_list *list);
static inline void *hub_list_at(const struct hub_list *list, size_t i)
{
	return list->data + i * list->row_bytes;
}

struct hub_map {
	struct hub_list rows; /* in the order of their first mention */
	size_t key_bytes;
	uint32_t *slots; /* row number + 1; 0: free */
	size_t slot_n; /* a power of two, or 0 */
};
/* NULL: none with that key. */
void *hub_map_find(const struct hub_map *map, const void *key);
/* The row with that key, made of zeros after the key when it is new; NULL: no memory. */
void *hub_map_need(struct hub_map *map, const void *key);
void hub_map_done(struct hub_map *map);
/* Sorts the rows by their keys' bytes; after it the map is for reading in order alone. */
void hub_map_sort(struct hub_map *map);

#endif
