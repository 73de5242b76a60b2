/* The one place where a command's list becomes output. */
#include "core/cli_table.h"

bool gn_arg_format(const struct gn_args *args, enum gn_format *ret_format)
{
	const char *text = gn_arg(args, "format");
	if (gn_format_parse(text ? text : "table", ret_format) == GN_OK)
		return true;
	gn_cli_error("--format: expected table, csv or json, got \"%s\"", text);
	return false;
}

int gn_cli_write(struct gn_out *out, enum gn_format format)
{
	enum gn_err err = out ? gn_out_write(out, format, stdout) : GN_E_NOMEM;
	gn_out_free(&out);
	if (err)
		gn_cli_error("%s", gn_err_text(err));
	return err ? 1 : 0;
}

struct gn_out *gn_conf_out(const struct gn_setting *settings, const struct gn_conf *conf)
{
	static const char *const headings[] = {"key", "value", "source", NULL};
	struct gn_out *out = gn_out_new(headings);
	for (const struct gn_setting *s = settings; out && s->key; s++) {
		gn_out_text(out, s->key);
		gn_out_text(out, gn_conf_get(conf, s->key));
		gn_out_text(out, gn_conf_source(conf, s->key));
	}
	return out;
}
