/* Tallies of one unit and date: all are kept, the latest entry is the last. */
#include "table_probe.h"

#include "hub/tally.h"

static enum gn_err tell(struct gn_store *store, uint64_t clock, uint64_t seq, uint64_t n, int sign)
{
	struct hub_tally tally;
	struct hub_tally_row row = {.clock = clock, .origin = 1, .seq = seq, .numerator = n};
	hub_tally_init(&tally);
	assert_int_equal(hub_tally_add(&tally, 1, 2, 3, &row, sign), GN_OK);
	GN_AUTO_TXN txn = gn_txn_begin(store, true);
	hub_tally_apply(&tally, &txn);
	hub_tally_done(&tally);
	return gn_txn_commit(&txn);
}

static void test_the_latest_entry_is_last(void **state)
{
	struct gn_store *store = probe_open(state);
	struct hub_tally_row rows[4];
	assert_int_equal(tell(store, 50, 7, 500, 1), GN_OK);
	assert_int_equal(tell(store, 20, 9, 200, 1), GN_OK);
	assert_int_equal(tell(store, 50, 8, 510, 1), GN_OK);
	assert_int_equal(probe_first(store, HUB_T_TALLY, rows, sizeof rows), 3 * sizeof *rows);
	assert_int_equal(rows[0].numerator, 200);
	assert_int_equal(rows[2].numerator, 510);
	assert_int_equal(tell(store, 50, 8, 510, -1), GN_OK);
	assert_int_equal(probe_first(store, HUB_T_TALLY, rows, sizeof rows), 2 * sizeof *rows);
	assert_int_equal(rows[1].numerator, 500);
	gn_store_close(&store);
}

static void test_a_tally_stands_once(void **state)
{
	struct gn_store *store = probe_open(state);
	assert_int_equal(tell(store, 50, 7, 500, 1), GN_OK);
	assert_int_equal(tell(store, 50, 7, 500, 1), GN_E_CORRUPT);
	assert_int_equal(tell(store, 50, 6, 500, -1), GN_E_CORRUPT);
	assert_int_equal(tell(store, 50, 7, 500, -1), GN_OK);
	assert_int_equal(probe_count(store, HUB_T_TALLY), 0);
	gn_store_close(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        temp_test(test_the_latest_entry_is_last),
	        temp_test(test_a_tally_stands_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
