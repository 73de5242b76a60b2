/* The socket that listens: connections come in under keys that ZAP admitted, and
 * replies go to the newest connection of a key. Routing ids are ZeroMQ's own,
 * so that no peer can choose another's.
 */
#include "core/net_internal.h"
#include "core/text.h"
#include <stdlib.h>

/* A draft option that Debian's header leaves out and its library has. */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif
#define ZAP_DOMAIN "gonha"
#define BACKLOG 1024 /* a whole province may come back at once */
#define ROUTING_ID 5 /* a zero and 32 bits, as ZeroMQ makes them */

/* The domain must not be empty and must be enforced: otherwise nobody is asked
 * and every key is let in. */
static bool configure(void *socket, const struct gn_net_keys *keys)
{
	const uint64_t thread = GN_NET_THREAD_FIRST;

	return gn_net_socket_common(socket, keys) && gn_net_set_int(socket, ZMQ_CURVE_SERVER, 1) &&
	       gn_net_set_int(socket, ZMQ_BACKLOG, BACKLOG) &&
	       zmq_setsockopt(socket, ZMQ_AFFINITY, &thread, sizeof thread) == 0 &&
	       zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, sizeof ZAP_DOMAIN - 1) == 0 &&
	       gn_net_set_int(socket, ZMQ_ZAP_ENFORCE_DOMAIN, 1) &&
	       gn_net_set_int(socket, ZMQ_ROUTER_MANDATORY, 1);
}

enum gn_err gn_router_open(struct gn_router *router, void *context, const struct gn_net_keys *keys)
{
	const int events =
	        ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
	void *socket;

	if (router->socket)
		return GN_OK;
	socket = zmq_socket(context, ZMQ_ROUTER);
	if (socket && configure(socket, keys))
		router->monitor = gn_net_monitor(context, socket, events);
	if (!router->monitor) {
		if (socket)
			zmq_close(socket);
		return GN_E_SYSTEM;
	}
	router->socket = socket;
	return GN_OK;
}

void gn_router_close(struct gn_router *router)
{
	if (router->monitor)
		zmq_close(router->monitor);
	if (router->socket)
		zmq_close(router->socket);
	free(router->peers.slots);
	*router = (struct gn_router){0};
}

enum gn_err gn_router_bind(struct gn_router *router, const char *endpoint, char *ret_endpoint)
{
	char bound[128];
	size_t size = sizeof bound;

	if (strncmp(endpoint, "tcp://", 6) != 0)
		return GN_E_FORMAT;
	if (zmq_bind(router->socket, endpoint) != 0 ||
	        zmq_getsockopt(router->socket, ZMQ_LAST_ENDPOINT, bound, &size) != 0)
		return gn_net_err();
	if (ret_endpoint)
		memcpy(ret_endpoint, bound, size);
	return GN_OK;
}

/* The authenticated key stands on the payload's frame only. */
static bool note_peer(
        struct gn_router *router, const uint8_t id[ROUTING_ID], zmq_msg_t *in, uint8_t *ret_key)
{
	const char *user = zmq_msg_gets(in, "User-Id");

	return user && gn_hex_parse(user, ret_key, GN_KEY_SIZE) == GN_OK &&
	       gn_net_peers_note(&router->peers, ret_key, gn_get_be32(id + 1)) == GN_OK;
}

/* Two frames, routing id and payload; anything else, also an id of the peer's
 * own choosing, is none of ours. */
bool gn_router_next(struct gn_router *router, zmq_msg_t *in, uint8_t *ret_key)
{
	uint8_t id[ROUTING_ID];
	int size;

	while (router->ready &&
	        (size = zmq_recv(router->socket, id, sizeof id, ZMQ_DONTWAIT)) >= 0) {
		bool whole =
		        zmq_msg_recv(in, router->socket, ZMQ_DONTWAIT) >= 0 && !zmq_msg_more(in);

		while (zmq_msg_more(in) && zmq_msg_recv(in, router->socket, ZMQ_DONTWAIT) >= 0)
			;
		if (whole && size == ROUTING_ID && id[0] == 0 && note_peer(router, id, in, ret_key))
			return true;
	}
	router->ready = false;
	return false;
}

uint64_t gn_router_failures(struct gn_router *router)
{
	uint64_t count = 0;
	int event;
	uint32_t value;

	while (router->monitor_ready && gn_net_monitor_next(router->monitor, &event, &value))
		count++;
	router->monitor_ready = false;
	return count;
}

enum gn_err gn_router_send(struct gn_router *router, const uint8_t *peer, struct gn_bytes message)
{
	struct gn_net_peer *to = gn_net_peers_find(&router->peers, peer);
	uint8_t id[ROUTING_ID] = {0};
	enum gn_err err;

	if (!to || !to->alive)
		return GN_E_NOTFOUND;
	gn_put_be32(id + 1, to->id);
	err = gn_net_send_over(router->socket, id, sizeof id, message);
	if (err == GN_E_NOTFOUND)
		to->alive = false;
	return err;
}
