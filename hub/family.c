/* Who speaks of whom, in memory and on disk. Decides who may amend whose records;
 * which version stands is in family_settle.c. */
#include "hub/family.h"

#include <stdlib.h>

#include "hub/fold_state.h"

#define TABLE_KEY (HUB_FAMILY_KEY + 1)
#define STATE_SIZE (1 + HUB_FAMILY_KEY)

_Static_assert(sizeof(struct hub_edge) == 50, "edges lie on disk as they are");

void hub_family_init(struct hub_family *family)
{
	*family = (struct hub_family){
	        .nodes = {.rows.row_bytes = sizeof(struct hub_node), .key_bytes = HUB_FAMILY_KEY},
	        .checkpoints.row_bytes = HUB_FAMILY_KEY + GN_HASH_SIZE + GN_SIG_SIZE};
}

void hub_family_done(struct hub_family *family)
{
	for (size_t i = 0; i < family->nodes.rows.n; i++)
		hub_list_done(&((struct hub_node *)hub_list_at(&family->nodes.rows, i))->edges);
	hub_map_done(&family->nodes);
	hub_list_done(&family->checkpoints);
}

void hub_family_key(uint8_t key[HUB_FAMILY_KEY], const uint8_t origin[GN_KEY_SIZE], uint64_t seq)
{
	memcpy(key, origin, GN_KEY_SIZE);
	gn_put_be64(key + GN_KEY_SIZE, seq);
}

static struct gn_bytes table_key(
        uint8_t buf[TABLE_KEY], const uint8_t key[HUB_FAMILY_KEY], char part)
{
	memcpy(buf, key, HUB_FAMILY_KEY);
	buf[HUB_FAMILY_KEY] = (uint8_t)part;
	return gn_bytes(buf, TABLE_KEY);
}

uint64_t hub_family_next(struct hub_fold *f, const uint8_t origin[GN_KEY_SIZE], uint64_t from)
{
	uint8_t key[HUB_FAMILY_KEY];
	GN_AUTO_CURSOR cursor = gn_cursor_open(f->txn, HUB_T_FAMILY);
	hub_family_key(key, origin, from);
	if (!gn_cursor_seek(&cursor, gn_bytes(key, sizeof key)) || cursor.key.size != TABLE_KEY ||
	        memcmp(cursor.key.data, origin, GN_KEY_SIZE) != 0)
		return UINT64_MAX;
	return gn_get_be64(cursor.key.data + GN_KEY_SIZE);
}

static struct hub_node *need(struct hub_fold *f, const uint8_t key[HUB_FAMILY_KEY])
{
	struct hub_node *node = hub_map_need(&f->family.nodes, key);
	if (!node)
		hub_fold_fail(f, GN_E_NOMEM);
	else
		node->edges.row_bytes = sizeof(struct hub_edge);
	return node;
}

void hub_family_link(struct hub_fold *f, const struct gn_ref *target, enum hub_role role,
        const struct hub_entry *entry)
{
	uint8_t key[HUB_FAMILY_KEY];
	hub_family_key(key, target->origin, target->seq);
	struct hub_node *node = need(f, key);
	struct hub_edge *edge = node ? hub_list_add(&node->edges) : NULL;
	if (!edge) {
		hub_fold_fail(f, GN_E_NOMEM);
		return;
	}
	edge->role = (uint8_t)role;
	memcpy(edge->hash, target->hash, GN_REF_HASH);
	hub_family_key(edge->from, entry->log->log.origin, entry->seq);
	node->touched = true;
	node->edges_new = true;
}

void hub_family_touch(struct hub_fold *f, const struct hub_entry *entry, bool deferred)
{
	uint8_t key[HUB_FAMILY_KEY];
	hub_family_key(key, entry->log->log.origin, entry->seq);
	struct hub_node *node = need(f, key);
	if (!node)
		return;
	node->touched = true;
	node->deferred = deferred;
}

static void load(struct hub_fold *f, struct hub_node *node)
{
	uint8_t buf[TABLE_KEY];
	struct gn_bytes value;
	node->loaded = true;
	if (gn_txn_get(f->txn, HUB_T_FAMILY, table_key(buf, node->key, 'e'), &value)) {
		if (value.size % sizeof(struct hub_edge))
			hub_fold_fail(f, GN_E_CORRUPT);
		for (size_t i = 0; i < value.size / sizeof(struct hub_edge); i++) {
			struct hub_edge *edge = hub_list_add(&node->edges);
			if (!edge) {
				hub_fold_fail(f, GN_E_NOMEM);
				return;
			}
			memcpy(edge, value.data + i * sizeof *edge, sizeof *edge);
		}
	}
	if (gn_txn_get(f->txn, HUB_T_FAMILY, table_key(buf, node->key, 's'), &value)) {
		if (value.size != STATE_SIZE) {
			hub_fold_fail(f, GN_E_CORRUPT);
			return;
		}
		node->has_state = true;
		node->counts = value.data[0] != 0;
		memcpy(node->standing, value.data + 1, HUB_FAMILY_KEY);
	}
}

struct hub_node *hub_family_node(struct hub_fold *f, const uint8_t key[HUB_FAMILY_KEY])
{
	struct hub_node *node = need(f, key);
	if (node && !node->loaded)
		load(f, node);
	return f->err ? NULL : node;
}

bool hub_family_good(struct hub_fold *f, const uint8_t key[HUB_FAMILY_KEY], enum hub_role role,
        const uint8_t from[HUB_FAMILY_KEY])
{
	const struct hub_node *node = hub_family_node(f, key);
	for (size_t i = 0; node && i < node->edges.n; i++) {
		const struct hub_edge *edge = hub_list_at(&node->edges, i);
		if (edge->role == role && memcmp(edge->from, from, HUB_FAMILY_KEY) == 0)
			return edge->check == HUB_CHECK_GOOD;
	}
	return false;
}

bool hub_family_may(const struct hub_fold *f, const struct hub_log *by, const struct hub_log *of)
{
	if (by->registrar || by == of)
		return true;
	if (!by->enrolment || !of->enrolment)
		return false;
	if (by->unit == of->unit)
		return true;
	/* As the registry stands: the newest row of the author's unit, or what it merged into. */
	struct gn_bytes code = gn_bytes_str(of->enrolment->unit);
	const struct gn_unit *unit = gn_registry_unit_any(f->registry, code);
	if (!unit)
		return false;
	gn_day last = unit->to < GN_DAY_OPEN ? unit->to : GN_DAY_OPEN - 1;
	return hub_place_under(f->registry, code, last, GN_DAY_OPEN, by->unit);
}

bool hub_family_erased(struct hub_fold *f, const struct hub_entry *entry)
{
	uint8_t key[HUB_FAMILY_KEY];
	hub_family_key(key, entry->log->log.origin, entry->seq);
	const struct hub_node *node = hub_family_node(f, key);
	for (size_t i = 0; node && i < node->edges.n; i++) {
		const struct hub_edge *edge = hub_list_at(&node->edges, i);
		const struct hub_log *by = hub_fold_log(f, edge->from);
		if (edge->role == HUB_ROLE_ERASES && edge->check == HUB_CHECK_GOOD && by &&
		        hub_fold_origin(by, gn_get_be64(edge->from + GN_KEY_SIZE)) == HUB_R_NONE &&
		        hub_family_may(f, by, entry->log))
			return true;
	}
	return false;
}

static int by_source(const void *a, const void *b)
{
	const struct hub_edge *x = a, *y = b;
	int order = memcmp(x->from, y->from, HUB_FAMILY_KEY);
	return order ? order : (int)x->role - (int)y->role;
}

static void apply_node(struct gn_txn *txn, struct hub_node *node)
{
	uint8_t buf[TABLE_KEY], state[STATE_SIZE];
	if (node->edges_new) {
		hub_list_sort(&node->edges, by_source);
		gn_txn_put(txn, HUB_T_FAMILY, table_key(buf, node->key, 'e'),
		        gn_bytes(node->edges.data, node->edges.n * sizeof(struct hub_edge)));
	}
	if (node->state_new) {
		state[0] = node->counts;
		memcpy(state + 1, node->standing, HUB_FAMILY_KEY);
		gn_txn_put(txn, HUB_T_FAMILY, table_key(buf, node->key, 's'),
		        gn_bytes(state, sizeof state));
	}
}

void hub_family_apply(struct hub_fold *f)
{
	struct hub_family *family = &f->family;
	for (size_t i = 0; i < family->checkpoints.n; i++) {
		const uint8_t *row = hub_list_at(&family->checkpoints, i);
		gn_txn_put(f->txn, HUB_T_CHECKPOINT, gn_bytes(row, HUB_FAMILY_KEY),
		        gn_bytes(row + HUB_FAMILY_KEY, GN_HASH_SIZE + GN_SIG_SIZE));
	}
	hub_map_sort(&family->nodes);
	for (size_t i = 0; i < family->nodes.rows.n; i++)
		apply_node(f->txn, hub_list_at(&family->nodes.rows, i));
	hub_family_done(family);
}
