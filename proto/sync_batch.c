/* Batches: whether they were asked for, whether they follow, whether they are
 * their author's. One signature is checked for a whole run; only when that fails
 * is each one looked at, to keep the good entries before the bad one. */
#include "proto/sync_state.h"

struct batch {
	struct gn_bytes origin, previous;
	uint64_t first;
	size_t n;
};

static enum gn_err read_batch(
        struct gn_sync *sync, struct gn_bytes message, struct batch *ret_batch)
{
	struct batch b = {0};
	struct gn_wire_reader r = gn_wire_read(message);
	struct gn_wire_field f;
	while (gn_wire_next(&r, &f)) {
		if (f.number == 1)
			b.origin = f.bytes;
		else if (f.number == 2)
			b.first = f.value;
		else if (f.number == 3)
			b.previous = f.bytes;
		else if (f.number == 4 && b.n == GN_SYNC_BATCH)
			return GN_E_SIZE;
		else if (f.number == 4)
			sync->entries[b.n++] = f.bytes;
	}
	if (r.err || b.origin.size != GN_KEY_SIZE || b.previous.size != GN_HASH_SIZE ||
	        b.first == 0 || b.n == 0 || b.first > UINT64_MAX - GN_SYNC_BATCH)
		return GN_E_FORMAT;
	*ret_batch = b;
	return GN_OK;
}

/* How many of the n entries after `tip` are good; moves it over them. */
static size_t good_prefix(
        const uint8_t *origin, struct gn_tip *tip, const struct gn_entry *entries, size_t n)
{
	struct gn_tip at = *tip;
	for (size_t i = 0; i < n; i++) {
		if (gn_chain_step(origin, &at, &entries[i]) || gn_tip_verify(origin, &at))
			return i;
		*tip = at;
	}
	return n;
}

/* Checks entries[skip .. n); *ret_good of them are good and `tip` stands behind
 * them. What is wrong with the next one is returned. */
static enum gn_err check_run(struct gn_sync *sync, const struct sync_log *log, size_t skip,
        size_t n, struct gn_tip *tip, size_t *ret_good)
{
	enum gn_err err = GN_OK;
	size_t parsed = skip;
	while (parsed < n && !err) {
		err = gn_entry_parse(sync->entries[parsed], &sync->parsed[parsed]);
		parsed += !err;
	}
	const struct gn_entry *run = sync->parsed + skip;
	*ret_good = parsed - skip;
	if (!err)
		err = gn_chain_run(log->origin, tip, run, parsed - skip);
	if (err)
		*ret_good = good_prefix(log->origin, tip, run, parsed - skip);
	return err;
}

static enum gn_err give_up(
        struct gn_sync *sync, struct sync_link *link, struct sync_log *log, enum gn_err code)
{
	struct sync_share *share = sync_share(sync, link, log->origin);
	if (!share)
		return GN_E_NOMEM;
	share->held_until_ms = sync->now_ms + GN_SYNC_HOLD_MS;
	log->source = NULL;
	enum gn_err err = sync_refuse(sync, &link->peer, code);
	return err ? err : sync_ask(sync, log);
}

static enum gn_err store(struct gn_sync *sync, struct sync_link *link, struct sync_log *log,
        size_t skip, size_t n, const struct gn_tip *tip)
{
	struct gn_act act = {.kind = GN_ACT_STORE,
	        .peer = link->peer,
	        .first = log->tip.seq + 1,
	        .tip = *tip,
	        .entries = sync->entries + skip,
	        .n = n};
	memcpy(act.origin, log->origin, GN_KEY_SIZE);
	log->tip = *tip;
	log->asked_ms = sync->now_ms;
	return sync_act(sync, &act, NULL);
}

/* What was asked for before the limit fell is cut at the limit. */
static size_t allowed(const struct gn_sync *sync, const struct sync_log *log, size_t n)
{
	uint64_t limit = sync->options.limit(sync->options.context, log->origin);
	uint64_t room = limit > log->tip.seq ? limit - log->tip.seq : 0;
	uint64_t asked = log->asked_to > log->tip.seq ? log->asked_to - log->tip.seq : 0;
	room = asked < room ? asked : room;
	return room < n ? (size_t)room : n;
}

/* [S-4] */
enum gn_err sync_hear_batch(struct gn_sync *sync, struct sync_link *link, struct gn_bytes message)
{
	struct batch b;
	enum gn_err err = read_batch(sync, message, &b);
	if (err)
		return sync_refuse(sync, &link->peer, err);
	struct sync_log *log = gn_keymap_get(&sync->logs, b.origin.data);
	if (!log || log->source != link) /* not asked for */
		return sync_refuse(sync, &link->peer, GN_E_ORIGIN);
	if (b.first > log->tip.seq + 1)
		return give_up(sync, link, log, GN_E_ORDER);
	uint64_t known = log->tip.seq + 1 - b.first;
	if (known >= b.n)
		return GN_OK;
	if (known == 0 && memcmp(b.previous.data, log->tip.hash, GN_HASH_SIZE) != 0)
		return give_up(sync, link, log, GN_E_LINK);
	size_t n = allowed(sync, log, b.n - known);
	if (n == 0)
		return sync_refuse(sync, &link->peer, GN_E_DENIED);
	struct gn_tip tip = log->tip;
	size_t good;
	enum gn_err wrong = check_run(sync, log, known, known + n, &tip, &good);
	if (good > 0)
		err = store(sync, link, log, known, good, &tip);
	if (err)
		return err;
	return wrong ? give_up(sync, link, log, wrong) : sync_ask(sync, log);
}
