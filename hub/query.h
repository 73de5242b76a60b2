/* Parameters of a question, the same on the command line and over HTTP. */
#ifndef HUB_QUERY_H
#define HUB_QUERY_H

#include "hub/rates.h"

#define HUB_QUERY_TEXT 200

/* Gives a parameter's value or NULL; `context` is the caller's. */
typedef const char *hub_param(void *context, const char *name);

/* `rates`: indicator, level, unit, from, to, campaign, sort. GN_E_USAGE: a value
 * that cannot be (ret_text: "level: expected ..., got ..."); GN_E_NOTFOUND: an
 * unknown campaign. Slices and texts are borrowed from the parameters. */
enum gn_err hub_query_rates(hub_param *param, void *context, const struct gn_registry *registry,
        struct hub_rates_query *ret_query, char ret_text[HUB_QUERY_TEXT]) GN_MUST_USE;

#endif
