#include "store_probe.h"
#include <lmdb.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>

/* The child of a fork opens a store of its own; it never touches the parent's. */
struct child {
	pid_t pid;
	int from, to; /* one byte in either direction */
};

static struct child start_child(void (*run)(const char *dir, int in, int out), const char *dir)
{
	int down[2], up[2];
	pid_t pid;

	assert_int_equal(pipe(down), 0);
	assert_int_equal(pipe(up), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(down[1]);
		close(up[0]);
		run(dir, down[0], up[1]);
		_exit(0);
	}
	close(down[0]);
	close(up[1]);
	return (struct child){pid, up[0], down[1]};
}

static int end_child(struct child *child)
{
	int status;

	close(child->to);
	close(child->from);
	assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
	return status;
}

static void write_on_demand(const char *dir, int in, int out)
{
	struct gn_store *store = open_sized(dir, 1u << 20);
	char c;

	while (read(in, &c, 1) == 1) {
		static const uint8_t block[200000];
		enum gn_err err = put_one(store, (uint64_t)c, gn_bytes(block, sizeof block));

		if (err == GN_E_FULL) {
			assert_int_equal(gn_store_grow(store), GN_OK);
			err = put_one(store, (uint64_t)c, gn_bytes(block, sizeof block));
		}
		c = (char)err;
		if (write(out, &c, 1) != 1)
			break;
	}
	gn_store_close(&store);
}

/* Also when the other process has made the map larger than ours. */
static void processes_see_each_others_commits(void **state)
{
	const char *dir = temp_path(state, "s");
	struct gn_store *store = open_sized(dir, 1u << 20);
	struct child child = start_child(write_on_demand, dir);
	uint64_t before = gn_store_generation(store);

	for (char c = 1; c < 40; c++) {
		char answer;

		assert_false(has(store, (uint64_t)c));
		assert_true(gn_store_generation(store) == before);
		assert_int_equal(write(child.to, &c, 1), 1);
		assert_int_equal(read(child.from, &answer, 1), 1);
		assert_int_equal(answer, GN_OK);
		assert_true(gn_store_generation(store) > before);
		assert_true(has(store, (uint64_t)c));
		before = gn_store_generation(store);
	}
	assert_int_equal(put_one(store, 100, gn_bytes_str("mine")), GN_OK);
	assert_true(gn_store_generation(store) > before);
	assert_int_equal(end_child(&child), 0);
	gn_store_close(&store);
}

static void commit_and_tell(const char *dir, int in, int out)
{
	struct gn_store *store = open_at(dir);
	GN_AUTO_TXN t = gn_txn_begin(store, false);
	uint64_t next = gn_txn_count(&t, DATA);

	(void)in;
	gn_txn_abort(&t);
	for (;; next++) {
		uint8_t value[300];

		memset(value, (int)(next & 255), sizeof value);
		if (put_one(store, next, gn_bytes(value, sizeof value)) != GN_OK)
			_exit(1);
		if (write(out, &next, sizeof next) != sizeof next)
			_exit(1);
	}
}

static uint64_t count_data(struct gn_store *store)
{
	GN_AUTO_TXN t = gn_txn_begin(store, false);

	return gn_txn_count(&t, DATA);
}

/* Else a daemon would take a commit for read that is still on its way to the disk. */
static void a_generation_is_never_ahead_of_what_is_read(void **state)
{
	const char *dir = temp_path(state, "s");
	struct gn_store *store = open_at(dir);
	uint64_t before = gn_store_generation(store), count = 0;
	struct child child = start_child(commit_and_tell, dir);

	while (count < 500) {
		uint64_t generation = gn_store_generation(store);

		count = count_data(store);
		assert_true(count >= generation - before);
	}
	assert_int_equal(kill(child.pid, SIGKILL), 0);
	end_child(&child);
	gn_store_close(&store);
}

static void what_was_acknowledged_survives_kill_9(void **state)
{
	const char *dir = temp_path(state, "s");
	uint64_t acknowledged = 0, told;

	for (unsigned round = 0; round < 20; round++) {
		struct child child = start_child(commit_and_tell, dir);
		unsigned wanted = 1 + round * 7 % 50;
		struct gn_store *store;

		for (unsigned i = 0; i < wanted; i++)
			assert_int_equal(read(child.from, &told, sizeof told), sizeof told);
		assert_int_equal(kill(child.pid, SIGKILL), 0);
		while (read(child.from, &told, sizeof told) == sizeof told)
			;
		assert_true(WIFSIGNALED(end_child(&child)));
		assert_true(told + 1 > acknowledged);
		acknowledged = told + 1;
		store = open_at(dir);
		GN_AUTO_TXN t = gn_txn_begin(store, true); /* the dead writer's lock is free */
		assert_in_range(gn_txn_count(&t, DATA), acknowledged, acknowledged + 1);
		for (uint64_t i = 0; i < acknowledged; i++) {
			uint8_t key[8];
			struct gn_bytes value;

			assert_true(gn_txn_get(&t, DATA, number_key(key, i), &value));
			assert_int_equal(value.size, 300);
			assert_int_equal(value.data[299], i & 255);
		}
		gn_txn_abort(&t);
		gn_store_close(&store);
	}
}

static void read_and_hang(const char *dir, int in, int out)
{
	struct gn_store *store = open_at(dir);
	struct gn_txn t = gn_txn_begin(store, false);
	char c = (char)t.err;

	if (write(out, &c, 1) == 1 && read(in, &c, 1) == 0)
		_exit(0);
}

static void open_and_tell(const char *dir, int in, int out)
{
	struct gn_store *store = open_at(dir);
	char c = 0;

	(void)in;
	gn_store_close(&store);
	if (write(out, &c, 1) != 1)
		_exit(1);
}

/* Otherwise a killed command would keep old pages from use for ever. The
 * store stays open meanwhile: the last to close it would clear all readers. */
static void a_dead_reader_holds_nothing_back(void **state)
{
	const char *dir = temp_root(state);
	struct child child, other;
	MDB_env *env;
	int dead = -1;
	char c;

	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxreaders(env, 256), 0);
	assert_int_equal(mdb_env_open(env, dir, 0, 0600), 0);
	child = start_child(read_and_hang, dir);
	assert_int_equal(read(child.from, &c, 1), 1);
	assert_int_equal(c, GN_OK);
	assert_int_equal(kill(child.pid, SIGKILL), 0);
	assert_true(WIFSIGNALED(end_child(&child)));
	other = start_child(open_and_tell, dir);
	assert_int_equal(read(other.from, &c, 1), 1);
	assert_int_equal(end_child(&other), 0);
	assert_int_equal(mdb_reader_check(env, &dead), 0);
	assert_int_equal(dead, 0);
	mdb_env_close(env);
}

/* On a file system of 2 MiB of the child's own; values of many pages, since
 * LMDB calls a write that was cut short EIO. Tells how far it came. */
static void fill_small_disk(const char *dir, int in, int out)
{
	static const uint8_t block[150000];
	struct gn_store *store;
	enum gn_err err;
	char told[3] = {0};

	(void)in;
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	        mount("none", dir, "tmpfs", 0, "size=2m") != 0)
		return;
	store = open_at(dir);
	while (!(err = put_one(store, (uint64_t)told[0], gn_bytes(block, sizeof block))))
		told[0]++;
	told[1] = (char)err;
	told[2] = (char)put_one(store, 0, gn_bytes_str("room by making one smaller"));
	if (write(out, told, sizeof told) != sizeof told)
		_exit(1);
}

static void a_full_disk_is_an_answer_not_a_crash(void **state)
{
	struct child child = start_child(fill_small_disk, temp_root(state));
	char told[3];
	ssize_t n = read(child.from, told, sizeof told);

	assert_int_equal(end_child(&child), 0);
	if (n == 0)
		skip(); /* mounting is not allowed here */
	assert_in_range(told[0], 5, 13);
	assert_int_equal(told[1], GN_E_FULL);
	assert_true(told[2] == GN_OK || told[2] == GN_E_FULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        temp_test(processes_see_each_others_commits),
	        temp_test(a_generation_is_never_ahead_of_what_is_read),
	        temp_test(what_was_acknowledged_survives_kill_9),
	        temp_test(a_dead_reader_holds_nothing_back),
	        temp_test(a_full_disk_is_an_answer_not_a_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
