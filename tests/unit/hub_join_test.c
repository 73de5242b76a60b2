/* Who is enrolled, and who is not. [P-20] [P-21] */
#include "hub_house.h"

#include "hub/join.h"
#include "proto/signed.h"
#include "sync.pb-c.h"

#define JOIN_MAX 4096
#define LATER (gn_now_ms() + 3600000)

struct asking { /* a request, and what may be wrong with it */
	struct house_node node;
	uint8_t token[GN_KEY_SIZE]; /* over whose link it comes */
	const uint8_t *named; /* token named in the request; NULL: the same */
	const uint8_t *registrar; /* sealed to; NULL: the hub's */
	const char *endpoint;
	bool forged; /* signed by another key than it says */
};

static void make_asking(struct asking *asking)
{
	*asking = (struct asking){.endpoint = "tcp://10.0.0.1:7461"};
	house_node_keys(&asking->node);
	randombytes_buf(asking->token, sizeof asking->token);
}

static size_t seal(struct house *house, const struct asking *a, struct gn_bytes plain, uint8_t *buf)
{
	uint8_t registrar[GN_KEY_SIZE], key[GN_KEY_SIZE], sealed[JOIN_MAX];
	crypto_sign_ed25519_sk_to_pk(registrar, house->secrets.registrar);
	assert_int_equal(
	        crypto_sign_ed25519_pk_to_curve25519(key, a->registrar ? a->registrar : registrar),
	        0);
	assert_int_equal(crypto_box_seal(sealed, plain.data, plain.size, key), 0);
	Gonha__Join join = GONHA__JOIN__INIT;
	join.sealed = (ProtobufCBinaryData){plain.size + crypto_box_SEALBYTES, sealed};
	assert_true(gonha__join__get_packed_size(&join) <= JOIN_MAX);
	return gonha__join__pack(&join, buf);
}

static enum gn_err ask(struct house *house, struct asking *a, uint64_t *ret_registry)
{
	uint8_t statement[1024], word[2048], message[JOIN_MAX];
	size_t size;
	Gonha__JoinRequest request = GONHA__JOIN_REQUEST__INIT;
	request.transport = (ProtobufCBinaryData){GN_KEY_SIZE, a->node.transport};
	request.token = (ProtobufCBinaryData){
	        GN_KEY_SIZE, (uint8_t *)(uintptr_t)(a->named ? a->named : a->token)};
	request.endpoint = (char *)(uintptr_t)a->endpoint;
	assert_true(gonha__join_request__get_packed_size(&request) <= sizeof statement);
	size = gonha__join_request__pack(&request, statement);
	assert_int_equal(gn_signed_write(a->node.secret, "gonha join", gn_bytes(statement, size),
	                         word, sizeof word, &size),
	        GN_OK);
	if (a->forged)
		word[size - 1] ^= 1;
	size = seal(house, a, gn_bytes(word, size), message);
	return hub_join(house->hub, a->token, gn_bytes(message, size), ret_registry);
}

static const struct gn_enrolment *enrolled(struct house *house, const struct asking *a)
{
	house_refresh(house);
	return gn_registry_node(house->hub->view.registry, a->node.key);
}

static void refused(struct house *house, struct asking *a, enum gn_err code)
{
	uint64_t registry;
	assert_int_equal(ask(house, a, &registry), code);
	assert_null(enrolled(house, a));
}

static void test_an_invitation_enrols(void **state)
{
	struct house *house = *state;
	struct asking a;
	uint64_t registry;
	make_asking(&a);
	house_invite(house, a.token, LATER, false);
	assert_int_equal(ask(house, &a, &registry), GN_OK);
	const struct gn_enrolment *row = enrolled(house, &a);
	assert_non_null(row);
	assert_string_equal(row->unit, "xa");
	assert_string_equal(row->endpoint, a.endpoint);
	assert_memory_equal(row->transport, a.node.transport, GN_KEY_SIZE);
	assert_memory_equal(row->invitation, a.token, GN_KEY_SIZE);
	assert_int_equal(registry, gn_registry_version(house->hub->view.registry));
}

static void test_the_same_may_ask_again(void **state)
{
	struct house *house = *state;
	struct asking a;
	uint64_t first, second;
	make_asking(&a);
	house_invite(house, a.token, LATER, false);
	assert_int_equal(ask(house, &a, &first), GN_OK);
	assert_int_equal(ask(house, &a, &second), GN_OK);
	assert_int_equal(second, first);
	house_refresh(house);
	assert_int_equal(gn_registry_version(house->hub->view.registry), first);
}

/* Both requests come before the registry is looked at again. */
static void test_an_invitation_is_for_one(void **state)
{
	struct house *house = *state;
	struct asking a, b;
	uint64_t registry;
	make_asking(&a);
	make_asking(&b);
	memcpy(b.token, a.token, sizeof b.token);
	house_invite(house, a.token, LATER, false);
	assert_int_equal(ask(house, &a, &registry), GN_OK);
	refused(house, &b, GN_E_DENIED);
}

static void test_no_open_invitation(void **state)
{
	struct house *house = *state;
	struct asking unknown, expired, cancelled;
	make_asking(&unknown);
	make_asking(&expired);
	make_asking(&cancelled);
	house_invite(house, expired.token, gn_now_ms() - 1, false);
	house_invite(house, cancelled.token, LATER, true);
	refused(house, &unknown, GN_E_DENIED);
	refused(house, &expired, GN_E_DENIED);
	refused(house, &cancelled, GN_E_DENIED);
}

static void test_one_identity_one_invitation(void **state)
{
	struct house *house = *state;
	struct asking a;
	uint8_t first[GN_KEY_SIZE];
	uint64_t registry;
	make_asking(&a);
	house_invite(house, a.token, LATER, false);
	assert_int_equal(ask(house, &a, &registry), GN_OK);
	memcpy(first, a.token, sizeof first);
	randombytes_buf(a.token, sizeof a.token);
	house_invite(house, a.token, LATER, false);
	assert_int_equal(ask(house, &a, &registry), GN_E_DENIED);
	assert_memory_equal(enrolled(house, &a)->invitation, first, sizeof first);
}

/* [P-20] Messages over that key would be taken for another's. */
static void test_nobody_elses_transport_key(void **state)
{
	struct house *house = *state;
	struct house_node other;
	struct asking a;
	make_asking(&a);
	house_enrol(house, &other);
	house_invite(house, a.token, LATER, false);
	memcpy(a.node.transport, other.transport, GN_KEY_SIZE);
	refused(house, &a, GN_E_DENIED);
	memcpy(a.node.transport, house->hub->transport_public, GN_KEY_SIZE);
	refused(house, &a, GN_E_DENIED);
}

static void test_a_request_to_this_registrar(void **state)
{
	struct house *house = *state;
	struct asking a;
	uint8_t elsewhere[GN_KEY_SIZE], secret[64], other_token[GN_KEY_SIZE] = {1};
	make_asking(&a);
	house_invite(house, a.token, LATER, false);
	a.forged = true;
	refused(house, &a, GN_E_SIGNATURE);
	a.forged = false;
	crypto_sign_keypair(elsewhere, secret);
	a.registrar = elsewhere;
	refused(house, &a, GN_E_SEALED);
	a.registrar = NULL;
	a.named = other_token;
	refused(house, &a, GN_E_DENIED);
}

static void test_an_endpoint_that_others_could_not_use(void **state)
{
	struct house *house = *state;
	struct asking a;
	uint64_t registry;
	make_asking(&a);
	house_invite(house, a.token, LATER, false);
	a.endpoint = "10.0.0.1:7461";
	refused(house, &a, GN_E_FORMAT);
	a.endpoint = "tcp://a\nb:7461";
	refused(house, &a, GN_E_FORMAT);
	a.endpoint = "";
	assert_int_equal(ask(house, &a, &registry), GN_OK);
}

static void test_garbage(void **state)
{
	struct house *house = *state;
	uint8_t noise[3000];
	uint64_t registry;
	randombytes_buf(noise, sizeof noise);
	assert_int_equal(
	        hub_join(house->hub, noise, gn_bytes(noise, sizeof noise), &registry), GN_E_SIZE);
	for (size_t size = 0; size < 300; size++)
		assert_int_not_equal(
		        hub_join(house->hub, noise, gn_bytes(noise, size), &registry), GN_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        house_test(test_an_invitation_enrols),
	        house_test(test_the_same_may_ask_again),
	        house_test(test_an_invitation_is_for_one),
	        house_test(test_no_open_invitation),
	        house_test(test_one_identity_one_invitation),
	        house_test(test_nobody_elses_transport_key),
	        house_test(test_a_request_to_this_registrar),
	        house_test(test_an_endpoint_that_others_could_not_use),
	        house_test(test_garbage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
