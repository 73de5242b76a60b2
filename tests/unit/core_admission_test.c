/* Who may connect, and who a key stands for. [P-2] */
#include "fixture_logs.h"

#include "core/admission.h"
#include "core/day.h"

struct door {
	struct temp_dir *temp;
	struct realm realm;
	struct gn_store *store;
	struct gn_view view;
	struct gn_admission admission;
};

static int setup(void **state)
{
	struct door *door = calloc(1, sizeof *door);
	void *temp = NULL;
	if (!door || temp_setup(&temp))
		return -1;
	door->temp = temp;
	realm_keys(&door->realm);
	door->store = logs_open(door->temp->path, 0);
	realm_trust(&door->realm, door->store);
	realm_found(&door->realm, door->store);
	if (gn_view_open(&door->view, door->store))
		return -1;
	gn_admission_init(&door->admission, true);
	*state = door;
	return 0;
}

static int teardown(void **state)
{
	struct door *door = *state;
	void *temp = door->temp;
	gn_admission_done(&door->admission);
	gn_view_close(&door->view);
	gn_store_close(&door->store);
	free(door);
	return temp_teardown(&temp);
}

static void renew(struct door *door)
{
	assert_int_equal(gn_view_refresh(&door->view, door->store), GN_OK);
	assert_int_equal(gn_admission_renew(&door->admission, door->view.registry), GN_OK);
}

static bool admitted(struct door *door, const uint8_t *key)
{
	return gn_admission_admit(&door->admission, key);
}

static enum gn_role role(const struct door *door, const uint8_t *key)
{
	struct gn_peer peer;
	gn_admission_identify(&door->admission, door->view.registry, key, &peer);
	assert_memory_equal(peer.key, key, GN_KEY_SIZE);
	return peer.role;
}

static void test_who_is_enrolled(void **state)
{
	struct door *door = *state;
	struct member member, stranger;
	struct gn_peer peer;
	member_keys(&member);
	member_keys(&stranger);
	realm_enrol(&door->realm, door->store, &member);
	assert_false(admitted(door, member.transport)); /* not looked at yet */
	renew(door);
	assert_true(admitted(door, member.transport));
	assert_true(admitted(door, door->realm.hub_transport));
	assert_false(admitted(door, stranger.transport));
	assert_false(admitted(door, member.key)); /* an identity is no transport key */
	gn_admission_identify(&door->admission, door->view.registry, member.transport, &peer);
	assert_int_equal(peer.role, GN_ROLE_NODE);
	assert_memory_equal(peer.identity, member.key, GN_KEY_SIZE);
	assert_int_equal(role(door, door->realm.hub_transport), GN_ROLE_HUB);
	assert_int_equal(role(door, stranger.transport), GN_ROLE_NONE);
}

static void test_who_is_revoked(void **state)
{
	struct door *door = *state;
	struct member member;
	member_keys(&member);
	realm_enrol(&door->realm, door->store, &member);
	realm_revoke(&door->realm, door->store, &member, 0);
	assert_int_equal(
	        gn_admission_trust(&door->admission, member.transport, GN_ROLE_NODE), GN_OK);
	renew(door);
	assert_false(admitted(door, member.transport));
	assert_int_equal(role(door, member.transport), GN_ROLE_NONE); /* trusted or not */
}

static void test_open_invitations(void **state)
{
	struct door *door = *state;
	uint8_t open[GN_KEY_SIZE] = {1}, expired[GN_KEY_SIZE] = {2};
	realm_invite(&door->realm, door->store, open, gn_now_ms() + 3600000);
	realm_invite(&door->realm, door->store, expired, gn_now_ms() - 1);
	renew(door);
	assert_true(admitted(door, open));
	assert_false(admitted(door, expired));
	assert_int_equal(role(door, open), GN_ROLE_JOINER);
	assert_int_equal(role(door, expired), GN_ROLE_NONE);
	door->admission.joiners = false;
	renew(door);
	assert_false(admitted(door, open));
	assert_int_equal(role(door, open), GN_ROLE_NONE);
}

/* An enrolment that names the hub's transport key must not make the hub a node. */
static void test_a_hub_stays_a_hub(void **state)
{
	struct door *door = *state;
	struct member member;
	struct gn_peer peer;
	member_keys(&member);
	memcpy(member.transport, door->realm.hub_transport, GN_KEY_SIZE);
	realm_enrol(&door->realm, door->store, &member);
	renew(door);
	gn_admission_identify(
	        &door->admission, door->view.registry, door->realm.hub_transport, &peer);
	assert_int_equal(peer.role, GN_ROLE_HUB);
	assert_memory_equal(peer.identity, door->realm.hub, GN_KEY_SIZE);
}

/* Every change of the registry may bring the same hub again. */
static void test_trusted_once(void **state)
{
	struct door *door = *state;
	uint8_t key[GN_KEY_SIZE] = {7};
	for (int i = 0; i < 3 * GN_TRUSTED_MAX; i++)
		assert_int_equal(gn_admission_trust(&door->admission, key, GN_ROLE_HUB), GN_OK);
	assert_int_equal(role(door, key), GN_ROLE_HUB);
	assert_int_equal(gn_admission_trust(&door->admission, key, GN_ROLE_NODE), GN_OK);
	assert_int_equal(role(door, key), GN_ROLE_NODE);
	for (uint8_t i = 1; i < GN_TRUSTED_MAX; i++) {
		key[1] = i;
		assert_int_equal(gn_admission_trust(&door->admission, key, GN_ROLE_HUB), GN_OK);
	}
	key[2] = 1;
	assert_int_equal(gn_admission_trust(&door->admission, key, GN_ROLE_HUB), GN_E_FULL);
}

#define door_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        door_test(test_who_is_enrolled),
	        door_test(test_who_is_revoked),
	        door_test(test_open_invitations),
	        door_test(test_a_hub_stays_a_hub),
	        door_test(test_trusted_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
