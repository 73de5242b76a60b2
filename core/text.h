/* Text in and out: encodings of keys, numbers as people type them, Unicode. */
#ifndef GN_CORE_TEXT_H
#define GN_CORE_TEXT_H

#include "proto/base.h"

/* RFC 4648 base32 in lower case without padding; buf of size*8/5 + 2. */
void gn_base32(struct gn_bytes bytes, char *buf, size_t cap);
/* GN_E_FORMAT; *ret_size at most cap. */
enum gn_err gn_base32_parse(
        const char *text, uint8_t *buf, size_t cap, size_t *ret_size) GN_MUST_USE;
void gn_hex(struct gn_bytes bytes, char *buf); /* buf of 2*size + 1 */
enum gn_err gn_hex_parse(const char *text, uint8_t *buf, size_t size) GN_MUST_USE;
/* base64url without padding. */
void gn_base64url(struct gn_bytes bytes, char *buf, size_t cap);
enum gn_err gn_base64url_parse(
        const char *text, uint8_t *buf, size_t cap, size_t *ret_size) GN_MUST_USE;
#define GN_ID_TEXT 53 /* base32 of a key, with the NUL */
#define GN_ID_SHORT 8 /* letters that people see of it */

/* Digits alone, at most `max`. GN_E_FORMAT. */
enum gn_err gn_number_parse(struct gn_bytes text, uint64_t max, uint64_t *ret_number) GN_MUST_USE;
/* "12.34" as 1234; at most 2 decimals. GN_E_FORMAT. */
enum gn_err gn_hundredths_parse(struct gn_bytes text, uint64_t *ret_value) GN_MUST_USE;
bool gn_utf8_valid(struct gn_bytes text);
/* Columns on a terminal; combining marks take none, wide letters two. */
size_t gn_text_width(const char *text);
/* NFC, trimmed of white space. GN_E_SIZE, GN_E_FORMAT (not UTF-8). */
enum gn_err gn_text_normal(struct gn_bytes text, char *buf, size_t cap) GN_MUST_USE;
/* A citizen as typed: a number of 12 digits loses blanks, dots and hyphens, any
 * other text becomes NFC and trimmed. GN_E_SIZE over GN_CITIZEN_MAX, GN_E_FORMAT. */
enum gn_err gn_citizen_normal(struct gn_bytes text, char *buf, size_t cap) GN_MUST_USE;
/* Whether a citizen's number is, or stands as one word in, what is not encrypted. */
bool gn_citizen_within(struct gn_bytes text);
/* Keyless 64-bit BLAKE2b of a code: the fixed-size stand-in in table keys. */
uint64_t gn_code_hash(struct gn_bytes code);

#endif
