/* A fold from beginning to end: what is new since the last, counted and written
 * with the cursors in one transaction. Decides when the aggregates have to be
 * recomputed from nothing: when what placed an entry that is in them changes. */
#include "hub/fold_state.h"

#include <sodium.h>
#include <stdlib.h>

#include "core/text.h"

/* Entries of one transaction: bounds what is gathered in memory. */
#define CHUNK 262144u
#define AGGREGATES_FORMAT 1u
#define CURSOR_SIZE (8 + 32)

/* HUB_T_CURSOR, "registry": which registry the last fold went by, and whether what
 * it began anew is not whole yet: registrar(32) | version(8) | unfinished(1) */
#define PACE_SIZE (GN_KEY_SIZE + 8 + 1)
struct pace {
	uint8_t registrar[GN_KEY_SIZE];
	uint64_t version;
	bool unfinished;
};

/* In the order of their digest. Of the rest, cursors say how far this is, and
 * checkpoints are a help that may be there or not. */
static const gn_table aggregates[] = {HUB_T_AGG, HUB_T_BITS, HUB_T_DELTA, HUB_T_SEEN, HUB_T_SUBJECT,
        HUB_T_TALLY, HUB_T_FAMILY, HUB_T_WAITING};
#define AGGREGATES (sizeof aggregates / sizeof *aggregates)

static void clear(struct gn_txn *txn)
{
	for (size_t i = 0; i < AGGREGATES; i++)
		gn_txn_clear(txn, aggregates[i]);
	gn_txn_clear(txn, HUB_T_CURSOR);
	gn_txn_clear(txn, HUB_T_CHECKPOINT);
}

enum gn_err hub_fold_reset(struct gn_store *store)
{
	GN_AUTO_TXN txn = gn_txn_begin(store, true);
	clear(&txn);
	return gn_txn_commit(&txn);
}

static void digest_bytes(crypto_generichash_state *state, struct gn_bytes bytes)
{
	uint8_t size[8];
	gn_put_be64(size, bytes.size);
	crypto_generichash_update(state, size, sizeof size);
	crypto_generichash_update(state, bytes.data, bytes.size);
}

enum gn_err hub_fold_digest(struct gn_txn *txn, uint8_t ret_digest[32])
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, 32);
	for (size_t i = 0; i < AGGREGATES; i++) {
		uint8_t table = (uint8_t)i;
		GN_AUTO_CURSOR cursor = gn_cursor_open(txn, aggregates[i]);
		crypto_generichash_update(&state, &table, 1);
		for (bool more = gn_cursor_seek(&cursor, gn_bytes("", 1)); more;
		        more = gn_cursor_next(&cursor)) {
			digest_bytes(&state, cursor.key);
			digest_bytes(&state, cursor.value);
		}
	}
	if (!txn->err)
		crypto_generichash_final(&state, ret_digest, 32);
	return txn->err;
}

static void basis(const struct gn_registry *registry, uint8_t ret_basis[32])
{
	uint8_t text[33];
	gn_registry_basis_all(registry, text);
	text[32] = AGGREGATES_FORMAT;
	crypto_generichash(ret_basis, 32, text, sizeof text, NULL, 0);
}

static void add_log(struct hub_fold *f, const struct gn_log *log)
{
	struct hub_log *row = &f->logs[f->log_n++];
	uint8_t registrar[GN_KEY_SIZE];
	*row = (struct hub_log){.log = *log};
	row->enrolment = gn_registry_node(f->registry, log->origin);
	if (row->enrolment)
		row->unit = gn_code_hash(gn_bytes_str(row->enrolment->unit));
	row->registrar = gn_registry_registrar(f->registry, registrar) &&
	                 memcmp(registrar, log->origin, GN_KEY_SIZE) == 0;
}

static int by_origin(const void *a, const void *b)
{
	const struct hub_log *x = a, *y = b;
	return memcmp(x->log.origin, y->log.origin, GN_KEY_SIZE);
}

static enum gn_err list_logs(struct hub_fold *f)
{
	struct gn_log log;
	size_t n = gn_txn_count(f->txn, GN_T_ORIGIN);
	f->logs = calloc(n + 1, sizeof *f->logs);
	if (!f->logs)
		return GN_E_NOMEM;
	for (uint32_t no = 0; f->log_n < n && gn_log_each(f->txn, &no, &log);)
		add_log(f, &log);
	if (f->log_n)
		qsort(f->logs, f->log_n, sizeof *f->logs, by_origin);
	return f->txn->err;
}

/* Sets how far each log was folded; false: on another basis than now. */
static bool read_cursors(struct hub_fold *f)
{
	bool same = true;
	for (size_t i = 0; i < f->log_n; i++) {
		struct hub_log *log = &f->logs[i];
		struct gn_bytes value;
		uint8_t now[32];
		if (!gn_txn_get(
		            f->txn, HUB_T_CURSOR, gn_bytes(log->log.origin, GN_KEY_SIZE), &value))
			continue;
		log->folded = value.size == CURSOR_SIZE ? gn_get_be64(value.data) : 0;
		gn_registry_basis_node(f->registry, log->log.origin, log->folded, now);
		same &= value.size == CURSOR_SIZE && log->folded <= log->log.tip.seq &&
		        memcmp(value.data + 8, now, sizeof now) == 0;
	}
	return same;
}

static struct pace pace_of(const struct gn_registry *registry)
{
	struct pace pace = {.version = gn_registry_version(registry)};
	(void)gn_registry_registrar(registry, pace.registrar);
	return pace;
}

/* False: no fold has been. */
static bool read_pace(struct gn_txn *txn, struct pace *ret_pace)
{
	struct gn_bytes value;
	*ret_pace = (struct pace){0};
	if (!gn_txn_get(txn, HUB_T_CURSOR, gn_bytes_str("registry"), &value) ||
	        value.size != PACE_SIZE)
		return false;
	memcpy(ret_pace->registrar, value.data, GN_KEY_SIZE);
	ret_pace->version = gn_get_be64(value.data + GN_KEY_SIZE);
	ret_pace->unfinished = value.data[PACE_SIZE - 1] != 0;
	return true;
}

static void write_pace(struct gn_txn *txn, const struct pace *pace)
{
	uint8_t value[PACE_SIZE];
	memcpy(value, pace->registrar, GN_KEY_SIZE);
	gn_put_be64(value + GN_KEY_SIZE, pace->version);
	value[PACE_SIZE - 1] = pace->unfinished;
	gn_txn_put(txn, HUB_T_CURSOR, gn_bytes_str("registry"), gn_bytes(value, sizeof value));
}

static bool same_basis(struct gn_txn *txn, const struct gn_registry *registry)
{
	uint8_t now[32];
	struct gn_bytes stored;
	basis(registry, now);
	return gn_txn_get(txn, HUB_T_AGG, gn_bytes_str("basis"), &stored) &&
	       gn_bytes_eq(stored, gn_bytes(now, sizeof now));
}

static void begin_anew(struct hub_fold *f)
{
	uint8_t now[32];
	basis(f->registry, now);
	clear(f->txn);
	gn_txn_put(f->txn, HUB_T_AGG, gn_bytes_str("basis"), gn_bytes(now, sizeof now));
	for (size_t i = 0; i < f->log_n; i++)
		f->logs[i].folded = 0;
}

/* Begins anew where the aggregates rest on another registry than this. One that
 * is older than theirs is refused: it would undo what a newer one has made. */
static void recall(struct hub_fold *f, struct pace *ret_pace)
{
	struct pace last;
	struct gn_bytes stored;
	*ret_pace = pace_of(f->registry);
	bool any = read_pace(f->txn, &last);
	if (any && last.version > ret_pace->version &&
	        memcmp(last.registrar, ret_pace->registrar, GN_KEY_SIZE) == 0) {
		hub_fold_fail(f, GN_E_BUSY);
		return;
	}
	bool same = read_cursors(f) && same_basis(f->txn, f->registry);
	if (!same)
		begin_anew(f);
	ret_pace->unfinished = !same || last.unfinished;
	if (gn_txn_get(f->txn, HUB_T_AGG, gn_bytes_str("newest"), &stored) && stored.size == 8)
		f->newest = gn_get_be64(stored.data);
	for (size_t i = 0; i < f->log_n; i++)
		f->logs[i].before = f->logs[i].folded;
}

static void write_cursors(struct hub_fold *f)
{
	uint8_t value[CURSOR_SIZE], newest[8];
	for (size_t i = 0; i < f->log_n; i++) {
		const struct hub_log *log = &f->logs[i];
		if (log->folded == log->before)
			continue;
		gn_put_be64(value, log->folded);
		gn_registry_basis_node(f->registry, log->log.origin, log->folded, value + 8);
		gn_txn_put(f->txn, HUB_T_CURSOR, gn_bytes(log->log.origin, GN_KEY_SIZE),
		        gn_bytes(value, sizeof value));
	}
	if (!f->newest)
		return;
	gn_put_be64(newest, f->newest);
	gn_txn_put(f->txn, HUB_T_AGG, gn_bytes_str("newest"), gn_bytes(newest, sizeof newest));
}

/* Subjects first: what changes in them moves the stocks' sums. */
static void write_all(struct hub_fold *f)
{
	hub_bits_apply(&f->bits, f->txn);
	hub_subjects_apply(&f->subjects, f->txn, &f->delta);
	hub_delta_apply(&f->delta, f->txn);
	hub_seen_apply(&f->seen, f->txn);
	hub_tally_apply(&f->tally, f->txn);
	hub_family_apply(f);
	hub_waiting_apply(&f->waiting, f->txn);
	write_cursors(f);
}

static enum gn_err begin(struct hub_fold *f)
{
	hub_bits_init(&f->bits);
	hub_delta_init(&f->delta);
	hub_seen_init(&f->seen);
	hub_subjects_init(&f->subjects, &f->catalogue, &f->eras);
	hub_tally_init(&f->tally);
	hub_waiting_init(&f->waiting);
	hub_family_init(&f->family);
	hub_sessions_init(&f->sessions);
	enum gn_err err = hub_catalogue_init(f->registry, &f->catalogue);
	if (!err)
		err = hub_eras_init(f->registry, &f->eras);
	if (!err)
		err = hub_places_init(&f->places, f->registry);
	return err ? err : list_logs(f);
}

static void done(struct hub_fold *f)
{
	hub_bits_done(&f->bits);
	hub_delta_done(&f->delta);
	hub_seen_done(&f->seen);
	hub_subjects_done(&f->subjects);
	hub_tally_done(&f->tally);
	hub_waiting_done(&f->waiting);
	hub_family_done(&f->family);
	hub_sessions_done(&f->sessions);
	hub_catalogue_done(&f->catalogue);
	hub_eras_done(&f->eras);
	hub_places_done(&f->places);
	free(f->logs);
}

static enum gn_err fold_new(struct hub_fold *f, uint64_t max, bool *ret_more)
{
	struct pace pace;
	recall(f, &pace);
	if (f->err)
		return f->err;
	*ret_more = hub_fold_take(f, max);
	if (!f->err)
		hub_fold_settle(f);
	if (f->err)
		return f->err;
	write_all(f);
	pace.unfinished &= *ret_more;
	write_pace(f->txn, &pace);
	return GN_OK;
}

static enum gn_err fold_chunk(struct gn_store *store, const struct gn_registry *registry,
        const struct hub_keys *keys, uint64_t max, struct hub_fold_result *ret_result)
{
	GN_AUTO_TXN txn = gn_txn_begin(store, true);
	struct hub_fold f = {.txn = &txn, .registry = registry, .keys = keys};
	enum gn_err err = begin(&f);
	if (!err)
		err = fold_new(&f, max, &ret_result->more);
	ret_result->entries = f.entries;
	done(&f);
	return err ? err : gn_txn_commit(&txn);
}

/* Whether the aggregates rest on this registry; *ret_all: and cover all entries. */
static bool rests_on(struct gn_txn *txn, const struct gn_registry *registry, bool *ret_all)
{
	struct hub_fold f = {.txn = txn, .registry = registry};
	bool same = same_basis(txn, registry) && !list_logs(&f) && read_cursors(&f);
	*ret_all = true;
	for (size_t i = 0; same && i < f.log_n; i++)
		*ret_all &= f.logs[i].folded == f.logs[i].log.tip.seq;
	free(f.logs);
	return same && !txn->err;
}

bool hub_fold_ready(struct gn_txn *txn, const struct gn_registry *registry)
{
	struct pace pace;
	bool all;
	return read_pace(txn, &pace) && !pace.unfinished && rests_on(txn, registry, &all);
}

/* In a transaction of reading alone, so that a fold with nothing to do does not
 * wait for the writer. */
static bool up_to_date(struct gn_store *store, const struct gn_registry *registry)
{
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	bool all;
	return rests_on(&txn, registry, &all) && all;
}

enum gn_err hub_fold(struct gn_store *store, const struct gn_registry *registry,
        const struct hub_keys *keys, uint64_t max, struct hub_fold_result *ret_result)
{
	struct hub_fold_result total = {0}, part = {0};
	if (up_to_date(store, registry)) {
		*ret_result = total;
		return GN_OK;
	}
	do {
		uint64_t left = max ? max - total.entries : CHUNK;
		enum gn_err err =
		        fold_chunk(store, registry, keys, left < CHUNK ? left : CHUNK, &part);
		if (err)
			return err;
		total.entries += part.entries;
	} while (part.more && (!max || total.entries < max));
	total.more = part.more;
	*ret_result = total;
	return GN_OK;
}
