/* Reads the logs. Decides what each new entry is for the aggregates: a record to
 * be counted at once, something that speaks of other entries, or nothing. */
#include "hub/fold_state.h"

static const struct gn_bytes nothing;

bool hub_fold_parse(struct hub_fold *f, struct hub_log *log, uint64_t seq, struct gn_bytes wire,
        struct hub_entry *ret_entry)
{
	struct gn_entry entry;
	struct gn_header header;
	if (gn_entry_parse(wire, &entry) || gn_header_parse(entry.header, &header) ||
	        header.seq != seq) {
		hub_fold_fail(f, GN_E_CORRUPT);
		return false;
	}
	uint64_t bound = gn_registry_clock_bound(f->registry, log->log.origin, seq);
	ret_entry->log = log;
	ret_entry->seq = seq;
	ret_entry->clock = header.clock < bound ? header.clock : bound;
	ret_entry->quality = header.quality;
	ret_entry->fault = HUB_R_NONE;
	if (!entry.body.size)
		ret_entry->fault = HUB_R_OWED;
	else if (gn_body_parse(entry.body, &ret_entry->body))
		ret_entry->fault = HUB_R_FORMAT;
	return true;
}

static int by_origin(const struct hub_log *log, const uint8_t origin[GN_KEY_SIZE])
{
	return memcmp(log->log.origin, origin, GN_KEY_SIZE);
}

struct hub_log *hub_fold_log(const struct hub_fold *f, const uint8_t origin[GN_KEY_SIZE])
{
	size_t low = 0, high = f->log_n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = by_origin(&f->logs[middle], origin);
		if (order == 0)
			return &f->logs[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool hub_fold_read(struct hub_fold *f, const uint8_t origin[GN_KEY_SIZE], uint64_t seq,
        struct hub_entry *ret_entry)
{
	struct hub_log *log = hub_fold_log(f, origin);
	struct gn_bytes wire;
	if (!log || !seq || seq > log->folded || f->err)
		return false;
	if (gn_log_read(f->txn, log->log.no, seq, &wire)) {
		hub_fold_fail(f, GN_E_CORRUPT);
		return false;
	}
	return hub_fold_parse(f, log, seq, wire, ret_entry);
}

enum hub_reason hub_fold_origin(const struct hub_log *log, uint64_t seq)
{
	if (log->registrar)
		return HUB_R_NONE;
	if (!log->enrolment)
		return HUB_R_OUT_OF_AREA;
	if (log->enrolment->training)
		return HUB_R_TRAINING;
	return seq > log->enrolment->last ? HUB_R_REVOKED : HUB_R_NONE;
}

void hub_fold_note(struct hub_fold *f, const struct hub_entry *entry, enum hub_reason reason,
        struct gn_bytes detail)
{
	bool counted = reason == HUB_R_NONE || reason == HUB_R_SUPERSEDED;
	if (counted && entry->clock > f->newest)
		f->newest = entry->clock;
	if (hub_waiting_note(&f->waiting, entry->log->log.origin, entry->seq, reason, detail))
		hub_fold_fail(f, GN_E_NOMEM);
}

/* A plain record that nothing speaks of: the way of nearly all. */
static void take_plain(struct hub_fold *f, const struct hub_entry *entry)
{
	struct hub_judgement judged = hub_fold_count(f, entry, 1);
	if (judged.reason)
		hub_fold_note(f, entry, judged.reason, judged.detail);
	else if (entry->clock > f->newest)
		f->newest = entry->clock;
}

static void take_record(struct hub_fold *f, const struct hub_entry *entry, bool spoken_of)
{
	if (entry->body.record.citizen_at.seq)
		hub_family_link(f, &entry->body.record.citizen_at, HUB_ROLE_BORROWS, entry);
	if (spoken_of || entry->body.record.citizen_at.seq)
		hub_family_touch(f, entry, true);
	else
		take_plain(f, entry);
}

/* It waits for its target until the family is settled. */
static void take_amendment(struct hub_fold *f, const struct hub_entry *entry, enum hub_role role)
{
	hub_fold_note(f, entry, HUB_R_NO_TARGET, nothing);
	hub_family_link(f, &entry->body.target, role, entry);
	if (role == HUB_ROLE_CORRECTS && entry->body.record.citizen_at.seq)
		hub_family_link(f, &entry->body.record.citizen_at, HUB_ROLE_BORROWS, entry);
}

static void take_fault(struct hub_fold *f, const struct hub_entry *entry, enum hub_reason reason)
{
	enum hub_reason origin = hub_fold_origin(entry->log, entry->seq);
	hub_fold_note(f, entry, origin ? origin : reason, nothing);
}

static void take(struct hub_fold *f, const struct hub_entry *entry, bool spoken_of)
{
	if (spoken_of)
		hub_family_touch(f, entry, true);
	if (entry->fault) {
		take_fault(f, entry, entry->fault);
		return;
	}
	switch (entry->body.kind) {
	case GN_KIND_VISIT:
	case GN_KIND_ACTIVATION:
	case GN_KIND_TRAINING:
	case GN_KIND_LISTING:
	case GN_KIND_ASSESSMENT:
	case GN_KIND_TALLY:
		take_record(f, entry, spoken_of);
		break;
	case GN_KIND_CORRECTION:
		take_amendment(f, entry, HUB_ROLE_CORRECTS);
		break;
	case GN_KIND_VOID:
		take_amendment(f, entry, HUB_ROLE_VOIDS);
		break;
	case GN_KIND_ERASE:
		take_amendment(f, entry, HUB_ROLE_ERASES);
		break;
	case GN_KIND_SESSION:
	case GN_KIND_REGISTRY:
	case GN_KIND_ROOT:
		break;
	case GN_KIND_NONE:
	case GN_KIND_UNKNOWN:
		take_fault(f, entry, HUB_R_UNKNOWN_KIND);
		break;
	}
}

/* True: stopped at `max` before the log's end. */
static bool take_log(struct hub_fold *f, struct hub_log *log, uint64_t max)
{
	if (log->folded >= log->log.tip.seq)
		return false;
	struct gn_log_cursor cursor = gn_log_cursor_at(f->txn, log->log.no, log->folded + 1);
	uint64_t spoken_of = hub_family_next(f, log->log.origin, log->folded + 1);
	struct gn_bytes wire;
	while (!f->err && log->folded < log->log.tip.seq && (!max || f->entries < max)) {
		struct hub_entry entry;
		if (!gn_log_cursor_next(&cursor, &wire) || cursor.seq != log->folded + 1) {
			hub_fold_fail(f, GN_E_CORRUPT);
			break;
		}
		log->folded++;
		f->entries++;
		if (!hub_fold_parse(f, log, cursor.seq, wire, &entry))
			break;
		take(f, &entry, cursor.seq == spoken_of);
		if (cursor.seq >= spoken_of)
			spoken_of = hub_family_next(f, log->log.origin, cursor.seq + 1);
	}
	gn_log_cursor_close(&cursor);
	return log->folded < log->log.tip.seq;
}

bool hub_fold_take(struct hub_fold *f, uint64_t max)
{
	bool more = false;
	for (size_t i = 0; i < f->log_n && !f->err; i++)
		more |= take_log(f, &f->logs[i], max);
	return more;
}
