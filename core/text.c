/* Encodings of bytes and numbers as text, read strictly: what one spelling
 * means, no other spelling means. What letters are, and how they are
 * normalised, is unicode.c's.
 */
#include "core/text.h"
#include <sodium.h>

static const char base32_letters[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char base64_letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* A power-of-two base: `bits` at a time, the last group filled with zero bits. */
static void encode(struct gn_bytes bytes, unsigned bits, const char *letters, char *buf, size_t cap)
{
	uint32_t window = 0;
	unsigned held = 0;
	size_t at = 0, out = 0;

	if (cap == 0)
		return;
	while (out + 1 < cap && (at < bytes.size || held > 0)) {
		if (held < bits && at < bytes.size) {
			window = window << 8 | bytes.data[at++];
			held += 8;
		} else if (held < bits) {
			window <<= bits - held;
			held = bits;
		}
		held -= bits;
		buf[out++] = letters[window >> held & ((1u << bits) - 1)];
	}
	buf[out] = 0;
}

static int digit32(char c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

static int digit64(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* Refuses a length that no bytes have, and bits beyond the last byte. */
static enum gn_err decode(const char *text, unsigned bits, int (*digit)(char), uint8_t *buf,
        size_t cap, size_t *ret_size)
{
	uint32_t window = 0;
	unsigned held = 0;
	size_t out = 0;

	for (; *text; text++) {
		int d = digit(*text);

		if (d < 0)
			return GN_E_FORMAT;
		window = window << bits | (uint32_t)d;
		held += bits;
		if (held < 8)
			continue;
		if (out == cap)
			return GN_E_FORMAT;
		held -= 8;
		buf[out++] = (uint8_t)(window >> held);
	}
	if (held >= bits || (window & ((1u << held) - 1)) != 0)
		return GN_E_FORMAT;
	*ret_size = out;
	return GN_OK;
}

void gn_base32(struct gn_bytes bytes, char *buf, size_t cap)
{
	encode(bytes, 5, base32_letters, buf, cap);
}

enum gn_err gn_base32_parse(const char *text, uint8_t *buf, size_t cap, size_t *ret_size)
{
	return decode(text, 5, digit32, buf, cap, ret_size);
}

void gn_base64url(struct gn_bytes bytes, char *buf, size_t cap)
{
	encode(bytes, 6, base64_letters, buf, cap);
}

enum gn_err gn_base64url_parse(const char *text, uint8_t *buf, size_t cap, size_t *ret_size)
{
	return decode(text, 6, digit64, buf, cap, ret_size);
}

void gn_hex(struct gn_bytes bytes, char *buf)
{
	static const char letters[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.size; i++) {
		buf[2 * i] = letters[bytes.data[i] >> 4];
		buf[2 * i + 1] = letters[bytes.data[i] & 15];
	}
	buf[2 * bytes.size] = 0;
}

static int digit16(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

enum gn_err gn_hex_parse(const char *text, uint8_t *buf, size_t size)
{
	if (strlen(text) != 2 * size)
		return GN_E_FORMAT;
	for (size_t i = 0; i < size; i++) {
		int high = digit16(text[2 * i]), low = digit16(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return GN_E_FORMAT;
		buf[i] = (uint8_t)(high << 4 | low);
	}
	return GN_OK;
}

enum gn_err gn_number_parse(struct gn_bytes text, uint64_t max, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (text.size == 0)
		return GN_E_FORMAT;
	for (size_t i = 0; i < text.size; i++) {
		unsigned digit = (unsigned)text.data[i] - '0';

		if (digit > 9 || __builtin_mul_overflow(number, 10u, &number) ||
		        __builtin_add_overflow(number, digit, &number))
			return GN_E_FORMAT;
	}
	if (number > max)
		return GN_E_FORMAT;
	*ret_number = number;
	return GN_OK;
}

enum gn_err gn_hundredths_parse(struct gn_bytes text, uint64_t *ret_value)
{
	const uint8_t *dot = text.size ? memchr(text.data, '.', text.size) : NULL;
	size_t whole_size = dot ? (size_t)(dot - text.data) : text.size;
	uint64_t whole, part = 0;

	if (gn_number_parse(gn_bytes(text.data, whole_size), UINT64_MAX / 100 - 1, &whole))
		return GN_E_FORMAT;
	if (dot) {
		struct gn_bytes decimals = gn_bytes(dot + 1, text.size - whole_size - 1);

		if (decimals.size > 2 || gn_number_parse(decimals, 99, &part))
			return GN_E_FORMAT;
		if (decimals.size == 1)
			part *= 10;
	}
	*ret_value = whole * 100 + part;
	return GN_OK;
}

uint64_t gn_code_hash(struct gn_bytes code)
{
	uint8_t hash[8];

	crypto_generichash_blake2b(hash, sizeof hash, code.data, code.size, NULL, 0);
	return gn_get_be64(hash);
}
