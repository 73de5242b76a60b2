/* Whether a store's logs are what their authors signed: every link and every
 * signature, and whether each head is the one that is kept. */
#ifndef GN_CORE_AUDIT_H
#define GN_CORE_AUDIT_H

#include "core/logs.h"

struct gn_audit {
	uint64_t logs, entries, faults;
	/* Called for each fault. `what` is a few words. */
	void (*fault)(
	        void *context, const uint8_t origin[GN_KEY_SIZE], uint64_t seq, const char *what);
	void *context;
};

/* Looks at all logs in `txn` and counts into `audit`; GN_OK also with faults. */
enum gn_err gn_audit_logs(struct gn_txn *txn, struct gn_audit *audit) GN_MUST_USE;

#endif
