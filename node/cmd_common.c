/* What the record commands share: FIELD=VALUE words, failures, progress. */
#include "node/commands.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static enum gn_err take_field(char *word, struct node_form *form, uint32_t *given)
{
	char *equals = strchr(word, '=');
	if (!equals) {
		gn_cli_error(
		        "expected FIELD=VALUE, got \"%s\"", gn_report_value(gn_bytes_str(word)));
		return GN_E_USAGE;
	}
	*equals = '\0';
	int column = node_column_named(word);
	const char *name = gn_report_value(gn_bytes_str(word));
	*equals = '=';
	if (!node_kind_takes(form->kind, column)) {
		gn_cli_error(
		        "a record of kind %s has no field \"%s\"", gn_kind_name(form->kind), name);
		return GN_E_USAGE;
	}
	if (*given & NODE_COL_BIT(column)) {
		gn_cli_error("%s: given twice", name);
		return GN_E_USAGE;
	}
	*given |= NODE_COL_BIT(column);
	form->cell[column] = gn_bytes_str(equals + 1);
	return GN_OK;
}

enum gn_err node_command_fields(
        const struct gn_args *args, int first, struct node_form *form, uint32_t *ret_given)
{
	enum gn_err err = GN_OK;
	uint32_t given = 0;
	for (int i = first; !err && i < args->argc; i++)
		err = take_field(args->argv[i], form, &given);
	if (!err)
		*ret_given = given;
	return err;
}

int node_command_failed(enum gn_err err, const char *why)
{
	if (!why && err == GN_E_SYSTEM)
		why = strerror(errno);
	if (!why && err == GN_E_FULL)
		why = "the disk is full; nothing was saved";
	gn_cli_error("%s", why ? why : gn_err_text(err));
	return 1;
}

bool node_command_again(struct node *node, enum gn_err err, int *tries)
{
	return err == GN_E_FULL && (*tries)++ == 0 && gn_store_grow(node->store) == GN_OK;
}

void node_command_progress(const char *text, uint64_t done, uint64_t all)
{
	if (!isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\r%s: %llu of %llu%s", text, (unsigned long long)done,
	        (unsigned long long)all, done == all ? "\n" : "");
}
