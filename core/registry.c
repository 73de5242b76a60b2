/* The registry's rows as a whole: made, listed, freed. What an entry changes is
 * in registry_apply.c, how a row is found in registry_find.c. */
#include "core/registry_state.h"

#include <stdlib.h>

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_unit(const void *a, const void *b)
{
	const struct gn_unit *x = a, *y = b;
	int order = strcmp(x->code, y->code);
	return order ? order : compare((uint64_t)x->from, (uint64_t)y->from);
}

static int by_team(const void *a, const void *b)
{
	const struct gn_team *x = a, *y = b;
	int order = strcmp(x->code, y->code);
	return order ? order : compare((uint64_t)x->from, (uint64_t)y->from);
}

static int by_measure(const void *a, const void *b)
{
	const struct gn_measure *x = a, *y = b;
	int order = strcmp(x->unit, y->unit);
	if (!order)
		order = strcmp(x->measure, y->measure);
	return order ? order : compare((uint64_t)x->date, (uint64_t)y->date);
}

static int by_code(const void *a, const void *b)
{
	const struct gn_code *x = a, *y = b;
	int order = strcmp(x->list, y->list);
	return order ? order : strcmp(x->code, y->code);
}

static int by_indicator(const void *a, const void *b)
{
	const struct gn_indicator *const *x = a, *const *y = b;
	return strcmp((*x)->code, (*y)->code);
}

static void drop_indicator(void *row)
{
	struct gn_indicator **indicator = row;
	gn_indicator_free(indicator);
}

static int by_campaign(const void *a, const void *b)
{
	const struct gn_campaign *x = a, *y = b;
	return strcmp(x->code, y->code);
}

static int by_target(const void *a, const void *b)
{
	const struct gn_target *x = a, *y = b;
	int order = strcmp(x->indicator, y->indicator);
	if (!order)
		order = strcmp(x->unit, y->unit);
	return order ? order : compare((uint64_t)x->from, (uint64_t)y->from);
}

static int by_link(const void *a, const void *b)
{
	const struct gn_link *x = a, *y = b;
	return strcmp(x->unit, y->unit);
}

/* Rows that begin with their key of GN_KEY_SIZE bytes. */
static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, GN_KEY_SIZE);
}
_Static_assert(offsetof(struct gn_enrolment, node) == 0, "by_key");
_Static_assert(offsetof(struct gn_invitation, token) == 0, "by_key");
_Static_assert(offsetof(struct gn_revocation, node) == 0, "by_key");
_Static_assert(offsetof(struct gn_hub_key, hub) == 0, "by_key");
_Static_assert(offsetof(struct gn_hub_address, hub) == 0, "by_key");

static int by_fork(const void *a, const void *b)
{
	const struct gn_fork_ruling *x = a, *y = b;
	int order = memcmp(x->node, y->node, GN_KEY_SIZE);
	return order ? order : compare(x->seq, y->seq);
}

static int by_clock(const void *a, const void *b)
{
	const struct gn_clock_ruling *x = a, *y = b;
	int order = memcmp(x->node, y->node, GN_KEY_SIZE);
	return order ? order : compare(x->seq, y->seq);
}

static const struct {
	size_t bytes;
	int (*order)(const void *, const void *);
	void (*drop)(void *row);
} shapes[GN_ROWS_COUNT] = {
        [GN_ROWS_UNIT] = {sizeof(struct gn_unit), by_unit},
        [GN_ROWS_TEAM] = {sizeof(struct gn_team), by_team},
        [GN_ROWS_MEASURE] = {sizeof(struct gn_measure), by_measure},
        [GN_ROWS_CODE] = {sizeof(struct gn_code), by_code},
        [GN_ROWS_INDICATOR] = {sizeof(struct gn_indicator *), by_indicator, drop_indicator},
        [GN_ROWS_CAMPAIGN] = {sizeof(struct gn_campaign), by_campaign},
        [GN_ROWS_TARGET] = {sizeof(struct gn_target), by_target},
        [GN_ROWS_LINK] = {sizeof(struct gn_link), by_link},
        [GN_ROWS_ENROLMENT] = {sizeof(struct gn_enrolment), by_key},
        [GN_ROWS_INVITATION] = {sizeof(struct gn_invitation), by_key},
        [GN_ROWS_REVOCATION] = {sizeof(struct gn_revocation), by_key},
        [GN_ROWS_FORK] = {sizeof(struct gn_fork_ruling), by_fork},
        [GN_ROWS_CLOCK] = {sizeof(struct gn_clock_ruling), by_clock},
        [GN_ROWS_HUB_KEY] = {sizeof(struct gn_hub_key), by_key},
        [GN_ROWS_HUB_ADDRESS] = {sizeof(struct gn_hub_address), by_key},
};

struct gn_registry *gn_registry_new(void)
{
	struct gn_registry *registry = calloc(1, sizeof *registry);
	if (!registry)
		return NULL;
	for (size_t i = 0; i < GN_ROWS_COUNT; i++)
		gn_rows_init(&registry->rows[i], shapes[i].bytes, shapes[i].order, shapes[i].drop);
	return registry;
}

void gn_registry_free(struct gn_registry **registry)
{
	struct gn_registry *r = *registry;
	if (!r)
		return;
	for (size_t i = 0; i < GN_ROWS_COUNT; i++)
		gn_rows_done(&r->rows[i]);
	gn_symbols_done(&r->symbols);
	free(r->siblings);
	free(r->hubs);
	free(r->transports);
	free(r);
	*registry = NULL;
}

size_t gn_registry_odd(const struct gn_registry *registry)
{
	return registry->odd;
}

uint64_t gn_registry_version(const struct gn_registry *registry)
{
	return registry->version;
}

bool gn_registry_registrar(const struct gn_registry *registry, uint8_t ret_key[GN_KEY_SIZE])
{
	if (!registry->has_registrar)
		return false;
	memcpy(ret_key, registry->registrar, GN_KEY_SIZE);
	return true;
}

const char *gn_registry_province_name(const struct gn_registry *registry)
{
	return registry->province_name ? registry->province_name : "";
}

const struct gn_hub *gn_registry_hubs(const struct gn_registry *registry, size_t *ret_n)
{
	*ret_n = registry->hub_n;
	return registry->hubs;
}

static const void *list(
        const struct gn_registry *registry, enum gn_registry_rows kind, size_t *ret_n)
{
	*ret_n = registry->rows[kind].n;
	return registry->rows[kind].data;
}

const struct gn_unit *gn_registry_units(const struct gn_registry *registry, size_t *ret_n)
{
	return list(registry, GN_ROWS_UNIT, ret_n);
}

const struct gn_team *gn_registry_teams(const struct gn_registry *registry, size_t *ret_n)
{
	return list(registry, GN_ROWS_TEAM, ret_n);
}

const struct gn_measure *gn_registry_measures(const struct gn_registry *registry, size_t *ret_n)
{
	return list(registry, GN_ROWS_MEASURE, ret_n);
}

const struct gn_code *gn_registry_codes(const struct gn_registry *registry, size_t *ret_n)
{
	return list(registry, GN_ROWS_CODE, ret_n);
}

struct gn_indicator *const *gn_registry_indicators(
        const struct gn_registry *registry, size_t *ret_n)
{
	return list(registry, GN_ROWS_INDICATOR, ret_n);
}

const struct gn_campaign *gn_registry_campaigns(const struct gn_registry *registry, size_t *ret_n)
{
	return list(registry, GN_ROWS_CAMPAIGN, ret_n);
}

const struct gn_target *gn_registry_targets(const struct gn_registry *registry, size_t *ret_n)
{
	return list(registry, GN_ROWS_TARGET, ret_n);
}

const struct gn_link *gn_registry_links(const struct gn_registry *registry, size_t *ret_n)
{
	return list(registry, GN_ROWS_LINK, ret_n);
}

const struct gn_enrolment *gn_registry_enrolments(const struct gn_registry *registry, size_t *ret_n)
{
	return list(registry, GN_ROWS_ENROLMENT, ret_n);
}

const struct gn_invitation *gn_registry_invitations(
        const struct gn_registry *registry, size_t *ret_n)
{
	return list(registry, GN_ROWS_INVITATION, ret_n);
}

static const char *const level_names[] = {[GN_LEVEL_PROVINCE] = "province",
        [GN_LEVEL_DISTRICT] = "district",
        [GN_LEVEL_COMMUNE] = "commune",
        [GN_LEVEL_VILLAGE] = "village",
        [GN_LEVEL_TEAM] = "team"};

const char *gn_level_name(enum gn_level level)
{
	return level_names[level];
}

enum gn_err gn_level_parse(const char *text, enum gn_level *ret_level)
{
	for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++)
		if (strcmp(text, level_names[i]) == 0) {
			*ret_level = (enum gn_level)i;
			return GN_OK;
		}
	return GN_E_FORMAT;
}
