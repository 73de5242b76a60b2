/* CSV files as tables of cells, and fields written so that they read back the
 * same. What a file must look like is decided in csv_read.c, what its cells mean
 * by whoever asked for it. */
#include "core/csv_table.h"

#include <stdlib.h>

#include "core/file.h"

/* Takes `text`. */
static enum gn_err make(uint8_t *text, size_t size, const char *name, struct gn_report *report,
        struct gn_csv **ret_csv)
{
	struct gn_csv *csv = calloc(1, sizeof *csv);
	if (!csv) {
		free(text);
		return GN_E_NOMEM;
	}
	csv->text = text;
	csv->text_size = size;
	csv->name = strdup(name);
	enum gn_err err = csv->name ? gn_csv_read(csv, report) : GN_E_NOMEM;
	if (err) {
		gn_csv_free(&csv);
		return err;
	}
	*ret_csv = csv;
	return GN_OK;
}

enum gn_err gn_csv_load(
        const char *path, const char *name, struct gn_report *report, struct gn_csv **ret_csv)
{
	uint8_t *text;
	size_t size;
	enum gn_err err = gn_file_read(path, GN_CSV_MAX_BYTES, &text, &size);
	return err ? err : make(text, size, name, report, ret_csv);
}

enum gn_err gn_csv_parse(
        struct gn_bytes text, const char *name, struct gn_report *report, struct gn_csv **ret_csv)
{
	if (text.size > GN_CSV_MAX_BYTES)
		return GN_E_SIZE;
	uint8_t *copy = malloc(text.size + 1);
	if (!copy)
		return GN_E_NOMEM;
	if (text.size)
		memcpy(copy, text.data, text.size);
	return make(copy, text.size, name, report, ret_csv);
}

void gn_csv_free(struct gn_csv **csv)
{
	struct gn_csv *c = *csv;
	if (!c)
		return;
	for (size_t i = 0; i < c->column_n; i++)
		free(c->columns[i]);
	free(c->name);
	free(c->text);
	free(c->cells);
	free(c->ends);
	free(c->lines);
	free(c);
	*csv = NULL;
}

const char *gn_csv_name(const struct gn_csv *csv)
{
	return csv->name;
}

struct gn_bytes gn_csv_text(const struct gn_csv *csv)
{
	return gn_bytes(csv->text, csv->text_size);
}

size_t gn_csv_columns(const struct gn_csv *csv)
{
	return csv->column_n;
}

const char *gn_csv_column(const struct gn_csv *csv, size_t column)
{
	return csv->columns[column];
}

int gn_csv_find(const struct gn_csv *csv, const char *column)
{
	for (size_t i = 0; i < csv->column_n; i++)
		if (strcmp(csv->columns[i], column) == 0)
			return (int)i;
	return -1;
}

size_t gn_csv_rows(const struct gn_csv *csv)
{
	return csv->row_n;
}

size_t gn_csv_line(const struct gn_csv *csv, size_t row)
{
	return csv->lines[row];
}

struct gn_bytes gn_csv_cell(const struct gn_csv *csv, size_t row, size_t column)
{
	return gn_csv_at(csv, (row + 1) * csv->column_n + column);
}

/* Blanks at the ends and a mark at the start would be trimmed by a reader. */
static bool needs_quotes(struct gn_bytes field)
{
	if (!field.size)
		return false;
	for (size_t i = 0; i < field.size; i++)
		if (memchr(",\"\r\n", field.data[i], 4))
			return true;
	return gn_csv_has_bom(field) || memchr(" \t", field.data[0], 2) ||
	       memchr(" \t", field.data[field.size - 1], 2);
}

void gn_csv_put(FILE *out, struct gn_bytes field, bool first)
{
	if (!first)
		fputc(',', out);
	if (!needs_quotes(field)) {
		if (field.size)
			fwrite(field.data, 1, field.size, out);
		return;
	}
	fputc('"', out);
	for (size_t i = 0; i < field.size; i++) {
		if (field.data[i] == '"')
			fputc('"', out);
		fputc(field.data[i], out);
	}
	fputc('"', out);
}
