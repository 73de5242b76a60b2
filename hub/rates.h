/* A rate for every unit of a level: the interface's "What a rate is". */
#ifndef HUB_RATES_H
#define HUB_RATES_H

#include "core/registry.h"
#include "core/store.h"
#include "core/table.h"
#include "core/view.h"
#include "hub/fold.h"

enum hub_sort { HUB_SORT_UNIT, HUB_SORT_RATE, HUB_SORT_SHORT };

struct hub_rates_query {
	const char *indicator;
	enum gn_level level;
	const char *unit; /* rows under this unit alone; NULL: all */
	gn_day from, to; /* inclusive; from 0: the beginning */
	enum hub_sort sort;
	uint64_t now_ms; /* for freshness */
};

/* Beside the page's facts: `conflicts`, units whose tallies are counted beside
 * those of a unit that they stand in, and `over_100`, rows above 100 %.
 * `elsewhere` is what stands in no row of the level (within --unit, if given).
 * A unit that ended and merged by `to` stands in its successor. `fresh` of a unit:
 * no node for it or under it is silent; without one, that of the nearest unit
 * above that has a node of its own; null when there is none. */

/* Answers from the aggregates as they stand in `txn` (the caller has folded).
 * *ret_out holds the facts and rows of the interface page, to be written in any
 * format; the caller owns it. GN_E_NOTFOUND: unknown indicator or unit
 * (*ret_what says which); GN_E_USAGE: a level this kind does not have; GN_E_BUSY:
 * the aggregates rest on another registry or are being recomputed (hub_fold_ready). */
enum gn_err hub_rates(struct gn_txn *txn, const struct gn_registry *registry,
        const struct hub_rates_query *query, struct gn_out **ret_out,
        char ret_what[160]) GN_MUST_USE;

/* A question's whole way: refreshes the view, folds what is there, and answers;
 * again when somebody changes the registry meanwhile. Errors as of hub_rates,
 * hub_fold and gn_view_refresh. */
enum gn_err hub_rates_ask(struct gn_store *store, struct gn_view *view, const struct hub_keys *keys,
        const struct hub_rates_query *query, struct gn_out **ret_out,
        char ret_what[160]) GN_MUST_USE;

/* When the hub has last heard of a node, by any way (ms since 1970; 0 never):
 * kept in HUB_T_STATUS. */
uint64_t hub_last_heard(struct gn_txn *txn, const uint8_t node[GN_KEY_SIZE]);

#endif
