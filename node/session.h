/* The key that citizens' blocks are sealed under: made on this node, at least
 * daily, sealed for the hubs in a Session entry of the own log, and kept in
 * memory alone: on a tmpfs, for commands beside the daemon. Never on the card.
 */
#ifndef NODE_SESSION_H
#define NODE_SESSION_H

#include "node/home.h"
#include "proto/citizen.h"

struct node_session {
	uint64_t seq; /* of its entry in the own log; 0: none */
	gn_day day;
	uint64_t hubs; /* digest of the hubs that it is sealed for */
	uint8_t key[GN_SESSION_KEY];
};

/* Where keys lie: GONHA_RUN_DIR, or /run/gonha-node, $XDG_RUNTIME_DIR/gonha-node,
 * /dev/shm/gonha-node-UID, the first that can be used; in it a directory of the
 * node's id, made here with mode 0700. GN_E_DENIED when there is none on a
 * tmpfs that is the user's own; *ret_why (static text) says so. */
enum gn_err node_session_dir(
        const struct node *node, char ret_dir[NODE_PATH_MAX], const char **ret_why) GN_MUST_USE;
/* The session that others may still use today. GN_E_NOTFOUND: a new one is due. */
enum gn_err node_session_find(const struct node *node, struct gn_txn *txn, gn_day today,
        struct node_session *ret_session) GN_MUST_USE;
/* [P-46] Whether it still serves: same day, same hubs. */
bool node_session_serves(const struct node *node, const struct node_session *session, gn_day today);
/* A new random key, and the Session message that tells it to every hub of the
 * registry. `seq` is left to the caller. GN_E_NOTFOUND: the registry has no hub. */
enum gn_err node_session_make(const struct node *node, gn_day today, uint8_t *buf, size_t cap,
        size_t *ret_size, struct node_session *ret_session) GN_MUST_USE;
/* In the transaction that appends its entry. */
void node_session_note(struct gn_txn *txn, const struct node_session *session);
/* After the commit: others may use it; the key before it is forgotten. */
enum gn_err node_session_keep(
        const struct node *node, const struct node_session *session) GN_MUST_USE;

#endif
