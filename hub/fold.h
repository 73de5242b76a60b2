/* Takes new entries of all logs into the aggregates.
 *
 * A fold is one write transaction of its own that moves the cursors with the
 * aggregates, so a crash neither counts twice nor forgets. What it makes depends
 * on the set of entries (and the registry among them) alone: any order, any
 * batches, any number of folds give the same bytes in every aggregate table.
 */
#ifndef HUB_FOLD_H
#define HUB_FOLD_H

#include "core/registry.h"
#include "core/store.h"

struct hub_keys { /* secrets that counting needs; borrowed */
	uint8_t hub[GN_KEY_SIZE]; /* identity, public */
	uint8_t seal_public[GN_KEY_SIZE]; /* session keys are sealed to it */
	uint8_t seal_secret[GN_KEY_SIZE];
	uint8_t blind[32]; /* names citizens: gn_citizen_index */
};

struct hub_fold_result {
	uint64_t entries; /* taken in by this call */
	bool more; /* stopped at `max`; call again */
};

/* Folds up to `max` entries (0: all) that are in the store now. `registry` is
 * up to date with the store's root and registrar logs; when what decides
 * counting (gn_registry_basis) differs from the last fold's for entries that are
 * in the aggregates, they are recomputed. A large fold is several transactions,
 * each whole in itself. Any thread or process may call it: the store's writer lock
 * serialises. GN_E_BUSY: the last fold went by a newer registry; refresh and fold
 * again. Errors as of gn_txn_commit; GN_E_CORRUPT; GN_E_FULL also for a
 * catalogue with more than 256 distinct stocks and joints. An erased entry's body
 * may go only after a fold has taken the erasure in. */
enum gn_err hub_fold(struct gn_store *store, const struct gn_registry *registry,
        const struct hub_keys *keys, uint64_t max, struct hub_fold_result *ret_result) GN_MUST_USE;

/* Whether the aggregates in `txn` rest on this registry and are whole: not in the
 * middle of being recomputed. They may lack entries that came after their fold. */
bool hub_fold_ready(struct gn_txn *txn, const struct gn_registry *registry);

/* Forgets every aggregate; the next fold recomputes all from the logs. */
enum gn_err hub_fold_reset(struct gn_store *store) GN_MUST_USE;

/* BLAKE2b-256 over every aggregate table's keys and values in order. */
enum gn_err hub_fold_digest(struct gn_txn *txn, uint8_t ret_digest[32]) GN_MUST_USE;

/* Why an entry is not counted; kept in HUB_T_WAITING. */
enum hub_reason {
	HUB_R_NONE = 0,
	HUB_R_UNKNOWN_TEAM,
	HUB_R_UNKNOWN_UNIT,
	HUB_R_UNKNOWN_INDICATOR,
	HUB_R_UNKNOWN_CODE,
	HUB_R_OUT_OF_AREA,
	HUB_R_DATE,
	HUB_R_SEALED,
	HUB_R_FORMAT,
	HUB_R_UNKNOWN_KIND,
	HUB_R_NO_TARGET,
	HUB_R_SUPERSEDED,
	HUB_R_TRAINING,
	HUB_R_REVOKED,
	HUB_R_NO_SUBJECT,
	HUB_R_OWED, /* its body is not here */
};
const char *hub_reason_name(enum hub_reason reason);

#endif
