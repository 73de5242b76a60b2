/* The registry's rows as the messages that made them: what an export writes and
 * what a set is compared with. Open ends are 0 again, as the log has them. */
#include "hub/registry_csv_rows.h"

struct standing {
	struct hub_rows *rows;
	struct hub_pool *pool;
	const struct gn_registry *registry;
};

static uint32_t open_end(gn_day day)
{
	return day == GN_DAY_OPEN ? 0 : (uint32_t)day;
}

/* A copy of the message that lives with the rows. */
static enum gn_err add(struct standing *s, enum hub_file kind, const void *message)
{
	size_t size = hub_file_kinds[kind].message->sizeof_message;
	void *copy = hub_pool_take(s->pool, size);
	if (!copy)
		return GN_E_NOMEM;
	memcpy(copy, message, size);
	return hub_rows_add(s->rows, s->pool, kind, copy, NULL, 0);
}

static enum gn_err add_units(struct standing *s)
{
	size_t n;
	const struct gn_unit *rows = gn_registry_units(s->registry, &n);
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < n; i++) {
		Gonha__Unit row = GONHA__UNIT__INIT;
		row.code = rows[i].code;
		row.parent = rows[i].parent;
		row.level = (char *)(uintptr_t)gn_level_name(rows[i].level);
		row.name = rows[i].name;
		row.valid_from = (uint32_t)rows[i].from;
		row.valid_to = open_end(rows[i].to);
		row.merged_into = rows[i].merged_into;
		err = add(s, HUB_FILE_UNITS, &row);
	}
	return err;
}

static enum gn_err add_teams(struct standing *s)
{
	static char local[] = "local", enterprise[] = "enterprise";
	size_t n;
	const struct gn_team *rows = gn_registry_teams(s->registry, &n);
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < n; i++) {
		Gonha__Team row = GONHA__TEAM__INIT;
		row.code = rows[i].code;
		row.unit = rows[i].unit;
		row.kind = rows[i].enterprise ? enterprise : local;
		row.name = rows[i].name;
		row.members = rows[i].members;
		row.valid_from = (uint32_t)rows[i].from;
		row.valid_to = open_end(rows[i].to);
		err = add(s, HUB_FILE_TEAMS, &row);
	}
	return err;
}

static enum gn_err add_measures(struct standing *s)
{
	size_t n;
	const struct gn_measure *rows = gn_registry_measures(s->registry, &n);
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < n; i++) {
		Gonha__Measure row = GONHA__MEASURE__INIT;
		row.unit = rows[i].unit;
		row.measure = rows[i].measure;
		row.date = (uint32_t)rows[i].date;
		row.value = rows[i].value;
		err = add(s, HUB_FILE_MEASURES, &row);
	}
	return err;
}

static enum gn_err add_codes(struct standing *s)
{
	size_t n;
	const struct gn_code *rows = gn_registry_codes(s->registry, &n);
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < n; i++) {
		Gonha__Code row = GONHA__CODE__INIT;
		row.list = rows[i].list;
		row.code = rows[i].code;
		row.name_vi = rows[i].name_vi;
		row.name_en = rows[i].name_en;
		err = add(s, HUB_FILE_CODES, &row);
	}
	return err;
}

static enum gn_err add_indicators(struct standing *s)
{
	size_t n;
	struct gn_indicator *const *rows = gn_registry_indicators(s->registry, &n);
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < n; i++) {
		Gonha__Indicator row = GONHA__INDICATOR__INIT;
		row.code = rows[i]->code;
		row.kind = rows[i]->kind_text;
		row.source = rows[i]->source;
		row.filter = rows[i]->filter_text;
		row.subject = rows[i]->subject_text;
		row.denominator = rows[i]->denominator_text;
		row.name_vi = rows[i]->name_vi;
		row.name_en = rows[i]->name_en;
		err = add(s, HUB_FILE_INDICATORS, &row);
	}
	return err;
}

static enum gn_err add_campaigns(struct standing *s)
{
	size_t n;
	const struct gn_campaign *rows = gn_registry_campaigns(s->registry, &n);
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < n; i++) {
		Gonha__Campaign row = GONHA__CAMPAIGN__INIT;
		row.code = rows[i].code;
		row.from = (uint32_t)rows[i].from;
		row.to = open_end(rows[i].to);
		row.name_vi = rows[i].name_vi;
		row.name_en = rows[i].name_en;
		err = add(s, HUB_FILE_CAMPAIGNS, &row);
	}
	return err;
}

static enum gn_err add_targets(struct standing *s)
{
	size_t n;
	const struct gn_target *rows = gn_registry_targets(s->registry, &n);
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < n; i++) {
		Gonha__Target row = GONHA__TARGET__INIT;
		row.indicator = rows[i].indicator;
		row.unit = rows[i].unit;
		row.from = (uint32_t)rows[i].from;
		row.to = open_end(rows[i].to);
		row.percent = rows[i].percent;
		row.owner = rows[i].owner;
		err = add(s, HUB_FILE_TARGETS, &row);
	}
	return err;
}

static enum gn_err add_links(struct standing *s)
{
	size_t n;
	const struct gn_link *rows = gn_registry_links(s->registry, &n);
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < n; i++) {
		Gonha__Link row = GONHA__LINK__INIT;
		row.unit = rows[i].unit;
		row.endpoint = rows[i].endpoint;
		err = hub_split_codes(
		        s->pool, rows[i].neighbours, &row.neighbours, &row.n_neighbours);
		if (!err)
			err = add(s, HUB_FILE_NODES, &row);
	}
	return err;
}

enum gn_err hub_rows_standing(struct hub_rows *rows, struct hub_pool *pool, enum hub_file kind,
        const struct gn_registry *registry)
{
	static enum gn_err (*const adders[HUB_FILE_COUNT])(struct standing *) = {
	        [HUB_FILE_UNITS] = add_units,
	        [HUB_FILE_TEAMS] = add_teams,
	        [HUB_FILE_MEASURES] = add_measures,
	        [HUB_FILE_CODES] = add_codes,
	        [HUB_FILE_INDICATORS] = add_indicators,
	        [HUB_FILE_CAMPAIGNS] = add_campaigns,
	        [HUB_FILE_TARGETS] = add_targets,
	        [HUB_FILE_NODES] = add_links,
	};
	struct standing s = {rows, pool, registry};
	enum gn_err err = adders[kind](&s);
	hub_rows_sort(rows);
	return err;
}
