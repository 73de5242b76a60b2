/* Where a record stands: the team that made it, the household it is about, the
 * unit of a tally. Decides what lies within this node's authority that day. */
#include "node/form_fill.h"

#include <stdio.h>

#include "core/area.h"
#include "core/text.h"

bool node_fill_day_known(const struct fill *f)
{
	return f->form->cell[GN_F_DATE].size && !(f->wrong & NODE_COL_BIT(GN_F_DATE));
}

const char *node_fill_on(const struct fill *f)
{
	static _Thread_local char ring[4][16];
	static _Thread_local unsigned next;
	char day[11];
	char *text = ring[next++ % 4];
	snprintf(text, sizeof(ring[0]), "on %s", gn_day_text((gn_day)f->out->record.date, day));
	return text;
}

static gn_day day_of(const struct fill *f)
{
	return (gn_day)f->out->record.date;
}

/* Of this node's unit, or of what merged into it. */
static bool in_area(const struct fill *f, struct gn_bytes unit)
{
	return gn_area_holds(f->ground->registry, gn_bytes_str(f->ground->unit), unit, day_of(f));
}

void node_fill_team(struct fill *f, int column, struct gn_bytes value)
{
	const struct gn_registry *registry = f->ground->registry;
	const char *quoted = gn_report_value(value);
	f->out->record.text[column] = value;
	if (!gn_registry_team_any(registry, value)) {
		node_fill_fault(f, column, "unknown team \"%s\"", quoted);
		return;
	}
	if (!node_fill_day_known(f))
		return;
	const struct gn_team *team = gn_registry_team(registry, value, day_of(f));
	if (!team) {
		node_fill_fault(
		        f, column, "team \"%s\" was not in force %s", quoted, node_fill_on(f));
		return;
	}
	if (!team->enterprise && !in_area(f, gn_bytes_str(team->unit))) {
		node_fill_fault(f, column,
		        "team \"%s\" belongs to unit \"%s\", which this node (%s) does not serve "
		        "%s",
		        quoted, team->unit, f->ground->unit, node_fill_on(f));
		return;
	}
	f->team = team;
}

static const struct gn_unit *unit_that_day(
        struct fill *f, int column, const char *what, struct gn_bytes code)
{
	const struct gn_unit *unit = gn_registry_unit(f->ground->registry, code, day_of(f));
	const char *quoted = gn_report_value(code);
	if (unit)
		return unit;
	if (gn_registry_unit_any(f->ground->registry, code))
		node_fill_fault(
		        f, column, "%s \"%s\" was not in force %s", what, quoted, node_fill_on(f));
	else
		node_fill_fault(f, column, "unknown %s \"%s\"", what, quoted);
	return NULL;
}

/* The village part of VILLAGE/NUMBER. */
static void named_village(struct fill *f, int column, struct gn_bytes code)
{
	const struct gn_unit *village = unit_that_day(f, column, "village", code);
	if (!village)
		return;
	const char *quoted = gn_report_value(code);
	if (village->level != GN_LEVEL_VILLAGE)
		node_fill_fault(f, column, "\"%s\" is a %s, expected a village", quoted,
		        gn_level_name(village->level));
	else if (!f->team->enterprise && !gn_registry_covers(f->ground->registry,
	                                         gn_bytes_str(f->team->unit), code, day_of(f)))
		node_fill_fault(f, column,
		        "village \"%s\" does not lie under the team's unit \"%s\"", quoted,
		        f->team->unit);
	else if (!in_area(f, code))
		node_fill_fault(f, column,
		        "village \"%s\" does not lie under this node's unit \"%s\"", quoted,
		        f->ground->unit);
	else if (!gn_bytes_is(code, f->team->unit))
		f->out->record.text[GN_F_VILLAGE] = code;
}

static bool team_serves_village(const struct fill *f)
{
	const struct gn_unit *unit =
	        gn_registry_unit(f->ground->registry, gn_bytes_str(f->team->unit), day_of(f));
	return unit && unit->level == GN_LEVEL_VILLAGE;
}

void node_fill_household(struct fill *f, int column, struct gn_bytes value)
{
	const uint8_t *slash = memchr(value.data, '/', value.size);
	struct gn_bytes number = value, village = {0};
	uint64_t n;
	if (slash) {
		village = gn_bytes(value.data, (size_t)(slash - value.data));
		number = gn_bytes(slash + 1, value.size - village.size - 1);
	}
	if (gn_number_parse(number, UINT16_MAX, &n) != GN_OK || n == 0) {
		node_fill_fault(f, column, "expected a number from 1 to 65535, got \"%s\"",
		        gn_report_value(number));
		return;
	}
	f->out->record.household = (uint32_t)n;
	if (!f->team)
		return;
	if (slash)
		named_village(f, column, village);
	else if (!team_serves_village(f))
		node_fill_fault(f, column,
		        "expected VILLAGE/NUMBER, because team \"%s\" serves no single village, "
		        "got \"%s\"",
		        f->team->code, gn_report_value(value));
}

void node_fill_unit(struct fill *f, int column, struct gn_bytes value)
{
	f->out->record.text[column] = value;
	if (!node_fill_day_known(f)) {
		if (!gn_registry_unit_any(f->ground->registry, value))
			node_fill_fault(f, column, "unknown unit \"%s\"", gn_report_value(value));
		return;
	}
	if (unit_that_day(f, column, "unit", value) && !in_area(f, value))
		node_fill_fault(f, column, "unit \"%s\" does not lie under this node's unit \"%s\"",
		        gn_report_value(value), f->ground->unit);
}
