/* verify: whether all that this node holds is what its authors signed, and
 * whether its own indexes say what the logs say. One line per problem. */
#include "node/commands.h"

#include <stdio.h>

#include "core/audit.h"
#include "core/text.h"
#include "node/import.h"

static void print_fault(
        void *context, const uint8_t origin[GN_KEY_SIZE], uint64_t seq, const char *what)
{
	struct node_id id = {.seq = seq};
	char text[NODE_ID_TEXT];
	(void)context;
	memcpy(id.origin, origin, GN_KEY_SIZE);
	printf("%s: %s\n", node_id_text(&id, text), what);
}

/* A key nobody enrolled should have no log here. */
static uint64_t check_origins(struct node *node, struct gn_txn *txn)
{
	const struct gn_view *view = &node->view;
	struct gn_log log;
	uint32_t no = 0;
	uint64_t faults = 0;
	while (view->registry && gn_log_each(txn, &no, &log)) {
		bool known = memcmp(log.origin, view->root, GN_KEY_SIZE) == 0 ||
		             memcmp(log.origin, node->origin, GN_KEY_SIZE) == 0 ||
		             (view->has_registrar &&
		                     memcmp(log.origin, view->registrar, GN_KEY_SIZE) == 0) ||
		             gn_registry_node(view->registry, log.origin);
		if (known)
			continue;
		print_fault(NULL, log.origin, log.tip.seq, "log of a key that is not enrolled");
		faults++;
	}
	return faults;
}

static uint64_t check_registry(struct node *node)
{
	size_t odd;
	if (!node->view.registry) {
		printf("registry: this node has not joined a province yet\n");
		return 1;
	}
	odd = gn_registry_odd(node->view.registry);
	if (odd)
		printf("registry: %zu rows cannot be used by this version\n", odd);
	if (!node_enrolment(node))
		printf("registry: this node is not enrolled\n");
	return odd + !node_enrolment(node);
}

/* Rows of one import that its log holds, each once and in order. */
static uint64_t count_rows(struct gn_txn *txn, const struct node_import *import, uint32_t no)
{
	struct gn_log_cursor cursor = gn_log_cursor_at(txn, no, import->first);
	struct gn_bytes wire;
	uint64_t rows = 0;
	while (gn_log_cursor_next(&cursor, &wire) && cursor.seq <= import->last) {
		struct gn_entry entry;
		struct gn_body body;
		if (gn_entry_parse(wire, &entry) != GN_OK)
			continue;
		if (!entry.body.size) /* erased: its import is not known any more */
			rows++;
		else if (gn_body_parse(entry.body, &body) == GN_OK &&
		         gn_bytes_eq(body.import, gn_bytes(import->id, NODE_IMPORT_ID)))
			rows += body.row == rows + 1;
	}
	gn_log_cursor_close(&cursor);
	return rows;
}

static uint64_t check_import(struct gn_txn *txn, const uint8_t *id)
{
	struct node_import import;
	struct gn_log log;
	char text[2 * NODE_IMPORT_ID + 1];
	if (node_import_get(txn, id, &import) == GN_OK &&
	        (import.stored == 0 || (gn_log_find(txn, import.origin, &log) == GN_OK &&
	                                       count_rows(txn, &import, log.no) == import.stored)))
		return 0;
	gn_hex(gn_bytes(id, NODE_IMPORT_ID), text);
	printf("import %s: its rows in the log are not those that were noted\n", text);
	return 1;
}

static uint64_t check_imports(struct gn_txn *txn)
{
	GN_AUTO_CURSOR cursor = gn_cursor_open(txn, NODE_T_IMPORT);
	uint64_t faults = 0;
	const uint8_t first[NODE_IMPORT_ID] = {0};
	bool more = gn_cursor_seek(&cursor, gn_bytes(first, sizeof(first)));
	for (; more; more = gn_cursor_next(&cursor)) {
		uint8_t id[NODE_IMPORT_ID];
		if (cursor.key.size != NODE_IMPORT_ID)
			continue;
		memcpy(id, cursor.key.data, NODE_IMPORT_ID);
		faults += check_import(txn, id);
	}
	return faults;
}

int node_cmd_verify(const struct gn_args *args)
{
	struct gn_audit audit = {.fault = print_fault};
	struct node *node = node_open_args(gn_arg(args, "dir"));
	if (!node)
		return 1;
	GN_AUTO_TXN txn = gn_txn_begin(node->store, false);
	enum gn_err err = gn_audit_logs(&txn, &audit);
	uint64_t faults = audit.faults;
	if (!err)
		faults += check_registry(node) + check_origins(node, &txn) + check_imports(&txn);
	if (!err)
		err = txn.err;
	gn_txn_abort(&txn);
	node_close(&node);
	if (err)
		return node_command_failed(err, NULL);
	if (!faults)
		printf("%llu logs, %llu entries: every link and signature is right\n",
		        (unsigned long long)audit.logs, (unsigned long long)audit.entries);
	return faults ? 1 : 0;
}
