/* What a peer says first and what is made of it: hello, have, messages of newer
 * peers and of those who may not speak. Batches are in proto_sync_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "proto/sync.h"
#include "sync.pb-c.h"
#include "tests/unit/proto_log.h"

static uint64_t want_all(void *context, const uint8_t origin[GN_KEY_SIZE])
{
	(void)context;
	(void)origin;
	return UINT64_MAX;
}

static bool secret_to_nodes(
        void *context, const struct gn_peer *peer, const uint8_t origin[GN_KEY_SIZE])
{
	const struct test_log *secret = context;

	return peer->role == GN_ROLE_HUB || memcmp(origin, secret->origin, GN_KEY_SIZE) != 0;
}

static struct test_log open_log, secret_log;
static const struct gn_sync_options options = {&secret_log, want_all, secret_to_nodes, "test"};
static const struct gn_peer hub = {.key = {1}, .role = GN_ROLE_HUB};
static const struct gn_peer node = {.key = {2}, .role = GN_ROLE_NODE};
static const struct gn_peer joiner = {.key = {3}, .role = GN_ROLE_JOINER};

static int setup(void **state)
{
	struct gn_sync *sync = gn_sync_new(&options);

	if (!sync || !test_log_make(&open_log, 7, 3) || !test_log_make(&secret_log, 8, 4) ||
	        gn_sync_log(sync, open_log.origin, &open_log.tip) ||
	        gn_sync_log(sync, secret_log.origin, &secret_log.tip))
		return -1;
	*state = sync;
	return 0;
}

static int teardown(void **state)
{
	struct gn_sync *sync = *state;

	gn_sync_free(&sync);
	return 0;
}

static void hear(struct gn_sync *sync, const struct gn_peer *peer, const char *bytes, size_t size)
{
	assert_int_equal(gn_sync_input(sync, peer, gn_bytes(bytes, size), 1000), GN_OK);
}

/* The next act, which must be a message; the caller frees it. */
static Gonha__Message *next_message(struct gn_sync *sync)
{
	struct gn_act act;
	Gonha__Message *message;

	assert_true(gn_sync_next(sync, &act));
	assert_int_equal(act.kind, GN_ACT_SEND);
	message = gonha__message__unpack(NULL, act.message.size, act.message.data);
	assert_non_null(message);
	return message;
}

static void expect_refused(struct gn_sync *sync, enum gn_err code)
{
	struct gn_act act;

	assert_true(gn_sync_next(sync, &act));
	assert_int_equal(act.kind, GN_ACT_REFUSED);
	assert_int_equal(act.code, code);
	assert_false(gn_sync_next(sync, &act));
}

static void expect_hello(struct gn_sync *sync, bool answer)
{
	Gonha__Message *m = next_message(sync);

	assert_int_equal(m->message_case, GONHA__MESSAGE__MESSAGE_HELLO);
	assert_int_equal(m->hello->protocol, GN_PROTOCOL);
	assert_string_equal(m->hello->software, "test");
	assert_int_equal(m->hello->answer, answer);
	gonha__message__free_unpacked(m, NULL);
}

/* Heads of exactly these logs, in any order. */
static void expect_have(struct gn_sync *sync, size_t n, struct test_log *const *logs)
{
	Gonha__Message *m = next_message(sync);
	size_t found = 0;

	assert_int_equal(m->message_case, GONHA__MESSAGE__MESSAGE_HAVE);
	assert_int_equal(m->have->n_heads, n);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			const Gonha__Have__Head *head = m->have->heads[i];

			if (memcmp(head->origin.data, logs[k]->origin, GN_KEY_SIZE) != 0)
				continue;
			assert_int_equal(head->seq, logs[k]->tip.seq);
			assert_int_equal(head->hash.len, GN_HASH_SIZE);
			assert_memory_equal(head->hash.data, logs[k]->tip.hash, GN_HASH_SIZE);
			found++;
		}
	assert_int_equal(found, n);
	gonha__message__free_unpacked(m, NULL);
}

static void expect_greeted(struct gn_sync *sync)
{
	struct gn_act act;

	assert_true(gn_sync_next(sync, &act));
	assert_int_equal(act.kind, GN_ACT_GREETED);
	assert_false(gn_sync_next(sync, &act));
}

/* [S-1], [S-2] */
static void a_hello_is_answered_with_all_that_may_be_read(void **state)
{
	struct test_log *both[] = {&open_log, &secret_log};
	struct gn_sync *sync = *state;

	assert_int_equal(gn_sync_up(sync, &hub, 1000), GN_OK);
	expect_hello(sync, false);
	hear(sync, &hub, "\x0a\x04\x08\x01\x20\x01", 6); /* the answer */
	expect_have(sync, 2, both);
	expect_greeted(sync);
	hear(sync, &node, "\x0a\x02\x08\x01", 4); /* one that begins */
	expect_hello(sync, true);
	expect_have(sync, 1, both);
	expect_greeted(sync);
}

/* [S-1] */
static void a_protocol_below_the_lowest_is_refused(void **state)
{
	hear(*state, &hub, "\x0a\x00", 2);
	expect_refused(*state, GN_E_VERSION);
}

/* [S-2] */
static void a_head_that_moves_is_told(void **state)
{
	struct test_log *one[] = {&open_log};
	struct gn_sync *sync = *state;
	struct gn_act act;

	hear(sync, &node, "\x0a\x02\x08\x01", 4);
	while (gn_sync_next(sync, &act))
		continue;
	assert_int_equal(test_log_add(&open_log), GN_OK);
	assert_int_equal(gn_sync_log(sync, open_log.origin, &open_log.tip), GN_OK);
	expect_have(sync, 1, one);
	assert_false(gn_sync_next(sync, &act));
}

/* [S-9] */
static void what_a_newer_peer_says_is_passed_over(void **state)
{
	struct gn_act act;

	hear(*state, &hub, "\x62\x03xyz", 5); /* message 12 */
	assert_false(gn_sync_next(*state, &act));
	hear(*state, &hub, "\xfa\x01\x00", 3); /* message 31 */
	assert_false(gn_sync_next(*state, &act));
	hear(*state, &hub, "\x0a\x05x", 3);
	expect_refused(*state, GN_E_FORMAT);
	hear(*state, &hub, "\x08\x01", 2); /* a number is no message */
	expect_refused(*state, GN_E_FORMAT);
	hear(*state, &hub, "\x0a\x02\x08\x01\x12\x00", 6); /* two of them */
	expect_refused(*state, GN_E_FORMAT);
}

/* [S-14] */
static void a_joiner_may_join_and_no_more(void **state)
{
	struct gn_act act;

	hear(*state, &joiner, "\x4a\x03\x0a\x01x", 5);
	assert_true(gn_sync_next(*state, &act));
	assert_int_equal(act.kind, GN_ACT_JOIN);
	assert_int_equal(act.message.size, 3);
	hear(*state, &joiner, "\x0a\x02\x08\x01", 4);
	expect_refused(*state, GN_E_DENIED);
	hear(*state, &node, "\x4a\x03\x0a\x01x", 5); /* enrolled already */
	expect_refused(*state, GN_E_DENIED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(
	                a_hello_is_answered_with_all_that_may_be_read, setup, teardown),
	        cmocka_unit_test_setup_teardown(
	                a_protocol_below_the_lowest_is_refused, setup, teardown),
	        cmocka_unit_test_setup_teardown(a_head_that_moves_is_told, setup, teardown),
	        cmocka_unit_test_setup_teardown(
	                what_a_newer_peer_says_is_passed_over, setup, teardown),
	        cmocka_unit_test_setup_teardown(a_joiner_may_join_and_no_more, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
