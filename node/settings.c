/* What can be set, in one table: it feeds the file, the options and `config`. */
#include "node/settings.h"

#include "core/file.h"
#include "node/commands.h"
#include "node/home.h"

#include <stdio.h>

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
	static const char *const headings[] = {"key", "value", "source", NULL};
	const char *dir = gn_arg(args, "dir"), *text = gn_arg(args, "format");
	enum gn_format format;
	if (gn_format_parse(text ? text : "table", &format)) {
		gn_cli_error("--format: expected table, csv or json, got \"%s\"", text);
		return 2;
	}
	struct gn_conf *conf;
	if (!node_settings_load(dir ? dir : NODE_DIR_DEFAULT, NULL, &conf))
		return 1;
	struct gn_out *out = gn_out_new(headings);
	for (const struct gn_setting *s = node_settings; out && s->key; s++) {
		gn_out_text(out, s->key);
		gn_out_text(out, gn_conf_get(conf, s->key));
		gn_out_text(out, gn_conf_source(conf, s->key));
	}
	gn_conf_free(&conf);
	enum gn_err err = out ? gn_out_write(out, format, stdout) : GN_E_NOMEM;
	gn_out_free(&out);
	return err ? 1 : 0;
}
