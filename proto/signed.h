/* Somebody's signed word: proto/sync.proto, message Signed. PROTOCOL.md [S-15].
 *
 * The signature covers the statement's bytes as they were packed, under a domain
 * tag of its kind (gn_sign), so no word can stand for one of another kind.
 */
#ifndef GN_PROTO_SIGNED_H
#define GN_PROTO_SIGNED_H

#include "proto/base.h"

#define GN_SIGNED_MORE 112 /* bytes that a Signed has beyond its statement, at most */

struct gn_signed {
	const uint8_t *key; /* GN_KEY_SIZE; borrowed from the message */
	struct gn_bytes statement; /* borrowed likewise */
};

/* Packs Signed{key of `secret`, statement, signature}. GN_E_SIZE. */
enum gn_err gn_signed_write(const uint8_t secret[64], const char *tag, struct gn_bytes statement,
        uint8_t *buf, size_t cap, size_t *ret_size) GN_MUST_USE;

/* Takes it apart and checks the signature; whether the key may say this is the
 * caller's question. GN_E_FORMAT, GN_E_SIGNATURE. */
enum gn_err gn_signed_read(
        struct gn_bytes packed, const char *tag, struct gn_signed *ret_signed) GN_MUST_USE;

#endif
