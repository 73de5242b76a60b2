#include "fixture_record.h"

#include <sys/stat.h>

#include "core/text.h"
#include "node/session.h"

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

static uint64_t session_of(const struct node_id *id)
{
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, false);
	struct gn_body body;
	assert_int_equal(node_ref_body(&txn, id, &body, NULL), GN_OK);
	return body.record.session;
}

static uint64_t write_one(void)
{
	struct gn_citizen citizen;
	struct node_id id = fixture_write(&fixture, 1, "x");
	assert_int_equal(fixture_unseal(&fixture, &id, &citizen), GN_OK);
	return session_of(&id);
}

static const char *key_file(void)
{
	static char path[200];
	char id[GN_ID_TEXT];
	gn_base32(gn_bytes(fixture.node->origin, GN_KEY_SIZE), id, sizeof(id));
	snprintf(path, sizeof(path), "%s/%s/session", fixture.run, id);
	return path;
}

static void commands_share_a_session(void **state)
{
	(void)state;
	uint64_t first = write_one();
	fixture_reopen(&fixture);
	assert_int_equal(write_one(), first);
	assert_int_equal(fixture_head(&fixture), 3);
}

static void every_day_has_its_own(void **state)
{
	(void)state;
	uint64_t first = write_one();
	setenv("GONHA_NOW_MS", "1784163600000", 1); /* a day later */
	uint64_t second = write_one();
	assert_true(second > first);
	assert_int_equal(write_one(), second);
}

static void a_lost_or_foreign_key_is_replaced(void **state)
{
	(void)state;
	uint64_t first = write_one();
	assert_int_equal(unlink(key_file()), 0);
	uint64_t second = write_one();
	assert_true(second > first);
	FILE *file = fopen(key_file(), "r+");
	assert_non_null(file);
	assert_int_equal(fputc(0xff, file), 0xff); /* another sequence */
	fclose(file);
	uint64_t third = write_one();
	assert_true(third > second);
	assert_int_equal(write_one(), third);
}

/* A hub that is authorised later must be able to read from then on. */
/* [P-46] */
static void a_new_hub_begins_a_new_session(void **state)
{
	(void)state;
	uint64_t first = write_one();
	uint8_t other[32], seal[32];
	Gonha__Root hub = GONHA__ROOT__INIT;
	Gonha__HubKey key = GONHA__HUB_KEY__INIT;
	randombytes_buf(other, sizeof(other));
	crypto_box_keypair(seal, (uint8_t[32]){0});
	key.key = (ProtobufCBinaryData){32, other};
	key.seal = (ProtobufCBinaryData){32, seal};
	hub.item_case = GONHA__ROOT__ITEM_HUB;
	hub.hub = &key;
	fixture_root(&fixture, &hub);
	assert_true(write_one() > first);
}

static void the_key_is_private_and_in_memory_alone(void **state)
{
	(void)state;
	struct stat st;
	uint8_t file[100];
	char path[120];
	write_one();
	assert_int_equal(stat(key_file(), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	FILE *in = fopen(key_file(), "r");
	size_t n = fread(file, 1, sizeof(file), in);
	fclose(in);
	assert_true(n > 32);
	snprintf(path, sizeof(path), "%s/data.mdb", fixture.dir);
	in = fopen(path, "r");
	char *data = malloc(1u << 24);
	size_t size = fread(data, 1, 1u << 24, in);
	fclose(in);
	assert_null(memmem(data, size, file + n - 32, 32));
	free(data);
}

static void refuses(const char *dir, const char *word)
{
	struct node_author *author = fixture_begin(&fixture);
	struct gn_record record = fixture_visit(1);
	const struct gn_citizen who = {.text = "x"};
	const struct node_origin no_import = {.row = 0};
	uint64_t seq;
	setenv("GONHA_RUN_DIR", dir, 1);
	assert_int_equal(node_author_record(author, &record, &who, no_import, &seq), GN_E_DENIED);
	assert_non_null(strstr(node_author_why(author), word));
	node_author_abort(&author);
	assert_int_equal(fixture_head(&fixture), 0);
}

static void no_key_goes_to_a_disk(void **state)
{
	(void)state;
	refuses("/proc", "memory");
	refuses("/nonexistent", "memory");
	setenv("GONHA_RUN_DIR", fixture.run, 1);
}

/* Somebody else's directory in /dev/shm, or one that others may read, is not used. */
static void a_directory_open_to_others_is_refused(void **state)
{
	(void)state;
	char path[200], id[GN_ID_TEXT];
	gn_base32(gn_bytes(fixture.node->origin, GN_KEY_SIZE), id, sizeof(id));
	snprintf(path, sizeof(path), "%s/%s", fixture.run, id);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(chmod(path, 0755), 0);
	refuses(fixture.run, "memory");
	assert_int_equal(chmod(path, 0700), 0);
	write_one();
}

static void without_a_citizen_no_session_is_needed(void **state)
{
	(void)state;
	setenv("GONHA_RUN_DIR", "/proc", 1);
	struct node_id id = fixture_write(&fixture, 1, NULL);
	assert_int_equal(id.seq, 1);
	setenv("GONHA_RUN_DIR", fixture.run, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(commands_share_a_session),
	        TEST(every_day_has_its_own),
	        TEST(a_lost_or_foreign_key_is_replaced),
	        TEST(a_new_hub_begins_a_new_session),
	        TEST(the_key_is_private_and_in_memory_alone),
	        TEST(no_key_goes_to_a_disk),
	        TEST(a_directory_open_to_others_is_refused),
	        TEST(without_a_citizen_no_session_is_needed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
