/* Prometheus text 0.0.4: a HELP and a TYPE per name, communes as labels at most. */
#include "hub/metrics.h"

#include "core/text.h"
#include "hub/db.h"
#include "hub/status.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t load(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void head(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(FILE *out, const char *name, const char *type, const char *help, uint64_t value)
{
	head(out, name, type, help);
	fprintf(out, "%s %llu\n", name, (unsigned long long)value);
}

static void put_counters(FILE *out, const struct hub_counts *c)
{
	head(out, "gonha_messages_refused_total", "counter", "Messages dropped, by reason.");
	for (int i = GN_E_SYSTEM; i < GN_ERR_COUNT; i++)
		fprintf(out, "gonha_messages_refused_total{reason=\"%s\"} %llu\n",
		        gn_err_code((enum gn_err)i), (unsigned long long)load(&c->refused[i]));
	head(out, "gonha_handshakes_refused_total", "counter",
	        "Connections that were turned down.");
	fprintf(out, "gonha_handshakes_refused_total{reason=\"unknown_key\"} %llu\n",
	        (unsigned long long)load(&c->net.refused_keys));
	fprintf(out, "gonha_handshakes_refused_total{reason=\"failed\"} %llu\n",
	        (unsigned long long)load(&c->net.failed_handshakes));
	one(out, "gonha_messages_received_total", "counter", "Messages from peers.",
	        load(&c->net.messages_in));
	one(out, "gonha_messages_sent_total", "counter", "Messages to peers.",
	        load(&c->net.messages_out));
	one(out, "gonha_received_bytes_total", "counter", "Bytes of messages from peers.",
	        load(&c->net.bytes_in));
	one(out, "gonha_sent_bytes_total", "counter", "Bytes of messages to peers.",
	        load(&c->net.bytes_out));
	one(out, "gonha_entries_folded_total", "counter", "Entries taken into the aggregates.",
	        load(&c->folded));
	one(out, "gonha_folds_total", "counter", "Transactions of the aggregates.",
	        load(&c->folds));
	one(out, "gonha_receipts_total", "counter", "Receipts signed.", load(&c->receipts));
	one(out, "gonha_joins_total", "counter", "Nodes enrolled.", load(&c->joins));
	one(out, "gonha_store_failures_total", "counter", "Batches that could not be stored.",
	        load(&c->store_failures));
}

/* A label's value: backslash, quote and newline escaped. */
static void put_label(FILE *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p == '\n')
			fputs("\\n", out);
		else if (*p == '\\' || *p == '"')
			fprintf(out, "\\%c", *p);
		else
			fputc(*p, out);
	}
}

static void put_node_labels(FILE *out, const char *name, const struct gn_enrolment *node)
{
	char id[GN_ID_TEXT];
	gn_base32(gn_bytes(node->node, GN_KEY_SIZE), id, sizeof id);
	fprintf(out, "%s{node=\"%.*s\",unit=\"", name, GN_ID_SHORT, id);
	put_label(out, node->unit);
	fputs("\"} ", out);
}

static void put_nodes(FILE *out, struct gn_txn *txn, const struct gn_registry *registry)
{
	static const char held[] = "gonha_node_held_seq";
	static const char contact[] = "gonha_node_last_contact_timestamp_seconds";
	size_t n;
	const struct gn_enrolment *nodes = gn_registry_enrolments(registry, &n);
	head(out, held, "gauge", "Newest sequence of the node's log held here.");
	for (size_t i = 0; i < n; i++) {
		struct gn_log log;
		uint64_t seq = gn_log_find(txn, nodes[i].node, &log) ? 0 : log.tip.seq;
		put_node_labels(out, held, &nodes[i]);
		fprintf(out, "%llu\n", (unsigned long long)seq);
	}
	head(out, contact, "gauge", "When the node was last heard of, by any way.");
	for (size_t i = 0; i < n; i++) {
		struct hub_status status;
		if (!hub_status_get(txn, nodes[i].node, &status))
			continue;
		put_node_labels(out, contact, &nodes[i]);
		fprintf(out, "%llu.%03llu\n", (unsigned long long)status.heard_ms / 1000,
		        (unsigned long long)status.heard_ms % 1000);
	}
}

static void put_store(FILE *out, struct gn_txn *txn, const struct gn_view *view)
{
	uint64_t used, map;
	gn_store_usage(txn->store, &used, &map);
	head(out, "gonha_store_bytes", "gauge", "Bytes of the database in use, and of its map.");
	fprintf(out,
	        "gonha_store_bytes{kind=\"used\"} %llu\ngonha_store_bytes{kind=\"map\"} %llu\n",
	        (unsigned long long)used, (unsigned long long)map);
	one(out, "gonha_log_entries", "gauge", "Entries held, of all logs.",
	        gn_txn_count(txn, GN_T_LOG));
	one(out, "gonha_entries_waiting", "gauge", "Entries held that are not counted.",
	        gn_txn_count(txn, HUB_T_WAITING));
	one(out, "gonha_registry_seq", "gauge", "Version of the registry.",
	        gn_registry_version(view->registry));
	head(out, "gonha_build_info", "gauge", "The program's version.");
	fputs("gonha_build_info{version=\"" GONHA_VERSION "\"} 1\n", out);
}

char *hub_metrics_text(struct gn_txn *txn, const struct gn_view *view,
        const struct hub_counts *counts, size_t *ret_size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);
	if (!out)
		return NULL;
	put_counters(out, counts);
	put_nodes(out, txn, view->registry);
	put_store(out, txn, view);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}
