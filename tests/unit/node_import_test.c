#include "fixture_record.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "core/file.h"
#include "node/import.h"

#define GOLDEN TEST_SOURCE_DIR "/tests/golden/import"

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

static const char *here(const char *name)
{
	static char path[120];
	snprintf(path, sizeof(path), "%s/%s", fixture.base, name);
	return path;
}

/* Visits of households from..to. */
static const char *write_visits(const char *name, uint32_t from, uint32_t to)
{
	const char *path = here(name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "date,team,place,household,topic,citizen\n");
	for (uint32_t i = from; i <= to; i++)
		fprintf(file, "2022-06-01,t1,home,%u,vneid,%012u\n", 1 + i % 60000, i);
	assert_int_equal(fclose(file), 0);
	return path;
}

static enum gn_err check_file(struct node_sheet *sheet, const char *path, struct gn_report *report)
{
	struct node_ground ground;
	const char *why;
	enum gn_err err = node_sheet_open(path, report, sheet);
	if (err)
		return err;
	assert_int_equal(node_author_ground(fixture.node, &ground, &why), GN_OK);
	assert_int_equal(node_sheet_find(fixture.node, sheet, false), GN_OK);
	return node_sheet_check(sheet, &ground, report);
}

static void store_all(struct node_sheet *sheet)
{
	struct gn_report report = {0};
	const char *why;
	while (sheet->import.stored < sheet->import.rows)
		assert_int_equal(node_sheet_store(fixture.node, sheet, &report, &why), GN_OK);
}

static void import_file(const char *path, bool again, struct node_import *ret_import)
{
	struct gn_report report = {0};
	struct node_sheet sheet;
	assert_int_equal(node_sheet_open(path, &report, &sheet), GN_OK);
	assert_int_equal(node_sheet_find(fixture.node, &sheet, again), GN_OK);
	store_all(&sheet);
	*ret_import = sheet.import;
	node_sheet_close(&sheet);
}

/* Every row of the import stands in the log once and in order. */
static void rows_are_whole(const struct node_import *import, uint32_t expected)
{
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, false);
	struct node_id id = {.seq = 1};
	struct gn_body body;
	uint32_t row = 0;
	uint64_t head;
	struct gn_log log;
	memcpy(id.origin, fixture.node->origin, GN_KEY_SIZE);
	assert_int_equal(gn_log_find(&txn, id.origin, &log), GN_OK);
	head = log.tip.seq;
	for (; id.seq <= head; id.seq++) {
		assert_int_equal(node_ref_body(&txn, &id, &body, NULL), GN_OK);
		if (!gn_bytes_eq(body.import, gn_bytes(import->id, NODE_IMPORT_ID)))
			continue;
		assert_int_equal(body.row, ++row);
		assert_int_equal(body.record.household, 1 + row % 60000);
	}
	assert_int_equal(row, expected);
}

static void a_file_is_stored_once(void **state)
{
	(void)state;
	struct node_import first, second, third;
	const char *path = write_visits("visits.csv", 1, 12345);
	import_file(path, false, &first);
	rows_are_whole(&first, 12345);
	uint64_t head = fixture_head(&fixture);
	assert_int_equal(first.stored, 12345);
	assert_int_equal(first.last, head);
	assert_int_equal(first.last - first.first, 12344);
	fixture_reopen(&fixture);
	import_file(path, false, &second);
	assert_memory_equal(second.id, first.id, NODE_IMPORT_ID);
	assert_int_equal(fixture_head(&fixture), head);
	import_file(path, true, &third);
	assert_memory_not_equal(third.id, first.id, NODE_IMPORT_ID);
	assert_int_equal(fixture_head(&fixture), head + 12345);
	import_file(path, false, &second);
	assert_memory_equal(second.id, third.id, NODE_IMPORT_ID);
	assert_int_equal(fixture_head(&fixture), head + 12345);
}

static void take_back(struct node_import *import)
{
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, true);
	import->taken_back = true;
	node_import_put(&txn, import);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

/* Its rows are here as long as one of its imports stands. */
static void a_repeat_taken_back_leaves_the_first(void **state)
{
	(void)state;
	struct node_import first, second, found;
	const char *path = write_visits("visits.csv", 1, 5);
	import_file(path, false, &first);
	import_file(path, true, &second);
	take_back(&second);
	import_file(path, false, &found);
	assert_memory_equal(found.id, first.id, NODE_IMPORT_ID);
	assert_false(found.taken_back);
	import_file(path, true, &second);
	take_back(&first);
	import_file(path, false, &found);
	assert_memory_equal(found.id, second.id, NODE_IMPORT_ID);
}

/* The id is a part of the file's digest: another name is the same file, another
 * byte another one. */
static void the_bytes_name_an_import(void **state)
{
	(void)state;
	struct node_import import, same, other;
	import_file(write_visits("one.csv", 1, 5), false, &import);
	import_file(write_visits("two.csv", 1, 5), false, &same);
	import_file(write_visits("three.csv", 1, 6), false, &other);
	assert_memory_equal(import.id, same.id, NODE_IMPORT_ID);
	assert_memory_not_equal(import.id, other.id, NODE_IMPORT_ID);
	assert_int_equal(fixture_head(&fixture), 1 + 5 + 6);
}

static void an_import_goes_on_where_it_stopped(void **state)
{
	(void)state;
	struct gn_report report = {0};
	struct node_sheet sheet, rest;
	const char *why, *path = write_visits("visits.csv", 1, 25000);
	assert_int_equal(check_file(&sheet, path, &report), GN_OK);
	assert_int_equal(node_sheet_store(fixture.node, &sheet, &report, &why), GN_OK);
	assert_int_equal(sheet.import.stored, NODE_IMPORT_GROUP);
	node_sheet_close(&sheet);
	fixture_write(&fixture, 9, NULL); /* somebody records between */
	fixture_reopen(&fixture);
	assert_int_equal(node_sheet_open(path, &report, &rest), GN_OK);
	assert_int_equal(node_sheet_find(fixture.node, &rest, true), GN_OK); /* also with --again */
	assert_true(rest.known);
	assert_int_equal(rest.stored_before, NODE_IMPORT_GROUP);
	store_all(&rest);
	rows_are_whole(&rest.import, 25000);
	assert_int_equal(rest.import.first, 2);
	assert_int_equal(rest.import.last, fixture_head(&fixture));
	node_sheet_close(&rest);
}

/* Imports until it is done or dead; tells each commit that it was told of. */
static void import_in_child(const char *path, int told)
{
	struct gn_report report = {0};
	struct node_sheet sheet;
	const char *why;
	if (node_open(fixture.dir, &report, &fixture.node) != GN_OK ||
	        node_sheet_open(path, &report, &sheet) != GN_OK ||
	        node_sheet_find(fixture.node, &sheet, false) != GN_OK)
		_exit(2);
	while (sheet.import.stored < sheet.import.rows) {
		if (node_sheet_store(fixture.node, &sheet, &report, &why) != GN_OK)
			_exit(3);
		if (write(told, &sheet.import.stored, sizeof(uint32_t)) != sizeof(uint32_t))
			_exit(4);
	}
	_exit(0);
}

static bool heard(int end, int wait_ms, uint32_t *told)
{
	struct pollfd in = {.fd = end, .events = POLLIN};
	return poll(&in, 1, wait_ms) == 1 && read(end, told, sizeof(*told)) == sizeof(*told);
}

/* One child, killed `ms` after its last word or its start. Returns what it had
 * told was stored. */
static uint32_t killed_import(const char *path, int words, int ms, bool *ret_done)
{
	int ends[2], status;
	uint32_t acknowledged = 0;
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		import_in_child(path, ends[1]);
	close(ends[1]);
	while (words-- > 0 && heard(ends[0], 20000, &acknowledged))
		;
	heard(ends[0], ms, &acknowledged);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	while (heard(ends[0], 0, &acknowledged))
		;
	close(ends[0]);
	*ret_done = WIFEXITED(status);
	assert_true(!WIFEXITED(status) || WEXITSTATUS(status) == 0);
	return acknowledged;
}

static void a_killed_import_loses_and_repeats_nothing(void **state)
{
	(void)state;
	unsigned seed = (unsigned)getpid();
	uint32_t acknowledged = 0;
	bool done = false;
	struct node_import import;
	char path[120];
	snprintf(path, sizeof(path), "%s", write_visits("visits.csv", 1, 50000));
	print_message("seed %u\n", seed);
	node_close(&fixture.node);
	for (int round = 0; round < 12 && !done; round++) {
		uint32_t told = killed_import(path, rand_r(&seed) % 2, rand_r(&seed) % 400, &done);
		acknowledged = told > acknowledged ? told : acknowledged;
		fixture_open(&fixture);
		struct gn_report report = {0};
		struct node_sheet sheet;
		assert_int_equal(check_file(&sheet, path, &report), GN_OK);
		assert_true(sheet.import.stored >= acknowledged);
		if (sheet.import.stored)
			rows_are_whole(&sheet.import, sheet.import.stored);
		node_sheet_close(&sheet);
		node_close(&fixture.node);
	}
	fixture_open(&fixture);
	import_file(path, false, &import);
	rows_are_whole(&import, 50000);
}

/* The daemon's page and a command, or two commands: each row goes in once. */
static void two_importers_share_the_work(void **state)
{
	(void)state;
	struct node_import import;
	char path[120];
	pid_t children[2];
	int status, ends[2];
	snprintf(path, sizeof(path), "%s", write_visits("visits.csv", 1, 40000));
	node_close(&fixture.node);
	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0)
			import_in_child(path, ends[1]);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	close(ends[0]);
	close(ends[1]);
	fixture_open(&fixture);
	import_file(path, false, &import);
	rows_are_whole(&import, 40000);
}

static void joined(const struct gn_report *report, char *text, size_t cap)
{
	size_t at = 0;
	for (size_t i = 0; i < report->kept; i++)
		at += (size_t)snprintf(text + at, cap - at, "%s\n", report->lines[i]);
	if (report->count > report->kept)
		snprintf(text + at, cap - at, "and %zu more\n", report->count - report->kept);
}

static void compare_golden(const char *name, const char *got)
{
	char path[100];
	uint8_t *expected = NULL;
	size_t size = 0;
	snprintf(path, sizeof(path), "%.*s.txt", (int)(strlen(name) - 4), name);
	if (getenv("GONHA_GOLDEN_UPDATE"))
		assert_int_equal(gn_file_write(path, 0644, gn_bytes_str(got)), GN_OK);
	assert_int_equal(gn_file_read(path, 1u << 20, &expected, &size), GN_OK);
	assert_string_equal(got, (const char *)expected);
	free(expected);
}

static int is_csv(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);
	return length > 4 && strcmp(entry->d_name + length - 4, ".csv") == 0;
}

/* GONHA_GOLDEN_UPDATE=1 writes tests/golden/import/NAME.txt anew. */
static void faulty_files_are_told_line_by_line(void **state)
{
	(void)state;
	struct dirent **files;
	static char got[1u << 16];
	assert_int_equal(chdir(GOLDEN), 0);
	int n = scandir(".", &files, is_csv, alphasort);
	assert_true(n >= 15);
	for (int i = 0; i < n; i++) {
		struct gn_report report = {0};
		struct node_sheet sheet = {.csv = NULL};
		got[0] = '\0';
		assert_int_equal(check_file(&sheet, files[i]->d_name, &report), GN_E_INPUT);
		joined(&report, got, sizeof(got));
		compare_golden(files[i]->d_name, got);
		gn_report_done(&report);
		if (sheet.csv)
			node_sheet_close(&sheet);
		free(files[i]);
	}
	free(files);
	assert_int_equal(fixture_head(&fixture), 0);
}

static void kinds_are_told_by_their_header(void **state)
{
	(void)state;
	static const struct {
		const char *header;
		enum gn_kind kind;
	} cases[] = {
	        {"date,team,place,household,topic\n", GN_KIND_VISIT},
	        {"outcome;topic;household;place;member;citizen;team;date\n", GN_KIND_VISIT},
	        {"date,team,scheme,citizen\n", GN_KIND_ACTIVATION},
	        {"date,team,scheme,citizen,household,state,birth_year,member\n",
	                GN_KIND_ACTIVATION},
	        {"date,team,topic,audience,participants\n", GN_KIND_TRAINING},
	        {"date,team,product,platform\n", GN_KIND_LISTING},
	        {"date,team,topic,result,citizen\n", GN_KIND_ASSESSMENT},
	        {"\xef\xbb\xbf"
	         "date,unit,indicator,numerator,denominator\r\n",
	                GN_KIND_TALLY},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct gn_report report = {0};
		struct node_sheet sheet;
		const char *path = here("header.csv");
		assert_int_equal(gn_file_write(path, 0600, gn_bytes_str(cases[i].header)), GN_OK);
		assert_int_equal(node_sheet_open(path, &report, &sheet), GN_OK);
		assert_int_equal(sheet.kind, cases[i].kind);
		node_sheet_close(&sheet);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(a_file_is_stored_once),
	        TEST(a_repeat_taken_back_leaves_the_first),
	        TEST(the_bytes_name_an_import),
	        TEST(an_import_goes_on_where_it_stopped),
	        TEST(a_killed_import_loses_and_repeats_nothing),
	        TEST(two_importers_share_the_work),
	        TEST(faulty_files_are_told_line_by_line),
	        TEST(kinds_are_told_by_their_header),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
