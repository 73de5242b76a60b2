/* What a bearer token opens. */
#include "hub_house.h"

#include "hub/access.h"
#include "hub/db.h"

static void keep(struct house *house, const char *token, uint8_t role)
{
	uint8_t hash[32], value[] = {role, 'A'};
	crypto_generichash(hash, sizeof hash, (const uint8_t *)token, strlen(token), NULL, 0);
	GN_AUTO_TXN txn = gn_txn_begin(house->hub->store, true);
	gn_txn_put(&txn, HUB_T_TOKEN, gn_bytes(hash, sizeof hash), gn_bytes(value, sizeof value));
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

static enum hub_role role(struct house *house, const char *token)
{
	GN_AUTO_TXN txn = gn_txn_begin(house->hub->store, false);
	return hub_access_role(&txn, token);
}

static void test_roles(void **state)
{
	struct house *house = *state;
	keep(house, "viewertoken", HUB_ROLE_VIEWER);
	keep(house, "operatortoken", HUB_ROLE_OPERATOR);
	assert_int_equal(role(house, "viewertoken"), HUB_ROLE_VIEWER);
	assert_int_equal(role(house, "operatortoken"), HUB_ROLE_OPERATOR);
}

static void test_what_opens_nothing(void **state)
{
	struct house *house = *state;
	keep(house, "viewertoken", HUB_ROLE_VIEWER);
	static const char *const others[] = {"", "viewertoke", "viewertoken ", "VIEWERTOKEN", "A"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_int_equal(role(house, others[i]), HUB_ROLE_NONE);
}

/* A role that this program does not know gives the least. */
static void test_a_role_of_a_newer_program(void **state)
{
	struct house *house = *state;
	keep(house, "token", 99);
	assert_int_equal(role(house, "token"), HUB_ROLE_VIEWER);
}

/* Whoever reads the database cannot ask with what stands there. */
static void test_the_store_has_no_token(void **state)
{
	struct house *house = *state;
	keep(house, "viewertoken", HUB_ROLE_VIEWER);
	GN_AUTO_TXN txn = gn_txn_begin(house->hub->store, false);
	GN_AUTO_CURSOR cursor = gn_cursor_open(&txn, HUB_T_TOKEN);
	assert_true(gn_cursor_seek(&cursor, gn_bytes("", 0)));
	assert_null(memmem(cursor.key.data, cursor.key.size, "viewertoken", 11));
	assert_null(memmem(cursor.value.data, cursor.value.size, "viewertoken", 11));
	char text[33];
	memcpy(text, cursor.key.data, 32);
	text[32] = '\0';
	assert_int_equal(hub_access_role(&txn, text), HUB_ROLE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        house_test(test_roles),
	        house_test(test_what_opens_nothing),
	        house_test(test_a_role_of_a_newer_program),
	        house_test(test_the_store_has_no_token),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
