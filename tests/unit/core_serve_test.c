/* Batches as they are read out of a store. [S-3] [C-5] */
#include "fixture_logs.h"

#include "core/serve.h"
#include "proto/wire.h"

struct shop {
	struct temp_dir *temp;
	struct gn_store *store;
	struct gn_server *server;
	struct member member;
};

static int setup(void **state)
{
	struct shop *shop = calloc(1, sizeof *shop);
	void *temp = NULL;
	if (!shop || sodium_init() < 0 || temp_setup(&temp))
		return -1;
	shop->temp = temp;
	shop->store = logs_open(shop->temp->path, 0);
	shop->server = gn_server_new();
	member_keys(&shop->member);
	*state = shop;
	return shop->server ? 0 : -1;
}

static int teardown(void **state)
{
	struct shop *shop = *state;
	void *temp = shop->temp;
	gn_server_free(&shop->server);
	gn_store_close(&shop->store);
	free(shop);
	return temp_teardown(&temp);
}

/* n entries in one transaction, each signed when `good`. */
static void write_many(struct shop *shop, const struct member *member, size_t n, size_t bad_at)
{
	GN_AUTO_TXN txn = gn_txn_begin(shop->store, true);
	struct gn_log log;
	assert_int_equal(gn_log_need(&txn, member->key, &log), GN_OK);
	for (size_t i = 0; i < n; i++) {
		uint8_t wire[256];
		size_t size;
		struct gn_header header = {.clock = i, .schema = GN_SCHEMA};
		struct gn_tip tip = log.tip;
		struct gn_entry entry;
		assert_int_equal(
		        gn_entry_write(member->secret, &tip, &header,
		                gn_bytes("0123456789abcdef", 16), wire, sizeof wire, &size),
		        GN_OK);
		if (i + 1 == bad_at) { /* as its author sent it */
			assert_int_equal(gn_entry_parse(gn_bytes(wire, size), &entry), GN_OK);
			wire[entry.signature - wire] ^= 1;
			tip.signature[0] ^= 1;
		}
		struct gn_bytes bytes = gn_bytes(wire, size);
		assert_int_equal(gn_log_append(&txn, &log, &bytes, 1, &tip), GN_OK);
	}
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

static enum gn_err ask(struct shop *shop, const uint8_t *origin, uint64_t first, uint64_t last,
        uint64_t *ret_upto, struct gn_bytes *ret_message)
{
	struct gn_serve serve = {.first = first, .last = last};
	memcpy(serve.origin, origin, GN_KEY_SIZE);
	return gn_server_batch(shop->server, shop->store, &serve, ret_message, ret_upto);
}

/* As a receiver would: whether the batch follows `tip`; moves it. */
static void follow(const uint8_t *origin, struct gn_tip *tip, struct gn_bytes message)
{
	struct gn_entry entries[GN_SYNC_BATCH];
	size_t n = 0;
	struct gn_wire_reader outer = gn_wire_read(message);
	struct gn_wire_field batch, f;
	assert_true(gn_wire_next(&outer, &batch));
	assert_int_equal(batch.number, GN_M_BATCH);
	struct gn_wire_reader r = gn_wire_read(batch.bytes);
	while (gn_wire_next(&r, &f)) {
		if (f.number == 2)
			assert_int_equal(f.value, tip->seq + 1);
		else if (f.number == 3)
			assert_memory_equal(f.bytes.data, tip->hash, GN_HASH_SIZE);
		else if (f.number == 4)
			assert_int_equal(gn_entry_parse(f.bytes, &entries[n++]), GN_OK);
	}
	assert_int_equal(gn_chain_run(origin, tip, entries, n), GN_OK);
}

static void test_one_batch_after_the_other(void **state)
{
	struct shop *shop = *state;
	struct gn_bytes message;
	struct gn_tip tip;
	uint64_t upto = 0;
	write_many(shop, &shop->member, 3000, 0);
	gn_tip_start(shop->member.key, &tip);
	while (upto < 3000) {
		assert_int_equal(
		        ask(shop, shop->member.key, upto + 1, 3000, &upto, &message), GN_OK);
		follow(shop->member.key, &tip, message);
		assert_int_equal(tip.seq, upto);
	}
	assert_int_equal(ask(shop, shop->member.key, 11, 20, &upto, &message), GN_OK);
	assert_int_equal(upto, 20);
	assert_int_equal(ask(shop, shop->member.key, 3001, 3005, &upto, &message), GN_E_NOTFOUND);
	assert_int_equal(ask(shop, shop->member.key, 5000, 5005, &upto, &message), GN_E_NOTFOUND);
	uint8_t nobody[GN_KEY_SIZE] = {1};
	assert_int_equal(ask(shop, nobody, 1, 5, &upto, &message), GN_E_NOTFOUND);
}

/* Whoever asks for a place far away is served in the end, and holds nobody up. */
static void test_a_long_way_is_walked_in_stretches(void **state)
{
	struct shop *shop = *state;
	struct gn_bytes message;
	uint64_t upto;
	unsigned busy = 0;
	write_many(shop, &shop->member, 40000, 0);
	enum gn_err err;
	while ((err = ask(shop, shop->member.key, 40000, 40000, &upto, &message)) == GN_E_BUSY)
		assert_true(++busy < 10);
	assert_int_equal(err, GN_OK);
	assert_int_equal(upto, 40000);
	assert_true(busy >= 2);
}

/* Served in turns, each log goes on from where it was. */
static void test_many_logs_at_once(void **state)
{
	struct shop *shop = *state;
	static struct member members[200];
	struct gn_bytes message;
	for (size_t i = 0; i < 200; i++) {
		member_keys(&members[i]);
		write_many(shop, &members[i], 60, 0);
	}
	struct gn_tip tips[200];
	for (size_t i = 0; i < 200; i++)
		gn_tip_start(members[i].key, &tips[i]);
	for (uint64_t first = 1; first <= 60; first += 20) {
		for (size_t i = 0; i < 200; i++) {
			uint64_t upto;
			assert_int_equal(
			        ask(shop, members[i].key, first, first + 19, &upto, &message),
			        GN_OK);
			follow(members[i].key, &tips[i], message);
		}
	}
}

/* [C-5] A sender answers for the end of what it passes on. */
static void test_ends_where_a_signature_is_good(void **state)
{
	struct shop *shop = *state;
	struct gn_bytes message;
	struct gn_tip tip;
	uint64_t upto;
	write_many(shop, &shop->member, 10, 10);
	gn_tip_start(shop->member.key, &tip);
	assert_int_equal(ask(shop, shop->member.key, 1, 10, &upto, &message), GN_OK);
	assert_int_equal(upto, 9);
	follow(shop->member.key, &tip, message);
	assert_int_equal(ask(shop, shop->member.key, 10, 10, &upto, &message), GN_E_SIGNATURE);
	write_many(shop, &shop->member, 1, 0);
	assert_int_equal(ask(shop, shop->member.key, 10, 11, &upto, &message), GN_OK);
	assert_int_equal(upto, 11); /* authenticated by the next */
	follow(shop->member.key, &tip, message);
}

static void test_what_the_disk_made_of_it(void **state)
{
	struct shop *shop = *state;
	struct gn_bytes message;
	uint64_t upto;
	write_many(shop, &shop->member, 10, 0);
	GN_AUTO_TXN txn = gn_txn_begin(shop->store, true);
	struct gn_log log;
	assert_int_equal(gn_log_find(&txn, shop->member.key, &log), GN_OK);
	gn_log_replace(&txn, log.no, 5, gn_bytes("rot", 3));
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
	assert_int_equal(ask(shop, shop->member.key, 1, 4, &upto, &message), GN_OK);
	assert_int_equal(ask(shop, shop->member.key, 5, 9, &upto, &message), GN_E_CORRUPT);
	assert_int_equal(ask(shop, shop->member.key, 7, 9, &upto, &message), GN_E_CORRUPT);
}

#define shop_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        shop_test(test_one_batch_after_the_other),
	        shop_test(test_a_long_way_is_walked_in_stretches),
	        shop_test(test_many_logs_at_once),
	        shop_test(test_ends_where_a_signature_is_good),
	        shop_test(test_what_the_disk_made_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
