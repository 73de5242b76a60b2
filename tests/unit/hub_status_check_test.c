/* Whose word a status is. [S-10] [S-15] */
#include "hub_house.h"

#include "hub/rates.h"
#include "hub/status.h"
#include "sync.pb-c.h"

struct saying { /* a report and what is wrong with it */
	const uint8_t *secret;
	const char *tag;
	uint64_t counter;
	size_t hash_size;
	bool forged;
};

static enum gn_err check(struct house *house, const struct saying *s, struct gn_signed *ret_word,
        uint64_t *ret_counter)
{
	static uint8_t packed[1024];
	uint8_t statement[512], hash[GN_HASH_SIZE] = {1};
	size_t size;
	char software[] = "test";
	Gonha__Report report = GONHA__REPORT__INIT;
	report.counter = s->counter;
	report.head = 3;
	report.hash = (ProtobufCBinaryData){s->hash_size, hash};
	report.software = software;
	size = gonha__report__pack(&report, statement);
	assert_int_equal(gn_signed_write(s->secret, s->tag, gn_bytes(statement, size), packed,
	                         sizeof packed, &size),
	        GN_OK);
	packed[size - 1] ^= s->forged;
	return hub_status_check(
	        house->hub->view.registry, gn_bytes(packed, size), ret_word, ret_counter);
}

static void test_of_a_node(void **state)
{
	struct house *house = *state;
	struct house_node node;
	struct gn_signed word;
	uint64_t counter = 0;
	house_enrol(house, &node);
	struct saying s = {.secret = node.secret,
	        .tag = "gonha status",
	        .counter = 77,
	        .hash_size = GN_HASH_SIZE};
	assert_int_equal(check(house, &s, &word, &counter), GN_OK);
	assert_int_equal(counter, 77);
	assert_memory_equal(word.key, node.key, GN_KEY_SIZE);
}

static void test_of_nobody_here(void **state)
{
	struct house *house = *state;
	struct house_node stranger, revoked;
	struct gn_signed word;
	uint64_t counter;
	house_node_keys(&stranger);
	house_enrol(house, &revoked);
	house_revoke(house, &revoked, 0);
	struct saying s = {
	        .secret = stranger.secret, .tag = "gonha status", .hash_size = GN_HASH_SIZE};
	assert_int_equal(check(house, &s, &word, &counter), GN_E_ORIGIN);
	s.secret = revoked.secret;
	assert_int_equal(check(house, &s, &word, &counter), GN_E_ORIGIN);
}

static void test_what_is_no_status(void **state)
{
	struct house *house = *state;
	struct house_node node;
	struct gn_signed word;
	uint64_t counter;
	house_enrol(house, &node);
	const struct saying good = {
	        .secret = node.secret, .tag = "gonha status", .hash_size = GN_HASH_SIZE};
	struct saying s = good;
	s.forged = true;
	assert_int_equal(check(house, &s, &word, &counter), GN_E_SIGNATURE);
	s = good;
	s.tag = "gonha receipt"; /* a word of another kind */
	assert_int_equal(check(house, &s, &word, &counter), GN_E_SIGNATURE);
	s = good;
	s.hash_size = 5;
	assert_int_equal(check(house, &s, &word, &counter), GN_E_FORMAT);
	assert_int_equal(
	        hub_status_check(house->hub->view.registry, gn_bytes("rot", 3), &word, &counter),
	        GN_E_FORMAT);
	uint8_t large[4096] = {0};
	assert_int_equal(hub_status_check(house->hub->view.registry, gn_bytes(large, sizeof large),
	                         &word, &counter),
	        GN_E_SIZE);
}

static void keep(
        struct house *house, const struct house_node *node, struct hub_status *status, bool direct)
{
	GN_AUTO_TXN txn = gn_txn_begin(house->hub->store, true);
	hub_status_put(&txn, node->key, status, direct);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

/* A node whose clock was set back says so itself, with a smaller counter. */
static void test_an_older_counter_from_the_node_itself(void **state)
{
	struct house *house = *state;
	struct house_node node;
	struct hub_status known = {.heard_ms = 5000, .counter = 90, .report = gn_bytes_str("new")};
	house_enrol(house, &node);
	keep(house, &node, &known, false);
	struct hub_status old = {.heard_ms = 6000, .counter = 80, .report = gn_bytes_str("old")};
	keep(house, &node, &old, true);
	GN_AUTO_TXN txn = gn_txn_begin(house->hub->store, false);
	assert_true(hub_status_get(&txn, node.key, &known));
	assert_true(gn_bytes_is(known.report, "old"));
	assert_int_equal(known.heard_ms, 6000);
	assert_int_equal(hub_last_heard(&txn, node.key), 6000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        house_test(test_of_a_node),
	        house_test(test_of_nobody_here),
	        house_test(test_what_is_no_status),
	        house_test(test_an_older_counter_from_the_node_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
