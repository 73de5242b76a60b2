/* What can be set, in one table: it feeds the file, the options and `config`. */
#include "hub/settings.h"

#include "core/cli_table.h"
#include "core/file.h"
#include "hub/commands.h"
#include "hub/home.h"

const struct gn_setting hub_settings[] = {
        {"sync", "tcp://0.0.0.0:7460", "where nodes and other hubs connect"},
        {"advertise", "", "the endpoint that nodes are told, when `sync` names none"},
        {"http", "127.0.0.1:7480", "where the dashboard and the API listen; off for none"},
        {"http-open-loopback", "off", "answer the API without a token on this machine"},
        {NULL, NULL, NULL},
};

bool hub_settings_load(const char *dir, const struct gn_args *args, struct gn_conf **ret_conf)
{
	char path[HUB_PATH_MAX];
	struct gn_report report = {0};
	enum gn_err err = gn_path(path, sizeof path, dir, "hub.conf");
	if (!err)
		err = gn_conf_load(hub_settings, path, args, &report, ret_conf);
	if (err && report.count == 0)
		gn_cli_error("%s: %s", path, gn_err_text(err));
	hub_complain(&report);
	return err == GN_OK;
}

int hub_cmd_config(const struct gn_args *args)
{
	const char *dir = gn_arg(args, "dir");
	enum gn_format format;
	struct gn_conf *conf;
	if (!gn_arg_format(args, &format))
		return 2;
	if (!hub_settings_load(dir ? dir : HUB_DIR_DEFAULT, NULL, &conf))
		return 1;
	struct gn_out *out = gn_conf_out(hub_settings, conf);
	gn_conf_free(&conf);
	return gn_cli_write(out, format);
}
