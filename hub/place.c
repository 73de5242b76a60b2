/* Places a record. Decides what keeps one from counting, in this order: date,
 * team or unit, area, codes, subject. What was found for a code is remembered
 * for the span of days in which it holds, since records of a team come together. */
#include "hub/place.h"

#include <stdlib.h>

#include "core/text.h"
#include "hub/fold_state.h"

#define KNOWN 4096 /* a power of two */

struct hub_known {
	const struct hub_log *log; /* NULL: free */
	bool village; /* code is a village's, else a team's */
	uint8_t size;
	uint8_t code[GN_CODE_MAX];
	gn_day from, to; /* it holds on these days */
	gn_day era;
	uint64_t hash, unit; /* of the code; of a team's unit */
	enum hub_reason reason;
	bool unit_is_village;
};

enum gn_err hub_places_init(struct hub_places *places, const struct gn_registry *registry)
{
	static const char *const names[] = {"scheme", "topic", "platform", "place", "outcome"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		places->lists[i] = gn_registry_has_list(registry, names[i]);
	places->known = calloc(KNOWN, sizeof *places->known);
	return places->known ? GN_OK : GN_E_NOMEM;
}

void hub_places_done(struct hub_places *places)
{
	free(places->known);
	places->known = NULL;
}

/* Whether the origin may write for what is placed in `code` that day. */
static bool in_area(
        const struct hub_fold *f, const struct hub_log *log, struct gn_bytes code, gn_day day)
{
	return log->registrar || hub_place_under(f->registry, code, day, GN_DAY_OPEN, log->unit);
}

static void find_team(
        const struct hub_fold *f, struct hub_known *k, struct gn_bytes code, gn_day day)
{
	const struct gn_team *team = gn_registry_team(f->registry, code, day);
	const struct gn_unit *unit =
	        team ? gn_registry_unit(f->registry, gn_bytes_str(team->unit), day) : NULL;
	k->reason = !team ? HUB_R_UNKNOWN_TEAM : !unit ? HUB_R_UNKNOWN_UNIT : HUB_R_NONE;
	if (!unit) {
		k->from = k->to = day;
		return;
	}
	k->from = team->from > k->from ? team->from : k->from;
	k->to = team->to < k->to ? team->to : k->to;
	k->hash = team->hash;
	k->unit = unit->hash;
	k->unit_is_village = unit->level == GN_LEVEL_VILLAGE;
	/* Enterprise teams belong to the province and work in any commune. */
	if (!team->enterprise && !in_area(f, k->log, gn_bytes_str(unit->code), day))
		k->reason = HUB_R_OUT_OF_AREA;
}

static void find_village(
        const struct hub_fold *f, struct hub_known *k, struct gn_bytes code, gn_day day)
{
	const struct gn_unit *unit = gn_registry_unit(f->registry, code, day);
	if (!unit || unit->level != GN_LEVEL_VILLAGE) {
		k->reason = HUB_R_UNKNOWN_UNIT;
		return;
	}
	k->hash = unit->hash;
	k->reason = in_area(f, k->log, code, day) ? HUB_R_NONE : HUB_R_OUT_OF_AREA;
}

static size_t slot_of(const struct hub_log *log, bool village, struct gn_bytes code)
{
	uint64_t hash = (uint64_t)log->log.no << 1 | village;
	for (size_t i = 0; i < code.size; i++)
		hash = (hash ^ code.data[i]) * 0x100000001b3u;
	return (hash ^ hash >> 29) & (KNOWN - 1);
}

/* Valid until the next call. */
static const struct hub_known *known(struct hub_fold *f, const struct hub_log *log, bool village,
        struct gn_bytes code, gn_day day)
{
	struct hub_known *k = &f->places.known[slot_of(log, village, code)];
	if (k->log == log && k->village == village && k->from <= day && day <= k->to &&
	        gn_bytes_eq(gn_bytes(k->code, k->size), code))
		return k;
	*k = (struct hub_known){.log = log, .village = village, .size = (uint8_t)code.size};
	if (code.size)
		memcpy(k->code, code.data, code.size);
	k->from = k->era = hub_era(&f->eras, day, &k->to);
	if (village)
		find_village(f, k, code, day);
	else
		find_team(f, k, code, day);
	return k;
}

/* From 2020-01-01 to a day ahead of a synchronised clock. */
static bool date_ok(const struct hub_entry *entry)
{
	uint32_t date = entry->body.record.date;
	if (date < GN_DAY_FIRST || date >= GN_DAY_OPEN)
		return false;
	return entry->quality != GN_CLOCK_SYNCHRONISED ||
	       (gn_day)date <= gn_day_of_ms(entry->clock >> 16) + 1;
}

static bool code_ok(const struct hub_fold *f, size_t list, const char *name, struct gn_bytes code,
        struct gn_bytes *ret_detail)
{
	if (!f->places.lists[list] || !code.size || gn_registry_has_code(f->registry, name, code))
		return true;
	*ret_detail = code;
	return false;
}

static bool codes_ok(
        const struct hub_fold *f, const struct gn_record *record, struct gn_bytes *ret_detail)
{
	for (size_t i = 0; i < record->topic_count; i++)
		if (!code_ok(f, 1, "topic", record->topics[i], ret_detail))
			return false;
	return code_ok(f, 0, "scheme", record->text[GN_F_SCHEME], ret_detail) &&
	       code_ok(f, 2, "platform", record->text[GN_F_PLATFORM], ret_detail) &&
	       code_ok(f, 3, "place", record->text[GN_F_PLACE], ret_detail) &&
	       code_ok(f, 4, "outcome", record->text[GN_F_OUTCOME], ret_detail);
}

static bool has_subject(const struct gn_record *record)
{
	if (record->kind == GN_KIND_LISTING)
		return record->text[GN_F_PRODUCT].size > 0;
	if (record->kind != GN_KIND_ACTIVATION && record->kind != GN_KIND_ASSESSMENT)
		return true;
	return record->household || record->block.size || record->citizen_at.seq;
}

static enum hub_reason place_village(struct hub_fold *f, const struct hub_entry *entry,
        const struct hub_known *team, struct hub_spot *spot, struct gn_bytes *ret_detail)
{
	struct gn_bytes code = entry->body.record.text[GN_F_VILLAGE];
	spot->household = (uint16_t)entry->body.record.household;
	if (!code.size) {
		spot->village = team->unit;
		*ret_detail = entry->body.record.text[GN_F_TEAM];
		return spot->household && !team->unit_is_village ? HUB_R_UNKNOWN_UNIT : HUB_R_NONE;
	}
	*ret_detail = code;
	if (code.size > GN_CODE_MAX)
		return HUB_R_UNKNOWN_UNIT;
	const struct hub_known *village =
	        known(f, entry->log, true, code, (gn_day)entry->body.record.date);
	spot->village = village->hash;
	return village->reason;
}

static enum hub_reason place_team(struct hub_fold *f, const struct hub_entry *entry,
        struct hub_spot *spot, struct gn_bytes *ret_detail)
{
	const struct gn_record *record = &entry->body.record;
	struct gn_bytes code = record->text[GN_F_TEAM];
	*ret_detail = code;
	if (code.size > GN_CODE_MAX)
		return HUB_R_UNKNOWN_TEAM;
	const struct hub_known found = *known(f, entry->log, false, code, (gn_day)record->date);
	if (found.reason)
		return found.reason;
	spot->team = found.hash;
	spot->unit = found.unit;
	spot->era = (uint16_t)(found.era - GN_DAY_FIRST);
	enum hub_reason reason = place_village(f, entry, &found, spot, ret_detail);
	if (reason)
		return reason;
	if (!codes_ok(f, record, ret_detail))
		return HUB_R_UNKNOWN_CODE;
	*ret_detail = gn_bytes(NULL, 0);
	if (record->participants > HUB_NUMBER_MAX)
		return HUB_R_FORMAT;
	return has_subject(record) ? HUB_R_NONE : HUB_R_NO_SUBJECT;
}

static const struct gn_indicator *tally_indicator(const struct hub_fold *f, struct gn_bytes code)
{
	char text[GN_CODE_MAX + 1];
	if (code.size > GN_CODE_MAX)
		return NULL;
	memset(text, 0, sizeof text);
	if (code.size)
		memcpy(text, code.data, code.size);
	const struct gn_indicator *in = gn_registry_indicator(f->registry, text);
	return in && in->sources == 1u << GN_KIND_TALLY ? in : NULL;
}

static enum hub_reason place_tally(struct hub_fold *f, const struct hub_entry *entry,
        struct hub_spot *spot, struct gn_bytes *ret_detail)
{
	const struct gn_record *record = &entry->body.record;
	struct gn_bytes code = record->text[GN_F_UNIT];
	gn_day day = (gn_day)record->date;
	const struct gn_unit *unit = gn_registry_unit(f->registry, code, day);
	*ret_detail = code;
	if (!unit)
		return HUB_R_UNKNOWN_UNIT;
	if (!in_area(f, entry->log, code, day))
		return HUB_R_OUT_OF_AREA;
	spot->unit = unit->hash;
	spot->era = (uint16_t)(hub_era(&f->eras, day, NULL) - GN_DAY_FIRST);
	*ret_detail = record->text[GN_F_INDICATOR];
	const struct gn_indicator *in = tally_indicator(f, *ret_detail);
	if (!in)
		return HUB_R_UNKNOWN_INDICATOR;
	if (record->numerator > HUB_NUMBER_MAX || record->denominator > HUB_NUMBER_MAX ||
	        (in->kind == GN_RATIO && !record->has_denominator))
		return HUB_R_FORMAT;
	return HUB_R_NONE;
}

enum hub_reason hub_place(struct hub_fold *f, const struct hub_entry *entry,
        struct hub_spot *ret_spot, struct gn_bytes *ret_detail)
{
	*ret_spot = (struct hub_spot){0};
	*ret_detail = gn_bytes(NULL, 0);
	enum hub_reason reason = hub_fold_origin(entry->log, entry->seq);
	if (reason)
		return reason;
	if (entry->fault)
		return entry->fault;
	if (!gn_kind_is_record(entry->body.record.kind))
		return HUB_R_UNKNOWN_KIND;
	if (!date_ok(entry))
		return HUB_R_DATE;
	ret_spot->day = (uint16_t)(entry->body.record.date - GN_DAY_FIRST);
	return entry->body.record.kind == GN_KIND_TALLY
	               ? place_tally(f, entry, ret_spot, ret_detail)
	               : place_team(f, entry, ret_spot, ret_detail);
}
