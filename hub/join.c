/* [P-20] The invitation decides the unit, the signature who asks, the seal that
 * nobody on the way could change either. */
#include "hub/join.h"

#include "core/day.h"
#include "core/endpoint.h"
#include "hub/registrar.h"
#include "proto/arena.h"
#include "proto/signed.h"
#include "sync.pb-c.h"

#include <sodium.h>

#define REQUEST_MAX 1024
#define ARENA_BYTES 16384

static enum gn_err unseal(
        const struct hub *hub, const Gonha__Join *join, uint8_t *buf, size_t *ret_size)
{
	uint8_t registrar[GN_KEY_SIZE], public_key[GN_KEY_SIZE], secret_key[GN_KEY_SIZE];
	if (join->sealed.len < crypto_box_SEALBYTES ||
	        join->sealed.len - crypto_box_SEALBYTES > REQUEST_MAX)
		return GN_E_FORMAT;
	crypto_sign_ed25519_sk_to_pk(registrar, hub->secrets.registrar);
	int rc = crypto_sign_ed25519_pk_to_curve25519(public_key, registrar) ||
	         crypto_sign_ed25519_sk_to_curve25519(secret_key, hub->secrets.registrar) ||
	         crypto_box_seal_open(
	                 buf, join->sealed.data, join->sealed.len, public_key, secret_key);
	sodium_memzero(secret_key, sizeof secret_key);
	*ret_size = join->sealed.len - crypto_box_SEALBYTES;
	return rc ? GN_E_SEALED : GN_OK;
}

static enum gn_err check_request(const Gonha__JoinRequest *request, const uint8_t *token)
{
	if (request->transport.len != GN_KEY_SIZE || request->token.len != GN_KEY_SIZE ||
	        (request->endpoint[0] && !gn_endpoint_fits(request->endpoint)))
		return GN_E_FORMAT;
	return memcmp(request->token.data, token, GN_KEY_SIZE) == 0 ? GN_OK : GN_E_DENIED;
}

static enum gn_err write_enrolment(struct gn_txn *txn, const struct hub *hub, const uint8_t *node,
        const Gonha__JoinRequest *request)
{
	const struct gn_invitation *invitation =
	        gn_registry_invitation(hub->view.registry, request->token.data);
	Gonha__Enrolment enrolment = GONHA__ENROLMENT__INIT;
	enrolment.node = (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)node};
	enrolment.transport = request->transport;
	enrolment.invitation = request->token;
	enrolment.unit = invitation->unit;
	enrolment.endpoint = request->endpoint;
	enrolment.training = invitation->training;
	Gonha__Item item = GONHA__ITEM__INIT, *items[] = {&item};
	item.item_case = GONHA__ITEM__ITEM_ENROLMENT;
	item.enrolment = &enrolment;
	return hub_registrar_items(txn, hub->secrets.registrar, items, 1);
}

/* [P-20] Messages over that key would be taken for another's. */
static bool transport_taken(const struct gn_registry *registry, const uint8_t *transport)
{
	size_t n;
	const struct gn_hub *hubs = gn_registry_hubs(registry, &n);
	for (size_t i = 0; i < n; i++)
		if (memcmp(hubs[i].transport, transport, GN_KEY_SIZE) == 0)
			return true;
	return gn_registry_transport(registry, transport) != NULL;
}

/* [P-21] *ret_same: it is enrolled already, by this invitation. */
static enum gn_err judge(const struct gn_registry *registry, const uint8_t *node,
        const Gonha__JoinRequest *request, bool *ret_same)
{
	const struct gn_invitation *invitation =
	        gn_registry_invitation(registry, request->token.data);
	if (!invitation || invitation->cancelled || invitation->expires_ms <= gn_now_ms())
		return GN_E_DENIED;
	const struct gn_enrolment *known = gn_registry_node(registry, node);
	bool same = known && memcmp(known->invitation, request->token.data, GN_KEY_SIZE) == 0;
	if (known ? !same : invitation->used)
		return GN_E_DENIED;
	if (!same && transport_taken(registry, request->transport.data))
		return GN_E_DENIED;
	*ret_same = same;
	return GN_OK;
}

/* Judged once more where nobody else can write: another request or a command
 * may have used or withdrawn the invitation meanwhile. */
static enum gn_err judge_and_write(struct hub *hub, const uint8_t *node,
        const Gonha__JoinRequest *request, uint64_t *ret_registry)
{
	bool same = false;
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, true);
	enum gn_err err = txn.err ? txn.err : gn_view_refresh_txn(&hub->view, &txn);
	if (!err)
		err = judge(hub->view.registry, node, request, &same);
	if (!err && !same)
		err = write_enrolment(&txn, hub, node, request);
	if (!err)
		err = gn_txn_commit(&txn);
	if (!err)
		*ret_registry = hub->view.registrar_seq + !same;
	return err;
}

static enum gn_err enrol(struct hub *hub, const uint8_t *node, const Gonha__JoinRequest *request,
        uint64_t *ret_registry)
{
	bool same;
	enum gn_err err = gn_view_refresh(&hub->view, hub->store);
	if (!err)
		err = judge(hub->view.registry, node, request, &same);
	if (err)
		return err; /* who is refused does not wait for the writer */
	if (!same)
		return judge_and_write(hub, node, request, ret_registry);
	*ret_registry = hub->view.registrar_seq;
	return GN_OK;
}

static enum gn_err unpack_and_enrol(struct hub *hub, const uint8_t *token, struct gn_bytes message,
        ProtobufCAllocator *memory, uint64_t *ret_registry)
{
	uint8_t plain[REQUEST_MAX];
	size_t size;
	Gonha__Join *join = gonha__join__unpack(memory, message.size, message.data);
	if (!join)
		return GN_E_FORMAT;
	enum gn_err err = unseal(hub, join, plain, &size);
	if (err)
		return err;
	struct gn_signed word;
	err = gn_signed_read(gn_bytes(plain, size), "gonha join", &word);
	if (err)
		return err;
	Gonha__JoinRequest *request =
	        gonha__join_request__unpack(memory, word.statement.size, word.statement.data);
	if (!request)
		return GN_E_FORMAT;
	err = check_request(request, token);
	return err ? err : enrol(hub, word.key, request, ret_registry);
}

enum gn_err hub_join(struct hub *hub, const uint8_t token[GN_KEY_SIZE], struct gn_bytes message,
        uint64_t *ret_registry)
{
	if (message.size > 2 * REQUEST_MAX)
		return GN_E_SIZE;
	GN_AUTO_ARENA struct gn_arena arena;
	gn_arena_init(&arena, ARENA_BYTES);
	return unpack_and_enrol(hub, token, message, gn_arena_allocator(&arena), ret_registry);
}
