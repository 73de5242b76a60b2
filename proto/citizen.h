/* A citizen's block and the session keys it is under: PROTOCOL.md [P-*].
 *
 * Plain: length(1) | text(45, zero-padded) | birth year big-endian(2, 0 unknown), 48 bytes.
 * Block: XChaCha20-Poly1305, nonce = salt(16) | seq big-endian(8), additional data =
 *        "gonha citizen v1" | origin(32) | session big-endian(8); 64 bytes.
 */
#ifndef GN_PROTO_CITIZEN_H
#define GN_PROTO_CITIZEN_H

#include "proto/base.h"
#include "proto/record.h"

#define GN_CITIZEN_MAX 45
#define GN_SESSION_KEY 32
#define GN_SEALED_SIZE (GN_SESSION_KEY + 48)

struct gn_citizen {
	char text[GN_CITIZEN_MAX + 1];
	uint16_t birth_year; /* 0: not known */
};

struct gn_block_place { /* where the block stands; it opens nowhere else */
	const uint8_t *origin, *salt;
	uint64_t seq, session;
};

/* GN_E_SIZE: the text is longer than GN_CITIZEN_MAX or empty. */
enum gn_err gn_citizen_seal(const uint8_t key[GN_SESSION_KEY], const struct gn_block_place *place,
        const struct gn_citizen *citizen, uint8_t ret_block[GN_BLOCK_SIZE]) GN_MUST_USE;
/* GN_E_SEALED: another key or place, or a changed block. GN_E_FORMAT: not a citizen inside. */
enum gn_err gn_citizen_open(const uint8_t key[GN_SESSION_KEY], const struct gn_block_place *place,
        const uint8_t block[GN_BLOCK_SIZE], struct gn_citizen *ret_citizen) GN_MUST_USE;

/* Keyed BLAKE2b-128 of the text: the hub's only name for a citizen. */
void gn_citizen_index(const uint8_t secret[32], const char *text, uint8_t ret_index[16]);

struct gn_hub_seal { /* one authorised hub, from the root's log */
	uint8_t hub[GN_KEY_SIZE];
	uint8_t seal[GN_KEY_SIZE];
};
/* Packs a Session message with the key sealed for each hub. GN_E_SIZE;
 * GN_E_SEALED: a hub's sealing key is no usable X25519 key. */
enum gn_err gn_session_seal(const uint8_t key[GN_SESSION_KEY], const struct gn_hub_seal *hubs,
        size_t n, uint8_t *buf, size_t cap, size_t *ret_size) GN_MUST_USE;
/* Opens what a Session message holds for `hub`. GN_E_NOTFOUND, GN_E_SEALED, GN_E_FORMAT. */
enum gn_err gn_session_open(struct gn_bytes message, const uint8_t hub[GN_KEY_SIZE],
        const uint8_t seal_public[GN_KEY_SIZE], const uint8_t seal_secret[GN_KEY_SIZE],
        uint8_t ret_key[GN_SESSION_KEY]) GN_MUST_USE;

#endif
