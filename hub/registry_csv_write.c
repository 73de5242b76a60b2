/* The registry as the files that it can be read from again: every kind, every
 * column, in the order of the keys. */
#include "hub/registry_csv_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/file.h"

#define CELL_CAP 32 /* the longest number or day */

static void put_text(FILE *file, const char *text, bool first)
{
	gn_csv_put(file, gn_bytes_str(text), first);
}

static void put_codes(FILE *file, char *const *codes, size_t n, bool first)
{
	if (!first)
		fputc(',', file);
	for (size_t i = 0; i < n; i++)
		fprintf(file, "%s%s", i ? ";" : "", codes[i]);
}

static const char *number_text(const struct hub_column *column, const void *at, char buf[CELL_CAP])
{
	if (column->cell == HUB_CELL_NUMBER) {
		snprintf(buf, CELL_CAP, "%" PRIu64, *(const uint64_t *)at);
		return buf;
	}
	uint32_t value = *(const uint32_t *)at;
	if (column->cell == HUB_CELL_DAY)
		return value ? gn_day_text((gn_day)value, buf) : "";
	if (column->cell == HUB_CELL_MEMBERS)
		snprintf(buf, CELL_CAP, "%" PRIu32, value);
	else if (value % 100)
		snprintf(buf, CELL_CAP, "%" PRIu32 ".%02" PRIu32, value / 100, value % 100);
	else
		snprintf(buf, CELL_CAP, "%" PRIu32, value / 100);
	return buf;
}

static void put_cell(FILE *file, const struct hub_column *column, const void *message, bool first)
{
	const uint8_t *at = (const uint8_t *)message + column->offset;
	char buf[CELL_CAP];
	switch (column->cell) {
	case HUB_CELL_CODE:
	case HUB_CELL_TEXT:
	case HUB_CELL_LEVEL:
	case HUB_CELL_KIND:
	case HUB_CELL_LIST:
		put_text(file, *(char *const *)(const void *)at, first);
		break;
	case HUB_CELL_CODES:
		put_codes(file, *(char *const *const *)(const void *)at,
		        *(const size_t *)(const void *)((const uint8_t *)message +
		                                        column->n_offset),
		        first);
		break;
	case HUB_CELL_DAY:
	case HUB_CELL_NUMBER:
	case HUB_CELL_MEMBERS:
	case HUB_CELL_PERCENT:
		put_text(file, number_text(column, at, buf), first);
		break;
	}
}

static void put_rows(FILE *file, const struct hub_file_kind *kind, const struct hub_rows *rows)
{
	size_t columns = hub_file_columns(kind);
	for (size_t i = 0; i < columns; i++)
		put_text(file, kind->columns[i].name, i == 0);
	fputc('\n', file);
	for (size_t row = 0; row < rows->n; row++) {
		for (size_t i = 0; i < columns; i++)
			put_cell(file, &kind->columns[i], rows->row[row].message, i == 0);
		fputc('\n', file);
	}
}

static enum gn_err write_file(
        const char *dir, const struct hub_file_kind *kind, const struct hub_rows *rows)
{
	char name[32], path[4096];
	char *text = NULL;
	size_t size = 0;
	snprintf(name, sizeof name, "%s.csv", kind->name);
	enum gn_err err = gn_path(path, sizeof path, dir, name);
	if (err)
		return err;
	FILE *file = open_memstream(&text, &size);
	if (!file)
		return GN_E_NOMEM;
	put_rows(file, kind, rows);
	bool good = !ferror(file);
	if (fclose(file) != 0 || !good)
		err = GN_E_NOMEM;
	if (!err)
		err = gn_file_write(path, 0644, gn_bytes(text, size));
	free(text);
	return err;
}

enum gn_err hub_registry_write(const struct gn_registry *registry, const char *dir)
{
	enum gn_err err = gn_dir_make(dir);
	for (size_t i = 0; !err && i < HUB_FILE_COUNT; i++) {
		struct hub_rows rows = {0};
		struct hub_pool pool = {0};
		err = hub_rows_standing(&rows, &pool, (enum hub_file)i, registry);
		if (!err)
			err = write_file(dir, &hub_file_kinds[i], &rows);
		hub_rows_done(&rows);
		hub_pool_done(&pool);
	}
	return err;
}
