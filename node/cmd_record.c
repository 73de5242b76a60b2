/* record: one record from FIELD=VALUE words; its id is printed once it is on disk. */
#include "node/commands.h"

#include <stdio.h>

static enum gn_err store(struct node *node, const struct node_filled *filled,
        struct node_id *ret_id, const char **ret_why)
{
	struct node_author *author = NULL;
	const struct node_origin no_import = {.row = 0};
	enum gn_err err = node_author_begin(node, &author, ret_why);
	if (err)
		return err;
	err = node_author_record(author, &filled->record,
	        filled->has_citizen ? &filled->citizen : NULL, no_import, &ret_id->seq);
	*ret_why = node_author_why(author);
	memcpy(ret_id->origin, node->origin, GN_KEY_SIZE);
	if (!err)
		return node_author_commit(&author);
	node_author_abort(&author);
	return err;
}

static int record(struct node *node, const struct node_form *form)
{
	struct gn_report report = {0};
	struct node_ground ground;
	struct node_filled filled;
	struct node_id id;
	const char *why = NULL;
	char text[NODE_ID_TEXT];
	int tries = 0;
	enum gn_err err = node_author_ground(node, &ground, &why);
	if (err)
		return node_command_failed(err, why);
	err = node_form_fill(form, &ground, &report, &filled);
	if (err) {
		node_complain(&report);
		return 1;
	}
	do
		err = store(node, &filled, &id, &why);
	while (node_command_again(node, err, &tries));
	if (err)
		return node_command_failed(err, why);
	printf("%s\n", node_id_text(&id, text));
	return 0;
}

int node_cmd_record(const struct gn_args *args)
{
	struct node_form form = {.kind = gn_kind_named(args->argv[0])};
	uint32_t given;
	if (!gn_kind_is_record(form.kind)) {
		gn_cli_error("unknown kind of record \"%s\"; expected visit, activation, training, "
		             "listing, assessment or tally",
		        gn_report_value(gn_bytes_str(args->argv[0])));
		return 2;
	}
	if (node_command_fields(args, 1, &form, &given) != GN_OK)
		return 2;
	struct node *node = node_open_args(gn_arg(args, "dir"));
	if (!node)
		return 1;
	int status = record(node, &form);
	node_close(&node);
	return status;
}
