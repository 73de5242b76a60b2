/* A small province that tests of the hub write by hand. */
#include "small_hub.h"

#include <sodium.h>

#include "core/day.h"
#include "proto/clock.h"

static const char *const tables[] = {HUB_TABLES};
static const uint8_t salt[GN_SALT_SIZE] = {3};

void small_put_places(struct small_hub *hub)
{
	ROW(hub, "unit", "p", "", "province");
	ROW(hub, "unit", "d1", "p", "district");
	ROW(hub, "unit", "c1", "d1", "commune");
	ROW(hub, "unit", "c2", "d1", "commune");
	ROW(hub, "unit", "v1", "c1", "village");
	ROW(hub, "unit", "v2", "c1", "village");
	ROW(hub, "unit", "v3", "c2", "village");
	ROW(hub, "team", "t1", "v1");
	ROW(hub, "team", "t2", "v2");
	ROW(hub, "team", "t3", "v3");
	ROW(hub, "team", "tc", "c1");
	ROW(hub, "team", "e1", "p");
	ROW(hub, "indicator", "visited", "coverage", "visit", "place=home", "household",
	        "measure:households");
	ROW(hub, "indicator", "visits", "count", "visit", "", "", "");
	ROW(hub, "indicator", "vneid", "stock", "activation", "scheme=vneid;state=on", "citizen",
	        "");
	ROW(hub, "indicator", "filed", "ratio", "tally", "", "", "tally");
}

struct small_hub *small_hub_new(void **state)
{
	struct small_hub *hub = calloc(1, sizeof *hub);
	struct gn_store_options options = {
	        .dir = temp_root(state), .map_bytes = 64u << 20, .tables = tables, .create = true};
	assert_non_null(hub);
	assert_int_equal(gn_store_open(&options, &hub->store), GN_OK);
	hub->registry = gn_registry_new();
	hub->clock_ms = UINT64_C(86400000) * S_DAY + 3600000;
	hub->quality = GN_CLOCK_SYNCHRONISED;
	crypto_box_keypair(hub->keys.seal_public, hub->keys.seal_secret);
	for (int i = 0; i < S_NODES; i++) {
		uint8_t seed[crypto_sign_SEEDBYTES];
		memset(seed, i + 1, sizeof seed);
		crypto_sign_seed_keypair(hub->nodes[i].key, hub->nodes[i].secret, seed);
		gn_tip_start(hub->nodes[i].key, &hub->nodes[i].tip);
		memset(hub->nodes[i].session, i + 1, GN_SESSION_KEY);
	}
	small_put_registrar(hub);
	small_put_places(hub);
	static const char *const units[] = {"c1", "c1", "c2", "p", "c1"};
	for (int i = 0; i < 5; i++)
		small_enrol(hub, i, units[i], i == 4);
	return hub;
}

void small_hub_free(struct small_hub **hub)
{
	gn_store_close(&(*hub)->store);
	gn_registry_free(&(*hub)->registry);
	free(*hub);
	*hub = NULL;
}

static struct small_ref append(struct small_hub *hub, int node, struct gn_bytes body)
{
	uint8_t wire[GN_ENTRY_MAX];
	size_t size;
	struct gn_log log;
	struct gn_tip *tip = &hub->nodes[node].tip;
	struct gn_header header = {.clock = gn_clock_from_ms(hub->clock_ms),
	        .quality = hub->quality,
	        .schema = GN_SCHEMA};
	hub->clock_ms += 1000;
	assert_int_equal(gn_entry_write(hub->nodes[node].secret, tip, &header, body, wire,
	                         sizeof wire, &size),
	        GN_OK);
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, true);
	struct gn_bytes entry = gn_bytes(wire, size);
	assert_int_equal(gn_log_need(&txn, hub->nodes[node].key, &log), GN_OK);
	assert_int_equal(gn_log_append(&txn, &log, &entry, 1, tip), GN_OK);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
	struct small_ref ref = {.node = node, .seq = tip->seq};
	memcpy(ref.hash, tip->hash, sizeof ref.hash);
	return ref;
}

static void start_session(struct small_hub *hub, int node)
{
	uint8_t message[512], body[1024];
	size_t size;
	struct gn_hub_seal seal;
	if (hub->nodes[node].started)
		return;
	hub->nodes[node].started = true;
	memcpy(seal.hub, hub->keys.hub, sizeof seal.hub);
	memcpy(seal.seal, hub->keys.seal_public, sizeof seal.seal);
	assert_int_equal(
	        gn_session_seal(hub->nodes[node].session, &seal, 1, message, sizeof message, &size),
	        GN_OK);
	assert_int_equal(gn_body_wrap(GN_KIND_SESSION, salt, gn_bytes(message, size), body,
	                         sizeof body, &size),
	        GN_OK);
	append(hub, node, gn_bytes(body, size));
}

struct small_ref small_write(struct small_hub *hub, int node, struct gn_bytes body)
{
	start_session(hub, node);
	return append(hub, node, body);
}

struct words {
	char copy[512];
	struct gn_record record;
	struct gn_citizen citizen;
};

static void set_field(struct words *w, const char *name, char *value)
{
	struct gn_record *r = &w->record;
	enum gn_field field = gn_field_named(name);
	unsigned long number = strtoul(value, NULL, 10);
	if (strcmp(name, "birth") == 0)
		w->citizen.birth_year = (uint16_t)number;
	else if (field == GN_F_DATE)
		r->date = (uint32_t)(S_DAY + strtol(value, NULL, 10));
	else if (field == GN_F_HOUSEHOLD)
		r->household = (uint32_t)number;
	else if (field == GN_F_PARTICIPANTS)
		r->participants = number;
	else if (field == GN_F_NUMERATOR)
		r->numerator = number;
	else if (field == GN_F_DENOMINATOR)
		r->denominator = number, r->has_denominator = true;
	else if (field == GN_F_CITIZEN)
		snprintf(w->citizen.text, sizeof w->citizen.text, "%s", value);
	else if (field == GN_F_TOPIC)
		r->topics[r->topic_count++] = gn_bytes_str(value);
	else
		r->text[field] = gn_bytes_str(value);
}

static void read_words(struct words *w, const char *words)
{
	char *rest = w->copy, *word;
	*w = (struct words){.record.date = S_DAY};
	snprintf(w->copy, sizeof w->copy, "%s", words);
	w->record.kind = gn_kind_named(strsep(&rest, " "));
	while ((word = strsep(&rest, " "))) {
		char *value = strchr(word, '=');
		assert_non_null(value);
		*value++ = '\0';
		set_field(w, word, value);
	}
	if (w->record.topic_count)
		w->record.text[GN_F_TOPIC] = w->record.topics[0];
}

static struct small_ref write_body(
        struct small_hub *hub, int node, struct gn_body *body, const struct gn_citizen *citizen)
{
	uint8_t buf[GN_ENTRY_MAX], block[GN_BLOCK_SIZE];
	size_t size;
	start_session(hub, node);
	struct gn_block_place place = {.origin = hub->nodes[node].key,
	        .salt = salt,
	        .seq = hub->nodes[node].tip.seq + 1,
	        .session = 1};
	body->salt = salt;
	if (citizen && citizen->text[0]) {
		assert_int_equal(
		        gn_citizen_seal(hub->nodes[node].session, &place, citizen, block), GN_OK);
		body->record.block = gn_bytes(block, sizeof block);
		body->record.session = 1;
	}
	assert_int_equal(gn_body_pack(body, buf, sizeof buf, &size), GN_OK);
	return append(hub, node, gn_bytes(buf, size));
}

static struct gn_ref reference(const struct small_hub *hub, struct small_ref to)
{
	struct gn_ref ref = {.seq = to.seq};
	memcpy(ref.origin, hub->nodes[to.node].key, sizeof ref.origin);
	memcpy(ref.hash, to.hash, sizeof ref.hash);
	return ref;
}

struct small_ref small_record(struct small_hub *hub, int node, const char *words)
{
	struct words w;
	read_words(&w, words);
	struct gn_body body = {.kind = w.record.kind, .record = w.record};
	return write_body(hub, node, &body, &w.citizen);
}

struct small_ref small_correct(
        struct small_hub *hub, int node, struct small_ref target, const char *words)
{
	struct words w;
	read_words(&w, words);
	struct gn_body body = {
	        .kind = GN_KIND_CORRECTION, .record = w.record, .target = reference(hub, target)};
	return write_body(hub, node, &body, &w.citizen);
}

struct small_ref small_void(struct small_hub *hub, int node, struct small_ref target)
{
	struct gn_body body = {.kind = GN_KIND_VOID, .target = reference(hub, target)};
	return write_body(hub, node, &body, NULL);
}

struct small_ref small_erase(struct small_hub *hub, int node, struct small_ref target)
{
	struct gn_body body = {.kind = GN_KIND_ERASE, .target = reference(hub, target)};
	return write_body(hub, node, &body, NULL);
}

void small_strip(struct small_hub *hub, struct small_ref ref)
{
	uint8_t bare[GN_ENTRY_MAX];
	size_t size;
	struct gn_log log;
	struct gn_bytes wire;
	struct gn_entry entry;
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, true);
	assert_int_equal(gn_log_find(&txn, hub->nodes[ref.node].key, &log), GN_OK);
	assert_int_equal(gn_log_read(&txn, log.no, ref.seq, &wire), GN_OK);
	assert_int_equal(gn_entry_parse(wire, &entry), GN_OK);
	assert_int_equal(gn_entry_strip(&entry, bare, sizeof bare, &size), GN_OK);
	gn_log_replace(&txn, log.no, ref.seq, gn_bytes(bare, size));
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

void small_fold(struct small_hub *hub)
{
	struct hub_fold_result result;
	assert_int_equal(hub_fold(hub->store, hub->registry, &hub->keys, 0, &result), GN_OK);
	assert_false(result.more);
}

void small_digest(struct small_hub *hub, uint8_t ret_digest[32])
{
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, false);
	assert_int_equal(hub_fold_digest(&txn, ret_digest), GN_OK);
}

enum hub_reason small_reason(struct small_hub *hub, struct small_ref ref)
{
	uint8_t key[GN_KEY_SIZE + 8];
	struct gn_bytes value;
	small_fold(hub);
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, false);
	memcpy(key, hub->nodes[ref.node].key, GN_KEY_SIZE);
	gn_put_be64(key + GN_KEY_SIZE, ref.seq);
	if (!gn_txn_get(&txn, HUB_T_WAITING, gn_bytes(key, sizeof key), &value))
		return HUB_R_NONE;
	return (enum hub_reason)value.data[0];
}

json_t *small_ask(struct small_hub *hub, const char *indicator, enum gn_level level)
{
	char what[160];
	struct gn_out *out;
	struct hub_rates_query query = {
	        .indicator = indicator, .level = level, .to = S_DAY + 400, .now_ms = hub->clock_ms};
	small_fold(hub);
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, false);
	assert_int_equal(hub_rates(&txn, hub->registry, &query, &out, what), GN_OK);
	json_t *json = gn_out_json(out);
	gn_out_free(&out);
	assert_non_null(json);
	return json;
}

long small_number(struct small_hub *hub, const char *indicator, enum gn_level level,
        const char *unit, const char *column)
{
	json_t *json = small_ask(hub, indicator, level), *row;
	long value = -1;
	size_t i;
	json_array_foreach(json_object_get(json, "rows"), i, row)
	{
		const json_t *cell = json_object_get(row, column);
		if (strcmp(json_string_value(json_object_get(row, "unit")), unit) == 0)
			value = json_is_null(cell) ? -2 : (long)json_integer_value(cell);
	}
	json_decref(json);
	return value;
}
