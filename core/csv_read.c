/* Reads CSV text and checks its shape: encoding, quotes, header, width of rows.
 * Decides what is a row and in which line it stands. The grammar is libcsv's in
 * its strict mode, fed line by line so that each row's line is known. */
#include "core/csv_table.h"

#include <csv.h>
#include <stdlib.h>

#include "core/text.h"

struct reading {
	struct gn_csv *csv;
	struct gn_report *report;
	size_t line; /* that is being fed, from 1 */
	size_t row_line; /* in which the open row began */
	bool open; /* a row has begun and not ended */
	bool header_done;
	size_t row_start; /* first cell of the open row */
	size_t width; /* cells of the open row, also those that find no place */
	size_t used; /* bytes of csv->cells */
	enum gn_err err;
};

static void fault(struct reading *r, size_t line, const char *text)
{
	gn_report_add(r->report, r->csv->name, line, NULL, "%s", text);
}

static bool reserve_cell(struct reading *r)
{
	struct gn_csv *csv = r->csv;
	if (csv->cell_n < csv->cell_cap)
		return true;
	size_t cap = csv->cell_cap ? csv->cell_cap * 2 : 256;
	uint32_t *ends = reallocarray(csv->ends, cap, sizeof *ends);
	if (!ends)
		return false;
	csv->ends = ends;
	csv->cell_cap = cap;
	return true;
}

static void on_cell(void *data, size_t size, void *context)
{
	struct reading *r = context;
	struct gn_csv *csv = r->csv;
	const uint8_t *cell = data;
	size_t room = r->header_done ? csv->column_n : GN_CSV_MAX_COLUMNS;
	if (r->width++ >= room || r->err)
		return;
	if (!reserve_cell(r)) {
		r->err = GN_E_NOMEM;
		return;
	}
	while (size && (cell[0] == ' ' || cell[0] == '\t')) {
		cell++;
		size--;
	}
	while (size && (cell[size - 1] == ' ' || cell[size - 1] == '\t'))
		size--;
	if (size)
		memcpy(csv->cells + r->used, cell, size);
	r->used += size;
	csv->ends[csv->cell_n++] = (uint32_t)r->used;
}

static void check_column(struct reading *r, size_t column)
{
	struct gn_csv *csv = r->csv;
	struct gn_bytes name = gn_csv_at(csv, column);
	if (!name.size)
		gn_report_add(r->report, csv->name, r->row_line, NULL,
		        "column %zu of the header has no name", column + 1);
	for (size_t i = 0; name.size && i < column; i++)
		if (gn_bytes_is(name, csv->columns[i]))
			gn_report_add(r->report, csv->name, r->row_line, NULL,
			        "column \"%s\" stands twice in the header", gn_report_value(name));
}

static void take_header(struct reading *r)
{
	struct gn_csv *csv = r->csv;
	r->header_done = true;
	if (r->width > GN_CSV_MAX_COLUMNS) {
		gn_report_add(r->report, csv->name, r->row_line, NULL, "more than %d columns",
		        GN_CSV_MAX_COLUMNS);
		r->err = GN_E_INPUT;
		return;
	}
	for (size_t i = 0; i < csv->cell_n; i++) {
		struct gn_bytes name = gn_csv_at(csv, i);
		csv->columns[i] = strndup((const char *)name.data, name.size);
		if (!csv->columns[i]) {
			r->err = GN_E_NOMEM;
			return;
		}
		csv->column_n = i + 1;
		check_column(r, i);
	}
}

static bool keep_line(struct reading *r)
{
	struct gn_csv *csv = r->csv;
	if (csv->row_n == csv->row_cap) {
		size_t cap = csv->row_cap ? csv->row_cap * 2 : 64;
		uint32_t *lines = reallocarray(csv->lines, cap, sizeof *lines);
		if (!lines)
			return false;
		csv->lines = lines;
		csv->row_cap = cap;
	}
	csv->lines[csv->row_n++] = (uint32_t)r->row_line;
	return true;
}

/* Takes the cells of the row back. */
static void drop_row(struct reading *r)
{
	struct gn_csv *csv = r->csv;
	csv->cell_n = r->row_start;
	r->used = csv->cell_n ? csv->ends[csv->cell_n - 1] : 0;
}

static void take_row(struct reading *r)
{
	struct gn_csv *csv = r->csv;
	size_t before = r->row_start ? csv->ends[r->row_start - 1] : 0;
	if (r->used == before && r->width > 1) {
		drop_row(r); /* a spreadsheet's empty row: separators alone */
	} else if (r->width != csv->column_n) {
		gn_report_add(r->report, csv->name, r->row_line, NULL,
		        "expected %zu columns as in the header, got %zu", csv->column_n, r->width);
		drop_row(r);
	} else if (!keep_line(r)) {
		r->err = GN_E_NOMEM;
	}
}

static void on_row(int end, void *context)
{
	struct reading *r = context;
	(void)end;
	r->open = false;
	if (r->err)
		return;
	if (r->header_done)
		take_row(r);
	else
		take_header(r);
	r->row_start = r->csv->cell_n;
	r->width = 0;
}

static bool is_blank(const uint8_t *line, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!memchr(" \t\r\n", line[i], 4))
			return false;
	return true;
}

/* A carriage return that is not part of the line's end. */
static bool has_stray_return(const uint8_t *line, size_t size)
{
	size -= size && line[size - 1] == '\n';
	size -= size && line[size - 1] == '\r';
	return size && memchr(line, '\r', size);
}

static void stray_quote(struct reading *r)
{
	char row[48] = "";
	if (r->row_line != r->line)
		snprintf(row, sizeof row, " (in the row that begins in line %zu)", r->row_line);
	gn_report_add(r->report, r->csv->name, r->line, NULL,
	        "a stray quote%s: a cell with quotes is written \"like \"\"this\"\"\"", row);
}

/* One line with its end. False: nothing after it can be read. */
static bool feed(struct reading *r, struct csv_parser *parser, const uint8_t *line, size_t size)
{
	if (has_stray_return(line, size)) {
		fault(r, r->line, "a carriage return inside a line");
		return false;
	}
	if (!r->open) {
		if (is_blank(line, size))
			return true;
		r->open = true;
		r->row_line = r->line;
	}
	if (csv_parse(parser, line, size, on_cell, on_row, r) != size) {
		if (csv_error(parser) == CSV_EPARSE)
			stray_quote(r);
		else
			r->err = GN_E_NOMEM;
		return false;
	}
	return !r->err;
}

static void finish(struct reading *r, struct csv_parser *parser)
{
	if (csv_fini(parser, on_cell, on_row, r) != 0)
		fault(r, r->row_line, "a quote that is opened here is never closed");
	else if (!r->err && !r->header_done)
		fault(r, 0, "empty file");
}

static unsigned char separator_of(struct gn_bytes text)
{
	size_t commas = 0, semicolons = 0;
	bool quoted = false;
	for (size_t i = 0; i < text.size && (quoted || text.data[i] != '\n'); i++) {
		quoted ^= text.data[i] == '"';
		commas += !quoted && text.data[i] == ',';
		semicolons += !quoted && text.data[i] == ';';
	}
	return semicolons > commas ? ';' : ',';
}

static void parse_all(struct reading *r, struct gn_bytes text)
{
	struct csv_parser parser;
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
		r->err = GN_E_NOMEM;
		return;
	}
	struct gn_bytes rest = text;
	while (rest.size && is_blank(rest.data, 1)) /* the header may stand lower */
		rest = gn_bytes(rest.data + 1, rest.size - 1);
	csv_set_delim(&parser, separator_of(rest));
	bool good = true;
	while (good && text.size) {
		const uint8_t *end = memchr(text.data, '\n', text.size);
		size_t size = end ? (size_t)(end - text.data) + 1 : text.size;
		r->line++;
		good = feed(r, &parser, text.data, size);
		text = gn_bytes(text.data + size, text.size - size);
	}
	if (good)
		finish(r, &parser);
	csv_free(&parser);
}

/* Faults that make every line below doubtful; true when there is one. */
static bool check_bytes(struct reading *r, struct gn_bytes text)
{
	bool zero = text.size && memchr(text.data, 0, text.size);
	if (!zero && gn_utf8_valid(text))
		return false;
	for (size_t line = 1; text.size; line++) {
		const uint8_t *end = memchr(text.data, '\n', text.size);
		size_t size = end ? (size_t)(end - text.data) + 1 : text.size;
		if (memchr(text.data, 0, size))
			fault(r, line, "a zero byte: this is no CSV text");
		else if (!gn_utf8_valid(gn_bytes(text.data, size)))
			fault(r, line, "not UTF-8: save the file as \"CSV UTF-8\"");
		text = gn_bytes(text.data + size, text.size - size);
	}
	return true;
}

enum gn_err gn_csv_read(struct gn_csv *csv, struct gn_report *report)
{
	struct reading r = {.csv = csv, .report = report};
	struct gn_bytes text = gn_bytes(csv->text, csv->text_size);
	size_t faults = report->count;
	while (gn_csv_has_bom(text)) /* programs that add one to one there already */
		text = gn_bytes(text.data + 3, text.size - 3);
	csv->cells = malloc(text.size + 1);
	if (!csv->cells)
		return GN_E_NOMEM;
	if (!check_bytes(&r, text))
		parse_all(&r, text);
	if (r.err)
		return r.err;
	return report->count > faults ? GN_E_INPUT : GN_OK;
}
