/* What brings a hub's keys back. */
#include "temp_dir.h"

#include <sodium.h>
#include <sys/stat.h>

#include "hub/recovery.h"

#define WORDS "correct horse battery staple"

static void make(void **state, struct hub_secrets *secrets)
{
	assert_true(sodium_init() >= 0);
	hub_secrets_make(secrets);
	assert_int_equal(hub_recovery_write(temp_path(state, "r"), WORDS, secrets), GN_OK);
}

static void test_there_and_back(void **state)
{
	struct hub_secrets secrets, back = {0};
	struct stat st;
	make(state, &secrets);
	assert_int_equal(hub_recovery_read(temp_path(state, "r"), WORDS, &back), GN_OK);
	assert_memory_equal(&back, &secrets, sizeof secrets);
	assert_int_equal(stat(temp_path(state, "r"), &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
}

static void test_another_passphrase(void **state)
{
	struct hub_secrets secrets, back = {0};
	const struct hub_secrets zero = {0};
	make(state, &secrets);
	assert_int_equal(hub_recovery_read(temp_path(state, "r"), "Correct", &back), GN_E_SEALED);
	assert_int_equal(hub_recovery_read(temp_path(state, "r"), "", &back), GN_E_SEALED);
	assert_memory_equal(&back, &zero, sizeof zero);
}

static void test_never_overwritten(void **state)
{
	struct hub_secrets secrets, other, back;
	make(state, &secrets);
	hub_secrets_make(&other);
	assert_int_equal(hub_recovery_write(temp_path(state, "r"), WORDS, &other), GN_E_EXISTS);
	assert_int_equal(hub_recovery_read(temp_path(state, "r"), WORDS, &back), GN_OK);
	assert_memory_equal(&back, &secrets, sizeof secrets);
}

/* The file as it is, with the byte at `at` changed, and `size` bytes of it. */
static void copy_damaged(void **state, size_t at, long size)
{
	uint8_t bytes[1024];
	FILE *in = fopen(temp_path(state, "r"), "r");
	assert_non_null(in);
	size_t n = fread(bytes, 1, sizeof bytes, in);
	fclose(in);
	assert_true(n < sizeof bytes);
	bytes[at] ^= 1;
	FILE *out = fopen(temp_path(state, "d"), "w");
	assert_non_null(out);
	size_t kept = size < 0 ? n - (size_t)-size : n + (size_t)size;
	assert_int_equal(fwrite(bytes, 1, kept, out), kept);
	assert_int_equal(fclose(out), 0);
}

static void test_damage(void **state)
{
	struct hub_secrets secrets, back;
	make(state, &secrets);
	copy_damaged(state, 0, 0);
	assert_int_equal(hub_recovery_read(temp_path(state, "d"), WORDS, &back), GN_E_FORMAT);
	copy_damaged(state, 20, 0); /* in the salt */
	assert_int_equal(hub_recovery_read(temp_path(state, "d"), WORDS, &back), GN_E_SEALED);
	copy_damaged(state, 100, 0); /* in the box */
	assert_int_equal(hub_recovery_read(temp_path(state, "d"), WORDS, &back), GN_E_SEALED);
	copy_damaged(state, 100, -1);
	assert_int_equal(hub_recovery_read(temp_path(state, "d"), WORDS, &back), GN_E_FORMAT);
	copy_damaged(state, 100, 1);
	assert_int_equal(hub_recovery_read(temp_path(state, "d"), WORDS, &back), GN_E_FORMAT);
	assert_int_equal(hub_recovery_read(temp_path(state, "none"), WORDS, &back), GN_E_NOTFOUND);
}

/* Nothing of a key stands in it as it is. */
static void test_nothing_in_the_clear(void **state)
{
	struct hub_secrets secrets;
	uint8_t bytes[1024];
	make(state, &secrets);
	FILE *in = fopen(temp_path(state, "r"), "r");
	assert_non_null(in);
	size_t n = fread(bytes, 1, sizeof bytes, in);
	fclose(in);
	for (size_t at = 0; at + 16 <= sizeof secrets; at += 16)
		assert_null(memmem(bytes, n, (uint8_t *)&secrets + at, 16));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        temp_test(test_there_and_back),
	        temp_test(test_another_passphrase),
	        temp_test(test_never_overwritten),
	        temp_test(test_damage),
	        temp_test(test_nothing_in_the_clear),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
