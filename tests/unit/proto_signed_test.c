/* [S-15] Signed words: whole, changed, of another kind. */
#include "proto/signed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <sodium.h>

static uint8_t key[GN_KEY_SIZE], secret[64];

static size_t write_word(uint8_t *buf, size_t cap)
{
	size_t size;
	assert_int_equal(
	        gn_signed_write(secret, "gonha receipt", gn_bytes_str("so be it"), buf, cap, &size),
	        GN_OK);
	return size;
}

static void test_round_trip(void **state)
{
	(void)state;
	uint8_t buf[256];
	size_t size = write_word(buf, sizeof buf);
	struct gn_signed word;
	assert_true(size <= strlen("so be it") + GN_SIGNED_MORE);
	assert_int_equal(gn_signed_read(gn_bytes(buf, size), "gonha receipt", &word), GN_OK);
	assert_memory_equal(word.key, key, sizeof key);
	assert_true(gn_bytes_is(word.statement, "so be it"));
}

static void test_no_room(void **state)
{
	(void)state;
	uint8_t buf[256];
	size_t size, whole = write_word(buf, sizeof buf);
	assert_int_equal(gn_signed_write(secret, "gonha receipt", gn_bytes_str("so be it"), buf,
	                         whole - 1, &size),
	        GN_E_SIZE);
}

static void test_another_kind(void **state)
{
	(void)state;
	uint8_t buf[256];
	struct gn_signed word;
	size_t size = write_word(buf, sizeof buf);
	assert_int_equal(
	        gn_signed_read(gn_bytes(buf, size), "gonha status", &word), GN_E_SIGNATURE);
}

static void test_every_changed_bit(void **state)
{
	(void)state;
	uint8_t buf[256];
	struct gn_signed word;
	size_t size = write_word(buf, sizeof buf);
	for (size_t bit = 0; bit < size * 8; bit++) {
		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(
		        gn_signed_read(gn_bytes(buf, size), "gonha receipt", &word), GN_OK);
		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void test_cut_short(void **state)
{
	(void)state;
	uint8_t buf[256];
	struct gn_signed word;
	for (size_t size = write_word(buf, sizeof buf); size-- > 0;)
		assert_int_equal(
		        gn_signed_read(gn_bytes(buf, size), "gonha receipt", &word), GN_E_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_round_trip),
	        cmocka_unit_test(test_no_room),
	        cmocka_unit_test(test_another_kind),
	        cmocka_unit_test(test_every_changed_bit),
	        cmocka_unit_test(test_cut_short),
	};
	if (sodium_init() < 0 || crypto_sign_keypair(key, secret))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
