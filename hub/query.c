/* From text to a question, with the words of the refusal. */
#include "hub/query.h"

#include "core/report.h"

#include <stdio.h>

struct reader {
	hub_param *param;
	void *context;
	char *text;
};

static enum gn_err refuse(
        const struct reader *r, const char *name, const char *expected, const char *value)
{
	snprintf(r->text, HUB_QUERY_TEXT, "%s: expected %s, got \"%s\"", name, expected,
	        gn_report_value(gn_bytes_str(value)));
	return GN_E_USAGE;
}

static enum gn_err read_day(const struct reader *r, const char *name, gn_day *day)
{
	const char *value = r->param(r->context, name);
	if (value && gn_day_parse(gn_bytes_str(value), day))
		return refuse(r, name, "a date such as 2022-06-01", value);
	return GN_OK;
}

/* A unit asked for by itself has a row of its own. */
static enum gn_err read_level(
        const struct reader *r, const struct gn_registry *registry, enum gn_level *level)
{
	const char *value = r->param(r->context, "level"), *unit = r->param(r->context, "unit");
	const struct gn_unit *alone =
	        unit && !value ? gn_registry_unit_any(registry, gn_bytes_str(unit)) : NULL;
	if (alone)
		*level = alone->level;
	else if (value && strcmp(value, "team") == 0)
		*level = GN_LEVEL_TEAM;
	else if (value && gn_level_parse(value, level))
		return refuse(r, "level", "province, district, commune, village or team", value);
	return GN_OK;
}

static enum gn_err read_sort(const struct reader *r, enum hub_sort *sort)
{
	static const char *const words[] = {
	        [HUB_SORT_UNIT] = "unit", [HUB_SORT_RATE] = "rate", [HUB_SORT_SHORT] = "short"};
	const char *value = r->param(r->context, "sort");
	if (!value)
		return GN_OK;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(words[i], value) == 0) {
			*sort = (enum hub_sort)i;
			return GN_OK;
		}
	}
	return refuse(r, "sort", "rate, unit or short", value);
}

/* A campaign gives both ends; from and to may still narrow it. */
static enum gn_err read_campaign(
        const struct reader *r, const struct gn_registry *registry, struct hub_rates_query *query)
{
	const char *value = r->param(r->context, "campaign");
	if (!value)
		return GN_OK;
	const struct gn_campaign *campaign = gn_registry_campaign(registry, value);
	if (!campaign) {
		snprintf(r->text, HUB_QUERY_TEXT, "campaign: unknown campaign \"%s\"",
		        gn_report_value(gn_bytes_str(value)));
		return GN_E_NOTFOUND;
	}
	query->from = campaign->from;
	query->to = campaign->to;
	return GN_OK;
}

enum gn_err hub_query_rates(hub_param *param, void *context, const struct gn_registry *registry,
        struct hub_rates_query *ret_query, char ret_text[HUB_QUERY_TEXT])
{
	struct reader r = {param, context, ret_text};
	struct hub_rates_query query = {.indicator = param(context, "indicator"),
	        .unit = param(context, "unit"),
	        .level = GN_LEVEL_PROVINCE,
	        .to = gn_today(),
	        .now_ms = gn_now_ms()};
	if (!query.indicator) {
		snprintf(ret_text, HUB_QUERY_TEXT, "indicator: is needed");
		return GN_E_USAGE;
	}
	enum gn_err err = read_level(&r, registry, &query.level);
	if (!err)
		err = read_sort(&r, &query.sort);
	if (!err)
		err = read_campaign(&r, registry, &query);
	if (!err)
		err = read_day(&r, "from", &query.from);
	if (!err)
		err = read_day(&r, "to", &query.to);
	if (!err && query.from > query.to) {
		snprintf(ret_text, HUB_QUERY_TEXT, "from: is after to");
		err = GN_E_USAGE;
	}
	if (!err)
		*ret_query = query;
	return err;
}
