/* The hub at work. Which logs it takes and who may read what stands in want()
 * and may_read(); everything else is carried between the replica, the registrar
 * and the counting thread. */
#include "hub/daemon.h"

#include "core/log.h"
#include "core/stop.h"
#include "core/text.h"
#include "hub/api.h"
#include "hub/db.h"
#include "hub/folder.h"
#include "hub/join.h"
#include "hub/registrar.h"
#include "hub/status.h"
#include "hub/verdict.h"
#include "sync.pb-c.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define STEP_MS 500
#define LATELY 256
#define HEARD_MS 10000
#define STATUS_MS 2000 /* no more than one of a node in this time */

struct lately { /* who was noted when; a node has one place */
	uint8_t node[GN_KEY_SIZE];
	uint64_t ms;
};

struct daemon {
	struct hub *hub;
	struct gn_replica *replica;
	struct hub_folder *folder;
	struct hub_verdicts *verdicts;
	struct hub_counts counts;
	uint64_t own_seq; /* the registrar's, when last looked at */
	struct lately heard[LATELY], told[LATELY]; /* of entries; of statuses */
	struct gn_log_seldom refused, ahead, failed, joins, unsaid;
};

static void count(uint64_t *counter, uint64_t by)
{
	__atomic_add_fetch(counter, by, __ATOMIC_RELAXED);
}

/* Whether it was noted in the last `span_ms`; else notes it. Each note costs a
 * commit, so that no node may have as many as it likes. */
static bool lately(struct lately *table, const uint8_t *node, uint64_t span_ms)
{
	struct lately *place = &table[node[0]];
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	uint64_t ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	if (memcmp(place->node, node, GN_KEY_SIZE) == 0 && ms < place->ms + span_ms)
		return true;
	memcpy(place->node, node, GN_KEY_SIZE);
	place->ms = ms;
	return false;
}

/* [S-5] Enrolled origins, up to where they were revoked. Root and registrar are
 * written here and taken from nobody. */
static uint64_t want(void *context, const struct gn_view *view, const uint8_t *origin)
{
	(void)context;
	const struct gn_enrolment *node = gn_registry_node(view->registry, origin);
	return node ? node->last : 0;
}

/* [S-6] Another hub reads everything; a node reads root, registrar and itself. */
static bool may_read(void *context, const struct gn_view *view, const struct gn_peer *peer,
        const uint8_t *origin)
{
	(void)context;
	if (peer->role == GN_ROLE_HUB)
		return true;
	if (peer->role != GN_ROLE_NODE)
		return false;
	return memcmp(origin, view->root, GN_KEY_SIZE) == 0 ||
	       memcmp(origin, view->registrar, GN_KEY_SIZE) == 0 ||
	       memcmp(origin, peer->identity, GN_KEY_SIZE) == 0;
}

/* [S-7] */
static void send_receipt(
        struct daemon *d, const uint8_t *to, const uint8_t *origin, const struct gn_tip *tip)
{
	Gonha__Receipt receipt = GONHA__RECEIPT__INIT;
	uint8_t statement[128], packed[sizeof statement + GN_SIGNED_MORE];
	receipt.origin = (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)origin};
	receipt.seq = tip->seq;
	receipt.hash = (ProtobufCBinaryData){GN_HASH_SIZE, (uint8_t *)tip->hash};
	size_t size = gonha__receipt__pack(&receipt, statement);
	if (gn_signed_write(d->hub->secrets.hub, "gonha receipt", gn_bytes(statement, size), packed,
	            sizeof packed, &size))
		return;
	gn_replica_send(d->replica, to, GN_M_RECEIPT, gn_bytes(packed, size));
	count(&d->counts.receipts, 1);
}

static void greet(struct daemon *d, const struct gn_peer *peer)
{
	GN_AUTO_TXN txn = gn_txn_begin(d->hub->store, false);
	struct gn_log log;
	if (peer->role == GN_ROLE_NODE && gn_log_find(&txn, peer->identity, &log) == GN_OK &&
	        log.tip.seq > 0)
		send_receipt(d, peer->key, peer->identity, &log.tip);
	if (peer->role == GN_ROLE_NODE)
		hub_verdicts_forget(d->verdicts, peer->identity);
}

struct heard { /* what the writer is handed */
	uint64_t now_ms, counter;
	uint8_t node[GN_KEY_SIZE], via[GN_KEY_SIZE];
	bool direct;
};

static void write_heard(struct gn_txn *txn, struct gn_bytes data)
{
	struct heard heard;
	memcpy(&heard, data.data, sizeof heard);
	struct hub_status status = {.heard_ms = heard.now_ms, .counter = heard.counter};
	memcpy(status.via, heard.via, GN_KEY_SIZE);
	status.report = gn_bytes(data.data + sizeof heard, data.size - sizeof heard);
	hub_status_put(txn, heard.node, &status, heard.direct);
}

static void hear_of(struct daemon *d, const uint8_t *node, const struct gn_peer *via,
        uint64_t counter, struct gn_bytes status)
{
	struct heard heard = {.now_ms = gn_now_ms(), .counter = counter};
	memcpy(heard.node, node, GN_KEY_SIZE);
	memcpy(heard.via, via->key, GN_KEY_SIZE);
	heard.direct = memcmp(via->identity, node, GN_KEY_SIZE) == 0;
	uint8_t *data = malloc(sizeof heard + status.size);
	if (!data)
		return;
	memcpy(data, &heard, sizeof heard);
	if (status.size > 0)
		memcpy(data + sizeof heard, status.data, status.size);
	if (gn_replica_write(d->replica, write_heard, gn_bytes(data, sizeof heard + status.size)))
		gn_log(GN_LOG_ERROR, "a node's status was dropped: no memory");
	free(data);
}

/* [S-10] */
static bool is_news(
        const struct daemon *d, const struct gn_peer *via, const uint8_t *node, uint64_t counter)
{
	GN_AUTO_TXN txn = gn_txn_begin(d->hub->store, false);
	struct hub_status known;
	return memcmp(via->identity, node, GN_KEY_SIZE) == 0 ||
	       !hub_status_get(&txn, node, &known) || counter > known.counter;
}

static void take_status(struct daemon *d, const struct gn_act *act)
{
	struct gn_signed word;
	uint64_t counter;
	enum gn_err err = hub_status_check(
	        gn_replica_view(d->replica)->registry, act->message, &word, &counter);
	if (err)
		count(&d->counts.refused[err], 1);
	else if (is_news(d, &act->peer, word.key, counter) && !lately(d->told, word.key, STATUS_MS))
		hear_of(d, word.key, &act->peer, counter, word.statement);
}

/* [S-13] [S-14] */
static void take_join(struct daemon *d, const struct gn_act *act)
{
	Gonha__Joined joined = GONHA__JOINED__INIT;
	Gonha__Reject reject = GONHA__REJECT__INIT;
	uint8_t packed[512];
	enum gn_err err = hub_join(d->hub, act->peer.key, act->message, &joined.registry);
	if (err) {
		count(&d->counts.refused[err], 1);
		gn_log_seldom(&d->joins, GN_LOG_WARNING, "join refused", gn_err_text(err));
		reject.code = err;
		reject.text = (char *)gn_err_text(err);
		size_t size = gonha__reject__pack(&reject, packed);
		gn_replica_send(d->replica, act->peer.key, GN_M_REJECT, gn_bytes(packed, size));
		return;
	}
	count(&d->counts.joins, 1);
	size_t size = gonha__joined__pack(&joined, packed);
	gn_replica_send(d->replica, act->peer.key, GN_M_JOINED, gn_bytes(packed, size));
}

static void on_act(void *context, const struct gn_act *act)
{
	struct daemon *d = context;
	switch (act->kind) {
	case GN_ACT_GREETED:
		greet(d, &act->peer);
		break;
	case GN_ACT_REFUSED:
		count(&d->counts.refused[act->code], 1);
		gn_log_seldom(
		        &d->refused, GN_LOG_WARNING, "message refused", gn_err_text(act->code));
		break;
	case GN_ACT_STATUS:
		take_status(d, act);
		break;
	case GN_ACT_JOIN:
		take_join(d, act);
		break;
	case GN_ACT_AHEAD:
		gn_log_seldom(&d->ahead, GN_LOG_WARNING, "a peer tells of other entries than ours",
		        act->code == GN_E_LINK ? "another hash" : "beyond the end");
		break;
	case GN_ACT_RECEIPT:
	case GN_ACT_VERDICT:
	case GN_ACT_BEACON:
	case GN_ACT_JOINED:
	case GN_ACT_REJECT:
	case GN_ACT_SEND:
	case GN_ACT_STORE:
		break;
	}
}

static void on_stored(
        void *context, const struct gn_peer *from, const uint8_t *origin, const struct gn_tip *tip)
{
	struct daemon *d = context;
	send_receipt(d, from->key, origin, tip);
	if (!lately(d->heard, origin, HEARD_MS))
		hear_of(d, origin, from, 0, (struct gn_bytes){0});
}

static void on_committed(void *context)
{
	struct daemon *d = context;
	hub_folder_notify(d->folder);
}

static void on_failed(void *context, enum gn_err err)
{
	struct daemon *d = context;
	count(&d->counts.store_failures, 1);
	gn_log_seldom(&d->failed, GN_LOG_ERROR,
	        err == GN_E_CORRUPT ? "entries cannot be read, see verify"
	                            : "entries could not be stored",
	        gn_err_text(err));
}

/* Nodes find this hub by what the registrar says of it. */
static enum gn_err announce(struct hub *hub, const char *endpoint)
{
	size_t n;
	const struct gn_hub *hubs = gn_registry_hubs(hub->view.registry, &n);
	for (size_t i = 0; i < n; i++)
		if (memcmp(hubs[i].hub, hub->id, GN_KEY_SIZE) == 0 &&
		        strcmp(hubs[i].endpoints, endpoint) == 0 &&
		        memcmp(hubs[i].transport, hub->transport_public, GN_KEY_SIZE) == 0)
			return GN_OK;
	char *endpoints[] = {(char *)endpoint};
	Gonha__HubAddress address = GONHA__HUB_ADDRESS__INIT;
	address.hub = (ProtobufCBinaryData){GN_KEY_SIZE, hub->id};
	address.transport = (ProtobufCBinaryData){GN_KEY_SIZE, hub->transport_public};
	address.endpoints = endpoints;
	address.n_endpoints = 1;
	Gonha__Item item = GONHA__ITEM__INIT;
	item.item_case = GONHA__ITEM__ITEM_HUB;
	item.hub = &address;
	return hub_registrar_item(hub->store, hub->secrets.registrar, &item);
}

static enum gn_err start(struct daemon *d, const char *sync_endpoint, char *bound)
{
	struct gn_replica_options options = {.store = d->hub->store,
	        .transport_public = d->hub->transport_public,
	        .transport_secret = d->hub->secrets.transport,
	        .software = "gonha-hub " GONHA_VERSION,
	        .joiners = true,
	        .context = d,
	        .limit = want,
	        .readable = may_read,
	        .act = on_act,
	        .stored = on_stored,
	        .committed = on_committed,
	        .failed = on_failed};
	d->verdicts = hub_verdicts_new();
	if (!d->verdicts)
		return GN_E_NOMEM;
	enum gn_err err = hub_folder_new(d->hub, &d->counts, &d->folder);
	if (!err)
		err = gn_replica_new(&options, &d->replica);
	return err ? err : gn_replica_listen(d->replica, sync_endpoint, bound);
}

static void copy_net_counts(struct daemon *d)
{
	struct gn_net_counts net;
	gn_replica_counts(d->replica, &net);
	__atomic_store_n(&d->counts.net.refused_keys, net.refused_keys, __ATOMIC_RELAXED);
	__atomic_store_n(&d->counts.net.failed_handshakes, net.failed_handshakes, __ATOMIC_RELAXED);
	__atomic_store_n(&d->counts.net.messages_in, net.messages_in, __ATOMIC_RELAXED);
	__atomic_store_n(&d->counts.net.messages_out, net.messages_out, __ATOMIC_RELAXED);
	__atomic_store_n(&d->counts.net.bytes_in, net.bytes_in, __ATOMIC_RELAXED);
	__atomic_store_n(&d->counts.net.bytes_out, net.bytes_out, __ATOMIC_RELAXED);
}

static enum gn_err loop(struct daemon *d)
{
	enum gn_err err = GN_OK;
	while (!gn_stop_asked() && !err) {
		err = gn_replica_step(d->replica, STEP_MS);
		copy_net_counts(d);
		uint64_t seq = gn_replica_view(d->replica)->registrar_seq;
		if (seq != d->own_seq) /* a command changed what counts */
			hub_folder_notify(d->folder);
		d->own_seq = seq;
		enum gn_err unsaid =
		        err ? GN_OK : hub_verdicts_tell(d->verdicts, d->hub, d->replica);
		if (unsaid)
			gn_log_seldom(&d->unsaid, GN_LOG_ERROR, "verdicts could not be told",
			        gn_err_text(unsaid));
	}
	return err;
}

static void say_error(const char *what, enum gn_err err)
{
	gn_log(GN_LOG_ERROR, "%s: %s", what,
	        err == GN_E_SYSTEM ? strerror(errno) : gn_err_text(err));
}

int hub_daemon_run(struct hub *hub, const char *sync_endpoint, const char *advertise,
        const char *http_listen, bool open_loopback)
{
	struct daemon d = {.hub = hub};
	struct hub_api *api = NULL;
	char bound[128];
	gn_stop_catch();
	enum gn_err err = start(&d, sync_endpoint, bound);
	if (err)
		say_error(sync_endpoint, err);
	if (!err && strcmp(http_listen, "off") != 0) {
		unsigned port;
		err = hub_api_start(hub, &d.counts, http_listen, open_loopback, &port, &api);
		if (err)
			say_error(http_listen, err);
		else
			gn_log(GN_LOG_NOTICE, "HTTP on %s, port %u", http_listen, port);
	}
	/* Not before it is true; a full disk is no reason to answer nobody. */
	enum gn_err unsaid = !err && advertise[0] ? announce(hub, advertise) : GN_OK;
	if (unsaid)
		say_error("nodes could not be told of the endpoint", unsaid);
	if (!err) {
		gn_log(GN_LOG_NOTICE, "ready: nodes connect to %s", bound);
		gn_stop_listen();
		err = loop(&d);
		if (err)
			say_error("stopped", err);
	}
	hub_api_stop(&api);
	gn_replica_free(&d.replica);
	hub_folder_free(&d.folder);
	hub_verdicts_free(&d.verdicts);
	return err ? 1 : 0;
}
