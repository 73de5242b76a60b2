/* Sorted rows with changes that take effect whole. Decides how changes of one
 * key meet; what the rows hold is left to their owner. */
#include "core/rows.h"

#include <stdlib.h>

void gn_rows_init(struct gn_rows *rows, size_t row_bytes,
        int (*order)(const void *a, const void *b), void (*drop)(void *row))
{
	*rows = (struct gn_rows){.row_bytes = row_bytes, .order = order, .drop = drop};
}

static void drop(const struct gn_rows *rows, void *row)
{
	if (rows->drop)
		rows->drop(row);
}

static uint8_t *waiting_at(const struct gn_rows *rows, size_t i)
{
	return rows->waiting + i * rows->row_bytes;
}

static void forget_waiting(struct gn_rows *rows)
{
	free(rows->waiting);
	free(rows->removed);
	rows->waiting = NULL;
	rows->removed = NULL;
	rows->waiting_n = rows->waiting_cap = 0;
}

void gn_rows_done(struct gn_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		drop(rows, gn_rows_at(rows, i));
	for (size_t i = 0; i < rows->waiting_n; i++)
		drop(rows, waiting_at(rows, i));
	free(rows->data);
	rows->data = NULL;
	rows->n = 0;
	forget_waiting(rows);
}

static enum gn_err grow(struct gn_rows *rows)
{
	size_t cap = rows->waiting_cap ? rows->waiting_cap * 2 : 16;
	uint8_t *waiting = reallocarray(rows->waiting, cap, rows->row_bytes);
	if (!waiting)
		return GN_E_NOMEM;
	rows->waiting = waiting;
	bool *removed = reallocarray(rows->removed, cap, sizeof *removed);
	if (!removed)
		return GN_E_NOMEM;
	rows->removed = removed;
	rows->waiting_cap = cap;
	return GN_OK;
}

enum gn_err gn_rows_put(struct gn_rows *rows, const void *row, bool removed)
{
	if (rows->waiting_n == rows->waiting_cap) {
		enum gn_err err = grow(rows);
		if (err)
			return err;
	}
	memcpy(waiting_at(rows, rows->waiting_n), row, rows->row_bytes);
	rows->removed[rows->waiting_n++] = removed;
	return GN_OK;
}

static int by_key_then_arrival(const void *a, const void *b, void *context)
{
	const struct gn_rows *rows = context;
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	int order = rows->order(waiting_at(rows, i), waiting_at(rows, j));
	return order ? order : (i > j) - (i < j);
}

struct merge {
	struct gn_rows *rows;
	uint32_t *index; /* waiting rows by key, then arrival */
	uint8_t *out;
	size_t out_n;
};

static void keep(struct merge *m, const void *row)
{
	memcpy(m->out + m->out_n++ * m->rows->row_bytes, row, m->rows->row_bytes);
}

/* Of the waiting rows that share index[i]'s key the last one decides. Returns
 * the place after them. */
static size_t settle(struct merge *m, size_t i)
{
	struct gn_rows *rows = m->rows;
	while (i + 1 < rows->waiting_n &&
	        rows->order(waiting_at(rows, m->index[i]), waiting_at(rows, m->index[i + 1])) == 0)
		drop(rows, waiting_at(rows, m->index[i++]));
	uint8_t *row = waiting_at(rows, m->index[i]);
	if (rows->removed[m->index[i]])
		drop(rows, row);
	else
		keep(m, row);
	return i + 1;
}

static void merge_all(struct merge *m)
{
	struct gn_rows *rows = m->rows;
	size_t i = 0, j = 0;
	while (i < rows->n || j < rows->waiting_n) {
		int order = j == rows->waiting_n ? -1
		            : i == rows->n       ? 1
		                                 : rows->order(gn_rows_at(rows, i),
		                                           waiting_at(rows, m->index[j]));
		if (order < 0) {
			keep(m, gn_rows_at(rows, i++));
			continue;
		}
		if (order == 0)
			drop(rows, gn_rows_at(rows, i++));
		j = settle(m, j);
	}
}

enum gn_err gn_rows_merge(struct gn_rows *rows)
{
	if (!rows->waiting_n)
		return GN_OK;
	struct merge m = {.rows = rows};
	m.index = calloc(rows->waiting_n, sizeof *m.index);
	m.out = calloc(rows->n + rows->waiting_n, rows->row_bytes);
	if (!m.index || !m.out) {
		free(m.index);
		free(m.out);
		return GN_E_NOMEM;
	}
	for (uint32_t i = 0; i < rows->waiting_n; i++)
		m.index[i] = i;
	qsort_r(m.index, rows->waiting_n, sizeof *m.index, by_key_then_arrival, rows);
	merge_all(&m);
	free(m.index);
	free(rows->data);
	rows->data = m.out;
	rows->n = m.out_n;
	forget_waiting(rows);
	return GN_OK;
}

size_t gn_rows_from(const struct gn_rows *rows, const void *key)
{
	size_t low = 0, high = rows->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (rows->order(gn_rows_at(rows, middle), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const void *gn_rows_find(const struct gn_rows *rows, const void *key)
{
	size_t i = gn_rows_from(rows, key);
	if (i == rows->n || rows->order(gn_rows_at(rows, i), key) != 0)
		return NULL;
	return gn_rows_at(rows, i);
}
