/* One node's directory, opened: its store, its keys, the registry it goes by.
 *
 * DIR holds node.conf, data.mdb, lock.mdb and keys/{node.key,transport.key}.
 * The daemon and any number of commands open the same DIR at once, each process
 * once. Used by one thread at a time.
 */
#ifndef NODE_HOME_H
#define NODE_HOME_H

#include "core/report.h"
#include "core/view.h"

/* Tables of a node's store; new ones are added at the end, in home.c too. */
enum {
	NODE_T_IMPORT = GN_T_OWN, /* import id -> what of it is stored (import.h) */
	NODE_T_AMEND, /* record -> its newest version, void, erased (amend.h) */
	NODE_T_MARK, /* every NODE_MARK_EVERY-th tip of a log (ref.h) */
	NODE_T_VERDICT, /* own key -> the newest Signed{Verdict} (custody.h) */
};

#define NODE_PATH_MAX 1024

struct node {
	char dir[NODE_PATH_MAX];
	struct gn_store *store;
	uint8_t origin[GN_KEY_SIZE]; /* the node's id: public half of `secret` */
	uint8_t secret[64]; /* Ed25519 */
	uint8_t transport_public[GN_KEY_SIZE];
	uint8_t transport_secret[GN_KEY_SIZE]; /* X25519 */

	/* The registry as of the last node_refresh; view.registry is NULL before
	 * join, when the store has no root (GN_META_ROOT). */
	struct gn_view view;
};

/* Makes DIR (mode 0700), its keys and an empty store. What is there stays, so
 * that a join can be tried again. Faults are told in `report`. */
enum gn_err node_make(const char *dir, struct gn_report *report) GN_MUST_USE;

/* Opens and refreshes. Faults are told in `report`, one line each, for
 * node_complain. GN_E_NOTFOUND: no node there; GN_E_DENIED: the directory is
 * another user's or a key is readable by others; GN_E_VERSION, GN_E_CORRUPT,
 * GN_E_SYSTEM, GN_E_NOMEM. The caller owns *ret_node. */
enum gn_err node_open(
        const char *dir, struct gn_report *report, struct node **ret_node) GN_MUST_USE;
/* Wipes the secrets. */
void node_close(struct node **node);
#define NODE_AUTO __attribute__((cleanup(node_close))) struct node

/* Applies what the root's and the registrar's logs in the store have beyond
 * what was applied; costs nothing while no commit was made. Registry pointers
 * given out before are stale after it. GN_E_CORRUPT: an entry that was taken
 * into the store cannot be read. */
enum gn_err node_refresh(struct node *node) GN_MUST_USE;

/* The node's own enrolment, borrowed until node_refresh; NULL: none (yet). */
const struct gn_enrolment *node_enrolment(const struct node *node);

/* Commands: opens what --dir names (/var/lib/gonha-node by default), or says
 * why not on stderr and returns NULL. */
struct node *node_open_args(const char *dir);
/* Every line of the report on stderr, then how many were left out; empties it. */
void node_complain(struct gn_report *report);

#define NODE_DIR_DEFAULT "/var/lib/gonha-node"

#endif
