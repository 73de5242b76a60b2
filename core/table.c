/* Gathers an answer's facts and rows and writes them in the asked format.
 * Decides how each kind of cell looks in a table, in CSV and in JSON; which
 * columns there are and what stands in them is the asker's. */
#include "core/table.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/csv.h"
#include "core/text.h"

enum kind { NOTHING, TEXT, INTEGER, HUNDREDTHS, TRUTH };

struct cell {
	enum kind kind;
	int64_t number;
	char *text;
};

struct gn_out {
	const char *const *headings;
	size_t columns;
	struct cell *cells;
	size_t cell_n, cell_cap;
	struct fact {
		char *name;
		struct cell cell;
	} * facts;
	size_t fact_n, fact_cap;
	bool short_of_memory; /* told once, when it is written */
	bool compact;
};

enum gn_err gn_format_parse(const char *text, enum gn_format *ret_format)
{
	static const char *const names[] = {"table", "csv", "json"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(text, names[i]) == 0) {
			*ret_format = (enum gn_format)i;
			return GN_OK;
		}
	return GN_E_USAGE;
}

struct gn_out *gn_out_new(const char *const *headings)
{
	struct gn_out *out = calloc(1, sizeof *out);
	if (!out)
		return NULL;
	out->headings = headings;
	while (headings[out->columns])
		out->columns++;
	return out;
}

void gn_out_free(struct gn_out **out)
{
	struct gn_out *o = *out;
	if (!o)
		return;
	for (size_t i = 0; i < o->cell_n; i++)
		free(o->cells[i].text);
	for (size_t i = 0; i < o->fact_n; i++) {
		free(o->facts[i].name);
		free(o->facts[i].cell.text);
	}
	free(o->cells);
	free(o->facts);
	free(o);
	*out = NULL;
}

void gn_out_compact(struct gn_out *out)
{
	out->compact = true;
}

static struct cell text_cell(struct gn_out *out, const char *value)
{
	if (!value)
		return (struct cell){.kind = NOTHING};
	struct cell cell = {.kind = TEXT, .text = strdup(value)};
	if (!cell.text)
		out->short_of_memory = true;
	return cell;
}

static void add_fact(struct gn_out *out, const char *name, struct cell cell)
{
	if (out->fact_n == out->fact_cap) {
		size_t cap = out->fact_cap ? out->fact_cap * 2 : 16;
		struct fact *facts = reallocarray(out->facts, cap, sizeof *facts);
		if (!facts)
			goto failed;
		out->facts = facts;
		out->fact_cap = cap;
	}
	char *copy = strdup(name);
	if (!copy)
		goto failed;
	out->facts[out->fact_n++] = (struct fact){copy, cell};
	return;
failed:
	free(cell.text);
	out->short_of_memory = true;
}

void gn_out_fact_text(struct gn_out *out, const char *name, const char *value)
{
	add_fact(out, name, text_cell(out, value));
}

void gn_out_fact_int(struct gn_out *out, const char *name, int64_t value)
{
	add_fact(out, name, (struct cell){.kind = INTEGER, .number = value});
}

void gn_out_fact_null(struct gn_out *out, const char *name)
{
	add_fact(out, name, (struct cell){.kind = NOTHING});
}

static void add_cell(struct gn_out *out, struct cell cell)
{
	if (out->cell_n == out->cell_cap) {
		size_t cap = out->cell_cap ? out->cell_cap * 2 : 64;
		struct cell *cells = reallocarray(out->cells, cap, sizeof *cells);
		if (!cells) {
			free(cell.text);
			out->short_of_memory = true;
			return;
		}
		out->cells = cells;
		out->cell_cap = cap;
	}
	out->cells[out->cell_n++] = cell;
}

void gn_out_text(struct gn_out *out, const char *value)
{
	add_cell(out, text_cell(out, value));
}

void gn_out_int(struct gn_out *out, int64_t value)
{
	add_cell(out, (struct cell){.kind = INTEGER, .number = value});
}

void gn_out_hundredths(struct gn_out *out, int64_t value)
{
	add_cell(out, (struct cell){.kind = HUNDREDTHS, .number = value});
}

void gn_out_bool(struct gn_out *out, bool value)
{
	add_cell(out, (struct cell){.kind = TRUTH, .number = value});
}

void gn_out_null(struct gn_out *out)
{
	add_cell(out, (struct cell){.kind = NOTHING});
}

size_t gn_out_rows(const struct gn_out *out)
{
	return out->columns ? out->cell_n / out->columns : 0;
}

#define CELL_CAP 32 /* the longest number */

/* As people read it; "" for nothing. */
static const char *cell_text(const struct cell *cell, char buf[CELL_CAP])
{
	uint64_t size = cell->number < 0 ? -(uint64_t)cell->number : (uint64_t)cell->number;
	switch (cell->kind) {
	case TEXT:
		return cell->text;
	case INTEGER:
		snprintf(buf, CELL_CAP, "%" PRId64, cell->number);
		return buf;
	case HUNDREDTHS:
		snprintf(buf, CELL_CAP, "%s%" PRIu64 ".%02u", cell->number < 0 ? "-" : "",
		        size / 100, (unsigned)(size % 100));
		return buf;
	case TRUTH:
		return cell->number ? "yes" : "no";
	case NOTHING:
		break;
	}
	return "";
}

/* A line break in a cell would break the table, a control letter the terminal. */
static bool is_control(char letter)
{
	return (unsigned char)letter < ' ' || letter == 0x7f;
}

static void put_safely(FILE *file, const char *text)
{
	for (; *text; text++)
		fputc(is_control(*text) ? ' ' : *text, file);
}

static size_t width_of(const char *text)
{
	size_t width = gn_text_width(text);
	for (; *text; text++)
		width += is_control(*text);
	return width;
}

static const char *shown(const struct cell *cell, char buf[CELL_CAP])
{
	return cell->kind == NOTHING ? "-" : cell_text(cell, buf);
}

/* Columns of numbers stand at the right; nothing fits either. */
static bool is_number(const struct cell *cell)
{
	return cell->kind == INTEGER || cell->kind == HUNDREDTHS;
}

struct column {
	size_t width;
	bool right, used, hidden;
};

static void measure(const struct gn_out *out, struct column *columns)
{
	char buf[CELL_CAP];
	for (size_t i = 0; i < out->columns; i++)
		columns[i].width = gn_text_width(out->headings[i]);
	for (size_t i = 0; i < gn_out_rows(out) * out->columns; i++) {
		const struct cell *cell = &out->cells[i];
		struct column *column = &columns[i % out->columns];
		size_t width = width_of(shown(cell, buf));
		if (width > column->width)
			column->width = width;
		column->right |= is_number(cell);
		column->used |= cell->kind != NOTHING;
	}
	for (size_t i = 0; i < out->columns; i++)
		columns[i].hidden = out->compact && !columns[i].used && gn_out_rows(out) > 0;
}

static void put_padded(FILE *file, const char *text, const struct column *column, bool last)
{
	if (column->hidden && !last)
		return;
	size_t width = width_of(text);
	int pad = (int)(column->width > width ? column->width - width : 0);
	if (column->right)
		fprintf(file, "%*s", pad, "");
	put_safely(file, text);
	if (last)
		fputc('\n', file);
	else
		fprintf(file, "%*s", column->right ? 2 : pad + 2, "");
}

static enum gn_err write_table(const struct gn_out *out, FILE *file)
{
	char buf[CELL_CAP];
	struct column *columns = calloc(out->columns + 1, sizeof *columns);
	if (!columns)
		return GN_E_NOMEM;
	measure(out, columns);
	for (size_t i = 0; i < out->fact_n; i++) {
		fprintf(file, "%s: ", out->facts[i].name);
		put_safely(file, shown(&out->facts[i].cell, buf));
		fputc('\n', file);
	}
	if (out->fact_n)
		fputc('\n', file);
	for (size_t i = 0; i < out->columns; i++)
		put_padded(file, out->headings[i], &columns[i], i + 1 == out->columns);
	for (size_t i = 0; i < gn_out_rows(out) * out->columns; i++)
		put_padded(file, shown(&out->cells[i], buf), &columns[i % out->columns],
		        (i + 1) % out->columns == 0);
	free(columns);
	return GN_OK;
}

static void write_csv(const struct gn_out *out, FILE *file)
{
	char buf[CELL_CAP];
	for (size_t i = 0; i < out->columns; i++)
		gn_csv_put(file, gn_bytes_str(out->headings[i]), i == 0);
	fputc('\n', file);
	for (size_t i = 0; i < gn_out_rows(out) * out->columns; i++) {
		gn_csv_put(
		        file, gn_bytes_str(cell_text(&out->cells[i], buf)), i % out->columns == 0);
		if ((i + 1) % out->columns == 0)
			fputc('\n', file);
	}
}

static json_t *cell_json(const struct cell *cell)
{
	switch (cell->kind) {
	case TEXT:
		return json_string(cell->text);
	case INTEGER:
		return json_integer(cell->number);
	case HUNDREDTHS:
		return cell->number % 100 ? json_real((double)cell->number / 100)
		                          : json_integer(cell->number / 100);
	case TRUTH:
		return json_boolean(cell->number);
	case NOTHING:
		break;
	}
	return json_null();
}

static json_t *row_json(const struct gn_out *out, size_t row)
{
	json_t *object = json_object();
	for (size_t i = 0; object && i < out->columns; i++)
		if (json_object_set_new(object, out->headings[i],
		            cell_json(&out->cells[row * out->columns + i])) != 0) {
			json_decref(object);
			return NULL;
		}
	return object;
}

json_t *gn_out_json(const struct gn_out *out)
{
	json_t *whole = json_object();
	json_t *rows = json_array();
	bool good = whole && rows && !out->short_of_memory;
	for (size_t i = 0; good && i < out->fact_n; i++)
		good = json_object_set_new(
		               whole, out->facts[i].name, cell_json(&out->facts[i].cell)) == 0;
	for (size_t i = 0; good && i < gn_out_rows(out); i++)
		good = json_array_append_new(rows, row_json(out, i)) == 0;
	if (good && json_object_set(whole, "rows", rows) != 0)
		good = false;
	json_decref(rows);
	if (good)
		return whole;
	json_decref(whole);
	return NULL;
}

static enum gn_err write_json(const struct gn_out *out, FILE *file)
{
	json_t *whole = gn_out_json(out);
	if (!whole)
		return GN_E_NOMEM;
	bool good = json_dumpf(whole, file, GN_JSON_FLAGS) == 0 && fputc('\n', file) != EOF;
	json_decref(whole);
	return good ? GN_OK : GN_E_SYSTEM;
}

enum gn_err gn_out_write(const struct gn_out *out, enum gn_format format, FILE *file)
{
	enum gn_err err = GN_OK;
	if (out->short_of_memory)
		return GN_E_NOMEM;
	switch (format) {
	case GN_FORMAT_TABLE:
		err = write_table(out, file);
		break;
	case GN_FORMAT_CSV:
		write_csv(out, file);
		break;
	case GN_FORMAT_JSON:
		err = write_json(out, file);
		break;
	}
	if (!err && (fflush(file) != 0 || ferror(file)))
		err = GN_E_SYSTEM;
	return err;
}
