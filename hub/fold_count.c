/* What one standing record contributes to the aggregates. Decides nothing but
 * that: a pure function of the entry, the registry and the hub's keys, so that
 * taking it away later takes away exactly what was added. */
#include "hub/fold_state.h"

#include <sodium.h>

#include "core/text.h"

struct item { /* a record, placed */
	const struct gn_record *record;
	struct hub_spot spot;
	struct hub_subject_row row; /* its stamp, team, state and birth year */
	bool has_citizen;
	bool withheld; /* its citizen stands in an entry that was erased */
	uint8_t citizen[16];
	int sign;
};

/* The entry that a reference names, when its chain hash is the one meant. */
static enum hub_reason block_holder(
        struct hub_fold *f, const struct hub_entry *entry, struct hub_entry *ret_holder)
{
	const struct gn_ref *at = &entry->body.record.citizen_at;
	uint8_t holder[HUB_FAMILY_KEY], borrower[HUB_FAMILY_KEY];
	hub_family_key(holder, at->origin, at->seq);
	hub_family_key(borrower, entry->log->log.origin, entry->seq);
	if (!hub_fold_read(f, at->origin, at->seq, ret_holder) ||
	        !hub_family_good(f, holder, HUB_ROLE_BORROWS, borrower))
		return HUB_R_NO_TARGET;
	return ret_holder->fault || !ret_holder->body.record.block.size ? HUB_R_SEALED : HUB_R_NONE;
}

static enum hub_reason find_citizen(
        struct hub_fold *f, const struct hub_entry *entry, struct item *item)
{
	const struct gn_record *record = &entry->body.record;
	struct hub_entry holder = *entry;
	struct gn_citizen citizen;
	if (!record->block.size && !record->citizen_at.seq)
		return HUB_R_NONE;
	if (!record->block.size) {
		enum hub_reason reason = block_holder(f, entry, &holder);
		if (reason)
			return reason;
		item->withheld = hub_family_erased(f, &holder);
	}
	if (!hub_session_citizen(f, &holder, &citizen))
		return HUB_R_SEALED;
	gn_citizen_index(f->keys->blind, citizen.text, item->citizen);
	item->has_citizen = true;
	item->row.birth = citizen.birth_year;
	sodium_memzero(&citizen, sizeof citizen);
	return HUB_R_NONE;
}

static void household_id(const struct item *item, uint8_t id[16])
{
	memset(id, 0, 16);
	gn_put_be64(id, item->spot.village);
	gn_put_be16(id + 8, item->spot.household);
}

/* False: the record has no such subject. */
static bool subject_id(const struct item *item, enum gn_subject subject, uint8_t id[16])
{
	struct gn_bytes product = item->record->text[GN_F_PRODUCT];
	if (subject == GN_S_HOUSEHOLD) {
		household_id(item, id);
		return item->spot.household != 0;
	}
	if (subject == GN_S_PRODUCT) {
		crypto_generichash(id, 16, product.data, product.size, NULL, 0);
		return product.size != 0;
	}
	memcpy(id, item->citizen, 16);
	return subject == GN_S_CITIZEN && item->has_citizen;
}

static enum gn_err add_household(
        struct hub_fold *f, const struct hub_series *series, const struct item *item)
{
	struct hub_bits_at at = {.series = series->id,
	        .scope = item->spot.village,
	        .household = item->spot.household,
	        .day = item->spot.day};
	if (!item->spot.household)
		return GN_OK;
	enum gn_err err = hub_bits_add(&f->bits, &at, item->sign);
	at.team = true;
	at.sub = at.scope;
	at.scope = item->spot.team;
	return err ? err : hub_bits_add(&f->bits, &at, item->sign);
}

static enum gn_err add_seen(
        struct hub_fold *f, const struct hub_series *series, const struct item *item)
{
	uint8_t id[16];
	struct hub_seen_row row = {
	        .day = item->spot.day, .team = item->spot.team, .unit = item->spot.unit};
	if (!subject_id(item, series->subject, id))
		return GN_OK;
	return hub_seen_add(&f->seen, series->id, id, &row, item->sign);
}

static enum gn_err add_count(
        struct hub_fold *f, const struct hub_series *series, const struct item *item)
{
	struct hub_delta_at at = {.series = series->id,
	        .team = item->spot.team,
	        .unit = item->spot.unit,
	        .era = item->spot.era,
	        .day = item->spot.day};
	int64_t n = 1;
	if (series->indicator->sum == GN_F_PARTICIPANTS)
		n = (int64_t)item->record->participants;
	return hub_delta_add(&f->delta, &at, n * item->sign);
}

/* A mask for each type of subject: stocks whose filter the record passes. */
struct passes {
	struct hub_mask of[GN_S_FIELD];
};

static enum gn_err add_to_series(struct hub_fold *f, const struct item *item, struct passes *passes)
{
	enum gn_kind kind = item->record->kind;
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < f->catalogue.by_kind_n[kind]; i++) {
		const struct hub_series *series = f->catalogue.by_kind[kind][i];
		if (!gn_filter_match(&series->indicator->filter, item->record))
			continue;
		switch (series->kind) {
		case HUB_SERIES_HOUSEHOLDS:
			err = add_household(f, series, item);
			break;
		case HUB_SERIES_SEEN:
			err = add_seen(f, series, item);
			break;
		case HUB_SERIES_COUNT:
			err = add_count(f, series, item);
			break;
		case HUB_SERIES_STOCK:
			hub_mask_add(&passes->of[series->subject], series->bit);
			break;
		case HUB_SERIES_JOINT:
			break;
		}
	}
	return err;
}

static uint32_t state_of(const struct gn_record *record)
{
	enum gn_field field = gn_kind_key(record->kind);
	uint8_t digest[16], kind = (uint8_t)record->kind;
	crypto_generichash_state state;
	if (!field)
		return 0;
	crypto_generichash_init(&state, NULL, 0, sizeof digest);
	crypto_generichash_update(&state, &kind, 1);
	crypto_generichash_update(&state, record->text[field].data, record->text[field].size);
	crypto_generichash_final(&state, digest, sizeof digest);
	return gn_get_be32(digest);
}

static enum gn_err add_to_subject(struct hub_fold *f, const struct item *item,
        enum gn_subject subject, const struct hub_mask *mask)
{
	struct hub_subject_entry entry = {.row = item->row, .mask = *mask};
	bool feeds = f->catalogue.stock_sources[subject] >> item->record->kind & 1;
	uint8_t id[16];
	if (subject != GN_S_CITIZEN)
		entry.row.birth = 0;
	/* Of a citizen every record with a birth year matters, whatever it is about. */
	if ((!feeds && !entry.row.birth) || !subject_id(item, subject, id))
		return GN_OK;
	entry.row.state = feeds ? state_of(item->record) : 0;
	entry.row.unit = subject == GN_S_HOUSEHOLD ? item->spot.village : item->spot.unit;
	return hub_subjects_add(&f->subjects, subject, id, &entry, item->sign);
}

static enum gn_err add_tally(struct hub_fold *f, const struct item *item)
{
	const struct gn_record *record = item->record;
	struct hub_tally_row row = {.clock = item->row.clock,
	        .origin = item->row.origin,
	        .seq = item->row.seq,
	        .numerator = record->numerator,
	        .denominator = record->denominator,
	        .has_denominator = record->has_denominator};
	return hub_tally_add(&f->tally, gn_code_hash(record->text[GN_F_INDICATOR]), item->spot.unit,
	        item->spot.day, &row, item->sign);
}

static enum gn_err add_item(struct hub_fold *f, const struct item *item)
{
	struct passes passes = {0};
	if (item->record->kind == GN_KIND_TALLY)
		return add_tally(f, item);
	enum gn_err err = add_to_series(f, item, &passes);
	for (enum gn_subject s = GN_S_HOUSEHOLD; !err && s <= GN_S_PRODUCT; s++)
		err = add_to_subject(f, item, s, &passes.of[s]);
	return err;
}

struct hub_judgement hub_fold_count(struct hub_fold *f, const struct hub_entry *entry, int sign)
{
	struct hub_judgement judged = {0};
	struct item item = {.record = &entry->body.record, .sign = sign};
	judged.reason = hub_place(f, entry, &item.spot, &judged.detail);
	if (judged.reason)
		return judged;
	item.row = (struct hub_subject_row){.clock = entry->clock,
	        .origin = gn_get_be64(entry->log->log.origin),
	        .seq = entry->seq,
	        .team = item.spot.team,
	        .day = item.spot.day};
	judged.reason = find_citizen(f, entry, &item);
	/* What was counted before an erasure is still taken away in full. */
	judged.counts = !judged.reason && (!item.withheld || sign < 0);
	enum gn_err err = judged.counts && sign ? add_item(f, &item) : GN_OK;
	if (err)
		hub_fold_fail(f, err);
	return judged;
}
