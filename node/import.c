/* Decides which file is which import, and that each of its rows is stored once.
 * What a row may say is form.c's; what a person is told is cmd_import.c's.
 *
 * NODE_T_IMPORT: id -> origin(32) | kind(1) | taken back(1) | rows(4) | stored(4)
 *                      | first(8) | last(8)
 */
#include "node/import.h"

#include <stdlib.h>

#include <sodium.h>

#define ROW_SIZE (GN_KEY_SIZE + 2 + 4 + 4 + 8 + 8)

enum gn_err node_import_get(
        struct gn_txn *txn, const uint8_t id[NODE_IMPORT_ID], struct node_import *ret_import)
{
	struct gn_bytes value;
	if (!gn_txn_get(txn, NODE_T_IMPORT, gn_bytes(id, NODE_IMPORT_ID), &value))
		return txn->err ? txn->err : GN_E_NOTFOUND;
	if (value.size != ROW_SIZE)
		return GN_E_CORRUPT;
	const uint8_t *at = value.data + GN_KEY_SIZE;
	memmove(ret_import->id, id, NODE_IMPORT_ID);
	memcpy(ret_import->origin, value.data, GN_KEY_SIZE);
	ret_import->kind = (enum gn_kind)at[0];
	ret_import->taken_back = at[1];
	ret_import->rows = gn_get_be32(at + 2);
	ret_import->stored = gn_get_be32(at + 6);
	ret_import->first = gn_get_be64(at + 10);
	ret_import->last = gn_get_be64(at + 18);
	return GN_OK;
}

void node_import_put(struct gn_txn *txn, const struct node_import *import)
{
	uint8_t value[ROW_SIZE], *at = value + GN_KEY_SIZE;
	memcpy(value, import->origin, GN_KEY_SIZE);
	at[0] = (uint8_t)import->kind;
	at[1] = import->taken_back;
	gn_put_be32(at + 2, import->rows);
	gn_put_be32(at + 6, import->stored);
	gn_put_be64(at + 10, import->first);
	gn_put_be64(at + 18, import->last);
	gn_txn_put(txn, NODE_T_IMPORT, gn_bytes(import->id, NODE_IMPORT_ID),
	        gn_bytes(value, ROW_SIZE));
}

/* The first time it is the file's digest alone. */
static void import_id(const uint8_t digest[32], uint32_t round, uint8_t ret_id[NODE_IMPORT_ID])
{
	uint8_t mixed[36], again[32];
	memcpy(mixed, digest, 32);
	gn_put_be32(mixed + 32, round);
	crypto_generichash(again, sizeof(again), mixed, sizeof(mixed), NULL, 0);
	memcpy(ret_id, round ? again : digest, NODE_IMPORT_ID);
}

enum gn_err node_import_find(
        struct gn_txn *txn, struct gn_bytes text, bool again, struct node_import *ret_import)
{
	uint8_t digest[32];
	struct node_import newest = {.rows = 0}, next;
	uint32_t round = 0;
	enum gn_err err;
	crypto_generichash(digest, sizeof(digest), text.data, text.size, NULL, 0);
	for (;; round++) {
		next = (struct node_import){.rows = 0};
		import_id(digest, round, next.id);
		err = node_import_get(txn, next.id, &next);
		if (err)
			break;
		if (!newest.rows || newest.taken_back || !next.taken_back)
			newest = next;
	}
	if (err != GN_E_NOTFOUND)
		return err;
	bool whole = newest.rows && newest.stored == newest.rows;
	if (!round || (again && (whole || newest.taken_back))) {
		*ret_import = next;
		return GN_E_NOTFOUND;
	}
	*ret_import = newest;
	return GN_OK;
}

enum gn_err node_sheet_find(struct node *node, struct node_sheet *sheet, bool again)
{
	GN_AUTO_TXN txn = gn_txn_begin(node->store, false);
	enum gn_err err = node_import_find(&txn, gn_csv_text(sheet->csv), again, &sheet->import);
	sheet->known = err == GN_OK;
	if (err == GN_E_NOTFOUND) {
		memcpy(sheet->import.origin, node->origin, GN_KEY_SIZE);
		sheet->import.kind = sheet->kind;
		sheet->import.rows = (uint32_t)gn_csv_rows(sheet->csv);
		err = GN_OK;
	}
	sheet->stored_before = sheet->import.stored;
	return err;
}

static void read_row(const struct node_sheet *sheet, size_t row, struct node_form *form)
{
	size_t columns = gn_csv_columns(sheet->csv);
	form->line = gn_csv_line(sheet->csv, row);
	for (size_t i = 0; i < columns; i++)
		form->cell[sheet->column[i]] = gn_csv_cell(sheet->csv, row, i);
}

enum gn_err node_sheet_check(
        const struct node_sheet *sheet, const struct node_ground *ground, struct gn_report *report)
{
	struct node_form form = {.kind = sheet->kind, .file = gn_csv_name(sheet->csv)};
	struct node_filled filled;
	enum gn_err worst = GN_OK;
	for (size_t row = sheet->import.stored; row < sheet->import.rows; row++) {
		read_row(sheet, row, &form);
		enum gn_err err = node_form_fill(&form, ground, report, &filled);
		worst = err ? err : worst;
	}
	sodium_memzero(&filled.citizen, sizeof(filled.citizen));
	return worst;
}

static enum gn_err store_rows(struct node *node, struct node_author *author,
        struct node_sheet *sheet, struct node_import *import, struct gn_report *report)
{
	struct node_form form = {.kind = sheet->kind, .file = gn_csv_name(sheet->csv)};
	struct node_filled filled;
	struct node_ground ground;
	const char *why;
	struct node_origin origin = {gn_bytes(import->id, NODE_IMPORT_ID), import->stored};
	uint32_t end = import->rows - import->stored < NODE_IMPORT_GROUP
	                       ? import->rows
	                       : import->stored + NODE_IMPORT_GROUP;
	enum gn_err err = node_author_ground(node, &ground, &why);
	for (uint32_t row = import->stored; !err && row < end; row++) {
		read_row(sheet, row, &form);
		origin.row = row + 1;
		err = node_form_fill(&form, &ground, report, &filled);
		if (!err)
			err = node_author_record(author, &filled.record,
			        filled.has_citizen ? &filled.citizen : NULL, origin, &import->last);
		if (!import->first)
			import->first = import->last;
	}
	import->stored = end;
	sodium_memzero(&filled.citizen, sizeof(filled.citizen));
	return err;
}

/* Another process may have stored rows of this file since it was looked up. */
enum gn_err node_sheet_store(
        struct node *node, struct node_sheet *sheet, struct gn_report *report, const char **ret_why)
{
	struct node_author *author = NULL;
	enum gn_err err = node_author_begin(node, &author, ret_why);
	if (err)
		return err;
	struct gn_txn *txn = node_author_txn(author);
	struct node_import import = sheet->import;
	err = node_import_get(txn, import.id, &import);
	if (err == GN_E_NOTFOUND)
		err = GN_OK;
	if (!err)
		err = store_rows(node, author, sheet, &import, report);
	if (err) {
		*ret_why = node_author_why(author);
		node_author_abort(&author);
		return err;
	}
	node_import_put(txn, &import);
	err = node_author_commit(&author);
	if (!err)
		sheet->import = import;
	return err;
}
