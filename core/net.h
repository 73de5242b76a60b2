/* Authenticated messages between peers: ZeroMQ ROUTER and DEALER under CURVE.
 *
 * One gn_net per process, used by one thread; gn_net_wake alone may be called
 * from any. A peer is a transport key (X25519 public key): the one it proved in
 * the handshake, never what it says of itself. A send is never a delivery.
 */
#ifndef GN_CORE_NET_H
#define GN_CORE_NET_H

#include "proto/base.h"

#define GN_NET_MESSAGE_MAX (1u << 20)

struct gn_net;

struct gn_net_options {
	const uint8_t *public_key, *secret_key; /* X25519, 32 bytes each; copied */
	/* Asked once per incoming handshake, on a thread of gn_net's own: may this
	 * key connect? Must be thread-safe and quick. */
	bool (*admit)(void *context, const uint8_t key[GN_KEY_SIZE]);
	void *context;
	int heartbeat_ms; /* 0: 30 s; peers are given up after three times that */
};

enum gn_err gn_net_new(const struct gn_net_options *options, struct gn_net **ret_net) GN_MUST_USE;
void gn_net_free(struct gn_net **net);
/* "tcp://0.0.0.0:7460"; port 0 or * picks a free one. ret_endpoint (of 128) may
 * be NULL: the endpoint as bound. GN_E_SYSTEM (in use), GN_E_FORMAT. */
enum gn_err gn_net_listen(struct gn_net *net, const char *endpoint, char *ret_endpoint) GN_MUST_USE;
/* Keeps a connection to the listener with that key up, with backoff and jitter,
 * small again after an established link drops. The same again is no error. */
enum gn_err gn_net_connect(
        struct gn_net *net, const char *endpoint, const uint8_t key[GN_KEY_SIZE]) GN_MUST_USE;
void gn_net_disconnect(struct gn_net *net, const uint8_t key[GN_KEY_SIZE]);

enum gn_net_event_kind {
	GN_NET_NONE, /* time is up, or gn_net_wake */
	GN_NET_UP, /* a connection of ours (gn_net_connect) finished its handshake */
	GN_NET_DOWN, /* ... was lost */
	GN_NET_REFUSED, /* the other side does not admit our key, or has another key */
	GN_NET_MESSAGE,
};
struct gn_net_event {
	enum gn_net_event_kind kind;
	uint8_t peer[GN_KEY_SIZE];
	bool outgoing; /* over a connection that we made */
	struct gn_bytes message; /* borrowed until the next gn_net_poll */
};
/* Waits at most timeout_ms. GN_E_SYSTEM. Incoming handshakes that were refused
 * are counted in gn_net_counts. */
enum gn_err gn_net_poll(
        struct gn_net *net, int timeout_ms, struct gn_net_event *ret_event) GN_MUST_USE;
/* Queues one message. GN_E_NOTFOUND: no connection to that key; GN_E_BUSY: its queue is full
 * (try again later); GN_E_SIZE. */
enum gn_err gn_net_send(
        struct gn_net *net, const uint8_t peer[GN_KEY_SIZE], struct gn_bytes message) GN_MUST_USE;
void gn_net_wake(struct gn_net *net);

struct gn_net_counts {
	uint64_t refused_keys; /* handshakes that admit() turned down */
	uint64_t failed_handshakes; /* not CURVE, a wrong server key, broken */
	uint64_t messages_in, messages_out, bytes_in, bytes_out;
};
void gn_net_counts(const struct gn_net *net, struct gn_net_counts *ret_counts);

#endif
