/* Reports are kept as they were signed; the list of nodes reads them anew. */
#include "hub/status.h"

#include "core/text.h"
#include "hub/db.h"
#include "hub/rates.h"
#include "proto/arena.h"
#include "sync.pb-c.h"

#define PREFIX (24 + GN_KEY_SIZE)
#define STATUS_MAX 2048
#define ARENA_BYTES 16384

bool hub_status_get(
        struct gn_txn *txn, const uint8_t node[GN_KEY_SIZE], struct hub_status *ret_status)
{
	struct gn_bytes value;
	if (!gn_txn_get(txn, HUB_T_STATUS, gn_bytes(node, GN_KEY_SIZE), &value) ||
	        value.size < PREFIX)
		return false;
	ret_status->heard_ms = gn_get_be64(value.data);
	ret_status->counter = gn_get_be64(value.data + 8);
	ret_status->reported_ms = gn_get_be64(value.data + 16);
	memcpy(ret_status->via, value.data + 24, GN_KEY_SIZE);
	ret_status->report = gn_bytes(value.data + PREFIX, value.size - PREFIX);
	return true;
}

uint64_t hub_last_heard(struct gn_txn *txn, const uint8_t node[GN_KEY_SIZE])
{
	struct hub_status status;
	return hub_status_get(txn, node, &status) ? status.heard_ms : 0;
}

void hub_status_put(struct gn_txn *txn, const uint8_t node[GN_KEY_SIZE],
        const struct hub_status *heard, bool direct)
{
	uint8_t value[PREFIX + STATUS_MAX];
	struct hub_status known = {0};
	hub_status_get(txn, node, &known);
	struct gn_bytes report = heard->report;
	uint64_t counter = heard->counter;
	if (report.size > STATUS_MAX || (report.size > 0 && counter <= known.counter && !direct))
		return;
	if (report.size == 0)
		report = known.report;
	if (counter < known.counter)
		counter = known.counter;
	gn_put_be64(value, heard->heard_ms);
	gn_put_be64(value + 8, counter);
	gn_put_be64(value + 16, heard->report.size > 0 ? heard->heard_ms : known.reported_ms);
	memcpy(value + 24, heard->via, GN_KEY_SIZE);
	if (report.size > 0)
		memcpy(value + PREFIX, report.data, report.size);
	gn_txn_put(txn, HUB_T_STATUS, gn_bytes(node, GN_KEY_SIZE),
	        gn_bytes(value, PREFIX + report.size));
}

/* In `memory`; NULL: not a report. */
static Gonha__Report *unpack(ProtobufCAllocator *memory, struct gn_bytes statement)
{
	Gonha__Report *report = gonha__report__unpack(memory, statement.size, statement.data);
	return report && (report->hash.len == GN_HASH_SIZE || report->head == 0) ? report : NULL;
}

/* [S-10] */
enum gn_err hub_status_check(const struct gn_registry *registry, struct gn_bytes packed,
        struct gn_signed *ret_signed, uint64_t *ret_counter)
{
	struct gn_signed word;
	if (packed.size > STATUS_MAX)
		return GN_E_SIZE;
	enum gn_err err = gn_signed_read(packed, "gonha status", &word);
	if (err)
		return err;
	const struct gn_enrolment *node = gn_registry_node(registry, word.key);
	if (!node || node->revoked)
		return GN_E_ORIGIN;
	GN_AUTO_ARENA struct gn_arena arena;
	gn_arena_init(&arena, ARENA_BYTES);
	const Gonha__Report *report = unpack(gn_arena_allocator(&arena), word.statement);
	if (!report)
		return GN_E_FORMAT;
	*ret_signed = word;
	*ret_counter = report->counter;
	return GN_OK;
}

static const char *node_state(const struct gn_enrolment *node, uint64_t heard_ms, uint64_t now_ms)
{
	if (node->revoked)
		return "revoked";
	return heard_ms > 0 && heard_ms + HUB_FRESH_MS > now_ms ? "active" : "silent";
}

static void put_report(struct gn_out *out, const struct gn_enrolment *node, struct gn_txn *txn,
        uint64_t durable_seq, uint64_t now_ms)
{
	GN_AUTO_ARENA struct gn_arena arena;
	gn_arena_init(&arena, ARENA_BYTES);
	struct hub_status known = {0};
	Gonha__Report *report = NULL;
	char time[26];
	if (hub_status_get(txn, node->node, &known))
		report = unpack(gn_arena_allocator(&arena), known.report);
	bool direct = memcmp(known.via, node->transport, GN_KEY_SIZE) == 0;
	gn_out_text(out, node_state(node, known.heard_ms, now_ms));
	gn_out_text(out, known.heard_ms ? gn_time_text(known.heard_ms, time) : NULL);
	gn_out_int(out, (int64_t)durable_seq);
	if (!report) {
		for (int i = 0; i < 7; i++)
			gn_out_null(out);
		return;
	}
	int64_t pending = (int64_t)(report->head > durable_seq ? report->head - durable_seq : 0);
	gn_out_int(out, pending);
	gn_out_int(out, pending ? (int64_t)(now_ms - known.heard_ms) / 1000 : 0);
	gn_out_text(out, direct ? "direct" : "relayed");
	gn_out_int(out, (int64_t)report->clock_ms - (int64_t)known.reported_ms);
	gn_out_int(out, (int64_t)report->disk_free_bytes);
	gn_out_text(out, report->software);
	gn_out_text(out, report->quality == GN_CLOCK_NEVER_SET ? "clock never set" : "");
}

struct gn_out *hub_nodes(struct gn_txn *txn, const struct gn_registry *registry, uint64_t now_ms)
{
	static const char *const headings[] = {"node", "unit", "state", "last_heard", "durable_seq",
	        "pending", "lag_s", "way", "skew_ms", "disk_free", "version", "alerts", NULL};
	struct gn_out *out = gn_out_new(headings);
	if (!out)
		return NULL;
	size_t n;
	const struct gn_enrolment *nodes = gn_registry_enrolments(registry, &n);
	for (size_t i = 0; i < n; i++) {
		char id[GN_ID_TEXT];
		struct gn_log log;
		uint64_t durable_seq = gn_log_find(txn, nodes[i].node, &log) ? 0 : log.tip.seq;
		gn_base32(gn_bytes(nodes[i].node, GN_KEY_SIZE), id, sizeof id);
		id[GN_ID_SHORT] = '\0';
		gn_out_text(out, id);
		gn_out_text(out, nodes[i].unit);
		put_report(out, &nodes[i], txn, durable_seq, now_ms);
	}
	return out;
}
