#include "store_probe.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void what_was_committed_is_there_after_opening_again(void **state)
{
	struct gn_store *store = open_at(temp_path(state, "s"));
	struct stat st;

	assert_int_equal(put_one(store, 1, gn_bytes_str("one")), GN_OK);
	gn_store_close(&store);
	assert_null(store);
	store = open_at(temp_path(state, "s"));
	assert_true(has(store, 1));
	assert_false(has(store, 2));
	assert_int_equal(stat(temp_path(state, "s"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(temp_path(state, "s/data.mdb"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(temp_path(state, "s/lock.mdb"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	gn_store_close(&store);
	gn_store_close(&store);
}

static void a_store_that_is_not_there_is_not_made(void **state)
{
	struct gn_store_options options = {.dir = temp_path(state, "s"), .tables = names};
	struct gn_store *store = NULL;

	assert_int_equal(gn_store_open(&options, &store), GN_E_NOTFOUND);
	assert_null(store);
	assert_int_equal(access(options.dir, F_OK), -1);
	assert_int_equal(symlink("s", options.dir), 0); /* what cannot be looked at may be there */
	assert_int_equal(gn_store_open(&options, &store), GN_E_SYSTEM);
	assert_int_equal(errno, ELOOP);
}

static void another_file_is_no_store(void **state)
{
	struct gn_store_options options = {.dir = temp_root(state), .tables = names};
	struct gn_store *store = NULL;
	FILE *f = fopen(temp_path(state, "data.mdb"), "w");

	assert_non_null(f);
	for (int i = 0; i < 4096; i++)
		assert_int_equal(fprintf(f, "no"), 2);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(gn_store_open(&options, &store), GN_E_CORRUPT);
	assert_null(store);
}

static void set_format(struct gn_store *store, uint32_t format)
{
	GN_AUTO_TXN t = gn_txn_begin(store, true);
	uint8_t value[4];

	gn_put_be32(value, format);
	gn_txn_put(&t, META, gn_bytes_str("format"), gn_bytes(value, 4));
	assert_int_equal(gn_txn_commit(&t), GN_OK);
}

static void a_newer_format_is_refused_and_left_alone(void **state)
{
	static const char *const more[] = {"meta", "data", "later", NULL};
	struct gn_store_options options = {.dir = temp_path(state, "s"), .tables = names};
	struct gn_store *store = open_at(options.dir);
	uint64_t generation;

	set_format(store, GN_STORE_FORMAT + 1);
	generation = gn_store_generation(store);
	gn_store_close(&store);
	options.tables = more;
	assert_int_equal(gn_store_open(&options, &store), GN_E_VERSION);
	options.create = true;
	assert_int_equal(gn_store_open(&options, &store), GN_E_VERSION);
	assert_null(store);
	assert_true(generation > 0);
}

static void a_table_of_a_newer_program_is_added(void **state)
{
	static const char *const more[] = {"meta", "data", "later", NULL};
	struct gn_store_options options = {.dir = temp_path(state, "s"), .tables = more};
	struct gn_store *store = open_at(options.dir);

	assert_int_equal(put_one(store, 1, gn_bytes_str("one")), GN_OK);
	gn_store_close(&store);
	assert_int_equal(gn_store_open(&options, &store), GN_OK);
	assert_true(has(store, 1));
	GN_AUTO_TXN t = gn_txn_begin(store, true);
	gn_txn_put(&t, 2, gn_bytes_str("k"), gn_bytes_str("v"));
	assert_int_equal(gn_txn_count(&t, 2), 1);
	assert_int_equal(gn_txn_commit(&t), GN_OK);
	gn_store_close(&store);
}

static void the_first_error_stays_and_nothing_is_written(void **state)
{
	struct gn_store *store = open_at(temp_path(state, "s"));
	struct gn_txn t = gn_txn_begin(store, true);
	char long_key[600];
	struct gn_bytes value;

	memset(long_key, 'k', sizeof long_key);
	gn_txn_put(&t, DATA, gn_bytes_str("before"), gn_bytes_str("x"));
	gn_txn_put(&t, DATA, gn_bytes(long_key, sizeof long_key), gn_bytes_str("x"));
	assert_int_equal(t.err, GN_E_SIZE);
	gn_txn_put(&t, DATA, gn_bytes_str("after"), gn_bytes_str("x"));
	gn_txn_del(&t, DATA, gn_bytes_str("before"));
	gn_txn_clear(&t, DATA);
	assert_null(gn_txn_reserve(&t, DATA, gn_bytes_str("r"), 10));
	assert_int_equal(gn_txn_count(&t, DATA), 0);
	assert_false(gn_txn_get(&t, DATA, gn_bytes_str("before"), &value));
	assert_int_equal(gn_txn_commit(&t), GN_E_SIZE);
	gn_txn_abort(&t);
	t = gn_txn_begin(store, false);
	assert_int_equal(gn_txn_count(&t, DATA), 0);
	assert_int_equal(gn_txn_commit(&t), GN_OK);
	gn_store_close(&store);
}

static void leave_early(struct gn_store *store)
{
	GN_AUTO_TXN t = gn_txn_begin(store, true);

	gn_txn_put(&t, DATA, gn_bytes_str("k"), gn_bytes_str("v"));
}

static void a_transaction_left_alone_aborts(void **state)
{
	struct gn_store *store = open_at(temp_path(state, "s"));

	leave_early(store);
	GN_AUTO_TXN t = gn_txn_begin(store, true); /* would wait for ever otherwise */
	assert_int_equal(gn_txn_count(&t, DATA), 0);
	gn_txn_abort(&t);
	gn_store_close(&store);
}

static void a_cursor_outlives_its_commit(void **state)
{
	struct gn_store *store = open_at(temp_path(state, "s"));

	for (int write = 0; write < 2; write++) {
		GN_AUTO_TXN t = gn_txn_begin(store, write);
		GN_AUTO_CURSOR c = gn_cursor_open(&t, DATA);

		assert_false(gn_cursor_next(&c));
		if (write)
			gn_cursor_put(&c, gn_bytes_str("a"), gn_bytes_str("b"));
		assert_int_equal(gn_txn_commit(&t), GN_OK);
	}
	gn_store_close(&store);
}

static void fill(struct gn_store *store, const char *keys)
{
	GN_AUTO_TXN t = gn_txn_begin(store, true);

	for (; *keys; keys++)
		gn_txn_put(&t, DATA, gn_bytes(keys, 1), gn_bytes(keys, 1));
	assert_int_equal(gn_txn_commit(&t), GN_OK);
}

static void cursors_find_neighbours_on_both_sides(void **state)
{
	struct gn_store *store = open_at(temp_path(state, "s"));
	static const struct {
		const char *key, *ahead, *back;
	} rows[] = {{"", "b", NULL}, {"a", "b", NULL}, {"b", "b", "b"}, {"c", "d", "b"},
	        {"d", "d", "d"}, {"e", "f", "d"}, {"f", "f", "f"}, {"g", NULL, "f"}};

	fill(store, "fdb");
	GN_AUTO_TXN t = gn_txn_begin(store, false);
	GN_AUTO_CURSOR c = gn_cursor_open(&t, DATA);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gn_bytes key = gn_bytes_str(rows[i].key);

		assert_int_equal(gn_cursor_seek(&c, key), rows[i].ahead != NULL);
		if (rows[i].ahead)
			assert_true(gn_bytes_is(c.key, rows[i].ahead));
		else
			assert_false(gn_cursor_next(&c));
		assert_int_equal(gn_cursor_seek_back(&c, key), rows[i].back != NULL);
		if (rows[i].back)
			assert_true(gn_bytes_is(c.key, rows[i].back));
	}
	assert_true(gn_cursor_seek(&c, gn_bytes_str("a")));
	assert_true(gn_cursor_next(&c) && gn_bytes_is(c.key, "d"));
	assert_true(gn_cursor_next(&c) && gn_bytes_is(c.value, "f"));
	assert_false(gn_cursor_next(&c));
	gn_cursor_close(&c);
	gn_txn_abort(&t);
	gn_store_close(&store);
}

static void deleting_what_the_cursor_stands_on_skips_nothing(void **state)
{
	struct gn_store *store = open_at(temp_path(state, "s"));
	uint8_t key[8], here[8];
	uint64_t seen = 0;

	GN_AUTO_TXN t = gn_txn_begin(store, true);
	GN_AUTO_CURSOR c = gn_cursor_open(&t, DATA);
	for (uint64_t i = 0; i < 5000; i++)
		gn_cursor_put(&c, number_key(key, i), gn_bytes_str("some value of a row"));
	for (bool more = gn_cursor_seek(&c, number_key(key, 0)); more; more = gn_cursor_next(&c)) {
		assert_true(gn_get_be64(c.key.data) == seen++);
		memcpy(here, c.key.data, 8);
		gn_txn_del(&t, DATA, gn_bytes(here, 8));
	}
	assert_int_equal(seen, 5000);
	assert_int_equal(gn_txn_count(&t, DATA), 0);
	assert_int_equal(gn_txn_commit(&t), GN_OK);
	gn_cursor_close(&c);
	gn_store_close(&store);
}

static void reserved_room_is_stored(void **state)
{
	struct gn_store *store = open_at(temp_path(state, "s"));
	struct gn_bytes value;

	GN_AUTO_TXN t = gn_txn_begin(store, true);
	memcpy(gn_txn_reserve(&t, DATA, gn_bytes_str("k"), 3), "abc", 3);
	gn_txn_put(&t, DATA, gn_bytes_str("empty"), gn_bytes(NULL, 0));
	assert_int_equal(gn_txn_commit(&t), GN_OK);
	t = gn_txn_begin(store, true);
	assert_true(gn_txn_get(&t, DATA, gn_bytes_str("k"), &value) && gn_bytes_is(value, "abc"));
	assert_true(gn_txn_get(&t, DATA, gn_bytes_str("empty"), &value) && value.size == 0);
	gn_txn_clear(&t, DATA);
	gn_txn_del(&t, DATA, gn_bytes_str("k"));
	assert_int_equal(gn_txn_commit(&t), GN_OK);
	t = gn_txn_begin(store, false);
	assert_int_equal(gn_txn_count(&t, DATA), 0);
	gn_txn_abort(&t);
	gn_store_close(&store);
}

static void a_full_map_is_an_answer_and_can_grow(void **state)
{
	struct gn_store *store = open_sized(temp_path(state, "s"), 1u << 20);
	static const uint8_t block[8000];
	uint64_t stored = 0, used, map;
	enum gn_err err;

	while (!(err = put_one(store, stored, gn_bytes(block, sizeof block))))
		stored++;
	assert_int_equal(err, GN_E_FULL);
	assert_true(stored > 10 && stored < 131);
	assert_true(has(store, stored - 1) && !has(store, stored));
	gn_store_usage(store, &used, &map);
	assert_int_equal(map, 1u << 20);
	assert_true(used > map / 2 && used <= map);
	struct gn_txn open = gn_txn_begin(store, false);
	assert_int_equal(gn_store_grow(store), GN_E_BUSY);
	gn_txn_abort(&open);
	assert_int_equal(gn_store_grow(store), GN_OK);
	assert_int_equal(put_one(store, stored, gn_bytes(block, sizeof block)), GN_OK);
	gn_store_usage(store, &used, &map);
	assert_int_equal(map, 2u << 20);
	gn_store_close(&store);
	store = open_sized(temp_path(state, "s"), 1u << 20); /* stays grown */
	gn_store_usage(store, &used, &map);
	assert_int_equal(map, 2u << 20);
	assert_true(has(store, stored));
	gn_store_close(&store);
}

static void freed_pages_are_not_in_use(void **state)
{
	struct gn_store *store = open_at(temp_path(state, "s"));
	static const uint8_t block[100000];
	uint64_t before, full, after, map;

	gn_store_usage(store, &before, &map);
	assert_int_equal(map, UINT64_C(4) << 30);
	for (uint64_t i = 0; i < 10; i++)
		assert_int_equal(put_one(store, i, gn_bytes(block, sizeof block)), GN_OK);
	gn_store_usage(store, &full, &map);
	assert_true(full >= before + 10 * sizeof block);
	GN_AUTO_TXN t = gn_txn_begin(store, true);
	gn_txn_clear(&t, DATA);
	assert_int_equal(gn_txn_commit(&t), GN_OK);
	gn_store_usage(store, &after, &map);
	assert_true(after < before + 10 * 4096);
	gn_store_close(&store);
}

/* The disk, not the map: a limit on the file's size stands in for it. */
static void a_disk_that_is_full_is_an_answer(void **state)
{
	struct gn_store *store = open_at(temp_path(state, "s"));
	static const uint8_t block[8000];
	struct rlimit old, limit;
	uint64_t stored = 0;
	enum gn_err err;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = (struct rlimit){1u << 20, old.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	while (!(err = put_one(store, stored, gn_bytes(block, sizeof block))) && stored < 1000)
		stored++;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(err, GN_E_FULL);
	assert_true(stored > 10 && has(store, stored - 1) && !has(store, stored));
	assert_int_equal(put_one(store, stored, gn_bytes(block, sizeof block)), GN_OK);
	gn_store_close(&store);
	store = open_at(temp_path(state, "s"));
	assert_true(has(store, stored));
	gn_store_close(&store);
}

static void a_copy_is_whole_compact_and_private(void **state)
{
	struct gn_store *store = open_at(temp_path(state, "s"));
	static const uint8_t block[100000];
	struct stat st;

	for (uint64_t i = 0; i < 20; i++)
		assert_int_equal(put_one(store, i, gn_bytes(block, sizeof block)), GN_OK);
	GN_AUTO_TXN t = gn_txn_begin(store, true);
	for (uint64_t i = 1; i < 20; i++) {
		uint8_t key[8];

		gn_txn_del(&t, DATA, number_key(key, i));
	}
	assert_int_equal(gn_txn_commit(&t), GN_OK);
	assert_int_equal(gn_store_copy(store, temp_path(state, "deep/copy")), GN_OK);
	assert_int_equal(gn_store_copy(store, temp_path(state, "deep/copy")), GN_E_EXISTS);
	gn_store_close(&store);
	assert_int_equal(stat(temp_path(state, "deep/copy/data.mdb"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_true(st.st_size < 200000);
	store = open_at(temp_path(state, "deep/copy"));
	assert_true(has(store, 0) && !has(store, 1));
	gn_store_close(&store);
}

static void *read_much(void *context)
{
	struct gn_store *store = context;
	size_t found = 0;

	for (unsigned i = 0; i < 2000; i++) {
		GN_AUTO_TXN t = gn_txn_begin(store, false);
		struct gn_bytes value;
		uint8_t key[8];

		found += gn_txn_get(&t, DATA, number_key(key, 1), &value) && value.size == 3;
	}
	return found == 2000 ? store : NULL;
}

static void threads_share_a_store_while_it_grows(void **state)
{
	struct gn_store *store = open_sized(temp_path(state, "s"), 1u << 20);
	pthread_t threads[3];
	void *result;

	assert_int_equal(put_one(store, 1, gn_bytes_str("abc")), GN_OK);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_much, store), 0);
	for (uint64_t i = 2; i < 50; i++)
		assert_int_equal(put_one(store, i, gn_bytes_str("abc")), GN_OK);
	/* Readers that come and go may keep it busy; then it says so. */
	enum gn_err err = gn_store_grow(store);
	assert_true(err == GN_OK || err == GN_E_BUSY);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(pthread_join(threads[i], &result), 0);
		assert_ptr_equal(result, store);
	}
	assert_int_equal(gn_store_grow(store), GN_OK);
	gn_store_close(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        temp_test(what_was_committed_is_there_after_opening_again),
	        temp_test(a_store_that_is_not_there_is_not_made),
	        temp_test(another_file_is_no_store),
	        temp_test(a_newer_format_is_refused_and_left_alone),
	        temp_test(a_table_of_a_newer_program_is_added),
	        temp_test(the_first_error_stays_and_nothing_is_written),
	        temp_test(a_transaction_left_alone_aborts),
	        temp_test(a_cursor_outlives_its_commit),
	        temp_test(cursors_find_neighbours_on_both_sides),
	        temp_test(deleting_what_the_cursor_stands_on_skips_nothing),
	        temp_test(reserved_room_is_stored),
	        temp_test(a_full_map_is_an_answer_and_can_grow),
	        temp_test(freed_pages_are_not_in_use),
	        temp_test(a_disk_that_is_full_is_an_answer),
	        temp_test(a_copy_is_whole_compact_and_private),
	        temp_test(threads_share_a_store_while_it_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
