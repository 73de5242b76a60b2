/* `run`: settings, then the daemon; one a directory. */
#include "hub/commands.h"

#include "core/endpoint.h"
#include "core/file.h"
#include "hub/daemon.h"
#include "hub/settings.h"

#include <errno.h>
#include <unistd.h>

static bool hold(const char *dir, int *ret_fd)
{
	enum gn_err err = gn_dir_hold(dir, ret_fd);
	if (err == GN_E_BUSY)
		gn_cli_error("%s: a hub runs here already", dir);
	else if (err)
		gn_cli_error(
		        "%s: %s", dir, err == GN_E_SYSTEM ? strerror(errno) : gn_err_text(err));
	return !err;
}

int hub_cmd_run(const struct gn_args *args)
{
	const char *dir = gn_arg(args, "dir");
	struct gn_conf *conf;
	if (!hub_settings_load(dir ? dir : HUB_DIR_DEFAULT, args, &conf))
		return 1;
	HUB_AUTO *hub = hub_open_args(dir);
	int status = 1, held = -1;
	if (hub && hold(hub->dir, &held)) {
		const char *sync = gn_conf_get(conf, "sync"),
		           *advertise = gn_conf_get(conf, "advertise");
		if (!advertise[0] && gn_endpoint_named(sync))
			advertise = sync;
		if (advertise[0] && !gn_endpoint_named(advertise))
			gn_cli_error("advertise: expected an endpoint that nodes can reach, such "
			             "as tcp://hub.example:7460, got \"%s\"",
			        advertise);
		else
			status = hub_daemon_run(hub, sync, advertise, gn_conf_get(conf, "http"),
			        gn_conf_bool(conf, "http-open-loopback"));
		close(held);
	}
	gn_conf_free(&conf);
	return status;
}
