#include "fixture_node.h"

#include <sys/stat.h>

#include "core/file.h"

static struct fixture_node fixture;

static int set_up(void **state)
{
	(void)state;
	fixture_make(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_done(&fixture);
	return 0;
}

static const char *in_dir(const char *name)
{
	static char path[160];
	snprintf(path, sizeof(path), "%s/%s", fixture.dir, name);
	return path;
}

static void refuses(enum gn_err expected, const char *word)
{
	struct gn_report report = {0};
	struct node *node = NULL;
	node_close(&fixture.node);
	assert_int_equal(node_open(fixture.dir, &report, &node), expected);
	assert_null(node);
	assert_int_equal(report.count, 1);
	assert_non_null(strstr(report.lines[0], word));
	gn_report_done(&report);
}

static void keys_that_others_may_read_are_refused(void **state)
{
	(void)state;
	static const char *const keys[] = {"keys/node.key", "keys/transport.key"};
	for (int i = 0; i < 2; i++) {
		assert_int_equal(chmod(in_dir(keys[i]), 0640), 0);
		refuses(GN_E_DENIED, keys[i]);
		assert_int_equal(chmod(in_dir(keys[i]), 0600), 0);
	}
	fixture_open(&fixture);
}

static void a_directory_that_others_may_write_is_refused(void **state)
{
	(void)state;
	assert_int_equal(chmod(fixture.dir, 0770), 0);
	refuses(GN_E_DENIED, "chmod go-w");
	assert_int_equal(chmod(fixture.dir, 0750), 0);
	fixture_open(&fixture);
}

static void another_users_directory_is_refused(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(fixture.dir, 12345, (gid_t)-1), 0);
	refuses(GN_E_DENIED, "uid 12345");
	assert_int_equal(chown(fixture.dir, 0, (gid_t)-1), 0);
	fixture_open(&fixture);
}

static void what_is_missing_is_named(void **state)
{
	(void)state;
	assert_int_equal(unlink(in_dir("keys/node.key")), 0);
	refuses(GN_E_NOTFOUND, "keys/node.key");
	snprintf(fixture.dir, sizeof(fixture.dir), "%s/none", fixture.base);
	refuses(GN_E_NOTFOUND, "there is no node here");
	FILE *file = fopen(fixture.dir, "w");
	assert_non_null(file);
	fclose(file);
	refuses(GN_E_NOTFOUND, "not a directory");
}

/* A join that is tried again keeps the identity. */
static void making_twice_keeps_the_keys(void **state)
{
	(void)state;
	struct gn_report report = {0};
	uint8_t origin[GN_KEY_SIZE];
	struct stat st;
	memcpy(origin, fixture.node->origin, GN_KEY_SIZE);
	node_close(&fixture.node);
	assert_int_equal(node_make(fixture.dir, &report), GN_OK);
	fixture_open(&fixture);
	assert_memory_equal(fixture.node->origin, origin, GN_KEY_SIZE);
	assert_int_equal(stat(fixture.dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(in_dir("keys/node.key"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, 64);
}

static void an_identity_is_its_keys_public_half(void **state)
{
	(void)state;
	uint8_t public_key[32], signature[GN_SIG_SIZE];
	gn_sign(fixture.node->secret, "test", gn_bytes_str("x"), signature);
	assert_int_equal(
	        gn_verify(fixture.node->origin, "test", gn_bytes_str("x"), signature), GN_OK);
	crypto_scalarmult_base(public_key, fixture.node->transport_secret);
	assert_memory_equal(public_key, fixture.node->transport_public, 32);
}

static void the_registry_is_followed(void **state)
{
	(void)state;
	assert_null(fixture.node->view.registry);
	assert_null(node_enrolment(fixture.node));
	fixture_join(&fixture);
	assert_string_equal(node_enrolment(fixture.node)->unit, "xa");
	assert_null(gn_registry_team_any(fixture.node->view.registry, gn_bytes_str("t7")));
	fixture_team(&fixture, "t7", "v1", "local", 0);
	assert_int_equal(node_refresh(fixture.node), GN_OK);
	assert_non_null(gn_registry_team_any(fixture.node->view.registry, gn_bytes_str("t7")));
	fixture_reopen(&fixture);
	assert_non_null(gn_registry_team_any(fixture.node->view.registry, gn_bytes_str("t7")));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(keys_that_others_may_read_are_refused),
	        TEST(a_directory_that_others_may_write_is_refused),
	        TEST(another_users_directory_is_refused),
	        TEST(what_is_missing_is_named),
	        TEST(making_twice_keeps_the_keys),
	        TEST(an_identity_is_its_keys_public_half),
	        TEST(the_registry_is_followed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
