/* Decides which entry a person means, and finds the chain hash of any entry by
 * walking its log. Whether it may be amended is amend.c's. */
#include "node/ref.h"

#include <stdio.h>

#include "core/text.h"

bool node_id_eq(const struct node_id *a, const struct node_id *b)
{
	return a->seq == b->seq && memcmp(a->origin, b->origin, GN_KEY_SIZE) == 0;
}

struct gn_bytes node_id_key(const struct node_id *id, uint8_t buf[NODE_ID_KEY])
{
	memcpy(buf, id->origin, GN_KEY_SIZE);
	gn_put_be64(buf + GN_KEY_SIZE, id->seq);
	return gn_bytes(buf, NODE_ID_KEY);
}

struct node_id node_id_of_key(const uint8_t *key)
{
	struct node_id id;
	memcpy(id.origin, key, GN_KEY_SIZE);
	id.seq = gn_get_be64(key + GN_KEY_SIZE);
	return id;
}

const char *node_id_text(const struct node_id *id, char buf[NODE_ID_TEXT])
{
	char node[GN_ID_TEXT];
	gn_base32(gn_bytes(id->origin, GN_KEY_SIZE), node, sizeof(node));
	snprintf(buf, NODE_ID_TEXT, "%.*s:%llu", GN_ID_SHORT, node, (unsigned long long)id->seq);
	return buf;
}

static bool names_log(struct node *node, const char *name, const struct gn_log *log)
{
	char id[GN_ID_TEXT];
	size_t length = strlen(name);
	gn_base32(gn_bytes(log->origin, GN_KEY_SIZE), id, sizeof(id));
	if ((length == GN_ID_SHORT || length == GN_ID_TEXT - 1) && strncmp(id, name, length) == 0)
		return true;
	const struct gn_enrolment *enrolment =
	        node->view.registry ? gn_registry_node(node->view.registry, log->origin) : NULL;
	return enrolment && strcmp(enrolment->unit, name) == 0;
}

static enum gn_err find_origin(struct node *node, struct gn_txn *txn, const char *name,
        uint8_t ret_origin[GN_KEY_SIZE], const char **ret_why)
{
	struct gn_log log;
	uint32_t no = 0;
	size_t found = 0;
	while (gn_log_each(txn, &no, &log)) {
		if (!names_log(node, name, &log))
			continue;
		found++;
		memcpy(ret_origin, log.origin, GN_KEY_SIZE);
	}
	if (txn->err)
		return txn->err;
	*ret_why = found ? "several nodes go by this name; give the node's id"
	                 : "no entries of this node are here";
	return found == 1 ? GN_OK : GN_E_INPUT;
}

enum gn_err node_id_parse(struct node *node, struct gn_txn *txn, const char *text,
        struct node_id *ret_id, const char **ret_why)
{
	const char *colon = strrchr(text, ':');
	char name[GN_ID_TEXT];
	struct node_id id;
	size_t length = colon ? (size_t)(colon - text) : 0;
	*ret_why = "expected NODE:SEQ, such as mfrggzdf:17";
	if (!colon || !length || length >= sizeof(name))
		return GN_E_INPUT;
	if (gn_number_parse(gn_bytes_str(colon + 1), INT64_MAX, &id.seq) != GN_OK || !id.seq)
		return GN_E_INPUT;
	memcpy(name, text, length);
	name[length] = '\0';
	enum gn_err err = find_origin(node, txn, name, id.origin, ret_why);
	if (err)
		return err;
	struct gn_log log;
	err = gn_log_find(txn, id.origin, &log);
	if (err)
		return err;
	*ret_why = "there is no such entry";
	if (id.seq > log.tip.seq)
		return GN_E_INPUT;
	*ret_id = id;
	return GN_OK;
}

void node_ref_mark(struct gn_txn *txn, const uint8_t origin[GN_KEY_SIZE], const struct gn_tip *tip)
{
	struct node_id id = {.seq = tip->seq};
	uint8_t key[NODE_ID_KEY], value[GN_HASH_SIZE + GN_SIG_SIZE];
	if (tip->seq % NODE_MARK_EVERY)
		return;
	memcpy(id.origin, origin, GN_KEY_SIZE);
	memcpy(value, tip->hash, GN_HASH_SIZE);
	memcpy(value + GN_HASH_SIZE, tip->signature, GN_SIG_SIZE);
	gn_txn_put(txn, NODE_T_MARK, node_id_key(&id, key), gn_bytes(value, sizeof(value)));
}

/* The nearest tip at or before `id`: a kept one, or the log's start. */
static void nearest_tip(struct gn_txn *txn, const struct node_id *id, struct gn_tip *ret_tip)
{
	uint8_t key[NODE_ID_KEY];
	GN_AUTO_CURSOR cursor = gn_cursor_open(txn, NODE_T_MARK);
	gn_tip_start(id->origin, ret_tip);
	if (!gn_cursor_seek_back(&cursor, node_id_key(id, key)) || cursor.key.size != NODE_ID_KEY ||
	        memcmp(cursor.key.data, id->origin, GN_KEY_SIZE) != 0 ||
	        cursor.value.size != GN_HASH_SIZE + GN_SIG_SIZE)
		return;
	ret_tip->seq = gn_get_be64(cursor.key.data + GN_KEY_SIZE);
	memcpy(ret_tip->hash, cursor.value.data, GN_HASH_SIZE);
	memcpy(ret_tip->signature, cursor.value.data + GN_HASH_SIZE, GN_SIG_SIZE);
}

static enum gn_err step(struct gn_txn *txn, const struct gn_log *log, struct gn_tip *tip)
{
	struct gn_bytes wire;
	struct gn_entry entry;
	enum gn_err err = gn_log_read(txn, log->no, tip->seq + 1, &wire);
	if (!err)
		err = gn_entry_parse(wire, &entry);
	if (!err)
		err = gn_chain_step(log->origin, tip, &entry);
	return err == GN_E_FORMAT || err == GN_E_ORDER ? GN_E_CORRUPT : err;
}

enum gn_err node_ref_make(struct gn_txn *txn, struct node_walk *walk, const struct node_id *id,
        struct gn_ref *ret_ref)
{
	struct gn_log log;
	struct gn_tip tip = walk->tip;
	enum gn_err err = gn_log_find(txn, id->origin, &log);
	if (err)
		return err;
	if (!id->seq || id->seq > log.tip.seq)
		return GN_E_NOTFOUND;
	bool near = walk->at.seq && memcmp(walk->at.origin, id->origin, GN_KEY_SIZE) == 0 &&
	            walk->at.seq <= id->seq && id->seq - walk->at.seq < NODE_MARK_EVERY;
	if (!near)
		nearest_tip(txn, id, &tip);
	while (!err && tip.seq < id->seq)
		err = step(txn, &log, &tip);
	if (err)
		return err;
	*walk = (struct node_walk){*id, tip};
	memcpy(ret_ref->origin, id->origin, GN_KEY_SIZE);
	memcpy(ret_ref->hash, tip.hash, GN_REF_HASH);
	ret_ref->seq = id->seq;
	return GN_OK;
}

enum gn_err node_ref_body(
        struct gn_txn *txn, const struct node_id *id, struct gn_body *ret_body, uint64_t *ret_clock)
{
	struct gn_log log;
	struct gn_bytes wire;
	struct gn_entry entry;
	struct gn_header header;
	enum gn_err err = gn_log_find(txn, id->origin, &log);
	if (!err)
		err = gn_log_read(txn, log.no, id->seq, &wire);
	if (err)
		return err;
	if (gn_entry_parse(wire, &entry) != GN_OK ||
	        gn_header_parse(entry.header, &header) != GN_OK)
		return GN_E_CORRUPT;
	if (!entry.body.size)
		return GN_E_NOTFOUND;
	if (gn_body_parse(entry.body, ret_body) != GN_OK)
		return GN_E_CORRUPT;
	if (ret_clock)
		*ret_clock = header.clock;
	return GN_OK;
}
