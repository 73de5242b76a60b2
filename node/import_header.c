/* Decides what kind of records a file holds, by its header line. */
#include "node/import.h"

static const char *article(const char *word)
{
	return strchr("aeiou", word[0]) ? "an" : "a";
}

static size_t missing(const struct gn_csv *csv, const struct node_kind_columns *kind)
{
	size_t n = 0;
	for (size_t i = 0; i < kind->required; i++)
		n += gn_csv_find(csv, node_column_name(kind->columns[i])) < 0;
	return n;
}

/* The kind that the header comes nearest to; NULL when it names fewer than two
 * columns that any kind requires, beside the date. */
static const struct node_kind_columns *nearest(const struct gn_csv *csv)
{
	const struct node_kind_columns *best = NULL;
	size_t least = SIZE_MAX;
	for (const struct node_kind_columns *k = node_kinds; k->kind; k++) {
		size_t lacking = missing(csv, k), odd = 0;
		if (k->required - lacking < 3)
			continue;
		for (size_t i = 0; i < gn_csv_columns(csv); i++)
			odd += !node_kind_takes(k->kind, node_column_named(gn_csv_column(csv, i)));
		if (lacking + odd >= least)
			continue;
		least = lacking + odd;
		best = k;
	}
	return best;
}

static enum gn_err fit(
        struct node_sheet *sheet, const struct node_kind_columns *kind, struct gn_report *report)
{
	const struct gn_csv *csv = sheet->csv;
	const char *file = gn_csv_name(csv), *name = gn_kind_name(kind->kind);
	size_t before = report->count;
	for (size_t i = 0; i < kind->required; i++) {
		const char *column = node_column_name(kind->columns[i]);
		if (gn_csv_find(csv, column) < 0)
			gn_report_add(report, file, 1, column, "this column is missing; %s need it",
			        kind->plural);
	}
	for (size_t i = 0; i < gn_csv_columns(csv); i++) {
		const char *column = gn_csv_column(csv, i);
		sheet->column[i] = node_column_named(column);
		if (!node_kind_takes(kind->kind, sheet->column[i]))
			gn_report_add(report, file, 1, NULL, "%s %s has no column \"%s\"",
			        article(name), name, gn_report_value(gn_bytes_str(column)));
	}
	return report->count > before ? GN_E_INPUT : GN_OK;
}

enum gn_err node_sheet_open(
        const char *path, struct gn_report *report, struct node_sheet *ret_sheet)
{
	struct node_sheet sheet = {.csv = NULL};
	enum gn_err err = gn_csv_load(path, path, report, &sheet.csv);
	if (err)
		return err;
	const struct node_kind_columns *kind = nearest(sheet.csv);
	if (!kind) {
		gn_report_add(report, gn_csv_name(sheet.csv), 1, NULL,
		        "these columns are of no kind of record; see gonha-node import --help");
		err = GN_E_INPUT;
	} else {
		sheet.kind = kind->kind;
		err = fit(&sheet, kind, report);
	}
	if (err)
		node_sheet_close(&sheet);
	else
		*ret_sheet = sheet;
	return err;
}

void node_sheet_close(struct node_sheet *sheet)
{
	gn_csv_free(&sheet->csv);
}
