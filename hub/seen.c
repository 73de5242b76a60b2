/* Who was reached on which days, in memory and on disk. Decides nothing about
 * who counts. */
#include "hub/seen.h"

#include <stdlib.h>

struct change {
	uint8_t key[HUB_SEEN_KEY];
	uint16_t day;
	int32_t n;
	uint64_t team, unit;
};

void hub_seen_init(struct hub_seen *seen)
{
	*seen = (struct hub_seen){.changes.row_bytes = sizeof(struct change)};
}

void hub_seen_done(struct hub_seen *seen)
{
	hub_list_done(&seen->changes);
}

enum gn_err hub_seen_add(struct hub_seen *seen, uint32_t series, const uint8_t id[16],
        const struct hub_seen_row *row, int sign)
{
	struct change *change = hub_list_add(&seen->changes);
	if (!change)
		return GN_E_NOMEM;
	gn_put_be32(change->key, series);
	memcpy(change->key + 4, id, 16);
	change->day = row->day;
	change->team = row->team;
	change->unit = row->unit;
	change->n = sign;
	return GN_OK;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_place(const struct change *x, uint16_t day, uint64_t team, uint64_t unit)
{
	int order = compare(x->day, day);
	if (!order)
		order = compare(x->team, team);
	return order ? order : compare(x->unit, unit);
}

static int by_key(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int order = memcmp(x->key, y->key, HUB_SEEN_KEY);
	return order ? order : by_place(x, y->day, y->team, y->unit);
}

/* Both are sorted by day, team and unit; SIZE_MAX: fewer records than none. */
static size_t merge(
        struct hub_seen_row *out, struct gn_bytes old, const struct change *changes, size_t n)
{
	const struct hub_seen_row *rows = (const void *)old.data;
	size_t rows_n = old.size / sizeof *rows, i = 0, k = 0, out_n = 0;
	while (k < n) {
		const struct change *at = &changes[k];
		while (i < rows_n && by_place(at, rows[i].day, rows[i].team, rows[i].unit) > 0)
			out[out_n++] = rows[i++];
		int64_t sum = 0;
		if (i < rows_n && by_place(at, rows[i].day, rows[i].team, rows[i].unit) == 0)
			sum = rows[i++].n;
		for (; k < n && by_place(&changes[k], at->day, at->team, at->unit) == 0; k++)
			sum += changes[k].n;
		if (sum < 0)
			return SIZE_MAX;
		if (sum)
			out[out_n++] =
			        (struct hub_seen_row){at->day, at->team, at->unit, (uint32_t)sum};
	}
	while (i < rows_n)
		out[out_n++] = rows[i++];
	return out_n;
}

static enum gn_err apply_value(struct gn_txn *txn, const struct change *changes, size_t n)
{
	struct gn_bytes id = gn_bytes(changes[0].key, HUB_SEEN_KEY), old = {0};
	(void)gn_txn_get(txn, HUB_T_SEEN, id, &old);
	if (old.size % sizeof(struct hub_seen_row))
		return GN_E_CORRUPT;
	struct hub_seen_row *out = calloc(old.size / sizeof *out + n, sizeof *out);
	if (!out)
		return GN_E_NOMEM;
	size_t out_n = merge(out, old, changes, n);
	if (out_n && out_n != SIZE_MAX)
		gn_txn_put(txn, HUB_T_SEEN, id, gn_bytes(out, out_n * sizeof *out));
	else if (!out_n && old.size)
		gn_txn_del(txn, HUB_T_SEEN, id);
	free(out);
	return out_n == SIZE_MAX ? GN_E_CORRUPT : GN_OK;
}

void hub_seen_apply(struct hub_seen *seen, struct gn_txn *txn)
{
	hub_list_sort(&seen->changes, by_key);
	const struct change *changes = (const void *)seen->changes.data;
	size_t n = seen->changes.n;
	for (size_t i = 0, next; i < n && !txn->err; i = next) {
		for (next = i + 1;
		        next < n && memcmp(changes[i].key, changes[next].key, HUB_SEEN_KEY) == 0;)
			next++;
		enum gn_err err = apply_value(txn, changes + i, next - i);
		if (err)
			txn->err = err;
	}
	hub_list_done(&seen->changes);
}
