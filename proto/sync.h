/* How peers replicate logs: a state machine without sockets, clock or threads.
 *
 * The driver brings in what happened (a link came up, a message, a commit) and
 * takes out acts until gn_sync_next says there are none. PROTOCOL.md [S-*].
 *
 *   gn_sync_input -> acts: STORE (verified entries) ... driver commits ...
 *   gn_sync_stored -> acts: SEND ...; gn_sync_serve: what a peer may be sent next
 *
 * Nobody is sent what it did not ask for, and nothing is stored that was not
 * asked for. One peer at a time is asked for the entries of one origin.
 */
#ifndef GN_PROTO_SYNC_H
#define GN_PROTO_SYNC_H

#include "proto/entry.h"

#define GN_PROTOCOL 1u
#define GN_SYNC_CREDIT 8192u /* entries asked for ahead */
#define GN_SYNC_HEADS_MAX 65536u /* heads remembered of one peer */
#define GN_SYNC_BATCH 1024u /* entries of one batch at most */
#define GN_SYNC_BATCH_BYTES 262144u
#define GN_SYNC_PATIENCE_MS 30000u /* without a batch from a peer that has more */
#define GN_SYNC_HOLD_MS 60000u /* how long a peer that sent a bad batch is not asked */

enum gn_role { GN_ROLE_NONE, GN_ROLE_JOINER, GN_ROLE_NODE, GN_ROLE_HUB };

struct gn_peer { /* who a link's other end is: its proven key, and what the registry says of that */
	uint8_t key[GN_KEY_SIZE]; /* transport */
	uint8_t identity[GN_KEY_SIZE]; /* node or hub; zero for others */
	enum gn_role role;
};

struct gn_sync_options { /* what the registry says; called during every gn_sync_ function */
	void *context;
	/* The last sequence of this origin that may be stored here: UINT64_MAX for a
	 * log that is wanted, less for a revoked one, 0 for one that is not. */
	uint64_t (*limit)(void *context, const uint8_t origin[GN_KEY_SIZE]);
	/* Whether the peer may read this origin's log. */
	bool (*readable)(
	        void *context, const struct gn_peer *peer, const uint8_t origin[GN_KEY_SIZE]);
	const char *software; /* "gonha-hub 0.1.0"; borrowed for its life */
};

struct gn_sync;

/* NULL: no memory. */
struct gn_sync *gn_sync_new(const struct gn_sync_options *options);
void gn_sync_free(struct gn_sync **sync);

/* A log as the store holds it, durably: once per log at the start, and whenever
 * an append of the driver's own (not of a STORE) moved it. GN_E_NOMEM. */
enum gn_err gn_sync_log(struct gn_sync *sync, const uint8_t origin[GN_KEY_SIZE],
        const struct gn_tip *tip) GN_MUST_USE;

/* A link that we made is up: starts the talk. GN_E_NOMEM. */
enum gn_err gn_sync_up(
        struct gn_sync *sync, const struct gn_peer *peer, uint64_t now_ms) GN_MUST_USE;
void gn_sync_down(struct gn_sync *sync, const uint8_t key[GN_KEY_SIZE]);

/* One message. What is wrong with it comes out as GN_ACT_REFUSED, not as an
 * error; GN_E_NOMEM alone is returned. `message` stays readable until all its
 * acts have been taken: STORE borrows from it. */
enum gn_err gn_sync_input(struct gn_sync *sync, const struct gn_peer *peer, struct gn_bytes message,
        uint64_t now_ms) GN_MUST_USE;

/* The entries of a STORE are durable up to `tip`. GN_E_NOMEM. */
enum gn_err gn_sync_stored(struct gn_sync *sync, const uint8_t origin[GN_KEY_SIZE],
        const struct gn_tip *tip) GN_MUST_USE;
/* A STORE could not be kept: what followed it is asked for again, after a while. */
void gn_sync_store_failed(struct gn_sync *sync, const uint8_t origin[GN_KEY_SIZE], uint64_t now_ms);

/* The registry changed: looks again at what is wanted and from whom. Then about
 * once a second. GN_E_NOMEM. */
enum gn_err gn_sync_tick(struct gn_sync *sync, uint64_t now_ms) GN_MUST_USE;

enum gn_act_kind {
	GN_ACT_SEND, /* message to peer */
	GN_ACT_GREETED, /* the talk with peer has begun */
	GN_ACT_STORE, /* entries of origin, checked: first .. tip.seq */
	GN_ACT_REFUSED, /* a message of peer was dropped: code */
	GN_ACT_AHEAD, /* a peer holds entries of `origin` beyond or beside ours: first, code LINK beside */
	/* For the driver to judge; message is the inner message as received: */
	GN_ACT_RECEIPT,
	GN_ACT_VERDICT,
	GN_ACT_STATUS,
	GN_ACT_BEACON,
	GN_ACT_JOIN,
	GN_ACT_JOINED,
	GN_ACT_REJECT,
};
struct gn_act {
	enum gn_act_kind kind;
	struct gn_peer peer;
	uint8_t origin[GN_KEY_SIZE];
	uint64_t first;
	struct gn_tip tip; /* STORE: after the last entry */
	const struct gn_bytes *entries; /* STORE: packed Entry each; borrowed, see input */
	size_t n;
	struct gn_bytes message; /* borrowed until the next call of gn_sync_next */
	enum gn_err code;
};
bool gn_sync_next(struct gn_sync *sync, struct gn_act *ret_act);

/* What a peer has asked for and can be sent, in turns. The driver packs a batch
 * of at most GN_SYNC_BATCH entries and GN_SYNC_BATCH_BYTES with gn_batch_pack,
 * and says with gn_sync_served up to which sequence it went (first - 1: nothing,
 * the link was busy). False: nothing to serve. */
struct gn_serve {
	struct gn_peer peer;
	uint8_t origin[GN_KEY_SIZE];
	uint64_t first, last; /* available and asked for */
};
bool gn_sync_serve(struct gn_sync *sync, struct gn_serve *ret_serve);
void gn_sync_served(struct gn_sync *sync, const struct gn_serve *serve, uint64_t upto);

/* Packs Message{batch}. `previous`: chain hash before `first`. GN_E_SIZE. */
enum gn_err gn_batch_pack(const uint8_t origin[GN_KEY_SIZE], uint64_t first,
        const uint8_t previous[GN_HASH_SIZE], const struct gn_bytes *entries, size_t n,
        uint8_t *buf, size_t cap, size_t *ret_size) GN_MUST_USE;
/* Packs Message{<field>: message} around an already packed inner message;
 * numbers are those of Message's oneof. GN_E_SIZE. */
enum gn_message_kind {
	GN_M_HELLO = 1,
	GN_M_HAVE,
	GN_M_WANT,
	GN_M_BATCH,
	GN_M_RECEIPT,
	GN_M_VERDICT,
	GN_M_STATUS,
	GN_M_REJECT,
	GN_M_JOIN,
	GN_M_JOINED,
	GN_M_BEACON,
};
enum gn_err gn_message_pack(enum gn_message_kind kind, struct gn_bytes inner, uint8_t *buf,
        size_t cap, size_t *ret_size) GN_MUST_USE;

/* How many of our own entries or of another log a peer has not yet (from its
 * last have or want); for status. False: that peer is not linked. */
bool gn_sync_linked(const struct gn_sync *sync, const uint8_t key[GN_KEY_SIZE]);

#endif
