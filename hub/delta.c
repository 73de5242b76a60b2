/* Sums by day, in memory and on disk. Decides nothing about what is summed. */
#include "hub/delta.h"

#include <stdlib.h>

#define GROUP 22 /* bytes of a key before its days */
#define SUM_KEY 26

struct sum {
	uint8_t key[SUM_KEY]; /* series, team, unit, era, day, birth */
	int64_t n;
};

void hub_delta_init(struct hub_delta *delta)
{
	*delta = (struct hub_delta){
	        .sums = {.rows.row_bytes = sizeof(struct sum), .key_bytes = SUM_KEY}};
}

void hub_delta_done(struct hub_delta *delta)
{
	hub_map_done(&delta->sums);
}

enum gn_err hub_delta_add(struct hub_delta *delta, const struct hub_delta_at *at, int64_t n)
{
	uint8_t key[SUM_KEY];
	gn_put_be32(key, at->series);
	gn_put_be64(key + 4, at->team);
	gn_put_be64(key + 12, at->unit);
	gn_put_be16(key + 20, at->era);
	gn_put_be16(key + GROUP, at->day);
	gn_put_be16(key + 24, at->birth);
	struct sum *sum = hub_map_need(&delta->sums, key);
	if (!sum)
		return GN_E_NOMEM;
	sum->n += n;
	return GN_OK;
}

static uint16_t block_of(const struct sum *sum)
{
	return gn_get_be16(sum->key + GROUP) / HUB_DELTA_DAYS;
}

static bool same_value(const struct sum *a, const struct sum *b)
{
	return memcmp(a->key, b->key, GROUP) == 0 && block_of(a) == block_of(b);
}

static uint32_t place(const struct hub_delta_row *row)
{
	return (uint32_t)row->day << 16 | row->birth;
}

static void keep(struct hub_delta_row *out, size_t *n, struct hub_delta_row row)
{
	if (row.n)
		out[(*n)++] = row;
}

/* Both are sorted by day and birth year. */
static size_t merge(
        struct hub_delta_row *out, struct gn_bytes old, const struct sum *sums, size_t n)
{
	const struct hub_delta_row *rows = (const void *)old.data;
	size_t rows_n = old.size / sizeof *rows, i = 0, k = 0, out_n = 0;
	while (i < rows_n || k < n) {
		struct hub_delta_row sum = {0};
		if (k < n)
			sum = (struct hub_delta_row){gn_get_be16(sums[k].key + GROUP),
			        gn_get_be16(sums[k].key + 24), sums[k].n};
		if (k == n || (i < rows_n && place(&rows[i]) < place(&sum))) {
			keep(out, &out_n, rows[i++]);
			continue;
		}
		if (i < rows_n && place(&rows[i]) == place(&sum))
			sum.n += rows[i++].n;
		keep(out, &out_n, sum);
		k++;
	}
	return out_n;
}

static enum gn_err apply_value(struct gn_txn *txn, const struct sum *sums, size_t n)
{
	uint8_t key[HUB_DELTA_KEY];
	struct gn_bytes id = gn_bytes(key, sizeof key), old = {0};
	memcpy(key, sums[0].key, GROUP);
	gn_put_be16(key + GROUP, block_of(&sums[0]));
	(void)gn_txn_get(txn, HUB_T_DELTA, id, &old);
	if (old.size % sizeof(struct hub_delta_row))
		return GN_E_CORRUPT;
	struct hub_delta_row *out = calloc(old.size / sizeof *out + n, sizeof *out);
	if (!out)
		return GN_E_NOMEM;
	size_t out_n = merge(out, old, sums, n);
	if (out_n)
		gn_txn_put(txn, HUB_T_DELTA, id, gn_bytes(out, out_n * sizeof *out));
	else if (old.size)
		gn_txn_del(txn, HUB_T_DELTA, id);
	free(out);
	return GN_OK;
}

void hub_delta_apply(struct hub_delta *delta, struct gn_txn *txn)
{
	hub_map_sort(&delta->sums);
	const struct sum *sums = (const void *)delta->sums.rows.data;
	size_t n = delta->sums.rows.n;
	for (size_t i = 0, next; i < n && !txn->err; i = next) {
		for (next = i + 1; next < n && same_value(&sums[i], &sums[next]);)
			next++;
		enum gn_err err = apply_value(txn, sums + i, next - i);
		if (err)
			txn->err = err;
	}
	hub_map_done(&delta->sums);
}
