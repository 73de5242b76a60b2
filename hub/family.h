/* What speaks of other entries: corrections, voids and erasures, and records
 * whose citizen stands in another entry.
 *
 * HUB_T_FAMILY: target origin(32) | seq(8) | 'e' -> edges, by origin, seq, role:
 *     role(1) | check(1) | hash prefix(8) | origin(32) | seq(8)
 *   origin(32) | seq(8) of a record | 's' -> whether it counts(1) | standing version: origin(32) | seq(8)
 * A record that nothing speaks of has no row. Nothing is removed from this table
 * but by hub_fold_reset, so an amendment may come before what it amends.
 *
 * HUB_T_CHECKPOINT: origin(32) | seq(8) -> chain hash(32) | signature(64), so that the
 * hash that an amendment names is checked without a walk from a log's beginning.
 */
#ifndef HUB_FAMILY_H
#define HUB_FAMILY_H

#include "hub/fold_map.h"
#include "proto/entry.h"
#include "proto/record.h"

struct hub_fold;
struct hub_log;
struct hub_entry;

#define HUB_FAMILY_KEY 40 /* origin | seq */

enum hub_role { HUB_ROLE_CORRECTS, HUB_ROLE_VOIDS, HUB_ROLE_ERASES, HUB_ROLE_BORROWS };
enum hub_check { HUB_CHECK_NOT_HERE, HUB_CHECK_GOOD, HUB_CHECK_OTHER };

struct hub_edge {
	uint8_t role; /* enum hub_role */
	uint8_t check; /* enum hub_check: whether the target has the hash that was meant */
	uint8_t hash[GN_REF_HASH];
	uint8_t from[HUB_FAMILY_KEY];
};

struct hub_node { /* an entry that is spoken of, in memory */
	uint8_t key[HUB_FAMILY_KEY];
	bool loaded; /* what the table knows is in here */
	bool touched; /* it, or what speaks of it, is new */
	bool deferred; /* a new record that has not been counted on the quick way */
	bool edges_new, state_new, has_state;
	bool counts; /* with has_state: `standing` contributes */
	uint8_t standing[HUB_FAMILY_KEY];
	struct hub_list edges;
};

struct hub_family {
	struct hub_map nodes;
	struct hub_list checkpoints; /* to be written */
	struct { /* where the last walk along a log stopped */
		const struct hub_log *log;
		struct gn_tip tip;
	} walker;
};

void hub_family_init(struct hub_family *family);
void hub_family_done(struct hub_family *family);
void hub_family_key(uint8_t key[HUB_FAMILY_KEY], const uint8_t origin[GN_KEY_SIZE], uint64_t seq);

/* The first sequence from `from` on that older entries speak of; UINT64_MAX: none. */
uint64_t hub_family_next(struct hub_fold *f, const uint8_t origin[GN_KEY_SIZE], uint64_t from);
/* Notes that a new entry speaks of another. */
void hub_family_link(struct hub_fold *f, const struct gn_ref *target, enum hub_role role,
        const struct hub_entry *entry);
/* Notes a new entry that others speak of; `deferred` as above. */
void hub_family_touch(struct hub_fold *f, const struct hub_entry *entry, bool deferred);
/* The node with all its edges; NULL: f->err. Valid until the next node is asked for. */
struct hub_node *hub_family_node(struct hub_fold *f, const uint8_t key[HUB_FAMILY_KEY]);
/* Checks the hashes that new edges name. */
void hub_family_check(struct hub_fold *f);
/* Whether `from` speaks of `key` in that role and means the entry that is here. */
bool hub_family_good(struct hub_fold *f, const uint8_t key[HUB_FAMILY_KEY], enum hub_role role,
        const uint8_t from[HUB_FAMILY_KEY]);
/* Whether somebody who may has erased that very entry. */
bool hub_family_erased(struct hub_fold *f, const struct hub_entry *entry);
/* Whether `by` may amend what `of` wrote. */
bool hub_family_may(const struct hub_fold *f, const struct hub_log *by, const struct hub_log *of);
/* First bytes of the chain hash of an entry that is here. False: f->err is set. */
bool hub_family_hash(
        struct hub_fold *f, const struct hub_log *log, uint64_t seq, uint8_t ret_hash[GN_REF_HASH]);
void hub_family_apply(struct hub_fold *f);

#endif
