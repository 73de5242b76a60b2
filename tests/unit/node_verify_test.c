#include "fixture_cli.h"
#include "fixture_record.h"

#include "core/file.h"
#include "node/import.h"

static struct fixture_node fixture;

static int set_up(void **state)
{
	(void)state;
	fixture_make(&fixture);
	fixture_join(&fixture);
	for (uint32_t i = 1; i <= 5; i++)
		fixture_write(&fixture, i, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_done(&fixture);
	return 0;
}

static void finds(const char *words)
{
	const struct fixture_said *said = fixture_says(&fixture, "verify");
	assert_int_equal(said->status, words ? 1 : 0);
	if (words)
		assert_non_null(strstr(said->out, words));
	assert_string_equal(said->err, "");
}

/* Changes one byte of the third entry, `from_end` bytes before its end. */
static void spoil(size_t from_end)
{
	uint8_t entry[GN_ENTRY_MAX];
	struct gn_bytes wire;
	struct gn_log log;
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, true);
	assert_int_equal(gn_log_find(&txn, fixture.node->origin, &log), GN_OK);
	assert_int_equal(gn_log_read(&txn, log.no, 3, &wire), GN_OK);
	memcpy(entry, wire.data, wire.size);
	entry[wire.size - from_end] ^= 1;
	gn_log_replace(&txn, log.no, 3, gn_bytes(entry, wire.size));
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

static void what_is_whole_is_right(void **state)
{
	(void)state;
	finds(NULL);
}

static void a_spoiled_signature_is_found(void **state)
{
	(void)state;
	spoil(1);
	finds(":3: ");
}

static void a_spoiled_body_is_found(void **state)
{
	(void)state;
	spoil(GN_SIG_SIZE + 4);
	finds(":3: ");
}

/* The table of imports says more than the log holds. */
static void a_lost_row_is_found(void **state)
{
	(void)state;
	struct node_import import = {
	        .id = {1}, .kind = GN_KIND_VISIT, .rows = 9, .stored = 9, .first = 1, .last = 5};
	memcpy(import.origin, fixture.node->origin, GN_KEY_SIZE);
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, true);
	node_import_put(&txn, &import);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
	finds("import 0100000000000000: ");
}

static void a_strange_log_is_found(void **state)
{
	(void)state;
	uint8_t key[32], secret[64];
	crypto_sign_keypair(key, secret);
	fixture_append(fixture.node->store, secret, GN_KIND_SESSION, "", 0);
	finds("not enrolled");
}

/* An erased body is no problem, and is listed as such. */
static void an_erased_entry_is_right(void **state)
{
	(void)state;
	uint8_t stripped[GN_ENTRY_MAX];
	struct gn_bytes wire;
	struct gn_entry entry;
	struct gn_log log;
	size_t size;
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, true);
	assert_int_equal(gn_log_find(&txn, fixture.node->origin, &log), GN_OK);
	assert_int_equal(gn_log_read(&txn, log.no, 3, &wire), GN_OK);
	assert_int_equal(gn_entry_parse(wire, &entry), GN_OK);
	assert_int_equal(gn_entry_strip(&entry, stripped, sizeof(stripped), &size), GN_OK);
	gn_log_replace(&txn, log.no, 3, gn_bytes(stripped, size));
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
	finds(NULL);
	const struct fixture_said *said = fixture_says(&fixture, "list --format csv");
	assert_int_equal(said->status, 0);
	assert_non_null(strstr(said->out, ":3,,,,,,,,,,,,,,,,,,,,,,,,erased\n"));
	said = fixture_says(&fixture, "correct xa:3 household=7");
	assert_int_equal(said->status, 1);
	assert_non_null(strstr(said->err, "erased"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(what_is_whole_is_right),
	        TEST(a_spoiled_signature_is_found),
	        TEST(a_spoiled_body_is_found),
	        TEST(a_lost_row_is_found),
	        TEST(a_strange_log_is_found),
	        TEST(an_erased_entry_is_right),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
