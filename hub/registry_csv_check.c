/* Whether the registry would hold together with a set in it. The set and what
 * stands are built into a registry of their own, so that the questions are asked
 * of the very look-ups that counting rests on. Rows that stand are checked too:
 * a set may take from under them what they need. */
#include "hub/registry_csv_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/record.h"

void hub_check_fault(struct hub_check *c, const char *field, const char *format, ...)
{
	char text[256], place[192];
	const struct hub_row *row = c->at->row;
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	snprintf(place, sizeof place, "registry, %s, row \"%s\"", hub_file_kinds[c->kind].name,
	        row->key);
	gn_report_add(c->report, row->file ? row->file : place, row->line, field, "%s", text);
}

static const char *quoted(const char *code)
{
	return gn_report_value(gn_bytes_str(code));
}

static gn_day last_day(uint32_t to)
{
	return to ? (gn_day)to : GN_DAY_OPEN;
}

static const char *day_text(gn_day day)
{
	static _Thread_local char buf[11];
	return gn_day_text(day, buf);
}

static void check_days(
        struct hub_check *c, uint32_t from, uint32_t to, const char *from_name, const char *to_name)
{
	if (to && to < from)
		hub_check_fault(c, to_name, "lies before %s", from_name);
}

static const char *article(enum gn_level level)
{
	static const char *const names[] = {[GN_LEVEL_PROVINCE] = "a province",
	        [GN_LEVEL_DISTRICT] = "a district",
	        [GN_LEVEL_COMMUNE] = "a commune",
	        [GN_LEVEL_VILLAGE] = "a village",
	        [GN_LEVEL_TEAM] = "a team"};
	return names[level];
}

static void not_in_force(struct hub_check *c, const char *field, const char *code, gn_day day)
{
	if (day)
		hub_check_fault(
		        c, field, "unit \"%s\" is not in force on %s", quoted(code), day_text(day));
	else
		hub_check_fault(c, field,
		        "unit \"%s\" is not in force from the beginning, so this row needs its "
		        "first day in valid_from",
		        quoted(code));
}

#define BIT(level) (1u << (level))

/* That `code` is a unit of one of the levels on every day from the first to the last. */
static void check_unit_on_days(struct hub_check *c, const char *field, const char *code,
        gn_day from, gn_day to, unsigned levels, const char *needed)
{
	struct gn_bytes bytes = gn_bytes_str(code);
	if (!gn_registry_unit_any(c->would, bytes)) {
		hub_check_fault(c, field, "there is no unit \"%s\"", quoted(code));
		return;
	}
	while (from <= to) {
		const struct gn_unit *unit = gn_registry_unit(c->would, bytes, from);
		if (!unit) {
			not_in_force(c, field, code, from);
			return;
		}
		if (!(levels & BIT(unit->level))) {
			hub_check_fault(c, field, "expected %s, \"%s\" is %s", needed, quoted(code),
			        article(unit->level));
			return;
		}
		from = unit->to + 1;
	}
}

static void check_unit_exists(struct hub_check *c, const char *field, const char *code)
{
	if (!gn_registry_unit_any(c->would, gn_bytes_str(code)))
		hub_check_fault(c, field, "there is no unit \"%s\"", quoted(code));
}

static void check_parent(struct hub_check *c, const Gonha__Unit *unit, enum gn_level level)
{
	static const struct {
		unsigned levels;
		const char *needed;
	} above[] = {
	        [GN_LEVEL_DISTRICT] = {BIT(GN_LEVEL_PROVINCE), "a province above a district"},
	        [GN_LEVEL_COMMUNE] = {BIT(GN_LEVEL_PROVINCE) | BIT(GN_LEVEL_DISTRICT),
	                "a district or a province above a commune"},
	        [GN_LEVEL_VILLAGE] = {BIT(GN_LEVEL_COMMUNE), "a commune above a village"},
	};
	if (level == GN_LEVEL_PROVINCE) {
		if (unit->parent[0])
			hub_check_fault(c, "parent", "a province has no unit above it, got \"%s\"",
			        quoted(unit->parent));
		return;
	}
	if (!unit->parent[0])
		hub_check_fault(
		        c, "parent", "is missing: %s needs a unit above it", article(level));
	else
		check_unit_on_days(c, "parent", unit->parent, (gn_day)unit->valid_from,
		        last_day(unit->valid_to), above[level].levels, above[level].needed);
}

static void check_successor(struct hub_check *c, const Gonha__Unit *unit, enum gn_level level)
{
	if (!unit->merged_into[0])
		return;
	if (!unit->valid_to) {
		hub_check_fault(
		        c, "merged_into", "a unit that was merged needs its last day in valid_to");
		return;
	}
	gn_day day = (gn_day)unit->valid_to + 1;
	struct gn_bytes code = gn_bytes_str(unit->merged_into);
	const struct gn_unit *successor = gn_registry_unit(c->would, code, day);
	if (!gn_registry_unit_any(c->would, code))
		check_unit_exists(c, "merged_into", unit->merged_into);
	else if (!successor)
		not_in_force(c, "merged_into", unit->merged_into, day);
	else if (successor->level != level)
		hub_check_fault(c, "merged_into", "expected %s, \"%s\" is %s", article(level),
		        quoted(unit->merged_into), article(successor->level));
}

/* Rows of one code stand one after the other, by their first day. */
static void check_overlap(
        struct hub_check *c, const char *code, const char *before, gn_day before_to, uint32_t from)
{
	if (!before || strcmp(code, before) != 0 || before_to < (gn_day)from)
		return;
	if (before_to == GN_DAY_OPEN)
		hub_check_fault(c, "valid_from",
		        "overlaps with the row of \"%s\" before it, which has no valid_to",
		        quoted(code));
	else
		hub_check_fault(c, "valid_from",
		        "overlaps with the row of \"%s\" before it, which is valid to %s",
		        quoted(code), day_text(before_to));
}

static const void *row_before(const struct hub_check *c)
{
	return c->at > c->rows[c->kind] ? c->at[-1].row->message : NULL;
}

static void check_unit(struct hub_check *c, const void *message)
{
	const Gonha__Unit *unit = message, *before = row_before(c);
	enum gn_level level = GN_LEVEL_PROVINCE;
	if (gn_level_parse(unit->level, &level))
		return; /* the reader let known levels in alone */
	check_days(c, unit->valid_from, unit->valid_to, "valid_from", "valid_to");
	check_overlap(c, unit->code, before ? before->code : NULL,
	        before ? last_day(before->valid_to) : 0, unit->valid_from);
	check_parent(c, unit, level);
	check_successor(c, unit, level);
}

static void check_team(struct hub_check *c, const void *message)
{
	const Gonha__Team *team = message, *before = row_before(c);
	bool local = strcmp(team->kind, "local") == 0;
	check_days(c, team->valid_from, team->valid_to, "valid_from", "valid_to");
	check_overlap(c, team->code, before ? before->code : NULL,
	        before ? last_day(before->valid_to) : 0, team->valid_from);
	check_unit_on_days(c, "unit", team->unit, (gn_day)team->valid_from,
	        last_day(team->valid_to),
	        local ? BIT(GN_LEVEL_VILLAGE) | BIT(GN_LEVEL_COMMUNE) : BIT(GN_LEVEL_PROVINCE),
	        local ? "a village or a commune for a local team"
	              : "a province for an enterprise team");
}

static void check_measure(struct hub_check *c, const void *message)
{
	const Gonha__Measure *measure = message;
	check_unit_exists(c, "unit", measure->unit);
}

static void check_campaign(struct hub_check *c, const void *message)
{
	const Gonha__Campaign *campaign = message;
	check_days(c, campaign->from, campaign->to, "from", "to");
}

static void check_target(struct hub_check *c, const void *message)
{
	const Gonha__Target *target = message;
	check_days(c, target->from, target->to, "from", "to");
	check_unit_exists(c, "unit", target->unit);
	if (!gn_registry_indicator(c->would, target->indicator))
		hub_check_fault(
		        c, "indicator", "there is no indicator \"%s\"", quoted(target->indicator));
}

static bool is_endpoint(const char *text)
{
	const char *host = text + strlen("tcp://");
	if (strncmp(text, "tcp://", strlen("tcp://")) != 0)
		return false;
	const char *port = strrchr(host, ':');
	size_t digits = port ? strspn(port + 1, "0123456789") : 0;
	return port && port > host && digits && digits <= 5 && !port[1 + digits] &&
	       strtoul(port + 1, NULL, 10) <= 65535;
}

static void check_link(struct hub_check *c, const void *message)
{
	const Gonha__Link *link = message;
	check_unit_exists(c, "unit", link->unit);
	if (link->endpoint[0] && !is_endpoint(link->endpoint))
		hub_check_fault(c, "endpoint", "expected tcp://HOST:PORT, got \"%s\"",
		        quoted(link->endpoint));
	for (size_t i = 0; i < link->n_neighbours; i++) {
		check_unit_exists(c, "neighbours", link->neighbours[i]);
		if (strcmp(link->neighbours[i], link->unit) == 0)
			hub_check_fault(c, "neighbours", "a unit is no neighbour of itself");
	}
}

/* In the order of the files, what stands after what is given. */
static int by_reading(const void *a, const void *b)
{
	const struct hub_row *x = (*(const struct hub_checked *const *)a)->row;
	const struct hub_row *y = (*(const struct hub_checked *const *)b)->row;
	int order = (x->file == NULL) - (y->file == NULL);
	return order ? order : (x->order > y->order) - (x->order < y->order);
}

static void sequence(struct hub_check *c, enum hub_file kind)
{
	for (size_t i = 0; i < c->n[kind]; i++)
		c->sequence[kind][i] = &c->rows[kind][i];
	if (c->n[kind])
		qsort(c->sequence[kind], c->n[kind], sizeof *c->sequence[kind], by_reading);
}

static void check_rows(struct hub_check *c)
{
	static void (*const checks[HUB_FILE_COUNT])(struct hub_check *, const void *) = {
	        [HUB_FILE_UNITS] = check_unit,
	        [HUB_FILE_TEAMS] = check_team,
	        [HUB_FILE_MEASURES] = check_measure,
	        [HUB_FILE_CAMPAIGNS] = check_campaign,
	        [HUB_FILE_TARGETS] = check_target,
	        [HUB_FILE_NODES] = check_link,
	};
	for (c->kind = 0; c->kind < HUB_FILE_COUNT; c->kind++)
		for (size_t i = 0; checks[c->kind] && i < c->n[c->kind]; i++) {
			c->at = c->sequence[c->kind][i];
			checks[c->kind](c, c->at->row->message);
		}
}

/* A node keeps its unit. */
static void check_nodes(struct hub_check *c, const struct gn_registry *current)
{
	size_t n;
	const struct gn_enrolment *rows = gn_registry_enrolments(current, &n);
	for (size_t i = 0; i < n; i++) {
		struct gn_bytes unit = gn_bytes_str(rows[i].unit);
		if (gn_registry_unit_any(current, unit) && !gn_registry_unit_any(c->would, unit))
			gn_report_add(c->report, "registry", 0, NULL,
			        "a node is enrolled for unit \"%s\", which would be gone",
			        quoted(rows[i].unit));
	}
}

static enum gn_err gather(struct hub_check *c, enum hub_file kind, const struct hub_rows *standing,
        const struct hub_rows *given, bool replace)
{
	struct hub_row_walk walk = {.standing = standing, .given = given};
	c->rows[kind] = calloc(standing->n + given->n + 1, sizeof *c->rows[kind]);
	c->sequence[kind] = calloc(standing->n + given->n + 1, sizeof *c->sequence[kind]);
	if (!c->rows[kind] || !c->sequence[kind])
		return GN_E_NOMEM;
	while (hub_row_walk_next(&walk)) {
		const struct hub_row *row = walk.new ? walk.new : walk.old;
		if (!walk.new &&replace)
			continue;
		bool same = walk.old && walk.new &&gn_bytes_eq(walk.old->packed, walk.new->packed);
		c->rows[kind][c->n[kind]++] = (struct hub_checked){row, walk.new && !same};
	}
	sequence(c, kind);
	return GN_OK;
}

static enum gn_err apply(struct gn_registry *registry, uint64_t seq, struct gn_bytes message)
{
	static const uint8_t salt[GN_SALT_SIZE];
	uint8_t body[GN_ENTRY_MAX];
	size_t size;
	enum gn_err err = gn_body_wrap(GN_KIND_REGISTRY, salt, message, body, sizeof body, &size);
	return err ? err : gn_registry_apply(registry, seq, gn_bytes(body, size));
}

/* Builds the registry as it would be from the gathered rows. */
static enum gn_err build(struct hub_check *c)
{
	struct hub_packer packer = {0};
	enum gn_err err = GN_OK;
	for (size_t kind = 0; !err && kind < HUB_FILE_COUNT; kind++)
		for (size_t i = 0; !err && i < c->n[kind]; i++)
			err = hub_packer_add(&packer, c->rows[kind][i].row->packed);
	if (!err)
		err = hub_packer_end(&packer);
	for (size_t i = 0; !err && i < packer.n; i++)
		err = apply(c->would, i + 1, packer.messages[i]);
	hub_packer_done(&packer);
	return err;
}

enum gn_err hub_registry_check(const struct gn_registry *current,
        const struct hub_registry_set *set, struct gn_report *report)
{
	struct hub_check c = {.would = gn_registry_new(), .report = report};
	struct hub_rows standing[HUB_FILE_COUNT] = {0};
	struct hub_pool pool = {0};
	size_t faults = report->count;
	enum gn_err err = c.would ? GN_OK : GN_E_NOMEM;
	for (size_t i = 0; !err && i < HUB_FILE_COUNT; i++) {
		err = hub_rows_standing(&standing[i], &pool, (enum hub_file)i, current);
		if (!err)
			err = gather(&c, (enum hub_file)i, &standing[i], &set->rows[i],
			        set->replace && set->present[i]);
	}
	if (!err)
		err = build(&c);
	if (!err) {
		check_rows(&c);
		hub_check_indicators(&c);
		check_nodes(&c, current);
		err = report->count > faults ? GN_E_INPUT : GN_OK;
	}
	for (size_t i = 0; i < HUB_FILE_COUNT; i++) {
		free(c.rows[i]);
		free(c.sequence[i]);
		hub_rows_done(&standing[i]);
	}
	hub_pool_done(&pool);
	gn_registry_free(&c.would);
	return err;
}
