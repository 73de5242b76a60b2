/* The one way in which a node writes: entries appended to its own log, many in
 * one commit. Nothing is saved, and may be said to be, before node_author_commit
 * returned GN_OK.
 */
#ifndef NODE_AUTHOR_H
#define NODE_AUTHOR_H

#include "node/form.h"
#include "node/ref.h"
#include "proto/citizen.h"

struct node_author;

/* Waits for the writer of any process; the store is locked for other writers
 * until commit or abort. GN_E_DENIED: this node is not enrolled or is revoked,
 * and *ret_why (static text) says which. GN_E_FULL, GN_E_CORRUPT, GN_E_NOMEM. */
enum gn_err node_author_begin(
        struct node *node, struct node_author **ret_author, const char **ret_why) GN_MUST_USE;
/* Within the transaction, for what must stand or fall with the entries. */
struct gn_txn *node_author_txn(struct node_author *author);

struct node_origin { /* which row of which import brought it; size 0: none */
	struct gn_bytes import;
	uint32_t row;
};
/* A record without block, session and citizen_at, and who it is about (NULL:
 * nobody). The session is found or made as needed: GN_E_DENIED when there is
 * no memory for its key or no hub to seal it for; node_author_why says which. */
enum gn_err node_author_record(struct node_author *author, const struct gn_record *record,
        const struct gn_citizen *citizen, struct node_origin origin, uint64_t *ret_seq) GN_MUST_USE;
/* The new version of `target`. Without a citizen the record may bear a citizen_at. */
enum gn_err node_author_correct(struct node_author *author, const struct gn_record *record,
        const struct gn_citizen *citizen, const struct gn_ref *target,
        uint64_t *ret_seq) GN_MUST_USE;
enum gn_err node_author_void(struct node_author *author, const struct gn_ref *target,
        struct gn_bytes reason, uint64_t *ret_seq) GN_MUST_USE;
/* Brings the amend index up to date, commits, frees. GN_OK: all of it is on disk. */
enum gn_err node_author_commit(struct node_author **author) GN_MUST_USE;
/* Nothing of it was written; harmless after commit. */
void node_author_abort(struct node_author **author);
const char *node_author_why(const struct node_author *author);

/* What records are checked against today; borrowed until the node is refreshed,
 * which node_author_begin does. The last day is tomorrow, or unbounded while the
 * clock was never set. GN_E_DENIED as above. */
enum gn_err node_author_ground(
        const struct node *node, struct node_ground *ret_ground, const char **ret_why) GN_MUST_USE;

/* How good this machine's clock is: as the kernel says; never set before 2024. */
enum gn_quality node_clock_quality(void);
#endif
