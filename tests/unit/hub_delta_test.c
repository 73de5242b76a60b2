/* Sums by day: they add up over folds, and zeros do not stand. */
#include "table_probe.h"

#include "hub/delta.h"

static void add(struct gn_store *store, uint16_t day, uint16_t birth, int64_t n)
{
	struct hub_delta delta;
	struct hub_delta_at at = {
	        .series = 3, .team = 1, .unit = 2, .era = 0, .day = day, .birth = birth};
	hub_delta_init(&delta);
	assert_int_equal(hub_delta_add(&delta, &at, n), GN_OK);
	GN_AUTO_TXN txn = gn_txn_begin(store, true);
	hub_delta_apply(&delta, &txn);
	hub_delta_done(&delta);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

static void test_rows_are_sorted_and_summed(void **state)
{
	struct gn_store *store = probe_open(state);
	struct hub_delta_row rows[8];
	add(store, 9, 0, 5);
	add(store, 4, 1990, 1);
	add(store, 9, 0, -2);
	add(store, 4, 1980, 2);
	size_t size = probe_first(store, HUB_T_DELTA, rows, sizeof rows);
	assert_int_equal(size, 3 * sizeof *rows);
	assert_int_equal(rows[0].birth, 1980);
	assert_int_equal(rows[1].birth, 1990);
	assert_int_equal(rows[2].day, 9);
	assert_int_equal(rows[2].n, 3);
	gn_store_close(&store);
}

static void test_zero_leaves_nothing(void **state)
{
	struct gn_store *store = probe_open(state);
	add(store, 9, 0, 5);
	add(store, 70, 0, 1);
	assert_int_equal(probe_count(store, HUB_T_DELTA), 2);
	add(store, 9, 0, -5);
	assert_int_equal(probe_count(store, HUB_T_DELTA), 1);
	add(store, 70, 0, -1);
	add(store, 71, 0, 0);
	assert_int_equal(probe_count(store, HUB_T_DELTA), 0);
	gn_store_close(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        temp_test(test_rows_are_sorted_and_summed),
	        temp_test(test_zero_leaves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
