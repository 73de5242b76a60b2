/* [P-20] The invitation decides the unit, the signature who asks, the seal that
 * nobody on the way could change either. */
#include "hub/join.h"

#include "core/day.h"
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
	        strlen(request->endpoint) > 255)
		return GN_E_FORMAT;
	return memcmp(request->token.data, token, GN_KEY_SIZE) == 0 ? GN_OK : GN_E_DENIED;
}

static enum gn_err write_enrolment(struct hub *hub, const uint8_t *node,
        const Gonha__JoinRequest *request, const struct gn_invitation *invitation)
{
	Gonha__Enrolment enrolment = GONHA__ENROLMENT__INIT;
	enrolment.node = (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)node};
	enrolment.transport = request->transport;
	enrolment.invitation = request->token;
	enrolment.unit = invitation->unit;
	enrolment.endpoint = request->endpoint;
	enrolment.training = invitation->training;
	Gonha__Item item = GONHA__ITEM__INIT;
	item.item_case = GONHA__ITEM__ITEM_ENROLMENT;
	item.enrolment = &enrolment;
	return hub_registrar_item(hub->store, hub->secrets.registrar, &item);
}

/* [P-21] */
static enum gn_err enrol(struct hub *hub, const struct gn_view *view, const uint8_t *token,
        const uint8_t *node, const Gonha__JoinRequest *request, uint64_t *ret_registry)
{
	const struct gn_registry *registry = view->registry;
	const struct gn_invitation *invitation = gn_registry_invitation(registry, token);
	if (!invitation || invitation->cancelled || invitation->expires_ms <= gn_now_ms())
		return GN_E_DENIED;
	const struct gn_enrolment *known = gn_registry_node(registry, node);
	bool same = known && memcmp(known->invitation, token, GN_KEY_SIZE) == 0;
	if (known ? !same : invitation->used)
		return GN_E_DENIED;
	if (!same && gn_registry_transport(registry, request->transport.data))
		return GN_E_DENIED; /* messages over that key are another node's */
	*ret_registry = same ? view->registrar_seq : view->registrar_seq + 1;
	return same ? GN_OK : write_enrolment(hub, node, request, invitation);
}

static enum gn_err unpack_and_enrol(struct hub *hub, const struct gn_view *view,
        const uint8_t *token, struct gn_bytes message, ProtobufCAllocator *memory,
        uint64_t *ret_registry)
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
	return err ? err : enrol(hub, view, token, word.key, request, ret_registry);
}

enum gn_err hub_join(struct hub *hub, const struct gn_view *view, const uint8_t token[GN_KEY_SIZE],
        struct gn_bytes message, uint64_t *ret_registry)
{
	if (message.size > 2 * REQUEST_MAX)
		return GN_E_SIZE;
	struct gn_arena arena;
	gn_arena_init(&arena, ARENA_BYTES);
	enum gn_err err = unpack_and_enrol(
	        hub, view, token, message, gn_arena_allocator(&arena), ret_registry);
	gn_arena_done(&arena);
	return err;
}
