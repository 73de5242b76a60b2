/* A node takes root and registrar from hubs, gives hubs its own log, keeps the
 * newest receipt, and says how it is. */
#include "node/link.h"

#include "core/endpoint.h"
#include "core/log.h"
#include "node/custody.h"
#include "node/report.h"
#include "proto/arena.h"
#include "proto/signed.h"
#include "sync.pb-c.h"

#include <stdio.h>
#include <stdlib.h>

#define REPORT_MS 60000u
#define RECEIPT_MAX 512
#define ARENA_BYTES 8192

struct node_link {
	struct node *node;
	struct gn_replica *replica;
	struct gn_peer hub; /* the last one that greeted us; role NONE: none yet */
	uint64_t report_at_ms; /* when the next report is due */
	uint8_t receipt[RECEIPT_MAX]; /* the newest that came, kept once a turn */
	size_t receipt_size;
	struct gn_log_seldom refused, ahead, failed, unusable;
};

struct receipt_kept { /* what the writer is handed, before the packed receipt */
	uint8_t hub[GN_KEY_SIZE], origin[GN_KEY_SIZE], hash[GN_HASH_SIZE];
	uint64_t seq;
};

/* [S-5] */
static uint64_t want(void *context, const struct gn_view *view, const uint8_t *origin)
{
	(void)context;
	bool root = memcmp(origin, view->root, GN_KEY_SIZE) == 0;
	bool registrar = view->has_registrar && memcmp(origin, view->registrar, GN_KEY_SIZE) == 0;
	return root || registrar ? UINT64_MAX : 0;
}

/* [S-6] Hubs read all that is here; whoever else is enrolled, root and registrar. */
static bool may_read(void *context, const struct gn_view *view, const struct gn_peer *peer,
        const uint8_t *origin)
{
	if (peer->role == GN_ROLE_HUB)
		return true;
	return peer->role == GN_ROLE_NODE && want(context, view, origin) > 0;
}

static bool is_hub(const struct gn_registry *registry, const uint8_t *id)
{
	size_t n;
	const struct gn_hub *hubs = gn_registry_hubs(registry, &n);
	for (size_t i = 0; i < n; i++)
		if (memcmp(hubs[i].hub, id, GN_KEY_SIZE) == 0)
			return true;
	return false;
}

/* A receipt of another entry than ours is no receipt of ours. */
static void write_receipt(struct gn_txn *txn, struct gn_bytes data)
{
	struct receipt_kept kept;
	struct gn_log log;
	memcpy(&kept, data.data, sizeof kept);
	if (gn_log_find(txn, kept.origin, &log) || kept.seq > log.tip.seq)
		return; /* of a log that is not here: nothing to mark */
	if (kept.seq == log.tip.seq && memcmp(kept.hash, log.tip.hash, GN_HASH_SIZE) != 0)
		return;
	(void)!gn_log_receipt(txn, &log, kept.hub, kept.seq,
	        gn_bytes(data.data + sizeof kept, data.size - sizeof kept));
}

static enum gn_err hand_over(
        struct node_link *link, const struct gn_signed *word, const Gonha__Receipt *receipt)
{
	uint8_t data[sizeof(struct receipt_kept) + RECEIPT_MAX];
	struct receipt_kept kept = {.seq = receipt->seq};
	if (receipt->origin.len != GN_KEY_SIZE || receipt->hash.len != GN_HASH_SIZE)
		return GN_E_FORMAT;
	memcpy(kept.hub, word->key, GN_KEY_SIZE);
	memcpy(kept.origin, receipt->origin.data, GN_KEY_SIZE);
	memcpy(kept.hash, receipt->hash.data, GN_HASH_SIZE);
	memcpy(data, &kept, sizeof kept);
	memcpy(data + sizeof kept, link->receipt, link->receipt_size);
	return gn_replica_write(
	        link->replica, write_receipt, gn_bytes(data, sizeof kept + link->receipt_size));
}

/* [S-7] A receipt counts when one of the root's hubs signed it. */
static enum gn_err keep_receipt(struct node_link *link)
{
	struct gn_signed word;
	enum gn_err err =
	        gn_signed_read(gn_bytes(link->receipt, link->receipt_size), "gonha receipt", &word);
	if (err)
		return err;
	if (!is_hub(gn_replica_view(link->replica)->registry, word.key))
		return GN_E_ORIGIN;
	GN_AUTO_ARENA struct gn_arena arena;
	gn_arena_init(&arena, ARENA_BYTES);
	const Gonha__Receipt *receipt = gonha__receipt__unpack(
	        gn_arena_allocator(&arena), word.statement.size, word.statement.data);
	return receipt ? hand_over(link, &word, receipt) : GN_E_FORMAT;
}

/* The registry is looked at now, the store when the writer comes to it. */
static void write_verdict(struct gn_txn *txn, struct gn_bytes data)
{
	node_verdict_keep(
	        txn, data.data, gn_bytes(data.data + GN_KEY_SIZE, data.size - GN_KEY_SIZE));
}

static void take_verdict(struct node_link *link, struct gn_bytes message)
{
	const uint8_t *origin = link->node->origin;
	uint8_t *data = malloc(GN_KEY_SIZE + message.size);
	enum gn_err err =
	        data ? node_verdict_check(gn_replica_view(link->replica)->registry, origin, message)
	             : GN_E_NOMEM;
	if (!err) {
		memcpy(data, origin, GN_KEY_SIZE);
		memcpy(data + GN_KEY_SIZE, message.data, message.size);
		err = gn_replica_write(
		        link->replica, write_verdict, gn_bytes(data, GN_KEY_SIZE + message.size));
	}
	free(data);
	if (err)
		gn_log_seldom(&link->refused, GN_LOG_WARNING, "verdict refused", gn_err_text(err));
}

static void take_receipt(struct node_link *link, struct gn_bytes message)
{
	if (message.size > RECEIPT_MAX)
		return;
	memcpy(link->receipt, message.data, message.size);
	link->receipt_size = message.size;
}

static void say_ahead(struct node_link *link, const struct gn_act *act)
{
	char seq[24];
	snprintf(seq, sizeof seq, "entry %llu", (unsigned long long)act->first);
	gn_log_seldom(&link->ahead, GN_LOG_ERROR,
	        act->code == GN_E_LINK ? "a peer tells of another entry of this node's log"
	                               : "a peer tells of this node's log beyond its end",
	        seq);
}

static void on_act(void *context, const struct gn_act *act)
{
	struct node_link *link = context;
	switch (act->kind) {
	case GN_ACT_GREETED:
		if (act->peer.role == GN_ROLE_HUB) {
			link->hub = act->peer;
			link->report_at_ms = 0;
		}
		break;
	case GN_ACT_RECEIPT:
		take_receipt(link, act->message);
		break;
	case GN_ACT_REFUSED:
		gn_log_seldom(
		        &link->refused, GN_LOG_WARNING, "message refused", gn_err_text(act->code));
		break;
	case GN_ACT_AHEAD:
		say_ahead(link, act);
		break;
	case GN_ACT_VERDICT:
		take_verdict(link, act->message);
		break;
	case GN_ACT_STATUS:
	case GN_ACT_BEACON:
	case GN_ACT_JOIN:
	case GN_ACT_JOINED:
	case GN_ACT_REJECT:
	case GN_ACT_SEND:
	case GN_ACT_STORE:
		break;
	}
}

static void on_failed(void *context, enum gn_err err)
{
	struct node_link *link = context;
	gn_log_seldom(&link->failed, GN_LOG_ERROR,
	        err == GN_E_CORRUPT ? "entries cannot be read, see verify"
	                            : "registry entries could not be stored",
	        gn_err_text(err));
}

enum gn_err node_link_new(struct node *node, struct node_link **ret_link)
{
	struct node_link *link = calloc(1, sizeof *link);
	if (!link)
		return GN_E_NOMEM;
	link->node = node;
	struct gn_replica_options options = {.store = node->store,
	        .transport_public = node->transport_public,
	        .transport_secret = node->transport_secret,
	        .software = "gonha-node " GONHA_VERSION,
	        .context = link,
	        .limit = want,
	        .readable = may_read,
	        .act = on_act,
	        .failed = on_failed,
	        .own = node->origin};
	enum gn_err err = gn_replica_new(&options, &link->replica);
	if (err) {
		free(link);
		return err;
	}
	*ret_link = link;
	return GN_OK;
}

void node_link_free(struct node_link **link)
{
	if (!*link)
		return;
	gn_replica_free(&(*link)->replica);
	free(*link);
	*link = NULL;
}

struct gn_replica *node_link_replica(struct node_link *link)
{
	return link->replica;
}

/* The first of `endpoints` (joined by ';') that can be used: a peer has one link.
 * One that cannot is no reason to stop: what the registry says is corrected over
 * the links that stand. */
static enum gn_err connect_first(struct node_link *link, const char *endpoints, const uint8_t *key)
{
	char endpoint[GN_ENDPOINT_MAX + 1];
	for (const char *at = endpoints; *at; at += *at == ';') {
		size_t length = strcspn(at, ";");
		if (length < sizeof endpoint) {
			memcpy(endpoint, at, length);
			endpoint[length] = '\0';
			if (gn_endpoint_fits(endpoint))
				return gn_replica_connect(
				        link->replica, endpoint, key, GN_ROLE_HUB);
		}
		at += length;
	}
	if (endpoints[0])
		gn_log_seldom(&link->unusable, GN_LOG_WARNING, "no endpoint of a hub", endpoints);
	return GN_OK;
}

enum gn_err node_link_hubs(struct node_link *link, const char *hub)
{
	size_t n;
	const struct gn_hub *hubs = gn_registry_hubs(gn_replica_view(link->replica)->registry, &n);
	bool named = hub && hub[0]; /* --hub names one: the first */
	enum gn_err err = GN_OK;
	for (size_t i = 0; i < n && !err && !(named && i > 0); i++)
		err = connect_first(link, named ? hub : hubs[i].endpoints, hubs[i].transport);
	return err;
}

static enum gn_err report(struct node_link *link)
{
	uint64_t now = gn_now_ms();
	if (link->hub.role != GN_ROLE_HUB ||
	        (link->report_at_ms > now && link->report_at_ms <= now + REPORT_MS))
		return GN_OK;
	uint8_t packed[NODE_REPORT_MAX];
	size_t size;
	enum gn_err err = node_report_pack(
	        link->node, gn_replica_view(link->replica), packed, sizeof packed, &size);
	if (err)
		return err;
	link->report_at_ms = now + REPORT_MS;
	gn_replica_send(link->replica, link->hub.key, GN_M_STATUS, gn_bytes(packed, size));
	return GN_OK;
}

enum gn_err node_link_step(struct node_link *link, int timeout_ms)
{
	enum gn_err err = gn_replica_step(link->replica, timeout_ms);
	if (!err && link->receipt_size > 0) {
		enum gn_err wrong = keep_receipt(link);
		if (wrong)
			gn_log_seldom(&link->refused, GN_LOG_WARNING, "receipt refused",
			        gn_err_text(wrong));
		link->receipt_size = 0;
	}
	return err ? err : report(link);
}
