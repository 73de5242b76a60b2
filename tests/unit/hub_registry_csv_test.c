/* Registry files: what is read and refused, what changes, what is written back. */
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdarg.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/file.h"
#include "data/province.h"
#include "hub/catalogue.h"
#include "hub/registry_csv.h"
#include "registry.pb-c.h"

#define GOLDEN TEST_SOURCE_DIR "/tests/golden/registry"

static char folder[64]; /* of this test, empty */

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/gonha-registry-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static void empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	char path[512];
	while (d && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		if (unlink(path) != 0)
			empty(path);
	}
	if (d)
		closedir(d);
	(void)rmdir(dir);
}

static int remove_folder(void **state)
{
	(void)state;
	empty(folder);
	return 0;
}

static void put_file(const char *name, const char *text)
{
	char path[512];
	assert_int_equal(gn_path(path, sizeof path, folder, name), GN_OK);
	assert_int_equal(gn_file_write(path, 0644, gn_bytes_str(text)), GN_OK);
}

static enum gn_err read_paths(const struct gn_registry *registry, const char *path, bool replace,
        struct gn_report *report, struct hub_registry_set **set)
{
	*set = NULL;
	return hub_registry_read(registry, &path, 1, replace, report, set);
}

/* The set of a path that must be sound. */
static struct hub_registry_set *sound(
        const struct gn_registry *registry, const char *path, bool replace)
{
	struct gn_report report = {0};
	struct hub_registry_set *set;
	enum gn_err err = read_paths(registry, path, replace, &report, &set);
	for (size_t i = 0; i < report.kept; i++)
		print_error("%s\n", report.lines[i]);
	assert_int_equal(err, GN_OK);
	return set;
}

static void append(struct gn_registry *registry, const struct hub_registry_diff *diff)
{
	static const uint8_t salt[GN_SALT_SIZE];
	size_t n = hub_registry_diff_messages(diff);
	for (size_t i = 0; i < n; i++) {
		struct gn_bytes message = hub_registry_diff_message(diff, i);
		uint8_t body[GN_ENTRY_MAX];
		size_t size;
		assert_true(message.size <= HUB_REGISTRY_MESSAGE_MAX);
		assert_int_equal(
		        gn_body_wrap(GN_KIND_REGISTRY, salt, message, body, sizeof body, &size),
		        GN_OK);
		uint64_t version = gn_registry_version(registry);
		assert_int_equal(
		        gn_registry_apply(registry, version + i + 1, gn_bytes(body, size)), GN_OK);
		/* Nothing shows before the last part. */
		if (i + 1 < n)
			assert_int_equal(gn_registry_version(registry), version);
	}
}

/* Imports a sound path; returns the rows that changed. */
static size_t import(struct gn_registry *registry, const char *path, bool replace)
{
	struct hub_registry_set *set = sound(registry, path, replace);
	struct hub_registry_diff *diff;
	assert_int_equal(hub_registry_diff(registry, set, &diff), GN_OK);
	hub_registry_set_free(&set);
	append(registry, diff);
	size_t rows = hub_registry_diff_rows(diff);
	hub_registry_diff_free(&diff);
	return rows;
}

static struct gn_registry *standing(void)
{
	struct gn_registry *registry = gn_registry_new();
	assert_int_equal(import(registry, GOLDEN "/standing", false), 25);
	assert_int_equal(gn_registry_odd(registry), 0);
	return registry;
}

static gn_day day(const char *text)
{
	gn_day d;
	assert_int_equal(gn_day_parse(gn_bytes_str(text), &d), GN_OK);
	return d;
}

static void test_import(void **state)
{
	(void)state;
	struct gn_registry *r = standing();
	const struct gn_unit *c2 = gn_registry_unit_any(r, gn_bytes_str("C2"));
	assert_string_equal(c2->merged_into, "C1");
	assert_int_equal(c2->to, day("2025-06-30"));
	assert_string_equal(gn_registry_team_any(r, gn_bytes_str("E1"))->name, "Tổ \"Bưu điện\"");
	assert_string_equal(gn_registry_team_any(r, gn_bytes_str("T2"))->name, "Tổ xã, phường Một");
	assert_int_equal(
	        gn_registry_target(r, "visit_household", gn_bytes_str("V2"), day("2022-06-01"))
	                ->percent,
	        8550);
	size_t n;
	const struct gn_link *links = gn_registry_links(r, &n);
	assert_int_equal(n, 2);
	assert_string_equal(links[1].neighbours, "C1;22");
	gn_registry_free(&r);
}

static void test_again(void **state)
{
	(void)state;
	struct gn_registry *r = standing();
	uint64_t version = gn_registry_version(r);
	assert_int_equal(import(r, GOLDEN "/standing", false), 0);
	assert_int_equal(import(r, GOLDEN "/standing", true), 0);
	assert_int_equal(gn_registry_version(r), version);
	gn_registry_free(&r);
}

static char *read_file(const char *dir, const char *name)
{
	char path[512];
	uint8_t *data;
	size_t size;
	assert_int_equal(gn_path(path, sizeof path, dir, name), GN_OK);
	assert_int_equal(gn_file_read(path, 64u << 20, &data, &size), GN_OK);
	return (char *)data;
}

static void test_export(void **state)
{
	(void)state;
	static const char *const names[] = {"units.csv", "teams.csv", "measures.csv", "codes.csv",
	        "indicators.csv", "campaigns.csv", "targets.csv", "nodes.csv"};
	char other[128];
	struct gn_registry *r = standing(), *copy = gn_registry_new();
	assert_int_equal(hub_registry_write(r, folder), GN_OK);
	assert_int_equal(import(r, folder, true), 0);
	assert_int_equal(import(copy, folder, false), 25);
	snprintf(other, sizeof other, "%s/again", folder);
	assert_int_equal(hub_registry_write(copy, other), GN_OK);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *a = read_file(folder, names[i]), *b = read_file(other, names[i]);
		assert_string_equal(a, b);
		free(a);
		free(b);
	}
	char *targets = read_file(folder, "targets.csv");
	assert_string_equal(targets, "indicator,unit,from,to,percent,owner\n"
	                             "visit_household,22,2022-01-01,2022-12-31,85.50,UBND tỉnh\n"
	                             "visit_household,C1,,,100,\n");
	free(targets);
	char *nodes = read_file(folder, "nodes.csv");
	assert_string_equal(nodes, "unit,endpoint,neighbours\n"
	                           "C1,tcp://10.0.0.1:7461,C2\n"
	                           "C2,,C1;22\n");
	free(nodes);
	gn_registry_free(&r);
	gn_registry_free(&copy);
}

static void expect_out(struct gn_out *out, const char *wanted)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	assert_non_null(file);
	assert_non_null(out);
	assert_int_equal(gn_out_write(out, GN_FORMAT_CSV, file), GN_OK);
	assert_int_equal(fclose(file), 0);
	assert_string_equal(text, wanted);
	free(text);
	gn_out_free(&out);
}

static void test_difference(void **state)
{
	(void)state;
	struct gn_registry *r = standing();
	put_file("t.csv", "code,unit,kind,name,members\n"
	                  "T1,V1,local,Tổ thôn Một,6\n"
	                  "T3,V1,local,Tổ mới,4\n"
	                  "E1,22,enterprise,\"Tổ \"\"Bưu điện\"\"\",12\n");
	struct hub_registry_set *set = sound(r, folder, true);
	struct hub_registry_diff *diff;
	assert_int_equal(hub_registry_diff(r, set, &diff), GN_OK);
	hub_registry_set_free(&set);
	expect_out(hub_registry_diff_summary(diff), "kind,added,changed,removed,unchanged\n"
	                                            "teams,1,1,1,1\n");
	expect_out(hub_registry_diff_list(diff), "change,kind,key\n"
	                                         "changed,teams,T1\n"
	                                         "removed,teams,T2\n"
	                                         "added,teams,T3\n");
	assert_int_equal(hub_registry_diff_removed(diff), 1);
	assert_int_equal(hub_registry_diff_messages(diff), 1);
	append(r, diff);
	hub_registry_diff_free(&diff);
	assert_null(gn_registry_team_any(r, gn_bytes_str("T2")));
	assert_int_equal(gn_registry_team_any(r, gn_bytes_str("T1"))->members, 6);
	/* What has no file stays as it was. */
	assert_non_null(gn_registry_unit_any(r, gn_bytes_str("C2")));
	assert_int_equal(import(r, folder, true), 0);
	gn_registry_free(&r);
}

static void test_absent_rows_stay(void **state)
{
	(void)state;
	struct gn_registry *r = standing();
	put_file("t.csv", "code,unit,kind,name,members\nT3,V1,local,Tổ mới,4\n");
	assert_int_equal(import(r, folder, false), 1);
	assert_non_null(gn_registry_team_any(r, gn_bytes_str("T1")));
	gn_registry_free(&r);
}

/* Faults as a person sees them, one golden text per folder. */
static void joined(const struct gn_report *report, char *text, size_t cap)
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < report->kept; i++)
		used += (size_t)snprintf(text + used, cap - used, "%s\n", report->lines[i]);
}

/* GONHA_GOLDEN_UPDATE=1 writes the texts anew. */
static void compare_golden(const char *name, const char *got)
{
	char path[64];
	uint8_t *wanted;
	size_t size;
	snprintf(path, sizeof path, "%s.txt", name);
	if (getenv("GONHA_GOLDEN_UPDATE"))
		assert_int_equal(gn_file_write(path, 0644, gn_bytes_str(got)), GN_OK);
	assert_int_equal(gn_file_read(path, 1u << 20, &wanted, &size), GN_OK);
	assert_string_equal(got, (const char *)wanted);
	free(wanted);
}

static void test_faults(void **state)
{
	(void)state;
	static const char *const names[] = {
	        "cells", "columns", "twice", "units", "teams", "indicators", "references"};
	static char got[1u << 16];
	struct gn_registry *r = standing();
	assert_int_equal(chdir(GOLDEN), 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct gn_report report = {0};
		struct hub_registry_set *set;
		assert_int_equal(read_paths(r, names[i], false, &report, &set), GN_E_INPUT);
		assert_null(set);
		joined(&report, got, sizeof got);
		gn_report_done(&report);
		compare_golden(names[i], got);
	}
	gn_registry_free(&r);
}

static void expect_fault(const struct gn_registry *r, bool replace, const char *wanted)
{
	static char got[1u << 14];
	struct gn_report report = {0};
	struct hub_registry_set *set;
	assert_int_equal(read_paths(r, folder, replace, &report, &set), GN_E_INPUT);
	joined(&report, got, sizeof got);
	gn_report_done(&report);
	assert_string_equal(got, wanted);
}

/* A set may not take away what standing rows rest on. */
static void test_standing_rows_keep_their_ground(void **state)
{
	(void)state;
	struct gn_registry *r = standing();
	Gonha__Enrolment enrolment = GONHA__ENROLMENT__INIT;
	Gonha__Item item = GONHA__ITEM__INIT, *items[] = {&item};
	Gonha__Registry message = GONHA__REGISTRY__INIT;
	uint8_t key[GN_KEY_SIZE] = {1}, packed[512], body[1024], salt[GN_SALT_SIZE] = {0};
	size_t size;
	char unit[] = "V2";
	enrolment.node = enrolment.transport = (ProtobufCBinaryData){sizeof key, key};
	enrolment.unit = unit;
	item.item_case = GONHA__ITEM__ITEM_ENROLMENT;
	item.enrolment = &enrolment;
	message.n_items = 1;
	message.items = items;
	size = gonha__registry__pack(&message, packed);
	assert_int_equal(gn_body_wrap(GN_KIND_REGISTRY, salt, gn_bytes(packed, size), body,
	                         sizeof body, &size),
	        GN_OK);
	assert_int_equal(
	        gn_registry_apply(r, gn_registry_version(r) + 1, gn_bytes(body, size)), GN_OK);
	put_file("u.csv", "code,parent,level,name,valid_from,valid_to\n"
	                  "22,,province,Quảng Ninh,,\n"
	                  "C1,22,commune,Xã Một,,\n");
	expect_fault(r, true,
	        "registry, teams, row \"T1\": unit: there is no unit \"V1\"\n"
	        "registry, measures, row \"V1 households 2022-01-01\": unit: there is no unit "
	        "\"V1\"\n"
	        "registry, measures, row \"V1 households 2023-01-01\": unit: there is no unit "
	        "\"V1\"\n"
	        "registry, nodes, row \"C1\": neighbours: there is no unit \"C2\"\n"
	        "registry, nodes, row \"C2\": unit: there is no unit \"C2\"\n"
	        "registry: a node is enrolled for unit \"V2\", which would be gone\n");
	gn_registry_free(&r);
}

static void test_paths(void **state)
{
	(void)state;
	struct gn_registry *r = standing();
	char wanted[256];
	snprintf(wanted, sizeof wanted, "%s: no CSV files in this folder\n", folder);
	expect_fault(r, false, wanted);
	struct gn_report report = {0};
	struct hub_registry_set *set;
	assert_int_equal(read_paths(r, "/nonexistent", false, &report, &set), GN_E_INPUT);
	assert_int_equal(report.count, 1);
	gn_report_done(&report);
	/* Only what is a list is read of a folder; the names tell nothing. */
	put_file("notes.txt", "nothing");
	put_file("anything.CSV", "list,code,name_vi,name_en\nscheme,bank,Ngân hàng,Bank\n");
	assert_int_equal(import(r, folder, false), 1);
	assert_true(gn_registry_has_code(r, "scheme", gn_bytes_str("bank")));
	gn_registry_free(&r);
}

/* A list may be cut down although the catalogue knows more codes. */
static void test_lists_and_catalogue(void **state)
{
	(void)state;
	struct gn_registry *r = standing();
	put_file("c.csv", "list,code,name_vi,name_en\nscheme,vneid,,\n");
	assert_int_equal(import(r, folder, true), 2);
	char other[128];
	snprintf(other, sizeof other, "%s/out", folder);
	assert_int_equal(hub_registry_write(r, other), GN_OK);
	assert_int_equal(import(r, other, true), 0);
	gn_registry_free(&r);
}

static void test_catalogue(void **state)
{
	(void)state;
	struct gn_registry *r = gn_registry_new();
	struct gn_report report = {0};
	struct hub_registry_set *set = NULL;
	struct hub_registry_diff *diff;
	char *file = read_file(TEST_SOURCE_DIR "/deploy/catalogue", "indicators.csv");
	assert_int_equal(hub_catalogue_size, strlen(file));
	assert_string_equal(hub_catalogue_text, file);
	free(file);
	assert_int_equal(hub_registry_read_text(r, gn_bytes(hub_catalogue_text, hub_catalogue_size),
	                         "indicators.csv", &report, &set),
	        GN_OK);
	assert_int_equal(hub_registry_diff(r, set, &diff), GN_OK);
	assert_int_equal(hub_registry_diff_rows(diff), 60);
	append(r, diff);
	size_t n;
	(void)gn_registry_indicators(r, &n);
	assert_int_equal(n, 60);
	assert_int_equal(gn_registry_odd(r), 0);
	hub_registry_diff_free(&diff);
	hub_registry_set_free(&set);
	gn_registry_free(&r);
}

static uint64_t measured(const struct gn_registry *r, const char *unit, const char *measure)
{
	uint64_t value = 0;
	assert_true(gn_registry_measure(r, gn_bytes_str(unit), measure, day("2022-07-31"), &value));
	return value;
}

static void test_province(void **state)
{
	(void)state;
	struct gn_registry *r = gn_registry_new();
	size_t n;
	struct timespec start, end;
	assert_true(province_write(folder));
	clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(import(r, folder, false), 1 + 177 + 1452 + 1473 + 9067);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_true(end.tv_sec - start.tv_sec < 2); /* 25 ms without sanitizers */
	(void)gn_registry_teams(r, &n);
	assert_int_equal(n, PROVINCE_TEAMS);
	assert_int_equal(measured(r, "22", "citizens"), PROVINCE_CITIZENS);
	assert_int_equal(measured(r, "22", "households"), PROVINCE_HOUSEHOLDS);
	assert_int_equal(measured(r, "22", "citizens_14"), 1034057);
	assert_int_equal(measured(r, "22", "adults_18"), 965119);
	assert_int_equal(measured(r, "22", "ocop_products"), PROVINCE_OCOP);
	assert_int_equal(measured(r, "22", "members"), PROVINCE_MEMBERS);
	assert_int_equal(import(r, folder, true), 0);
	gn_registry_free(&r);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_import),
	        cmocka_unit_test(test_again),
	        WITH_FOLDER(test_export),
	        WITH_FOLDER(test_difference),
	        WITH_FOLDER(test_absent_rows_stay),
	        cmocka_unit_test(test_faults),
	        WITH_FOLDER(test_standing_rows_keep_their_ground),
	        WITH_FOLDER(test_paths),
	        WITH_FOLDER(test_lists_and_catalogue),
	        cmocka_unit_test(test_catalogue),
	        WITH_FOLDER(test_province),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
