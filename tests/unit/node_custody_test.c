/* [S-11] Verdicts: whose word counts, which one stays, what is made of it. */
#include "fixture_record.h"

#include "node/custody.h"
#include "proto/signed.h"
#include "sync.pb-c.h"

static struct fixture_node fixture;

static int set_up(void **state)
{
	(void)state;
	fixture_make(&fixture);
	fixture_join(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_done(&fixture);
	return 0;
}

struct word {
	uint8_t bytes[16384];
	size_t size;
};

/* Refuses the first `refused` entries of `origin`. */
static struct gn_bytes verdict(struct word *word, const uint8_t secret[64], const char *tag,
        const uint8_t *origin, uint64_t counter, uint64_t upto, size_t refused)
{
	static Gonha__Verdict__Refusal items[8], *pointers[8];
	uint8_t statement[8192];
	Gonha__Verdict v = GONHA__VERDICT__INIT;
	v.origin = (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)origin};
	v.counter = counter;
	v.upto = upto;
	for (size_t i = 0; i < refused; i++) {
		gonha__verdict__refusal__init(&items[i]);
		items[i].seq = i + 1;
		items[i].reason = "unknown_team";
		items[i].detail = i ? "" : "to-x";
		pointers[i] = &items[i];
	}
	v.refusals = pointers;
	v.n_refusals = refused;
	size_t size = gonha__verdict__pack(&v, statement);
	assert_int_equal(gn_signed_write(secret, tag, gn_bytes(statement, size), word->bytes,
	                         sizeof word->bytes, &word->size),
	        GN_OK);
	return gn_bytes(word->bytes, word->size);
}

static void test_whose_word(void **state)
{
	(void)state;
	struct fixture_node *f = &fixture;
	struct word w;
	const uint8_t *own = f->node->origin;
	const struct gn_registry *r = f->node->view.registry;
	assert_int_equal(node_verdict_check(
	                         r, own, verdict(&w, f->hub_secret, "gonha verdict", own, 1, 3, 1)),
	        GN_OK);
	assert_int_equal(node_verdict_check(
	                         r, own, verdict(&w, f->hub_secret, "gonha receipt", own, 1, 3, 1)),
	        GN_E_SIGNATURE);
	assert_int_equal(node_verdict_check(r, own,
	                         verdict(&w, f->node->secret, "gonha verdict", own, 1, 3, 1)),
	        GN_E_ORIGIN);
	assert_int_equal(node_verdict_check(r, own,
	                         verdict(&w, f->hub_secret, "gonha verdict", f->hub, 1, 3, 1)),
	        GN_E_ORIGIN);
	assert_int_equal(node_verdict_check(r, own, gn_bytes("\x0a\x01", 2)), GN_E_FORMAT);
}

static void keep(struct fixture_node *f, struct gn_bytes packed)
{
	struct gn_txn txn = gn_txn_begin(f->node->store, true);
	node_verdict_keep(&txn, f->node->origin, packed);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

static uint64_t refused_now(struct fixture_node *f)
{
	struct node_custody *custody;
	GN_AUTO_TXN txn = gn_txn_begin(f->node->store, false);
	assert_int_equal(node_custody_read(&txn, f->node->origin, &custody), GN_OK);
	uint64_t refused = node_custody_refused(custody);
	node_custody_free(&custody);
	return refused;
}

static void test_the_newest_stays(void **state)
{
	(void)state;
	struct fixture_node *f = &fixture;
	struct word w;
	const uint8_t *own = f->node->origin;
	assert_int_equal(refused_now(f), 0);
	keep(f, verdict(&w, f->hub_secret, "gonha verdict", own, 10, 3, 2));
	assert_int_equal(refused_now(f), 2);
	keep(f, verdict(&w, f->hub_secret, "gonha verdict", own, 9, 3, 1));
	assert_int_equal(refused_now(f), 2);
	keep(f, verdict(&w, f->hub_secret, "gonha verdict", own, 11, 3, 0));
	assert_int_equal(refused_now(f), 0);
}

static void receipt_up_to(struct fixture_node *f, uint64_t seq)
{
	struct gn_log log;
	struct gn_txn txn = gn_txn_begin(f->node->store, true);
	assert_int_equal(gn_log_find(&txn, f->node->origin, &log), GN_OK);
	assert_true(seq <= log.tip.seq);
	assert_int_equal(gn_log_receipt(&txn, &log, f->hub, seq, gn_bytes_str("r")), GN_OK);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

static void says(struct fixture_node *f, uint64_t seq, const char *expected)
{
	struct node_custody *custody;
	char text[NODE_CUSTODY_TEXT];
	GN_AUTO_TXN txn = gn_txn_begin(f->node->store, false);
	assert_int_equal(node_custody_read(&txn, f->node->origin, &custody), GN_OK);
	assert_string_equal(node_custody_text(custody, seq, text), expected);
	node_custody_free(&custody);
}

static void test_what_is_made_of_it(void **state)
{
	(void)state;
	struct fixture_node *f = &fixture;
	struct word w;
	for (int i = 0; i < 4; i++)
		fixture_write(f, 1 + (uint32_t)i, NULL);
	keep(f, verdict(&w, f->hub_secret, "gonha verdict", f->node->origin, 20, 3, 2));
	says(f, 1, "here"); /* a verdict does not stand in for a receipt */
	receipt_up_to(f, 4);
	says(f, 1, "not counted: unknown_team to-x");
	says(f, 2, "not counted: unknown_team");
	says(f, 3, "counted");
	says(f, 4, "at the hub");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(test_whose_word),
	        TEST(test_the_newest_stays),
	        TEST(test_what_is_made_of_it),
	};
	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
