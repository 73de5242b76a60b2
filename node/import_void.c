/* void --import: takes a wrong file back, record by record, in groups. A run
 * that was cut short goes on where it stopped: what is void already is passed. */
#include "node/commands.h"

#include <stdio.h>

#include "core/text.h"
#include "node/amend.h"
#include "node/import.h"

struct taking_back {
	struct node_import import;
	struct gn_bytes reason;
	struct node_id at; /* the next entry to look at */
	uint64_t voided;
	struct node_walk walk;
};

/* Whether the entry is of the import and stands. */
static enum gn_err stands(struct gn_txn *txn, const struct taking_back *t, bool *ret_stands)
{
	struct gn_body body;
	struct node_state state;
	*ret_stands = false;
	enum gn_err err = node_ref_body(txn, &t->at, &body, NULL);
	if (err == GN_E_NOTFOUND) /* erased */
		return GN_OK;
	if (err || !gn_bytes_eq(body.import, gn_bytes(t->import.id, NODE_IMPORT_ID)))
		return err;
	err = node_amend_state(txn, &t->at, &state);
	*ret_stands = !err && !state.is_void && !state.erased;
	return err;
}

static enum gn_err void_group(struct node_author *author, struct taking_back *t)
{
	struct gn_txn *txn = node_author_txn(author);
	enum gn_err err = GN_OK;
	for (uint32_t n = 0; !err && n < NODE_IMPORT_GROUP && t->at.seq <= t->import.last; n++) {
		struct gn_ref ref;
		uint64_t seq;
		bool standing;
		err = stands(txn, t, &standing);
		if (!err && standing) {
			err = node_ref_make(txn, &t->walk, &t->at, &ref);
			if (!err)
				err = node_author_void(author, &ref, t->reason, &seq);
			t->voided += !err;
		}
		t->at.seq++;
	}
	return err;
}

static enum gn_err take_back(struct node *node, struct taking_back *t, const char **ret_why)
{
	struct node_author *author = NULL;
	struct taking_back next = *t;
	enum gn_err err = node_author_begin(node, &author, ret_why);
	if (err)
		return err;
	err = node_import_get(node_author_txn(author), t->import.id, &next.import);
	if (!err)
		err = node_amend_catch_up(node, node_author_txn(author));
	if (!err)
		err = void_group(author, &next);
	if (err) {
		*ret_why = node_author_why(author);
		node_author_abort(&author);
		return err;
	}
	next.import.taken_back = true;
	node_import_put(node_author_txn(author), &next.import);
	err = node_author_commit(&author);
	if (!err)
		*t = next;
	return err;
}

static enum gn_err find(
        struct node *node, const char *text, struct node_import *ret_import, const char **ret_why)
{
	uint8_t id[NODE_IMPORT_ID];
	*ret_why = "there is no such import here; import prints its id";
	if (strlen(text) != 2 * NODE_IMPORT_ID || gn_hex_parse(text, id, NODE_IMPORT_ID) != GN_OK)
		return GN_E_INPUT;
	GN_AUTO_TXN txn = gn_txn_begin(node->store, false);
	enum gn_err err = node_import_get(&txn, id, ret_import);
	if (err != GN_E_NOTFOUND)
		*ret_why = NULL;
	if (!err && !node_amend_allowed(node, node->origin, ret_import->origin)) {
		*ret_why = "this import is of a node of another unit";
		err = GN_E_DENIED;
	}
	return err;
}

int node_void_import(struct node *node, const char *id_text, const char *reason)
{
	struct taking_back t = {.reason = gn_bytes_str(reason)};
	const char *why = NULL;
	int tries = 0;
	enum gn_err err = find(node, id_text, &t.import, &why);
	memcpy(t.at.origin, t.import.origin, GN_KEY_SIZE);
	t.at.seq = t.import.first;
	while (!err && t.at.seq <= t.import.last) {
		err = take_back(node, &t, &why);
		if (node_command_again(node, err, &tries))
			err = GN_OK;
		else if (!err)
			node_command_progress(id_text, t.at.seq - t.import.first,
			        t.import.last - t.import.first + 1);
	}
	if (err)
		return node_command_failed(err, why);
	printf("import %s: %llu of %u records taken back now; all of it is void\n", id_text,
	        (unsigned long long)t.voided, t.import.stored);
	return 0;
}
