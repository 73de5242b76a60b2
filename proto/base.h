/* What every room speaks: errors, byte slices, big-endian numbers.
 *
 * A function that can fail returns enum gn_err; its outputs are called ret_x and
 * are set on success only. A slice never owns: its comment says for how long it
 * may be read (borrowed).
 */
#ifndef GN_PROTO_BASE_H
#define GN_PROTO_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define GN_MUST_USE __attribute__((warn_unused_result))
#define GN_KEY_SIZE 32
#define GN_HASH_SIZE 32
#define GN_SIG_SIZE 64
#define GN_ENTRY_MAX 8192 /* bytes of one packed Entry */

enum gn_err {
	GN_OK = 0,
	GN_E_SYSTEM, /* errno tells */
	GN_E_NOMEM,
	GN_E_FULL, /* disk, map or a bounded table */
	GN_E_NOTFOUND,
	GN_E_EXISTS,
	GN_E_USAGE, /* wrong command line */
	GN_E_INPUT, /* a person's input; the message has been given */
	GN_E_FORMAT, /* cannot be parsed */
	GN_E_SIZE, /* larger than allowed */
	GN_E_SIGNATURE, /* signature or what it covers is wrong */
	GN_E_LINK, /* does not follow from the entry before */
	GN_E_ORDER, /* sequence out of order */
	GN_E_ORIGIN, /* not an origin that may write here */
	GN_E_DENIED, /* key unknown, revoked or without this right */
	GN_E_VERSION, /* written by a newer program */
	GN_E_CORRUPT, /* our own disk contradicts itself */
	GN_E_SEALED, /* cannot be opened with the keys at hand */
	GN_E_BUSY, /* somebody else holds it */
};
#define GN_ERR_COUNT (GN_E_BUSY + 1)

/* A few words for people, never NULL. */
const char *gn_err_text(enum gn_err err);
/* The code as machines know it: "signature", "link", ...; never NULL. */
const char *gn_err_code(enum gn_err err);

struct gn_bytes {
	const uint8_t *data;
	size_t size;
};

static inline struct gn_bytes gn_bytes(const void *data, size_t size)
{
	return (struct gn_bytes){(const uint8_t *)data, size};
}
/* Of a NUL-terminated text, without the NUL. */
static inline struct gn_bytes gn_bytes_str(const char *text)
{
	return gn_bytes(text, strlen(text));
}
static inline bool gn_bytes_eq(struct gn_bytes a, struct gn_bytes b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}
static inline bool gn_bytes_is(struct gn_bytes a, const char *text)
{
	return gn_bytes_eq(a, gn_bytes_str(text));
}

static inline void gn_put_be16(uint8_t *p, uint16_t v)
{
	v = __builtin_bswap16(v);
	memcpy(p, &v, 2);
}
static inline void gn_put_be32(uint8_t *p, uint32_t v)
{
	v = __builtin_bswap32(v);
	memcpy(p, &v, 4);
}
static inline void gn_put_be64(uint8_t *p, uint64_t v)
{
	v = __builtin_bswap64(v);
	memcpy(p, &v, 8);
}
static inline uint16_t gn_get_be16(const uint8_t *p)
{
	uint16_t v;
	memcpy(&v, p, 2);
	return __builtin_bswap16(v);
}
static inline uint32_t gn_get_be32(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, 4);
	return __builtin_bswap32(v);
}
static inline uint64_t gn_get_be64(const uint8_t *p)
{
	uint64_t v;
	memcpy(&v, p, 8);
	return __builtin_bswap64(v);
}

#endif
