/* Decides which version of a record stands: the last correction by clock,
 * origin, sequence; a void of any version withdraws the record. What counts in
 * the province is the hub's to say.
 *
 * NODE_T_AMEND: origin | 0 -> sequence taken in of that log
 *               origin | seq -> flags(1) | first(40) | newest(40) | newest's clock(8)
 * In a version's row (flag VERSION) `first` leads to the record; the rest of
 * the state stands in the record's own row.
 */
#include "node/amend.h"

#include "core/area.h"

enum { VERSION = 1, VOID = 2, ERASED = 4 };
#define ROW_SIZE (1 + 2 * NODE_ID_KEY + 8)
#define CHAIN_MAX 64 /* corrections of corrections that are followed */

struct row {
	unsigned flags;
	struct node_id first, newest;
	uint64_t clock;
};

static bool get_row(struct gn_txn *txn, const struct node_id *id, struct row *ret_row)
{
	uint8_t key[NODE_ID_KEY];
	struct gn_bytes value;
	*ret_row = (struct row){.first = *id, .newest = *id};
	if (!gn_txn_get(txn, NODE_T_AMEND, node_id_key(id, key), &value) || value.size != ROW_SIZE)
		return false;
	ret_row->flags = value.data[0];
	ret_row->first = node_id_of_key(value.data + 1);
	ret_row->newest = node_id_of_key(value.data + 1 + NODE_ID_KEY);
	ret_row->clock = gn_get_be64(value.data + 1 + 2 * NODE_ID_KEY);
	return true;
}

static void put_row(struct gn_txn *txn, const struct node_id *id, const struct row *row)
{
	uint8_t key[NODE_ID_KEY], value[ROW_SIZE];
	value[0] = (uint8_t)row->flags;
	node_id_key(&row->first, value + 1);
	node_id_key(&row->newest, value + 1 + NODE_ID_KEY);
	gn_put_be64(value + 1 + 2 * NODE_ID_KEY, row->clock);
	gn_txn_put(txn, NODE_T_AMEND, node_id_key(id, key), gn_bytes(value, ROW_SIZE));
}

/* The record that an entry is a version of; itself when it is none. */
static struct node_id first_of(struct gn_txn *txn, const struct node_id *id, struct row *ret_row)
{
	struct node_id at = *id;
	for (int i = 0; i < CHAIN_MAX; i++) {
		if (!get_row(txn, &at, ret_row) || !(ret_row->flags & VERSION))
			break;
		at = ret_row->first;
	}
	return at;
}

static bool later(uint64_t clock, const struct node_id *id, const struct row *than)
{
	int order = memcmp(id->origin, than->newest.origin, GN_KEY_SIZE);
	if (clock != than->clock)
		return clock > than->clock;
	return order ? order > 0 : id->seq > than->newest.seq;
}

/* What was known of a correction before its own entry came, goes to its record. */
static void merge(struct row *first, const struct row *version)
{
	first->flags |= version->flags & VOID;
	if (version->clock && later(version->clock, &version->newest, first)) {
		first->newest = version->newest;
		first->clock = version->clock;
	}
}

static void take_correction(struct gn_txn *txn, const struct node_id *self, uint64_t clock,
        const struct node_id *target)
{
	struct row first, own;
	struct node_id record = first_of(txn, target, &first);
	get_row(txn, self, &own);
	if (node_id_eq(&record, self) || own.flags & VERSION)
		return;
	if (later(clock, self, &first)) {
		first.newest = *self;
		first.clock = clock;
	}
	merge(&first, &own);
	put_row(txn, &record, &first);
	own = (struct row){VERSION | (own.flags & ERASED), record, *self, clock};
	put_row(txn, self, &own);
}

static void take_void(struct gn_txn *txn, const struct node_id *target)
{
	struct row first;
	struct node_id record = first_of(txn, target, &first);
	first.flags |= VOID;
	put_row(txn, &record, &first);
}

static void take_erase(struct gn_txn *txn, const struct node_id *target)
{
	struct row row;
	get_row(txn, target, &row);
	row.flags |= ERASED;
	put_row(txn, target, &row);
}

bool node_amend_allowed(
        const struct node *node, const uint8_t key[GN_KEY_SIZE], const uint8_t origin[GN_KEY_SIZE])
{
	if (memcmp(key, origin, GN_KEY_SIZE) == 0)
		return true;
	if (!node->view.registry)
		return false;
	if (node->view.has_registrar && memcmp(key, node->view.registrar, GN_KEY_SIZE) == 0)
		return true;
	const struct gn_enrolment *by = gn_registry_node(node->view.registry, key);
	const struct gn_enrolment *of = gn_registry_node(node->view.registry, origin);
	if (!by || !of)
		return false;
	/* As the registry stands: the newest row of the author's unit, or what it merged into. */
	const struct gn_unit *unit =
	        gn_registry_unit_any(node->view.registry, gn_bytes_str(of->unit));
	return unit && gn_area_holds(node->view.registry, gn_bytes_str(by->unit),
	                       gn_bytes_str(of->unit), unit->to);
}

static enum gn_err take(const struct node *node, struct gn_txn *txn, const struct node_id *self,
        struct gn_bytes wire)
{
	struct gn_entry entry;
	struct gn_header header;
	struct gn_body body;
	if (gn_entry_parse(wire, &entry) != GN_OK ||
	        gn_header_parse(entry.header, &header) != GN_OK)
		return GN_E_CORRUPT;
	if (!entry.body.size || gn_body_parse(entry.body, &body) != GN_OK || !body.target.seq)
		return GN_OK;
	struct node_id target = {.seq = body.target.seq};
	memcpy(target.origin, body.target.origin, GN_KEY_SIZE);
	if (!node_amend_allowed(node, self->origin, target.origin))
		return GN_OK;
	if (body.kind == GN_KIND_CORRECTION)
		take_correction(txn, self, header.clock, &target);
	else if (body.kind == GN_KIND_VOID)
		take_void(txn, &target);
	else if (body.kind == GN_KIND_ERASE)
		take_erase(txn, &target);
	return txn->err;
}

static uint64_t taken_in(struct gn_txn *txn, const struct gn_log *log)
{
	struct node_id id = {.seq = 0};
	uint8_t key[NODE_ID_KEY];
	struct gn_bytes value;
	memcpy(id.origin, log->origin, GN_KEY_SIZE);
	if (!gn_txn_get(txn, NODE_T_AMEND, node_id_key(&id, key), &value) || value.size != 8)
		return 0;
	return gn_get_be64(value.data);
}

static void put_taken_in(struct gn_txn *txn, const struct gn_log *log)
{
	struct node_id id = {.seq = 0};
	uint8_t key[NODE_ID_KEY], value[8];
	memcpy(id.origin, log->origin, GN_KEY_SIZE);
	gn_put_be64(value, log->tip.seq);
	gn_txn_put(txn, NODE_T_AMEND, node_id_key(&id, key), gn_bytes(value, 8));
}

/* Targets come later than a cursor may hold its place across writes, so entries
 * are read one by one. */
static enum gn_err take_log(const struct node *node, struct gn_txn *txn, const struct gn_log *log)
{
	struct node_id self;
	enum gn_err err = GN_OK;
	uint64_t from = taken_in(txn, log);
	if (from == log->tip.seq)
		return txn->err;
	if (!txn->write)
		return GN_E_BUSY;
	memcpy(self.origin, log->origin, GN_KEY_SIZE);
	for (self.seq = from + 1; !err && self.seq <= log->tip.seq; self.seq++) {
		struct gn_bytes wire;
		err = gn_log_read(txn, log->no, self.seq, &wire);
		if (!err)
			err = take(node, txn, &self, wire);
		else if (err == GN_E_NOTFOUND) /* pruned */
			err = GN_OK;
	}
	if (!err)
		put_taken_in(txn, log);
	return err ? err : txn->err;
}

enum gn_err node_amend_catch_up(const struct node *node, struct gn_txn *txn)
{
	struct gn_log log;
	uint32_t no = 0;
	enum gn_err err = GN_OK;
	while (!err && gn_log_each(txn, &no, &log))
		err = take_log(node, txn, &log);
	return err ? err : txn->err;
}

enum gn_err node_amend_state(
        struct gn_txn *txn, const struct node_id *id, struct node_state *ret_state)
{
	struct row own, first;
	get_row(txn, id, &own);
	struct node_id record = first_of(txn, id, &first);
	*ret_state = (struct node_state){
	        .first = record,
	        .newest = first.newest,
	        .is_void = first.flags & VOID,
	        .erased = own.flags & ERASED,
	};
	return txn->err;
}
