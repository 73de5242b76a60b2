/* `run`: replicates until told to stop; one a directory. */
#include "node/commands.h"

#include "core/endpoint.h"
#include "core/file.h"
#include "core/log.h"
#include "core/stop.h"
#include "node/link.h"
#include "node/settings.h"

#include <errno.h>
#include <unistd.h>

#define STEP_MS 500

static enum gn_err loop(struct node_link *link, const char *hub)
{
	uint64_t connected_at = UINT64_MAX; /* registry version whose hubs we connected to */
	enum gn_err err = GN_OK;
	const struct gn_view *view = gn_replica_view(node_link_replica(link));
	while (!gn_stop_asked() && !err) {
		uint64_t version = gn_registry_version(view->registry);
		if (version != connected_at)
			err = node_link_hubs(link, hub);
		connected_at = version;
		if (!err)
			err = node_link_step(link, STEP_MS);
	}
	return err;
}

static int run(struct node *node, const struct gn_conf *conf)
{
	struct node_link *link = NULL;
	const char *listen = gn_conf_get(conf, "listen");
	char bound[128];
	enum gn_err err = node_link_new(node, &link);
	if (!err && listen[0])
		err = gn_replica_listen(node_link_replica(link), listen, bound);
	if (!err) {
		gn_log(GN_LOG_NOTICE, "ready%s%s", listen[0] ? ": neighbours connect to " : "",
		        listen[0] ? bound : "");
		gn_stop_listen();
		err = loop(link, gn_conf_get(conf, "hub"));
	}
	if (err)
		gn_log(GN_LOG_ERROR, "stopped: %s",
		        err == GN_E_SYSTEM ? strerror(errno) : gn_err_text(err));
	node_link_free(&link);
	return err ? 1 : 0;
}

static int run_alone(struct node *node, const struct gn_conf *conf)
{
	int held;
	enum gn_err err = gn_dir_hold(node->dir, &held);
	if (err) {
		gn_cli_error("%s: %s", node->dir,
		        err == GN_E_BUSY     ? "a node runs here already"
		        : err == GN_E_SYSTEM ? strerror(errno)
		                             : gn_err_text(err));
		return 1;
	}
	gn_stop_catch();
	int status = run(node, conf);
	close(held);
	return status;
}

static bool usable(const struct gn_conf *conf, const char *key)
{
	const char *endpoint = gn_conf_get(conf, key);
	if (!endpoint[0] || gn_endpoint_fits(endpoint))
		return true;
	gn_cli_error(
	        "%s: expected an endpoint such as tcp://10.0.0.1:7460, got \"%s\"", key, endpoint);
	return false;
}

int node_cmd_run(const struct gn_args *args)
{
	const char *dir = gn_arg(args, "dir");
	struct gn_conf *conf;
	if (!node_settings_load(dir ? dir : NODE_DIR_DEFAULT, args, &conf))
		return 1;
	NODE_AUTO *node = node_open_args(dir);
	int status = 1;
	if (node && !node->view.registry)
		gn_cli_error("%s: not joined yet: `gonha-node join TOKEN`", node->dir);
	else if (node && usable(conf, "hub") && usable(conf, "listen"))
		status = run_alone(node, conf);
	gn_conf_free(&conf);
	return status;
}
