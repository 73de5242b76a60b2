/* A replica at work: the sync state machine with its sockets, its store and its
 * writer thread. What is wanted, who may read what and what a receipt, status or
 * join means is the program's (struct gn_replica_options).
 *
 * One thread calls gn_replica_step in a loop; entries are appended by a writer
 * thread, as many batches a commit as have queued up, within a bound after which
 * the sockets are not read until the disk has caught up.
 */
#ifndef GN_CORE_REPLICA_H
#define GN_CORE_REPLICA_H

#include "core/net.h"
#include "core/view.h"
#include "proto/sync.h"

struct gn_replica;

struct gn_replica_options {
	struct gn_store *store; /* borrowed for its life; its root is known (meta) */
	const uint8_t *transport_public, *transport_secret; /* copied */
	const char *software;
	bool joiners; /* admit the one-time keys of open invitations */
	void *context;
	/* As in gn_sync_options, with the replica's own view. */
	uint64_t (*limit)(
	        void *context, const struct gn_view *view, const uint8_t origin[GN_KEY_SIZE]);
	bool (*readable)(void *context, const struct gn_view *view, const struct gn_peer *peer,
	        const uint8_t origin[GN_KEY_SIZE]);
	/* Everything but SEND and STORE; on the stepping thread. */
	void (*act)(void *context, const struct gn_act *act);
	/* Entries of a log became durable; `from` is who brought them. Stepping thread. May be NULL. */
	void (*stored)(void *context, const struct gn_peer *from, const uint8_t origin[GN_KEY_SIZE],
	        const struct gn_tip *tip);
	/* After every commit, on the writer thread. May be NULL. */
	void (*committed)(void *context);
	/* Entries could not be kept, or (GN_E_CORRUPT) not be read. Stepping thread. May be NULL. */
	void (*failed)(void *context, enum gn_err err);
	/* Logs beside root and registrar that this program or its commands write: watched
	 * for what others append. NULL: none. */
	const uint8_t *own;
};

/* GN_E_NOTFOUND: the store has no root. GN_E_SYSTEM, GN_E_NOMEM. */
enum gn_err gn_replica_new(
        const struct gn_replica_options *options, struct gn_replica **ret_replica) GN_MUST_USE;
void gn_replica_free(struct gn_replica **replica); /* what was queued is written first */

/* As gn_net_listen; ret_endpoint of 128 or NULL. */
enum gn_err gn_replica_listen(
        struct gn_replica *replica, const char *endpoint, char *ret_endpoint) GN_MUST_USE;
/* Keeps a link up. `role` stands in while the registry does not know the key. */
enum gn_err gn_replica_connect(struct gn_replica *replica, const char *endpoint,
        const uint8_t key[GN_KEY_SIZE], enum gn_role role) GN_MUST_USE;

/* Waits for something to do, at most timeout_ms, and does it. */
enum gn_err gn_replica_step(struct gn_replica *replica, int timeout_ms) GN_MUST_USE;
void gn_replica_wake(struct gn_replica *replica); /* from any thread or a signal's */

/* Packs and queues one message; a full queue drops it (the protocol repeats). */
void gn_replica_send(struct gn_replica *replica, const uint8_t peer[GN_KEY_SIZE],
        enum gn_message_kind kind, struct gn_bytes inner);
/* Runs `write` in the writer's next transaction with a copy of `data`. GN_E_NOMEM. */
enum gn_err gn_replica_write(struct gn_replica *replica,
        void (*write)(struct gn_txn *txn, struct gn_bytes data), struct gn_bytes data) GN_MUST_USE;

const struct gn_view *gn_replica_view(const struct gn_replica *replica);
bool gn_replica_linked(const struct gn_replica *replica, const uint8_t key[GN_KEY_SIZE]);
void gn_replica_counts(const struct gn_replica *replica, struct gn_net_counts *ret_counts);

#endif
