/* The request is sealed to the registrar, so whoever carries it learns and
 * changes nothing; the hub's word of success is checked later, by the registry
 * that the node then reads. */
#include "node/enrol.h"

#include "core/day.h"
#include "core/net.h"
#include "core/text.h"
#include "proto/signed.h"
#include "proto/sync.h"
#include "proto/wire.h"

#include <sodium.h>
#include <stdlib.h>
#include <time.h>

#define TOKEN_MAX 2048
#define REQUEST_MAX 1024
#define ASK_MS 3000 /* until the request is sent again */
#define REFUSED_MS 5000 /* for how long a refusal is not believed */

enum gn_err node_token_parse(const char *text, Gonha__Token **ret_token)
{
	uint8_t packed[TOKEN_MAX];
	size_t size;
	enum gn_err err = gn_base64url_parse(text, packed, sizeof packed, &size);
	if (err)
		return GN_E_FORMAT;
	Gonha__Token *token = gonha__token__unpack(NULL, size, packed);
	sodium_memzero(packed, sizeof packed);
	if (!token)
		return GN_E_FORMAT;
	bool good = token->secret.len == GN_KEY_SIZE && token->root.len == GN_KEY_SIZE &&
	            token->registrar.len == GN_KEY_SIZE && token->n_hubs > 0;
	for (size_t i = 0; i < token->n_hubs; i++)
		good = good && token->hubs[i]->key.len == GN_KEY_SIZE;
	if (!good) {
		gonha__token__free_unpacked(token, NULL);
		return GN_E_FORMAT;
	}
	*ret_token = token;
	return GN_OK;
}

static enum gn_err pack_request(const struct node *node, uint8_t *token_public,
        const char *endpoint, uint8_t *buf, size_t *ret_size)
{
	uint8_t statement[REQUEST_MAX];
	Gonha__JoinRequest request = GONHA__JOIN_REQUEST__INIT;
	request.transport = (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)node->transport_public};
	request.token = (ProtobufCBinaryData){GN_KEY_SIZE, token_public};
	request.endpoint = (char *)endpoint;
	if (gonha__join_request__get_packed_size(&request) > sizeof statement)
		return GN_E_SIZE;
	size_t size = gonha__join_request__pack(&request, statement);
	return gn_signed_write(
	        node->secret, "gonha join", gn_bytes(statement, size), buf, REQUEST_MAX, ret_size);
}

/* Message{join{sealed}} */
static enum gn_err make_request(const struct node *node, const Gonha__Token *token,
        uint8_t *token_public, const char *endpoint, uint8_t *buf, size_t cap, size_t *ret_size)
{
	uint8_t plain[REQUEST_MAX], sealed[REQUEST_MAX + crypto_box_SEALBYTES], key[GN_KEY_SIZE];
	uint8_t inner[REQUEST_MAX + 128];
	size_t size;
	enum gn_err err = pack_request(node, token_public, endpoint, plain, &size);
	if (err)
		return err;
	if (crypto_sign_ed25519_pk_to_curve25519(key, token->registrar.data) ||
	        crypto_box_seal(sealed, plain, size, key))
		return GN_E_FORMAT;
	Gonha__Join join = GONHA__JOIN__INIT;
	join.sealed = (ProtobufCBinaryData){size + crypto_box_SEALBYTES, sealed};
	size = gonha__join__pack(&join, inner);
	return gn_message_pack(GN_M_JOIN, gn_bytes(inner, size), buf, cap, ret_size);
}

/* [S-13] GN_E_NOTFOUND: the hub cannot now, which is not the last word. */
static enum gn_err read_refusal(struct gn_bytes message)
{
	Gonha__Reject *reject = gonha__reject__unpack(NULL, message.size, message.data);
	uint32_t code = reject ? reject->code : 0;
	if (reject)
		gonha__reject__free_unpacked(reject, NULL);
	switch (code) {
	case GN_E_SYSTEM:
	case GN_E_NOMEM:
	case GN_E_FULL:
	case GN_E_BUSY:
		return GN_E_NOTFOUND;
	case GN_E_FORMAT:
	case GN_E_SIZE:
	case GN_E_SIGNATURE:
	case GN_E_SEALED:
		return (enum gn_err)code;
	default:
		return GN_E_DENIED;
	}
}

/* GN_E_NOTFOUND: not an answer. */
static enum gn_err read_answer(struct gn_bytes message, uint64_t *ret_registry)
{
	struct gn_wire_reader r = gn_wire_read(message);
	struct gn_wire_field f;
	if (!gn_wire_next(&r, &f) || f.type != GN_WIRE_BYTES)
		return GN_E_NOTFOUND;
	if (f.number == GN_M_REJECT)
		return read_refusal(f.bytes);
	if (f.number != GN_M_JOINED)
		return GN_E_NOTFOUND;
	Gonha__Joined *joined = gonha__joined__unpack(NULL, f.bytes.size, f.bytes.data);
	if (!joined)
		return GN_E_NOTFOUND;
	*ret_registry = joined->registry;
	gonha__joined__free_unpacked(joined, NULL);
	return GN_OK;
}

static int64_t monotonic_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum gn_err converse(struct gn_net *net, const Gonha__Token *token, struct gn_bytes request,
        int wait_ms, uint64_t *ret_registry)
{
	int64_t end = monotonic_ms() + wait_ms, next = 0, refused_until = 0;
	while (monotonic_ms() < end) {
		if (monotonic_ms() >= next) { /* a send is never a delivery: again and again */
			for (size_t i = 0; i < token->n_hubs; i++)
				(void)!gn_net_send(net, token->hubs[i]->key.data, request);
			next = monotonic_ms() + ASK_MS;
		}
		struct gn_net_event event;
		enum gn_err err = gn_net_poll(net, 200, &event);
		if (err)
			return err;
		if (event.kind == GN_NET_UP)
			next = 0;
		/* A running hub takes a moment to see an invitation that was just made. */
		if (event.kind == GN_NET_REFUSED && !refused_until)
			refused_until = monotonic_ms() + REFUSED_MS;
		if (event.kind == GN_NET_REFUSED && monotonic_ms() >= refused_until)
			return GN_E_DENIED;
		if (event.kind != GN_NET_MESSAGE)
			continue;
		err = read_answer(event.message, ret_registry);
		if (err != GN_E_NOTFOUND)
			return err;
	}
	return refused_until ? GN_E_DENIED : GN_E_BUSY;
}

static bool admit_nobody(void *context, const uint8_t *key)
{
	(void)context;
	(void)key;
	return false;
}

enum gn_err node_enrol(const struct node *node, const Gonha__Token *token, const char *endpoint,
        int wait_ms, uint64_t *ret_registry)
{
	uint8_t token_public[GN_KEY_SIZE], request[2 * REQUEST_MAX];
	size_t size;
	struct gn_net *net = NULL;
	crypto_scalarmult_base(token_public, token->secret.data);
	enum gn_err err =
	        make_request(node, token, token_public, endpoint, request, sizeof request, &size);
	if (err)
		return err;
	struct gn_net_options options = {.public_key = token_public,
	        .secret_key = token->secret.data,
	        .admit = admit_nobody};
	err = gn_net_new(&options, &net);
	for (size_t i = 0; i < token->n_hubs && !err; i++)
		err = gn_net_connect(net, token->hubs[i]->endpoint, token->hubs[i]->key.data);
	if (!err)
		err = converse(net, token, gn_bytes(request, size), wait_ms, ret_registry);
	gn_net_free(&net);
	return err;
}
