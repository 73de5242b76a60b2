/* What net.c shares with net_router.c (the socket that listens), net_link.c (one
 * connection that we keep up), net_peers.c (which connection is whose), net_zap.c
 * (who may come in) and net_socket.c (what all sockets have in common).
 */
#ifndef GN_CORE_NET_INTERNAL_H
#define GN_CORE_NET_INTERNAL_H

#include "core/net.h"
#include <stdatomic.h>
#include <zmq.h>

uint64_t gn_net_now_ms(void); /* monotonic */

#define GN_NET_THREADS 2 /* of ZeroMQ; sockets say by a mask which one they use */
#define GN_NET_THREAD_FIRST UINT64_C(1)
#define GN_NET_THREAD_NAMES UINT64_C(2)

struct gn_net_keys {
	uint8_t public_key[GN_KEY_SIZE], secret_key[GN_KEY_SIZE];
	int heartbeat_ms;
};

/* Limits and timers that every socket of ours has. */
bool gn_net_socket_common(void *socket, const struct gn_net_keys *keys);
bool gn_net_set_int(void *socket, int option, int value);
/* A PAIR that hears `events` of the socket; NULL with errno. */
void *gn_net_monitor(void *context, void *socket, int events);
/* The next event of a monitor and its value; false when there is none now. */
bool gn_net_monitor_next(void *monitor, int *ret_event, uint32_t *ret_value);
/* ZeroMQ's errno as ours. */
enum gn_err gn_net_err(void);
/* Queues or refuses, never waits. `id` goes before the message; may be NULL. */
enum gn_err gn_net_send_over(
        void *socket, const uint8_t *id, size_t id_size, struct gn_bytes message) GN_MUST_USE;

/* Who may come in: a thread that answers ZeroMQ. */
struct gn_zap;
enum gn_err gn_zap_start(
        void *context, const struct gn_net_options *options, struct gn_zap **ret_zap) GN_MUST_USE;
/* After zmq_ctx_shutdown. */
void gn_zap_join(struct gn_zap **zap);
uint64_t gn_zap_refused(const struct gn_zap *zap);

/* Authenticated key -> routing id of its newest connection. */
struct gn_net_peer {
	uint8_t key[GN_KEY_SIZE];
	uint32_t id; /* ZeroMQ gives them in ascending order */
	bool known, alive;
};
struct gn_net_peers {
	struct gn_net_peer *slots;
	size_t cap, count;
};
struct gn_net_peer *gn_net_peers_find(const struct gn_net_peers *peers, const uint8_t *key);
enum gn_err gn_net_peers_note(
        struct gn_net_peers *peers, const uint8_t *key, uint32_t id) GN_MUST_USE;

/* The socket that listens; all zero until it is opened. */
struct gn_router {
	void *socket, *monitor;
	bool ready, monitor_ready; /* as the last wait found them */
	struct gn_net_peers peers;
};
enum gn_err gn_router_open(
        struct gn_router *router, void *context, const struct gn_net_keys *keys) GN_MUST_USE;
void gn_router_close(struct gn_router *router);
enum gn_err gn_router_bind(
        struct gn_router *router, const char *endpoint, char *ret_endpoint) GN_MUST_USE;
/* The next message and whose it is; false when there is none now. */
bool gn_router_next(struct gn_router *router, zmq_msg_t *in, uint8_t *ret_key);
/* Handshakes that failed since it was asked last. */
uint64_t gn_router_failures(struct gn_router *router);
enum gn_err gn_router_send(
        struct gn_router *router, const uint8_t *peer, struct gn_bytes message) GN_MUST_USE;

/* One connection that we keep up. */
enum gn_link_state { GN_LINK_WAITING, GN_LINK_CONNECTING, GN_LINK_UP, GN_LINK_LOST };
struct gn_link {
	struct gn_link *next;
	uint8_t key[GN_KEY_SIZE];
	char endpoint[128];
	void *dealer, *monitor; /* NULL while waiting */
	bool dealer_ready, monitor_ready;
	bool v6; /* the next try to a name is over IPv6 */
	enum gn_link_state state;
	uint64_t until_ms; /* WAITING: next try; CONNECTING: given up then */
	uint32_t backoff_ms;
};
/* GN_E_FORMAT: no endpoint. The link waits for its first try, which is due at once. */
enum gn_err gn_link_new(
        const char *endpoint, const uint8_t *key, struct gn_link **ret_link) GN_MUST_USE;
void gn_link_free(struct gn_link **link);
/* Opens what is due, gives up what takes too long. When it wants to be called again. */
uint64_t gn_link_tick(struct gn_link *link, void *context, const struct gn_net_keys *keys);
/* The next event of it that is ready, GN_NET_NONE when there is none. A message
 * is moved into `in`, which is initialised. */
enum gn_net_event_kind gn_link_next(struct gn_link *link, zmq_msg_t *in);

#endif
