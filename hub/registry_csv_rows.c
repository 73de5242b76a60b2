/* Rows of any kind in one shape. Decides what two rows have in common (the key)
 * and when they are the same (the packed item); what they mean is left to the
 * checks. */
#include "hub/registry_csv_rows.h"

#include <stdlib.h>

#include "proto/wire.h"

#define CHUNK_BYTES (64u << 10)

struct hub_pool_chunk {
	struct hub_pool_chunk *next;
	size_t used_bytes, cap_bytes;
	_Alignas(max_align_t) uint8_t data[];
};

void *hub_pool_take(struct hub_pool *pool, size_t bytes)
{
	const size_t unit = _Alignof(max_align_t);
	struct hub_pool_chunk *chunk = pool->chunks;
	bytes = (bytes + unit - 1) / unit * unit;
	if (!chunk || chunk->cap_bytes - chunk->used_bytes < bytes) {
		size_t cap = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
		chunk = malloc(sizeof *chunk + cap);
		if (!chunk)
			return NULL;
		chunk->next = pool->chunks;
		chunk->used_bytes = 0;
		chunk->cap_bytes = cap;
		pool->chunks = chunk;
	}
	void *place = chunk->data + chunk->used_bytes;
	chunk->used_bytes += bytes;
	return place;
}

char *hub_pool_text(struct hub_pool *pool, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = hub_pool_take(pool, size);
	return copy ? memcpy(copy, text, size) : NULL;
}

void hub_pool_done(struct hub_pool *pool)
{
	while (pool->chunks) {
		struct hub_pool_chunk *next = pool->chunks->next;
		free(pool->chunks);
		pool->chunks = next;
	}
}

static const void *field(const void *message, const struct hub_column *column)
{
	return (const uint8_t *)message + column->offset;
}

/* A key has codes and days alone: at most three codes of GN_CODE_MAX bytes. */
static void put_key(const struct hub_column *column, const void *message, char *key, size_t cap)
{
	size_t used = strlen(key);
	const char *blank = used ? " " : "";
	if (column->cell == HUB_CELL_DAY) {
		char day[11];
		uint32_t value = *(const uint32_t *)field(message, column);
		if (value)
			snprintf(key + used, cap - used, "%s%s", blank,
			        gn_day_text((gn_day)value, day));
	} else {
		snprintf(key + used, cap - used, "%s%s", blank,
		        *(char *const *)field(message, column));
	}
}

static char *key_of(struct hub_pool *pool, enum hub_file kind, const void *message)
{
	char key[4 * (GN_CODE_MAX + 1)] = "";
	const struct hub_column *columns = hub_file_kinds[kind].columns;
	for (size_t i = 0; i < hub_file_columns(&hub_file_kinds[kind]); i++)
		if (columns[i].key)
			put_key(&columns[i], message, key, sizeof key);
	return hub_pool_text(pool, key);
}

static enum gn_err pack(
        struct hub_pool *pool, enum hub_file kind, const void *message, struct gn_bytes *ret_packed)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	item.item_case = hub_file_kinds[kind].item;
	/* All members of the union are pointers to messages. */
	item.unit = (Gonha__Unit *)(uintptr_t)message;
	size_t size = gonha__item__get_packed_size(&item);
	uint8_t *place = hub_pool_take(pool, size);
	if (!place)
		return GN_E_NOMEM;
	*ret_packed = gn_bytes(place, gonha__item__pack(&item, place));
	return GN_OK;
}

enum gn_err hub_rows_add(struct hub_rows *rows, struct hub_pool *pool, enum hub_file kind,
        const void *message, const char *file, size_t line)
{
	if (rows->n == rows->cap) {
		size_t cap = rows->cap ? rows->cap * 2 : 64;
		struct hub_row *row = reallocarray(rows->row, cap, sizeof *row);
		if (!row)
			return GN_E_NOMEM;
		rows->row = row;
		rows->cap = cap;
	}
	struct hub_row row = {.message = message, .file = file, .line = line, .order = rows->n};
	row.key = key_of(pool, kind, message);
	if (!row.key)
		return GN_E_NOMEM;
	enum gn_err err = pack(pool, kind, message, &row.packed);
	if (!err)
		rows->row[rows->n++] = row;
	return err;
}

/* Of two rows with one key the one that was read later is at fault. */
static int by_key(const void *a, const void *b)
{
	const struct hub_row *x = a, *y = b;
	int order = strcmp(x->key, y->key);
	return order ? order : (x->order > y->order) - (x->order < y->order);
}

void hub_rows_sort(struct hub_rows *rows)
{
	if (rows->n)
		qsort(rows->row, rows->n, sizeof *rows->row, by_key);
}

void hub_rows_done(struct hub_rows *rows)
{
	free(rows->row);
	*rows = (struct hub_rows){0};
}

bool hub_row_walk_next(struct hub_row_walk *w)
{
	w->old = w->i < w->standing->n ? &w->standing->row[w->i] : NULL;
	w->new = w->j < w->given->n ? &w->given->row[w->j] : NULL;
	if (!w->old && !w->new)
		return false;
	int order = !w->old ? 1 : !w->new ? -1 : strcmp(w->old->key, w->new->key);
	if (order > 0)
		w->old = NULL;
	else if (order < 0)
		w->new = NULL;
	w->i += w->old != NULL;
	w->j += w->new != NULL;
	return true;
}

#define MORE_BYTES 2 /* of the field that says more is to come */

static enum gn_err flush(struct hub_packer *p, bool more)
{
	if (p->n == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 16;
		struct gn_bytes *messages = reallocarray(p->messages, cap, sizeof *messages);
		if (!messages)
			return GN_E_NOMEM;
		p->messages = messages;
		p->cap = cap;
	}
	struct gn_wire_writer w = {.data = p->buf, .cap = sizeof p->buf, .size = p->used};
	if (more)
		gn_wire_put_varint(&w, 2, 1);
	uint8_t *copy = hub_pool_take(&p->pool, w.size);
	if (!copy)
		return GN_E_NOMEM;
	memcpy(copy, p->buf, w.size);
	p->messages[p->n++] = gn_bytes(copy, w.size);
	p->used = 0;
	return GN_OK;
}

enum gn_err hub_packer_add(struct hub_packer *p, struct gn_bytes item)
{
	struct gn_wire_writer w = {
	        .data = p->buf, .cap = sizeof p->buf - MORE_BYTES, .size = p->used};
	gn_wire_put_bytes(&w, 1, item);
	if (w.size > w.cap) {
		enum gn_err err = p->used ? flush(p, true) : GN_E_SIZE;
		return err ? err : hub_packer_add(p, item);
	}
	p->used = w.size;
	return GN_OK;
}

enum gn_err hub_packer_end(struct hub_packer *p)
{
	return p->used ? flush(p, false) : GN_OK;
}

void hub_packer_done(struct hub_packer *p)
{
	hub_pool_done(&p->pool);
	free(p->messages);
	*p = (struct hub_packer){0};
}
