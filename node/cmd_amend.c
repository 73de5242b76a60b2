/* correct and void, for one record or a whole import: what may be amended, and
 * what a correction keeps. Within one transaction, so that nobody amends the
 * same version meanwhile. */
#include "node/commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/text.h"
#include "node/amend.h"
#include "node/import.h"

struct amending { /* one write transaction on one record */
	struct node *node;
	struct node_author *author;
	struct gn_txn *txn;
	struct node_id id; /* the version that is amended */
	struct node_state state;
	const char *why;
	char words[120]; /* what why leads to when it is not static */
};

static enum gn_err refuse(struct amending *a, const char *why)
{
	a->why = why;
	return GN_E_INPUT;
}

static enum gn_err amending_begin(struct amending *a, const char *id_text)
{
	enum gn_err err = node_author_begin(a->node, &a->author, &a->why);
	if (err)
		return err;
	a->txn = node_author_txn(a->author);
	err = node_id_parse(a->node, a->txn, id_text, &a->id, &a->why);
	if (!err)
		err = node_amend_catch_up(a->node, a->txn);
	if (!err)
		err = node_amend_state(a->txn, &a->id, &a->state);
	if (err)
		return err;
	if (!node_amend_allowed(a->node, a->node->origin, a->id.origin))
		return refuse(
		        a, "this record is of a node of another unit, which alone may amend it");
	if (a->state.is_void)
		return refuse(a, "this record is void already");
	return GN_OK;
}

/* The record that stands in the version; slices as node_ref_body's. */
static enum gn_err amending_read(struct amending *a, struct gn_body *ret_body)
{
	enum gn_err err = node_ref_body(a->txn, &a->id, ret_body, NULL);
	if (err == GN_E_NOTFOUND || a->state.erased)
		return refuse(a, "this record was erased");
	if (!err && !gn_kind_is_record(ret_body->record.kind))
		return refuse(a, "this entry is no record");
	return err;
}

static enum gn_err amending_end(struct amending *a, enum gn_err err)
{
	if (!err)
		return node_author_commit(&a->author);
	if (a->author && !a->why)
		a->why = node_author_why(a->author);
	node_author_abort(&a->author);
	return err;
}

struct old { /* the version that is replaced, copied out of the store */
	struct gn_record record;
	char text[NODE_COLS][NODE_CELL_MAX];
	struct node_form form;
};

static enum gn_err refuse_superseded(struct amending *a)
{
	char newest[NODE_ID_TEXT];
	if (node_id_eq(&a->id, &a->state.newest))
		return GN_OK;
	snprintf(a->words, sizeof(a->words), "this version was corrected already; correct %s",
	        node_id_text(&a->state.newest, newest));
	return refuse(a, a->words);
}

static enum gn_err read_old(struct amending *a, struct old *old)
{
	struct gn_body body;
	enum gn_err err = amending_read(a, &body);
	if (!err)
		err = refuse_superseded(a);
	if (err)
		return err;
	old->form.kind = body.record.kind;
	for (int column = 1; column < NODE_COLS; column++) {
		char buf[NODE_CELL_MAX];
		struct gn_bytes cell = node_form_cell(&body.record, column, buf);
		if (cell.size)
			memcpy(old->text[column], cell.data, cell.size);
		old->form.cell[column] = gn_bytes(old->text[column], cell.size);
	}
	old->record.citizen_at = body.record.citizen_at;
	if (body.record.block.size)
		return node_ref_make(
		        a->txn, &(struct node_walk){{{0}}}, &a->id, &old->record.citizen_at);
	return GN_OK;
}

static enum gn_err fill(struct amending *a, struct old *old, const struct gn_args *args,
        struct gn_report *report, struct node_filled *filled)
{
	struct node_ground ground;
	uint32_t given = 0;
	enum gn_err err = node_command_fields(args, 1, &old->form, &given);
	if (err)
		return err;
	bool keeps = !(given & NODE_COL_BIT(GN_F_CITIZEN)) && old->record.citizen_at.seq;
	old->form.keeps_citizen = keeps;
	err = node_author_ground(a->node, &ground, &a->why);
	if (!err)
		err = node_form_fill(&old->form, &ground, report, filled);
	if (!err && keeps)
		filled->record.citizen_at = old->record.citizen_at;
	return err;
}

static enum gn_err correct(struct amending *a, struct old *old, const struct gn_args *args,
        struct gn_report *report, struct node_id *ret_id)
{
	struct node_filled filled;
	struct gn_ref target;
	enum gn_err err = amending_begin(a, args->argv[0]);
	if (!err)
		err = read_old(a, old);
	if (!err)
		err = fill(a, old, args, report, &filled);
	if (!err)
		err = node_ref_make(a->txn, &(struct node_walk){{{0}}}, &a->id, &target);
	memcpy(ret_id->origin, a->node->origin, GN_KEY_SIZE);
	if (!err)
		err = node_author_correct(a->author, &filled.record,
		        filled.has_citizen ? &filled.citizen : NULL, &target, &ret_id->seq);
	return amending_end(a, err);
}

static int run_correct(struct node *node, const struct gn_args *args)
{
	struct amending a = {.node = node};
	struct gn_report report = {0};
	struct node_id id;
	char text[NODE_ID_TEXT];
	int tries = 0;
	struct old *old = NULL;
	enum gn_err err;
	do {
		free(old);
		old = calloc(1, sizeof(*old));
		err = old ? correct(&a, old, args, &report, &id) : GN_E_NOMEM;
	} while (node_command_again(node, err, &tries));
	free(old);
	if (err == GN_E_USAGE)
		return 2;
	if (err && !report.count)
		return node_command_failed(err, a.why);
	if (err) {
		node_complain(&report);
		return 1;
	}
	printf("%s\n", node_id_text(&id, text));
	return 0;
}

int node_cmd_correct(const struct gn_args *args)
{
	struct node *node = node_open_args(gn_arg(args, "dir"));
	if (!node)
		return 1;
	int status = run_correct(node, args);
	node_close(&node);
	return status;
}

static enum gn_err void_one(struct amending *a, const char *id_text, struct gn_bytes reason)
{
	struct gn_body body;
	struct gn_ref target;
	uint64_t seq;
	enum gn_err err = amending_begin(a, id_text);
	if (!err)
		err = amending_read(a, &body);
	if (!err)
		err = node_ref_make(a->txn, &(struct node_walk){{{0}}}, &a->id, &target);
	if (!err)
		err = node_author_void(a->author, &target, reason, &seq);
	return amending_end(a, err);
}

static int run_void(struct node *node, const char *id_text, const char *reason)
{
	struct amending a = {.node = node};
	char text[NODE_ID_TEXT];
	int tries = 0;
	enum gn_err err;
	do
		err = void_one(&a, id_text, gn_bytes_str(reason));
	while (node_command_again(node, err, &tries));
	if (err)
		return node_command_failed(err, a.why);
	printf("%s is void\n", node_id_text(&a.id, text));
	return 0;
}

int node_cmd_void(const struct gn_args *args)
{
	const char *import = gn_arg(args, "import"), *reason = gn_arg(args, "reason");
	if ((import != NULL) == (args->argc == 1)) {
		gn_cli_error("expected NODE:SEQ or --import ID");
		return 2;
	}
	if (!import && (!reason || !*reason)) {
		gn_cli_error("a void needs its --reason");
		return 2;
	}
	if (reason && (strlen(reason) > NODE_TEXT_MAX || !gn_utf8_valid(gn_bytes_str(reason)))) {
		gn_cli_error("--reason: expected UTF-8 text of at most %d bytes", NODE_TEXT_MAX);
		return 2;
	}
	if (reason && gn_citizen_within(gn_bytes_str(reason))) {
		gn_cli_error("--reason: every relay can read it, so name nobody");
		return 2;
	}
	struct node *node = node_open_args(gn_arg(args, "dir"));
	if (!node)
		return 1;
	int status = import ? node_void_import(node, import, reason ? reason : "")
	                    : run_void(node, args->argv[0], reason);
	node_close(&node);
	return status;
}
