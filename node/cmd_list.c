/* list: the node's own records in the order written. Read in chunks, each under
 * a short read transaction, so that a slow reader of a pipe holds up nothing. */
#include "node/commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/cli_table.h"
#include "core/csv.h"
#include "core/table.h"
#include "node/amend.h"
#include "node/custody.h"

#define CHUNK 4096u /* entries read under one transaction */
#define SEALED "•"
#define STATE_OF_SUBJECT "subject_state" /* the column state; "state" is the record's own here */

struct listing {
	struct node *node;
	enum gn_format format;
	uint32_t kinds; /* bits of the kinds listed */
	bool all_kinds;
	gn_day from, to;
	int columns[NODE_COLS]; /* between id, kind and state */
	size_t count;
	const char *headings[NODE_COLS + 5];
	bool with_custody;
	struct node_custody *custody; /* as it was when the list began */
	struct gn_out *out; /* table, json */
	FILE *csv;
};

static void add_column(struct listing *l, int column)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->columns[i] == column)
			return;
	l->columns[l->count++] = column;
}

/* The union of the columns of the kinds listed, in the order in which they come. */
static void choose_columns(struct listing *l)
{
	for (const struct node_kind_columns *k = node_kinds; k->kind; k++)
		for (size_t i = 0; l->kinds & 1u << k->kind && k->columns[i]; i++)
			add_column(l, k->columns[i]);
	l->headings[0] = "id";
	l->headings[1] = "kind";
	for (size_t i = 0; i < l->count; i++)
		l->headings[2 + i] = l->columns[i] == GN_F_STATE ? STATE_OF_SUBJECT
		                                                 : node_column_name(l->columns[i]);
	l->headings[2 + l->count] = "state";
	l->headings[3 + l->count] = l->with_custody ? "custody" : NULL;
}

static void put(struct listing *l, struct gn_bytes cell, bool first)
{
	char text[NODE_CELL_MAX + 1];
	if (!l->out) {
		gn_csv_put(l->csv, cell, first);
		return;
	}
	if (!cell.size) {
		gn_out_null(l->out);
		return;
	}
	memcpy(text, cell.data, cell.size);
	text[cell.size] = '\0';
	gn_out_text(l->out, text);
}

static bool is_sealed(const struct gn_record *record, int column)
{
	return node_kind_takes(record->kind, column) &&
	       (column == GN_F_CITIZEN || column == NODE_COL_BIRTH_YEAR) &&
	       (record->block.size || record->citizen_at.seq);
}

static void put_column(struct listing *l, const struct gn_record *record, int column)
{
	char buf[NODE_CELL_MAX];
	if (!record) {
		put(l, gn_bytes(NULL, 0), false);
		return;
	}
	if (is_sealed(record, column)) {
		put(l, gn_bytes_str(SEALED), false);
		return;
	}
	struct gn_bytes cell = node_form_cell(record, column, buf);
	bool figure = column == GN_F_PARTICIPANTS || column == GN_F_NUMERATOR ||
	              (column == GN_F_DENOMINATOR && cell.size);
	if (!l->out || !figure || !node_kind_takes(record->kind, column))
		put(l, cell, false);
	else if (column == GN_F_PARTICIPANTS)
		gn_out_int(l->out, (int64_t)record->participants);
	else
		gn_out_int(l->out, (int64_t)(column == GN_F_NUMERATOR ? record->numerator
		                                                      : record->denominator));
}

/* Without a record: one whose body is gone, of which no more is known. */
static void put_row(struct listing *l, const struct node_id *id, const struct gn_record *record,
        const char *state)
{
	char text[NODE_ID_TEXT];
	put(l, gn_bytes_str(node_id_text(id, text)), true);
	put(l, record ? gn_bytes_str(gn_kind_name(record->kind)) : gn_bytes(NULL, 0), false);
	for (size_t i = 0; i < l->count; i++)
		put_column(l, record, l->columns[i]);
	put(l, gn_bytes_str(state), false);
	char custody[NODE_CUSTODY_TEXT];
	if (l->with_custody)
		put(l, gn_bytes_str(node_custody_text(l->custody, id->seq, custody)), false);
	if (!l->out)
		fputc('\n', l->csv);
}

static const char *state_name(const struct node_state *state, const struct node_id *id)
{
	if (state->erased)
		return "erased";
	if (state->is_void)
		return "void";
	return node_id_eq(id, &state->newest) ? "current" : "corrected";
}

static bool wanted(const struct listing *l, const struct gn_record *record)
{
	gn_day day = (gn_day)record->date;
	return l->kinds & 1u << record->kind && day >= l->from && day <= l->to;
}

static enum gn_err list_entry(
        struct listing *l, struct gn_txn *txn, const struct node_id *id, struct gn_bytes wire)
{
	struct gn_entry entry;
	struct gn_body body;
	struct node_state state;
	bool unfiltered = l->all_kinds && !l->from && l->to == GN_DAY_OPEN;
	if (gn_entry_parse(wire, &entry) != GN_OK)
		return GN_E_CORRUPT;
	if (!entry.body.size) {
		if (unfiltered)
			put_row(l, id, NULL, "erased");
		return GN_OK;
	}
	if (gn_body_parse(entry.body, &body) != GN_OK)
		return GN_E_CORRUPT;
	if (!gn_kind_is_record(body.record.kind) || !wanted(l, &body.record))
		return GN_OK;
	enum gn_err err = node_amend_state(txn, id, &state);
	if (!err)
		put_row(l, id, &body.record, state_name(&state, id));
	return err;
}

static enum gn_err list_chunk(struct listing *l, uint64_t *from, uint64_t end)
{
	GN_AUTO_TXN txn = gn_txn_begin(l->node->store, false);
	struct gn_log log;
	struct gn_bytes wire;
	struct node_id id;
	enum gn_err err = gn_log_find(&txn, l->node->origin, &log);
	if (err)
		return err;
	memcpy(id.origin, log.origin, GN_KEY_SIZE);
	struct gn_log_cursor cursor = gn_log_cursor_at(&txn, log.no, *from);
	for (uint32_t n = 0; !err && n < CHUNK && gn_log_cursor_next(&cursor, &wire); n++) {
		if (cursor.seq > end)
			break;
		id.seq = cursor.seq;
		err = list_entry(l, &txn, &id, wire);
		*from = cursor.seq + 1;
	}
	gn_log_cursor_close(&cursor);
	return err ? err : txn.err;
}

/* The state of each record needs the index of amendments up to date. */
static enum gn_err prepare(struct node *node, uint64_t *ret_end, struct node_custody **ret_custody)
{
	struct gn_log log;
	GN_AUTO_TXN txn = gn_txn_begin(node->store, false);
	enum gn_err err = node_amend_catch_up(node, &txn);
	if (err == GN_E_BUSY) {
		gn_txn_abort(&txn);
		txn = gn_txn_begin(node->store, true);
		err = node_amend_catch_up(node, &txn);
		if (!err)
			err = gn_txn_commit(&txn);
		if (err)
			return err;
		txn = gn_txn_begin(node->store, false);
	}
	if (err)
		return err;
	err = gn_log_find(&txn, node->origin, &log);
	*ret_end = err ? 0 : log.tip.seq;
	if (err && err != GN_E_NOTFOUND)
		return err;
	return node_custody_read(&txn, node->origin, ret_custody);
}

static enum gn_err write_csv_chunk(struct listing *l, uint64_t *from, uint64_t end)
{
	char *text = NULL;
	size_t size = 0;
	l->csv = open_memstream(&text, &size);
	if (!l->csv)
		return GN_E_NOMEM;
	enum gn_err err = list_chunk(l, from, end);
	if (fclose(l->csv) != 0 && !err)
		err = GN_E_NOMEM;
	if (!err && fwrite(text, 1, size, stdout) != size)
		err = GN_E_SYSTEM;
	free(text);
	return err;
}

static enum gn_err list_csv(struct listing *l, uint64_t end)
{
	enum gn_err err = GN_OK;
	for (size_t i = 0; l->headings[i]; i++)
		gn_csv_put(stdout, gn_bytes_str(l->headings[i]), i == 0);
	fputc('\n', stdout);
	for (uint64_t from = 1; !err && from <= end;)
		err = write_csv_chunk(l, &from, end);
	if (!err && fflush(stdout) != 0)
		err = GN_E_SYSTEM;
	return err;
}

static enum gn_err list_out(struct listing *l, uint64_t end)
{
	enum gn_err err = GN_OK;
	l->out = gn_out_new(l->headings);
	if (!l->out)
		return GN_E_NOMEM;
	gn_out_compact(l->out);
	for (uint64_t from = 1; !err && from <= end;)
		err = list_chunk(l, &from, end);
	if (!err)
		err = gn_out_write(l->out, l->format, stdout);
	gn_out_free(&l->out);
	return err;
}

static bool parse_kinds(struct listing *l, const struct gn_args *args)
{
	const char *name;
	for (size_t i = 0; (name = gn_arg_nth(args, "kind", i)); i++) {
		enum gn_kind kind = gn_kind_named(name);
		if (!gn_kind_is_record(kind)) {
			gn_cli_error("--kind: unknown kind of record \"%s\"",
			        gn_report_value(gn_bytes_str(name)));
			return false;
		}
		l->kinds |= 1u << kind;
	}
	l->all_kinds = l->kinds == 0;
	for (const struct node_kind_columns *k = node_kinds; l->all_kinds && k->kind; k++)
		l->kinds |= 1u << k->kind;
	return true;
}

static bool parse_day(const struct gn_args *args, const char *option, gn_day *day)
{
	const char *text = gn_arg(args, option);
	if (!text || gn_day_parse(gn_bytes_str(text), day) == GN_OK)
		return true;
	gn_cli_error("--%s: expected a day like 2022-06-01 or 01/06/2022, got \"%s\"", option,
	        gn_report_value(gn_bytes_str(text)));
	return false;
}

int node_cmd_list(const struct gn_args *args)
{
	struct listing l = {.to = GN_DAY_OPEN};
	uint64_t end = 0;
	if (!parse_kinds(&l, args) || !parse_day(args, "from", &l.from) ||
	        !parse_day(args, "to", &l.to))
		return 2;
	if (!gn_arg_format(args, &l.format))
		return 2;
	l.with_custody = gn_arg(args, "custody") != NULL;
	choose_columns(&l);
	l.node = node_open_args(gn_arg(args, "dir"));
	if (!l.node)
		return 1;
	enum gn_err err = prepare(l.node, &end, &l.custody);
	if (!err)
		err = l.format == GN_FORMAT_CSV ? list_csv(&l, end) : list_out(&l, end);
	node_custody_free(&l.custody);
	node_close(&l.node);
	return err ? node_command_failed(err, NULL) : 0;
}
