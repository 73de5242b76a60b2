/* Household coverage in memory and on disk. Decides how repeated visits of one
 * household on one day are kept; which visits count was decided before. */
#include "hub/bits.h"

#include <stdlib.h>

#define KIND_AT 4

struct block_row {
	uint8_t key[HUB_BITS_KEY];
	struct hub_bits_block *block;
};
struct change {
	uint8_t key[HUB_BITS_KEY];
	uint16_t cell;
	int32_t n;
};
struct rest { /* as on disk */
	uint16_t cell;
	uint32_t more;
} __attribute__((packed));

void hub_bits_init(struct hub_bits *bits)
{
	*bits = (struct hub_bits){
	        .blocks = {.rows.row_bytes = sizeof(struct block_row), .key_bytes = HUB_BITS_KEY},
	        .more.row_bytes = sizeof(struct change)};
}

static void forget(struct hub_bits *bits)
{
	for (size_t i = 0; i < bits->blocks.rows.n; i++)
		free(((struct block_row *)hub_list_at(&bits->blocks.rows, i))->block);
	hub_map_done(&bits->blocks);
	hub_list_done(&bits->more);
}

void hub_bits_done(struct hub_bits *bits)
{
	forget(bits);
}

static void write_key(uint8_t key[HUB_BITS_KEY], const struct hub_bits_at *at)
{
	gn_put_be32(key, at->series);
	key[KIND_AT] = at->team ? 't' : 'v';
	gn_put_be64(key + 5, at->scope);
	gn_put_be64(key + 13, at->sub);
	key[21] = (uint8_t)(at->household >> 8);
	gn_put_be16(key + 22, at->day / HUB_BITS_DAYS);
}

static enum gn_err add_change(
        struct hub_bits *bits, const uint8_t key[HUB_BITS_KEY], uint16_t cell, int sign)
{
	struct change *change = hub_list_add(&bits->more);
	if (!change)
		return GN_E_NOMEM;
	memcpy(change->key, key, HUB_BITS_KEY);
	change->cell = cell;
	change->n = sign;
	return GN_OK;
}

/* Records of one village come together, so the last block is tried first. */
static struct hub_bits_block *block_of(struct hub_bits *bits, const uint8_t key[HUB_BITS_KEY])
{
	struct hub_list *rows = &bits->blocks.rows;
	struct block_row *row = bits->last < rows->n ? hub_list_at(rows, bits->last) : NULL;
	if (!row || memcmp(row->key, key, HUB_BITS_KEY) != 0) {
		row = hub_map_need(&bits->blocks, key);
		if (!row)
			return NULL;
		bits->last = (size_t)((uint8_t *)row - rows->data) / rows->row_bytes;
	}
	if (!row->block)
		row->block = calloc(1, sizeof *row->block);
	return row->block;
}

static uint64_t *word_at(struct hub_bits_block *block, uint16_t cell)
{
	return &block->days[cell >> 8][(cell & 255) / 64];
}

static uint64_t bit_at(uint16_t cell)
{
	return UINT64_C(1) << (cell % 64);
}

enum gn_err hub_bits_add(struct hub_bits *bits, const struct hub_bits_at *at, int sign)
{
	uint8_t key[HUB_BITS_KEY];
	uint16_t cell = (uint16_t)(at->day % HUB_BITS_DAYS << 8 | (at->household & 255));
	write_key(key, at);
	if (sign < 0)
		return add_change(bits, key, cell, sign);
	struct hub_bits_block *block = block_of(bits, key);
	if (!block)
		return GN_E_NOMEM;
	if (*word_at(block, cell) & bit_at(cell))
		return add_change(bits, key, cell, sign);
	*word_at(block, cell) |= bit_at(cell);
	return GN_OK;
}

static int by_key_and_cell(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int order = memcmp(x->key, y->key, HUB_BITS_KEY);
	return order ? order : (int)x->cell - (int)y->cell;
}

static void fail(struct gn_txn *txn, enum gn_err err)
{
	if (!txn->err)
		txn->err = err;
}

/* How often each cell counts beyond its bit: what was on disk and the changes,
 * both sorted by cell, merged into `out`; sets the bits. Returns the rows of `out`. */
static size_t merge_rests(struct hub_bits_block *block, struct gn_bytes old,
        const struct change *changes, size_t n, struct rest *out, enum gn_err *err)
{
	size_t rests = old.size / sizeof(struct rest), made = 0, r = 0, c = 0;
	while (r < rests || c < n) {
		struct rest rest = {0};
		if (r < rests)
			memcpy(&rest, old.data + r * sizeof rest, sizeof rest);
		if (c < n && (r == rests || changes[c].cell < rest.cell))
			rest = (struct rest){changes[c].cell, 0};
		else
			r++;
		uint64_t *word = word_at(block, rest.cell);
		int64_t count = *word & bit_at(rest.cell) ? 1 + (int64_t)rest.more : 0;
		for (; c < n && changes[c].cell == rest.cell; c++)
			count += changes[c].n;
		if (count < 0)
			*err = GN_E_CORRUPT;
		*word = count > 0 ? *word | bit_at(rest.cell) : *word & ~bit_at(rest.cell);
		if (count > 1)
			out[made++] = (struct rest){rest.cell, (uint32_t)(count - 1)};
	}
	return made;
}

/* Changes of one block, sorted by cell. `block` has the first additions in it. */
static void apply_changes(struct gn_txn *txn, const uint8_t key[HUB_BITS_KEY],
        struct hub_bits_block *block, const struct change *changes, size_t n)
{
	uint8_t id[HUB_BITS_KEY];
	struct gn_bytes old = {0};
	enum gn_err err = GN_OK;
	memcpy(id, key, HUB_BITS_KEY);
	id[KIND_AT] = key[KIND_AT] == 'v' ? 'V' : 'T';
	(void)gn_txn_get(txn, HUB_T_BITS, gn_bytes(id, sizeof id), &old);
	struct rest *rows = calloc(old.size / sizeof *rows + n, sizeof *rows);
	if (!rows) {
		fail(txn, GN_E_NOMEM);
		return;
	}
	size_t rows_n = merge_rests(block, old, changes, n, rows, &err);
	if (err)
		fail(txn, err);
	if (rows_n)
		gn_txn_put(txn, HUB_T_BITS, gn_bytes(id, sizeof id),
		        gn_bytes(rows, rows_n * sizeof *rows));
	else if (old.size)
		gn_txn_del(txn, HUB_T_BITS, gn_bytes(id, sizeof id));
	free(rows);
}

/* Additions to what stands; those that stood already become changes. */
static enum gn_err merge_additions(struct hub_bits *bits, const uint8_t key[HUB_BITS_KEY],
        struct hub_bits_block *block, const struct hub_bits_block *added)
{
	for (uint16_t i = 0; i < HUB_BITS_DAYS * HUB_BITS_WORDS; i++) {
		uint64_t *word = &block->days[i / HUB_BITS_WORDS][i % HUB_BITS_WORDS];
		uint64_t more = added->days[i / HUB_BITS_WORDS][i % HUB_BITS_WORDS];
		for (uint64_t twice = *word & more; twice; twice &= twice - 1) {
			uint16_t cell =
			        (uint16_t)(i / HUB_BITS_WORDS << 8 | i % HUB_BITS_WORDS * 64 |
			                   __builtin_ctzll(twice));
			enum gn_err err = add_change(bits, key, cell, 1);
			if (err)
				return err;
		}
		*word |= more;
	}
	return GN_OK;
}

static void write_block(struct gn_txn *txn, const uint8_t key[HUB_BITS_KEY],
        const struct hub_bits_block *block, bool stood)
{
	static const struct hub_bits_block none;
	struct gn_bytes id = gn_bytes(key, HUB_BITS_KEY);
	if (memcmp(block, &none, sizeof none) != 0)
		gn_txn_put(txn, HUB_T_BITS, id, gn_bytes(block, sizeof *block));
	else if (stood)
		gn_txn_del(txn, HUB_T_BITS, id);
}

/* Every key that has changes gets a row of its own among the blocks. */
static enum gn_err name_changed(struct hub_bits *bits)
{
	for (size_t i = 0; i < bits->more.n; i++) {
		const struct change *change = hub_list_at(&bits->more, i);
		if (!hub_map_need(&bits->blocks, change->key))
			return GN_E_NOMEM;
	}
	return GN_OK;
}

static enum gn_err load_and_merge(struct hub_bits *bits, struct gn_txn *txn,
        const struct block_row *row, struct hub_bits_block *ret_block, bool *ret_stood)
{
	struct gn_bytes old;
	*ret_block = (struct hub_bits_block){0};
	*ret_stood = gn_txn_get(txn, HUB_T_BITS, gn_bytes(row->key, HUB_BITS_KEY), &old);
	if (*ret_stood && old.size != sizeof *ret_block)
		return GN_E_CORRUPT;
	if (*ret_stood)
		memcpy(ret_block, old.data, sizeof *ret_block);
	return row->block ? merge_additions(bits, row->key, ret_block, row->block) : GN_OK;
}

/* One block after the other; `own` takes its changes, those that were gathered
 * and those that merging brings up. */
static enum gn_err apply_block(
        struct hub_bits *bits, struct gn_txn *txn, const struct block_row *row, size_t *next)
{
	struct hub_bits_block block;
	bool stood;
	struct hub_bits own = {.more.row_bytes = sizeof(struct change)};
	enum gn_err err = load_and_merge(&own, txn, row, &block, &stood);
	for (; !err && *next < bits->more.n; ++*next) {
		const struct change *change = hub_list_at(&bits->more, *next);
		if (memcmp(change->key, row->key, HUB_BITS_KEY) != 0)
			break;
		err = add_change(&own, change->key, change->cell, change->n);
	}
	if (!err && own.more.n) {
		hub_list_sort(&own.more, by_key_and_cell);
		apply_changes(txn, row->key, &block, (void *)own.more.data, own.more.n);
	}
	if (!err)
		write_block(txn, row->key, &block, stood);
	hub_list_done(&own.more);
	return err;
}

void hub_bits_apply(struct hub_bits *bits, struct gn_txn *txn)
{
	enum gn_err err = name_changed(bits);
	size_t next = 0;
	hub_map_sort(&bits->blocks);
	hub_list_sort(&bits->more, by_key_and_cell);
	for (size_t i = 0; !err && !txn->err && i < bits->blocks.rows.n; i++)
		err = apply_block(bits, txn, hub_list_at(&bits->blocks.rows, i), &next);
	if (err)
		fail(txn, err);
	forget(bits);
}
