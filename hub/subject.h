/* The standing records of each subject, in their order: what says whether it is
 * in a stock on a day, and since which record.
 *
 * HUB_T_SUBJECT: type(1, enum gn_subject) | id(16) -> rows of struct hub_subject_row, each
 * followed by the catalogue's mask words, by day, clock, origin, seq
 */
#ifndef HUB_SUBJECT_H
#define HUB_SUBJECT_H

#include "hub/db.h"
#include "hub/delta.h"
#include "hub/fold_series.h"
#include "hub/place_above.h"

#define HUB_SUBJECT_KEY 17

struct hub_subject_row {
	uint64_t clock, origin, seq; /* effective; origin: the key's first 8 bytes */
	uint64_t team, unit; /* where the subject stands if this record begins a run */
	uint32_t state; /* hash of kind and key field's value: which state it sets */
	uint16_t day; /* from GN_DAY_FIRST */
	uint16_t birth; /* year; 0: it has none */
} __attribute__((packed));

struct hub_subject_entry { /* in memory */
	struct hub_subject_row row;
	struct hub_mask mask; /* stocks whose filter it passes */
};

struct hub_subjects {
	struct hub_list changes;
	const struct hub_catalogue *catalogue; /* borrowed */
	const struct hub_eras *eras; /* borrowed */
};

void hub_subjects_init(struct hub_subjects *subjects, const struct hub_catalogue *catalogue,
        const struct hub_eras *eras);
void hub_subjects_done(struct hub_subjects *subjects);
/* GN_E_NOMEM. */
enum gn_err hub_subjects_add(struct hub_subjects *subjects, enum gn_subject type,
        const uint8_t id[16], const struct hub_subject_entry *entry, int sign) GN_MUST_USE;
/* Writes what was gathered, in the order of keys, and forgets it; what changes
 * in stocks goes to `delta`. */
void hub_subjects_apply(struct hub_subjects *subjects, struct gn_txn *txn, struct hub_delta *delta);

/* What the subject's records, sorted, contribute to its stocks and joints, times
 * `sign`: a pure function of them. GN_E_NOMEM. */
enum gn_err hub_subject_walk(const struct hub_subjects *subjects, enum gn_subject type,
        const struct hub_subject_entry *entries, size_t n, int sign,
        struct hub_delta *delta) GN_MUST_USE;

#endif
