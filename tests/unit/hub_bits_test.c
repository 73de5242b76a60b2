/* Household bits: repeats, withdrawals, and that nothing is left behind. */
#include "table_probe.h"

#include "hub/bits.h"

static const struct hub_bits_at here = {
        .series = 7, .scope = 1, .sub = 0, .household = 300, .day = 65};

static enum gn_err change(struct gn_store *store, const struct hub_bits_at *at, const char *signs)
{
	struct hub_bits bits;
	hub_bits_init(&bits);
	for (; *signs; signs++)
		assert_int_equal(hub_bits_add(&bits, at, *signs == '+' ? 1 : -1), GN_OK);
	GN_AUTO_TXN txn = gn_txn_begin(store, true);
	hub_bits_apply(&bits, &txn);
	hub_bits_done(&bits);
	return gn_txn_commit(&txn);
}

static void expect_rows(struct gn_store *store, uint64_t n)
{
	assert_int_equal(probe_count(store, HUB_T_BITS), n);
}

static void test_one_visit_is_one_bit(void **state)
{
	struct gn_store *store = probe_open(state);
	struct hub_bits_block block;
	assert_int_equal(change(store, &here, "+"), GN_OK);
	assert_int_equal(probe_first(store, HUB_T_BITS, &block, sizeof block), sizeof block);
	for (size_t day = 0; day < HUB_BITS_DAYS; day++)
		for (size_t i = 0; i < HUB_BITS_WORDS; i++)
			assert_int_equal(block.days[day][i], day == 65 % 32 && i == (300 & 255) / 64
			                                             ? UINT64_C(1) << 300 % 64
			                                             : 0);
	assert_int_equal(change(store, &here, "-"), GN_OK);
	expect_rows(store, 0);
	gn_store_close(&store);
}

static void test_repeats_in_one_fold_and_over_several(void **state)
{
	struct gn_store *store = probe_open(state);
	assert_int_equal(change(store, &here, "+++"), GN_OK);
	expect_rows(store, 2); /* the bit, and two beyond it */
	assert_int_equal(change(store, &here, "+"), GN_OK);
	assert_int_equal(change(store, &here, "--"), GN_OK);
	expect_rows(store, 2);
	assert_int_equal(change(store, &here, "-"), GN_OK);
	expect_rows(store, 1);
	assert_int_equal(change(store, &here, "-+-"), GN_OK);
	expect_rows(store, 0);
	gn_store_close(&store);
}

static void test_fewer_than_none(void **state)
{
	struct gn_store *store = probe_open(state);
	assert_int_equal(change(store, &here, "-"), GN_E_CORRUPT);
	assert_int_equal(change(store, &here, "+"), GN_OK);
	assert_int_equal(change(store, &here, "--"), GN_E_CORRUPT);
	expect_rows(store, 1);
	gn_store_close(&store);
}

static void test_apart(void **state)
{
	struct gn_store *store = probe_open(state);
	struct hub_bits_at at[] = {here, here, here, here, here};
	at[1].team = true;
	at[2].household = 44; /* of other 256 */
	at[3].day = 96; /* of other 32 days */
	at[4].household = 301; /* beside the first */
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(change(store, &at[i], "+"), GN_OK);
	expect_rows(store, 4);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(change(store, &at[i], "-"), GN_OK);
	expect_rows(store, 0);
	gn_store_close(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        temp_test(test_one_visit_is_one_bit),
	        temp_test(test_repeats_in_one_fold_and_over_several),
	        temp_test(test_fewer_than_none),
	        temp_test(test_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
