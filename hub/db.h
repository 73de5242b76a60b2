/* The hub's tables beyond the logs, in one place. Keys are big-endian. */
#ifndef HUB_DB_H
#define HUB_DB_H

#include "core/logs.h"

enum {
	HUB_T_CURSOR = GN_T_OWN, /* origin(32) -> folded up to (u64) */
	HUB_T_AGG,      /* basis, newest clock counted, counters */
	HUB_T_BITS,     /* household coverage: hub/bits.h */
	HUB_T_DELTA,    /* counts and stocks by day: hub/delta.h */
	HUB_T_SEEN,     /* citizens and products covered: hub/seen.h */
	HUB_T_SUBJECT,  /* the standing records of a subject: hub/subject.h */
	HUB_T_TALLY,    /* tallies reported: hub/tally.h */
	HUB_T_FAMILY,   /* corrections and voids by their target */
	HUB_T_WAITING,  /* origin(32) | seq -> why an entry is not counted */
	HUB_T_SESSION,  /* origin(32) | seq -> sealed under the hub's own key, see hub/session.h */
	HUB_T_STATUS,   /* node(32) -> last signed status, when and by which way it came */
	HUB_T_TOKEN,    /* HTTP bearer tokens, hashed */
	HUB_T_COUNT,
};
#define HUB_TABLES                                                                                 \
	GN_LOG_TABLES, "cursor", "agg", "bits", "delta", "seen", "subject", "tally", "family",     \
		"waiting", "session", "status", "token", NULL

#endif
