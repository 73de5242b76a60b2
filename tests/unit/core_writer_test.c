/* The thread that appends: grouping, what fails alone, what fails together. */
#include "fixture_logs.h"

#include "core/writer.h"

#include <semaphore.h>

#define MAP_BYTES (256u << 10) /* less than the entries below take */
#define BIG 4000

struct bench {
	struct temp_dir *temp;
	struct gn_store *store;
	struct gn_writer *writer;
	struct member member;
	struct gn_tip tip;
	sem_t done;
	unsigned commits;
};

static void on_done(void *context)
{
	struct bench *b = context;
	sem_post(&b->done);
}

static void on_committed(void *context)
{
	struct bench *b = context;
	__atomic_add_fetch(&b->commits, 1, __ATOMIC_RELAXED);
}

static int setup_sized(void **state, size_t map_bytes)
{
	struct bench *b = calloc(1, sizeof *b);
	void *temp = NULL;
	if (!b || sodium_init() < 0 || temp_setup(&temp))
		return -1;
	b->temp = temp;
	b->store = logs_open(b->temp->path, map_bytes);
	member_keys(&b->member);
	gn_tip_start(b->member.key, &b->tip);
	sem_init(&b->done, 0, 0);
	struct gn_writer_options options = {
	        .store = b->store, .context = b, .done = on_done, .committed = on_committed};
	*state = b;
	return gn_writer_new(&options, &b->writer) != GN_OK;
}

static int setup(void **state)
{
	return setup_sized(state, 0);
}

static int setup_small(void **state)
{
	return setup_sized(state, MAP_BYTES);
}

static int teardown(void **state)
{
	struct bench *b = *state;
	void *temp = b->temp;
	gn_writer_free(&b->writer);
	gn_store_close(&b->store);
	sem_destroy(&b->done);
	free(b);
	return temp_teardown(&temp);
}

/* The next n entries of the member's log, as a STORE. */
static void submit(struct bench *b, size_t n, size_t body_size, uint64_t skipped)
{
	uint8_t *message = malloc(n * (body_size + 256)), body[BIG] = {0};
	struct gn_bytes entries[64];
	size_t at = 0;
	assert_non_null(message);
	memset(body, 7, sizeof body);
	struct gn_act act = {.kind = GN_ACT_STORE,
	        .first = b->tip.seq + 1 + skipped,
	        .entries = entries,
	        .n = n};
	for (size_t i = 0; i < n; i++) {
		struct gn_header header = {.clock = 1, .schema = GN_SCHEMA};
		size_t size;
		assert_int_equal(
		        gn_entry_write(b->member.secret, &b->tip, &header,
		                gn_bytes(body, body_size), message + at, body_size + 256, &size),
		        GN_OK);
		entries[i] = gn_bytes(message + at, size);
		at += size;
	}
	act.tip = b->tip;
	act.tip.seq += skipped;
	memcpy(act.origin, b->member.key, GN_KEY_SIZE);
	assert_int_equal(gn_writer_store(b->writer, &act), GN_OK);
	free(message); /* it was copied */
}

static struct gn_writer_done take(struct bench *b)
{
	struct gn_writer_done done;
	while (!gn_writer_take(b->writer, &done))
		assert_int_equal(sem_wait(&b->done), 0);
	return done;
}

static void test_durable_when_told(void **state)
{
	struct bench *b = *state;
	submit(b, 3, 10, 0);
	struct gn_writer_done done = take(b);
	assert_int_equal(done.err, GN_OK);
	assert_int_equal(done.tip.seq, 3);
	assert_memory_equal(done.origin, b->member.key, GN_KEY_SIZE);
	assert_int_equal(logs_head(b->store, b->member.key), 3);
}

static void test_what_does_not_follow_fails_alone(void **state)
{
	struct bench *b = *state;
	struct gn_tip before = b->tip;
	submit(b, 2, 10, 5); /* told as 6, 7 */
	assert_int_equal(take(b).err, GN_E_ORDER);
	b->tip = before;
	submit(b, 2, 10, 0);
	assert_int_equal(take(b).err, GN_OK);
	assert_int_equal(logs_head(b->store, b->member.key), 2);
}

struct gate { /* holds a commit up so that jobs queue behind it */
	sem_t entered, open;
};

static void wait_at_gate(struct gn_txn *txn, struct gn_bytes data)
{
	struct gate *gate;
	(void)txn;
	memcpy(&gate, data.data, sizeof gate);
	sem_post(&gate->entered);
	assert_int_equal(sem_wait(&gate->open), 0);
}

static void test_what_queued_up_is_one_commit(void **state)
{
	struct bench *b = *state;
	struct gate gate, *at = &gate;
	sem_init(&gate.entered, 0, 0);
	sem_init(&gate.open, 0, 0);
	assert_int_equal(gn_writer_call(b->writer, wait_at_gate, gn_bytes(&at, sizeof at)), GN_OK);
	assert_int_equal(sem_wait(&gate.entered), 0);
	for (int i = 0; i < GN_WRITER_GROUP; i++)
		submit(b, 4, 10, 0);
	sem_post(&gate.open);
	for (uint64_t i = 1; i <= GN_WRITER_GROUP; i++)
		assert_int_equal(take(b).tip.seq, 4 * i);
	gn_writer_free(&b->writer); /* the thread is done counting */
	assert_int_equal(b->commits, 2);
	sem_destroy(&gate.entered);
	sem_destroy(&gate.open);
}

static void test_what_is_queued_is_written_at_the_end(void **state)
{
	struct bench *b = *state;
	for (int i = 0; i < 40; i++)
		submit(b, 4, 10, 0);
	gn_writer_free(&b->writer);
	assert_int_equal(logs_head(b->store, b->member.key), 160);
}

/* The store is made for less than what comes. */
static void test_a_full_map_grows(void **state)
{
	struct bench *b = *state;
	for (int i = 0; i < 20; i++) {
		submit(b, 64, BIG, 0);
		assert_int_equal(take(b).err, GN_OK);
	}
	assert_int_equal(logs_head(b->store, b->member.key), 1280);
}

static void test_room_is_bounded(void **state)
{
	struct bench *b = *state;
	struct gate gate, *at = &gate;
	size_t most = GN_WRITER_QUEUE_BYTES / (64 * BIG) + 2;
	sem_init(&gate.entered, 0, 0);
	sem_init(&gate.open, 0, 0);
	assert_int_equal(gn_writer_call(b->writer, wait_at_gate, gn_bytes(&at, sizeof at)), GN_OK);
	assert_int_equal(sem_wait(&gate.entered), 0);
	assert_true(gn_writer_room(b->writer, 0));
	struct gn_tip before = b->tip;
	submit(b, 64, BIG, 0);
	for (size_t i = 0; i < most; i++) {
		b->tip = before;
		submit(b, 64, BIG, 0);
	}
	assert_false(gn_writer_room(b->writer, 0));
	assert_false(gn_writer_room(b->writer, 20));
	sem_post(&gate.open);
	for (size_t i = 0; i <= most; i++)
		(void)take(b);
	assert_true(gn_writer_room(b->writer, 20000));
	sem_destroy(&gate.entered);
	sem_destroy(&gate.open);
}

#define bench_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        bench_test(test_durable_when_told),
	        bench_test(test_what_does_not_follow_fails_alone),
	        bench_test(test_what_queued_up_is_one_commit),
	        bench_test(test_what_is_queued_is_written_at_the_end),
	        cmocka_unit_test_setup_teardown(test_a_full_map_grows, setup_small, teardown),
	        bench_test(test_room_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
