/* Who was seen when: counted by day, team and unit. */
#include "table_probe.h"

#include "hub/seen.h"

static const uint8_t who[16] = {4};

static enum gn_err see(struct gn_store *store, uint16_t day, uint64_t team, const char *signs)
{
	struct hub_seen seen;
	struct hub_seen_row row = {.day = day, .team = team, .unit = 8};
	hub_seen_init(&seen);
	for (; *signs; signs++)
		assert_int_equal(hub_seen_add(&seen, 5, who, &row, *signs == '+' ? 1 : -1), GN_OK);
	GN_AUTO_TXN txn = gn_txn_begin(store, true);
	hub_seen_apply(&seen, &txn);
	hub_seen_done(&seen);
	return gn_txn_commit(&txn);
}

static void test_rows_come_and_go(void **state)
{
	struct gn_store *store = probe_open(state);
	struct hub_seen_row rows[8];
	assert_int_equal(see(store, 9, 1, "++"), GN_OK);
	assert_int_equal(see(store, 3, 2, "+"), GN_OK);
	assert_int_equal(see(store, 9, 1, "-"), GN_OK);
	assert_int_equal(probe_first(store, HUB_T_SEEN, rows, sizeof rows), 2 * sizeof *rows);
	assert_int_equal(rows[0].day, 3);
	assert_int_equal(rows[1].n, 1);
	assert_int_equal(see(store, 9, 1, "-"), GN_OK);
	assert_int_equal(see(store, 3, 2, "-"), GN_OK);
	assert_int_equal(probe_count(store, HUB_T_SEEN), 0);
	assert_int_equal(see(store, 3, 2, "-"), GN_E_CORRUPT);
	gn_store_close(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {temp_test(test_rows_come_and_go)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
