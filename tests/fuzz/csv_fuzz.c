/* CSV from anybody: what is read comes back the same when it is written and read
 * again. */
#include <stdio.h>
#include <stdlib.h>

#include "core/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool good)
{
	if (!good)
		abort();
}

static struct gn_csv *parsed(struct gn_bytes text)
{
	struct gn_report report = {0};
	struct gn_csv *csv = NULL;
	enum gn_err err = gn_csv_parse(text, "f.csv", &report, &csv);
	require(err == GN_OK || report.count > 0);
	require((err == GN_OK) == (csv != NULL));
	gn_report_done(&report);
	return csv;
}

static char *written(const struct gn_csv *csv, size_t *size)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, size);
	require(file != NULL);
	for (size_t i = 0; i < gn_csv_columns(csv); i++)
		gn_csv_put(file, gn_bytes_str(gn_csv_column(csv, i)), i == 0);
	fputc('\n', file);
	for (size_t row = 0; row < gn_csv_rows(csv); row++) {
		for (size_t i = 0; i < gn_csv_columns(csv); i++)
			gn_csv_put(file, gn_csv_cell(csv, row, i), i == 0);
		fputc('\n', file);
	}
	require(fclose(file) == 0);
	return text;
}

/* A row of one empty cell is a blank line to a reader. */
static bool has_blank_rows(const struct gn_csv *csv)
{
	for (size_t row = 0; gn_csv_columns(csv) == 1 && row < gn_csv_rows(csv); row++)
		if (gn_csv_cell(csv, row, 0).size == 0)
			return true;
	return false;
}

/* With one column a ';' in its name would be taken for the separator. */
static bool is_ambiguous(const struct gn_csv *csv)
{
	size_t semicolons = 0;
	for (size_t i = 0; i < gn_csv_columns(csv); i++)
		for (const char *at = gn_csv_column(csv, i); *at; at++)
			semicolons += *at == ';';
	return semicolons > 0;
}

static void same(const struct gn_csv *a, const struct gn_csv *b)
{
	require(b != NULL && gn_csv_columns(a) == gn_csv_columns(b));
	require(gn_csv_rows(a) == gn_csv_rows(b));
	for (size_t row = 0; row < gn_csv_rows(a); row++)
		for (size_t i = 0; i < gn_csv_columns(a); i++)
			require(gn_bytes_eq(gn_csv_cell(a, row, i), gn_csv_cell(b, row, i)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gn_csv *csv = parsed(gn_bytes(data, size));
	if (csv && !has_blank_rows(csv) && !is_ambiguous(csv)) {
		size_t text_size = 0;
		char *text = written(csv, &text_size);
		struct gn_csv *again = parsed(gn_bytes(text, text_size));
		same(csv, again);
		gn_csv_free(&again);
		free(text);
	}
	gn_csv_free(&csv);
	return 0;
}
