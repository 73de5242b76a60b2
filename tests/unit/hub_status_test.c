/* What is known of a node: its last report, and since when it was heard of. */
#include "table_probe.h"

#include "hub/status.h"

static const uint8_t node[GN_KEY_SIZE] = {7};

static void hear(struct gn_store *store, uint64_t ms, uint64_t counter, const char *report)
{
	struct hub_status status = {
	        .heard_ms = ms, .counter = counter, .report = gn_bytes_str(report)};
	GN_AUTO_TXN txn = gn_txn_begin(store, true);
	hub_status_put(&txn, node, &status, false);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

/* An entry is no report: its time is not what the report's clock is held against. */
static void test_an_entry_leaves_the_report(void **state)
{
	struct gn_store *store = probe_open(state);
	hear(store, 1000, 1, "first");
	hear(store, 61000, 0, "");
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	struct hub_status status;
	assert_true(hub_status_get(&txn, node, &status));
	assert_int_equal(status.heard_ms, 61000);
	assert_int_equal(status.reported_ms, 1000);
	assert_int_equal(status.counter, 1);
	assert_true(gn_bytes_is(status.report, "first"));
	gn_txn_abort(&txn);
	gn_store_close(&store);
}

static void test_an_older_report_changes_nothing(void **state)
{
	struct gn_store *store = probe_open(state);
	hear(store, 1000, 2, "second");
	hear(store, 2000, 1, "first");
	hear(store, 3000, 3, "third");
	hear(store, 4000, 2, "second");
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	struct hub_status status;
	assert_true(hub_status_get(&txn, node, &status));
	assert_int_equal(status.heard_ms, 3000);
	assert_int_equal(status.reported_ms, 3000);
	assert_true(gn_bytes_is(status.report, "third"));
	gn_txn_abort(&txn);
	gn_store_close(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {temp_test(test_an_entry_leaves_the_report),
	        temp_test(test_an_older_report_changes_nothing)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
