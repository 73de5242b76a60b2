/* `rates` and `nodes`: counts what is there, then answers. */
#include "hub/commands.h"

#include "core/cli_table.h"
#include "hub/home.h"
#include "hub/query.h"
#include "hub/status.h"

#include <errno.h>

static const char *param(void *context, const char *name)
{
	return gn_arg(context, name);
}

static int answer(struct hub *hub, const struct hub_rates_query *query, enum gn_format format)
{
	char what[160];
	struct gn_out *out = NULL;
	enum gn_err err = hub_rates_ask(hub->store, &hub->view, &hub->keys, query, &out, what);
	if (err == GN_E_NOTFOUND || err == GN_E_USAGE) {
		gn_cli_error("%s", what);
		return err == GN_E_USAGE ? 2 : 1;
	}
	if (err) {
		gn_cli_error(
		        "counting: %s", err == GN_E_SYSTEM ? strerror(errno) : gn_err_text(err));
		return 1;
	}
	return gn_cli_write(out, format);
}

int hub_cmd_rates(const struct gn_args *args)
{
	enum gn_format format;
	struct hub_rates_query query;
	char text[HUB_QUERY_TEXT];
	if (!gn_arg_format(args, &format))
		return 2;
	HUB_AUTO *hub = hub_open_args(gn_arg(args, "dir"));
	if (!hub)
		return 1;
	enum gn_err err = hub_query_rates(param, (void *)args, hub->view.registry, &query, text);
	if (err) {
		gn_cli_error("--%s", text);
		return err == GN_E_USAGE ? 2 : 1;
	}
	return answer(hub, &query, format);
}

int hub_cmd_nodes(const struct gn_args *args)
{
	enum gn_format format;
	if (!gn_arg_format(args, &format))
		return 2;
	HUB_AUTO *hub = hub_open_args(gn_arg(args, "dir"));
	if (!hub)
		return 1;
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, false);
	return gn_cli_write(hub_nodes(&txn, hub->view.registry, gn_now_ms()), format);
}
