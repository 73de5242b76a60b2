/* `run`: settings, then the daemon. */
#include "hub/commands.h"

#include "core/endpoint.h"
#include "hub/daemon.h"
#include "hub/settings.h"

int hub_cmd_run(const struct gn_args *args)
{
	const char *dir = gn_arg(args, "dir");
	struct gn_conf *conf;
	if (!hub_settings_load(dir ? dir : HUB_DIR_DEFAULT, args, &conf))
		return 1;
	HUB_AUTO *hub = hub_open_args(dir);
	int status = 1;
	if (hub) {
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
	}
	gn_conf_free(&conf);
	return status;
}
