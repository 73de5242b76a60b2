/* Settings: a table of keys, each with its value and where it came from. */
#ifndef GN_CORE_CONF_H
#define GN_CORE_CONF_H

#include "core/cli.h"
#include "core/report.h"

struct gn_setting { /* a table of these is a program's configuration; ends with a NULL key */
	const char *key; /* in the file and as --key of `run` */
	const char *fallback; /* "" for none */
	const char *help;
	bool many; /* given several times, the values stand side by side, a blank between */
};

struct gn_conf;
/* Default, then the INI file (missing is fine; sections are not used), then the
 * options of `args` (may be NULL; a flag reads "on"). Unknown keys and faulty
 * lines go to `report` with file and line; GN_E_INPUT. The caller owns it. */
enum gn_err gn_conf_load(const struct gn_setting *settings, const char *path,
        const struct gn_args *args, struct gn_report *report,
        struct gn_conf **ret_conf) GN_MUST_USE;
void gn_conf_free(struct gn_conf **conf);
const char *gn_conf_get(const struct gn_conf *conf, const char *key); /* never NULL */
bool gn_conf_bool(const struct gn_conf *conf, const char *key); /* on, yes, true, 1 */
/* "default", "hub.conf:3" or "--http". */
const char *gn_conf_source(const struct gn_conf *conf, const char *key);

#endif
