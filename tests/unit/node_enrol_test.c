/* Asking for an enrolment, of a hub that the test plays on a thread of its own. */
#include "net_probe.h"

#include "core/text.h"
#include "node/enrol.h"
#include "proto/signed.h"
#include "proto/sync.h"
#include "proto/wire.h"

#include <pthread.h>

struct office { /* the hub and what it answers */
	struct probe hub;
	uint8_t registrar[GN_KEY_SIZE], registrar_secret[64];
	uint32_t reject; /* 0: joined */
	bool silent;
	atomic_bool closing;
	pthread_t thread;
	/* of the last request: */
	atomic_uint asked;
	bool opened, good;
	uint8_t identity[GN_KEY_SIZE], transport[GN_KEY_SIZE], token[GN_KEY_SIZE];
	char endpoint[256];
};

static void read_request(struct office *o, struct gn_bytes plain)
{
	struct gn_signed word;
	if (gn_signed_read(plain, "gonha join", &word))
		return;
	Gonha__JoinRequest *request =
	        gonha__join_request__unpack(NULL, word.statement.size, word.statement.data);
	if (!request)
		return;
	o->good = request->transport.len == GN_KEY_SIZE && request->token.len == GN_KEY_SIZE;
	memcpy(o->identity, word.key, GN_KEY_SIZE);
	memcpy(o->transport, request->transport.data, GN_KEY_SIZE);
	memcpy(o->token, request->token.data, GN_KEY_SIZE);
	snprintf(o->endpoint, sizeof o->endpoint, "%s", request->endpoint);
	gonha__join_request__free_unpacked(request, NULL);
}

static void open_request(struct office *o, struct gn_bytes message)
{
	uint8_t public_key[32], secret_key[32], plain[2048];
	struct gn_wire_reader r = gn_wire_read(message);
	struct gn_wire_field f;
	if (!gn_wire_next(&r, &f) || f.number != GN_M_JOIN)
		return;
	Gonha__Join *join = gonha__join__unpack(NULL, f.bytes.size, f.bytes.data);
	if (!join)
		return;
	o->opened = crypto_sign_ed25519_pk_to_curve25519(public_key, o->registrar) == 0 &&
	            crypto_sign_ed25519_sk_to_curve25519(secret_key, o->registrar_secret) == 0 &&
	            crypto_box_seal_open(plain, join->sealed.data, join->sealed.len, public_key,
	                    secret_key) == 0;
	if (o->opened)
		read_request(o, gn_bytes(plain, join->sealed.len - crypto_box_SEALBYTES));
	gonha__join__free_unpacked(join, NULL);
}

static void answer(struct office *o, const uint8_t *peer)
{
	uint8_t inner[256], message[300];
	size_t size;
	Gonha__Joined joined = GONHA__JOINED__INIT;
	Gonha__Reject reject = GONHA__REJECT__INIT;
	joined.registry = 42;
	reject.code = o->reject;
	size = o->reject ? gonha__reject__pack(&reject, inner)
	                 : gonha__joined__pack(&joined, inner);
	if (gn_message_pack(o->reject ? GN_M_REJECT : GN_M_JOINED, gn_bytes(inner, size), message,
	            sizeof message, &size) == GN_OK)
		(void)!gn_net_send(o->hub.net, peer, gn_bytes(message, size));
}

static void *serve(void *context)
{
	struct office *o = context;
	struct gn_net_event event;
	while (!o->closing && gn_net_poll(o->hub.net, 20, &event) == GN_OK) {
		if (event.kind != GN_NET_MESSAGE)
			continue;
		open_request(o, event.message);
		o->asked++;
		if (!o->silent)
			answer(o, event.peer);
	}
	return NULL;
}

static int setup(void **state)
{
	struct office *o = calloc(1, sizeof *o);
	if (!o)
		return -1;
	probe_admits = true;
	probe_server(&o->hub);
	crypto_sign_keypair(o->registrar, o->registrar_secret);
	*state = o;
	return 0;
}

static int teardown(void **state)
{
	struct office *o = *state;
	gn_net_free(&o->hub.net);
	free(o);
	return 0;
}

/* A token as `invite` makes it, for this hub. */
static void write_token(struct office *o, uint8_t *secret, char *text, size_t cap)
{
	uint8_t packed[1024], root[GN_KEY_SIZE] = {1};
	char unit[] = "xa";
	Gonha__Token token = GONHA__TOKEN__INIT;
	Gonha__Token__Endpoint at = GONHA__TOKEN__ENDPOINT__INIT, *hubs[] = {&at};
	randombytes_buf(secret, GN_KEY_SIZE);
	at.endpoint = o->hub.endpoint;
	at.key = (ProtobufCBinaryData){GN_KEY_SIZE, o->hub.key};
	token.secret = (ProtobufCBinaryData){GN_KEY_SIZE, secret};
	token.root = (ProtobufCBinaryData){GN_KEY_SIZE, root};
	token.registrar = (ProtobufCBinaryData){GN_KEY_SIZE, o->registrar};
	token.unit = unit;
	token.hubs = hubs;
	token.n_hubs = 1;
	assert_true(gonha__token__get_packed_size(&token) <= sizeof packed);
	size_t size = gonha__token__pack(&token, packed);
	gn_base64url(gn_bytes(packed, size), text, cap);
}

static enum gn_err enrol(struct office *o, struct node *node, int wait_ms, uint64_t *ret_registry)
{
	uint8_t secret[GN_KEY_SIZE], token_public[GN_KEY_SIZE];
	char text[2048];
	Gonha__Token *token;
	crypto_sign_keypair(node->origin, node->secret);
	crypto_box_keypair(node->transport_public, node->transport_secret);
	write_token(o, secret, text, sizeof text);
	assert_int_equal(node_token_parse(text, &token), GN_OK);
	assert_int_equal(pthread_create(&o->thread, NULL, serve, o), 0);
	enum gn_err err = node_enrol(node, token, "tcp://10.0.0.5:7461", wait_ms, ret_registry);
	o->closing = true;
	pthread_join(o->thread, NULL);
	gonha__token__free_unpacked(token, NULL);
	if (o->good) {
		crypto_scalarmult_base(token_public, secret);
		assert_memory_equal(o->token, token_public, GN_KEY_SIZE);
	}
	return err;
}

static void test_a_request_that_the_registrar_can_read(void **state) /* [P-20] */
{
	struct office *o = *state;
	struct node node = {0};
	uint64_t registry = 0;
	assert_int_equal(enrol(o, &node, 20000, &registry), GN_OK);
	assert_int_equal(registry, 42);
	assert_true(o->opened && o->good);
	assert_memory_equal(o->identity, node.origin, GN_KEY_SIZE);
	assert_memory_equal(o->transport, node.transport_public, GN_KEY_SIZE);
	assert_string_equal(o->endpoint, "tcp://10.0.0.5:7461");
}

static void test_refusals(void **state) /* [S-13] */
{
	struct office *o = *state;
	static const struct {
		enum gn_err code, expected;
	} cases[] = {{GN_E_DENIED, GN_E_DENIED}, {GN_E_SEALED, GN_E_SEALED},
	        {GN_E_FORMAT, GN_E_FORMAT}, {(enum gn_err)999, GN_E_DENIED}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct node node = {0};
		uint64_t registry = 7;
		o->reject = cases[i].code;
		o->closing = false;
		assert_int_equal(enrol(o, &node, 20000, &registry), cases[i].expected);
		assert_int_equal(registry, 7);
	}
}

/* A hub whose disk is full has not said no. */
static void test_not_now_is_not_no(void **state)
{
	struct office *o = *state;
	struct node node = {0};
	uint64_t registry;
	o->reject = GN_E_FULL;
	assert_int_equal(enrol(o, &node, 1500, &registry), GN_E_BUSY);
	assert_true(o->asked > 0);
}

static void test_nobody_answers(void **state)
{
	struct office *o = *state;
	struct node node = {0};
	uint64_t registry;
	o->silent = true;
	assert_int_equal(enrol(o, &node, 300, &registry), GN_E_BUSY);
}

static void test_texts_that_are_no_token(void **state)
{
	struct office *o = *state;
	uint8_t secret[GN_KEY_SIZE];
	char text[2048];
	Gonha__Token *token = NULL;
	static const char *const bad[] = {"", "x", "not a token", "====", "AAAA", "CgEB"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(node_token_parse(bad[i], &token), GN_E_FORMAT);
	write_token(o, secret, text, sizeof text);
	text[strlen(text) / 2] = '\0'; /* half of it was copied */
	assert_int_equal(node_token_parse(text, &token), GN_E_FORMAT);
	assert_null(token);
}

#define office_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        office_test(test_a_request_that_the_registrar_can_read),
	        office_test(test_refusals),
	        office_test(test_not_now_is_not_no),
	        office_test(test_nobody_answers),
	        office_test(test_texts_that_are_no_token),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
