/* A citizen's block opens with its key at its place and nowhere else; a session
 * key opens for the hubs it was sealed for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>

#include "proto/citizen.h"
#include "proto/wire.h"
#include "record.pb-c.h"

static const uint8_t key[GN_SESSION_KEY] = {1, 2, 3};
static const uint8_t origin[GN_KEY_SIZE] = {4, 5, 6};
static const uint8_t salt[GN_SALT_SIZE] = {7, 8, 9};
static const struct gn_block_place place = {origin, salt, 12, 3};
static const struct gn_citizen someone = {"079123456789", 1987};

static int setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

/* [P-40], [P-41] */
static void citizens_come_back(void **state)
{
	static const char longest[] = "123456789012345678901234567890123456789012345";
	struct gn_citizen c = someone, back;
	uint8_t block[GN_BLOCK_SIZE];
	size_t size;

	(void)state;
	assert_int_equal(strlen(longest), GN_CITIZEN_MAX);
	for (size = 1; size <= GN_CITIZEN_MAX; size++) {
		memset(&c, 0, sizeof(c));
		memcpy(c.text, longest, size);
		c.birth_year = (uint16_t)(size * 1400);
		assert_int_equal(gn_citizen_seal(key, &place, &c, block), GN_OK);
		memset(&back, 0xee, sizeof(back));
		assert_int_equal(gn_citizen_open(key, &place, block, &back), GN_OK);
		assert_string_equal(back.text, c.text);
		assert_int_equal(back.birth_year, c.birth_year);
	}
	memset(&c, 0, sizeof(c));
	assert_int_equal(gn_citizen_seal(key, &place, &c, block), GN_E_SIZE);
	memset(c.text, 'x', sizeof(c.text)); /* no end */
	assert_int_equal(gn_citizen_seal(key, &place, &c, block), GN_E_SIZE);
}

/* [P-41], [P-42]: the bytes, put together here a second time. */
static void layout_is_as_written_down(void **state)
{
	uint8_t plain[48] = {12}, nonce[24], bound[56] = "gonha citizen v1", expected[64];
	uint8_t block[GN_BLOCK_SIZE];

	(void)state;
	memcpy(plain + 1, "079123456789", 12);
	plain[46] = 1987 >> 8;
	plain[47] = 1987 & 0xff;
	memset(nonce, 0, sizeof(nonce));
	memcpy(nonce, salt, 16);
	nonce[23] = 12;
	memcpy(bound + 16, origin, 32);
	bound[55] = 3;
	crypto_aead_xchacha20poly1305_ietf_encrypt(
	        expected, NULL, plain, 48, bound, 56, NULL, nonce, key);
	assert_int_equal(gn_citizen_seal(key, &place, &someone, block), GN_OK);
	assert_memory_equal(block, expected, 64);
}

/* [P-42] */
static void a_block_opens_at_its_place_alone(void **state)
{
	uint8_t block[GN_BLOCK_SIZE], other[32] = {0};
	struct gn_block_place at = place;
	struct gn_citizen back;
	size_t bit;

	(void)state;
	assert_int_equal(gn_citizen_seal(key, &place, &someone, block), GN_OK);
	assert_int_equal(gn_citizen_open(other, &place, block, &back), GN_E_SEALED);
	at.origin = other;
	assert_int_equal(gn_citizen_open(key, &at, block, &back), GN_E_SEALED);
	at = place;
	at.salt = other;
	assert_int_equal(gn_citizen_open(key, &at, block, &back), GN_E_SEALED);
	at = place;
	at.seq++;
	assert_int_equal(gn_citizen_open(key, &at, block, &back), GN_E_SEALED);
	at = place;
	at.session++;
	assert_int_equal(gn_citizen_open(key, &at, block, &back), GN_E_SEALED);
	for (bit = 0; bit < GN_BLOCK_SIZE * 8; bit++) {
		block[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(gn_citizen_open(key, &place, block, &back), GN_E_SEALED);
		block[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(gn_citizen_open(key, &place, block, &back), GN_OK);
}

/* [P-41] What was sealed by another program is looked at before it is believed. */
static void what_is_no_citizen_is_refused(void **state)
{
	static const uint8_t plains[][48] = {
	        {0}, /* empty */
	        {46, 'x'}, /* too long */
	        {2, 'x'}, /* a NUL inside */
	        {1, 0x80}, /* not UTF-8 */
	        {1, 'x', 'y'}, /* something after the end */
	        {1, 'x', [45] = 1}, /* in the last place of all */
	};
	uint8_t nonce[24] = {0}, bound[56] = "gonha citizen v1", block[GN_BLOCK_SIZE];
	struct gn_citizen back;
	size_t i;

	(void)state;
	memcpy(nonce, salt, 16);
	nonce[23] = 12;
	memcpy(bound + 16, origin, 32);
	bound[55] = 3;
	for (i = 0; i < sizeof(plains) / sizeof(plains[0]); i++) {
		crypto_aead_xchacha20poly1305_ietf_encrypt(
		        block, NULL, plains[i], 48, bound, 56, NULL, nonce, key);
		assert_int_equal(gn_citizen_open(key, &place, block, &back), GN_E_FORMAT);
	}
}

/* [P-45] */
static void the_index_is_keyed(void **state)
{
	uint8_t secret[32] = {1}, other[32] = {2}, a[16], b[16], expected[16];

	(void)state;
	gn_citizen_index(secret, "079123456789", a);
	crypto_generichash(expected, 16, (const uint8_t *)"079123456789", 12, secret, 32);
	assert_memory_equal(a, expected, 16);
	gn_citizen_index(secret, "079123456780", b);
	assert_memory_not_equal(a, b, 16);
	gn_citizen_index(other, "079123456789", b);
	assert_memory_not_equal(a, b, 16);
}

struct hub {
	struct gn_hub_seal seal;
	uint8_t secret[32];
};

static struct hub hub_make(uint8_t name)
{
	struct hub hub = {0};

	memset(hub.seal.hub, name, GN_KEY_SIZE);
	assert_int_equal(crypto_box_keypair(hub.seal.seal, hub.secret), 0);
	return hub;
}

static enum gn_err open_for(
        const uint8_t *message, size_t size, const struct hub *hub, uint8_t ret_key[GN_SESSION_KEY])
{
	return gn_session_open(
	        gn_bytes(message, size), hub->seal.hub, hub->seal.seal, hub->secret, ret_key);
}

/* [P-43], [P-44] */
static void a_session_opens_for_its_hubs(void **state)
{
	struct hub a = hub_make('a'), b = hub_make('b'), c = hub_make('c');
	struct gn_hub_seal hubs[] = {a.seal, b.seal};
	uint8_t message[256], got[GN_SESSION_KEY];
	size_t size;

	(void)state;
	assert_int_equal(gn_session_seal(key, hubs, 2, message, sizeof(message), &size), GN_OK);
	assert_int_equal(open_for(message, size, &a, got), GN_OK);
	assert_memory_equal(got, key, GN_SESSION_KEY);
	memset(got, 0, sizeof(got));
	assert_int_equal(open_for(message, size, &b, got), GN_OK);
	assert_memory_equal(got, key, GN_SESSION_KEY);
	assert_int_equal(open_for(message, size, &c, got), GN_E_NOTFOUND);
	memcpy(c.seal.hub, a.seal.hub, GN_KEY_SIZE); /* a's name, c's keys */
	assert_int_equal(open_for(message, size, &c, got), GN_E_SEALED);
	assert_int_equal(open_for(message, size - 1, &b, got), GN_E_FORMAT);
	assert_int_equal(open_for(message, 0, &a, got), GN_E_NOTFOUND);
	message[60] ^= 1; /* in a's sealed key */
	assert_int_equal(open_for(message, size, &a, got), GN_E_SEALED);
	assert_int_equal(gn_session_seal(key, hubs, 2, message, size - 1, &size), GN_E_SIZE);
}

/* [P-43] */
static void a_session_is_the_message_of_the_schema(void **state)
{
	struct hub a = hub_make('a'), b = hub_make('b');
	struct gn_hub_seal hubs[] = {a.seal, b.seal};
	uint8_t message[256];
	Gonha__Session *session;
	size_t size;

	(void)state;
	assert_int_equal(gn_session_seal(key, hubs, 2, message, sizeof(message), &size), GN_OK);
	session = gonha__session__unpack(NULL, size, message);
	assert_non_null(session);
	assert_int_equal(session->n_sealed, 2);
	assert_int_equal(session->sealed[1]->hub.len, GN_KEY_SIZE);
	assert_memory_equal(session->sealed[1]->hub.data, b.seal.hub, GN_KEY_SIZE);
	assert_int_equal(session->sealed[1]->key.len, GN_SEALED_SIZE);
	gonha__session__free_unpacked(session, NULL);
}

/* [P-44] */
static void wrong_sessions_are_refused(void **state)
{
	struct hub a = hub_make('a');
	uint8_t message[128], got[GN_SESSION_KEY];
	struct gn_wire_writer w = {message, sizeof(message), 0};
	size_t size;

	(void)state;
	gn_wire_put_varint(&w, 1, 5); /* a number for a message */
	assert_int_equal(open_for(message, w.size, &a, got), GN_E_FORMAT);
	w.size = 0;
	gn_wire_put_length(&w, 1, 34);
	gn_wire_put_bytes(&w, 1, gn_bytes(a.seal.hub, 32)); /* no key */
	assert_int_equal(open_for(message, w.size, &a, got), GN_E_FORMAT);
	w.size = 0;
	gn_wire_put_varint(&w, 2, 5); /* of a newer writer */
	assert_int_equal(open_for(message, w.size, &a, got), GN_E_NOTFOUND);
	memset(a.seal.seal, 0, GN_KEY_SIZE); /* no usable key */
	assert_int_equal(
	        gn_session_seal(key, &a.seal, 1, message, sizeof(message), &size), GN_E_SEALED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(citizens_come_back),
	        cmocka_unit_test(layout_is_as_written_down),
	        cmocka_unit_test(a_block_opens_at_its_place_alone),
	        cmocka_unit_test(what_is_no_citizen_is_refused),
	        cmocka_unit_test(the_index_is_keyed),
	        cmocka_unit_test(a_session_opens_for_its_hubs),
	        cmocka_unit_test(a_session_is_the_message_of_the_schema),
	        cmocka_unit_test(wrong_sessions_are_refused),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
