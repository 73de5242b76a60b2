/* Entries and chains: what is written is accepted, and any change is refused
 * with its own code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "proto/wire.h"
#include "tests/unit/proto_log.h"

static struct test_log log_a, log_b;

static int setup(void **state)
{
	(void)state;
	return test_log_make(&log_a, 7, 5) && test_log_make(&log_b, 8, 5) ? 0 : -1;
}

static enum gn_err run(const struct gn_entry *entries, size_t n)
{
	struct gn_tip tip = log_a.start, before = tip;
	enum gn_err err = gn_chain_run(log_a.origin, &tip, entries, n);

	if (err) /* a refused run moves nothing */
		assert_memory_equal(&tip, &before, sizeof(tip));
	return err;
}

/* [E-1], [C-5] */
static void written_is_accepted(void **state)
{
	struct gn_tip tip = log_a.start;
	struct gn_header header;

	(void)state;
	assert_int_equal(gn_chain_run(log_a.origin, &tip, log_a.entries, 2), GN_OK);
	assert_int_equal(tip.seq, 2);
	assert_int_equal(gn_chain_run(log_a.origin, &tip, log_a.entries + 2, 3), GN_OK);
	assert_memory_equal(&tip, &log_a.tip, sizeof(tip));
	assert_int_equal(gn_header_parse(log_a.entries[4].header, &header), GN_OK);
	assert_int_equal(header.seq, 5);
	assert_int_equal(header.clock, 1654041600004 << 16);
	assert_int_equal(header.quality, GN_CLOCK_SYNCHRONISED);
	assert_int_equal(header.schema, GN_SCHEMA);
}

/* [C-1], [C-2], [C-4]: the bytes, put together here a second time. */
static void layout_is_as_written_down(void **state)
{
	const struct gn_entry *e = &log_a.entries[1];
	struct gn_tip tip = log_a.start;
	uint8_t in[512], hash[GN_HASH_SIZE], signed_bytes[48] = "gonha entry v1";
	uint8_t salt[16] = {2}, log_personal[16] = "gonha log v1";
	uint8_t entry_personal[16] = "gonha entry v1";

	(void)state;
	crypto_generichash_blake2b_salt_personal(
	        hash, 32, log_a.origin, 32, NULL, 0, NULL, log_personal);
	assert_memory_equal(tip.hash, hash, 32);
	assert_int_equal(gn_chain_step(log_a.origin, &tip, &log_a.entries[0]), GN_OK);
	memcpy(in, log_a.origin, 32);
	memcpy(in + 32, tip.hash, 32);
	memcpy(in + 64, log_a.entries[0].signature, 64);
	crypto_generichash_blake2b(in + 128, 32, e->body.data, e->body.size, NULL, 0);
	memcpy(in + 160, e->header.data, e->header.size);
	crypto_generichash_blake2b_salt_personal(
	        hash, 32, in, 160 + e->header.size, NULL, 0, salt, entry_personal);
	assert_int_equal(gn_chain_step(log_a.origin, &tip, e), GN_OK);
	assert_memory_equal(tip.hash, hash, 32);
	memcpy(signed_bytes + 16, hash, 32);
	assert_int_equal(
	        crypto_sign_verify_detached(e->signature, signed_bytes, 48, log_a.origin), 0);
}

/* What a changed header must be refused with: as it reads, or by the signature. */
static enum gn_err header_verdict(struct gn_bytes header, uint64_t expected_seq)
{
	struct gn_header h;

	if (gn_header_parse(header, &h))
		return GN_E_FORMAT;
	return h.seq == expected_seq ? GN_E_SIGNATURE : GN_E_ORDER;
}

static void flip_each_bit(struct gn_entry *e, uint8_t *part, size_t size, uint64_t seq)
{
	struct gn_entry entries[5];
	enum gn_err expected = GN_E_SIGNATURE;
	size_t bit;

	memcpy(entries, log_a.entries, sizeof(entries));
	entries[seq - 1] = *e;
	assert_int_equal(run(entries, 5), GN_OK);
	for (bit = 0; bit < size * 8; bit++) {
		part[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (part == e->header.data)
			expected = header_verdict(e->header, seq);
		assert_int_equal(run(entries, 5), expected);
		part[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(run(entries, 5), GN_OK);
}

/* [C-3]: every single bit of every entry's header, body and signature. */
static void every_flipped_bit_is_refused(void **state)
{
	uint8_t header[256], body[512], signature[GN_SIG_SIZE];
	struct gn_entry e;
	uint64_t seq;

	(void)state;
	for (seq = 1; seq <= 5; seq++) {
		e = log_a.entries[seq - 1];
		memcpy(header, e.header.data, e.header.size);
		memcpy(body, e.body.data, e.body.size);
		memcpy(signature, e.signature, GN_SIG_SIZE);
		e.header.data = header;
		e.body.data = body;
		e.signature = signature;
		flip_each_bit(&e, header, e.header.size, seq);
		flip_each_bit(&e, body, e.body.size, seq);
		flip_each_bit(&e, signature, GN_SIG_SIZE, seq);
	}
}

/* The header's own codes do occur among the flips. */
static void flips_of_a_header_show_three_codes(void **state)
{
	uint8_t header[256];
	unsigned seen[GN_ERR_COUNT] = {0};
	size_t bit, size = log_a.entries[2].header.size;

	(void)state;
	memcpy(header, log_a.entries[2].header.data, size);
	for (bit = 0; bit < size * 8; bit++) {
		header[bit / 8] ^= (uint8_t)(1u << bit % 8);
		seen[header_verdict(gn_bytes(header, size), 3)]++;
		header[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_true(seen[GN_E_FORMAT] && seen[GN_E_ORDER] && seen[GN_E_SIGNATURE]);
	assert_int_equal(seen[GN_E_FORMAT] + seen[GN_E_ORDER] + seen[GN_E_SIGNATURE], size * 8);
}

/* A flip anywhere in the packed entry never passes: it does not parse, or the
 * run is refused. */
static void every_flipped_bit_of_the_wire_is_refused(void **state)
{
	uint8_t wire[GN_ENTRY_MAX];
	struct gn_entry entries[5];
	size_t bit, size = log_a.sizes[4];
	enum gn_err err;

	(void)state;
	memcpy(entries, log_a.entries, sizeof(entries));
	memcpy(wire, log_a.bytes[4], size);
	for (bit = 0; bit < size * 8; bit++) {
		wire[bit / 8] ^= (uint8_t)(1u << bit % 8);
		err = gn_entry_parse(gn_bytes(wire, size), &entries[4]);
		assert_true(err == GN_OK || err == GN_E_FORMAT);
		assert_int_not_equal(err ? err : run(entries, 5), GN_OK);
		wire[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

/* [C-3] */
static void order_is_kept(void **state)
{
	static const struct {
		int picks[5];
		size_t n;
		enum gn_err err;
	} runs[] = {
	        {{0, 1, 2, 3, 4}, 5, GN_OK}, {{1, 0, 2, 3, 4}, 5, GN_E_ORDER}, /* swapped */
	        {{0, 1, 2, 4, 3}, 5, GN_E_ORDER}, {{0, 1, 3, 4}, 4, GN_E_ORDER}, /* dropped */
	        {{1, 2, 3}, 3, GN_E_ORDER}, /* the first dropped */
	        {{0, 1, 1, 2, 3}, 5, GN_E_ORDER}, /* repeated */
	        {{0, 0}, 2, GN_E_ORDER},
	        {{0, 1, 2, 3}, 4, GN_OK}, /* the last dropped: not known yet */
	};
	struct gn_entry entries[5];
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		for (k = 0; k < runs[i].n; k++)
			entries[k] = log_a.entries[runs[i].picks[k]];
		assert_int_equal(run(entries, runs[i].n), runs[i].err);
	}
}

/* [C-2], [C-4] */
static void another_origin_is_refused(void **state)
{
	struct gn_entry entries[5];
	struct gn_tip tip;
	size_t i;

	(void)state;
	assert_int_equal(run(log_b.entries, 5), GN_E_SIGNATURE);
	for (i = 0; i < 5; i++) { /* one foreign entry among its own */
		memcpy(entries, log_a.entries, sizeof(entries));
		entries[i] = log_b.entries[i];
		assert_int_equal(run(entries, 5), GN_E_SIGNATURE);
	}
	gn_tip_start(log_b.origin, &tip);
	assert_int_equal(gn_chain_run(log_b.origin, &tip, log_a.entries, 5), GN_E_SIGNATURE);
	tip = log_a.start; /* right entries, wrong beginning */
	tip.hash[0] ^= 1;
	assert_int_equal(gn_chain_run(log_a.origin, &tip, log_a.entries, 5), GN_E_SIGNATURE);
}

/* [C-5] An inner signature is no link by itself but stands in the next hash. */
static void inner_signatures_are_bound(void **state)
{
	struct gn_entry entries[2] = {log_a.entries[0], log_a.entries[1]};
	struct gn_tip tip = log_a.start;

	(void)state;
	entries[0].signature = log_a.entries[1].signature;
	assert_int_equal(run(entries, 2), GN_E_SIGNATURE);
	assert_int_equal(gn_chain_step(log_a.origin, &tip, &entries[0]), GN_OK);
	assert_int_equal(gn_tip_verify(log_a.origin, &tip), GN_E_SIGNATURE);
}

/* [E-7], [C-2] */
static void a_stripped_entry_keeps_the_chain(void **state)
{
	struct gn_entry entries[5];
	uint8_t wire[GN_ENTRY_MAX], again[GN_ENTRY_MAX];
	size_t size, size_again;

	(void)state;
	memcpy(entries, log_a.entries, sizeof(entries));
	assert_int_equal(gn_entry_strip(&entries[2], wire, sizeof(wire), &size), GN_OK);
	assert_int_equal(gn_entry_parse(gn_bytes(wire, size), &entries[2]), GN_OK);
	assert_int_equal(entries[2].body.size, 0);
	assert_non_null(entries[2].body_hash);
	assert_int_equal(run(entries, 5), GN_OK);
	assert_int_equal(gn_entry_strip(&entries[2], again, sizeof(again), &size_again), GN_OK);
	assert_int_equal(size_again, size);
	assert_memory_equal(again, wire, size);
	wire[size - 1] ^= 1; /* of the body's hash */
	assert_int_equal(run(entries, 5), GN_E_SIGNATURE);
	assert_int_equal(gn_entry_strip(&log_a.entries[0], wire, 40, &size), GN_E_SIZE);
}

struct shape {
	int fields[5]; /* negative: of a wrong size */
	enum gn_err err;
};

static size_t shaped(const int *fields, uint8_t *buf, size_t cap)
{
	static const uint8_t part[GN_SIG_SIZE] = {1};
	static const size_t sizes[] = {0, 10, 20, GN_SIG_SIZE, GN_HASH_SIZE, 5};
	struct gn_wire_writer w = {buf, cap, 0};
	size_t i, size;

	for (i = 0; fields[i]; i++) {
		size = sizes[abs(fields[i])];
		if (fields[i] < 0)
			size = size == 10 || size == 20 ? 0 : size - 1;
		gn_wire_put_bytes(&w, (uint32_t)abs(fields[i]), gn_bytes(part, size));
	}
	return w.size;
}

/* [E-1], [E-3] */
static void entry_parse_is_strict(void **state)
{
	static const struct shape shapes[] = {
	        {{1, 2, 3}, GN_OK},
	        {{1, 3, 4}, GN_OK},
	        {{0}, GN_E_FORMAT},
	        {{1, 2}, GN_E_FORMAT},
	        {{2, 3}, GN_E_FORMAT},
	        {{1, 3}, GN_E_FORMAT},
	        {{1, 2, 3, 4}, GN_E_FORMAT}, /* body and hash */
	        {{2, 1, 3}, GN_E_FORMAT},
	        {{1, 3, 2}, GN_E_FORMAT},
	        {{1, 1, 2, 3}, GN_E_FORMAT},
	        {{1, 2, 3, 3}, GN_E_FORMAT},
	        {{1, 2, 3, 5}, GN_E_FORMAT}, /* unknown */
	        {{-1, 2, 3}, GN_E_FORMAT},
	        {{1, -2, 3}, GN_E_FORMAT},
	        {{1, 2, -3}, GN_E_FORMAT},
	        {{1, 3, -4}, GN_E_FORMAT},
	        {{1, -2, 3, 4}, GN_E_FORMAT},
	};
	uint8_t buf[512];
	struct gn_entry e;
	size_t i, size;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		size = shaped(shapes[i].fields, buf, sizeof(buf));
		assert_int_equal(gn_entry_parse(gn_bytes(buf, size), &e), shapes[i].err);
	}
}

/* [E-1] */
static void cut_entries_are_refused(void **state)
{
	struct gn_entry e;
	size_t size;

	(void)state;
	for (size = 0; size < log_a.sizes[0]; size++)
		assert_int_equal(gn_entry_parse(gn_bytes(log_a.bytes[0], size), &e), GN_E_FORMAT);
}

/* [E-1] Exactly GN_ENTRY_MAX is allowed, a byte more is not. */
static void size_has_an_end(void **state)
{
	static uint8_t body[GN_ENTRY_MAX + 1], wire[2 * GN_ENTRY_MAX];
	struct gn_header header = {.schema = GN_SCHEMA};
	struct gn_tip tip = log_a.start, before = tip;
	struct gn_entry e;
	size_t size = 0, n = GN_ENTRY_MAX;
	enum gn_err err;

	(void)state;
	while ((err = gn_entry_write(log_a.secret, &tip, &header, gn_bytes(body, n), wire,
	                sizeof(wire), &size))) {
		assert_int_equal(err, GN_E_SIZE);
		assert_memory_equal(&tip, &before, sizeof(tip));
		n--;
	}
	assert_int_equal(size, GN_ENTRY_MAX);
	assert_int_equal(gn_entry_parse(gn_bytes(wire, size), &e), GN_OK);
	assert_int_equal(gn_entry_parse(gn_bytes(wire, size + 1), &e), GN_E_SIZE);
	tip = log_a.start;
	assert_int_equal(gn_entry_write(log_a.secret, &tip, &header, gn_bytes(body, n), wire,
	                         GN_ENTRY_MAX - 1, &size),
	        GN_E_SIZE);
	assert_int_equal(
	        gn_entry_write(log_a.secret, &tip, &header, gn_bytes(body, 0), wire, 512, &size),
	        GN_E_FORMAT);
}

/* [C-3] */
static void the_last_sequence_is_the_end(void **state)
{
	struct gn_tip tip = log_a.tip;
	struct gn_header header = {0};
	uint8_t wire[512], raw[] = {0x10, 0};
	struct gn_entry e = {.header = gn_bytes(raw, 0),
	        .body = gn_bytes(raw, 1),
	        .signature = log_a.tip.signature};
	size_t size;

	(void)state;
	tip.seq = UINT64_MAX;
	assert_int_equal(gn_entry_write(log_a.secret, &tip, &header, gn_bytes(raw, 1), wire,
	                         sizeof(wire), &size),
	        GN_E_ORDER);
	assert_int_equal(gn_chain_step(log_a.origin, &tip, &e), GN_E_ORDER);
}

/* [E-4], [E-5], [E-6] */
static void headers(void **state)
{
	static const struct {
		uint8_t bytes[16];
		size_t size;
		enum gn_err err;
		struct gn_header header;
	} cases[] = {
	        {{0x08, 1}, 2, GN_OK, {1, 0, GN_CLOCK_NEVER_SET, 0}},
	        {{0x08, 0x80, 1, 0x18, 1, 0x20, 3}, 7, GN_OK, {128, 0, GN_CLOCK_FREE_RUNNING, 3}},
	        {{0x08, 1, 0x11, 1, 0, 0, 0, 0, 0, 0, 0x80}, 11, GN_OK,
	                {1, 0x8000000000000001, GN_CLOCK_NEVER_SET, 0}},
	        {{0x08, 1, 0x18, 3}, 4, GN_OK, {1, 0, GN_CLOCK_NEVER_SET, 0}},
	        {{0x08, 1, 0x28, 3, 0x28, 4}, 6, GN_OK, {1, 0, GN_CLOCK_NEVER_SET, 0}},
	        {{0x08, 1, 0x28, 3, 0x20, 1}, 6, GN_E_FORMAT, {0}}, /* out of order */
	        {{0x08, 1, 0x08, 1}, 4, GN_E_FORMAT, {0}},
	        {{0x08, 0x81, 0}, 3, GN_E_FORMAT, {0}}, /* longer than needed */
	        {{0x09, 1, 0, 0, 0, 0, 0, 0, 0}, 9, GN_E_FORMAT, {0}},
	        {{0x10, 1}, 2, GN_E_FORMAT, {0}},
	        {{0x20, 0x80, 0x80, 0x80, 0x80, 0x10}, 6, GN_E_FORMAT, {0}}, /* 2^32 */
	        {{0x18, 0x80, 0x80, 0x80, 0x80, 0x10}, 6, GN_E_FORMAT, {0}},
	        {{0x08}, 1, GN_E_FORMAT, {0}},
	};
	struct gn_header h;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		        gn_header_parse(gn_bytes(cases[i].bytes, cases[i].size), &h), cases[i].err);
		if (cases[i].err)
			continue;
		assert_int_equal(h.seq, cases[i].header.seq);
		assert_int_equal(h.clock, cases[i].header.clock);
		assert_int_equal(h.quality, cases[i].header.quality);
		assert_int_equal(h.schema, cases[i].header.schema);
	}
}

/* [C-6] */
static void signatures_keep_to_their_tag(void **state)
{
	struct gn_bytes said = gn_bytes_str("stored up to 17");
	uint8_t signature[GN_SIG_SIZE], message[48] = "gonha receipt";

	(void)state;
	gn_sign(log_a.secret, "gonha receipt", said, signature);
	assert_int_equal(gn_verify(log_a.origin, "gonha receipt", said, signature), GN_OK);
	assert_int_equal(gn_verify(log_a.origin, "gonha status", said, signature), GN_E_SIGNATURE);
	assert_int_equal(gn_verify(log_b.origin, "gonha receipt", said, signature), GN_E_SIGNATURE);
	assert_int_equal(gn_verify(log_a.origin, "gonha receipt", gn_bytes_str("stored up to 18"),
	                         signature),
	        GN_E_SIGNATURE);
	crypto_generichash_blake2b(message + 16, 32, said.data, said.size, NULL, 0);
	assert_int_equal(crypto_sign_verify_detached(signature, message, 48, log_a.origin), 0);
	signature[3] ^= 4;
	assert_int_equal(gn_verify(log_a.origin, "gonha receipt", said, signature), GN_E_SIGNATURE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(written_is_accepted),
	        cmocka_unit_test(layout_is_as_written_down),
	        cmocka_unit_test(every_flipped_bit_is_refused),
	        cmocka_unit_test(flips_of_a_header_show_three_codes),
	        cmocka_unit_test(every_flipped_bit_of_the_wire_is_refused),
	        cmocka_unit_test(order_is_kept),
	        cmocka_unit_test(another_origin_is_refused),
	        cmocka_unit_test(inner_signatures_are_bound),
	        cmocka_unit_test(a_stripped_entry_keeps_the_chain),
	        cmocka_unit_test(entry_parse_is_strict),
	        cmocka_unit_test(cut_entries_are_refused),
	        cmocka_unit_test(size_has_an_end),
	        cmocka_unit_test(the_last_sequence_is_the_end),
	        cmocka_unit_test(headers),
	        cmocka_unit_test(signatures_keep_to_their_tag),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
