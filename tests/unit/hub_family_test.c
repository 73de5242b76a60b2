/* Corrections, voids and erasures: which version of a record stands. */
#include "small_hub.h"

#define FIVE "visit team=t1 household=5 place=home"
#define SIX "visit team=t1 household=6 place=home"
#define SEVEN "visit team=t2 household=7 place=home"

static long visits(struct small_hub *hub, const char *village)
{
	return NUMERATOR(hub, "visits", VILLAGE, village);
}

static void test_the_last_correction_stands(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct small_ref record = small_record(hub, 0, FIVE);
	struct small_ref first = small_correct(hub, 0, record, SIX);
	assert_int_equal(visits(hub, "v1"), 1);
	struct small_ref second = small_correct(hub, 0, first, SEVEN);
	assert_int_equal(visits(hub, "v1"), 0);
	assert_int_equal(visits(hub, "v2"), 1);
	assert_int_equal(small_reason(hub, record), HUB_R_NONE);
	assert_int_equal(small_reason(hub, first), HUB_R_NONE);
	/* One that speaks of a superseded version and is the later of two. */
	struct small_ref third = small_correct(hub, 1, record, SIX);
	assert_int_equal(visits(hub, "v1"), 1);
	assert_int_equal(visits(hub, "v2"), 0);
	assert_int_equal(small_reason(hub, third), HUB_R_NONE);
	assert_int_equal(small_reason(hub, second), HUB_R_SUPERSEDED);
	small_hub_free(&hub);
}

static void test_a_void_of_any_version_withdraws(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct small_ref record = small_record(hub, 0, FIVE);
	struct small_ref other = small_record(hub, 1, FIVE);
	struct small_ref first = small_correct(hub, 0, record, SIX);
	small_correct(hub, 0, first, SEVEN);
	assert_int_equal(NUMERATOR(hub, "visits", PROVINCE, "p"), 2);
	small_void(hub, 0, first);
	assert_int_equal(NUMERATOR(hub, "visits", PROVINCE, "p"), 1);
	assert_int_equal(NUMERATOR(hub, "visited", VILLAGE, "v1"), 1);
	small_void(hub, 0, other); /* by another key of the same commune */
	assert_int_equal(NUMERATOR(hub, "visits", PROVINCE, "p"), 0);
	assert_int_equal(NUMERATOR(hub, "visited", VILLAGE, "v1"), 0);
	small_hub_free(&hub);
}

static void test_one_of_two_visits_is_voided(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct small_ref first = small_record(hub, 0, FIVE), second = small_record(hub, 1, FIVE);
	assert_int_equal(NUMERATOR(hub, "visited", VILLAGE, "v1"), 1);
	small_void(hub, 0, first);
	assert_int_equal(NUMERATOR(hub, "visited", VILLAGE, "v1"), 1);
	small_void(hub, 0, second);
	assert_int_equal(NUMERATOR(hub, "visited", VILLAGE, "v1"), 0);
	small_hub_free(&hub);
}

static void test_who_may_amend(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct small_ref record = small_record(hub, 0, FIVE);
	struct small_ref stranger = small_void(hub, 2, record);
	struct small_ref training = small_void(hub, 4, record);
	struct small_ref unknown = small_void(hub, 5, record);
	assert_int_equal(visits(hub, "v1"), 1);
	assert_int_equal(small_reason(hub, stranger), HUB_R_OUT_OF_AREA);
	assert_int_equal(small_reason(hub, training), HUB_R_TRAINING);
	assert_int_equal(small_reason(hub, unknown), HUB_R_OUT_OF_AREA);
	small_correct(hub, 3, record, SEVEN); /* the province's office */
	assert_int_equal(visits(hub, "v2"), 1);
	small_void(hub, S_REGISTRAR, record);
	assert_int_equal(visits(hub, "v2"), 0);
	small_hub_free(&hub);
}

static void test_a_commune_corrects_after_the_province(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct small_ref record = small_record(hub, 0, FIVE);
	struct small_ref above = small_correct(hub, 3, record, SEVEN);
	struct small_ref own = small_correct(hub, 0, above, SIX);
	assert_int_equal(visits(hub, "v1"), 1);
	assert_int_equal(small_reason(hub, own), HUB_R_NONE);
	small_hub_free(&hub);
}

static void test_a_target_that_is_not_here(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct small_ref record = small_record(hub, 0, FIVE);
	struct small_ref parked = small_correct(hub, 1, record, SEVEN);
	struct small_ref wrong = record, missing = record;
	wrong.hash[0] ^= 1;
	missing.seq = 77;
	struct small_ref other = small_void(hub, 1, wrong), early = small_void(hub, 1, missing);
	assert_int_equal(visits(hub, "v2"), 1);
	assert_int_equal(small_reason(hub, parked), HUB_R_NONE);
	assert_int_equal(small_reason(hub, other), HUB_R_NO_TARGET);
	assert_int_equal(small_reason(hub, early), HUB_R_NO_TARGET);
	small_hub_free(&hub);
}

static void test_a_void_is_no_version(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct small_ref record = small_record(hub, 0, FIVE);
	struct small_ref first = small_void(hub, 0, record);
	assert_int_equal(small_reason(hub, small_void(hub, 0, first)), HUB_R_NO_TARGET);
	assert_int_equal(small_reason(hub, small_correct(hub, 0, first, SIX)), HUB_R_NO_TARGET);
	assert_int_equal(visits(hub, "v1"), 0);
	small_hub_free(&hub);
}

static void test_a_correction_mends_what_waited(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	struct small_ref record = small_record(hub, 0, "visit team=t9 household=5 place=home");
	assert_int_equal(small_reason(hub, record), HUB_R_UNKNOWN_TEAM);
	struct small_ref mended = small_correct(hub, 0, record, FIVE);
	assert_int_equal(visits(hub, "v1"), 1);
	assert_int_equal(small_reason(hub, record), HUB_R_NONE);
	small_correct(hub, 0, mended, "visit team=t8 household=5 place=home");
	assert_int_equal(visits(hub, "v1"), 0);
	small_hub_free(&hub);
}

/* Before and after the body has gone the aggregates are the same bytes. */
static void test_an_erased_record_stops_counting(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	uint8_t before[32], after[32];
	struct small_ref record = small_record(hub, 0, FIVE);
	assert_int_equal(visits(hub, "v1"), 1);
	small_erase(hub, 1, record);
	assert_int_equal(visits(hub, "v1"), 0);
	assert_int_equal(small_reason(hub, record), HUB_R_NONE);
	small_digest(hub, before);
	small_strip(hub, record);
	assert_int_equal(hub_fold_reset(hub->store), GN_OK);
	assert_int_equal(small_reason(hub, record), HUB_R_NONE);
	small_digest(hub, after);
	assert_memory_equal(before, after, sizeof before);
	small_hub_free(&hub);
}

/* Hashes are walked to from checkpoints: in any order of targets, far apart. */
static void test_targets_far_apart(void **state)
{
	struct small_hub *hub = small_hub_new(state);
	static struct small_ref refs[2600];
	for (size_t i = 0; i < 2600; i++)
		refs[i] = small_record(hub, 0, FIVE);
	small_void(hub, 1, refs[1030]);
	assert_int_equal(visits(hub, "v1"), 2599);
	static const size_t targets[] = {2599, 3, 1023, 2047, 1024, 0, 2300};
	for (size_t i = 0; i < 7; i++)
		small_void(hub, 1, refs[targets[i]]);
	assert_int_equal(visits(hub, "v1"), 2592);
	assert_int_equal(small_reason(hub, small_void(hub, 1, refs[1500])), HUB_R_NONE);
	assert_int_equal(visits(hub, "v1"), 2591);
	small_hub_free(&hub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        temp_test(test_the_last_correction_stands),
	        temp_test(test_a_void_of_any_version_withdraws),
	        temp_test(test_one_of_two_visits_is_voided),
	        temp_test(test_who_may_amend),
	        temp_test(test_a_commune_corrects_after_the_province),
	        temp_test(test_a_target_that_is_not_here),
	        temp_test(test_a_void_is_no_version),
	        temp_test(test_a_correction_mends_what_waited),
	        temp_test(test_an_erased_record_stops_counting),
	        temp_test(test_targets_far_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
