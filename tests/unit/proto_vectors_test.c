/* The vectors of proto/vectors: what they state is what this code says. */
#include "tests/unit/proto_vectors.h"

#include "proto/citizen.h"
#include "proto/clock.h"
#include "proto/entry.h"
#include "proto/record.h"

#define ENTRIES_MAX 16

struct run {
	uint8_t bytes[ENTRIES_MAX][2 * GN_ENTRY_MAX];
	struct gn_entry entries[ENTRIES_MAX];
	size_t sizes[ENTRIES_MAX], n;
};

static enum gn_err parse_all(json_t *of, struct run *run)
{
	json_t *list = json_object_get(of, "entries");
	enum gn_err err = GN_OK, first = GN_OK;
	size_t i;

	run->n = json_array_size(list);
	assert_in_range(run->n, 1, ENTRIES_MAX);
	for (i = 0; i < run->n; i++) {
		run->sizes[i] = unhex(json_string_value(json_array_get(list, i)), run->bytes[i],
		        sizeof(run->bytes[i]));
		err = gn_entry_parse(gn_bytes(run->bytes[i], run->sizes[i]), &run->entries[i]);
		first = first ? first : err;
	}
	return first;
}

/* Every step's hash, every single signature, and the same bytes written again. */
static void check_good_run(
        json_t *of, const uint8_t *origin, const uint8_t *secret, struct run *run)
{
	json_t *hashes = json_object_get(of, "hashes");
	uint8_t hash[GN_HASH_SIZE], again[GN_ENTRY_MAX];
	struct gn_tip tip, writer;
	struct gn_header header;
	size_t i, size;

	gn_tip_start(origin, &tip);
	unhex_exactly(of, "start", hash, sizeof(hash));
	assert_memory_equal(hash, tip.hash, sizeof(hash));
	assert_int_equal(json_array_size(hashes), run->n);
	for (i = 0; i < run->n; i++) {
		writer = tip;
		assert_int_equal(gn_chain_step(origin, &tip, &run->entries[i]), GN_OK);
		assert_int_equal(gn_tip_verify(origin, &tip), GN_OK);
		unhex(json_string_value(json_array_get(hashes, i)), hash, sizeof(hash));
		assert_memory_equal(hash, tip.hash, sizeof(hash));
		if (run->entries[i].body_hash)
			continue;
		assert_int_equal(gn_header_parse(run->entries[i].header, &header), GN_OK);
		assert_int_equal(gn_entry_write(secret, &writer, &header, run->entries[i].body,
		                         again, sizeof(again), &size),
		        GN_OK);
		assert_int_equal(size, run->sizes[i]);
		assert_memory_equal(again, run->bytes[i], size);
	}
}

/* [E-1] to [E-7], [C-1] to [C-5] */
static void chains(void **state)
{
	static struct run run;
	uint8_t origin[GN_KEY_SIZE], stated[GN_KEY_SIZE], secret[64];
	size_t i;
	json_t *cases, *of;

	(void)state;
	cases = open_cases("chain");
	json_array_foreach(cases, i, of)
	{
		struct gn_tip tip;
		enum gn_err err;

		name = member(of, "name");
		key_pair(of, origin, secret);
		unhex_exactly(of, "origin", stated, sizeof(stated));
		assert_memory_equal(origin, stated, sizeof(origin));
		err = parse_all(of, &run);
		gn_tip_start(origin, &tip);
		check(err ? err : gn_chain_run(origin, &tip, run.entries, run.n), of);
		if (json_object_get(of, "hashes"))
			check_good_run(of, origin, secret, &run);
	}
	json_decref(file);
}

static void check_hex(json_t *of, const char *key, const void *data, size_t size)
{
	uint8_t stated[GN_BLOCK_SIZE];

	assert_true(size <= sizeof(stated));
	if (json_object_get(of, key) == NULL) {
		assert_int_equal(size, 0);
		return;
	}
	unhex_exactly(of, key, stated, size);
	assert_memory_equal(stated, data, size);
}

static void check_number(json_t *of, const char *key, uint64_t value)
{
	assert_int_equal(json_object_get(of, key) ? number(of, key) : 0, value);
}

static void check_text(json_t *of, const char *key, struct gn_bytes value)
{
	json_t *text = json_object_get(of, key);

	assert_int_equal(json_string_length(text), value.size);
	if (value.size)
		assert_memory_equal(json_string_value(text), value.data, value.size);
}

static void check_ref(json_t *of, const char *key, const struct gn_ref *ref)
{
	json_t *stated = json_object_get(of, key);

	check_number(stated, "seq", ref->seq);
	check_hex(stated, "origin", ref->origin, ref->seq ? GN_KEY_SIZE : 0);
	check_hex(stated, "hash", ref->hash, ref->seq ? GN_REF_HASH : 0);
}

static void check_record(json_t *of, const struct gn_record *rec)
{
	json_t *topics = json_object_get(of, "topic"), *fields = of;
	unsigned f;
	size_t i;

	check_number(fields, "date", rec->date);
	check_number(fields, "household", rec->household);
	check_number(fields, "participants", rec->participants);
	check_number(fields, "numerator", rec->numerator);
	check_number(fields, "denominator", rec->denominator);
	assert_int_equal(rec->has_denominator, json_object_get(fields, "denominator") != NULL);
	for (f = GN_F_DATE; f < GN_F_COUNT; f++)
		if (f != GN_F_TOPIC && rec->text[f].size)
			check_text(fields, gn_field_name((enum gn_field)f), rec->text[f]);
	assert_int_equal(json_array_size(topics), rec->topic_count);
	for (i = 0; i < rec->topic_count; i++)
		assert_true(
		        gn_bytes_is(rec->topics[i], json_string_value(json_array_get(topics, i))));
	check_hex(fields, "block", rec->block.data, rec->block.size);
	check_number(fields, "session", rec->session);
	check_ref(fields, "citizen_at", &rec->citizen_at);
}

/* What is stated must be there, not only what is there stated. */
static void check_no_field_is_lost(json_t *fields, const struct gn_record *rec)
{
	const char *key;
	json_t *value;

	json_object_foreach(fields, key, value)
	{
		enum gn_field f = gn_field_named(key);

		if (json_is_string(value) && f && rec->text[f].size == 0)
			assert_true(f == GN_F_DATE || f == GN_F_HOUSEHOLD ||
			            f == GN_F_PARTICIPANTS || f == GN_F_NUMERATOR ||
			            f == GN_F_DENOMINATOR);
	}
}

static void check_body(json_t *says, const struct gn_body *body)
{
	const char *kind = gn_kind_name(body->kind);

	assert_string_equal(member(says, "kind"), kind ? kind : "unknown");
	check_hex(says, "salt", body->salt, GN_SALT_SIZE);
	check_hex(says, "import", body->import.data, body->import.size);
	check_number(says, "row", body->row);
	check_ref(says, "target", &body->target);
	check_text(says, "reason", body->reason);
	if (body->record.kind == GN_KIND_NONE) {
		assert_null(json_object_get(says, "record"));
		return;
	}
	assert_string_equal(member(says, "record"), gn_kind_name(body->record.kind));
	check_record(json_object_get(says, "fields"), &body->record);
	check_no_field_is_lost(json_object_get(says, "fields"), &body->record);
}

/* [E-8] to [E-15] */
static void bodies(void **state)
{
	uint8_t packed[GN_ENTRY_MAX];
	struct gn_body body;
	enum gn_err err;
	size_t i, size;
	json_t *cases, *of;

	(void)state;
	cases = open_cases("body");
	json_array_foreach(cases, i, of)
	{
		name = member(of, "name");
		size = unhex(member(of, "body"), packed, sizeof(packed));
		err = gn_body_parse(gn_bytes(packed, size), &body);
		check(err, of);
		if (!err)
			check_body(json_object_get(of, "says"), &body);
	}
	json_decref(file);
}

/* [P-40], [P-41], [P-42] */
static void citizens(void **state)
{
	uint8_t key[GN_SESSION_KEY], origin[GN_KEY_SIZE], salt[GN_SALT_SIZE];
	uint8_t block[GN_BLOCK_SIZE], again[GN_BLOCK_SIZE];
	struct gn_citizen citizen = {0};
	size_t i;
	json_t *cases, *of;

	(void)state;
	cases = open_cases("citizen");
	json_array_foreach(cases, i, of)
	{
		struct gn_block_place place = {
		        origin, salt, number(of, "seq"), number(of, "session")};
		enum gn_err err;

		name = member(of, "name");
		unhex_exactly(of, "key", key, sizeof(key));
		unhex_exactly(of, "origin", origin, sizeof(origin));
		unhex_exactly(of, "salt", salt, sizeof(salt));
		unhex_exactly(of, "block", block, sizeof(block));
		err = gn_citizen_open(key, &place, block, &citizen);
		check(err, of);
		if (err)
			continue;
		assert_string_equal(citizen.text, member(of, "text"));
		assert_int_equal(citizen.birth_year, number(of, "birth_year"));
		assert_int_equal(gn_citizen_seal(key, &place, &citizen, again), GN_OK);
		assert_memory_equal(again, block, sizeof(block));
	}
	json_decref(file);
}

/* [P-43], [P-44] */
static void sessions(void **state)
{
	uint8_t hub[GN_KEY_SIZE], seed[32], public_key[32], secret[32], message[512];
	uint8_t key[GN_SESSION_KEY], stated[GN_SESSION_KEY];
	size_t i, size;
	json_t *cases, *of;

	(void)state;
	cases = open_cases("session");
	json_array_foreach(cases, i, of)
	{
		enum gn_err err;

		name = member(of, "name");
		unhex_exactly(of, "hub", hub, sizeof(hub));
		unhex_exactly(of, "seal_seed", seed, sizeof(seed));
		unhex_exactly(of, "key", stated, sizeof(stated));
		size = unhex(member(of, "message"), message, sizeof(message));
		assert_int_equal(crypto_box_seed_keypair(public_key, secret, seed), 0);
		err = gn_session_open(gn_bytes(message, size), hub, public_key, secret, key);
		check(err, of);
		if (!err)
			assert_memory_equal(key, stated, sizeof(key));
	}
	json_decref(file);
}

/* [P-45] */
static void indexes(void **state)
{
	uint8_t secret[32], stated[16], index[16];
	size_t i;
	json_t *cases, *of;

	(void)state;
	name = "index";
	cases = open_cases("index");
	json_array_foreach(cases, i, of)
	{
		unhex_exactly(of, "secret", secret, sizeof(secret));
		unhex_exactly(of, "index", stated, sizeof(stated));
		gn_citizen_index(secret, member(of, "text"), index);
		assert_memory_equal(index, stated, sizeof(index));
	}
	json_decref(file);
}

/* [C-6] */
static void signatures(void **state)
{
	uint8_t key[GN_KEY_SIZE], secret[64], signature[GN_SIG_SIZE];
	size_t i;
	json_t *cases, *of;

	(void)state;
	cases = open_cases("signature");
	json_array_foreach(cases, i, of)
	{
		name = member(of, "name");
		key_pair(of, key, secret);
		unhex_exactly(of, "signature", signature, sizeof(signature));
		check(gn_verify(key, member(of, "tag"), gn_bytes_str(member(of, "message")),
		              signature),
		        of);
	}
	json_decref(file);
}

/* [K-2], [K-3] */
static void clocks(void **state)
{
	size_t i;
	json_t *cases, *of;

	(void)state;
	name = "clock";
	cases = open_cases("clock");
	json_array_foreach(cases, i, of)
	{
		uint64_t last = number(of, "last"), heard = number(of, "heard");
		uint64_t now_ms = number(of, "now_ms"), result = number(of, "result");

		if (strcmp(member(of, "move"), "tick") == 0)
			assert_int_equal(gn_clock_tick(last, now_ms), result);
		else
			assert_int_equal(gn_clock_follow(last, heard, now_ms), result);
	}
	json_decref(file);
}

static int setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(chains),
	        cmocka_unit_test(bodies),
	        cmocka_unit_test(citizens),
	        cmocka_unit_test(sessions),
	        cmocka_unit_test(indexes),
	        cmocka_unit_test(signatures),
	        cmocka_unit_test(clocks),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
