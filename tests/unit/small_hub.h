/* A small province for tests of the hub's counting: a store, a registry, and
 * nodes that write records by hand.
 *
 *   p  d1  c1  v1 (team t1), v2 (t2)   c1 has a team tc of its own
 *          c2  v3 (t3)                 e1 is an enterprise team
 * Nodes 0 and 1 are enrolled for c1, 2 for c2, 3 for the province, 4 is a training
 * node of c1, 5 is not enrolled, 6 is the registrar. All opened by a session.
 */
#ifndef TEST_SMALL_HUB_H
#define TEST_SMALL_HUB_H

#include "temp_dir.h"

#include "core/table.h"
#include "core/registry.h"
#include "hub/db.h"
#include "hub/fold.h"
#include "hub/rates.h"
#include "proto/entry.h"

#define S_NODES 7
#define S_REGISTRAR 6
#define S_DAY 19144 /* 2022-06-01 */

struct small_ref { /* an entry that was written */
	int node;
	uint64_t seq;
	uint8_t hash[GN_REF_HASH];
};

struct small_hub {
	struct gn_store *store;
	struct gn_registry *registry;
	struct hub_keys keys;
	uint64_t registry_seq;
	struct {
		uint8_t key[GN_KEY_SIZE], secret[64], session[GN_SESSION_KEY];
		struct gn_tip tip;
		bool started;
	} nodes[S_NODES];
	uint64_t clock_ms; /* of the next entry; moves on by a second each */
	enum gn_quality quality;
};

/* With the registry above; in the test's directory. */
struct small_hub *small_hub_new(void **state);
void small_hub_free(struct small_hub **hub);

/* One row into the registry: "unit", "v9", "c1", "village"; "team", "t9", "v9";
 * "indicator", CODE, KIND, SOURCE, FILTER, SUBJECT, DENOMINATOR; "measure", UNIT, NAME,
 * VALUE; "target", INDICATOR, UNIT, PERCENT; "code", LIST, CODE. */
void small_row(struct small_hub *hub, const char *const *cells);
#define ROW(hub, ...) small_row(hub, (const char *const[]){__VA_ARGS__, NULL})
void small_enrol(struct small_hub *hub, int node, const char *unit, bool training);
void small_put_registrar(struct small_hub *hub); /* node S_REGISTRAR; the first entry */
void small_put_places(struct small_hub *hub); /* units, teams, indicators */
void small_revoke(struct small_hub *hub, int node, uint64_t last);

/* A record from "field=value" words, e.g. "visit team=t1 household=5 place=home"; the
 * date is "date=N" days after S_DAY (0 when left out), a citizen "citizen=TEXT" with
 * "birth=YEAR". */
struct small_ref small_record(struct small_hub *hub, int node, const char *words);
struct small_ref small_correct(
        struct small_hub *hub, int node, struct small_ref target, const char *words);
struct small_ref small_void(struct small_hub *hub, int node, struct small_ref target);
struct small_ref small_erase(struct small_hub *hub, int node, struct small_ref target);
/* Any body, as it is. */
struct small_ref small_write(struct small_hub *hub, int node, struct gn_bytes body);
/* Takes an entry's body out of the store. */
void small_strip(struct small_hub *hub, struct small_ref ref);

void small_fold(struct small_hub *hub);
void small_digest(struct small_hub *hub, uint8_t ret_digest[32]);
/* HUB_R_NONE: it does not wait. */
enum hub_reason small_reason(struct small_hub *hub, struct small_ref ref);
/* Folds, and asks over the whole time up to S_DAY + 400. The caller owns it. */
json_t *small_ask(struct small_hub *hub, const char *indicator, enum gn_level level);
/* A cell of the unit's row in such an answer; -1: there is no such row, -2: null. */
long small_number(struct small_hub *hub, const char *indicator, enum gn_level level,
        const char *unit, const char *column);
#define NUMERATOR(hub, indicator, level, unit)                                                     \
	small_number(hub, indicator, GN_LEVEL_##level, unit, "numerator")

#endif
