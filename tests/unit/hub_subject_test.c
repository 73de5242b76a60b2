/* A subject's runs: when one begins and ends, whose it is, and what a birth year
 * changes. Two stocks (bits 0 and 1) and the joint of both (bit 2). */
#include "table_probe.h"

#include "hub/subject.h"

static struct hub_series series[3] = {
        {.id = 10, .kind = HUB_SERIES_STOCK, .subject = GN_S_CITIZEN, .aged = true},
        {.id = 11, .kind = HUB_SERIES_STOCK, .subject = GN_S_CITIZEN, .bit = 1},
        {.id = 12, .kind = HUB_SERIES_JOINT, .subject = GN_S_CITIZEN, .bit = 2, .all = {{3}}},
};
static const struct hub_catalogue catalogue = {.series = series,
        .n = 3,
        .stock_n = 2,
        .bit_n = 3,
        .by_bit = {&series[0], &series[1], &series[2]}};
static const struct hub_eras eras;

static struct hub_subject_entry record(uint16_t day, uint64_t seq, uint64_t team, uint64_t mask)
{
	return (struct hub_subject_entry){
	        .row = {.seq = seq, .team = team, .state = 1, .day = day}, .mask = {{mask}}};
}

static void change(struct gn_store *store, const struct hub_subject_entry *entry, int sign)
{
	static const uint8_t id[16] = {1};
	struct hub_subjects subjects;
	struct hub_delta delta;
	hub_subjects_init(&subjects, &catalogue, &eras);
	hub_delta_init(&delta);
	assert_int_equal(hub_subjects_add(&subjects, GN_S_CITIZEN, id, entry, sign), GN_OK);
	GN_AUTO_TXN txn = gn_txn_begin(store, true);
	hub_subjects_apply(&subjects, &txn, &delta);
	hub_delta_apply(&delta, &txn);
	hub_subjects_done(&subjects);
	hub_delta_done(&delta);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

/* The sum of one stock's rows for a team up to a day. */
static long in_at(struct gn_store *store, uint32_t id, uint64_t team, uint16_t day, uint16_t birth)
{
	long sum = 0;
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	GN_AUTO_CURSOR cursor = gn_cursor_open(&txn, HUB_T_DELTA);
	for (bool more = gn_cursor_seek(&cursor, gn_bytes("", 1)); more;
	        more = gn_cursor_next(&cursor)) {
		const struct hub_delta_row *rows = (const void *)cursor.value.data;
		if (gn_get_be32(cursor.key.data) != id || gn_get_be64(cursor.key.data + 4) != team)
			continue;
		for (size_t i = 0; i < cursor.value.size / sizeof *rows; i++)
			if (rows[i].day <= day && rows[i].birth == birth)
				sum += rows[i].n;
	}
	return sum;
}

static void test_the_run_is_whose_record_began_it(void **state)
{
	struct gn_store *store = probe_open(state);
	struct hub_subject_entry on = record(5, 1, 100, 2), again = record(8, 2, 200, 2);
	struct hub_subject_entry off = record(7, 3, 300, 0);
	change(store, &on, 1);
	change(store, &again, 1);
	assert_int_equal(in_at(store, 11, 100, 4, 0), 0);
	assert_int_equal(in_at(store, 11, 100, 8, 0), 1);
	assert_int_equal(in_at(store, 11, 200, 8, 0), 0);
	change(store, &off, 1); /* comes late, lies between */
	assert_int_equal(in_at(store, 11, 100, 6, 0), 1);
	assert_int_equal(in_at(store, 11, 100, 7, 0), 0);
	assert_int_equal(in_at(store, 11, 200, 8, 0), 1);
	change(store, &off, -1);
	assert_int_equal(in_at(store, 11, 100, 8, 0), 1);
	change(store, &on, -1);
	change(store, &again, -1);
	assert_int_equal(probe_count(store, HUB_T_SUBJECT), 0);
	assert_int_equal(probe_count(store, HUB_T_DELTA), 0);
	gn_store_close(&store);
}

/* Off and on again on one day begins another run, though the day shows no gap. */
static void test_a_run_may_end_within_a_day(void **state)
{
	struct gn_store *store = probe_open(state);
	struct hub_subject_entry rows[] = {
	        record(5, 1, 100, 2), record(6, 2, 200, 0), record(6, 3, 300, 2)};
	for (size_t i = 0; i < 3; i++)
		change(store, &rows[i], 1);
	assert_int_equal(in_at(store, 11, 100, 5, 0), 1);
	assert_int_equal(in_at(store, 11, 100, 6, 0), 0);
	assert_int_equal(in_at(store, 11, 300, 6, 0), 1);
	gn_store_close(&store);
}

static void test_a_joint_is_whose_record_completed_it(void **state)
{
	struct gn_store *store = probe_open(state);
	struct hub_subject_entry one = record(5, 1, 100, 1), other = record(9, 2, 200, 2);
	other.row.state = 2;
	change(store, &one, 1);
	change(store, &other, 1);
	assert_int_equal(in_at(store, 12, 200, 8, 0), 0);
	assert_int_equal(in_at(store, 12, 200, 9, 0), 1);
	assert_int_equal(in_at(store, 12, 100, 9, 0), 0);
	gn_store_close(&store);
}

static void test_a_birth_year_moves_and_begins_nothing(void **state)
{
	struct gn_store *store = probe_open(state);
	struct hub_subject_entry on = record(5, 1, 100, 1), born = record(9, 2, 200, 0);
	born.row.state = 0; /* a record about something else */
	born.row.birth = 1990;
	change(store, &on, 1);
	assert_int_equal(in_at(store, 10, 100, 9, 0), 1);
	change(store, &born, 1);
	assert_int_equal(in_at(store, 10, 100, 8, 0), 1);
	assert_int_equal(in_at(store, 10, 100, 9, 0), 0);
	assert_int_equal(in_at(store, 10, 100, 9, 1990), 1);
	gn_store_close(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        temp_test(test_the_run_is_whose_record_began_it),
	        temp_test(test_a_run_may_end_within_a_day),
	        temp_test(test_a_joint_is_whose_record_completed_it),
	        temp_test(test_a_birth_year_moves_and_begins_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
