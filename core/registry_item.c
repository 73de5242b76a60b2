/* One item of the registrar's log as a row. Decides what a row must have to be
 * usable at all (codes of a sane length, keys of 32 bytes, a level, a formula
 * that compiles); that rows fit together was the registrar's to check. */
#include "core/registry_state.h"

#include <stdlib.h>

#include "core/text.h"
#include "registry.pb-c.h"

/* */
static enum gn_err odd(struct gn_registry *r)
{
	r->odd++;
	return GN_OK;
}

static bool code_fits(const char *code)
{
	return code[0] && strlen(code) <= GN_CODE_MAX;
}

static bool key_fits(ProtobufCBinaryData key)
{
	return key.len == GN_KEY_SIZE;
}

/* */
static gn_day opened(uint32_t day)
{
	return day > GN_DAY_OPEN ? GN_DAY_OPEN : (gn_day)day;
}

static gn_day closed(uint32_t day)
{
	return day ? opened(day) : GN_DAY_OPEN;
}

/* */
static enum gn_err put(
        struct gn_registry *r, enum gn_registry_rows kind, const void *row, bool removed)
{
	return gn_rows_put(&r->rows[kind], row, removed);
}

static enum gn_err put_unit(struct gn_registry *r, const Gonha__Unit *item, bool removed)
{
	enum gn_level level = GN_LEVEL_PROVINCE;
	if (!code_fits(item->code) || strlen(item->parent) > GN_CODE_MAX)
		return odd(r);
	if (!removed && (gn_level_parse(item->level, &level) || level == GN_LEVEL_TEAM))
		return odd(r);
	struct gn_unit row = {.code = gn_symbols_intern(&r->symbols, item->code),
	        .parent = gn_symbols_intern(&r->symbols, item->parent),
	        .name = gn_symbols_keep(&r->symbols, item->name),
	        .merged_into = gn_symbols_intern(&r->symbols, item->merged_into),
	        .level = level,
	        .from = opened(item->valid_from),
	        .to = closed(item->valid_to),
	        .hash = gn_code_hash(gn_bytes_str(item->code))};
	if (!row.code || !row.parent || !row.name || !row.merged_into)
		return GN_E_NOMEM;
	return put(r, GN_ROWS_UNIT, &row, removed);
}

static enum gn_err put_team(struct gn_registry *r, const Gonha__Team *item, bool removed)
{
	bool enterprise = strcmp(item->kind, "enterprise") == 0;
	if (!code_fits(item->code) || strlen(item->unit) > GN_CODE_MAX)
		return odd(r);
	if (!removed && !enterprise && strcmp(item->kind, "local") != 0)
		return odd(r);
	struct gn_team row = {.code = gn_symbols_intern(&r->symbols, item->code),
	        .unit = gn_symbols_intern(&r->symbols, item->unit),
	        .name = gn_symbols_keep(&r->symbols, item->name),
	        .enterprise = enterprise,
	        .members = item->members,
	        .from = opened(item->valid_from),
	        .to = closed(item->valid_to),
	        .hash = gn_code_hash(gn_bytes_str(item->code))};
	if (!row.code || !row.unit || !row.name)
		return GN_E_NOMEM;
	return put(r, GN_ROWS_TEAM, &row, removed);
}

static enum gn_err put_measure(struct gn_registry *r, const Gonha__Measure *item, bool removed)
{
	struct gn_measure row = {.unit = gn_symbols_intern(&r->symbols, item->unit),
	        .measure = gn_symbols_intern(&r->symbols, item->measure),
	        .date = opened(item->date),
	        .value = item->value};
	if (!row.unit || !row.measure)
		return GN_E_NOMEM;
	return put(r, GN_ROWS_MEASURE, &row, removed);
}

static enum gn_err put_code(struct gn_registry *r, const Gonha__Code *item, bool removed)
{
	struct gn_code row = {.list = gn_symbols_intern(&r->symbols, item->list),
	        .code = gn_symbols_intern(&r->symbols, item->code),
	        .name_vi = gn_symbols_keep(&r->symbols, item->name_vi),
	        .name_en = gn_symbols_keep(&r->symbols, item->name_en)};
	if (!row.list || !row.code || !row.name_vi || !row.name_en)
		return GN_E_NOMEM;
	return put(r, GN_ROWS_CODE, &row, removed);
}

/* Stands for a code alone, where a row goes. */
static struct gn_indicator *bare(const char *code)
{
	struct gn_indicator *indicator = calloc(1, sizeof *indicator);
	if (indicator && !(indicator->code = strdup(code)))
		gn_indicator_free(&indicator);
	return indicator;
}

/* A formula that this program can't read also takes an older one of that code
 * away: what it counted is no longer what the registrar means. */
static enum gn_err put_indicator(struct gn_registry *r, const Gonha__Indicator *item, bool removed)
{
	struct gn_indicator_text text = {item->code, item->kind, item->source, item->filter,
	        item->subject, item->denominator, item->name_vi, item->name_en};
	struct gn_indicator *row = NULL;
	const char *field;
	char message[160];
	if (!code_fits(item->code))
		return odd(r);
	enum gn_err err = removed ? GN_OK : gn_indicator_compile(&text, &row, &field, message);
	if (err == GN_E_NOMEM)
		return err;
	if (err)
		r->odd++;
	if (!row)
		row = bare(item->code);
	if (!row)
		return GN_E_NOMEM;
	err = put(r, GN_ROWS_INDICATOR, &row, removed || err);
	if (err)
		gn_indicator_free(&row);
	return err;
}

static enum gn_err put_campaign(struct gn_registry *r, const Gonha__Campaign *item, bool removed)
{
	struct gn_campaign row = {.code = gn_symbols_intern(&r->symbols, item->code),
	        .name_vi = gn_symbols_keep(&r->symbols, item->name_vi),
	        .name_en = gn_symbols_keep(&r->symbols, item->name_en),
	        .from = opened(item->from),
	        .to = closed(item->to)};
	if (!row.code || !row.name_vi || !row.name_en)
		return GN_E_NOMEM;
	return put(r, GN_ROWS_CAMPAIGN, &row, removed);
}

static enum gn_err put_target(struct gn_registry *r, const Gonha__Target *item, bool removed)
{
	struct gn_target row = {.indicator = gn_symbols_intern(&r->symbols, item->indicator),
	        .unit = gn_symbols_intern(&r->symbols, item->unit),
	        .owner = gn_symbols_keep(&r->symbols, item->owner),
	        .from = opened(item->from),
	        .to = closed(item->to),
	        .percent = item->percent};
	if (!row.indicator || !row.unit || !row.owner)
		return GN_E_NOMEM;
	return put(r, GN_ROWS_TARGET, &row, removed);
}

/* "a;b;c", kept; NULL: no memory. */
static char *join(struct gn_registry *r, char *const *texts, size_t n)
{
	size_t size = 1;
	for (size_t i = 0; i < n; i++)
		size += strlen(texts[i]) + 1;
	char *joined = malloc(size);
	if (!joined)
		return NULL;
	char *at = joined;
	*at = '\0';
	for (size_t i = 0; i < n; i++) {
		if (i)
			*at++ = ';';
		at = stpcpy(at, texts[i]);
	}
	char *kept = gn_symbols_keep(&r->symbols, joined);
	free(joined);
	return kept;
}

static enum gn_err put_link(struct gn_registry *r, const Gonha__Link *item, bool removed)
{
	struct gn_link row = {.unit = gn_symbols_intern(&r->symbols, item->unit),
	        .endpoint = gn_symbols_keep(&r->symbols, item->endpoint),
	        .neighbours = join(r, item->neighbours, item->n_neighbours)};
	if (!row.unit || !row.endpoint || !row.neighbours)
		return GN_E_NOMEM;
	return put(r, GN_ROWS_LINK, &row, removed);
}

static enum gn_err put_enrolment(
        struct gn_registry *r, uint64_t seq, const Gonha__Enrolment *item, bool removed)
{
	if (!key_fits(item->node) || (!removed && !key_fits(item->transport)) ||
	        (item->invitation.len && !key_fits(item->invitation)))
		return odd(r);
	struct gn_enrolment row = {.unit = gn_symbols_intern(&r->symbols, item->unit),
	        .endpoint = gn_symbols_keep(&r->symbols, item->endpoint),
	        .training = item->training,
	        .last = UINT64_MAX,
	        .since = seq};
	memcpy(row.node, item->node.data, GN_KEY_SIZE);
	if (item->transport.len == GN_KEY_SIZE)
		memcpy(row.transport, item->transport.data, GN_KEY_SIZE);
	if (item->invitation.len)
		memcpy(row.invitation, item->invitation.data, GN_KEY_SIZE);
	const struct gn_enrolment *known = gn_rows_find(&r->rows[GN_ROWS_ENROLMENT], &row);
	if (known)
		row.since = known->since;
	if (!row.unit || !row.endpoint)
		return GN_E_NOMEM;
	return put(r, GN_ROWS_ENROLMENT, &row, removed);
}

static enum gn_err put_invitation(
        struct gn_registry *r, const Gonha__Invitation *item, bool removed)
{
	if (!key_fits(item->token))
		return odd(r);
	struct gn_invitation row = {.unit = gn_symbols_intern(&r->symbols, item->unit),
	        .expires_ms = item->expires,
	        .training = item->training,
	        .cancelled = item->cancelled};
	memcpy(row.token, item->token.data, GN_KEY_SIZE);
	if (!row.unit)
		return GN_E_NOMEM;
	return put(r, GN_ROWS_INVITATION, &row, removed);
}

static enum gn_err put_revocation(
        struct gn_registry *r, const Gonha__Revocation *item, bool removed)
{
	if (!key_fits(item->node) || (item->hash.len && item->hash.len != GN_HASH_SIZE))
		return odd(r);
	struct gn_revocation row = {.last = item->last};
	memcpy(row.node, item->node.data, GN_KEY_SIZE);
	if (item->hash.len)
		memcpy(row.hash, item->hash.data, GN_HASH_SIZE);
	return put(r, GN_ROWS_REVOCATION, &row, removed);
}

static enum gn_err put_fork(struct gn_registry *r, const Gonha__ForkRuling *item, bool removed)
{
	if (!key_fits(item->node) || (!removed && item->hash.len != GN_HASH_SIZE))
		return odd(r);
	struct gn_fork_ruling row = {.seq = item->seq};
	memcpy(row.node, item->node.data, GN_KEY_SIZE);
	if (item->hash.len == GN_HASH_SIZE)
		memcpy(row.hash, item->hash.data, GN_HASH_SIZE);
	return put(r, GN_ROWS_FORK, &row, removed);
}

static enum gn_err put_clock(struct gn_registry *r, const Gonha__ClockRuling *item, bool removed)
{
	if (!key_fits(item->node))
		return odd(r);
	struct gn_clock_ruling row = {.seq = item->seq, .clock = item->clock};
	memcpy(row.node, item->node.data, GN_KEY_SIZE);
	return put(r, GN_ROWS_CLOCK, &row, removed);
}

static enum gn_err put_hub(struct gn_registry *r, const Gonha__HubAddress *item, bool removed)
{
	if (!key_fits(item->hub) || (!removed && !key_fits(item->transport)))
		return odd(r);
	struct gn_hub_address row = {.endpoints = join(r, item->endpoints, item->n_endpoints)};
	memcpy(row.hub, item->hub.data, GN_KEY_SIZE);
	if (key_fits(item->transport))
		memcpy(row.transport, item->transport.data, GN_KEY_SIZE);
	if (!row.endpoints)
		return GN_E_NOMEM;
	return put(r, GN_ROWS_HUB_ADDRESS, &row, removed);
}

enum gn_err gn_registry_put(struct gn_registry *r, uint64_t seq, const Gonha__Item *item)
{
	bool removed = item->removed;
	switch ((int)item->item_case) {
	case GONHA__ITEM__ITEM_UNIT:
		return put_unit(r, item->unit, removed);
	case GONHA__ITEM__ITEM_TEAM:
		return put_team(r, item->team, removed);
	case GONHA__ITEM__ITEM_MEASURE:
		return put_measure(r, item->measure, removed);
	case GONHA__ITEM__ITEM_CODE:
		return put_code(r, item->code, removed);
	case GONHA__ITEM__ITEM_INDICATOR:
		return put_indicator(r, item->indicator, removed);
	case GONHA__ITEM__ITEM_CAMPAIGN:
		return put_campaign(r, item->campaign, removed);
	case GONHA__ITEM__ITEM_TARGET:
		return put_target(r, item->target, removed);
	case GONHA__ITEM__ITEM_LINK:
		return put_link(r, item->link, removed);
	case GONHA__ITEM__ITEM_ENROLMENT:
		return put_enrolment(r, seq, item->enrolment, removed);
	case GONHA__ITEM__ITEM_INVITATION:
		return put_invitation(r, item->invitation, removed);
	case GONHA__ITEM__ITEM_REVOCATION:
		return put_revocation(r, item->revocation, removed);
	case GONHA__ITEM__ITEM_FORK:
		return put_fork(r, item->fork, removed);
	case GONHA__ITEM__ITEM_CLOCK:
		return put_clock(r, item->clock, removed);
	case GONHA__ITEM__ITEM_HUB:
		return put_hub(r, item->hub, removed);
	default: /* of a newer registrar */
		return odd(r);
	}
}
