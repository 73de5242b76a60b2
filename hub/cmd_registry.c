/* `registry import` and `registry export`: files in, one change out; and back. */
#include "hub/commands.h"

#include "hub/home.h"
#include "hub/registrar.h"
#include "hub/registry_csv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* The registry was read before this transaction: had another command changed it
 * since, the difference would be of a registry that is no more. */
static enum gn_err append(struct hub *hub, const struct hub_registry_diff *diff)
{
	uint64_t before = hub->view.registrar_seq;
	struct gn_txn txn = gn_txn_begin(hub->store, true);
	enum gn_err err = txn.err ? txn.err : gn_view_refresh_txn(&hub->view, &txn);
	if (!err && hub->view.registrar_seq != before)
		err = GN_E_BUSY;
	size_t n = hub_registry_diff_messages(diff);
	for (size_t i = 0; i < n && !err; i++) {
		struct gn_bytes message = hub_registry_diff_message(diff, i);
		err = hub_registrar_append(&txn, hub->secrets.registrar, false, &message, 1);
	}
	if (err) {
		gn_txn_abort(&txn);
		return err;
	}
	return gn_txn_commit(&txn);
}

static enum gn_err show(const struct hub_registry_diff *diff, bool whole)
{
	struct gn_out *out = whole ? hub_registry_diff_list(diff) : hub_registry_diff_summary(diff);
	enum gn_err err = out ? gn_out_write(out, GN_FORMAT_TABLE, stdout) : GN_E_NOMEM;
	gn_out_free(&out);
	return err;
}

static enum gn_err take_effect(struct hub *hub, const struct hub_registry_set *set, bool replace)
{
	struct hub_registry_diff *diff;
	enum gn_err err = hub_registry_diff(hub->view.registry, set, &diff);
	if (err)
		return err;
	if (replace && hub_registry_diff_removed(diff) > 0)
		err = show(diff, true);
	if (!err && hub_registry_diff_rows(diff) > 0)
		err = append(hub, diff);
	if (!err)
		err = show(diff, false);
	size_t rows = hub_registry_diff_rows(diff);
	if (!err && rows > 0)
		printf("%zu rows changed\n", rows);
	else if (!err)
		puts("nothing changed");
	hub_registry_diff_free(&diff);
	return err;
}

int hub_cmd_registry_import(const struct gn_args *args)
{
	HUB_AUTO *hub = hub_open_args(gn_arg(args, "dir"));
	if (!hub)
		return 1;
	struct gn_report report = {0};
	struct hub_registry_set *set = NULL;
	bool replace = gn_arg(args, "replace") != NULL;
	enum gn_err err = hub_registry_read(hub->view.registry, (const char *const *)args->argv,
	        (size_t)args->argc, replace, &report, &set);
	bool told = report.count > 0;
	hub_complain(&report);
	if (!err)
		err = take_effect(hub, set, replace);
	hub_registry_set_free(&set);
	if (err == GN_E_BUSY)
		gn_cli_error("the registry was changed by another command; import again");
	else if (err && !told)
		gn_cli_error("%s", gn_err_text(err));
	return err ? 1 : 0;
}

int hub_cmd_registry_export(const struct gn_args *args)
{
	HUB_AUTO *hub = hub_open_args(gn_arg(args, "dir"));
	if (!hub)
		return 1;
	enum gn_err err = hub_registry_write(hub->view.registry, args->argv[0]);
	if (err)
		gn_cli_error("%s: %s", args->argv[0],
		        err == GN_E_SYSTEM ? strerror(errno) : gn_err_text(err));
	return err ? 1 : 0;
}
