/* Whether an amendment means the entry that is here: it names the first bytes of
 * its target's chain hash, so one written against the other branch of a fork
 * leaves this one alone. Hashes are not kept per entry; they are walked to, in
 * the order of each log, from the checkpoint before. */
#include "hub/family.h"

#include "hub/fold_state.h"

#define CHECKPOINT_EVERY 1024

static bool from_checkpoint(
        struct hub_fold *f, const struct hub_log *log, uint64_t seq, struct gn_tip *ret_tip)
{
	uint8_t key[HUB_FAMILY_KEY];
	GN_AUTO_CURSOR cursor = gn_cursor_open(f->txn, HUB_T_CHECKPOINT);
	hub_family_key(key, log->log.origin, seq);
	if (!gn_cursor_seek_back(&cursor, gn_bytes(key, sizeof key)) ||
	        cursor.key.size != HUB_FAMILY_KEY ||
	        memcmp(cursor.key.data, log->log.origin, GN_KEY_SIZE) != 0 ||
	        cursor.value.size != GN_HASH_SIZE + GN_SIG_SIZE)
		return false;
	ret_tip->seq = gn_get_be64(cursor.key.data + GN_KEY_SIZE);
	memcpy(ret_tip->hash, cursor.value.data, GN_HASH_SIZE);
	memcpy(ret_tip->signature, cursor.value.data + GN_HASH_SIZE, GN_SIG_SIZE);
	return true;
}

/* Where to walk from: the walker if it is near, else the checkpoint before. */
static void start(struct hub_fold *f, const struct hub_log *log, uint64_t seq)
{
	struct gn_tip *tip = &f->family.walker.tip, stored;
	bool here = f->family.walker.log == log && tip->seq <= seq;
	if (here && seq - tip->seq < CHECKPOINT_EVERY)
		return;
	if (!from_checkpoint(f, log, seq, &stored))
		gn_tip_start(log->log.origin, &stored);
	if (!here || tip->seq < stored.seq)
		*tip = stored;
	f->family.walker.log = log;
}

static enum gn_err keep_checkpoint(struct hub_fold *f, const struct hub_log *log)
{
	const struct gn_tip *tip = &f->family.walker.tip;
	if (tip->seq % CHECKPOINT_EVERY)
		return GN_OK;
	uint8_t *row = hub_list_add(&f->family.checkpoints);
	if (!row)
		return GN_E_NOMEM;
	hub_family_key(row, log->log.origin, tip->seq);
	memcpy(row + HUB_FAMILY_KEY, tip->hash, GN_HASH_SIZE);
	memcpy(row + HUB_FAMILY_KEY + GN_HASH_SIZE, tip->signature, GN_SIG_SIZE);
	return GN_OK;
}

static enum gn_err walk_to(struct hub_fold *f, const struct hub_log *log, uint64_t seq)
{
	struct gn_tip *tip = &f->family.walker.tip;
	struct gn_log_cursor cursor = gn_log_cursor_at(f->txn, log->log.no, tip->seq + 1);
	struct gn_bytes wire;
	struct gn_entry entry;
	enum gn_err err = GN_OK;
	while (!err && tip->seq < seq) {
		if (!gn_log_cursor_next(&cursor, &wire) || gn_entry_parse(wire, &entry) ||
		        gn_chain_step(log->log.origin, tip, &entry))
			err = GN_E_CORRUPT;
		else
			err = keep_checkpoint(f, log);
	}
	gn_log_cursor_close(&cursor);
	return err;
}

bool hub_family_hash(
        struct hub_fold *f, const struct hub_log *log, uint64_t seq, uint8_t ret_hash[GN_REF_HASH])
{
	if (seq == log->log.tip.seq) {
		memcpy(ret_hash, log->log.tip.hash, GN_REF_HASH);
		return true;
	}
	start(f, log, seq);
	enum gn_err err = walk_to(f, log, seq);
	if (err) {
		f->family.walker.log = NULL;
		hub_fold_fail(f, err);
		return false;
	}
	memcpy(ret_hash, f->family.walker.tip.hash, GN_REF_HASH);
	return true;
}

static void check_node(struct hub_fold *f, struct hub_node *node, const struct hub_log *log)
{
	uint8_t hash[GN_REF_HASH];
	uint64_t seq = gn_get_be64(node->key + GN_KEY_SIZE);
	bool known = false;
	for (size_t i = 0; i < node->edges.n; i++) {
		struct hub_edge *edge = hub_list_at(&node->edges, i);
		if (edge->check != HUB_CHECK_NOT_HERE)
			continue;
		if (!known && !hub_family_hash(f, log, seq, hash))
			return;
		known = true;
		bool same = memcmp(edge->hash, hash, GN_REF_HASH) == 0;
		edge->check = same ? HUB_CHECK_GOOD : HUB_CHECK_OTHER;
		node->edges_new = true;
	}
}

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, HUB_FAMILY_KEY);
}

void hub_family_check(struct hub_fold *f)
{
	struct hub_list keys = {.row_bytes = HUB_FAMILY_KEY};
	for (size_t i = 0; i < f->family.nodes.rows.n; i++) {
		const struct hub_node *node = hub_list_at(&f->family.nodes.rows, i);
		uint8_t *key = node->touched ? hub_list_add(&keys) : NULL;
		if (key)
			memcpy(key, node->key, HUB_FAMILY_KEY);
		else if (node->touched)
			hub_fold_fail(f, GN_E_NOMEM);
	}
	hub_list_sort(&keys, by_key);
	for (size_t i = 0; i < keys.n && !f->err; i++) {
		const uint8_t *key = hub_list_at(&keys, i);
		const struct hub_log *log = hub_fold_log(f, key);
		struct hub_node *node = hub_family_node(f, key);
		if (node && log && gn_get_be64(key + GN_KEY_SIZE) <= log->folded)
			check_node(f, node, log);
	}
	hub_list_done(&keys);
}
