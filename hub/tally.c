/* Tallies in memory and on disk. Decides their order; what a rate makes of them
 * is in rates_tally.c. */
#include "hub/tally.h"

#include <stdlib.h>

struct change {
	uint8_t key[HUB_TALLY_KEY];
	int8_t sign;
	struct hub_tally_row row;
};

void hub_tally_init(struct hub_tally *tally)
{
	*tally = (struct hub_tally){.changes.row_bytes = sizeof(struct change)};
}

void hub_tally_done(struct hub_tally *tally)
{
	hub_list_done(&tally->changes);
}

enum gn_err hub_tally_add(struct hub_tally *tally, uint64_t indicator, uint64_t unit, uint16_t day,
        const struct hub_tally_row *row, int sign)
{
	struct change *change = hub_list_add(&tally->changes);
	if (!change)
		return GN_E_NOMEM;
	gn_put_be64(change->key, indicator);
	gn_put_be64(change->key + 8, unit);
	gn_put_be16(change->key + 16, day);
	change->row = *row;
	change->sign = (int8_t)sign;
	return GN_OK;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_stamp(const struct hub_tally_row *x, const struct hub_tally_row *y)
{
	int order = compare(x->clock, y->clock);
	if (!order)
		order = compare(x->origin, y->origin);
	return order ? order : compare(x->seq, y->seq);
}

static int by_key(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int order = memcmp(x->key, y->key, HUB_TALLY_KEY);
	return order ? order : by_stamp(&x->row, &y->row);
}

/* Both sorted; of one row at most one stands before and after. SIZE_MAX: it doesn't add up. */
static size_t merge(
        struct hub_tally_row *out, struct gn_bytes old, const struct change *changes, size_t n)
{
	const struct hub_tally_row *rows = (const void *)old.data;
	size_t rows_n = old.size / sizeof *rows, i = 0, k = 0, out_n = 0;
	while (k < n) {
		struct hub_tally_row at = changes[k].row;
		while (i < rows_n && by_stamp(&rows[i], &at) < 0)
			out[out_n++] = rows[i++];
		int stands = i < rows_n && by_stamp(&rows[i], &at) == 0;
		i += (size_t)stands;
		for (; k < n && by_stamp(&changes[k].row, &at) == 0; k++)
			stands += changes[k].sign;
		if (stands < 0 || stands > 1)
			return SIZE_MAX;
		if (stands)
			out[out_n++] = at;
	}
	while (i < rows_n)
		out[out_n++] = rows[i++];
	return out_n;
}

static enum gn_err apply_value(struct gn_txn *txn, const struct change *changes, size_t n)
{
	struct gn_bytes id = gn_bytes(changes[0].key, HUB_TALLY_KEY), old = {0};
	(void)gn_txn_get(txn, HUB_T_TALLY, id, &old);
	if (old.size % sizeof(struct hub_tally_row))
		return GN_E_CORRUPT;
	struct hub_tally_row *out = calloc(old.size / sizeof *out + n, sizeof *out);
	if (!out)
		return GN_E_NOMEM;
	size_t out_n = merge(out, old, changes, n);
	if (out_n && out_n != SIZE_MAX)
		gn_txn_put(txn, HUB_T_TALLY, id, gn_bytes(out, out_n * sizeof *out));
	else if (!out_n && old.size)
		gn_txn_del(txn, HUB_T_TALLY, id);
	free(out);
	return out_n == SIZE_MAX ? GN_E_CORRUPT : GN_OK;
}

void hub_tally_apply(struct hub_tally *tally, struct gn_txn *txn)
{
	hub_list_sort(&tally->changes, by_key);
	const struct change *changes = (const void *)tally->changes.data;
	size_t n = tally->changes.n;
	for (size_t i = 0, next; i < n && !txn->err; i = next) {
		for (next = i + 1;
		        next < n && memcmp(changes[i].key, changes[next].key, HUB_TALLY_KEY) == 0;)
			next++;
		enum gn_err err = apply_value(txn, changes + i, next - i);
		if (err)
			txn->err = err;
	}
	hub_list_done(&tally->changes);
}
