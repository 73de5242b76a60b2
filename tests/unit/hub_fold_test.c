/* The fold: each reason for not counting, what a change of the registry does, and
 * that it may stop anywhere. */
#include "small_hub.h"

#define GOOD "visit team=t1 household=5 place=home"

static void expect(struct small_hub *hub, int node, const char *words, enum hub_reason reason)
{
	enum hub_reason got = small_reason(hub, small_record(hub, node, words));
	if (got != reason)
		fail_msg("%s: expected %s, got %s", words, hub_reason_name(reason),
		        hub_reason_name(got));
}

static void test_reasons_of_records(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	ROW(hub, "code", "place", "home");
	expect(hub, 0, GOOD, HUB_R_NONE);
	expect(hub, 0, "visit team=t9 household=5 place=home", HUB_R_UNKNOWN_TEAM);
	expect(hub, 0, "visit team=t1 household=5 village=v9 place=home", HUB_R_UNKNOWN_UNIT);
	expect(hub, 0, "visit team=tc household=5 place=home", HUB_R_UNKNOWN_UNIT);
	expect(hub, 0, "visit team=tc place=home", HUB_R_NONE);
	expect(hub, 0, "visit team=t1 place=moon", HUB_R_UNKNOWN_CODE);
	expect(hub, 0, "visit team=t3 household=5 place=home", HUB_R_OUT_OF_AREA);
	expect(hub, 0, "visit team=t1 household=5 village=v3 place=home", HUB_R_OUT_OF_AREA);
	expect(hub, 0, "visit team=e1 household=5 village=v1 place=home", HUB_R_NONE);
	expect(hub, 0, "visit team=e1 household=5 village=v3 place=home", HUB_R_OUT_OF_AREA);
	expect(hub, 3, "visit team=t3 household=5 place=home", HUB_R_NONE);
	expect(hub, 4, GOOD, HUB_R_TRAINING);
	expect(hub, 5, GOOD, HUB_R_OUT_OF_AREA);
	expect(hub, 0, "activation team=t1 scheme=vneid state=on", HUB_R_NO_SUBJECT);
	expect(hub, 0, "listing team=t1 platform=voso", HUB_R_NO_SUBJECT);
	expect(hub, 0, "training team=t1 participants=2000000000000", HUB_R_FORMAT);
	small_hub_free(&hub);
}

static void test_reasons_of_tallies(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	expect(hub, 0, "tally unit=c1 indicator=filed numerator=1 denominator=2", HUB_R_NONE);
	expect(hub, 0, "tally unit=v2 indicator=filed numerator=1 denominator=2", HUB_R_NONE);
	expect(hub, 0, "tally unit=p indicator=filed numerator=1 denominator=2", HUB_R_OUT_OF_AREA);
	expect(hub, 3, "tally unit=p indicator=filed numerator=1 denominator=2", HUB_R_NONE);
	expect(hub, 0, "tally unit=c9 indicator=filed numerator=1 denominator=2",
	        HUB_R_UNKNOWN_UNIT);
	expect(hub, 0, "tally unit=c1 indicator=nope numerator=1 denominator=2",
	        HUB_R_UNKNOWN_INDICATOR);
	expect(hub, 0, "tally unit=c1 indicator=visits numerator=1", HUB_R_UNKNOWN_INDICATOR);
	expect(hub, 0, "tally unit=c1 indicator=filed numerator=1", HUB_R_FORMAT);
	small_hub_free(&hub);
}

static void test_dates(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	expect(hub, 0, "visit team=t1 date=1", HUB_R_NONE);
	expect(hub, 0, "visit team=t1 date=2", HUB_R_DATE);
	expect(hub, 0, "visit team=t1 date=-882", HUB_R_NONE); /* 2020-01-01 */
	expect(hub, 0, "visit team=t1 date=-883", HUB_R_DATE);
	hub->quality = GN_CLOCK_FREE_RUNNING;
	expect(hub, 0, "visit team=t1 date=30", HUB_R_NONE);
	expect(hub, 0, "visit team=t1 date=90000", HUB_R_DATE);
	small_hub_free(&hub);
}

static void test_other_entries(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	uint8_t newer[64];
	size_t size;
	static const uint8_t salt[GN_SALT_SIZE];
	assert_int_equal(
	        gn_body_wrap((enum gn_kind)15, salt, gn_bytes("x", 1), newer, sizeof newer, &size),
	        GN_OK);
	assert_int_equal(
	        small_reason(hub, small_write(hub, 0, gn_bytes(newer, size))), HUB_R_UNKNOWN_KIND);
	assert_int_equal(
	        small_reason(hub, small_write(hub, 0, gn_bytes("\x08\x01", 2))), HUB_R_FORMAT);
	struct small_ref owed = small_record(hub, 0, GOOD);
	small_strip(hub, owed);
	assert_int_equal(small_reason(hub, owed), HUB_R_OWED);
	memset(hub->nodes[1].session, 99, GN_SESSION_KEY);
	small_record(hub, 1, GOOD);
	memset(hub->nodes[1].session, 98, GN_SESSION_KEY);
	expect(hub, 1, "activation team=t1 scheme=vneid state=on citizen=x", HUB_R_SEALED);
	small_hub_free(&hub);
}

static void test_revoked_counts_up_to_its_last(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct small_ref first = small_record(hub, 0, GOOD);
	struct small_ref second = small_record(hub, 0, GOOD);
	assert_int_equal(NUMERATOR(hub, "visits", PROVINCE, "p"), 2);
	small_revoke(hub, 0, first.seq);
	assert_int_equal(NUMERATOR(hub, "visits", PROVINCE, "p"), 1);
	assert_int_equal(small_reason(hub, second), HUB_R_REVOKED);
	small_revoke(hub, 0, second.seq);
	assert_int_equal(NUMERATOR(hub, "visits", PROVINCE, "p"), 2);
	small_hub_free(&hub);
}

static void test_counts_once_the_registry_can_place_it(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct small_ref team = small_record(hub, 0, "visit team=t9 household=1 place=home");
	struct small_ref node = small_record(hub, 5, GOOD);
	assert_int_equal(NUMERATOR(hub, "visits", PROVINCE, "p"), 0);
	assert_int_equal(small_reason(hub, team), HUB_R_UNKNOWN_TEAM);
	ROW(hub, "team", "t9", "v2");
	assert_int_equal(NUMERATOR(hub, "visits", VILLAGE, "v2"), 1);
	assert_int_equal(small_reason(hub, team), HUB_R_NONE);
	small_enrol(hub, 5, "c1", false);
	assert_int_equal(NUMERATOR(hub, "visits", PROVINCE, "p"), 2);
	assert_int_equal(small_reason(hub, node), HUB_R_NONE);
	ROW(hub, "indicator", "reached", "coverage", "visit", "", "household", "");
	assert_int_equal(NUMERATOR(hub, "reached", PROVINCE, "p"), 2);
	small_hub_free(&hub);
}

static void test_stops_anywhere(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct hub_fold_result result = {.more = true};
	uint8_t whole[32], parts[32];
	struct small_ref ref = small_record(hub, 0, GOOD);
	for (int i = 0; i < 20; i++)
		small_record(hub, i % 3, "visit team=t3 household=9 place=home");
	small_void(hub, 1, ref);
	small_fold(hub);
	small_digest(hub, whole);
	assert_int_equal(hub_fold_reset(hub->store), GN_OK);
	size_t calls = 0;
	for (; result.more; calls++) {
		assert_int_equal(
		        hub_fold(hub->store, hub->registry, &hub->keys, 3, &result), GN_OK);
		assert_in_range(result.entries, 1, 3);
	}
	assert_int_equal(calls, 9); /* 21 records, a void and 3 sessions: 25 entries */
	small_digest(hub, parts);
	assert_memory_equal(whole, parts, sizeof whole);
	assert_int_equal(hub_fold(hub->store, hub->registry, &hub->keys, 0, &result), GN_OK);
	assert_int_equal(result.entries, 0);
	small_hub_free(&hub);
}

static void test_an_enrolment_alone_recomputes_nothing(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct hub_fold_result result;
	small_record(hub, 0, GOOD);
	small_fold(hub);
	small_enrol(hub, 5, "c2", false);
	small_record(hub, 5, "visit team=t3 household=1 place=home");
	assert_int_equal(hub_fold(hub->store, hub->registry, &hub->keys, 0, &result), GN_OK);
	assert_int_equal(result.entries, 2); /* the session and the visit */
	assert_int_equal(NUMERATOR(hub, "visits", PROVINCE, "p"), 2);
	small_hub_free(&hub);
}

static void test_an_older_registry_undoes_nothing(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct hub_fold_result result;
	uint8_t before[32], after[32];
	struct gn_registry *older = hub->registry;
	hub->registry = gn_registry_new();
	hub->registry_seq = 0;
	small_put_registrar(hub);
	small_put_places(hub);
	small_enrol(hub, 0, "c1", false);
	while (hub->registry_seq <= gn_registry_version(older))
		ROW(hub, "team", "t9", "v2");
	small_record(hub, 0, "visit team=t9 household=1 place=home");
	small_fold(hub);
	small_digest(hub, before);
	small_record(hub, 0, GOOD);
	assert_int_equal(hub_fold(hub->store, older, &hub->keys, 0, &result), GN_E_BUSY);
	small_digest(hub, after);
	assert_memory_equal(before, after, sizeof before);
	assert_int_equal(NUMERATOR(hub, "visits", PROVINCE, "p"), 2);
	gn_registry_free(&older);
	small_hub_free(&hub);
}

static void test_reasons_have_names(void **state)
{
	(void)state;
	for (int reason = HUB_R_NONE; reason <= HUB_R_OWED; reason++)
		assert_string_not_equal(hub_reason_name((enum hub_reason)reason), "unknown");
	assert_string_equal(hub_reason_name((enum hub_reason)200), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        temp_test(test_reasons_of_records),
	        temp_test(test_reasons_of_tallies),
	        temp_test(test_dates),
	        temp_test(test_other_entries),
	        temp_test(test_revoked_counts_up_to_its_last),
	        temp_test(test_counts_once_the_registry_can_place_it),
	        temp_test(test_stops_anywhere),
	        temp_test(test_an_enrolment_alone_recomputes_nothing),
	        temp_test(test_an_older_registry_undoes_nothing),
	        cmocka_unit_test(test_reasons_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
