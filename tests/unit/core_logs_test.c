#include "core/logs.h"
#include "temp_dir.h"

static const char *const names[] = {GN_LOG_TABLES, NULL};
static const uint8_t ann[GN_KEY_SIZE] = {'a'}, bob[GN_KEY_SIZE] = {'b'};
static const uint8_t hub[GN_KEY_SIZE] = {'h'}, other_hub[GN_KEY_SIZE] = {'o'};

static struct gn_store *open_at(const char *dir)
{
	struct gn_store_options options = {.dir = dir, .tables = names, .create = true};
	struct gn_store *store = NULL;

	assert_int_equal(gn_store_open(&options, &store), GN_OK);
	return store;
}

/* Entries need not be whole here: logs.c does not look inside. */
static void append(struct gn_txn *t, const uint8_t *origin, const char *texts)
{
	struct gn_bytes entries[16];
	size_t n = strlen(texts);
	struct gn_log log;
	struct gn_tip tip;

	assert_int_equal(gn_log_need(t, origin, &log), GN_OK);
	tip = log.tip;
	for (size_t i = 0; i < n; i++) {
		entries[i] = gn_bytes(texts + i, 1);
		tip.seq++;
		memset(tip.hash, texts[i], sizeof tip.hash);
		memset(tip.signature, texts[i] + 1, sizeof tip.signature);
	}
	assert_int_equal(gn_log_append(t, &log, entries, n, &tip), GN_OK);
	assert_int_equal(log.tip.seq, tip.seq);
}

static void logs_are_numbered_and_found(void **state)
{
	struct gn_store *store = open_at(temp_root(state));
	struct gn_log log;
	struct gn_tip start;
	uint32_t no = 0;

	GN_AUTO_TXN t = gn_txn_begin(store, true);
	assert_int_equal(gn_log_find(&t, ann, &log), GN_E_NOTFOUND);
	assert_int_equal(gn_log_by_no(&t, 1, &log), GN_E_NOTFOUND);
	assert_false(gn_log_each(&t, &no, &log));
	assert_int_equal(gn_log_need(&t, ann, &log), GN_OK);
	gn_tip_start(ann, &start);
	assert_memory_equal(&log.tip, &start, sizeof start);
	append(&t, bob, "x");
	append(&t, ann, "y");
	assert_int_equal(gn_txn_commit(&t), GN_OK);
	gn_store_close(&store);

	store = open_at(temp_root(state));
	t = gn_txn_begin(store, false);
	assert_int_equal(gn_log_find(&t, bob, &log), GN_OK);
	assert_int_equal(log.no, 2);
	assert_memory_equal(log.origin, bob, GN_KEY_SIZE);
	assert_int_equal(log.tip.hash[31], 'x');
	assert_int_equal(log.tip.signature[63], 'y');
	assert_int_equal(log.receipted, 0);
	assert_int_equal(gn_log_by_no(&t, 1, &log), GN_OK);
	assert_memory_equal(log.origin, ann, GN_KEY_SIZE);
	assert_true(gn_log_each(&t, &no, &log) && no == 1 && log.no == 1);
	assert_true(gn_log_each(&t, &no, &log) && no == 2 && log.no == 2);
	assert_false(gn_log_each(&t, &no, &log));
	gn_txn_abort(&t);
	gn_store_close(&store);
}

static void entries_lie_in_order_under_their_log(void **state)
{
	struct gn_store *store = open_at(temp_root(state));
	struct gn_bytes entry;
	uint64_t seen = 2;

	GN_AUTO_TXN t = gn_txn_begin(store, true);
	append(&t, ann, "abc");
	append(&t, bob, "zz");
	append(&t, ann, "defg");
	assert_int_equal(gn_log_read(&t, 1, 4, &entry), GN_OK);
	assert_true(gn_bytes_is(entry, "d"));
	assert_int_equal(gn_log_read(&t, 1, 0, &entry), GN_E_NOTFOUND);
	assert_int_equal(gn_log_read(&t, 1, 8, &entry), GN_E_NOTFOUND);
	gn_log_replace(&t, 1, 4, gn_bytes_str("-"));
	struct gn_log_cursor c = gn_log_cursor_at(&t, 1, 3);
	while (gn_log_cursor_next(&c, &entry)) {
		assert_int_equal(c.seq, ++seen);
		assert_int_equal(entry.data[0], seen == 4 ? '-' : 'a' + (int)seen - 1);
	}
	assert_int_equal(seen, 7);
	assert_false(gn_log_cursor_next(&c, &entry));
	gn_log_cursor_close(&c);
	c = gn_log_cursor_at(&t, 2, 3);
	assert_false(gn_log_cursor_next(&c, &entry));
	gn_log_cursor_close(&c);
	c = gn_log_cursor_at(&t, 2, 0);
	assert_true(gn_log_cursor_next(&c, &entry) && c.seq == 1);
	gn_log_cursor_close(&c);
	assert_int_equal(gn_txn_commit(&t), GN_OK);
	gn_store_close(&store);
}

static void a_tip_that_does_not_fit_is_refused(void **state)
{
	struct gn_store *store = open_at(temp_root(state));
	struct gn_bytes entry = gn_bytes_str("e");
	struct gn_log log;
	struct gn_tip tip;

	GN_AUTO_TXN t = gn_txn_begin(store, true);
	append(&t, ann, "ab");
	assert_int_equal(gn_log_find(&t, ann, &log), GN_OK);
	tip = log.tip;
	tip.seq = 4;
	assert_int_equal(gn_log_append(&t, &log, &entry, 1, &tip), GN_E_ORDER);
	tip.seq = 2;
	assert_int_equal(gn_log_append(&t, &log, &entry, 1, &tip), GN_E_ORDER);
	assert_int_equal(log.tip.seq, 2);
	assert_int_equal(gn_log_read(&t, log.no, 3, &entry), GN_E_NOTFOUND);
	assert_int_equal(gn_txn_commit(&t), GN_OK);
	gn_store_close(&store);
}

static void expect_receipt(struct gn_txn *t, const uint8_t *from, uint64_t seq, const char *packed)
{
	uint8_t key[2 * GN_KEY_SIZE];
	struct gn_bytes held;

	memcpy(key, ann, GN_KEY_SIZE);
	memcpy(key + GN_KEY_SIZE, from, GN_KEY_SIZE);
	assert_true(gn_txn_get(t, GN_T_RECEIPT, gn_bytes(key, sizeof key), &held));
	assert_true(gn_get_be64(held.data) == seq);
	assert_true(gn_bytes_is(gn_bytes(held.data + 8, held.size - 8), packed));
}

static void the_newest_receipt_of_each_hub_stays(void **state)
{
	struct gn_store *store = open_at(temp_root(state));
	struct gn_log log;

	GN_AUTO_TXN t = gn_txn_begin(store, true);
	append(&t, ann, "abcdef");
	assert_int_equal(gn_log_find(&t, ann, &log), GN_OK);
	assert_int_equal(gn_log_receipt(&t, &log, hub, 4, gn_bytes_str("four")), GN_OK);
	assert_int_equal(log.receipted, 4);
	assert_int_equal(gn_log_receipt(&t, &log, hub, 3, gn_bytes_str("three")), GN_OK);
	assert_int_equal(gn_log_receipt(&t, &log, other_hub, 2, gn_bytes_str("two")), GN_OK);
	assert_int_equal(log.receipted, 4);
	expect_receipt(&t, hub, 4, "four");
	expect_receipt(&t, other_hub, 2, "two");
	assert_int_equal(gn_log_receipt(&t, &log, other_hub, 6, gn_bytes_str("six")), GN_OK);
	expect_receipt(&t, other_hub, 6, "six");
	assert_int_equal(gn_log_find(&t, ann, &log), GN_OK);
	assert_int_equal(log.receipted, 6);
	assert_int_equal(log.tip.seq, 6);
	assert_int_equal(gn_txn_commit(&t), GN_OK);
	gn_store_close(&store);
}

static void meta_values_are_by_name(void **state)
{
	struct gn_store *store = open_at(temp_root(state));
	struct gn_bytes value;

	GN_AUTO_TXN t = gn_txn_begin(store, true);
	assert_false(gn_meta_get(&t, "name", &value));
	gn_meta_put(&t, "name", gn_bytes_str("Qu\xe1\xba\xa3ng Ninh"));
	assert_true(gn_meta_get(&t, "name", &value) && value.size == 12);
	assert_true(gn_meta_get(&t, "format", &value) && value.size == 4);
	assert_int_equal(gn_txn_commit(&t), GN_OK);
	gn_store_close(&store);
}

static void broken_rows_are_corrupt_and_stop_the_transaction(void **state)
{
	struct gn_store *store = open_at(temp_root(state));
	struct gn_log log;

	GN_AUTO_TXN t = gn_txn_begin(store, true);
	gn_txn_put(&t, GN_T_ORIGIN, gn_bytes(ann, GN_KEY_SIZE), gn_bytes_str("short"));
	assert_int_equal(gn_log_need(&t, ann, &log), GN_E_CORRUPT);
	assert_int_equal(gn_txn_commit(&t), GN_E_CORRUPT);
	gn_store_close(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        temp_test(logs_are_numbered_and_found),
	        temp_test(entries_lie_in_order_under_their_log),
	        temp_test(a_tip_that_does_not_fit_is_refused),
	        temp_test(the_newest_receipt_of_each_hub_stays),
	        temp_test(meta_values_are_by_name),
	        temp_test(broken_rows_are_corrupt_and_stop_the_transaction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
