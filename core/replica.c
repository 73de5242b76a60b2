/* Drives the sync state machine: sockets in, acts out, commits back in. */
#include "core/replica.h"
#include "core/day.h"
#include "core/serve.h"
#include "core/writer.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define TICK_MS 1000
#define DRAIN 64 /* events taken before commits are looked at */
#define BUSY_WAIT_MS 5
#define TRUSTED_MAX 64

struct trusted { /* keys we connect to on our operator's or token's word */
	uint8_t key[GN_KEY_SIZE];
	enum gn_role role;
};

struct admitted { /* sorted keys; read by the handshake thread */
	pthread_mutex_t lock;
	uint8_t (*keys)[GN_KEY_SIZE];
	size_t n;
};

struct gn_replica {
	struct gn_replica_options options;
	struct gn_view view;
	struct gn_net *net;
	struct gn_sync *sync;
	struct gn_writer *writer;
	struct gn_server *server;
	struct admitted admitted;
	struct trusted trusted[TRUSTED_MAX];
	size_t trusted_count;
	uint64_t generation, next_tick_ms;
	bool busy; /* a link's queue is full: serve again soon */
};

static uint64_t limit(void *context, const uint8_t *origin)
{
	struct gn_replica *r = context;
	return r->options.limit(r->options.context, &r->view, origin);
}

static bool readable(void *context, const struct gn_peer *peer, const uint8_t *origin)
{
	struct gn_replica *r = context;
	return r->options.readable(r->options.context, &r->view, peer, origin);
}

static int compare_keys(const void *a, const void *b)
{
	return memcmp(a, b, GN_KEY_SIZE);
}

static bool admit(void *context, const uint8_t *key)
{
	struct admitted *admitted = &((struct gn_replica *)context)->admitted;
	pthread_mutex_lock(&admitted->lock);
	bool found = admitted->n > 0 &&
	             bsearch(key, admitted->keys, admitted->n, GN_KEY_SIZE, compare_keys) != NULL;
	pthread_mutex_unlock(&admitted->lock);
	return found;
}

static bool invitation_open(const struct gn_invitation *invitation)
{
	return !invitation->cancelled && invitation->expires_ms > gn_now_ms();
}

/* Who may finish a handshake; what each may do is looked up per message. */
static enum gn_err renew_admitted(struct gn_replica *r)
{
	size_t nodes, hubs, tokens, n = 0;
	const struct gn_enrolment *node = gn_registry_enrolments(r->view.registry, &nodes);
	const struct gn_hub *hub = gn_registry_hubs(r->view.registry, &hubs);
	const struct gn_invitation *token = gn_registry_invitations(r->view.registry, &tokens);
	uint8_t(*keys)[GN_KEY_SIZE] = calloc(nodes + hubs + tokens + 1, GN_KEY_SIZE);
	if (!keys)
		return GN_E_NOMEM;
	for (size_t i = 0; i < nodes; i++)
		if (!node[i].revoked)
			memcpy(keys[n++], node[i].transport, GN_KEY_SIZE);
	for (size_t i = 0; i < hubs; i++)
		memcpy(keys[n++], hub[i].transport, GN_KEY_SIZE);
	for (size_t i = 0; i < tokens && r->options.joiners; i++)
		if (invitation_open(&token[i]))
			memcpy(keys[n++], token[i].token, GN_KEY_SIZE);
	qsort(keys, n, GN_KEY_SIZE, compare_keys);
	pthread_mutex_lock(&r->admitted.lock);
	free(r->admitted.keys);
	r->admitted.keys = keys;
	r->admitted.n = n;
	pthread_mutex_unlock(&r->admitted.lock);
	return GN_OK;
}

static void identify(const struct gn_replica *r, const uint8_t *key, struct gn_peer *ret_peer)
{
	struct gn_peer peer = {.role = GN_ROLE_NONE};
	memcpy(peer.key, key, GN_KEY_SIZE);
	const struct gn_enrolment *node = gn_registry_transport(r->view.registry, key);
	const struct gn_invitation *token = gn_registry_invitation(r->view.registry, key);
	size_t hubs;
	const struct gn_hub *hub = gn_registry_hubs(r->view.registry, &hubs);
	for (size_t i = 0; i < hubs && peer.role == GN_ROLE_NONE; i++) {
		if (memcmp(hub[i].transport, key, GN_KEY_SIZE) != 0)
			continue;
		peer.role = GN_ROLE_HUB;
		memcpy(peer.identity, hub[i].hub, GN_KEY_SIZE);
	}
	if (node && !node->revoked) {
		peer.role = GN_ROLE_NODE;
		memcpy(peer.identity, node->node, GN_KEY_SIZE);
	} else if (!node && token && r->options.joiners && invitation_open(token)) {
		peer.role = GN_ROLE_JOINER;
	}
	for (size_t i = 0; i < r->trusted_count && peer.role == GN_ROLE_NONE && !node; i++)
		if (memcmp(r->trusted[i].key, key, GN_KEY_SIZE) == 0)
			peer.role = r->trusted[i].role;
	*ret_peer = peer;
}

static enum gn_err tell_log(struct gn_replica *r, struct gn_txn *txn, const uint8_t *origin)
{
	struct gn_log log;
	enum gn_err err = gn_log_find(txn, origin, &log);
	if (err == GN_E_NOTFOUND)
		return GN_OK;
	return err ? err : gn_sync_log(r->sync, origin, &log.tip);
}

static enum gn_err tell_all_logs(struct gn_replica *r)
{
	GN_AUTO_TXN txn = gn_txn_begin(r->options.store, false);
	struct gn_log log;
	uint32_t no = 0;
	enum gn_err err = txn.err;
	while (!err && gn_log_each(&txn, &no, &log))
		err = gn_sync_log(r->sync, log.origin, &log.tip);
	return err ? err : txn.err;
}

/* Somebody committed: our writer, or a command beside us. */
static enum gn_err notice(struct gn_replica *r)
{
	uint64_t generation = gn_store_generation(r->options.store);
	if (generation == r->generation)
		return GN_OK;
	r->generation = generation;
	uint64_t before = r->view.registrar_seq + r->view.root_seq;
	enum gn_err err = gn_view_refresh(&r->view, r->options.store);
	if (!err && r->view.registrar_seq + r->view.root_seq != before) {
		err = renew_admitted(r);
		r->next_tick_ms = 0;
	}
	GN_AUTO_TXN txn = gn_txn_begin(r->options.store, false);
	if (!err)
		err = tell_log(r, &txn, r->view.root);
	if (!err && r->view.has_registrar)
		err = tell_log(r, &txn, r->view.registrar);
	if (!err && r->options.own)
		err = tell_log(r, &txn, r->options.own);
	return err ? err : txn.err;
}

static void writer_done(void *context)
{
	gn_net_wake(((struct gn_replica *)context)->net);
}

static void writer_committed(void *context)
{
	struct gn_replica *r = context;
	if (r->options.committed)
		r->options.committed(r->options.context);
}

static enum gn_err start(struct gn_replica *r)
{
	struct gn_net_options net = {.public_key = r->options.transport_public,
	        .secret_key = r->options.transport_secret,
	        .admit = admit,
	        .context = r};
	struct gn_sync_options sync = {.context = r,
	        .limit = limit,
	        .readable = readable,
	        .software = r->options.software};
	struct gn_writer_options writer = {.store = r->options.store,
	        .context = r,
	        .done = writer_done,
	        .committed = writer_committed};
	r->sync = gn_sync_new(&sync);
	r->server = gn_server_new();
	if (!r->sync || !r->server)
		return GN_E_NOMEM;
	enum gn_err err = gn_net_new(&net, &r->net);
	if (!err)
		err = gn_view_open(&r->view, r->options.store);
	if (!err)
		err = renew_admitted(r);
	if (!err)
		err = tell_all_logs(r);
	if (!err)
		err = gn_writer_new(&writer, &r->writer);
	return err;
}

enum gn_err gn_replica_new(
        const struct gn_replica_options *options, struct gn_replica **ret_replica)
{
	struct gn_replica *r = calloc(1, sizeof *r);
	if (!r)
		return GN_E_NOMEM;
	r->options = *options;
	pthread_mutex_init(&r->admitted.lock, NULL);
	enum gn_err err = start(r);
	if (err) {
		gn_replica_free(&r);
		return err;
	}
	*ret_replica = r;
	return GN_OK;
}

void gn_replica_free(struct gn_replica **replica)
{
	struct gn_replica *r = *replica;
	if (!r)
		return;
	gn_writer_free(&r->writer);
	gn_net_free(&r->net);
	gn_sync_free(&r->sync);
	gn_server_free(&r->server);
	gn_view_close(&r->view);
	free(r->admitted.keys);
	pthread_mutex_destroy(&r->admitted.lock);
	free(r);
	*replica = NULL;
}

enum gn_err gn_replica_listen(struct gn_replica *replica, const char *endpoint, char *ret_endpoint)
{
	return gn_net_listen(replica->net, endpoint, ret_endpoint);
}

enum gn_err gn_replica_connect(struct gn_replica *replica, const char *endpoint,
        const uint8_t key[GN_KEY_SIZE], enum gn_role role)
{
	if (replica->trusted_count == TRUSTED_MAX)
		return GN_E_FULL;
	struct trusted *trusted = &replica->trusted[replica->trusted_count++];
	memcpy(trusted->key, key, GN_KEY_SIZE);
	trusted->role = role;
	return gn_net_connect(replica->net, endpoint, key);
}

static enum gn_err do_act(struct gn_replica *r, const struct gn_act *act)
{
	if (act->kind == GN_ACT_STORE)
		return gn_writer_store(r->writer, act);
	if (act->kind != GN_ACT_SEND) {
		r->options.act(r->options.context, act);
		return GN_OK;
	}
	/* A lost have or want is made good by the next talk or tick. */
	enum gn_err err = gn_net_send(r->net, act->peer.key, act->message);
	return err == GN_E_NOMEM ? err : GN_OK;
}

static enum gn_err do_acts(struct gn_replica *r)
{
	struct gn_act act;
	enum gn_err err = GN_OK;
	while (!err && gn_sync_next(r->sync, &act))
		err = do_act(r, &act);
	return err;
}

static enum gn_err hear(struct gn_replica *r, const struct gn_net_event *event)
{
	struct gn_peer peer;
	identify(r, event->peer, &peer);
	enum gn_err err = GN_OK;
	switch (event->kind) {
	case GN_NET_UP:
		err = gn_sync_up(r->sync, &peer, gn_now_ms());
		break;
	case GN_NET_DOWN:
		gn_sync_down(r->sync, event->peer);
		break;
	case GN_NET_MESSAGE:
		err = gn_sync_input(r->sync, &peer, event->message, gn_now_ms());
		break;
	case GN_NET_REFUSED:
	case GN_NET_NONE:
		break;
	}
	return err ? err : do_acts(r);
}

/* False: the disk is behind, nothing more is read for now. */
static enum gn_err hear_some(struct gn_replica *r, int timeout_ms)
{
	enum gn_err err = GN_OK;
	for (int i = 0; i < DRAIN && !err; i++) {
		if (!gn_writer_room(r->writer, i == 0 ? timeout_ms : 0))
			return GN_OK;
		struct gn_net_event event;
		err = gn_net_poll(r->net, i == 0 ? timeout_ms : 0, &event);
		if (err || event.kind == GN_NET_NONE)
			break;
		err = hear(r, &event);
	}
	return err;
}

static enum gn_err settle(struct gn_replica *r)
{
	struct gn_writer_done done;
	enum gn_err err = GN_OK;
	while (!err && gn_writer_take(r->writer, &done)) {
		if (done.err) {
			gn_sync_store_failed(r->sync, done.origin, gn_now_ms());
			if (r->options.failed)
				r->options.failed(r->options.context, done.err);
			continue;
		}
		err = gn_sync_stored(r->sync, done.origin, &done.tip);
		if (r->options.stored)
			r->options.stored(r->options.context, &done.from, done.origin, &done.tip);
	}
	return err ? err : do_acts(r);
}

static enum gn_err serve(struct gn_replica *r)
{
	struct gn_serve serve;
	r->busy = false;
	for (int i = 0; i < DRAIN && gn_sync_serve(r->sync, &serve); i++) {
		struct gn_bytes message;
		uint64_t upto;
		enum gn_err err =
		        gn_server_batch(r->server, r->options.store, &serve, &message, &upto);
		if (err == GN_E_NOTFOUND || err == GN_E_SIGNATURE) {
			gn_sync_served(r->sync, &serve, serve.last); /* nothing that may be sent */
			continue;
		}
		if (err)
			return err;
		err = gn_net_send(r->net, serve.peer.key, message);
		if (err == GN_E_BUSY) {
			r->busy = true;
			return GN_OK;
		}
		if (err == GN_E_NOTFOUND)
			gn_sync_down(r->sync, serve.peer.key);
		else if (err)
			return err;
		gn_sync_served(r->sync, &serve, upto);
	}
	return GN_OK;
}

static enum gn_err tick(struct gn_replica *r)
{
	uint64_t now = gn_now_ms();
	if (now < r->next_tick_ms && r->next_tick_ms <= now + TICK_MS)
		return GN_OK;
	r->next_tick_ms = now + TICK_MS;
	enum gn_err err = gn_sync_tick(r->sync, now);
	return err ? err : do_acts(r);
}

enum gn_err gn_replica_step(struct gn_replica *replica, int timeout_ms)
{
	struct gn_serve pending;
	bool more = gn_sync_serve(replica->sync, &pending);
	int wait = replica->busy ? BUSY_WAIT_MS : more ? 0 : timeout_ms;
	enum gn_err err = hear_some(replica, wait);
	if (!err)
		err = settle(replica);
	if (!err)
		err = notice(replica);
	if (!err)
		err = tick(replica);
	return err ? err : serve(replica);
}

void gn_replica_wake(struct gn_replica *replica)
{
	gn_net_wake(replica->net);
}

void gn_replica_send(struct gn_replica *replica, const uint8_t peer[GN_KEY_SIZE],
        enum gn_message_kind kind, struct gn_bytes inner)
{
	size_t size, cap = inner.size + 16;
	uint8_t *message = malloc(cap);
	if (message && gn_message_pack(kind, inner, message, cap, &size) == GN_OK)
		(void)!gn_net_send(replica->net, peer, gn_bytes(message, size));
	free(message);
}

enum gn_err gn_replica_write(struct gn_replica *replica,
        void (*write)(struct gn_txn *txn, struct gn_bytes data), struct gn_bytes data)
{
	return gn_writer_call(replica->writer, write, data);
}

const struct gn_view *gn_replica_view(const struct gn_replica *replica)
{
	return &replica->view;
}

bool gn_replica_linked(const struct gn_replica *replica, const uint8_t key[GN_KEY_SIZE])
{
	return gn_sync_linked(replica->sync, key);
}

void gn_replica_counts(const struct gn_replica *replica, struct gn_net_counts *ret_counts)
{
	gn_net_counts(replica->net, ret_counts);
}
