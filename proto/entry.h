/* One entry and the chain it stands in: layout, hash, signature.
 *
 * hash(n) = BLAKE2b-256 with personal "gonha entry v1", n little-endian in the salt, over
 *           origin(32) | hash(n-1)(32) | signature(n-1)(64) | BLAKE2b-256(body(n))(32) | header(n)
 * hash(0) = BLAKE2b-256 with personal "gonha log v1" over origin; signature(0) = 64 zero bytes
 * signature(n) = Ed25519 over "gonha entry v1\0\0" | hash(n)
 * PROTOCOL.md, rules [E-*] and [C-*]. No I/O, no clock. sodium_init() comes first.
 */
#ifndef GN_PROTO_ENTRY_H
#define GN_PROTO_ENTRY_H

#include "proto/base.h"

enum gn_quality { GN_CLOCK_NEVER_SET = 0, GN_CLOCK_FREE_RUNNING = 1, GN_CLOCK_SYNCHRONISED = 2 };

#define GN_SCHEMA 1u

struct gn_header {
	uint64_t seq; /* 1, 2, 3, ... */
	uint64_t clock; /* hybrid: milliseconds since 1970 << 16 | counter */
	enum gn_quality quality;
	uint32_t schema;
};

/* Slices into the bytes that were parsed; borrowed as long as those live. */
struct gn_entry {
	struct gn_bytes header;
	struct gn_bytes body; /* size 0 when the body is gone or owed */
	const uint8_t *signature; /* GN_SIG_SIZE */
	const uint8_t *body_hash; /* GN_HASH_SIZE, NULL when the body is there */
};

/* Where a log stands: enough to check or write the next entry. */
struct gn_tip {
	uint64_t seq;
	uint8_t hash[GN_HASH_SIZE];
	uint8_t signature[GN_SIG_SIZE];
};

/* Strict: fields of Entry in ascending order, each once, no unknown ones, at
 * most GN_ENTRY_MAX bytes. GN_E_FORMAT, GN_E_SIZE. */
enum gn_err gn_entry_parse(struct gn_bytes wire, struct gn_entry *ret_entry) GN_MUST_USE;

/* Unknown fields of newer writers are passed over. GN_E_FORMAT. */
enum gn_err gn_header_parse(struct gn_bytes header, struct gn_header *ret_header) GN_MUST_USE;

/* The tip before the first entry. */
void gn_tip_start(const uint8_t origin[GN_KEY_SIZE], struct gn_tip *ret_tip);

/* Moves `tip` over one entry: sequence, hash; takes over its signature without
 * checking it. GN_E_FORMAT, GN_E_ORDER (header's sequence is not tip->seq + 1). */
enum gn_err gn_chain_step(const uint8_t origin[GN_KEY_SIZE], struct gn_tip *tip,
        const struct gn_entry *entry) GN_MUST_USE;

/* Whether tip->signature is the origin's over tip->hash. GN_E_SIGNATURE. */
enum gn_err gn_tip_verify(const uint8_t origin[GN_KEY_SIZE], const struct gn_tip *tip) GN_MUST_USE;

/* A run of entries after `tip`: every link and the last signature, which
 * authenticates all before it. `tip` moves only on success. n >= 1.
 * GN_E_FORMAT, GN_E_ORDER, GN_E_SIGNATURE. */
enum gn_err gn_chain_run(const uint8_t origin[GN_KEY_SIZE], struct gn_tip *tip,
        const struct gn_entry *entries, size_t n) GN_MUST_USE;

/* Writes the next entry: header from `header` (seq is set here to tip->seq + 1),
 * `body` as packed bytes. `secret` is the 64-byte Ed25519 secret key. Moves
 * `tip`. `buf` takes the packed Entry. GN_E_SIZE when it would pass `cap` or
 * GN_ENTRY_MAX; GN_E_FORMAT for an empty body; GN_E_ORDER at the last sequence. */
enum gn_err gn_entry_write(const uint8_t secret[64], struct gn_tip *tip, struct gn_header *header,
        struct gn_bytes body, uint8_t *buf, size_t cap, size_t *ret_size) GN_MUST_USE;

/* The same entry without its body: header, signature, body hash. Size as above. */
enum gn_err gn_entry_strip(
        const struct gn_entry *entry, uint8_t *buf, size_t cap, size_t *ret_size) GN_MUST_USE;

/* Detached signatures for everything else, each under its own domain tag of at
 * most 15 letters: Ed25519 over tag, zero-padded to 16 bytes | BLAKE2b-256(message). */
void gn_sign(const uint8_t secret[64], const char *tag, struct gn_bytes message,
        uint8_t ret_signature[GN_SIG_SIZE]);
enum gn_err gn_verify(const uint8_t key[GN_KEY_SIZE], const char *tag, struct gn_bytes message,
        const uint8_t signature[GN_SIG_SIZE]) GN_MUST_USE;

#endif
