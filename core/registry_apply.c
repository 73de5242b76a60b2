/* Entries into rows. Decides when a change shows (whole, with its last part) and
 * derives what look-ups rest on: codes to rows, children of units, revocations
 * and hubs joined to what they speak of. */
#include "core/registry_state.h"

#include <stdlib.h>

#include "registry.pb-c.h"

static void index_codes(struct gn_registry *r)
{
	size_t n;
	gn_symbols_clear(&r->symbols);
	const struct gn_unit *units = gn_registry_units(r, &n);
	for (size_t i = n; i-- > 0;)
		gn_symbol_of(units[i].code)->unit = (uint32_t)i;
	const struct gn_team *teams = gn_registry_teams(r, &n);
	for (size_t i = n; i-- > 0;)
		gn_symbol_of(teams[i].code)->team = (uint32_t)i;
}

static enum gn_err index_children(struct gn_registry *r)
{
	size_t n;
	const struct gn_unit *units = gn_registry_units(r, &n);
	uint32_t *siblings = calloc(n + 1, sizeof *siblings);
	if (!siblings)
		return GN_E_NOMEM;
	for (size_t i = n; i-- > 0;) {
		struct gn_symbol *parent = gn_symbol_of(units[i].parent);
		siblings[i] = parent->child;
		parent->child = (uint32_t)i;
	}
	free(r->siblings);
	r->siblings = siblings;
	return GN_OK;
}

static int by_transport(const void *a, const void *b, void *context)
{
	const struct gn_enrolment *rows = context;
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	int order = memcmp(rows[i].transport, rows[j].transport, GN_KEY_SIZE);
	return order ? order : (i > j) - (i < j);
}

static enum gn_err index_transports(struct gn_registry *r)
{
	struct gn_rows *rows = &r->rows[GN_ROWS_ENROLMENT];
	uint32_t *transports = calloc(rows->n + 1, sizeof *transports);
	if (!transports)
		return GN_E_NOMEM;
	for (uint32_t i = 0; i < rows->n; i++)
		transports[i] = i;
	if (rows->n)
		qsort_r(transports, rows->n, sizeof *transports, by_transport, rows->data);
	free(r->transports);
	r->transports = transports;
	return GN_OK;
}

/* */
static void join_revocations(struct gn_registry *r)
{
	struct gn_rows *rows = &r->rows[GN_ROWS_ENROLMENT];
	for (size_t i = 0; i < rows->n; i++) {
		struct gn_enrolment *enrolment = gn_rows_at(rows, i);
		const struct gn_revocation *revocation =
		        gn_rows_find(&r->rows[GN_ROWS_REVOCATION], enrolment->node);
		enrolment->revoked = revocation != NULL;
		enrolment->last = revocation ? revocation->last : UINT64_MAX;
	}
}

static void join_invitations(struct gn_registry *r)
{
	struct gn_rows *invitations = &r->rows[GN_ROWS_INVITATION];
	for (size_t i = 0; i < invitations->n; i++)
		((struct gn_invitation *)gn_rows_at(invitations, i))->used = false;
	size_t n;
	const struct gn_enrolment *enrolments = gn_registry_enrolments(r, &n);
	for (size_t i = 0; i < n; i++) {
		size_t at = gn_rows_from(invitations, enrolments[i].invitation);
		struct gn_invitation *row =
		        at < invitations->n ? gn_rows_at(invitations, at) : NULL;
		if (row && memcmp(row->token, enrolments[i].invitation, GN_KEY_SIZE) == 0)
			row->used = true;
	}
}

static enum gn_err join_hubs(struct gn_registry *r)
{
	struct gn_rows *keys = &r->rows[GN_ROWS_HUB_KEY];
	struct gn_hub *hubs = calloc(keys->n + 1, sizeof *hubs);
	char *none = gn_symbols_intern(&r->symbols, "");
	if (!hubs || !none) {
		free(hubs);
		return GN_E_NOMEM;
	}
	for (size_t i = 0; i < keys->n; i++) {
		const struct gn_hub_key *key = gn_rows_at(keys, i);
		const struct gn_hub_address *address =
		        gn_rows_find(&r->rows[GN_ROWS_HUB_ADDRESS], key);
		memcpy(hubs[i].hub, key->hub, GN_KEY_SIZE);
		memcpy(hubs[i].seal, key->seal, GN_KEY_SIZE);
		hubs[i].endpoints = address ? address->endpoints : none;
		if (address)
			memcpy(hubs[i].transport, address->transport, GN_KEY_SIZE);
	}
	free(r->hubs);
	r->hubs = hubs;
	r->hub_n = keys->n;
	return GN_OK;
}

static bool waits(
        const struct gn_registry *r, enum gn_registry_rows first, enum gn_registry_rows last)
{
	for (size_t i = first; i <= last; i++)
		if (r->rows[i].waiting_n)
			return true;
	return false;
}

/* What is stale stays so until it has been derived anew, also over a failure. */
enum gn_err gn_registry_merge(struct gn_registry *r)
{
	r->places_stale |= waits(r, GN_ROWS_UNIT, GN_ROWS_TEAM);
	r->nodes_stale |= waits(r, GN_ROWS_ENROLMENT, GN_ROWS_REVOCATION);
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < GN_ROWS_COUNT; i++)
		err = gn_rows_merge(&r->rows[i]);
	if (!err && r->places_stale) {
		index_codes(r);
		err = index_children(r);
		r->places_stale = err != GN_OK;
	}
	if (!err && r->nodes_stale) {
		join_revocations(r);
		join_invitations(r);
		err = index_transports(r);
		r->nodes_stale = err != GN_OK;
	}
	return err ? err : join_hubs(r);
}

static enum gn_err put_registrar(
        struct gn_registry *r, const Gonha__RegistrarKey *item, bool withdrawn)
{
	if (item->key.len != GN_KEY_SIZE) {
		r->odd++;
		return GN_OK;
	}
	if (withdrawn) {
		if (memcmp(r->registrar, item->key.data, GN_KEY_SIZE) == 0)
			r->has_registrar = false;
		return GN_OK;
	}
	char *name = gn_symbols_keep(&r->symbols, item->name);
	if (!name)
		return GN_E_NOMEM;
	memcpy(r->registrar, item->key.data, GN_KEY_SIZE);
	r->province_name = name;
	r->has_registrar = true;
	return GN_OK;
}

static enum gn_err put_hub_key(struct gn_registry *r, const Gonha__HubKey *item, bool withdrawn)
{
	if (item->key.len != GN_KEY_SIZE || (!withdrawn && item->seal.len != GN_KEY_SIZE)) {
		r->odd++;
		return GN_OK;
	}
	struct gn_hub_key row = {0};
	memcpy(row.hub, item->key.data, GN_KEY_SIZE);
	if (item->seal.len == GN_KEY_SIZE)
		memcpy(row.seal, item->seal.data, GN_KEY_SIZE);
	return gn_rows_put(&r->rows[GN_ROWS_HUB_KEY], &row, withdrawn);
}

/* A root's item stands at once. Merging would also show the parts of an
 * unfinished change of the registrar, so the hubs' keys alone are merged. */
static enum gn_err apply_root(struct gn_registry *r, struct gn_bytes message)
{
	const Gonha__Root *root =
	        gonha__root__unpack(gn_arena_allocator(&r->arena), message.size, message.data);
	if (!root)
		return gn_arena_full(&r->arena) ? GN_E_NOMEM : GN_E_FORMAT;
	if (root->item_case == GONHA__ROOT__ITEM_REGISTRAR)
		return put_registrar(r, root->registrar, root->withdrawn);
	if (root->item_case != GONHA__ROOT__ITEM_HUB)
		return GN_OK;
	enum gn_err err = put_hub_key(r, root->hub, root->withdrawn);
	if (!err)
		err = gn_rows_merge(&r->rows[GN_ROWS_HUB_KEY]);
	return err ? err : join_hubs(r);
}

/* */
static enum gn_err apply_registry(struct gn_registry *r, uint64_t seq, struct gn_bytes message)
{
	const Gonha__Registry *part =
	        gonha__registry__unpack(gn_arena_allocator(&r->arena), message.size, message.data);
	if (!part)
		return gn_arena_full(&r->arena) ? GN_E_NOMEM : GN_E_FORMAT;
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < part->n_items; i++)
		err = gn_registry_put(r, seq, part->items[i]);
	if (err || part->more)
		return err;
	err = gn_registry_merge(r);
	if (!err)
		r->version = seq;
	return err;
}

/* Room for what the smallest items of one entry can grow to when unpacked. */
#define UNPACK_BYTES (1u << 20)

enum gn_err gn_registry_apply(struct gn_registry *r, uint64_t seq, struct gn_bytes body)
{
	struct gn_body parsed;
	if (body.size > GN_ENTRY_MAX)
		return GN_E_FORMAT;
	enum gn_err err = gn_body_parse(body, &parsed);
	if (err)
		return err;
	gn_arena_init(&r->arena, UNPACK_BYTES);
	if (parsed.kind == GN_KIND_ROOT)
		err = apply_root(r, parsed.message);
	else if (parsed.kind == GN_KIND_REGISTRY)
		err = apply_registry(r, seq, parsed.message);
	gn_arena_done(&r->arena);
	return err;
}
