/* Private to the files of a rate: one question at work. */
#ifndef HUB_RATES_STATE_H
#define HUB_RATES_STATE_H

#include "hub/fold_series.h"
#include "hub/place_above.h"
#include "hub/fold_map.h"
#include "hub/rates.h"

#define HUB_NO_ROW SIZE_MAX

struct hub_rate_row {
	const char *code, *name;
	uint64_t hash;
	const char *unit; /* its own code; a team's unit's */
	gn_day day; /* the last day of the window on which it was in force */
};

/* Where something placed in a unit in one span of days counts. */
struct hub_stand {
	uint64_t unit; /* code hash */
	gn_day day;
	bool within; /* what was asked about: --unit, or all */
	uint8_t n;
	uint32_t rows[GN_AREA_MAX];
};

struct hub_asking {
	struct gn_txn *txn;
	const struct gn_registry *registry;
	const struct hub_rates_query *query;
	gn_day from, to;
	uint64_t scope; /* hash of the unit asked about; 0: all */
	struct hub_rate_row *rows; /* by code */
	size_t row_n;
	struct hub_map row_of; /* hash -> row */
	struct hub_map unit_of; /* hash -> one registry row of the unit */
	struct hub_map stands; /* (unit, day) -> struct hub_stand */
	struct hub_stand by_team; /* what hub_asking_place gave last */
	struct hub_eras eras;
	enum gn_err err; /* the first */
};

struct hub_sums { /* of one indicator */
	int64_t *n, *d; /* by row */
	bool *has_d;
	int64_t elsewhere, unplaced, conflicts;
	uint64_t *mark; /* by row: the last subject seen there */
};

static inline void hub_asking_fail(struct hub_asking *a, enum gn_err err)
{
	if (!a->err)
		a->err = err;
}

/* rates_rows.c. GN_E_NOMEM. */
enum gn_err hub_asking_init(struct hub_asking *a) GN_MUST_USE;
void hub_asking_done(struct hub_asking *a);
/* HUB_NO_ROW: none has this hash. */
size_t hub_asking_row(const struct hub_asking *a, uint64_t hash);
/* Valid until the next call; NULL: a->err. `day` need not be a span's first. */
const struct hub_stand *hub_asking_stand(struct hub_asking *a, uint64_t unit, gn_day day);
/* As above for the level asked: by team where that is the level. */
const struct hub_stand *hub_asking_place(
        struct hub_asking *a, uint64_t team, uint64_t unit, gn_day day);
enum gn_err hub_sums_init(const struct hub_asking *a, struct hub_sums *ret_sums) GN_MUST_USE;
void hub_sums_done(struct hub_sums *sums);
/* Adds n where a place counts. */
void hub_sums_add(struct hub_sums *sums, const struct hub_stand *stand, int64_t n);

/* Fills numerators (and tallied denominators) of any kind. */
void hub_rates_numerators(
        struct hub_asking *a, const struct gn_indicator *indicator, struct hub_sums *sums);
/* rates_count.c */
void hub_rates_delta(
        struct hub_asking *a, const struct gn_indicator *indicator, struct hub_sums *sums);
void hub_rates_teams(
        struct hub_asking *a, const struct gn_indicator *indicator, struct hub_sums *sums);
void hub_rates_seen(
        struct hub_asking *a, const struct gn_indicator *indicator, struct hub_sums *sums);
/* rates_bits.c */
void hub_rates_bits(
        struct hub_asking *a, const struct gn_indicator *indicator, struct hub_sums *sums);
/* rates_tally.c */
void hub_rates_tally(
        struct hub_asking *a, const struct gn_indicator *indicator, struct hub_sums *sums);
/* rates_registry.c */
void hub_rates_figure(struct hub_asking *a, enum gn_registry_figure figure, struct hub_sums *sums);

/* rates_fresh.c: who has been heard of. */
struct hub_fresh {
	struct hub_map units; /* hash -> nodes for it, and for it or under it */
	int64_t expected, fresh;
};
enum gn_err hub_fresh_init(struct hub_asking *a, struct hub_fresh *ret_fresh) GN_MUST_USE;
void hub_fresh_done(struct hub_fresh *fresh);
/* False: no node is there to be heard of. */
bool hub_fresh_row(const struct hub_asking *a, const struct hub_fresh *fresh,
        const struct hub_rate_row *row, bool *ret_fresh);

#endif
