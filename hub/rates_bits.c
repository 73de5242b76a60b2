/* Households reached in a window. Decides which days of a village count for which
 * row: those on which the village stood in it; within a row a household counts
 * once. */
#include "hub/rates_state.h"

#include "hub/bits.h"

struct segment {
	gn_day from, to;
	struct hub_stand stand;
};

struct gathered { /* households of one row, of one village and 256 numbers */
	size_t row; /* HUB_NO_ROW: elsewhere */
	uint64_t words[HUB_BITS_WORDS];
};

struct unrowed { /* households that teams without a row reached, each once */
	struct {
		uint64_t village, chunk;
	} at;
	uint64_t words[HUB_BITS_WORDS];
};

struct counting {
	struct hub_asking *a;
	struct hub_sums *sums;
	struct hub_list segments, rows;
	struct hub_map unrowed;
};

static void widen(uint64_t words[HUB_BITS_WORDS], const struct hub_bits_block *block, gn_day first,
        gn_day last)
{
	for (gn_day day = first; day <= last; day++)
		for (size_t i = 0; i < HUB_BITS_WORDS; i++)
			words[i] |= block->days[day][i];
}

static void gather(struct counting *c, size_t row, const uint64_t words[HUB_BITS_WORDS])
{
	struct gathered *at = NULL;
	for (size_t i = 0; i < c->rows.n && !at; i++) {
		struct gathered *other = hub_list_at(&c->rows, i);
		if (other->row == row)
			at = other;
	}
	if (!at)
		at = hub_list_add(&c->rows);
	if (!at) {
		hub_asking_fail(c->a, GN_E_NOMEM);
		return;
	}
	at->row = row;
	for (size_t i = 0; i < HUB_BITS_WORDS; i++)
		at->words[i] |= words[i];
}

static void gather_block(struct counting *c, const struct segment *s, gn_day first,
        const struct hub_bits_block *block)
{
	uint64_t words[HUB_BITS_WORDS] = {0};
	gn_day from = s->from > first ? s->from - first : 0;
	gn_day to = s->to < first + HUB_BITS_DAYS - 1 ? s->to - first : HUB_BITS_DAYS - 1;
	if (from > to)
		return;
	widen(words, block, from, to);
	for (size_t i = 0; i < s->stand.n; i++)
		gather(c, s->stand.rows[i], words);
	if (!s->stand.n && s->stand.within)
		gather(c, HUB_NO_ROW, words);
}

static int64_t bits_in(const uint64_t words[HUB_BITS_WORDS])
{
	int64_t n = 0;
	for (size_t i = 0; i < HUB_BITS_WORDS; i++)
		n += __builtin_popcountll(words[i]);
	return n;
}

/* Teams come one after the other, and may have reached the same household. */
static void keep_unrowed(struct counting *c, const uint8_t *key, const uint64_t *words)
{
	struct unrowed at = {.at = {gn_get_be64(key + 13), key[21]}};
	struct unrowed *kept = hub_map_need(&c->unrowed, &at.at);
	if (!kept) {
		hub_asking_fail(c->a, GN_E_NOMEM);
		return;
	}
	for (size_t i = 0; i < HUB_BITS_WORDS; i++)
		kept->words[i] |= words[i];
}

/* Closes 256 numbers of a village, for `key`'s scope. */
static void count(struct counting *c, const uint8_t *key)
{
	for (size_t i = 0; i < c->rows.n; i++) {
		const struct gathered *at = hub_list_at(&c->rows, i);
		if (at->row != HUB_NO_ROW)
			c->sums->n[at->row] += bits_in(at->words);
		else if (key[4] == 't')
			keep_unrowed(c, key, at->words);
		else
			c->sums->elsewhere += bits_in(at->words);
	}
	c->rows.n = 0;
}

static void add_segment(struct counting *c, gn_day from, gn_day to, const struct hub_stand *stand)
{
	struct segment *segment = stand ? hub_list_add(&c->segments) : NULL;
	if (!segment) {
		hub_asking_fail(c->a, GN_E_NOMEM);
		return;
	}
	*segment = (struct segment){from, to, *stand};
}

/* A village's days, cut where what is above it changes. */
static void cut_village(struct counting *c, uint64_t village)
{
	c->segments.n = 0;
	for (gn_day day = c->a->from, last; day <= c->a->to && !c->a->err; day = last + 1) {
		(void)hub_era(&c->a->eras, day, &last);
		last = last < c->a->to ? last : c->a->to;
		add_segment(c, day, last, hub_asking_stand(c->a, village, day));
	}
}

/* A team's row takes all its days, whatever is above the village. */
static void cut_team(struct counting *c, uint64_t team, uint64_t village)
{
	size_t row = hub_asking_row(c->a, team);
	cut_village(c, village);
	for (size_t i = 0; i < c->segments.n; i++) {
		struct segment *segment = hub_list_at(&c->segments, i);
		segment->stand.n = row != HUB_NO_ROW;
		segment->stand.rows[0] = (uint32_t)row;
	}
}

static void read_block(struct counting *c, const uint8_t *key, struct gn_bytes value)
{
	struct hub_bits_block block;
	gn_day first = GN_DAY_FIRST + (gn_day)gn_get_be16(key + 22) * HUB_BITS_DAYS;
	if (value.size != sizeof block) {
		hub_asking_fail(c->a, GN_E_CORRUPT);
		return;
	}
	if (first > c->a->to || first + HUB_BITS_DAYS - 1 < c->a->from)
		return;
	memcpy(&block, value.data, sizeof block);
	for (size_t i = 0; i < c->segments.n; i++)
		gather_block(c, hub_list_at(&c->segments, i), first, &block);
}

static void cut(struct counting *c, const uint8_t *key)
{
	if (key[4] == 't')
		cut_team(c, gn_get_be64(key + 5), gn_get_be64(key + 13));
	else
		cut_village(c, gn_get_be64(key + 5));
}

static void read_all(struct counting *c, struct gn_cursor *cursor, const uint8_t prefix[5])
{
	uint8_t last[HUB_BITS_KEY] = {0};
	for (bool more = gn_cursor_seek(cursor, gn_bytes(prefix, 5)); more && !c->a->err;
	        more = gn_cursor_next(cursor)) {
		const uint8_t *key = cursor->key.data;
		if (cursor->key.size != HUB_BITS_KEY || memcmp(key, prefix, 5) != 0)
			break;
		if (memcmp(key, last, HUB_BITS_KEY - 2) != 0)
			count(c, last);
		if (memcmp(key, last, 21) != 0)
			cut(c, key);
		memcpy(last, key, HUB_BITS_KEY);
		read_block(c, key, cursor->value);
	}
	count(c, last);
	for (size_t i = 0; i < c->unrowed.rows.n; i++) {
		const struct unrowed *kept = hub_list_at(&c->unrowed.rows, i);
		c->sums->elsewhere += bits_in(kept->words);
	}
}

void hub_rates_bits(
        struct hub_asking *a, const struct gn_indicator *indicator, struct hub_sums *sums)
{
	uint8_t prefix[5];
	struct counting c = {.a = a,
	        .sums = sums,
	        .segments.row_bytes = sizeof(struct segment),
	        .rows.row_bytes = sizeof(struct gathered),
	        .unrowed = {.rows.row_bytes = sizeof(struct unrowed), .key_bytes = 16}};
	GN_AUTO_CURSOR cursor = gn_cursor_open(a->txn, HUB_T_BITS);
	gn_put_be32(prefix, hub_series_id(a->registry, indicator));
	prefix[4] = a->query->level == GN_LEVEL_TEAM ? 't' : 'v';
	read_all(&c, &cursor, prefix);
	hub_list_done(&c.segments);
	hub_list_done(&c.rows);
	hub_map_done(&c.unrowed);
}
