/* Look-ups in the registry. The hub asks for team, unit and node with every
 * record it counts: those go by one hash or one short binary search, without a
 * copy. Walks up are bounded by the levels, whatever the rows say. */
#include "core/registry_state.h"

#include "core/text.h"

static bool in_force(gn_day from, gn_day to, gn_day day)
{
	return from <= day && day <= to;
}

/* Rows of one code stand together, by their first day. */
static const struct gn_unit *unit_row(
        const struct gn_registry *r, const struct gn_symbol *code, gn_day day)
{
	const struct gn_rows *rows = &r->rows[GN_ROWS_UNIT];
	for (size_t i = code ? code->unit : rows->n; i < rows->n; i++) {
		const struct gn_unit *unit = gn_rows_at(rows, i);
		if (unit->code != code->text)
			return NULL;
		if (in_force(unit->from, unit->to, day))
			return unit;
	}
	return NULL;
}

const struct gn_unit *gn_registry_unit(
        const struct gn_registry *r, struct gn_bytes code, gn_day day)
{
	return unit_row(r, gn_symbols_find(&r->symbols, code), day);
}

const struct gn_unit *gn_registry_unit_any(const struct gn_registry *r, struct gn_bytes code)
{
	const struct gn_rows *rows = &r->rows[GN_ROWS_UNIT];
	const struct gn_symbol *symbol = gn_symbols_find(&r->symbols, code);
	const struct gn_unit *newest = NULL;
	for (size_t i = symbol ? symbol->unit : rows->n; i < rows->n; i++) {
		const struct gn_unit *unit = gn_rows_at(rows, i);
		if (unit->code != symbol->text)
			break;
		newest = unit;
	}
	return newest;
}

const struct gn_team *gn_registry_team(
        const struct gn_registry *r, struct gn_bytes code, gn_day day)
{
	const struct gn_rows *rows = &r->rows[GN_ROWS_TEAM];
	const struct gn_symbol *symbol = gn_symbols_find(&r->symbols, code);
	for (size_t i = symbol ? symbol->team : rows->n; i < rows->n; i++) {
		const struct gn_team *team = gn_rows_at(rows, i);
		if (team->code != symbol->text)
			return NULL;
		if (in_force(team->from, team->to, day))
			return team;
	}
	return NULL;
}

const struct gn_team *gn_registry_team_any(const struct gn_registry *r, struct gn_bytes code)
{
	const struct gn_rows *rows = &r->rows[GN_ROWS_TEAM];
	const struct gn_symbol *symbol = gn_symbols_find(&r->symbols, code);
	const struct gn_team *newest = NULL;
	for (size_t i = symbol ? symbol->team : rows->n; i < rows->n; i++) {
		const struct gn_team *team = gn_rows_at(rows, i);
		if (team->code != symbol->text)
			break;
		newest = team;
	}
	return newest;
}

/* A code as a row's key holds it; false: too long to be one. */
static bool as_text(struct gn_bytes code, char buf[GN_CODE_MAX + 1])
{
	if (code.size > GN_CODE_MAX)
		return false;
	if (code.size)
		memcpy(buf, code.data, code.size);
	buf[code.size] = '\0';
	return true;
}

/* Keys are only compared, never written. */
static char *key(const char *text)
{
	return (char *)(uintptr_t)text;
}

const struct gn_indicator *gn_registry_indicator(const struct gn_registry *r, const char *code)
{
	struct gn_indicator wanted = {.code = key(code)};
	const struct gn_indicator *pointer = &wanted;
	struct gn_indicator *const *row = gn_rows_find(&r->rows[GN_ROWS_INDICATOR], &pointer);
	return row ? *row : NULL;
}

const struct gn_campaign *gn_registry_campaign(const struct gn_registry *r, const char *code)
{
	struct gn_campaign wanted = {.code = key(code)};
	return gn_rows_find(&r->rows[GN_ROWS_CAMPAIGN], &wanted);
}

bool gn_registry_has_list(const struct gn_registry *r, const char *list)
{
	const struct gn_rows *rows = &r->rows[GN_ROWS_CODE];
	struct gn_code wanted = {.list = key(list), .code = key("")};
	size_t i = gn_rows_from(rows, &wanted);
	return i < rows->n &&
	       strcmp(((const struct gn_code *)gn_rows_at(rows, i))->list, list) == 0;
}

bool gn_registry_has_code(const struct gn_registry *r, const char *list, struct gn_bytes code)
{
	char text[GN_CODE_MAX + 1];
	if (!as_text(code, text))
		return false;
	struct gn_code wanted = {.list = key(list), .code = text};
	return gn_rows_find(&r->rows[GN_ROWS_CODE], &wanted) != NULL;
}

const struct gn_enrolment *gn_registry_node(
        const struct gn_registry *r, const uint8_t node[GN_KEY_SIZE])
{
	return gn_rows_find(&r->rows[GN_ROWS_ENROLMENT], node);
}

const struct gn_enrolment *gn_registry_transport(
        const struct gn_registry *r, const uint8_t transport[GN_KEY_SIZE])
{
	const struct gn_rows *rows = &r->rows[GN_ROWS_ENROLMENT];
	size_t low = 0, high = rows->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct gn_enrolment *row = gn_rows_at(rows, r->transports[middle]);
		int order = memcmp(row->transport, transport, GN_KEY_SIZE);
		if (order == 0)
			return row;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct gn_invitation *gn_registry_invitation(
        const struct gn_registry *r, const uint8_t token[GN_KEY_SIZE])
{
	return gn_rows_find(&r->rows[GN_ROWS_INVITATION], token);
}

/* The row above, when it is of a higher level: so a walk up always ends. */
static const struct gn_unit *above_row(
        const struct gn_registry *r, const struct gn_unit *unit, gn_day day)
{
	const struct gn_unit *parent = unit_row(r, gn_symbol_of(unit->parent), day);
	return parent && parent->level < unit->level ? parent : NULL;
}

const struct gn_unit *gn_registry_parent(
        const struct gn_registry *r, const struct gn_unit *unit, gn_day day)
{
	const struct gn_unit *parent = gn_registry_unit(r, gn_bytes_str(unit->parent), day);
	return parent && parent->level < unit->level ? parent : NULL;
}

/* */
bool gn_registry_covers(
        const struct gn_registry *r, struct gn_bytes above, struct gn_bytes below, gn_day day)
{
	const struct gn_unit *unit = gn_registry_unit(r, below, day);
	while (unit) {
		/* The rows share one text per code, and `above` is in force when it is met. */
		if (gn_symbol_of(unit->code)->size == above.size &&
		        memcmp(unit->code, above.data, above.size) == 0)
			return true;
		unit = above_row(r, unit, day);
	}
	return false;
}

/* The newest value that the unit itself has on the day. */
static bool own_measure(const struct gn_registry *r, char *unit, const char *measure, gn_day day,
        uint64_t *ret_value)
{
	const struct gn_rows *rows = &r->rows[GN_ROWS_MEASURE];
	struct gn_measure wanted = {.unit = unit, .measure = key(measure), .date = day + 1};
	size_t i = gn_rows_from(rows, &wanted);
	const struct gn_measure *row = i ? gn_rows_at(rows, i - 1) : NULL;
	if (!row || strcmp(row->unit, unit) != 0 || strcmp(row->measure, measure) != 0)
		return false;
	*ret_value = row->value;
	return true;
}

static bool measure_of(const struct gn_registry *r, const struct gn_symbol *code, int level,
        const char *measure, gn_day day, uint64_t *ret_value);

static bool children_measure(const struct gn_registry *r, const struct gn_symbol *code, int level,
        const char *measure, gn_day day, uint64_t *ret_value)
{
	const struct gn_rows *rows = &r->rows[GN_ROWS_UNIT];
	uint64_t sum = 0;
	bool known = false;
	for (uint32_t i = code->child; i < rows->n; i = r->siblings[i]) {
		const struct gn_unit *child = gn_rows_at(rows, i);
		uint64_t value;
		if ((int)child->level <= level || !in_force(child->from, child->to, day) ||
		        !measure_of(r, gn_symbol_of(child->code), (int)child->level, measure, day,
		                &value))
			continue;
		sum += value;
		known = true;
	}
	if (known)
		*ret_value = sum;
	return known;
}

/* Levels grow on the way down, so the recursion is at most four deep. */
static bool measure_of(const struct gn_registry *r, const struct gn_symbol *code, int level,
        const char *measure, gn_day day, uint64_t *ret_value)
{
	return own_measure(r, key(code->text), measure, day, ret_value) ||
	       children_measure(r, code, level, measure, day, ret_value);
}

bool gn_registry_measure(const struct gn_registry *r, struct gn_bytes unit, const char *measure,
        gn_day day, uint64_t *ret_value)
{
	const struct gn_symbol *code = gn_symbols_find(&r->symbols, unit);
	return code && measure_of(r, code, -1, measure, day, ret_value);
}

static const struct gn_target *own_target(
        const struct gn_registry *r, const char *indicator, char *unit, gn_day day)
{
	const struct gn_rows *rows = &r->rows[GN_ROWS_TARGET];
	struct gn_target wanted = {.indicator = key(indicator), .unit = unit, .from = day + 1};
	for (size_t i = gn_rows_from(rows, &wanted); i-- > 0;) {
		const struct gn_target *row = gn_rows_at(rows, i);
		if (strcmp(row->indicator, indicator) != 0 || strcmp(row->unit, unit) != 0)
			return NULL;
		if (day <= row->to)
			return row;
	}
	return NULL;
}

const struct gn_target *gn_registry_target(
        const struct gn_registry *r, const char *indicator, struct gn_bytes unit, gn_day day)
{
	const struct gn_unit *row = gn_registry_unit(r, unit, day);
	if (!row)
		row = gn_registry_unit_any(r, unit);
	for (; row; row = above_row(r, row, day)) {
		const struct gn_target *target = own_target(r, indicator, row->code, day);
		if (target)
			return target;
	}
	return NULL;
}

/* [K-4] */
uint64_t gn_registry_clock_bound(
        const struct gn_registry *r, const uint8_t node[GN_KEY_SIZE], uint64_t seq)
{
	const struct gn_rows *rows = &r->rows[GN_ROWS_CLOCK];
	if (!rows->n)
		return UINT64_MAX;
	struct gn_clock_ruling wanted = {.seq = seq};
	memcpy(wanted.node, node, GN_KEY_SIZE);
	size_t i = gn_rows_from(rows, &wanted);
	const struct gn_clock_ruling *row = i < rows->n ? gn_rows_at(rows, i) : NULL;
	if (!row || rows->order(row, &wanted) != 0)
		row = i ? gn_rows_at(rows, i - 1) : NULL;
	return row && memcmp(row->node, node, GN_KEY_SIZE) == 0 ? row->clock : UINT64_MAX;
}
