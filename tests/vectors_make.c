/* Writes the vectors of proto/vectors: vectors_make DIR. The same bytes on every run.
 *
 * A vector says what it must come to; where this program's own code does not
 * agree, nothing is written. Entries are in vectors_chain.c.
 */
#include "tests/vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/citizen.h"
#include "proto/clock.h"
#include "proto/wire.h"

json_t *vector_hex(const void *data, size_t size)
{
	static char text[4 * GN_ENTRY_MAX + 1];

	return json_string(sodium_bin2hex(text, sizeof(text), data, size));
}

void vector_expect(bool good, const char *name)
{
	if (good)
		return;
	fprintf(stderr, "vectors_make: %s does not come out as stated\n", name);
	exit(1);
}

static json_t *number(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	return json_string(text); /* JSON's own numbers end at 2^53 in many readers */
}

static json_t *ref(const struct gn_ref *r)
{
	return json_pack("{s:o, s:o, s:o}", "origin", vector_hex(r->origin, GN_KEY_SIZE), "seq",
	        number(r->seq), "hash", vector_hex(r->hash, GN_REF_HASH));
}

static json_t *text(struct gn_bytes bytes)
{
	return json_stringn((const char *)bytes.data, bytes.size);
}

static void put_numbers(json_t *fields, const struct gn_record *rec)
{
	if (rec->date)
		json_object_set_new(fields, "date", number(rec->date));
	if (rec->household)
		json_object_set_new(fields, "household", number(rec->household));
	if (rec->participants)
		json_object_set_new(fields, "participants", number(rec->participants));
	if (rec->numerator)
		json_object_set_new(fields, "numerator", number(rec->numerator));
	if (rec->has_denominator)
		json_object_set_new(fields, "denominator", number(rec->denominator));
}

static json_t *record_fields(const struct gn_record *rec)
{
	json_t *fields = json_object();
	unsigned f;
	size_t i;

	put_numbers(fields, rec);
	for (f = GN_F_DATE; f < GN_F_COUNT; f++)
		if (rec->text[f].size && f != GN_F_TOPIC)
			json_object_set_new(
			        fields, gn_field_name((enum gn_field)f), text(rec->text[f]));
	if (rec->topic_count)
		json_object_set_new(fields, "topic", json_array());
	for (i = 0; i < rec->topic_count; i++)
		json_array_append_new(json_object_get(fields, "topic"), text(rec->topics[i]));
	if (rec->block.size) {
		json_object_set_new(fields, "block", vector_hex(rec->block.data, rec->block.size));
		json_object_set_new(fields, "session", number(rec->session));
	}
	if (rec->citizen_at.seq)
		json_object_set_new(fields, "citizen_at", ref(&rec->citizen_at));
	return fields;
}

static json_t *body_says(const struct gn_body *body)
{
	const char *kind = gn_kind_name(body->kind), *record = gn_kind_name(body->record.kind);
	json_t *says = json_object();

	json_object_set_new(says, "kind", json_string(kind ? kind : "unknown"));
	json_object_set_new(says, "salt", vector_hex(body->salt, GN_SALT_SIZE));
	if (body->import.size)
		json_object_set_new(
		        says, "import", vector_hex(body->import.data, body->import.size));
	if (body->row)
		json_object_set_new(says, "row", number(body->row));
	if (body->target.seq)
		json_object_set_new(says, "target", ref(&body->target));
	if (body->reason.size)
		json_object_set_new(says, "reason", text(body->reason));
	if (record) {
		json_object_set_new(says, "record", json_string(record));
		json_object_set_new(says, "fields", record_fields(&body->record));
	}
	return says;
}

json_t *vector_body(const char *name, struct gn_bytes packed, enum gn_err err)
{
	struct gn_body body;
	enum gn_err got = gn_body_parse(packed, &body);

	vector_expect(got == err, name);
	return json_pack("{s:s, s:o, s:s, s:o*}", "name", name, "body",
	        vector_hex(packed.data, packed.size), "error", gn_err_code(err), "says",
	        err ? NULL : body_says(&body));
}

static json_t *citizen_case(const char *name, const char *who, uint16_t birth_year, uint64_t seq)
{
	static const uint8_t key[GN_SESSION_KEY] = "0123456789abcdef0123456789abcde";
	struct gn_citizen citizen = {.birth_year = birth_year};
	uint8_t origin[GN_KEY_SIZE], salt[GN_SALT_SIZE], block[GN_BLOCK_SIZE];
	struct gn_block_place place = {origin, salt, seq, 3};

	memset(origin, 0x11, sizeof(origin));
	memset(salt, 0x22, sizeof(salt));
	memcpy(citizen.text, who, strlen(who));
	vector_expect(gn_citizen_seal(key, &place, &citizen, block) == GN_OK, name);
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:s}", "name", name, "key",
	        vector_hex(key, sizeof(key)), "origin", vector_hex(origin, sizeof(origin)), "salt",
	        vector_hex(salt, sizeof(salt)), "seq", number(seq), "session", number(3), "block",
	        vector_hex(block, sizeof(block)), "text", who, "birth_year", number(birth_year),
	        "error", "ok");
}

static json_t *citizen_broken(const char *name, const char *member, const char *value)
{
	json_t *c = citizen_case(name, "079123456789", 1987, 12);

	json_object_set_new(c, member, json_string(value));
	json_object_set_new(c, "error", json_string("sealed"));
	return c;
}

static json_t *citizens(void)
{
	static const char zeros[] =
	        "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
	        "000000000000000000000000000000000000000000000000";

	return json_pack("[o, o, o, o, o, o, o, o, o]",
	        citizen_case("a number", "079123456789", 1987, 12),
	        citizen_case("a name, no year", "Nguyễn Văn A", 0, 13),
	        citizen_case("the longest", "123456789012345678901234567890123456789012345", 2010,
	                UINT64_MAX),
	        citizen_broken("another sequence", "seq", "13"),
	        citizen_broken("another session", "session", "4"),
	        citizen_broken("another origin", "origin",
	                "1111111111111111111111111111111111111111111111111111111111111112"),
	        citizen_broken("another salt", "salt", "22222222222222222222222222222223"),
	        citizen_broken("another key", "key",
	                "1111111111111111111111111111111111111111111111111111111111111112"),
	        citizen_broken("another block", "block", zeros));
}

/* crypto_box_seal takes its one-time key from chance; here it is given. */
static void seal(const uint8_t key[GN_SESSION_KEY], const uint8_t seal_public[GN_KEY_SIZE],
        uint8_t ret_sealed[GN_SEALED_SIZE])
{
	uint8_t seed[32] = {5}, once[2 * GN_KEY_SIZE], secret[32], nonce[crypto_box_NONCEBYTES];

	(void)crypto_box_seed_keypair(once, secret, seed);
	memcpy(once + GN_KEY_SIZE, seal_public, GN_KEY_SIZE);
	(void)crypto_generichash(nonce, sizeof(nonce), once, sizeof(once), NULL, 0);
	memcpy(ret_sealed, once, GN_KEY_SIZE);
	vector_expect(crypto_box_easy(ret_sealed + GN_KEY_SIZE, key, GN_SESSION_KEY, nonce,
	                      seal_public, secret) == 0,
	        "a sealed key");
}

static json_t *session_case(const char *name, uint8_t for_hub, int flip, enum gn_err err)
{
	uint8_t seed[32] = {6}, hub[GN_KEY_SIZE] = {for_hub}, seal_public[32], seal_secret[32];
	uint8_t sealed[GN_SEALED_SIZE], message[256], opened[GN_SESSION_KEY];
	static const uint8_t key[GN_SESSION_KEY] = "0123456789abcdef0123456789abcde";
	struct gn_wire_writer w = {message, sizeof(message), 0};

	(void)crypto_box_seed_keypair(seal_public, seal_secret, seed);
	seal(key, seal_public, sealed);
	gn_wire_put_length(&w, 1, 2 + GN_KEY_SIZE + 2 + GN_SEALED_SIZE);
	gn_wire_put_bytes(&w, 1, gn_bytes((uint8_t[GN_KEY_SIZE]){7}, GN_KEY_SIZE));
	gn_wire_put_bytes(&w, 2, gn_bytes(sealed, GN_SEALED_SIZE));
	message[w.size - 1] ^= (uint8_t)flip;
	vector_expect(gn_session_open(gn_bytes(message, w.size), hub, seal_public, seal_secret,
	                      opened) == err,
	        name);
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:s}", "name", name, "hub",
	        vector_hex(hub, sizeof(hub)), "seal_seed", vector_hex(seed, sizeof(seed)),
	        "message", vector_hex(message, w.size), "key", vector_hex(key, sizeof(key)),
	        "error", gn_err_code(err));
}

static json_t *index_case(uint8_t secret_byte, const char *who)
{
	uint8_t secret[32], index[16];

	memset(secret, secret_byte, sizeof(secret));
	gn_citizen_index(secret, who, index);
	return json_pack("{s:o, s:s, s:o}", "secret", vector_hex(secret, sizeof(secret)), "text",
	        who, "index", vector_hex(index, sizeof(index)));
}

static json_t *signature_case(const char *name, const char *made_tag, const char *tag,
        const char *message, enum gn_err err)
{
	uint8_t seed[32], key[GN_KEY_SIZE], secret[64], signature[GN_SIG_SIZE];
	struct gn_bytes said = gn_bytes_str("what is said");

	memset(seed, 0x33, sizeof(seed));
	vector_expect(crypto_sign_seed_keypair(key, secret, seed) == 0, name);
	gn_sign(secret, made_tag, said, signature);
	vector_expect(gn_verify(key, tag, gn_bytes_str(message), signature) == err, name);
	return json_pack("{s:s, s:o, s:s, s:s, s:o, s:s}", "name", name, "key_seed",
	        vector_hex(seed, sizeof(seed)), "tag", tag, "message", message, "signature",
	        vector_hex(signature, sizeof(signature)), "error", gn_err_code(err));
}

static json_t *clock_case(const char *move, uint64_t last, uint64_t heard, uint64_t now_ms)
{
	bool tick = strcmp(move, "tick") == 0;
	uint64_t result = tick ? gn_clock_tick(last, now_ms) : gn_clock_follow(last, heard, now_ms);

	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "move", move, "last", number(last), "heard",
	        number(heard), "now_ms", number(now_ms), "result", number(result));
}

static json_t *clocks(void)
{
	const uint64_t ms = 1654041600000, now = ms << 16;

	return json_pack("[o, o, o, o, o, o, o, o]", clock_case("tick", 0, 0, ms),
	        clock_case("tick", now, 0, ms), clock_case("tick", now + 65535, 0, ms),
	        clock_case("tick", now + 5, 0, ms - 1000), clock_case("follow", now, now + 9, ms),
	        clock_case("follow", now, now - 1, ms),
	        clock_case("follow", now, (ms + 600000) << 16, ms),
	        clock_case("follow", now, (ms + 600001) << 16, ms));
}

static void write_file(const char *dir, const char *name, const char *about, json_t *cases)
{
	json_t *all = json_pack("{s:s, s:o}", "about", about, "cases", cases);
	char path[512];

	snprintf(path, sizeof(path), "%s/%s.json", dir, name);
	vector_expect(all && json_dump_file(all, path, JSON_INDENT(1)) == 0, path);
	json_decref(all);
}

static json_t *signatures(void)
{
	return json_pack("[o, o, o]",
	        signature_case(
	                "a receipt", "gonha receipt", "gonha receipt", "what is said", GN_OK),
	        signature_case("under another tag", "gonha receipt", "gonha status", "what is said",
	                GN_E_SIGNATURE),
	        signature_case("of another message", "gonha receipt", "gonha receipt",
	                "what is denied", GN_E_SIGNATURE));
}

int main(int argc, char **argv)
{
	if (argc != 2 || sodium_init() < 0) {
		fprintf(stderr, "usage: vectors_make DIR\n");
		return 2;
	}
	write_file(argv[1], "chain", "runs of entries from the beginning of a log: [E-*], [C-*]",
	        vector_chains());
	write_file(argv[1], "body", "bodies and what they say: [E-8] to [E-15]", vector_bodies());
	write_file(argv[1], "citizen", "citizens' blocks: [P-40] to [P-42]", citizens());
	write_file(argv[1], "session", "session keys as hubs open them: [P-43], [P-44]",
	        json_pack("[o, o, o]", session_case("for this hub", 7, 0, GN_OK),
	                session_case("for another hub", 8, 0, GN_E_NOTFOUND),
	                session_case("a bit of the sealed key", 7, 1, GN_E_SEALED)));
	write_file(argv[1], "index", "blind indexes: [P-45]",
	        json_pack("[o, o, o]", index_case(1, "079123456789"), index_case(2, "079123456789"),
	                index_case(1, "Nguyễn Văn A")));
	write_file(argv[1], "signature", "everything that is signed beside entries: [C-6]",
	        signatures());
	write_file(argv[1], "clock", "the hybrid clock's moves: [K-2], [K-3]", clocks());
	return 0;
}
