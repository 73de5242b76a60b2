/* Private to the fold's files: one fold at work.
 *
 * A fold reads first and writes last: until hub_fold_write nothing in the store
 * changes, so bytes borrowed from the logs hold all that while.
 */
#ifndef HUB_FOLD_STATE_H
#define HUB_FOLD_STATE_H

#include "core/registry.h"
#include "hub/bits.h"
#include "hub/delta.h"
#include "hub/family.h"
#include "hub/fold.h"
#include "hub/fold_series.h"
#include "hub/fold_waiting.h"
#include "hub/place.h"
#include "hub/seen.h"
#include "hub/session.h"
#include "hub/subject.h"
#include "hub/tally.h"

struct hub_log { /* one origin in this fold */
	struct gn_log log;
	uint64_t folded; /* up to here, this fold's entries included */
	uint64_t before; /* up to here when the fold began */
	const struct gn_enrolment *enrolment; /* NULL: not enrolled */
	uint64_t unit; /* hash of what it is enrolled for */
	bool registrar;
};

struct hub_entry { /* one entry, read; slices borrowed from the log */
	struct hub_log *log;
	uint64_t seq, clock; /* effective */
	enum gn_quality quality;
	enum hub_reason fault; /* HUB_R_FORMAT or HUB_R_OWED: body is not set */
	struct gn_body body;
};

struct hub_fold {
	struct gn_txn *txn;
	const struct gn_registry *registry;
	const struct hub_keys *keys;
	struct hub_catalogue catalogue;
	struct hub_eras eras;
	struct hub_places places;
	struct hub_log *logs; /* by origin */
	size_t log_n;
	struct hub_bits bits;
	struct hub_delta delta;
	struct hub_seen seen;
	struct hub_subjects subjects;
	struct hub_tally tally;
	struct hub_waiting waiting;
	struct hub_family family;
	struct hub_sessions sessions;
	uint64_t newest; /* effective clock of the newest entry that counts */
	uint64_t entries;
	enum gn_err err; /* the first; what follows is of no use */
};

static inline void hub_fold_fail(struct hub_fold *f, enum gn_err err)
{
	if (!f->err)
		f->err = err;
}

/* NULL: nothing of it is in the store. */
struct hub_log *hub_fold_log(const struct hub_fold *f, const uint8_t origin[GN_KEY_SIZE]);
/* Makes an entry of the bytes in a log. False: f->err is set. */
bool hub_fold_parse(struct hub_fold *f, struct hub_log *log, uint64_t seq, struct gn_bytes wire,
        struct hub_entry *ret_entry);
/* An entry that was folded, this fold included. False: not there, or f->err is set. */
bool hub_fold_read(struct hub_fold *f, const uint8_t origin[GN_KEY_SIZE], uint64_t seq,
        struct hub_entry *ret_entry);
/* Why nothing of this origin counts at `seq`; HUB_R_NONE when it does. */
enum hub_reason hub_fold_origin(const struct hub_log *log, uint64_t seq);
/* Notes why an entry is not counted, or that it is (HUB_R_NONE). */
void hub_fold_note(struct hub_fold *f, const struct hub_entry *entry, enum hub_reason reason,
        struct gn_bytes detail);
struct hub_judgement {
	bool counts;
	enum hub_reason
	        reason; /* why it waits; none also for one withheld with an erased citizen */
	struct gn_bytes detail; /* the code in question, borrowed from the entry */
};
/* Adds (1) or takes away (-1) what the entry's record contributes; 0 only judges.
 * What it contributes never depends on what was folded before. */
struct hub_judgement hub_fold_count(struct hub_fold *f, const struct hub_entry *entry, int sign);

/* Reads new entries of all logs, `max` at most (0: no bound); true when more is there. */
bool hub_fold_take(struct hub_fold *f, uint64_t max);
/* Settles the records that corrections and voids of this fold speak of. */
void hub_fold_settle(struct hub_fold *f);

#endif
