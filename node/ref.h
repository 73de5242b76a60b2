/* Naming entries: NODE:SEQ as people write it, references as entries carry them.
 *
 * A reference holds a part of the target's chain hash, which is no entry's own:
 * it is walked to from the nearest kept tip (NODE_T_MARK).
 */
#ifndef NODE_REF_H
#define NODE_REF_H

#include "node/home.h"
#include "proto/record.h"

#define NODE_MARK_EVERY 1024u /* entries between two kept tips of a log */

struct node_id { /* one entry */
	uint8_t origin[GN_KEY_SIZE];
	uint64_t seq;
};
bool node_id_eq(const struct node_id *a, const struct node_id *b);
/* Table key: origin | seq big-endian. */
#define NODE_ID_KEY (GN_KEY_SIZE + 8)
struct gn_bytes node_id_key(const struct node_id *id, uint8_t buf[NODE_ID_KEY]);
struct node_id node_id_of_key(const uint8_t *key);

/* "mfrggzdf:17"; buf of NODE_ID_TEXT. Returns buf. */
#define NODE_ID_TEXT 32
const char *node_id_text(const struct node_id *id, char buf[NODE_ID_TEXT]);
/* NODE is an id, its short form or the code of a unit that one node with a log
 * here serves. GN_E_INPUT, and *ret_why (static text) says what is wrong. */
enum gn_err node_id_parse(struct node *node, struct gn_txn *txn, const char *text,
        struct node_id *ret_id, const char **ret_why) GN_MUST_USE;

struct node_walk { /* remembers where the last reference was; zero at first */
	struct node_id at;
	struct gn_tip tip;
};
/* GN_E_NOTFOUND: the entry is not in this store; GN_E_CORRUPT. */
enum gn_err node_ref_make(struct gn_txn *txn, struct node_walk *walk, const struct node_id *id,
        struct gn_ref *ret_ref) GN_MUST_USE;
/* Keeps a tip for later walks when its sequence is a multiple of NODE_MARK_EVERY. */
void node_ref_mark(struct gn_txn *txn, const uint8_t origin[GN_KEY_SIZE], const struct gn_tip *tip);

/* One entry's body and clock. `ret_clock` may be NULL. Slices are borrowed until
 * the transaction's next write or end. GN_E_NOTFOUND: not here, or its body is
 * gone; GN_E_CORRUPT. */
enum gn_err node_ref_body(struct gn_txn *txn, const struct node_id *id, struct gn_body *ret_body,
        uint64_t *ret_clock) GN_MUST_USE;

#endif
