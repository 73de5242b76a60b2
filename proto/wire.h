/* A protobuf reader and writer that work in place: no allocation, no copies.
 * For the paths where every entry passes; the rest uses the generated code.
 *
 * One value has one encoding here: a number with more bytes than it needs, a
 * field number of 0 or above 2^29 - 1, a group, a length past the end are all
 * GN_E_FORMAT. PROTOCOL.md [E-2].
 */
#ifndef GN_PROTO_WIRE_H
#define GN_PROTO_WIRE_H

#include "proto/base.h"

enum gn_wire_type {
	GN_WIRE_VARINT = 0,
	GN_WIRE_FIXED64 = 1,
	GN_WIRE_BYTES = 2,
	GN_WIRE_FIXED32 = 5,
};

struct gn_wire_field { /* what its type does not use is zero */
	uint32_t number;
	enum gn_wire_type type;
	uint64_t value; /* varint and fixed types */
	struct gn_bytes bytes; /* GN_WIRE_BYTES; borrowed from the input */
};

struct gn_wire_reader {
	const uint8_t *at, *end;
	enum gn_err err; /* GN_E_FORMAT once anything was wrong; sticky */
};

struct gn_wire_reader gn_wire_read(struct gn_bytes input);
/* True and the next field, or false at the end or on an error (look at err). */
bool gn_wire_next(struct gn_wire_reader *r, struct gn_wire_field *ret_field);

/* UTF-8 as RFC 3629 has it, and no NUL inside: what a text field may hold. */
bool gn_wire_is_text(struct gn_bytes bytes);

/* Appends to a bounded buffer; past the end it only counts, so that one check
 * of `size <= cap` at the end is enough. With cap 0 it measures. Zero numbers
 * and empty slices are written too: the caller leaves out what proto3 leaves out. */
struct gn_wire_writer {
	uint8_t *data;
	size_t cap, size;
};
void gn_wire_put_varint(struct gn_wire_writer *w, uint32_t number, uint64_t value);
void gn_wire_put_fixed64(struct gn_wire_writer *w, uint32_t number, uint64_t value);
void gn_wire_put_bytes(struct gn_wire_writer *w, uint32_t number, struct gn_bytes bytes);
/* Opens a message of `size` bytes; the caller puts its fields next. */
void gn_wire_put_length(struct gn_wire_writer *w, uint32_t number, size_t size);

#endif
