#include "fixture_record.h"

#include "core/audit.h"

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

static uint64_t clock_of(const struct node_id *id)
{
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, false);
	struct gn_body body;
	uint64_t clock = 0;
	assert_int_equal(node_ref_body(&txn, id, &body, &clock), GN_OK);
	return clock;
}

static enum gn_quality quality_of(const struct node_id *id)
{
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, false);
	struct gn_log log;
	struct gn_bytes wire;
	struct gn_entry entry;
	struct gn_header header;
	assert_int_equal(gn_log_find(&txn, id->origin, &log), GN_OK);
	assert_int_equal(gn_log_read(&txn, log.no, id->seq, &wire), GN_OK);
	assert_int_equal(gn_entry_parse(wire, &entry), GN_OK);
	assert_int_equal(gn_header_parse(entry.header, &header), GN_OK);
	return header.quality;
}

static void audit_is_clean(void)
{
	struct gn_audit audit = {.faults = 0};
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, false);
	assert_int_equal(gn_audit_logs(&txn, &audit), GN_OK);
	assert_int_equal(audit.faults, 0);
}

static void a_record_is_there_after_reopening(void **state)
{
	(void)state;
	struct node_id id = fixture_write(&fixture, 7, NULL);
	fixture_reopen(&fixture);
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, false);
	struct gn_body body;
	assert_int_equal(node_ref_body(&txn, &id, &body, NULL), GN_OK);
	assert_int_equal(body.kind, GN_KIND_VISIT);
	assert_int_equal(body.record.household, 7);
	assert_int_equal(body.record.block.size, 0);
	gn_txn_abort(&txn);
	audit_is_clean();
}

static void the_hub_alone_opens_the_citizen(void **state)
{
	(void)state;
	struct gn_citizen citizen;
	struct node_id id = fixture_write(&fixture, 7, "022186000123");
	assert_int_equal(fixture_unseal(&fixture, &id, &citizen), GN_OK);
	assert_string_equal(citizen.text, "022186000123");
	assert_int_equal(citizen.birth_year, 1990);
	crypto_box_keypair(fixture.seal_public, fixture.seal_secret);
	assert_int_equal(fixture_unseal(&fixture, &id, &citizen), GN_E_SEALED);
}

static bool file_holds(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	char *data = malloc(1u << 24);
	assert_non_null(data);
	size_t n = fread(data, 1, 1u << 24, file);
	fclose(file);
	bool found = memmem(data, n, bytes, size) != NULL;
	free(data);
	return found;
}

/* Invariant 7: no citizen's number stands in the clear on any disk. */
static void the_disk_holds_no_number(void **state)
{
	(void)state;
	char path[120];
	fixture_write(&fixture, 7, "022186000123");
	snprintf(path, sizeof(path), "%s/data.mdb", fixture.dir);
	assert_true(file_holds(path, "vneid", 5));
	assert_false(file_holds(path, "022186000123", 12));
}

static void clocks_of_a_log_ascend(void **state)
{
	(void)state;
	struct node_id first = fixture_write(&fixture, 1, NULL);
	assert_int_equal(clock_of(&first) >> 16, strtoull(FIXTURE_NOW_MS, NULL, 10));
	setenv("GONHA_NOW_MS", "1784077100000", 1); /* the clock was set back */
	struct node_id second = fixture_write(&fixture, 2, NULL);
	assert_true(clock_of(&second) > clock_of(&first));
	fixture_reopen(&fixture);
	struct node_id third = fixture_write(&fixture, 3, NULL);
	assert_true(clock_of(&third) > clock_of(&second));
}

/* A boot in 1970: the registrar's time is followed, and the entry says so. */
static void an_unset_clock_follows_the_registrar(void **state)
{
	(void)state;
	setenv("GONHA_NOW_MS", "5000", 1);
	struct node_ground ground;
	const char *why;
	struct node_id id = fixture_write(&fixture, 1, "x");
	assert_int_equal(quality_of(&id), GN_CLOCK_NEVER_SET);
	assert_true(clock_of(&id) > 5000u << 16);
	assert_int_equal(node_author_ground(fixture.node, &ground, &why), GN_OK);
	assert_int_equal(ground.last, GN_DAY_OPEN);
}

static void rule_clock(uint64_t seq, uint64_t clock)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__ClockRuling ruling = GONHA__CLOCK_RULING__INIT;
	ruling.node = (ProtobufCBinaryData){32, fixture.node->origin};
	ruling.seq = seq;
	ruling.clock = clock;
	item.item_case = GONHA__ITEM__ITEM_CLOCK;
	item.clock = &ruling;
	fixture_item(&fixture, &item);
}

/* A clock in 2099 is left behind once the registrar has ruled. */
static void a_ruling_resets_the_clock(void **state)
{
	(void)state;
	setenv("GONHA_NOW_MS", "4075000000000", 1);
	struct node_id wild = fixture_write(&fixture, 1, NULL);
	setenv("GONHA_NOW_MS", FIXTURE_NOW_MS, 1);
	struct node_id still = fixture_write(&fixture, 2, NULL);
	assert_true(clock_of(&still) > clock_of(&wild));
	rule_clock(1, strtoull(FIXTURE_NOW_MS, NULL, 10) << 16);
	struct node_id sane = fixture_write(&fixture, 3, NULL);
	assert_int_equal(clock_of(&sane) >> 16, strtoull(FIXTURE_NOW_MS, NULL, 10));
}

static void what_is_aborted_leaves_nothing(void **state)
{
	(void)state;
	fixture_write(&fixture, 1, NULL);
	uint64_t head = fixture_head(&fixture), seq;
	struct node_author *author = fixture_begin(&fixture);
	struct gn_record record = fixture_visit(2);
	const struct node_origin no_import = {.row = 0};
	for (int i = 0; i < 3000; i++)
		assert_int_equal(node_author_record(author, &record, NULL, no_import, &seq), GN_OK);
	assert_int_equal(seq, head + 3000);
	node_author_abort(&author);
	assert_int_equal(fixture_head(&fixture), head);
	struct node_id id = fixture_write(&fixture, 3, NULL);
	assert_int_equal(id.seq, head + 1);
	audit_is_clean();
}

static void revoke_node(void)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Revocation revocation = GONHA__REVOCATION__INIT;
	uint8_t hash[32] = {0};
	revocation.node = (ProtobufCBinaryData){32, fixture.node->origin};
	revocation.hash = (ProtobufCBinaryData){32, hash};
	item.item_case = GONHA__ITEM__ITEM_REVOCATION;
	item.revocation = &revocation;
	fixture_item(&fixture, &item);
}

static void a_revoked_node_writes_nothing(void **state)
{
	(void)state;
	struct node_author *author = NULL;
	const char *why = NULL;
	revoke_node();
	assert_int_equal(node_author_begin(fixture.node, &author, &why), GN_E_DENIED);
	assert_non_null(strstr(why, "revoked"));
	assert_null(author);
}

static void a_node_that_has_not_joined_writes_nothing(void **state)
{
	(void)state;
	struct fixture_node lonely;
	struct node_author *author = NULL;
	const char *why = NULL;
	fixture_make(&lonely);
	assert_int_equal(node_author_begin(lonely.node, &author, &why), GN_E_DENIED);
	assert_non_null(strstr(why, "join"));
	fixture_done(&lonely);
}

/* [C] references of any entry, also across the kept tips. */
static void references_bear_the_chain_hash(void **state)
{
	(void)state;
	struct node_author *author = fixture_begin(&fixture);
	struct gn_record record = fixture_visit(2);
	const struct node_origin no_import = {.row = 0};
	uint64_t seq;
	for (int i = 0; i < 2500; i++)
		assert_int_equal(node_author_record(author, &record, NULL, no_import, &seq), GN_OK);
	assert_int_equal(node_author_commit(&author), GN_OK);

	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, false);
	struct gn_log log;
	struct gn_tip tip;
	struct node_walk walk = {.tip.seq = 0};
	assert_int_equal(gn_txn_count(&txn, NODE_T_MARK), 2);
	assert_int_equal(gn_log_find(&txn, fixture.node->origin, &log), GN_OK);
	gn_tip_start(log.origin, &tip);
	for (seq = 1; seq <= log.tip.seq; seq++) {
		struct node_id id = {.seq = seq};
		struct gn_bytes wire;
		struct gn_entry entry;
		struct gn_ref ref;
		memcpy(id.origin, log.origin, GN_KEY_SIZE);
		assert_int_equal(gn_log_read(&txn, log.no, seq, &wire), GN_OK);
		assert_int_equal(gn_entry_parse(wire, &entry), GN_OK);
		assert_int_equal(gn_chain_step(log.origin, &tip, &entry), GN_OK);
		if (seq % 7 && seq % 1024 > 1)
			continue;
		if (seq % 3 == 0)
			walk = (struct node_walk){.tip.seq = 0};
		assert_int_equal(node_ref_make(&txn, &walk, &id, &ref), GN_OK);
		assert_memory_equal(ref.hash, tip.hash, GN_REF_HASH);
	}
	struct node_id beyond = {.seq = log.tip.seq + 1};
	struct gn_ref ref;
	memcpy(beyond.origin, log.origin, GN_KEY_SIZE);
	assert_int_equal(node_ref_make(&txn, &walk, &beyond, &ref), GN_E_NOTFOUND);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(a_record_is_there_after_reopening),
	        TEST(the_hub_alone_opens_the_citizen),
	        TEST(the_disk_holds_no_number),
	        TEST(clocks_of_a_log_ascend),
	        TEST(an_unset_clock_follows_the_registrar),
	        TEST(a_ruling_resets_the_clock),
	        TEST(what_is_aborted_leaves_nothing),
	        TEST(a_revoked_node_writes_nothing),
	        TEST(a_node_that_has_not_joined_writes_nothing),
	        TEST(references_bear_the_chain_hash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
