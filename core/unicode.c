/* Letters: what is valid UTF-8, how wide it stands on a terminal, and the one
 * spelling of a text (NFC, trimmed) that is compared and stored. The tables
 * are utf8proc's.
 */
#include "core/text.h"
#include "proto/citizen.h"
#include <stdlib.h>
#include <utf8proc.h>

static size_t ascii_run(const uint8_t *p, size_t size)
{
	size_t i = 0;
	uint64_t eight;

	for (; i + 8 <= size; i += 8) {
		memcpy(&eight, p + i, 8);
		if (eight & 0x8080808080808080u)
			break;
	}
	while (i < size && p[i] < 0x80)
		i++;
	return i;
}

/* The letter at p: its bytes, 0 when there is none (RFC 3629). */
static size_t letter(const uint8_t *p, size_t size, int32_t *ret_letter)
{
	utf8proc_ssize_t n = utf8proc_iterate(p, (utf8proc_ssize_t)size, ret_letter);

	return n > 0 ? (size_t)n : 0;
}

bool gn_utf8_valid(struct gn_bytes text)
{
	size_t i = 0;
	int32_t c;

	while (i < text.size) {
		size_t n = ascii_run(text.data + i, text.size - i);

		i += n;
		if (n > 0)
			continue;
		n = letter(text.data + i, text.size - i, &c);
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

size_t gn_text_width(const char *text)
{
	struct gn_bytes left = gn_bytes_str(text);
	size_t width = 0;

	while (left.size > 0) {
		int32_t c;
		size_t n = letter(left.data, left.size, &c);

		/* A stray byte is shown as one replacement letter. */
		width += n ? (size_t)utf8proc_charwidth(c) : 1;
		n = n ? n : 1;
		left = gn_bytes(left.data + n, left.size - n);
	}
	return width;
}

static bool is_blank(int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	return (c >= '\t' && c <= '\r') || c == 0x85 || category == UTF8PROC_CATEGORY_ZS ||
	       category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

/* Of valid UTF-8. */
static struct gn_bytes trim(struct gn_bytes text)
{
	size_t first = text.size, past_last = 0;

	for (size_t i = 0; i < text.size;) {
		int32_t c;
		size_t n = letter(text.data + i, text.size - i, &c);

		if (!is_blank(c)) {
			first = first < i ? first : i;
			past_last = i + n;
		}
		i += n;
	}
	return past_last ? gn_bytes(text.data + first, past_last - first) : gn_bytes(text.data, 0);
}

static enum gn_err copy_text(struct gn_bytes text, char *buf, size_t cap)
{
	if (text.size >= cap)
		return GN_E_SIZE;
	if (text.size > 0)
		memcpy(buf, text.data, text.size);
	buf[text.size] = 0;
	return GN_OK;
}

enum gn_err gn_text_normal(struct gn_bytes text, char *buf, size_t cap)
{
	const utf8proc_option_t nfc = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t size;
	enum gn_err err;

	if (text.size == 0)
		return copy_text(text, buf, cap);
	if (!gn_utf8_valid(text) || memchr(text.data, 0, text.size))
		return GN_E_FORMAT;
	text = trim(text);
	if (ascii_run(text.data, text.size) == text.size)
		return copy_text(text, buf, cap);
	size = utf8proc_map(text.data, (utf8proc_ssize_t)text.size, &composed, nfc);
	if (size < 0)
		return size == UTF8PROC_ERROR_NOMEM ? GN_E_NOMEM : GN_E_FORMAT;
	err = copy_text(gn_bytes(composed, (size_t)size), buf, cap);
	free(composed);
	return err;
}

/* Its digits alone, when they are 12 and nothing else but blanks, dots and hyphens is there. */
static bool citizen_number(const char *text, char digits[13])
{
	struct gn_bytes left = gn_bytes_str(text);
	size_t count = 0;

	while (left.size > 0) {
		int32_t c;
		size_t n = letter(left.data, left.size, &c);

		if (c >= '0' && c <= '9' && count < 12)
			digits[count++] = (char)c;
		else if (c != '.' && c != '-' && !is_blank(c))
			return false;
		left = gn_bytes(left.data + n, left.size - n);
	}
	digits[count] = 0;
	return count == 12;
}

enum gn_err gn_citizen_normal(struct gn_bytes text, char *buf, size_t cap)
{
	char normal[256], digits[13];
	enum gn_err err = gn_text_normal(text, normal, sizeof normal);

	if (err)
		return err;
	if (normal[0] == 0)
		return GN_E_FORMAT;
	if (citizen_number(normal, digits))
		return copy_text(gn_bytes_str(digits), buf, cap);
	if (strlen(normal) > GN_CITIZEN_MAX)
		return GN_E_SIZE;
	return copy_text(gn_bytes_str(normal), buf, cap);
}

bool gn_citizen_within(struct gn_bytes text)
{
	char normal[256], digits[13];
	size_t run = 0;

	for (size_t i = 0; i <= text.size; i++) {
		bool digit = i < text.size && text.data[i] >= '0' && text.data[i] <= '9';

		if (!digit && run == 12)
			return true;
		run = digit ? run + 1 : 0;
	}
	return gn_text_normal(text, normal, sizeof normal) == GN_OK &&
	       citizen_number(normal, digits);
}
