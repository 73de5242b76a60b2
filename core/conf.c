/* What is in force and where it came from. Which keys there are and what their
 * values mean is the program's; the shape of a line is inih's, which is given
 * one line at a time so that every fault has its number.
 */
#include "core/conf.h"
#include "core/file.h"
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define FILE_MAX_BYTES (1u << 20)
#define LINE_MAX_BYTES 198 /* what inih takes at once as Debian builds it */

struct value {
	char *text, *source;
};

struct gn_conf {
	const struct gn_setting *settings;
	size_t count;
	struct value *values;
};

struct reading { /* one line of the file */
	struct gn_conf *conf;
	struct gn_report *report;
	const char *file;
	size_t line;
	enum gn_err err;
};

static int find_key(const struct gn_conf *conf, const char *key)
{
	for (size_t i = 0; i < conf->count; i++)
		if (strcmp(conf->settings[i].key, key) == 0)
			return (int)i;
	return -1;
}

/* Takes the place of what was there, or goes behind it. */
static enum gn_err set_value(
        struct gn_conf *conf, size_t i, const char *text, const char *source, bool add)
{
	struct value *v = &conf->values[i], new = {0};
	bool join = add && v->text && v->text[0];

	if (asprintf(&new.text, "%s%s%s", join ? v->text : "", join ? " " : "", text) < 0)
		return GN_E_NOMEM;
	new.source = strdup(source);
	if (!new.source) {
		free(new.text);
		return GN_E_NOMEM;
	}
	free(v->text);
	free(v->source);
	*v = new;
	return GN_OK;
}

static bool from_file(const struct gn_conf *conf, size_t i, const char *file)
{
	size_t size = strlen(file);
	const char *source = conf->values[i].source;

	return strncmp(source, file, size) == 0 && source[size] == ':';
}

static int take_pair(void *context, const char *section, const char *key, const char *text)
{
	struct reading *r = context;
	int i = find_key(r->conf, key);
	bool again = i >= 0 && from_file(r->conf, (size_t)i, r->file);
	char source[300];

	(void)section;
	if (i < 0) {
		gn_report_add(r->report, r->file, r->line, NULL, "unknown key \"%s\"",
		        gn_report_value(gn_bytes_str(key)));
	} else if (again && !r->conf->settings[i].many) {
		gn_report_add(r->report, r->file, r->line, key, "given twice");
	} else {
		snprintf(source, sizeof source, "%s:%zu", r->file, r->line);
		r->err = set_value(r->conf, (size_t)i, text, source, again);
	}
	return 1;
}

static void read_line(struct reading *r, const char *line)
{
	if (strlen(line) > LINE_MAX_BYTES)
		gn_report_add(r->report, r->file, r->line, NULL,
		        "expected at most %d bytes in a line", LINE_MAX_BYTES);
	else if (ini_parse_string(line, take_pair, r) != 0)
		gn_report_add(r->report, r->file, r->line, NULL, "expected KEY = VALUE, got \"%s\"",
		        gn_report_value(gn_bytes_str(line)));
}

static enum gn_err read_lines(struct reading *r, char *text, size_t size)
{
	if (memchr(text, 0, size)) {
		gn_report_add(r->report, r->file, 0, NULL, "is not a text");
		return GN_OK;
	}
	while (text && !r->err) {
		char *end = strchr(text, '\n');

		if (end)
			*end = 0;
		r->line++;
		read_line(r, text);
		text = end ? end + 1 : NULL;
	}
	return r->err;
}

static enum gn_err load_file(struct gn_conf *conf, const char *path, struct gn_report *report)
{
	const char *slash = strrchr(path, '/');
	struct reading r = {.conf = conf, .report = report, .file = slash ? slash + 1 : path};
	uint8_t *text;
	size_t size;
	enum gn_err err = gn_file_read(path, FILE_MAX_BYTES, &text, &size);

	if (err == GN_E_NOTFOUND)
		return GN_OK;
	if (err)
		return err;
	err = read_lines(&r, (char *)text, size);
	free(text);
	return err;
}

static bool is_flag(const struct gn_args *args, const char *key)
{
	for (const struct gn_option *o = args->command->options; o && o->name; o++)
		if (strcmp(o->name, key) == 0)
			return o->arg == NULL;
	return false;
}

static enum gn_err load_args(struct gn_conf *conf, const struct gn_args *args)
{
	for (size_t i = 0; i < conf->count; i++) {
		const char *key = conf->settings[i].key, *text;
		char source[80];

		snprintf(source, sizeof source, "--%s", key);
		for (size_t nth = 0; (text = gn_arg_nth(args, key, nth)); nth++) {
			bool add = nth > 0 && conf->settings[i].many;
			enum gn_err err =
			        set_value(conf, i, is_flag(args, key) ? "on" : text, source, add);

			if (err)
				return err;
		}
	}
	return GN_OK;
}

static struct gn_conf *conf_new(const struct gn_setting *settings)
{
	struct gn_conf *conf = calloc(1, sizeof *conf);

	if (!conf)
		return NULL;
	conf->settings = settings;
	while (settings[conf->count].key)
		conf->count++;
	conf->values = calloc(conf->count + 1, sizeof *conf->values);
	for (size_t i = 0; conf->values && i < conf->count; i++)
		if (set_value(conf, i, settings[i].fallback, "default", false)) {
			gn_conf_free(&conf);
			return NULL;
		}
	if (!conf->values)
		gn_conf_free(&conf);
	return conf;
}

enum gn_err gn_conf_load(const struct gn_setting *settings, const char *path,
        const struct gn_args *args, struct gn_report *report, struct gn_conf **ret_conf)
{
	size_t faults = report->count;
	struct gn_conf *conf = conf_new(settings);
	enum gn_err err = conf ? GN_OK : GN_E_NOMEM;

	if (!err && path)
		err = load_file(conf, path, report);
	if (!err && args)
		err = load_args(conf, args);
	if (!err && report->count > faults)
		err = GN_E_INPUT;
	if (err) {
		gn_conf_free(&conf);
		return err;
	}
	*ret_conf = conf;
	return GN_OK;
}

void gn_conf_free(struct gn_conf **conf)
{
	struct gn_conf *c = *conf;

	if (!c)
		return;
	*conf = NULL;
	for (size_t i = 0; c->values && i < c->count; i++) {
		free(c->values[i].text);
		free(c->values[i].source);
	}
	free(c->values);
	free(c);
}

const char *gn_conf_get(const struct gn_conf *conf, const char *key)
{
	int i = find_key(conf, key);

	return i < 0 ? "" : conf->values[i].text;
}

bool gn_conf_bool(const struct gn_conf *conf, const char *key)
{
	static const char *const words[] = {"on", "yes", "true", "1"};
	const char *text = gn_conf_get(conf, key);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(text, words[i]) == 0)
			return true;
	return false;
}

const char *gn_conf_source(const struct gn_conf *conf, const char *key)
{
	int i = find_key(conf, key);

	return i < 0 ? "default" : conf->values[i].source;
}
