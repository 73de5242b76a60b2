/* Real replicas: stores, sockets and threads as the programs have them. */
#include "replica_probe.h"

#include "core/audit.h"

enum { NODE = 1, OTHER = 2 };

static void enrol(struct lab *lab, size_t node)
{
	realm_enrol(&lab->realm, hub_store(lab), &lab->places[node].member);
}

static void write_own(struct lab *lab, size_t node, size_t n)
{
	member_write(&lab->places[node].member, lab->places[node].store, n);
}

static uint64_t held(const struct lab *lab, size_t at, size_t node)
{
	return logs_head(lab->places[at].store, lab->places[node].member.key);
}

static uint64_t registry_of(const struct lab *lab, size_t at)
{
	return logs_head(lab->places[at].store, lab->realm.registrar);
}

static void no_fault(void *context, const uint8_t *origin, uint64_t seq, const char *what)
{
	(void)context, (void)origin;
	fail_msg("entry %llu: %s", (unsigned long long)seq, what);
}

static void audit(const struct lab *lab, size_t at)
{
	GN_AUTO_TXN txn = gn_txn_begin(lab->places[at].store, false);
	struct gn_audit audit = {.fault = no_fault};
	assert_int_equal(gn_audit_logs(&txn, &audit), GN_OK);
}

/* [S-3] [S-7] What is told of as stored is durable, and nothing comes twice. */
static void test_entries_cross_once(void **state)
{
	struct lab *lab = *state;
	const struct place *hub = &lab->places[PROBE_HUB];
	enrol(lab, NODE);
	write_own(lab, NODE, 200);
	lab_up(lab, NODE);
	lab_until(lab, hub->stored_head == 200);
	struct gn_net_counts counts;
	gn_replica_counts(hub->replica, &counts);
	write_own(lab, NODE, 3); /* by a command beside it */
	lab_until(lab, hub->stored_head == 203);
	assert_int_equal(held(lab, PROBE_HUB, NODE), 203);
	assert_int_equal(hub->stored_early, 0);
	assert_true(counts.bytes_in < 200 * 400); /* twice would be more */
	assert_int_equal(hub->refused[GN_E_ORIGIN], 0);
	audit(lab, PROBE_HUB);
}

/* [S-5] Who knows the root alone hears the rest, and what is added later. */
static void test_the_registry_reaches_a_node(void **state)
{
	struct lab *lab = *state;
	enrol(lab, NODE);
	lab_up(lab, NODE);
	const struct gn_view *view = gn_replica_view(lab->places[NODE].replica);
	lab_until(lab, gn_registry_node(view->registry, lab->places[NODE].member.key));
	enrol(lab, OTHER);
	lab_until(lab, gn_registry_node(view->registry, lab->places[OTHER].member.key));
	audit(lab, NODE);
}

/* [P-2] [S-6] */
static void test_who_is_not_enrolled(void **state)
{
	struct lab *lab = *state;
	struct gn_net_counts counts = {0};
	write_own(lab, NODE, 5);
	lab_up(lab, NODE);
	lab_until(lab, (gn_replica_counts(lab->places[PROBE_HUB].replica, &counts),
	                       counts.refused_keys > 0));
	assert_int_equal(held(lab, PROBE_HUB, NODE), 0);
	assert_int_equal(registry_of(lab, NODE), 0);
	assert_int_equal(lab->places[PROBE_HUB].greeted, 0);
	enrol(lab, NODE); /* it tries again by itself */
	lab_until(lab, held(lab, PROBE_HUB, NODE) == 5 && registry_of(lab, NODE) > 0);
}

/* A revocation does not wait for the end of a link: nothing more is taken, and
 * nothing more is told. */
static void test_who_is_revoked_while_linked(void **state)
{
	struct lab *lab = *state;
	const struct place *hub = &lab->places[PROBE_HUB];
	enrol(lab, NODE);
	write_own(lab, NODE, 5);
	lab_up(lab, NODE);
	lab_until(lab, hub->stored_head == 5 && registry_of(lab, NODE) == 2);
	realm_revoke(&lab->realm, hub_store(lab), &lab->places[NODE].member, 5);
	lab_until(lab, !gn_replica_linked(hub->replica, lab->places[NODE].member.transport));
	enrol(lab, OTHER);
	write_own(lab, NODE, 1);
	lab_until(lab, hub->refused[GN_E_DENIED] > 0);
	lab_up(lab, OTHER); /* one who may: when it has heard it, so would the revoked */
	lab_until(lab, registry_of(lab, OTHER) == registry_of(lab, PROBE_HUB));
	assert_int_equal(held(lab, PROBE_HUB, NODE), 5);
	assert_int_equal(registry_of(lab, NODE), 2);
}

/* [S-1] */
static void test_goes_on_after_a_restart(void **state)
{
	struct lab *lab = *state;
	struct place *hub = &lab->places[PROBE_HUB];
	enrol(lab, NODE);
	write_own(lab, NODE, 150);
	lab_up(lab, NODE);
	lab_until(lab, held(lab, PROBE_HUB, NODE) > 0);
	lab_down(lab, PROBE_HUB);
	write_own(lab, NODE, 50);
	lab_up(lab, PROBE_HUB);
	lab_until(lab, held(lab, PROBE_HUB, NODE) == 200);
	lab_down(lab, NODE);
	write_own(lab, NODE, 50);
	lab_up(lab, NODE);
	lab_until(lab, held(lab, PROBE_HUB, NODE) == 250);
	assert_int_equal(hub->stored_early, 0);
	audit(lab, PROBE_HUB);
}

/* What the disk spoilt is not sent; everything else goes on. */
static void test_a_rotten_entry_stops_nobody(void **state)
{
	struct lab *lab = *state;
	struct place *hub = &lab->places[PROBE_HUB];
	enrol(lab, NODE);
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, true);
	struct gn_log log;
	assert_int_equal(gn_log_find(&txn, lab->realm.root, &log), GN_OK);
	gn_log_replace(&txn, log.no, 2, gn_bytes("rot", 3));
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
	write_own(lab, NODE, 5);
	lab_up(lab, NODE);
	lab_until(lab, hub->failed[GN_E_CORRUPT] > 0);
	lab_until(lab, held(lab, PROBE_HUB, NODE) == 5);
}

static void test_a_second_listener_is_refused(void **state)
{
	struct lab *lab = *state;
	struct gn_replica *first = lab->places[PROBE_HUB].replica;
	char bound[128];
	lab->places[PROBE_HUB].replica = NULL;
	struct gn_replica_options options = {.store = hub_store(lab),
	        .transport_public = lab->realm.hub_transport,
	        .transport_secret = lab->realm.hub_transport_secret,
	        .software = "test",
	        .context = &lab->places[PROBE_HUB],
	        .limit = probe_want,
	        .readable = probe_readable,
	        .act = probe_act};
	struct gn_replica *second;
	assert_int_equal(gn_replica_new(&options, &second), GN_OK);
	assert_int_equal(gn_replica_listen(second, lab->endpoint, bound), GN_E_SYSTEM);
	gn_replica_free(&second);
	gn_replica_free(&first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        lab_test(test_entries_cross_once),
	        lab_test(test_the_registry_reaches_a_node),
	        lab_test(test_who_is_not_enrolled),
	        lab_test(test_who_is_revoked_while_linked),
	        lab_test(test_goes_on_after_a_restart),
	        lab_test(test_a_rotten_entry_stops_nobody),
	        lab_test(test_a_second_listener_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
