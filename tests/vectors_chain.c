/* The vectors of entries and bodies: one log of every kind, and what may happen
 * to it on the way. */
#include "tests/vectors.h"

#include "proto/wire.h"

#define LOG_SIZE 10
#define BROKEN_MAX (2 * GN_ENTRY_MAX)

struct run { /* entries as they arrive */
	size_t n;
	size_t sizes[LOG_SIZE + 2];
	uint8_t bytes[LOG_SIZE + 2][BROKEN_MAX];
};

static const uint8_t block[GN_BLOCK_SIZE] = {0xb1, 0x0c, [63] = 0x4b};
static const struct gn_ref target = {.origin = {0x0a}, .seq = 4, .hash = {1, 2, 3, 4, 5, 6, 7, 8}};
static uint8_t bodies[LOG_SIZE][1024];
static size_t body_sizes[LOG_SIZE];

static struct gn_record visit(void)
{
	struct gn_record r = {.kind = GN_KIND_VISIT, .date = 19144, .household = 17, .session = 1};

	r.text[GN_F_TEAM] = gn_bytes_str("bai-chay-t1");
	r.text[GN_F_VILLAGE] = gn_bytes_str("bai-chay-k1");
	r.text[GN_F_MEMBER] = gn_bytes_str("m03");
	r.text[GN_F_PLACE] = gn_bytes_str("home");
	r.text[GN_F_OUTCOME] = gn_bytes_str("done");
	r.topics[0] = gn_bytes_str("vneid");
	r.topics[1] = gn_bytes_str("thanh-toán");
	r.topic_count = 2;
	r.block = gn_bytes(block, sizeof(block));
	return r;
}

static struct gn_record activation(void)
{
	struct gn_record r = {.kind = GN_KIND_ACTIVATION, .date = 19145, .citizen_at = target};

	r.text[GN_F_TEAM] = gn_bytes_str("bai-chay-t1");
	r.text[GN_F_SCHEME] = gn_bytes_str("vneid");
	r.text[GN_F_STATE] = gn_bytes_str("registered");
	return r;
}

static struct gn_record training(void)
{
	struct gn_record r = {.kind = GN_KIND_TRAINING, .date = 19146, .participants = 300};

	r.text[GN_F_TEAM] = gn_bytes_str("bai-chay-t1");
	r.topics[0] = gn_bytes_str("portal");
	r.topic_count = 1;
	r.text[GN_F_AUDIENCE] = gn_bytes_str("citizen");
	r.text[GN_F_TITLE] = gn_bytes_str("Dịch vụ công trực tuyến");
	return r;
}

static struct gn_record listing(void)
{
	struct gn_record r = {.kind = GN_KIND_LISTING, .date = 19147, .household = UINT16_MAX};

	r.text[GN_F_TEAM] = gn_bytes_str("bai-chay-t1");
	r.text[GN_F_PRODUCT] = gn_bytes_str("ocop-0042");
	r.text[GN_F_PLATFORM] = gn_bytes_str("voso");
	r.text[GN_F_OCOP] = gn_bytes_str("yes");
	return r;
}

static struct gn_record assessment(void)
{
	struct gn_record r = {.kind = GN_KIND_ASSESSMENT, .date = 19148, .household = 17};

	r.text[GN_F_TEAM] = gn_bytes_str("bai-chay-t1");
	r.topics[0] = gn_bytes_str("portal");
	r.topic_count = 1;
	r.text[GN_F_RESULT] = gn_bytes_str("pass");
	return r;
}

static struct gn_record tally(void)
{
	struct gn_record r = {.kind = GN_KIND_TALLY, .date = 19204, .numerator = 5590};

	r.text[GN_F_UNIT] = gn_bytes_str("22");
	r.text[GN_F_INDICATOR] = gn_bytes_str("svc_residence_perm");
	r.denominator = 53457;
	r.has_denominator = true;
	return r;
}

static void make_body(size_t at, enum gn_kind kind, struct gn_record record)
{
	uint8_t salt[GN_SALT_SIZE];
	struct gn_body body = {.kind = kind, .salt = salt, .record = record};

	memset(salt, (int)at + 1, sizeof(salt));
	if (!gn_kind_is_record(kind))
		body.target = target;
	if (kind == GN_KIND_VOID || kind == GN_KIND_ERASE)
		body.reason = gn_bytes_str("nhập nhầm");
	if (at % 2)
		body.row = (uint32_t)at * 100;
	if (at % 2)
		body.import = gn_bytes("\1\2\3\4\5\6\7\10", 8);
	vector_expect(gn_body_pack(&body, bodies[at], sizeof(bodies[at]), &body_sizes[at]) == GN_OK,
	        "a body");
}

static void make_bodies(void)
{
	static const uint8_t salt[GN_SALT_SIZE] = {9};

	make_body(0, GN_KIND_VISIT, visit());
	make_body(1, GN_KIND_ACTIVATION, activation());
	make_body(2, GN_KIND_TRAINING, training());
	make_body(3, GN_KIND_LISTING, listing());
	make_body(4, GN_KIND_ASSESSMENT, assessment());
	make_body(5, GN_KIND_TALLY, tally());
	make_body(6, GN_KIND_CORRECTION, visit());
	make_body(7, GN_KIND_VOID, (struct gn_record){0});
	make_body(8, GN_KIND_ERASE, (struct gn_record){0});
	vector_expect(gn_body_wrap(GN_KIND_SESSION, salt, gn_bytes(NULL, 0), bodies[9],
	                      sizeof(bodies[9]), &body_sizes[9]) == GN_OK,
	        "a session");
}

static void make_run(uint8_t seed_byte, struct run *run)
{
	uint8_t seed[32], key[GN_KEY_SIZE], secret[64];
	struct gn_header header = {0, 0, GN_CLOCK_SYNCHRONISED, GN_SCHEMA};
	struct gn_tip tip;

	memset(seed, seed_byte, sizeof(seed));
	vector_expect(crypto_sign_seed_keypair(key, secret, seed) == 0, "a key");
	gn_tip_start(key, &tip);
	for (run->n = 0; run->n < LOG_SIZE; run->n++) {
		header.clock = (1654041600000 + run->n * 1000) << 16 | run->n;
		header.quality = (enum gn_quality)(run->n % 3);
		vector_expect(gn_entry_write(secret, &tip, &header,
		                      gn_bytes(bodies[run->n], body_sizes[run->n]),
		                      run->bytes[run->n], BROKEN_MAX, &run->sizes[run->n]) == GN_OK,
		        "an entry");
	}
}

static enum gn_err judge(const uint8_t *origin, const struct run *run, json_t *hashes)
{
	struct gn_entry entries[LOG_SIZE + 2];
	struct gn_tip tip;
	enum gn_err err;
	size_t i;

	for (i = 0; i < run->n; i++) {
		err = gn_entry_parse(gn_bytes(run->bytes[i], run->sizes[i]), &entries[i]);
		if (err)
			return err;
	}
	gn_tip_start(origin, &tip);
	for (i = 0; i < run->n; i++) {
		struct gn_tip t = tip;

		if (gn_chain_step(origin, &t, &entries[i]) == GN_OK)
			json_array_append_new(hashes, vector_hex(t.hash, GN_HASH_SIZE));
		tip = t;
	}
	gn_tip_start(origin, &tip);
	return gn_chain_run(origin, &tip, entries, run->n);
}

static json_t *chain(const char *name, uint8_t seed_byte, const struct run *run, enum gn_err err)
{
	uint8_t seed[32], key[GN_KEY_SIZE], secret[64];
	json_t *entries = json_array(), *hashes = json_array(), *made;
	struct gn_tip start;
	size_t i;

	memset(seed, seed_byte, sizeof(seed));
	vector_expect(crypto_sign_seed_keypair(key, secret, seed) == 0, name);
	gn_tip_start(key, &start);
	vector_expect(judge(key, run, hashes) == err, name);
	for (i = 0; i < run->n; i++)
		json_array_append_new(entries, vector_hex(run->bytes[i], run->sizes[i]));
	made = json_pack("{s:s, s:o, s:o, s:o, s:o, s:s}", "name", name, "key_seed",
	        vector_hex(seed, sizeof(seed)), "origin", vector_hex(key, sizeof(key)), "start",
	        vector_hex(start.hash, GN_HASH_SIZE), "entries", entries, "error",
	        gn_err_code(err));
	if (err)
		json_decref(hashes);
	else
		json_object_set_new(made, "hashes", hashes);
	return made;
}

static struct run scratch; /* one run at a time, changed in place */

static struct run *picked(const struct run *from, const char *picks)
{
	size_t i;

	scratch.n = strlen(picks);
	for (i = 0; i < scratch.n; i++) {
		size_t k = (size_t)(picks[i] - '1');

		scratch.sizes[i] = from->sizes[k];
		memcpy(scratch.bytes[i], from->bytes[k], from->sizes[k]);
	}
	return &scratch;
}

/* Flips one bit of one part of the second entry; `byte` from the part's end when negative. */
static struct run *flipped(const struct run *from, char part, int byte)
{
	struct gn_entry e;
	struct gn_bytes of;
	size_t at;

	picked(from, "123");
	vector_expect(
	        gn_entry_parse(gn_bytes(scratch.bytes[1], scratch.sizes[1]), &e) == GN_OK, "");
	of = part == 'h' ? e.header : part == 'b' ? e.body : gn_bytes(e.signature, GN_SIG_SIZE);
	at = (size_t)(of.data - scratch.bytes[1]) + (byte < 0 ? of.size : 0) + (size_t)byte;
	scratch.bytes[1][at] ^= 1;
	return &scratch;
}

static struct run *stripped(const struct run *from)
{
	struct gn_entry e;
	size_t size = 0;
	const uint8_t *in = from->bytes[1];

	picked(from, "123");
	vector_expect(gn_entry_parse(gn_bytes(in, from->sizes[1]), &e) == GN_OK &&
	                      gn_entry_strip(&e, scratch.bytes[1], BROKEN_MAX, &size) == GN_OK,
	        "a stripped entry");
	scratch.sizes[1] = size;
	return &scratch;
}

static struct run *with_tail(const struct run *from, const char *tail, size_t size)
{
	picked(from, "123");
	memcpy(scratch.bytes[2] + scratch.sizes[2], tail, size);
	scratch.sizes[2] += size;
	return &scratch;
}

static struct run *grown(const struct run *from)
{
	picked(from, "1");
	memset(scratch.bytes[0] + scratch.sizes[0], 0, BROKEN_MAX - scratch.sizes[0]);
	scratch.sizes[0] = GN_ENTRY_MAX + 1;
	return &scratch;
}

/* An entry whose header and body hold fields that this version does not know. */
static struct run *of_a_newer_writer(void)
{
	static const char body[] = "\x0a\x10"
	                           "0123456789abcdef"
	                           "\x7a\x03"
	                           "new";
	uint8_t seed[32], key[GN_KEY_SIZE], secret[64];
	struct gn_header header = {.clock = 1, .schema = 2};
	struct gn_tip tip;

	memset(seed, 1, sizeof(seed));
	vector_expect(crypto_sign_seed_keypair(key, secret, seed) == 0, "a key");
	gn_tip_start(key, &tip);
	vector_expect(gn_entry_write(secret, &tip, &header, gn_bytes(body, sizeof(body) - 1),
	                      scratch.bytes[0], BROKEN_MAX, &scratch.sizes[0]) == GN_OK,
	        "a newer writer's entry");
	scratch.n = 1;
	return &scratch;
}

json_t *vector_chains(void)
{
	static struct run a, b;
	json_t *out = json_array();
	struct run *r;

	make_bodies();
	make_run(1, &a);
	make_run(2, &b);
#define ADD(name, run, err) json_array_append_new(out, chain(name, 1, run, err))
	ADD("one entry of each kind that a node writes", &a, GN_OK);
	json_array_append_new(out, chain("the same of another origin", 2, &b, GN_OK));
	ADD("one entry", picked(&a, "1"), GN_OK);
	ADD("a body that is gone", stripped(&a), GN_OK);
	ADD("a newer writer", of_a_newer_writer(), GN_OK);
	ADD("a bit of the sequence", flipped(&a, 'h', 1), GN_E_ORDER);
	ADD("a bit of the clock", flipped(&a, 'h', 4), GN_E_SIGNATURE);
	ADD("a bit of the header's last field", flipped(&a, 'h', -1), GN_E_SIGNATURE);
	ADD("a bit of a field's number", flipped(&a, 'h', 0), GN_E_FORMAT);
	ADD("a bit of the salt", flipped(&a, 'b', 5), GN_E_SIGNATURE);
	ADD("a bit of the body", flipped(&a, 'b', -1), GN_E_SIGNATURE);
	ADD("a bit of an inner signature", flipped(&a, 's', 0), GN_E_SIGNATURE);
	r = flipped(&a, 's', -1);
	r->n = 2;
	ADD("a bit of the last signature", r, GN_E_SIGNATURE);
	ADD("swapped", picked(&a, "213"), GN_E_ORDER);
	ADD("dropped", picked(&a, "134"), GN_E_ORDER);
	ADD("the first dropped", picked(&a, "23"), GN_E_ORDER);
	ADD("repeated", picked(&a, "1223"), GN_E_ORDER);
	ADD("of another origin", picked(&b, "123"), GN_E_SIGNATURE);
	ADD("an unknown field of the entry", with_tail(&a, "\x2a\x00", 2), GN_E_FORMAT);
	ADD("a second signature", with_tail(&a, "\x1a\x00", 2), GN_E_FORMAT);
	ADD("a number longer than needed", with_tail(&a, "\xaa\x00\x00", 3), GN_E_FORMAT);
	ADD("something after the end", with_tail(&a, "\xff", 1), GN_E_FORMAT);
	r = picked(&a, "12");
	r->sizes[1]--;
	ADD("cut", r, GN_E_FORMAT);
	ADD("oversized", grown(&a), GN_E_SIZE);
#undef ADD
	return out;
}

json_t *vector_bodies(void)
{
	static const struct {
		const char *name, *tail;
		size_t size;
		enum gn_err err;
	} tails[] = {
	        {"no record", "", 0, GN_E_FORMAT},
	        {"two records", "\x12\x00\x1a\x00", 4, GN_E_FORMAT},
	        {"a newer kind", "\x72\x01x", 3, GN_OK},
	        {"newer fields", "\x12\x05\x08\x01\xf2\x01\x00\xb0\x01\x05", 10, GN_OK},
	        {"household 65536", "\x12\x04\x18\x80\x80\x04", 6, GN_E_FORMAT},
	        {"text that is not UTF-8", "\x12\x03\x12\x01\x80", 5, GN_E_FORMAT},
	        {"a NUL in a text", "\x12\x03\x12\x01\x00", 5, GN_E_FORMAT},
	        {"a number longer than needed", "\x12\x03\x08\x81\x00", 5, GN_E_FORMAT},
	        {"fields out of order", "\x12\x04\x18\x01\x08\x01", 6, GN_E_FORMAT},
	        {"a field twice", "\x12\x04\x08\x01\x08\x01", 6, GN_E_FORMAT},
	        {"an empty citizen", "\x12\x02\x32\x00", 4, GN_E_FORMAT},
	        {"a void without target", "\x4a\x00", 2, GN_E_FORMAT},
	        {"a short import", "\x12\x00\xa2\x01\x01x", 6, GN_E_FORMAT},
	        {"cut", "\x12\x05\x08", 3, GN_E_FORMAT},
	};
	uint8_t packed[64] = "\x0a\x10"
	                     "0123456789abcdef";
	json_t *out = json_array();
	size_t i;

	make_bodies();
	for (i = 0; i < LOG_SIZE; i++) {
		struct gn_body body;
		struct gn_bytes in = gn_bytes(bodies[i], body_sizes[i]);

		vector_expect(gn_body_parse(in, &body) == GN_OK, "a body");
		json_array_append_new(out, vector_body(gn_kind_name(body.kind), in, GN_OK));
	}
	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		memcpy(packed + 18, tails[i].tail, tails[i].size);
		json_array_append_new(
		        out, vector_body(tails[i].name, gn_bytes(packed, 18 + tails[i].size),
		                     tails[i].err));
	}
	json_array_append_new(out, vector_body("no salt", gn_bytes("\x12\x00", 2), GN_E_FORMAT));
	return out;
}
