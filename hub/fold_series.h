/* What is kept for the catalogue: each distinct thing that indicators ask for,
 * once. A series is known by four bytes of its own text, so that neither the
 * order nor the names of indicators change what lies in the tables.
 */
#ifndef HUB_FOLD_SERIES_H
#define HUB_FOLD_SERIES_H

#include "core/registry.h"

enum hub_series_kind {
	HUB_SERIES_HOUSEHOLDS, /* coverage of households: bits */
	HUB_SERIES_SEEN, /* coverage of citizens and products: seen */
	HUB_SERIES_COUNT, /* records, or a field's sum: delta; coverage of teams rests on it */
	HUB_SERIES_STOCK, /* subjects that are in: delta, by way of subject */
	HUB_SERIES_JOINT, /* subjects that are in several stocks: the same */
};

#define HUB_STOCKS_MAX 256 /* distinct stocks and joints of a catalogue */
struct hub_mask {
	uint64_t words[HUB_STOCKS_MAX / 64];
};
static inline bool hub_mask_has(const struct hub_mask *mask, size_t bit)
{
	return mask->words[bit / 64] >> (bit % 64) & 1;
}
static inline void hub_mask_add(struct hub_mask *mask, size_t bit)
{
	mask->words[bit / 64] |= UINT64_C(1) << (bit % 64);
}

struct hub_series {
	uint32_t id;
	enum hub_series_kind kind;
	const struct gn_indicator *indicator; /* one that asks for it; borrowed from the registry */
	enum gn_subject subject;
	size_t bit; /* stock and joint: place in masks */
	struct hub_mask all; /* joint: bits of its stocks */
	bool aged; /* an indicator tests ages in it: kept by birth year */
};

struct hub_catalogue {
	struct hub_series *series; /* by kind, then id */
	size_t n;
	size_t stock_n, bit_n; /* bits of stocks, then those of joints */
	const struct hub_series *by_bit[HUB_STOCKS_MAX];
	const struct hub_series **by_kind[GN_KIND_TALLY + 1]; /* those a record kind feeds */
	size_t by_kind_n[GN_KIND_TALLY + 1];
	uint32_t stock_sources[GN_S_FIELD + 1]; /* kinds that feed a stock of that subject */
};

/* GN_E_NOMEM; GN_E_FULL: more than HUB_STOCKS_MAX stocks and joints. */
enum gn_err hub_catalogue_init(
        const struct gn_registry *registry, struct hub_catalogue *ret_catalogue) GN_MUST_USE;
void hub_catalogue_done(struct hub_catalogue *catalogue);

/* The id of what an indicator's numerator rests on; 0: on tallies, on the
 * registry, or on stocks that do not exist. */
uint32_t hub_series_id(const struct gn_registry *registry, const struct gn_indicator *indicator);
/* The ages that an indicator takes: its own filter's, a joint's strictest. False: any. */
bool hub_series_ages(const struct gn_registry *registry, const struct gn_indicator *indicator,
        int *ret_min, int *ret_max);

#endif
