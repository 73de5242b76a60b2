/* Each kind of damage is found, once, where it is. */
#include "fixture_logs.h"

#include "core/audit.h"

#define ENTRIES 20

struct ledger {
	struct temp_dir *temp;
	struct gn_store *store;
	struct member member, other;
	size_t faults;
	uint64_t seq; /* of the first fault */
	char what[128];
};

static void on_fault(void *context, const uint8_t *origin, uint64_t seq, const char *what)
{
	struct ledger *l = context;
	assert_memory_equal(origin, l->member.key, GN_KEY_SIZE);
	if (l->faults++)
		return;
	l->seq = seq;
	snprintf(l->what, sizeof l->what, "%s", what);
}

static int setup(void **state)
{
	struct ledger *l = calloc(1, sizeof *l);
	void *temp = NULL;
	if (!l || sodium_init() < 0 || temp_setup(&temp))
		return -1;
	l->temp = temp;
	l->store = logs_open(l->temp->path, 0);
	member_keys(&l->member);
	member_keys(&l->other);
	member_write(&l->other, l->store, ENTRIES);
	member_write(&l->member, l->store, ENTRIES);
	*state = l;
	return 0;
}

static int teardown(void **state)
{
	struct ledger *l = *state;
	void *temp = l->temp;
	gn_store_close(&l->store);
	free(l);
	return temp_teardown(&temp);
}

static void audit(struct ledger *l)
{
	struct gn_audit audit = {.fault = on_fault, .context = l};
	GN_AUTO_TXN txn = gn_txn_begin(l->store, false);
	assert_int_equal(gn_audit_logs(&txn, &audit), GN_OK);
	assert_int_equal(audit.logs, 2);
	assert_int_equal(audit.faults, l->faults);
}

enum part { HEADER, BODY, SIGNATURE };

/* Flips a bit of an entry where it lies. */
static void spoil(struct ledger *l, uint64_t seq, enum part part)
{
	uint8_t copy[GN_ENTRY_MAX];
	struct gn_bytes wire;
	struct gn_log log;
	struct gn_entry entry;
	GN_AUTO_TXN txn = gn_txn_begin(l->store, true);
	assert_int_equal(gn_log_find(&txn, l->member.key, &log), GN_OK);
	assert_int_equal(gn_log_read(&txn, log.no, seq, &wire), GN_OK);
	memcpy(copy, wire.data, wire.size);
	size_t size = wire.size;
	assert_int_equal(gn_entry_parse(gn_bytes(copy, size), &entry), GN_OK);
	const uint8_t *at = part == HEADER ? entry.header.data + entry.header.size - 1
	                    : part == BODY ? entry.body.data + entry.body.size / 2
	                                   : entry.signature + 5;
	copy[at - copy] ^= 1;
	gn_log_replace(&txn, log.no, seq, gn_bytes(copy, size));
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

static void remove_entry(struct ledger *l, uint64_t seq)
{
	uint8_t key[12];
	struct gn_log log;
	GN_AUTO_TXN txn = gn_txn_begin(l->store, true);
	assert_int_equal(gn_log_find(&txn, l->member.key, &log), GN_OK);
	gn_put_be32(key, log.no);
	gn_put_be64(key + 4, seq);
	gn_txn_del(&txn, GN_T_LOG, gn_bytes(key, sizeof key));
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

static void test_nothing_wrong(void **state)
{
	struct ledger *l = *state;
	audit(l);
	assert_int_equal(l->faults, 0);
}

static void test_a_spoilt_body(void **state)
{
	struct ledger *l = *state;
	spoil(l, 7, BODY);
	audit(l);
	assert_int_equal(l->faults, 1); /* not one for each entry behind it */
	assert_int_equal(l->seq, 7);
	assert_string_equal(l->what, "wrong signature, here and in all that follow");
}

static void test_a_spoilt_header(void **state)
{
	struct ledger *l = *state;
	spoil(l, 9, HEADER);
	audit(l);
	assert_int_equal(l->faults, 1);
	assert_int_equal(l->seq, 9);
}

/* The chain covers it, so what follows is wrong with it. */
static void test_a_spoilt_signature(void **state)
{
	struct ledger *l = *state;
	spoil(l, 11, SIGNATURE);
	audit(l);
	assert_int_equal(l->faults, 1);
	assert_int_equal(l->seq, 11);
}

static void test_the_last_entry_spoilt(void **state)
{
	struct ledger *l = *state;
	spoil(l, ENTRIES, BODY);
	audit(l);
	assert_int_equal(l->faults, 1);
	assert_int_equal(l->seq, ENTRIES);
	assert_string_equal(l->what, "wrong signature");
}

/* As its author sent it: every link holds. */
static void test_an_authors_wrong_signatures(void **state)
{
	struct ledger *l = *state;
	uint8_t buf[GN_ENTRY_MAX];
	GN_AUTO_TXN txn = gn_txn_begin(l->store, true);
	struct gn_log log;
	assert_int_equal(gn_log_find(&txn, l->member.key, &log), GN_OK);
	for (int i = 0; i < 4; i++) {
		struct gn_header header = {.clock = 1, .schema = GN_SCHEMA};
		struct gn_tip tip = log.tip;
		struct gn_entry entry;
		size_t size;
		assert_int_equal(gn_entry_write(l->member.secret, &tip, &header,
		                         gn_bytes("0123456789abcdef", 16), buf, sizeof buf, &size),
		        GN_OK);
		assert_int_equal(gn_entry_parse(gn_bytes(buf, size), &entry), GN_OK);
		if (i == 1 || i == 2) {
			buf[entry.signature - buf] ^= 1;
			tip.signature[0] ^= 1;
		}
		struct gn_bytes wire = gn_bytes(buf, size);
		assert_int_equal(gn_log_append(&txn, &log, &wire, 1, &tip), GN_OK);
	}
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
	audit(l);
	assert_int_equal(l->faults, 2);
	assert_int_equal(l->seq, ENTRIES + 2);
	assert_string_equal(l->what, "wrong signature");
}

static void test_bytes_that_are_no_entry(void **state)
{
	struct ledger *l = *state;
	struct gn_log log;
	GN_AUTO_TXN txn = gn_txn_begin(l->store, true);
	assert_int_equal(gn_log_find(&txn, l->member.key, &log), GN_OK);
	gn_log_replace(&txn, log.no, 4, gn_bytes("rot", 3));
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
	audit(l);
	assert_int_equal(l->faults, 1);
	assert_int_equal(l->seq, 4);
}

static void test_a_missing_entry(void **state)
{
	struct ledger *l = *state;
	remove_entry(l, 5);
	audit(l);
	assert_int_equal(l->faults, 1);
	assert_int_equal(l->seq, 5);
	assert_string_equal(l->what, "entry missing");
}

static void test_the_last_entry_missing(void **state)
{
	struct ledger *l = *state;
	remove_entry(l, ENTRIES);
	audit(l);
	assert_int_equal(l->faults, 1);
	assert_int_equal(l->seq, ENTRIES);
}

static void test_another_head(void **state)
{
	struct ledger *l = *state;
	struct gn_bytes row;
	uint8_t copy[256];
	GN_AUTO_TXN txn = gn_txn_begin(l->store, true);
	assert_true(gn_txn_get(&txn, GN_T_ORIGIN, gn_bytes(l->member.key, GN_KEY_SIZE), &row));
	memcpy(copy, row.data, row.size);
	copy[20] ^= 1; /* in the hash */
	gn_txn_put(
	        &txn, GN_T_ORIGIN, gn_bytes(l->member.key, GN_KEY_SIZE), gn_bytes(copy, row.size));
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
	audit(l);
	assert_int_equal(l->faults, 1);
	assert_int_equal(l->seq, ENTRIES);
	assert_string_equal(l->what, "the kept head is not where the entries lead");
}

#define ledger_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        ledger_test(test_nothing_wrong),
	        ledger_test(test_a_spoilt_body),
	        ledger_test(test_a_spoilt_header),
	        ledger_test(test_a_spoilt_signature),
	        ledger_test(test_the_last_entry_spoilt),
	        ledger_test(test_an_authors_wrong_signatures),
	        ledger_test(test_bytes_that_are_no_entry),
	        ledger_test(test_a_missing_entry),
	        ledger_test(test_the_last_entry_missing),
	        ledger_test(test_another_head),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
