/* The catalogue as series. Decides which indicators rest on the same numbers:
 * names, denominators and ages make no difference. */
#include "hub/fold_series.h"

#include <sodium.h>
#include <stdlib.h>

static uint32_t id_of(crypto_generichash_state *state)
{
	uint8_t digest[16];
	crypto_generichash_final(state, digest, sizeof digest);
	uint32_t id = gn_get_be32(digest);
	return id ? id : 1;
}

static void put_number(crypto_generichash_state *state, uint32_t number)
{
	uint8_t bytes[4];
	gn_put_be32(bytes, number);
	crypto_generichash_update(state, bytes, sizeof bytes);
}

static void put_condition(crypto_generichash_state *state, const struct gn_condition *condition)
{
	put_number(state, condition->field);
	put_number(state, (uint32_t)condition->count);
	for (size_t i = 0; i < condition->count; i++) {
		put_number(state, (uint32_t)condition->values[i].size);
		crypto_generichash_update(
		        state, condition->values[i].data, condition->values[i].size);
	}
}

static uint32_t own_id(const struct gn_indicator *in, enum hub_series_kind kind)
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, 16);
	put_number(&state, kind);
	put_number(&state, in->sources);
	put_number(&state, kind == HUB_SERIES_COUNT ? (uint32_t)in->sum : (uint32_t)in->subject);
	for (size_t i = 0; i < in->filter.count; i++)
		put_condition(&state, &in->filter.conditions[i]);
	return id_of(&state);
}

static bool kind_of(const struct gn_indicator *in, enum hub_series_kind *ret_kind)
{
	if (in->sources == 1u << GN_KIND_TALLY)
		return false;
	switch (in->kind) {
	case GN_COVERAGE:
		*ret_kind = in->subject == GN_S_HOUSEHOLD ? HUB_SERIES_HOUSEHOLDS
		            : in->subject == GN_S_TEAM    ? HUB_SERIES_COUNT
		                                          : HUB_SERIES_SEEN;
		return true;
	case GN_COUNT:
		*ret_kind = HUB_SERIES_COUNT;
		return true;
	case GN_STOCK:
		*ret_kind = HUB_SERIES_STOCK;
		return true;
	case GN_JOINT:
		*ret_kind = HUB_SERIES_JOINT;
		return true;
	case GN_RATIO:
	case GN_LEVEL:
	case GN_REGISTRY_KIND:
		return false;
	}
	return false;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

/* The stocks of a joint, by id and each once; 0: one of them does not exist, or
 * they do not count the same thing. */
static size_t parts_of(const struct gn_registry *registry, const struct gn_indicator *in,
        uint32_t ret_ids[GN_JOINT_MAX])
{
	size_t kept = 0;
	for (size_t i = 0; i < in->joint_count; i++) {
		const struct gn_indicator *part = gn_registry_indicator(registry, in->joint[i]);
		if (!part || part->kind != GN_STOCK || part->subject != in->subject)
			return 0;
		ret_ids[i] = own_id(part, HUB_SERIES_STOCK);
	}
	qsort(ret_ids, in->joint_count, sizeof *ret_ids, by_number);
	for (size_t i = 0; i < in->joint_count; i++)
		if (!kept || ret_ids[kept - 1] != ret_ids[i])
			ret_ids[kept++] = ret_ids[i];
	return kept;
}

uint32_t hub_series_id(const struct gn_registry *registry, const struct gn_indicator *in)
{
	enum hub_series_kind kind;
	if (!kind_of(in, &kind))
		return 0;
	if (kind != HUB_SERIES_JOINT)
		return own_id(in, kind);
	uint32_t parts[GN_JOINT_MAX];
	size_t n = parts_of(registry, in, parts);
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, 16);
	put_number(&state, kind);
	for (size_t i = 0; i < n; i++)
		put_number(&state, parts[i]);
	return n ? id_of(&state) : 0;
}

static void narrow(const struct gn_indicator *in, bool *tested, int *min, int *max)
{
	if (!in->filter.has_age)
		return;
	*tested = true;
	*min = in->filter.age_min > *min ? in->filter.age_min : *min;
	*max = in->filter.age_max < *max ? in->filter.age_max : *max;
}

bool hub_series_ages(const struct gn_registry *registry, const struct gn_indicator *in,
        int *ret_min, int *ret_max)
{
	bool tested = false;
	*ret_min = 0;
	*ret_max = 999;
	narrow(in, &tested, ret_min, ret_max);
	for (size_t i = 0; i < in->joint_count; i++) {
		const struct gn_indicator *part = gn_registry_indicator(registry, in->joint[i]);
		if (part)
			narrow(part, &tested, ret_min, ret_max);
	}
	return tested;
}

static struct hub_series *find(struct hub_catalogue *c, uint32_t id)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->series[i].id == id)
			return &c->series[i];
	return NULL;
}

static void gather(struct hub_catalogue *c, const struct gn_registry *registry)
{
	size_t n;
	int min, max;
	struct gn_indicator *const *rows = gn_registry_indicators(registry, &n);
	for (size_t i = 0; i < n; i++) {
		uint32_t id = hub_series_id(registry, rows[i]);
		struct hub_series *series = id ? find(c, id) : NULL;
		if (id && !series) {
			series = &c->series[c->n++];
			*series = (struct hub_series){
			        .id = id, .indicator = rows[i], .subject = rows[i]->subject};
			(void)kind_of(rows[i], &series->kind);
		}
		if (series)
			series->aged |= hub_series_ages(registry, rows[i], &min, &max);
	}
}

static int by_kind_and_id(const void *a, const void *b)
{
	const struct hub_series *x = a, *y = b;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static enum gn_err give_bits(struct hub_catalogue *c, const struct gn_registry *registry)
{
	for (size_t i = 0; i < c->n; i++) {
		struct hub_series *series = &c->series[i];
		if (series->kind != HUB_SERIES_STOCK && series->kind != HUB_SERIES_JOINT)
			continue;
		if (c->bit_n == HUB_STOCKS_MAX)
			return GN_E_FULL;
		c->by_bit[c->bit_n] = series;
		series->bit = c->bit_n++;
		if (series->kind == HUB_SERIES_STOCK) {
			c->stock_n = c->bit_n;
			c->stock_sources[series->subject] |= series->indicator->sources;
			continue;
		}
		uint32_t parts[GN_JOINT_MAX];
		size_t n = parts_of(registry, series->indicator, parts);
		for (size_t k = 0; k < n; k++) {
			const struct hub_series *stock = find(c, parts[k]);
			if (stock)
				hub_mask_add(&series->all, stock->bit);
		}
	}
	return GN_OK;
}

static enum gn_err list_by_kind(struct hub_catalogue *c)
{
	for (size_t kind = GN_KIND_VISIT; kind <= GN_KIND_TALLY; kind++) {
		c->by_kind[kind] = calloc(c->n + 1, sizeof *c->by_kind[kind]);
		if (!c->by_kind[kind])
			return GN_E_NOMEM;
		for (size_t i = 0; i < c->n; i++)
			if (c->series[i].indicator->sources & (1u << kind))
				c->by_kind[kind][c->by_kind_n[kind]++] = &c->series[i];
	}
	return GN_OK;
}

enum gn_err hub_catalogue_init(
        const struct gn_registry *registry, struct hub_catalogue *ret_catalogue)
{
	struct hub_catalogue c = {0};
	size_t n;
	(void)gn_registry_indicators(registry, &n);
	c.series = calloc(n + 1, sizeof *c.series);
	if (!c.series)
		return GN_E_NOMEM;
	gather(&c, registry);
	qsort(c.series, c.n, sizeof *c.series, by_kind_and_id);
	enum gn_err err = give_bits(&c, registry);
	if (!err)
		err = list_by_kind(&c);
	if (err)
		hub_catalogue_done(&c);
	else
		*ret_catalogue = c;
	return err;
}

void hub_catalogue_done(struct hub_catalogue *catalogue)
{
	for (size_t kind = 0; kind <= GN_KIND_TALLY; kind++)
		free(catalogue->by_kind[kind]);
	free(catalogue->series);
	*catalogue = (struct hub_catalogue){0};
}
