/* Paths into a set: which files belong to it, and that each key stands once.
 * How a file is read is in registry_csv_read.c, how the whole is checked in
 * registry_csv_check.c. */
#include "hub/registry_csv_rows.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

void hub_registry_set_free(struct hub_registry_set **set)
{
	struct hub_registry_set *s = *set;
	if (!s)
		return;
	for (size_t i = 0; i < HUB_FILE_COUNT; i++)
		hub_rows_done(&s->rows[i]);
	hub_pool_done(&s->pool);
	free(s);
	*set = NULL;
}

/* Faults are in the report: the other files are read all the same. */
static enum gn_err take(struct hub_registry_set *set, struct gn_csv **csv, enum gn_err err,
        const char *name, struct gn_report *report)
{
	if (!err)
		err = hub_registry_take(set, *csv, report);
	else if (err != GN_E_INPUT && err != GN_E_NOMEM)
		gn_report_add(report, name, 0, NULL, "%s",
		        err == GN_E_SYSTEM ? strerror(errno) : gn_err_text(err));
	gn_csv_free(csv);
	return err == GN_E_NOMEM ? err : GN_OK;
}

static enum gn_err take_file(
        struct hub_registry_set *set, const char *path, struct gn_report *report)
{
	struct gn_csv *csv = NULL;
	enum gn_err err = gn_csv_load(path, path, report, &csv);
	return take(set, &csv, err, path, report);
}

static int is_csv(const struct dirent *entry)
{
	size_t size = strlen(entry->d_name);
	return entry->d_name[0] != '.' && size > 4 &&
	       strcasecmp(entry->d_name + size - 4, ".csv") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static enum gn_err take_folder(
        struct hub_registry_set *set, const char *path, struct gn_report *report)
{
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, is_csv, by_name);
	enum gn_err err = GN_OK;
	if (n <= 0)
		gn_report_add(report, path, 0, NULL, "%s",
		        n < 0 ? strerror(errno) : "no CSV files in this folder");
	for (int i = 0; i < n; i++) {
		char *file = NULL;
		if (!err &&
		        asprintf(&file, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/",
		                entries[i]->d_name) < 0)
			err = GN_E_NOMEM;
		else if (!err)
			err = take_file(set, file, report);
		free(file);
		free(entries[i]);
	}
	free(entries);
	return err;
}

static enum gn_err take_path(
        struct hub_registry_set *set, const char *path, struct gn_report *report)
{
	struct stat status;
	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return take_folder(set, path, report);
	return take_file(set, path, report);
}

static void check_keys(const struct hub_registry_set *set, struct gn_report *report)
{
	for (size_t kind = 0; kind < HUB_FILE_COUNT; kind++) {
		const struct hub_rows *rows = &set->rows[kind];
		for (size_t i = 1; i < rows->n; i++) {
			const struct hub_row *row = &rows->row[i], *first = row - 1;
			if (strcmp(row->key, first->key) == 0)
				gn_report_add(report, row->file, row->line, NULL,
				        "\"%s\" stands already in %s:%zu", row->key, first->file,
				        first->line);
		}
	}
}

/* Rows that could not be read would be missed by the rows that need them, so the
 * whole is checked only when every row was read. */
static enum gn_err finish(const struct gn_registry *current, struct hub_registry_set **set,
        enum gn_err err, size_t faults, struct gn_report *report, struct hub_registry_set **ret_set)
{
	for (size_t i = 0; i < HUB_FILE_COUNT; i++)
		hub_rows_sort(&(*set)->rows[i]);
	if (!err)
		check_keys(*set, report);
	if (!err && report->count > faults)
		err = GN_E_INPUT;
	if (!err)
		err = hub_registry_check(current, *set, report);
	if (err) {
		hub_registry_set_free(set);
		return err;
	}
	*ret_set = *set;
	return GN_OK;
}

enum gn_err hub_registry_read(const struct gn_registry *current, const char *const *paths, size_t n,
        bool replace, struct gn_report *report, struct hub_registry_set **ret_set)
{
	struct hub_registry_set *set = calloc(1, sizeof *set);
	size_t faults = report->count;
	enum gn_err err = GN_OK;
	if (!set)
		return GN_E_NOMEM;
	set->replace = replace;
	for (size_t i = 0; !err && i < n; i++)
		err = take_path(set, paths[i], report);
	return finish(current, &set, err, faults, report, ret_set);
}

enum gn_err hub_registry_read_text(const struct gn_registry *current, struct gn_bytes text,
        const char *name, struct gn_report *report, struct hub_registry_set **ret_set)
{
	struct hub_registry_set *set = calloc(1, sizeof *set);
	struct gn_csv *csv = NULL;
	size_t faults = report->count;
	if (!set)
		return GN_E_NOMEM;
	enum gn_err err = gn_csv_parse(text, name, report, &csv);
	err = take(set, &csv, err, name, report);
	return finish(current, &set, err, faults, report, ret_set);
}
