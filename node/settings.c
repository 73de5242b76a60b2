/* What can be set, in one table: it feeds the file, the options and `config`. */
#include "node/settings.h"

#include "core/cli_table.h"
#include "core/file.h"
#include "node/commands.h"
#include "node/home.h"

const struct gn_setting node_settings[] = {
        {"hub", "", "where the hub is (default: as the registry says)"},
        {"listen", "", "where neighbours connect, such as tcp://0.0.0.0:7461"},
        {"peer", "", "a neighbour's endpoint"},
        {NULL, NULL, NULL},
};

bool node_settings_load(const char *dir, const struct gn_args *args, struct gn_conf **ret_conf)
{
	char path[NODE_PATH_MAX];
	struct gn_report report = {0};
	enum gn_err err = gn_path(path, sizeof path, dir, "node.conf");
	if (!err)
		err = gn_conf_load(node_settings, path, args, &report, ret_conf);
	if (err && report.count == 0)
		gn_cli_error("%s: %s", path, gn_err_text(err));
	node_complain(&report);
	return err == GN_OK;
}

int node_cmd_config(const struct gn_args *args)
{
	const char *dir = gn_arg(args, "dir");
	enum gn_format format;
	struct gn_conf *conf;
	if (!gn_arg_format(args, &format))
		return 2;
	if (!node_settings_load(dir ? dir : NODE_DIR_DEFAULT, NULL, &conf))
		return 1;
	struct gn_out *out = gn_conf_out(node_settings, conf);
	gn_conf_free(&conf);
	return gn_cli_write(out, format);
}
