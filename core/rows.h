/* Rows of one size, sorted by their key, that take changes whole: what is put
 * waits out of sight until a merge. For the registry's kinds of rows. */
#ifndef GN_CORE_ROWS_H
#define GN_CORE_ROWS_H

#include "proto/base.h"

struct gn_rows {
	size_t row_bytes;
	int (*order)(const void *a, const void *b); /* by key alone */
	void (*drop)(void *row); /* frees what a row owns; NULL: nothing */
	uint8_t *data;
	size_t n;
	uint8_t *waiting;
	bool *removed; /* of each waiting row: its key goes */
	size_t waiting_n, waiting_cap;
};

void gn_rows_init(struct gn_rows *rows, size_t row_bytes,
        int (*order)(const void *a, const void *b), void (*drop)(void *row));
void gn_rows_done(struct gn_rows *rows);
/* Copies a row in; it waits. On success the rows own what it holds. GN_E_NOMEM. */
enum gn_err gn_rows_put(struct gn_rows *rows, const void *row, bool removed) GN_MUST_USE;
/* Takes in what waits; of rows with one key the last put stands. GN_E_NOMEM:
 * nothing has changed. */
enum gn_err gn_rows_merge(struct gn_rows *rows) GN_MUST_USE;
/* Index of the first row whose key is not below that of `key`; n: none. */
size_t gn_rows_from(const struct gn_rows *rows, const void *key);
/* The row with that key; NULL: none. */
const void *gn_rows_find(const struct gn_rows *rows, const void *key);

static inline void *gn_rows_at(const struct gn_rows *rows, size_t i)
{
	return rows->data + i * rows->row_bytes;
}

#endif
