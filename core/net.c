/* The socket that listens (net_router.c), the connections that we keep up
 * (net_link.c), and one wait for all of them. What messages mean and who may
 * say what is decided above, by key.
 */
#include "core/net_internal.h"
#include "core/text.h"
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define HEARTBEAT_MS 30000
#define MESSAGES_A_LOOK 64 /* so that a busy connection cannot hide the others */

struct gn_net {
	void *context;
	struct gn_net_keys keys;
	struct gn_zap *zap;
	struct gn_router router;
	struct gn_link *links, *turn; /* turn: whom to look at next; NULL: the router */
	size_t link_count;
	zmq_pollitem_t *items;
	zmq_msg_t in; /* the message that was handed out */
	int wake_fd;
	atomic_bool woken;
	unsigned since_look;
	struct gn_net_counts counts;
};

enum gn_err gn_net_new(const struct gn_net_options *options, struct gn_net **ret_net)
{
	struct gn_net *net;
	enum gn_err err = GN_E_SYSTEM;

	if (sodium_init() < 0)
		return GN_E_SYSTEM;
	net = calloc(1, sizeof *net);
	if (!net)
		return GN_E_NOMEM;
	zmq_msg_init(&net->in);
	memcpy(net->keys.public_key, options->public_key, GN_KEY_SIZE);
	memcpy(net->keys.secret_key, options->secret_key, GN_KEY_SIZE);
	net->keys.heartbeat_ms = options->heartbeat_ms ? options->heartbeat_ms : HEARTBEAT_MS;
	net->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	net->context = zmq_ctx_new();
	if (net->wake_fd >= 0 && net->context && zmq_ctx_set(net->context, ZMQ_BLOCKY, 0) == 0 &&
	        zmq_ctx_set(net->context, ZMQ_IO_THREADS, GN_NET_THREADS) == 0)
		err = gn_zap_start(net->context, options, &net->zap);
	if (err) {
		gn_net_free(&net);
		return err;
	}
	*ret_net = net;
	return GN_OK;
}

/* The context is shut first: it wakes whoever waits inside ZeroMQ. */
void gn_net_free(struct gn_net **net)
{
	struct gn_net *n = *net;

	if (!n)
		return;
	*net = NULL;
	zmq_msg_close(&n->in);
	if (n->context)
		zmq_ctx_shutdown(n->context);
	gn_zap_join(&n->zap);
	while (n->links) {
		struct gn_link *link = n->links;

		n->links = link->next;
		gn_link_free(&link);
	}
	gn_router_close(&n->router);
	if (n->context)
		zmq_ctx_term(n->context);
	if (n->wake_fd >= 0)
		close(n->wake_fd);
	sodium_memzero(&n->keys, sizeof n->keys);
	free(n->items);
	free(n);
}

enum gn_err gn_net_listen(struct gn_net *net, const char *endpoint, char *ret_endpoint)
{
	enum gn_err err = gn_router_open(&net->router, net->context, &net->keys);

	return err ? err : gn_router_bind(&net->router, endpoint, ret_endpoint);
}

static struct gn_link **find_link(struct gn_net *net, const uint8_t *key)
{
	struct gn_link **at = &net->links;

	while (*at && memcmp((*at)->key, key, GN_KEY_SIZE) != 0)
		at = &(*at)->next;
	return at;
}

void gn_net_disconnect(struct gn_net *net, const uint8_t key[GN_KEY_SIZE])
{
	struct gn_link **at = find_link(net, key), *link = *at;

	if (!link)
		return;
	*at = link->next;
	net->turn = NULL;
	net->link_count--;
	gn_link_free(&link);
}

enum gn_err gn_net_connect(struct gn_net *net, const char *endpoint, const uint8_t key[GN_KEY_SIZE])
{
	struct gn_link *link = *find_link(net, key);
	enum gn_err err;

	if (link && strcmp(link->endpoint, endpoint) == 0)
		return GN_OK;
	err = gn_link_new(endpoint, key, &link);
	if (err)
		return err;
	gn_net_disconnect(net, key);
	link->next = net->links;
	net->links = link;
	net->link_count++;
	return GN_OK;
}

void gn_net_wake(struct gn_net *net)
{
	if (!atomic_exchange(&net->woken, true))
		eventfd_write(net->wake_fd, 1);
}

static void hand_out(struct gn_net *net, struct gn_net_event *event)
{
	event->message = gn_bytes(zmq_msg_data(&net->in), zmq_msg_size(&net->in));
	net->counts.messages_in++;
	net->counts.bytes_in += event->message.size;
	net->since_look++;
}

static bool router_next(struct gn_net *net, struct gn_net_event *event)
{
	net->counts.failed_handshakes += gn_router_failures(&net->router);
	if (!gn_router_next(&net->router, &net->in, event->peer))
		return false;
	event->kind = GN_NET_MESSAGE;
	hand_out(net, event);
	return true;
}

static bool link_next(struct gn_net *net, struct gn_link *link, struct gn_net_event *event)
{
	event->kind = gn_link_next(link, &net->in);
	if (event->kind == GN_NET_NONE)
		return false;
	memcpy(event->peer, link->key, GN_KEY_SIZE);
	event->outgoing = true;
	if (event->kind == GN_NET_MESSAGE)
		hand_out(net, event);
	return true;
}

/* Everyone has a turn: the router, then each link. */
static bool next_event(struct gn_net *net, struct gn_net_event *event)
{
	for (size_t i = 0; i <= net->link_count; i++) {
		struct gn_link *link = net->turn;

		net->turn = link ? link->next : net->links;
		if (link ? link_next(net, link, event) : router_next(net, event))
			return true;
	}
	return false;
}

static uint64_t tick(struct gn_net *net)
{
	uint64_t next = UINT64_MAX;

	for (struct gn_link *link = net->links; link; link = link->next) {
		uint64_t at = gn_link_tick(link, net->context, &net->keys);

		next = at < next ? at : next;
	}
	return next;
}

static zmq_pollitem_t readable(void *socket)
{
	return (zmq_pollitem_t){.socket = socket, .events = ZMQ_POLLIN};
}

static size_t gather(struct gn_net *net)
{
	zmq_pollitem_t *items = realloc(net->items, (3 + 2 * net->link_count) * sizeof *items);
	size_t n = 0;

	if (!items)
		return 0;
	net->items = items;
	items[n++] = (zmq_pollitem_t){.fd = net->wake_fd, .events = ZMQ_POLLIN};
	if (net->router.socket) {
		items[n++] = readable(net->router.socket);
		items[n++] = readable(net->router.monitor);
	}
	for (struct gn_link *link = net->links; link; link = link->next) {
		if (!link->dealer)
			continue;
		items[n++] = readable(link->dealer);
		items[n++] = readable(link->monitor);
	}
	return n;
}

static void mark_ready(struct gn_net *net)
{
	size_t n = 1;

	if (net->router.socket) {
		net->router.ready = net->items[n++].revents;
		net->router.monitor_ready = net->items[n++].revents;
	}
	for (struct gn_link *link = net->links; link; link = link->next) {
		if (!link->dealer)
			continue;
		link->dealer_ready = net->items[n++].revents;
		link->monitor_ready = net->items[n++].revents;
	}
}

/* Waits until something is ready, at most until `deadline_ms`. */
static enum gn_err look(struct gn_net *net, uint64_t deadline_ms)
{
	uint64_t next = tick(net), now = gn_net_now_ms();
	uint64_t until = next < deadline_ms ? next : deadline_ms;
	size_t n = gather(net);
	long wait = until == UINT64_MAX ? -1 : until > now ? (long)(until - now) : 0;
	eventfd_t count;

	net->since_look = 0;
	if (n == 0)
		return GN_E_NOMEM;
	if (zmq_poll(net->items, (int)n, wait) < 0)
		return GN_E_SYSTEM;
	if (net->items[0].revents)
		eventfd_read(net->wake_fd, &count);
	mark_ready(net);
	return GN_OK;
}

/* A signal ends the wait, as gn_net_wake does. */
enum gn_err gn_net_poll(struct gn_net *net, int timeout_ms, struct gn_net_event *ret_event)
{
	uint64_t deadline = timeout_ms < 0 ? UINT64_MAX : gn_net_now_ms() + (uint64_t)timeout_ms;
	struct gn_net_event event = {0};
	enum gn_err err = net->since_look < MESSAGES_A_LOOK ? GN_OK : look(net, 0);
	bool past = false;

	while (!err && !atomic_exchange(&net->woken, false) && !next_event(net, &event) && !past) {
		past = gn_net_now_ms() >= deadline;
		err = look(net, deadline);
	}
	if (err == GN_E_SYSTEM && errno == EINTR)
		err = GN_OK;
	if (!err)
		*ret_event = event;
	return err;
}

enum gn_err gn_net_send(
        struct gn_net *net, const uint8_t peer[GN_KEY_SIZE], struct gn_bytes message)
{
	struct gn_link *link = *find_link(net, peer);
	enum gn_err err;

	if (message.size > GN_NET_MESSAGE_MAX)
		return GN_E_SIZE;
	if (link && link->state == GN_LINK_UP)
		err = gn_net_send_over(link->dealer, NULL, 0, message);
	else
		err = gn_router_send(&net->router, peer, message);
	if (err)
		return err;
	net->counts.messages_out++;
	net->counts.bytes_out += message.size;
	return GN_OK;
}

void gn_net_counts(const struct gn_net *net, struct gn_net_counts *ret_counts)
{
	*ret_counts = net->counts;
	ret_counts->refused_keys = gn_zap_refused(net->zap);
}
