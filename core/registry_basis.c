/* The digest of what decides how a record is placed and counted. Decides what
 * belongs to it; who recomputes when it changes is the hub's fold. Names,
 * members, measures, targets, campaigns, links, endpoints and invitations are
 * read when a question is asked, so they are left out. */
#include "core/registry_state.h"

#include <sodium.h>

struct digest {
	crypto_generichash_state state;
};

static void put_number(struct digest *d, uint64_t number)
{
	uint8_t bytes[8];
	gn_put_be64(bytes, number);
	crypto_generichash_update(&d->state, bytes, sizeof bytes);
}

static void put_bytes(struct digest *d, const void *data, size_t size)
{
	put_number(d, size);
	crypto_generichash_update(&d->state, data, size);
}

static void put_text(struct digest *d, const char *text)
{
	put_bytes(d, text, strlen(text));
}

static void put_units(struct digest *d, const struct gn_registry *r)
{
	size_t n;
	const struct gn_unit *rows = gn_registry_units(r, &n);
	put_number(d, n);
	for (size_t i = 0; i < n; i++) {
		put_text(d, rows[i].code);
		put_text(d, rows[i].parent);
		put_text(d, rows[i].merged_into);
		put_number(d, rows[i].level);
		put_number(d, (uint64_t)rows[i].from);
		put_number(d, (uint64_t)rows[i].to);
	}
}

static void put_teams(struct digest *d, const struct gn_registry *r)
{
	size_t n;
	const struct gn_team *rows = gn_registry_teams(r, &n);
	put_number(d, n);
	for (size_t i = 0; i < n; i++) {
		put_text(d, rows[i].code);
		put_text(d, rows[i].unit);
		put_number(d, rows[i].enterprise);
		put_number(d, (uint64_t)rows[i].from);
		put_number(d, (uint64_t)rows[i].to);
	}
}

static void put_indicators(struct digest *d, const struct gn_registry *r)
{
	size_t n;
	struct gn_indicator *const *rows = gn_registry_indicators(r, &n);
	put_number(d, n);
	for (size_t i = 0; i < n; i++) {
		put_text(d, rows[i]->code);
		put_text(d, rows[i]->kind_text);
		put_text(d, rows[i]->source);
		put_text(d, rows[i]->filter_text);
		put_text(d, rows[i]->subject_text);
		put_text(d, rows[i]->denominator_text);
	}
}

static void put_codes(struct digest *d, const struct gn_registry *r)
{
	size_t n;
	const struct gn_code *rows = gn_registry_codes(r, &n);
	put_number(d, n);
	for (size_t i = 0; i < n; i++) {
		put_text(d, rows[i].list);
		put_text(d, rows[i].code);
	}
}

static void put_nodes(struct digest *d, const struct gn_registry *r)
{
	size_t n;
	const struct gn_enrolment *rows = gn_registry_enrolments(r, &n);
	put_number(d, n);
	for (size_t i = 0; i < n; i++) {
		put_bytes(d, rows[i].node, GN_KEY_SIZE);
		put_text(d, rows[i].unit);
		put_number(d, rows[i].training);
	}
}

static void put_rulings(struct digest *d, const struct gn_registry *r)
{
	const struct gn_rows *rows = &r->rows[GN_ROWS_REVOCATION];
	put_number(d, rows->n);
	for (size_t i = 0; i < rows->n; i++) {
		const struct gn_revocation *row = gn_rows_at(rows, i);
		put_bytes(d, row->node, GN_KEY_SIZE);
		put_bytes(d, row->hash, GN_HASH_SIZE);
		put_number(d, row->last);
	}
	rows = &r->rows[GN_ROWS_FORK];
	put_number(d, rows->n);
	for (size_t i = 0; i < rows->n; i++) {
		const struct gn_fork_ruling *row = gn_rows_at(rows, i);
		put_bytes(d, row->node, GN_KEY_SIZE);
		put_bytes(d, row->hash, GN_HASH_SIZE);
		put_number(d, row->seq);
	}
	rows = &r->rows[GN_ROWS_CLOCK];
	put_number(d, rows->n);
	for (size_t i = 0; i < rows->n; i++) {
		const struct gn_clock_ruling *row = gn_rows_at(rows, i);
		put_bytes(d, row->node, GN_KEY_SIZE);
		put_number(d, row->seq);
		put_number(d, row->clock);
	}
}

static void start(struct digest *d)
{
	static const uint8_t personal[crypto_generichash_blake2b_PERSONALBYTES] = "gonha basis v1";
	static const uint8_t salt[crypto_generichash_blake2b_SALTBYTES];
	crypto_generichash_blake2b_init_salt_personal(&d->state, NULL, 0, 32, salt, personal);
}

void gn_registry_basis(const struct gn_registry *registry, uint8_t ret_digest[32])
{
	struct digest d;
	start(&d);
	put_units(&d, registry);
	put_teams(&d, registry);
	put_indicators(&d, registry);
	put_codes(&d, registry);
	put_nodes(&d, registry);
	put_rulings(&d, registry);
	crypto_generichash_final(&d.state, ret_digest, 32);
}

void gn_registry_basis_all(const struct gn_registry *registry, uint8_t ret_digest[32])
{
	struct digest d;
	start(&d);
	put_units(&d, registry);
	put_teams(&d, registry);
	put_indicators(&d, registry);
	put_codes(&d, registry);
	put_bytes(&d, registry->registrar, registry->has_registrar ? GN_KEY_SIZE : 0);
	crypto_generichash_final(&d.state, ret_digest, 32);
}

/* A revocation or ruling beyond `upto` has decided nothing yet. */
void gn_registry_basis_node(const struct gn_registry *registry, const uint8_t node[GN_KEY_SIZE],
        uint64_t upto, uint8_t ret_digest[32])
{
	struct digest d;
	const struct gn_enrolment *row = gn_registry_node(registry, node);
	const struct gn_rows *clocks = &registry->rows[GN_ROWS_CLOCK];
	struct gn_clock_ruling wanted = {0};
	start(&d);
	put_number(&d, row != NULL);
	if (row) {
		put_text(&d, row->unit);
		put_number(&d, row->training);
		put_number(&d, row->last < upto ? row->last : UINT64_MAX);
	}
	memcpy(wanted.node, node, GN_KEY_SIZE);
	for (size_t i = gn_rows_from(clocks, &wanted); i < clocks->n; i++) {
		const struct gn_clock_ruling *ruling = gn_rows_at(clocks, i);
		if (memcmp(ruling->node, node, GN_KEY_SIZE) != 0 || ruling->seq > upto)
			break;
		put_number(&d, ruling->seq);
		put_number(&d, ruling->clock);
	}
	crypto_generichash_final(&d.state, ret_digest, 32);
}
