/* The hub's tables beyond the logs, in one place. Keys are big-endian. */
#ifndef HUB_DB_H
#define HUB_DB_H

#include "core/logs.h"

enum {
	HUB_T_CURSOR = GN_T_OWN, /* origin(32) -> folded up to(8) | basis of its counting(32) */
	HUB_T_AGG, /* "basis", "newest" (effective clock): fold.c */
	HUB_T_BITS, /* household coverage: hub/bits.h */
	HUB_T_DELTA, /* counts and stocks by day: hub/delta.h */
	HUB_T_SEEN, /* citizens and products covered: hub/seen.h */
	HUB_T_SUBJECT, /* the standing records of a subject: hub/subject.h */
	HUB_T_TALLY, /* tallies reported: hub/tally.h */
	HUB_T_FAMILY, /* corrections and voids by their target: hub/family.h */
	HUB_T_WAITING, /* why entries are not counted: hub/fold_waiting.h */
	HUB_T_CHECKPOINT, /* chain hashes along the logs: hub/family.h */
	HUB_T_STATUS, /* node(32) -> heard of at(8, ms) | last signed status and its way */
	HUB_T_TOKEN, /* HTTP bearer tokens, hashed */
	HUB_T_COUNT,
};
#define HUB_TABLES                                                                                 \
	GN_LOG_TABLES, "cursor", "agg", "bits", "delta", "seen", "subject", "tally", "family",     \
	        "waiting", "checkpoint", "status", "token", NULL

#endif
