/* import: several files as one. All are checked before anything is stored; then
 * each is stored in groups, and what is said to be stored is on disk. */
#include "node/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/text.h"
#include "node/import.h"

struct set { /* the files of one command */
	struct node *node;
	struct gn_report report;
	struct node_sheet *sheets;
	size_t count;
	bool again;
};

static enum gn_err open_sheets(struct set *set, const struct gn_args *args)
{
	enum gn_err worst = GN_OK;
	for (int i = 0; i < args->argc; i++) {
		const char *path = args->argv[i];
		size_t before = set->report.count;
		enum gn_err err = node_sheet_open(path, &set->report, &set->sheets[set->count]);
		if (!err)
			set->count++;
		else if (set->report.count == before)
			gn_report_add(&set->report, path, 0, NULL, "%s",
			        err == GN_E_NOTFOUND ? "no such file"
			        : err == GN_E_SYSTEM ? strerror(errno)
			                             : gn_err_text(err));
		worst = err ? err : worst;
	}
	return worst;
}

static enum gn_err check(struct set *set)
{
	struct node_ground ground;
	const char *why = NULL;
	enum gn_err worst = node_author_ground(set->node, &ground, &why);
	if (worst)
		gn_report_add(&set->report, NULL, 0, NULL, "%s", why);
	for (size_t i = 0; i < set->count && (!worst || worst == GN_E_INPUT); i++) {
		struct node_sheet *sheet = &set->sheets[i];
		enum gn_err err = node_sheet_find(set->node, sheet, set->again);
		if (!err && sheet->import.taken_back)
			continue;
		if (!err)
			err = node_sheet_check(sheet, &ground, &set->report);
		worst = err ? err : worst;
	}
	return worst;
}

/* "ids aaaaaaaa:2..aaaaaaaa:9, import 0123456789abcdef" */
#define IDS_TEXT (2 * NODE_ID_TEXT + 2 * NODE_IMPORT_ID + 32)
static const char *ids_text(const struct node_import *import, char buf[IDS_TEXT])
{
	struct node_id first = {.seq = import->first}, last = {.seq = import->last};
	char first_text[NODE_ID_TEXT], last_text[NODE_ID_TEXT], id[2 * NODE_IMPORT_ID + 1];
	memcpy(first.origin, import->origin, GN_KEY_SIZE);
	memcpy(last.origin, import->origin, GN_KEY_SIZE);
	gn_hex(gn_bytes(import->id, NODE_IMPORT_ID), id);
	snprintf(buf, IDS_TEXT, "ids %s..%s, import %s", node_id_text(&first, first_text),
	        node_id_text(&last, last_text), id);
	return buf;
}

static void print_stored(const struct node_sheet *sheet)
{
	const struct node_import *import = &sheet->import;
	const struct node_kind_columns *kind = node_kind_columns(sheet->kind);
	uint32_t stored = import->stored - sheet->stored_before;
	const char *what = import->rows == 1 ? gn_kind_name(kind->kind) : kind->plural;
	char ids[IDS_TEXT];
	ids_text(import, ids);
	printf("%s: ", gn_csv_name(sheet->csv));
	if (!import->rows)
		printf("no rows, nothing stored\n");
	else if (import->taken_back)
		printf("nothing stored: taken back before, --again imports it anew; %s\n", ids);
	else if (!stored)
		printf("nothing stored: all %u %s are here already, %s\n", import->rows, what, ids);
	else if (sheet->stored_before)
		printf("resumed: %u of %u %s were here already, %u stored, %s\n",
		        sheet->stored_before, import->rows, what, stored, ids);
	else
		printf("%u %s stored, %s\n", stored, what, ids);
	fflush(stdout);
}

/* Only a repeat that was asked for needs a word on what it does to the rates. */
static void print_repeat(const struct set *set, const struct node_sheet *sheet)
{
	if (!set->again || sheet->import.stored == sheet->stored_before)
		return;
	if (sheet->kind == GN_KIND_TRAINING)
		printf("%s: a training that is stored twice counts twice; void --import takes one "
		       "back\n",
		        gn_csv_name(sheet->csv));
	else if (sheet->kind == GN_KIND_VISIT)
		printf("%s: a repeat is harmless where households or citizens are counted; the "
		       "number of visits counts twice\n",
		        gn_csv_name(sheet->csv));
	else
		printf("%s: a repeat is harmless: the same subjects are counted once\n",
		        gn_csv_name(sheet->csv));
}

static int failed(struct set *set, const struct node_sheet *sheet, enum gn_err err, const char *why)
{
	if (set->report.count)
		node_complain(&set->report);
	else if (err == GN_E_FULL)
		gn_cli_error("%s: the disk is full", gn_csv_name(sheet->csv));
	else
		node_command_failed(err, why);
	gn_cli_error("%s: %u of %u rows are stored; import the file again to go on",
	        gn_csv_name(sheet->csv), sheet->import.stored, sheet->import.rows);
	return 1;
}

static int store(struct set *set, struct node_sheet *sheet)
{
	const char *why = NULL;
	int tries = 0;
	enum gn_err err = node_sheet_find(set->node, sheet, set->again && !sheet->known);
	while (!err && !sheet->import.taken_back && sheet->import.stored < sheet->import.rows) {
		err = node_sheet_store(set->node, sheet, &set->report, &why);
		if (node_command_again(set->node, err, &tries))
			err = GN_OK;
		else if (!err)
			node_command_progress(
			        gn_csv_name(sheet->csv), sheet->import.stored, sheet->import.rows);
	}
	if (err)
		return failed(set, sheet, err, why);
	print_stored(sheet);
	print_repeat(set, sheet);
	return 0;
}

static int import(struct set *set, const struct gn_args *args)
{
	int status = 0;
	enum gn_err err = open_sheets(set, args), checked = GN_OK;
	if (!err || err == GN_E_INPUT)
		checked = check(set);
	if (set->report.count) {
		size_t faults = set->report.count;
		node_complain(&set->report);
		gn_cli_error("%zu fault%s; nothing was stored", faults, faults == 1 ? "" : "s");
		return 1;
	}
	if (err || checked)
		return node_command_failed(err ? err : checked, NULL);
	for (size_t i = 0; i < set->count && !status; i++)
		status = store(set, &set->sheets[i]);
	return status;
}

int node_cmd_import(const struct gn_args *args)
{
	struct set set = {.again = gn_arg(args, "again") != NULL};
	set.node = node_open_args(gn_arg(args, "dir"));
	if (!set.node)
		return 1;
	set.sheets = calloc((size_t)args->argc, sizeof(*set.sheets));
	int status = set.sheets ? import(&set, args) : node_command_failed(GN_E_NOMEM, NULL);
	for (size_t i = 0; i < set.count; i++)
		node_sheet_close(&set.sheets[i]);
	free(set.sheets);
	gn_report_done(&set.report);
	node_close(&set.node);
	return status;
}
