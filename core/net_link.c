/* One connection that we keep up. ZeroMQ's own reconnecting is off: it does not
 * try again after a refusal, and does not slow down after a failed handshake.
 * Every try has a socket of its own; tries grow rare, with jitter, and are soon
 * again after a connection that stood.
 */
#include "core/net_internal.h"
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>

#define BACKOFF_FIRST_MS 1000
#define BACKOFF_LAST_MS 300000
#define CONNECT_MS 15000 /* name, TCP and handshake together */
#define TCP_CONNECT_MS 10000

#define FAILED_EVENTS                                                                              \
	(ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |              \
	        ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)

enum gn_err gn_link_new(const char *endpoint, const uint8_t *key, struct gn_link **ret_link)
{
	struct gn_link *link;
	size_t size = strlen(endpoint);

	if (strncmp(endpoint, "tcp://", 6) != 0 || size >= sizeof link->endpoint)
		return GN_E_FORMAT;
	link = calloc(1, sizeof *link);
	if (!link)
		return GN_E_NOMEM;
	memcpy(link->key, key, GN_KEY_SIZE);
	memcpy(link->endpoint, endpoint, size + 1);
	link->backoff_ms = BACKOFF_FIRST_MS;
	*ret_link = link;
	return GN_OK;
}

static void close_sockets(struct gn_link *link)
{
	if (link->dealer && link->monitor)
		zmq_socket_monitor(link->dealer, NULL, 0);
	if (link->monitor)
		zmq_close(link->monitor);
	if (link->dealer)
		zmq_close(link->dealer);
	link->dealer = link->monitor = NULL;
	link->dealer_ready = link->monitor_ready = false;
}

void gn_link_free(struct gn_link **link)
{
	close_sockets(*link);
	free(*link);
	*link = NULL;
}

/* Half of the time is jitter: after an outage not all come back at once. */
static void wait_for_next(struct gn_link *link)
{
	uint32_t half = link->backoff_ms / 2;

	close_sockets(link);
	if (link->state == GN_LINK_CONNECTING)
		link->v6 = !link->v6;
	link->state = GN_LINK_WAITING;
	link->until_ms = gn_net_now_ms() + half + randombytes_uniform(half + 1);
	link->backoff_ms *= 2;
	if (link->backoff_ms > BACKOFF_LAST_MS)
		link->backoff_ms = BACKOFF_LAST_MS;
}

/* ZeroMQ looks names up on its I/O thread, which stands still meanwhile: whoever
 * needs that has the second thread, so that the others are not held up. */
static bool by_number(const char *endpoint)
{
	const char *host = endpoint + strlen("tcp://");

	return *host == '[' || host[strspn(host, "0123456789.")] == ':';
}

/* Of a name's addresses ZeroMQ tries the first alone, which may be one at which
 * nobody listens: tries are over IPv4 and over IPv6 in turn. */
static bool configure(void *dealer, const struct gn_link *link, const struct gn_net_keys *keys)
{
	bool number = by_number(link->endpoint);
	uint64_t thread = number ? GN_NET_THREAD_FIRST : GN_NET_THREAD_NAMES;

	return gn_net_socket_common(dealer, keys) &&
	       gn_net_set_int(dealer, ZMQ_IPV6, number || link->v6) &&
	       zmq_setsockopt(dealer, ZMQ_AFFINITY, &thread, sizeof thread) == 0 &&
	       zmq_setsockopt(dealer, ZMQ_CURVE_PUBLICKEY, keys->public_key, GN_KEY_SIZE) == 0 &&
	       zmq_setsockopt(dealer, ZMQ_CURVE_SERVERKEY, link->key, GN_KEY_SIZE) == 0 &&
	       gn_net_set_int(dealer, ZMQ_IMMEDIATE, 1) &&
	       gn_net_set_int(dealer, ZMQ_RECONNECT_IVL, -1) &&
	       gn_net_set_int(dealer, ZMQ_CONNECT_TIMEOUT, TCP_CONNECT_MS);
}

static void open_socket(struct gn_link *link, void *context, const struct gn_net_keys *keys)
{
	const int events = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED |
	                   ZMQ_EVENT_CLOSED | FAILED_EVENTS;

	link->dealer = zmq_socket(context, ZMQ_DEALER);
	if (link->dealer && configure(link->dealer, link, keys))
		link->monitor = gn_net_monitor(context, link->dealer, events);
	if (!link->monitor || zmq_connect(link->dealer, link->endpoint) != 0) {
		wait_for_next(link);
		return;
	}
	link->state = GN_LINK_CONNECTING;
	link->until_ms = gn_net_now_ms() + CONNECT_MS;
}

uint64_t gn_link_tick(struct gn_link *link, void *context, const struct gn_net_keys *keys)
{
	bool due = gn_net_now_ms() >= link->until_ms;

	if (due && link->state == GN_LINK_WAITING)
		open_socket(link, context, keys);
	else if (due && link->state == GN_LINK_CONNECTING)
		wait_for_next(link);
	if (link->state == GN_LINK_WAITING || link->state == GN_LINK_CONNECTING)
		return link->until_ms;
	return UINT64_MAX;
}

/* One frame is a message; anything else is none of ours. */
static bool take_message(struct gn_link *link, zmq_msg_t *in)
{
	while (zmq_msg_recv(in, link->dealer, ZMQ_DONTWAIT) >= 0) {
		bool whole = !zmq_msg_more(in);

		while (zmq_msg_more(in) && zmq_msg_recv(in, link->dealer, ZMQ_DONTWAIT) >= 0)
			;
		if (whole)
			return true;
	}
	link->dealer_ready = false;
	return false;
}

static enum gn_net_event_kind take_event(struct gn_link *link)
{
	int event;
	uint32_t value;

	while (gn_net_monitor_next(link->monitor, &event, &value)) {
		if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
			link->state = GN_LINK_UP;
			link->backoff_ms = BACKOFF_FIRST_MS;
			return GN_NET_UP;
		}
		if (link->state == GN_LINK_UP) {
			link->state = GN_LINK_LOST;
			return GN_NET_NONE;
		}
		wait_for_next(link);
		return event & FAILED_EVENTS ? GN_NET_REFUSED : GN_NET_NONE;
	}
	link->monitor_ready = false;
	return GN_NET_NONE;
}

/* What came before the connection was lost is handed out before the loss. */
enum gn_net_event_kind gn_link_next(struct gn_link *link, zmq_msg_t *in)
{
	enum gn_net_event_kind kind = GN_NET_NONE;

	if (link->monitor_ready && link->state != GN_LINK_LOST)
		kind = take_event(link);
	if (kind != GN_NET_NONE)
		return kind;
	if (link->state == GN_LINK_LOST) {
		if (take_message(link, in))
			return GN_NET_MESSAGE;
		wait_for_next(link);
		return GN_NET_DOWN;
	}
	if (link->dealer_ready && link->state == GN_LINK_UP && take_message(link, in))
		return GN_NET_MESSAGE;
	return GN_NET_NONE;
}
