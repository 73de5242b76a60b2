/* Drives the sync state machine: sockets in, acts out, commits back in. */
#include "core/replica.h"
#include "core/admission.h"
#include "core/serve.h"
#include "core/writer.h"

#include <stdlib.h>
#include <time.h>

#define TICK_MS 1000
#define DRAIN 64 /* events taken before commits are looked at */
#define BUSY_WAIT_MS 5
#define RENEWAL_MS 60000 /* invitations expire without a word */

struct gn_replica {
	struct gn_replica_options options;
	struct gn_view view;
	struct gn_net *net;
	struct gn_sync *sync;
	struct gn_writer *writer;
	struct gn_server *server;
	struct gn_admission admission;
	uint64_t generation, next_tick_ms, next_renewal_ms;
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

/* Pauses are measured by a clock that nobody sets. */
static uint64_t monotonic_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static enum gn_err tell_log(struct gn_replica *r, struct gn_txn *txn, const uint8_t *origin)
{
	struct gn_log log;
	enum gn_err err = gn_log_find(txn, origin, &log);
	if (err == GN_E_NOTFOUND) { /* peers that have it may have told us already */
		gn_tip_start(origin, &log.tip);
		err = GN_OK;
	}
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
	uint64_t before = r->view.registrar_seq + r->view.root_seq;
	enum gn_err err = gn_view_refresh(&r->view, r->options.store);
	if (!err && r->view.registrar_seq + r->view.root_seq != before) {
		err = gn_admission_renew(&r->admission, r->view.registry);
		r->next_tick_ms = 0;
	}
	GN_AUTO_TXN txn = gn_txn_begin(r->options.store, false);
	if (!err)
		err = tell_log(r, &txn, r->view.root);
	if (!err && r->view.has_registrar)
		err = tell_log(r, &txn, r->view.registrar);
	if (!err && r->options.own)
		err = tell_log(r, &txn, r->options.own);
	err = err ? err : txn.err;
	if (!err)
		r->generation = generation;
	return err == GN_E_BUSY ? GN_OK : err; /* the store is being made larger: next turn */
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
	        .admit = gn_admission_admit,
	        .context = &r->admission};
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
		err = gn_admission_renew(&r->admission, r->view.registry);
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
	gn_admission_init(&r->admission, options->joiners);
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
	gn_admission_done(&r->admission);
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
	enum gn_err err = gn_admission_trust(&replica->admission, key, role);
	if (err)
		return err;
	return gn_net_connect(replica->net, endpoint, key);
}

/* [P-2] A revocation does not wait for the end of a link: whom the registry does
 * not know any more is told nothing. GN_E_NOTFOUND: it is not linked (now). */
static enum gn_err send_to(struct gn_replica *r, const uint8_t *key, struct gn_bytes message)
{
	struct gn_peer peer;
	gn_admission_identify(&r->admission, r->view.registry, key, &peer);
	enum gn_err err =
	        peer.role == GN_ROLE_NONE ? GN_E_NOTFOUND : gn_net_send(r->net, key, message);
	if (err == GN_E_NOTFOUND)
		gn_sync_down(r->sync, key);
	return err;
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
	enum gn_err err = send_to(r, act->peer.key, act->message);
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
	enum gn_err err = notice(r); /* a message is judged by the registry as it stands */
	if (err)
		return err;
	gn_admission_identify(&r->admission, r->view.registry, event->peer, &peer);
	switch (event->kind) {
	case GN_NET_UP:
		err = gn_sync_up(r->sync, &peer, monotonic_ms());
		break;
	case GN_NET_DOWN:
		gn_sync_down(r->sync, event->peer);
		break;
	case GN_NET_MESSAGE:
		err = gn_sync_input(r->sync, &peer, event->message, monotonic_ms());
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
			gn_sync_store_failed(r->sync, done.origin, monotonic_ms());
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

/* What cannot be sent is passed over: the peer asks again, or somebody else. */
static enum gn_err serve_one(struct gn_replica *r, const struct gn_serve *serve)
{
	struct gn_bytes message;
	uint64_t upto = serve->last;
	enum gn_err err = gn_server_batch(r->server, r->options.store, serve, &message, &upto);
	if (err == GN_E_CORRUPT && r->options.failed)
		r->options.failed(r->options.context, err);
	if (!err)
		err = send_to(r, serve->peer.key, message);
	if (err && err != GN_E_NOTFOUND && err != GN_E_SIGNATURE && err != GN_E_CORRUPT)
		return err;
	gn_sync_served(r->sync, serve, upto);
	return GN_OK;
}

static enum gn_err serve(struct gn_replica *r)
{
	struct gn_serve next;
	enum gn_err err = GN_OK;
	for (int i = 0; i < DRAIN && !err && gn_sync_serve(r->sync, &next); i++)
		err = serve_one(r, &next);
	r->busy = err == GN_E_BUSY;
	return r->busy ? GN_OK : err;
}

static enum gn_err tick(struct gn_replica *r)
{
	uint64_t now = monotonic_ms();
	if (now < r->next_tick_ms && r->next_tick_ms <= now + TICK_MS)
		return GN_OK;
	r->next_tick_ms = now + TICK_MS;
	enum gn_err err = gn_sync_tick(r->sync, now);
	if (!err && now >= r->next_renewal_ms) {
		r->next_renewal_ms = now + RENEWAL_MS;
		err = gn_admission_renew(&r->admission, r->view.registry);
	}
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
		(void)!send_to(replica, peer, gn_bytes(message, size));
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
