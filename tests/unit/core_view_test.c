/* The registry as a store's logs tell it. */
#include "fixture_logs.h"

struct desk {
	struct temp_dir *temp;
	struct realm realm;
	struct gn_store *store;
	struct gn_view view;
};

static int setup(void **state)
{
	struct desk *desk = calloc(1, sizeof *desk);
	void *temp = NULL;
	if (!desk || temp_setup(&temp))
		return -1;
	desk->temp = temp;
	realm_keys(&desk->realm);
	desk->store = logs_open(desk->temp->path, 0);
	*state = desk;
	return 0;
}

static int teardown(void **state)
{
	struct desk *desk = *state;
	void *temp = desk->temp;
	gn_view_close(&desk->view);
	gn_store_close(&desk->store);
	free(desk);
	return temp_teardown(&temp);
}

static void found(struct desk *desk)
{
	realm_trust(&desk->realm, desk->store);
	realm_found(&desk->realm, desk->store);
	assert_int_equal(gn_view_open(&desk->view, desk->store), GN_OK);
}

static bool knows(const struct desk *desk, const struct member *member)
{
	return gn_registry_node(desk->view.registry, member->key) != NULL;
}

static void test_without_a_root(void **state)
{
	struct desk *desk = *state;
	assert_int_equal(gn_view_open(&desk->view, desk->store), GN_E_NOTFOUND);
	assert_null(desk->view.registry);
	gn_view_close(&desk->view); /* harmless */
}

static void test_with_a_root_alone(void **state)
{
	struct desk *desk = *state;
	realm_trust(&desk->realm, desk->store);
	assert_int_equal(gn_view_open(&desk->view, desk->store), GN_OK);
	assert_false(desk->view.has_registrar);
	assert_int_equal(gn_registry_version(desk->view.registry), 0);
	realm_found(&desk->realm, desk->store); /* it comes later */
	assert_int_equal(gn_view_refresh(&desk->view, desk->store), GN_OK);
	assert_true(desk->view.has_registrar);
	assert_memory_equal(desk->view.registrar, desk->realm.registrar, GN_KEY_SIZE);
	assert_int_equal(desk->view.root_seq, 2);
	assert_int_equal(desk->view.registrar_seq, 1);
}

static void test_takes_what_came_since(void **state)
{
	struct desk *desk = *state;
	struct member member;
	found(desk);
	member_keys(&member);
	realm_enrol(&desk->realm, desk->store, &member);
	assert_false(knows(desk, &member));
	assert_int_equal(gn_view_refresh(&desk->view, desk->store), GN_OK);
	assert_true(knows(desk, &member));
	uint64_t generation = desk->view.generation;
	assert_int_equal(gn_view_refresh(&desk->view, desk->store), GN_OK);
	assert_int_equal(desk->view.generation, generation);
}

/* A view that was opened late says the same as one that was fed. */
static void test_opened_anew_says_the_same(void **state)
{
	struct desk *desk = *state;
	struct member members[5];
	struct gn_view late;
	uint8_t fed[32], read[32];
	found(desk);
	for (size_t i = 0; i < 5; i++) {
		member_keys(&members[i]);
		realm_enrol(&desk->realm, desk->store, &members[i]);
		assert_int_equal(gn_view_refresh(&desk->view, desk->store), GN_OK);
	}
	realm_revoke(&desk->realm, desk->store, &members[2], 7);
	assert_int_equal(gn_view_refresh(&desk->view, desk->store), GN_OK);
	assert_int_equal(gn_view_open(&late, desk->store), GN_OK);
	gn_registry_basis(desk->view.registry, fed);
	gn_registry_basis(late.registry, read);
	assert_memory_equal(fed, read, sizeof fed);
	assert_int_equal(late.registrar_seq, desk->view.registrar_seq);
	gn_view_close(&late);
}

/* Half a change does not show, also over a refresh. */
static void test_half_a_change_waits(void **state)
{
	struct desk *desk = *state;
	struct member member;
	found(desk);
	member_keys(&member);
	Gonha__Item item = GONHA__ITEM__INIT, *items[] = {&item};
	Gonha__Enrolment enrolment = GONHA__ENROLMENT__INIT;
	enrolment.node = realm_bytes(member.key);
	enrolment.transport = realm_bytes(member.transport);
	item.item_case = GONHA__ITEM__ITEM_ENROLMENT;
	item.enrolment = &enrolment;
	realm_items(&desk->realm, desk->store, items, 1, true);
	assert_int_equal(gn_view_refresh(&desk->view, desk->store), GN_OK);
	assert_false(knows(desk, &member));
	realm_items(&desk->realm, desk->store, items, 0, false);
	assert_int_equal(gn_view_refresh(&desk->view, desk->store), GN_OK);
	assert_true(knows(desk, &member));
}

/* Other logs in the store are none of the registry's. */
static void test_nodes_logs_change_nothing(void **state)
{
	struct desk *desk = *state;
	struct member stranger;
	found(desk);
	member_keys(&stranger);
	struct realm other = desk->realm;
	memcpy(other.registrar_secret, stranger.secret, sizeof other.registrar_secret);
	realm_enrol(&other, desk->store, &stranger); /* in the stranger's own log */
	assert_int_equal(gn_view_refresh(&desk->view, desk->store), GN_OK);
	assert_false(knows(desk, &stranger));
}

static void test_within_a_transaction(void **state)
{
	struct desk *desk = *state;
	struct member member;
	found(desk);
	member_keys(&member);
	realm_enrol(&desk->realm, desk->store, &member);
	struct gn_txn txn = gn_txn_begin(desk->store, true);
	assert_int_equal(gn_view_refresh_txn(&desk->view, &txn), GN_OK);
	gn_txn_abort(&txn);
	assert_true(knows(desk, &member));
	assert_int_equal(gn_view_refresh(&desk->view, desk->store), GN_OK); /* not twice */
	assert_int_equal(desk->view.registrar_seq, 2);
}

#define desk_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        desk_test(test_without_a_root),
	        desk_test(test_with_a_root_alone),
	        desk_test(test_takes_what_came_since),
	        desk_test(test_opened_anew_says_the_same),
	        desk_test(test_half_a_change_waits),
	        desk_test(test_nodes_logs_change_nothing),
	        desk_test(test_within_a_transaction),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
