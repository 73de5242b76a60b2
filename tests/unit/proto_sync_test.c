/* The sync state machine between peers in memory. */
#include "sync_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { HUB, NODE, OTHER };
#define TURNS 100000

/* A hub that wants the node's log, linked. */
static size_t start(struct world *world)
{
	world_init(world, 2);
	size_t log = world_origin(world, NODE);
	world_want(world, HUB, log, UINT64_MAX);
	world_link(world, NODE, HUB);
	return log;
}

static void test_entries_reach_the_hub_once(void **state) /* [S-3] [S-4] */
{
	(void)state;
	struct world world;
	size_t log = start(&world);
	world_write(&world, NODE, 30000);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, HUB, log), 30000);
	assert_int_equal(world.peers[HUB].crossed, 30000);
	world_write(&world, NODE, 3);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, HUB, log), 30003);
	assert_int_equal(world.peers[HUB].crossed, 30003);
	world_done(&world);
}

static void test_both_ways_at_once(void **state)
{
	(void)state;
	struct world world;
	size_t log = start(&world), registry = world_origin(&world, HUB);
	world_want(&world, NODE, registry, UINT64_MAX);
	world_write(&world, NODE, 2000);
	world_write(&world, HUB, 2000);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, HUB, log), 2000);
	assert_int_equal(world_head(&world, NODE, registry), 2000);
	world_done(&world);
}

static void test_stops_at_the_limit(void **state) /* [S-5] */
{
	(void)state;
	struct world world;
	world_init(&world, 2);
	size_t log = world_origin(&world, NODE);
	world_want(&world, HUB, log, 1500);
	world_link(&world, NODE, HUB);
	world_write(&world, NODE, 4000);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, HUB, log), 1500);
	world_done(&world);
}

static void test_limit_that_falls_on_the_way(void **state)
{
	(void)state;
	struct world world;
	size_t log = start(&world);
	world_write(&world, NODE, 10);
	assert_true(world_settle(&world, TURNS));
	world_want(&world, HUB, log, 12); /* revoked after what was asked for */
	world_write(&world, NODE, 10);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, HUB, log), 12);
	world_done(&world);
}

static void test_what_was_not_asked_for(void **state) /* [S-4] */
{
	(void)state;
	struct world world;
	world_init(&world, 2);
	size_t log = world_origin(&world, NODE);
	world_link(&world, NODE, HUB);
	world_write(&world, NODE, 1);
	assert_true(world_settle(&world, TURNS));
	struct world_log *own = world.peers[NODE].logs[0];
	uint8_t message[1024], start_hash[GN_HASH_SIZE];
	struct gn_tip tip;
	size_t size;
	gn_tip_start(own->origin, &tip);
	memcpy(start_hash, tip.hash, sizeof start_hash);
	assert_int_equal(gn_batch_pack(own->origin, 1, start_hash, own->entries, 1, message,
	                         sizeof message, &size),
	        GN_OK);
	world_send(&world, NODE, HUB, gn_bytes(message, size));
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world.peers[HUB].refused[GN_E_ORIGIN], 1);
	assert_int_equal(world_head(&world, HUB, log), 0);
	world_done(&world);
}

static void test_a_peer_of_no_role_is_refused(void **state) /* [S-6] */
{
	(void)state;
	struct world world;
	size_t log = start(&world);
	world.peers[NODE].id.role = GN_ROLE_NONE;
	world_write(&world, NODE, 5);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, HUB, log), 0);
	assert_true(world.peers[HUB].refused[GN_E_DENIED] > 0);
	world_done(&world);
}

static void test_unreadable_logs_are_not_given(void **state) /* [S-6] */
{
	(void)state;
	struct world world;
	size_t log = start(&world);
	world.peers[NODE].readable[log] = false;
	world_write(&world, NODE, 5);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, HUB, log), 0);
	/* asked for all the same */
	uint8_t want[64] = {GN_M_WANT << 3 | 2, 38, 0x0a, 32};
	memcpy(want + 4, world.origins[log], GN_KEY_SIZE);
	memcpy(want + 36, "\x10\x01\x18\x64", 4);
	world_send(&world, HUB, NODE, gn_bytes(want, 40));
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world.peers[NODE].refused[GN_E_DENIED], 1);
	assert_int_equal(world_head(&world, HUB, log), 0);
	world_done(&world);
}

/* Flips one bit of the first big batch, somewhere in its second half. */
static bool flip_once(struct world *world, struct world_message *message)
{
	if (world->changed == 0 && message->to == HUB && message->size > 20000) {
		size_t at = message->size / 2 + world_random(world) % (message->size / 2);
		message->data[at] ^= (uint8_t)(1u << world_random(world) % 8);
		world->changed++;
	}
	return true;
}

static void test_a_flipped_bit_costs_its_batch_alone(void **state) /* [S-4] */
{
	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct world world;
		size_t log = start(&world);
		world.random = seed;
		world.on_way = flip_once;
		world_write(&world, NODE, 400);
		assert_true(world_settle(&world, TURNS));
		uint64_t kept = world_head(&world, HUB, log);
		if (kept >= 400)
			fail_msg("seed %u: a changed batch was taken", (unsigned)seed);
		/* A bit of the frame itself makes the whole message unreadable. */
		if (kept < 100 && world.peers[HUB].refused[GN_E_FORMAT] == 0)
			fail_msg("seed %u: good entries before the bad one went too",
			        (unsigned)seed);
		for (int i = 0; i < 2; i++) { /* once to give the source up, once to ask anew */
			world_pass(&world, GN_SYNC_HOLD_MS + 1);
			assert_true(world_settle(&world, TURNS));
		}
		assert_int_equal(world_head(&world, HUB, log), 400);
		world_done(&world);
	}
}

static bool lose_some(struct world *world, struct world_message *message)
{
	(void)message;
	bool arrives = world_random(world) % 4 != 0;
	world->lost += !arrives;
	return arrives;
}

/* Messages on a link are lost with the link: loss is a cut and a new talk. */
static void test_converges_over_broken_links(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct world world;
		size_t log = start(&world), registry = world_origin(&world, HUB);
		world_want(&world, NODE, registry, UINT64_MAX);
		world.random = seed;
		for (int round = 0; round < 8; round++) {
			world_write(&world, NODE, world_random(&world) % 300);
			world_write(&world, HUB, world_random(&world) % 300);
			world.on_way = lose_some;
			world_settle(&world, world_random(&world) % 60);
			world_cut(&world, HUB, NODE);
			if (world_random(&world) % 3 == 0)
				world_restart(&world, world_random(&world) % 2);
			world.on_way = NULL;
			world_link(&world, NODE, HUB);
		}
		assert_true(world_settle(&world, TURNS));
		if (world_head(&world, HUB, log) != world_head(&world, NODE, log) ||
		        world_head(&world, NODE, registry) != world_head(&world, HUB, registry))
			fail_msg("seed %u: logs differ", (unsigned)seed);
		world_done(&world);
	}
}

/* A want or a have that a full queue dropped is made good in time. */
static void test_converges_after_silent_loss(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct world world;
		size_t log = start(&world);
		world.random = seed;
		assert_true(world_settle(&world, TURNS));
		world.on_way = lose_some;
		world_write(&world, NODE, 3000);
		world_settle(&world, TURNS);
		world.on_way = NULL;
		world_write(&world, NODE, 1);
		for (int i = 0; i < 10; i++) {
			world_pass(&world, GN_SYNC_PATIENCE_MS + GN_SYNC_HOLD_MS);
			assert_true(world_settle(&world, TURNS));
		}
		if (world_head(&world, HUB, log) != 3001)
			fail_msg("seed %u: stands at %u", (unsigned)seed,
			        (unsigned)world_head(&world, HUB, log));
		world_done(&world);
	}
}

static void test_another_source_takes_over(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, 3);
	size_t log = world_origin(&world, NODE);
	world_want(&world, OTHER, log, UINT64_MAX);
	world_want(&world, HUB, log, UINT64_MAX);
	world_link(&world, OTHER, NODE);
	world_write(&world, NODE, 500);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, OTHER, log), 500);
	world_link(&world, OTHER, HUB);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, HUB, log), 500);
	assert_int_equal(world.peers[HUB].crossed, 500);
	world_done(&world);
}

static bool lose_first(struct world *world, struct world_message *message)
{
	(void)message;
	return world->lost++ != 0;
}

static void test_a_lost_hello_is_said_again(void **state) /* [S-1] */
{
	(void)state;
	struct world world;
	world_init(&world, 2);
	size_t log = world_origin(&world, NODE);
	world_want(&world, HUB, log, UINT64_MAX);
	world_write(&world, NODE, 5);
	world.on_way = lose_first;
	world_link(&world, NODE, HUB);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, HUB, log), 0);
	world_pass(&world, GN_SYNC_PATIENCE_MS + 2);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, HUB, log), 5);
	world_done(&world);
}

/* A node learns from the root's log whose log the registry is. */
static void test_what_becomes_wanted_later(void **state) /* [S-2] */
{
	(void)state;
	struct world world;
	world_init(&world, 2);
	size_t log = world_origin(&world, NODE);
	world_write(&world, NODE, 5);
	world_link(&world, NODE, HUB);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, HUB, log), 0);
	world_want(&world, HUB, log, UINT64_MAX);
	world_pass(&world, 1);
	assert_true(world_settle(&world, TURNS));
	assert_int_equal(world_head(&world, HUB, log), 5);
	world_done(&world);
}

static void test_garbage_is_refused(void **state)
{
	(void)state;
	struct world world;
	start(&world);
	assert_true(world_settle(&world, TURNS));
	world.random = 7;
	for (int i = 0; i < 10000; i++) {
		uint8_t garbage[64];
		size_t size = 1 + world_random(&world) % sizeof garbage;
		for (size_t j = 0; j < size; j++)
			garbage[j] = (uint8_t)world_random(&world);
		if (i % 2)
			garbage[0] = (uint8_t)((1 + i / 2 % 4) << 3 | 2);
		if (i % 2 && size > 2)
			garbage[1] = (uint8_t)(size - 2);
		world_send(&world, NODE, HUB, gn_bytes(garbage, size));
		assert_true(world_settle(&world, TURNS));
	}
	assert_int_equal(world.peers[HUB].crossed, 0);
	assert_true(world.peers[HUB].refused[GN_E_FORMAT] > 0);
	world_done(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_entries_reach_the_hub_once),
	        cmocka_unit_test(test_both_ways_at_once),
	        cmocka_unit_test(test_stops_at_the_limit),
	        cmocka_unit_test(test_limit_that_falls_on_the_way),
	        cmocka_unit_test(test_what_was_not_asked_for),
	        cmocka_unit_test(test_a_peer_of_no_role_is_refused),
	        cmocka_unit_test(test_unreadable_logs_are_not_given),
	        cmocka_unit_test(test_a_flipped_bit_costs_its_batch_alone),
	        cmocka_unit_test(test_converges_over_broken_links),
	        cmocka_unit_test(test_converges_after_silent_loss),
	        cmocka_unit_test(test_another_source_takes_over),
	        cmocka_unit_test(test_a_lost_hello_is_said_again),
	        cmocka_unit_test(test_what_becomes_wanted_later),
	        cmocka_unit_test(test_garbage_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
