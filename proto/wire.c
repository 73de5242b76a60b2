/* Protobuf's own layout, field by field. It decides what is well-formed; which
 * fields a message may have, and in what order, is its reader's business.
 */
#include "proto/wire.h"

#define FIELD_MAX ((1u << 29) - 1)

struct gn_wire_reader gn_wire_read(struct gn_bytes input)
{
	/* An empty slice may have no address, to which nothing may be added. */
	const uint8_t *end = input.size ? input.data + input.size : input.data;

	return (struct gn_wire_reader){.at = input.data, .end = end, .err = GN_OK};
}

/* [E-2] Ten bytes at most, the last not zero unless it is the only one. */
static bool long_varint(struct gn_wire_reader *r, uint64_t *ret_value)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		if (r->at == r->end || shift > 63)
			return false;
		byte = *r->at++;
		if (shift == 63 && byte > 1)
			return false;
		value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	*ret_value = value;
	return byte != 0 || shift == 7;
}

static inline bool varint(struct gn_wire_reader *r, uint64_t *ret_value)
{
	if (r->at != r->end && *r->at < 0x80) {
		*ret_value = *r->at++;
		return true;
	}
	return long_varint(r, ret_value);
}

static bool fixed(struct gn_wire_reader *r, unsigned size, uint64_t *ret_value)
{
	uint64_t value = 0;
	unsigned i;

	if ((size_t)(r->end - r->at) < size)
		return false;
	for (i = 0; i < size; i++)
		value |= (uint64_t)r->at[i] << (8 * i);
	r->at += size;
	*ret_value = value;
	return true;
}

static inline bool bytes(struct gn_wire_reader *r, struct gn_bytes *ret_bytes)
{
	uint64_t size;

	if (!varint(r, &size) || size > (size_t)(r->end - r->at))
		return false;
	*ret_bytes = gn_bytes(r->at, size);
	r->at += size;
	return true;
}

static inline bool field(struct gn_wire_reader *r, struct gn_wire_field *f)
{
	uint64_t tag;

	if (!varint(r, &tag) || tag >> 3 == 0 || tag >> 3 > FIELD_MAX)
		return false;
	*f = (struct gn_wire_field){
	        .number = (uint32_t)(tag >> 3), .type = (enum gn_wire_type)(tag & 7)};
	switch (f->type) {
	case GN_WIRE_VARINT:
		return varint(r, &f->value);
	case GN_WIRE_BYTES:
		return bytes(r, &f->bytes);
	case GN_WIRE_FIXED64:
		return fixed(r, 8, &f->value);
	case GN_WIRE_FIXED32:
		return fixed(r, 4, &f->value);
	}
	return false; /* groups, and types that protobuf does not have */
}

bool gn_wire_next(struct gn_wire_reader *r, struct gn_wire_field *ret_field)
{
	if (r->err || r->at == r->end)
		return false;
	if (field(r, ret_field))
		return true;
	r->err = GN_E_FORMAT;
	return false;
}

/* Length of the UTF-8 sequence at `p`, 0 when it is none. Surrogates, numbers
 * above U+10FFFF and longer forms than needed are none. */
static size_t utf8_sequence(const uint8_t *p, size_t room)
{
	uint8_t low = 0x80, high = 0xbf; /* bounds of the second byte */
	size_t size, i;

	if (p[0] < 0x80)
		return p[0] ? 1 : 0;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	size = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (room < size)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < size; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return size;
}

/* Eight letters at a time while all are ASCII and none is NUL: nearly all codes. */
static size_t ascii_run(const uint8_t *p, size_t size)
{
	const uint64_t ones = 0x0101010101010101u;
	size_t at = 0;
	uint64_t word;

	for (; size - at >= 8; at += 8) {
		memcpy(&word, p + at, 8);
		if (((word - ones) | word) & (ones << 7))
			break;
	}
	return at;
}

bool gn_wire_is_text(struct gn_bytes text)
{
	size_t at = text.size < 8 ? 0 : ascii_run(text.data, text.size), step;

	while (at < text.size) {
		step = utf8_sequence(text.data + at, text.size - at);
		if (step == 0)
			return false;
		at += step;
	}
	return true;
}

static void put(struct gn_wire_writer *w, const void *data, size_t size)
{
	if (size && w->size <= w->cap && size <= w->cap - w->size)
		memcpy(w->data + w->size, data, size);
	w->size += size;
}

static void put_number(struct gn_wire_writer *w, uint64_t value)
{
	uint8_t buf[10];
	size_t size = 0;

	while (value > 0x7f) {
		buf[size++] = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	buf[size++] = (uint8_t)value;
	put(w, buf, size);
}

static void put_tag(struct gn_wire_writer *w, uint32_t number, enum gn_wire_type type)
{
	put_number(w, (uint64_t)number << 3 | type);
}

void gn_wire_put_varint(struct gn_wire_writer *w, uint32_t number, uint64_t value)
{
	put_tag(w, number, GN_WIRE_VARINT);
	put_number(w, value);
}

void gn_wire_put_fixed64(struct gn_wire_writer *w, uint32_t number, uint64_t value)
{
	uint8_t buf[8];
	unsigned i;

	for (i = 0; i < 8; i++)
		buf[i] = (uint8_t)(value >> (8 * i));
	put_tag(w, number, GN_WIRE_FIXED64);
	put(w, buf, sizeof(buf));
}

void gn_wire_put_length(struct gn_wire_writer *w, uint32_t number, size_t size)
{
	put_tag(w, number, GN_WIRE_BYTES);
	put_number(w, size);
}

void gn_wire_put_bytes(struct gn_wire_writer *w, uint32_t number, struct gn_bytes bytes_in)
{
	gn_wire_put_length(w, number, bytes_in.size);
	put(w, bytes_in.data, bytes_in.size);
}
