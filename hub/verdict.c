/* A verdict is made from the table of waiting entries, whenever it is asked for;
 * nothing of it is kept here but a digest of what was sent. */
#include "hub/verdict.h"

#include "core/day.h"
#include "hub/db.h"
#include "hub/fold_waiting.h"
#include "proto/signed.h"
#include "sync.pb-c.h"

#include <sodium.h>
#include <stdlib.h>

#define PAUSE_MS 5000
#define SENT 4096 /* nodes remembered; another in the same place only costs a message */

struct hub_verdicts {
	struct {
		uint8_t node[GN_KEY_SIZE], digest[32];
	} sent[SENT];
	uint64_t generation, next_ms;
};

struct refusals {
	Gonha__Verdict__Refusal items[HUB_VERDICT_REFUSALS];
	Gonha__Verdict__Refusal *pointers[HUB_VERDICT_REFUSALS];
	char details[HUB_VERDICT_REFUSALS][HUB_WAITING_DETAIL + 1];
	size_t n;
	uint32_t more;
};

static void add_refusal(struct refusals *r, struct gn_bytes key, struct gn_bytes value)
{
	if (r->n == HUB_VERDICT_REFUSALS) {
		r->more++;
		return;
	}
	size_t length = value.size - 1;
	if (length > HUB_WAITING_DETAIL)
		length = HUB_WAITING_DETAIL;
	memcpy(r->details[r->n], value.data + 1, length);
	Gonha__Verdict__Refusal *item = &r->items[r->n];
	gonha__verdict__refusal__init(item);
	item->seq = gn_get_be64(key.data + GN_KEY_SIZE);
	item->reason = (char *)hub_reason_name((enum hub_reason)value.data[0]);
	item->detail = r->details[r->n];
	r->pointers[r->n++] = item;
}

static void gather(struct gn_txn *txn, const uint8_t *origin, struct refusals *r)
{
	GN_AUTO_CURSOR cursor = gn_cursor_open(txn, HUB_T_WAITING);
	for (bool more = gn_cursor_seek(&cursor, gn_bytes(origin, GN_KEY_SIZE)); more;
	        more = gn_cursor_next(&cursor)) {
		if (cursor.key.size != HUB_WAITING_KEY || cursor.value.size == 0 ||
		        memcmp(cursor.key.data, origin, GN_KEY_SIZE) != 0)
			break;
		add_refusal(r, cursor.key, cursor.value);
	}
}

/* [S-11] */
enum gn_err hub_verdict_pack(struct gn_txn *txn, const uint8_t origin[GN_KEY_SIZE],
        uint64_t counter, uint8_t *buf, size_t cap, size_t *ret_size)
{
	struct gn_bytes folded;
	if (!gn_txn_get(txn, HUB_T_CURSOR, gn_bytes(origin, GN_KEY_SIZE), &folded) ||
	        folded.size < 8)
		return txn->err ? txn->err : GN_E_NOTFOUND;
	Gonha__Verdict verdict = GONHA__VERDICT__INIT;
	verdict.origin = (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)origin};
	verdict.counter = counter;
	verdict.upto = gn_get_be64(folded.data);
	struct refusals *refusals = calloc(1, sizeof *refusals);
	if (!refusals)
		return GN_E_NOMEM;
	gather(txn, origin, refusals);
	verdict.refusals = refusals->pointers;
	verdict.n_refusals = refusals->n;
	verdict.more = refusals->more;
	enum gn_err err = txn->err;
	if (!err && gonha__verdict__get_packed_size(&verdict) > cap)
		err = GN_E_SIZE;
	if (!err)
		*ret_size = gonha__verdict__pack(&verdict, buf);
	free(refusals);
	return err;
}

struct hub_verdicts *hub_verdicts_new(void)
{
	return calloc(1, sizeof(struct hub_verdicts));
}

void hub_verdicts_free(struct hub_verdicts **verdicts)
{
	free(*verdicts);
	*verdicts = NULL;
}

static size_t place_of(const uint8_t *node)
{
	return gn_get_be16(node) % SENT;
}

void hub_verdicts_forget(struct hub_verdicts *verdicts, const uint8_t node[GN_KEY_SIZE])
{
	memset(verdicts->sent[place_of(node)].node, 0, GN_KEY_SIZE);
	verdicts->generation = 0;
}

/* The same word twice says nothing: without its counter it is compared first. */
static enum gn_err tell_node(struct hub_verdicts *v, struct hub *hub, struct gn_replica *replica,
        struct gn_txn *txn, const struct gn_enrolment *node)
{
	static uint8_t statement[HUB_VERDICT_MAX], packed[HUB_VERDICT_MAX + GN_SIGNED_MORE];
	uint8_t digest[32];
	size_t size, place = place_of(node->node);
	enum gn_err err = hub_verdict_pack(txn, node->node, 0, statement, sizeof statement, &size);
	if (err)
		return err == GN_E_NOTFOUND ? GN_OK : err;
	crypto_generichash(digest, sizeof digest, statement, size, NULL, 0);
	if (memcmp(v->sent[place].node, node->node, GN_KEY_SIZE) == 0 &&
	        memcmp(v->sent[place].digest, digest, sizeof digest) == 0)
		return GN_OK;
	err = hub_verdict_pack(txn, node->node, gn_now_ms(), statement, sizeof statement, &size);
	if (!err)
		err = gn_signed_write(hub->secrets.hub, "gonha verdict", gn_bytes(statement, size),
		        packed, sizeof packed, &size);
	if (err)
		return err;
	gn_replica_send(replica, node->transport, GN_M_VERDICT, gn_bytes(packed, size));
	memcpy(v->sent[place].node, node->node, GN_KEY_SIZE);
	memcpy(v->sent[place].digest, digest, sizeof digest);
	return GN_OK;
}

enum gn_err hub_verdicts_tell(
        struct hub_verdicts *verdicts, struct hub *hub, struct gn_replica *replica)
{
	uint64_t generation = gn_store_generation(hub->store), now = gn_now_ms();
	bool soon = verdicts->next_ms > now && verdicts->next_ms <= now + PAUSE_MS;
	if (generation == verdicts->generation || soon)
		return GN_OK;
	verdicts->generation = generation;
	verdicts->next_ms = now + PAUSE_MS;
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, false);
	enum gn_err err = txn.err;
	size_t n;
	const struct gn_enrolment *nodes =
	        gn_registry_enrolments(gn_replica_view(replica)->registry, &n);
	for (size_t i = 0; i < n && !err; i++)
		if (!nodes[i].revoked && gn_replica_linked(replica, nodes[i].transport))
			err = tell_node(verdicts, hub, replica, &txn, &nodes[i]);
	return err;
}
