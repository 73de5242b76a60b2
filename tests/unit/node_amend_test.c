#include "fixture_record.h"

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

struct author { /* a key of another device */
	uint8_t secret[64], key[32];
};

static struct author another(const char *unit)
{
	struct author author;
	crypto_sign_keypair(author.key, author.secret);
	if (unit)
		fixture_enrol(&fixture, author.key, unit);
	assert_int_equal(node_refresh(fixture.node), GN_OK);
	return author;
}

/* Appends a body to that key's log as sync would bring it. */
static struct node_id bring(const struct author *author, const struct gn_body *body, uint64_t clock)
{
	uint8_t packed[GN_ENTRY_MAX], entry[GN_ENTRY_MAX], salt[GN_SALT_SIZE] = {1};
	struct gn_body whole = *body;
	struct gn_header header = {.clock = clock, .schema = GN_SCHEMA};
	size_t size;
	struct gn_log log;
	struct node_id id;
	whole.salt = salt;
	assert_int_equal(gn_body_pack(&whole, packed, sizeof(packed), &size), GN_OK);
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, true);
	assert_int_equal(gn_log_need(&txn, author->key, &log), GN_OK);
	struct gn_tip tip = log.tip;
	assert_int_equal(gn_entry_write(author->secret, &tip, &header, gn_bytes(packed, size),
	                         entry, sizeof(entry), &size),
	        GN_OK);
	struct gn_bytes wire = gn_bytes(entry, size);
	assert_int_equal(gn_log_append(&txn, &log, &wire, 1, &tip), GN_OK);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
	memcpy(id.origin, author->key, GN_KEY_SIZE);
	id.seq = tip.seq;
	return id;
}

static struct gn_ref ref_of(const struct node_id *id)
{
	struct gn_ref ref = {.seq = id->seq, .hash = {1, 2, 3}};
	memcpy(ref.origin, id->origin, GN_KEY_SIZE);
	return ref;
}

static struct node_id bring_correction(
        const struct author *author, const struct node_id *target, uint64_t clock)
{
	const struct gn_body body = {
	        .kind = GN_KIND_CORRECTION,
	        .record = fixture_visit(77),
	        .target = ref_of(target),
	};
	return bring(author, &body, clock);
}

static void bring_end(const struct author *author, enum gn_kind kind, const struct node_id *target)
{
	const struct gn_body body = {.kind = kind, .target = ref_of(target)};
	bring(author, &body, 1);
}

static struct node_state state_of(const struct node_id *id)
{
	struct node_state state;
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, true);
	assert_int_equal(node_amend_catch_up(fixture.node, &txn), GN_OK);
	assert_int_equal(node_amend_state(&txn, id, &state), GN_OK);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
	return state;
}

static void assert_newest(const struct node_id *id, const struct node_id *newest)
{
	struct node_state is = state_of(id);
	assert_true(node_id_eq(&is.newest, newest));
}

static struct node_id correct(const struct node_id *id)
{
	struct node_author *author = fixture_begin(&fixture);
	struct gn_record record = fixture_visit(8);
	struct gn_ref ref;
	struct node_walk walk = {.tip.seq = 0};
	struct node_id version = *id;
	assert_int_equal(node_ref_make(node_author_txn(author), &walk, id, &ref), GN_OK);
	assert_int_equal(node_author_correct(author, &record, NULL, &ref, &version.seq), GN_OK);
	assert_int_equal(node_author_commit(&author), GN_OK);
	memcpy(version.origin, fixture.node->origin, GN_KEY_SIZE);
	return version;
}

static void a_chain_of_corrections_is_one_record(void **state)
{
	(void)state;
	struct node_id first = fixture_write(&fixture, 7, NULL);
	struct node_id second = correct(&first), third = correct(&second);
	const struct node_id *versions[] = {&first, &second, &third};
	for (int i = 0; i < 3; i++) {
		struct node_state is = state_of(versions[i]);
		assert_true(node_id_eq(&is.first, &first));
		assert_true(node_id_eq(&is.newest, &third));
		assert_false(is.is_void);
	}
}

/* A void of any version withdraws the record. */
static void a_void_of_an_old_version_voids_all(void **state)
{
	(void)state;
	struct author desk = another("xa");
	struct node_id first = fixture_write(&fixture, 7, NULL), second = correct(&first);
	bring_end(&desk, GN_KIND_VOID, &second);
	assert_true(state_of(&first).is_void);
	assert_true(state_of(&second).is_void);
}

static void the_last_correction_by_clock_stands(void **state)
{
	(void)state;
	struct author desk = another("xa"), phone = another("xa");
	struct node_id first = fixture_write(&fixture, 7, NULL);
	struct node_id late = bring_correction(&desk, &first, UINT64_C(9) << 60);
	struct node_id early = bring_correction(&phone, &first, UINT64_C(8) << 60);
	struct node_state is = state_of(&first);
	assert_true(node_id_eq(&is.newest, &late));
	is = state_of(&early);
	assert_true(node_id_eq(&is.newest, &late));
}

/* Another commune's key cannot; the registrar can. */
static void who_may_amend(void **state)
{
	(void)state;
	struct author stranger = another("xb"), old = another("xo"), nobody = another(NULL);
	struct author registrar;
	struct node_id first = fixture_write(&fixture, 7, NULL);
	bring_correction(&stranger, &first, UINT64_C(9) << 60);
	bring_end(&stranger, GN_KIND_VOID, &first);
	bring_end(&nobody, GN_KIND_VOID, &first);
	bring_end(&old, GN_KIND_VOID, &first);
	struct node_state is = state_of(&first);
	assert_true(node_id_eq(&is.newest, &first));
	assert_false(is.is_void);
	memcpy(registrar.secret, fixture.registrar_secret, 64);
	memcpy(registrar.key, fixture.registrar, 32);
	bring_end(&registrar, GN_KIND_VOID, &first);
	assert_true(state_of(&first).is_void);
}

/* The commune that another merged into, and the offices above. */
static void successors_and_offices_may_amend(void **state)
{
	(void)state;
	struct author old = another("xo"), heir = another("xa"), office = another("qn");
	const struct gn_body body = {.kind = GN_KIND_VISIT, .record = fixture_visit(7)};
	struct node_id first = bring(&old, &body, 1), second = bring(&old, &body, 2);
	bring_end(&heir, GN_KIND_VOID, &first);
	assert_true(state_of(&first).is_void);
	assert_false(state_of(&second).is_void);
	bring_end(&office, GN_KIND_VOID, &second);
	assert_true(state_of(&second).is_void);
}

/* The set of entries decides, not the order in which logs came. */
static void a_correction_may_come_before_its_target(void **state)
{
	(void)state;
	struct author old = another("xa"), desk = another("xa"), phone = another("xa");
	struct node_id first = {.seq = 1}, second = {.seq = 1};
	memcpy(first.origin, old.key, GN_KEY_SIZE);
	memcpy(second.origin, phone.key, GN_KEY_SIZE);
	struct node_id third = bring_correction(&desk, &second, 30u << 16);
	assert_newest(&second, &third);
	bring_end(&desk, GN_KIND_VOID, &third);
	assert_true(state_of(&third).is_void);
	bring_correction(&phone, &first, 20u << 16); /* second */
	struct node_state is = state_of(&first);
	assert_true(node_id_eq(&is.newest, &third));
	assert_true(is.is_void);
	is = state_of(&third);
	assert_true(node_id_eq(&is.first, &first));
}

static void an_erased_version_is_told_apart(void **state)
{
	(void)state;
	struct author desk = another("xa");
	struct node_id first = fixture_write(&fixture, 7, NULL), second = correct(&first);
	bring_end(&desk, GN_KIND_ERASE, &first);
	assert_true(state_of(&first).erased);
	assert_false(state_of(&second).erased);
	assert_newest(&first, &second);
}

/* A correction that names a later entry, in a circle, ends. */
static void circles_end(void **state)
{
	(void)state;
	struct author desk = another("xa");
	struct node_id first = {.seq = 1}, second = {.seq = 2};
	memcpy(first.origin, desk.key, GN_KEY_SIZE);
	memcpy(second.origin, desk.key, GN_KEY_SIZE);
	bring_correction(&desk, &second, 1);
	bring_correction(&desk, &first, 2);
	bring_correction(&desk, &(struct node_id){.seq = 3}, 3);
	struct node_state is = state_of(&first), other = state_of(&second);
	assert_true(node_id_eq(&is.newest, &other.newest));
}

/* A reader never writes: it is told that there is something to take in. */
static void a_reader_is_told_to_catch_up(void **state)
{
	(void)state;
	struct author desk = another("xa");
	struct node_id first = fixture_write(&fixture, 7, NULL);
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, false);
	assert_int_equal(node_amend_catch_up(fixture.node, &txn), GN_OK);
	gn_txn_abort(&txn);
	bring_end(&desk, GN_KIND_VOID, &first);
	txn = gn_txn_begin(fixture.node->store, false);
	assert_int_equal(node_amend_catch_up(fixture.node, &txn), GN_E_BUSY);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(a_chain_of_corrections_is_one_record),
	        TEST(a_void_of_an_old_version_voids_all),
	        TEST(the_last_correction_by_clock_stands),
	        TEST(who_may_amend),
	        TEST(successors_and_offices_may_amend),
	        TEST(a_correction_may_come_before_its_target),
	        TEST(an_erased_version_is_told_apart),
	        TEST(circles_end),
	        TEST(a_reader_is_told_to_catch_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
