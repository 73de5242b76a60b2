/* The kinds and fields of records, and bodies read in place. It decides whether
 * a body has the right shape; whether its codes, dates and units exist, and what
 * counts, is the hub's and the registry's business.
 */
#include "proto/record_table.h"

#include "proto/wire.h"

enum { BODY_SALT = 1, BODY_ONEOF_LAST = 19, BODY_IMPORT = 20, BODY_ROW = 21 };
enum { REF_ORIGIN = 1, REF_SEQ = 2, REF_HASH = 3 };
enum { CITIZEN_BLOCK = 1, CITIZEN_SESSION = 2, CITIZEN_AT = 3 };
enum { CHANGE_TARGET = 1, CHANGE_REASON = 2 };

/* [E-9] Known fields ascend and stand once; others ascend and may repeat. */
static bool in_order(uint32_t *last, uint32_t number, bool once)
{
	bool good = number > *last || (number == *last && !once);

	*last = number;
	return good;
}

static bool text_ok(const struct gn_wire_field *f)
{
	return f->type == GN_WIRE_BYTES && gn_wire_is_text(f->bytes);
}

static bool fixed_bytes(const struct gn_wire_field *f, uint8_t *buf, size_t size)
{
	if (f->type != GN_WIRE_BYTES || f->bytes.size != size)
		return false;
	memcpy(buf, f->bytes.data, size);
	return true;
}

static bool ref_field(struct gn_ref *ref, const struct gn_wire_field *f)
{
	switch (f->number) {
	case REF_ORIGIN:
		return fixed_bytes(f, ref->origin, GN_KEY_SIZE);
	case REF_SEQ:
		ref->seq = f->value;
		return f->type == GN_WIRE_VARINT && ref->seq;
	case REF_HASH:
		return fixed_bytes(f, ref->hash, GN_REF_HASH);
	default:
		return true;
	}
}

/* [E-14] All three parts; a reference that names no entry is none. */
static bool ref_parse(const struct gn_wire_field *in, struct gn_ref *ret_ref)
{
	struct gn_wire_reader r = gn_wire_read(in->bytes);
	struct gn_wire_field f;
	uint32_t last = 0, seen = 0;

	if (in->type != GN_WIRE_BYTES)
		return false;
	while (gn_wire_next(&r, &f)) {
		if (!in_order(&last, f.number, f.number <= REF_HASH) || !ref_field(ret_ref, &f))
			return false;
		seen += f.number <= REF_HASH;
	}
	return !r.err && seen == 3;
}

static bool citizen_field(struct gn_record *rec, const struct gn_wire_field *f)
{
	switch (f->number) {
	case CITIZEN_BLOCK:
		rec->block = f->bytes;
		return f->type == GN_WIRE_BYTES && f->bytes.size == GN_BLOCK_SIZE;
	case CITIZEN_SESSION:
		rec->session = f->value;
		return f->type == GN_WIRE_VARINT;
	case CITIZEN_AT:
		return ref_parse(f, &rec->citizen_at);
	default:
		return true;
	}
}

/* [E-13] A block with its session, or the entry that holds them. */
static bool citizen_parse(const struct gn_wire_field *in, struct gn_record *rec)
{
	struct gn_wire_reader r = gn_wire_read(in->bytes);
	struct gn_wire_field f;
	uint32_t last = 0;

	if (in->type != GN_WIRE_BYTES)
		return false;
	while (gn_wire_next(&r, &f))
		if (!in_order(&last, f.number, f.number <= CITIZEN_AT) || !citizen_field(rec, &f))
			return false;
	if (r.err || (rec->block.size != 0) != (rec->session != 0))
		return false;
	return (rec->block.size != 0) != (rec->citizen_at.seq != 0);
}

static bool topic_parse(const struct gn_wire_field *f, struct gn_record *rec)
{
	size_t max = rec->kind == GN_KIND_VISIT ? GN_TOPICS_MAX : 1;

	if (rec->topic_count == max || !text_ok(f) || f->bytes.size == 0)
		return false;
	if (rec->topic_count == 0)
		rec->text[GN_F_TOPIC] = f->bytes;
	rec->topics[rec->topic_count++] = f->bytes;
	return true;
}

static bool record_field(struct gn_record *rec, const struct gn_wire_field *f)
{
	const struct gn_record_shape *shape = &gn_record_shapes[f->number];

	switch (shape->type) {
	case GN_SHAPE_TEXT:
		rec->text[f->number] = f->bytes;
		return text_ok(f);
	case GN_SHAPE_NUMBER:
		gn_record_set_number(rec, (enum gn_field)f->number, f->value);
		return f->type == GN_WIRE_VARINT && f->value <= shape->max;
	case GN_SHAPE_TOPICS:
		return topic_parse(f, rec);
	case GN_SHAPE_CITIZEN:
		return citizen_parse(f, rec);
	}
	return false;
}

static bool record_parse(enum gn_kind kind, struct gn_bytes in, struct gn_record *rec)
{
	struct gn_wire_reader r = gn_wire_read(in);
	struct gn_wire_field f;
	uint32_t last = 0;
	bool known;

	rec->kind = kind;
	while (gn_wire_next(&r, &f)) {
		known = gn_kind_has(kind, (enum gn_field)f.number);
		if (!in_order(&last, f.number, known && f.number != GN_F_TOPIC))
			return false;
		if (known && !record_field(rec, &f))
			return false;
	}
	/* [E-12] */
	if (gn_kind_has(kind, GN_F_STATE) && rec->text[GN_F_STATE].size == 0)
		rec->text[GN_F_STATE] = gn_bytes_str("on");
	return !r.err;
}

static bool correction_field(struct gn_body *body, const struct gn_wire_field *f)
{
	if (f->number == CHANGE_TARGET)
		return ref_parse(f, &body->target);
	if (f->number > BODY_ONEOF_LAST)
		return true;
	if (body->record.kind != GN_KIND_NONE) /* [E-10] */
		return false;
	if (!gn_kind_is_record((enum gn_kind)f->number)) { /* [E-15] */
		body->record.kind = GN_KIND_UNKNOWN;
		return true;
	}
	return f->type == GN_WIRE_BYTES &&
	       record_parse((enum gn_kind)f->number, f->bytes, &body->record);
}

static bool withdrawal_field(struct gn_body *body, const struct gn_wire_field *f)
{
	if (f->number == CHANGE_TARGET)
		return ref_parse(f, &body->target);
	if (f->number != CHANGE_REASON)
		return true;
	body->reason = f->bytes;
	return text_ok(f);
}

/* Correction, void, erase: about another entry. */
static bool change_parse(struct gn_body *body)
{
	struct gn_wire_reader r = gn_wire_read(body->message);
	struct gn_wire_field f;
	uint32_t last = 0;
	bool correction = body->kind == GN_KIND_CORRECTION, known;

	while (gn_wire_next(&r, &f)) {
		known = f.number <= (correction ? BODY_ONEOF_LAST : CHANGE_REASON);
		if (!in_order(&last, f.number, known))
			return false;
		if (!(correction ? correction_field(body, &f) : withdrawal_field(body, &f)))
			return false;
	}
	if (correction && body->record.kind == GN_KIND_NONE)
		return false;
	return !r.err && body->target.seq != 0;
}

static bool message_parse(struct gn_body *body, const struct gn_wire_field *f)
{
	if (body->kind != GN_KIND_NONE) /* [E-10] */
		return false;
	if (f->number > GN_KIND_ROOT) { /* [E-15] */
		body->kind = GN_KIND_UNKNOWN;
		return true;
	}
	if (f->type != GN_WIRE_BYTES)
		return false;
	body->kind = (enum gn_kind)f->number;
	body->message = f->bytes;
	if (gn_kind_is_record(body->kind))
		return record_parse(body->kind, f->bytes, &body->record);
	return body->kind > GN_KIND_ERASE || change_parse(body);
}

static bool body_field(struct gn_body *body, const struct gn_wire_field *f)
{
	if (f->number > BODY_ROW)
		return true;
	if (f->number > BODY_SALT && f->number <= BODY_ONEOF_LAST)
		return message_parse(body, f);
	switch (f->number) {
	case BODY_SALT:
		body->salt = f->bytes.data;
		return f->type == GN_WIRE_BYTES && f->bytes.size == GN_SALT_SIZE;
	case BODY_IMPORT:
		body->import = f->bytes;
		return f->type == GN_WIRE_BYTES && f->bytes.size == GN_IMPORT_SIZE;
	default:
		body->row = (uint32_t)f->value;
		return f->type == GN_WIRE_VARINT && f->value <= UINT32_MAX;
	}
}

/* [E-8] */
enum gn_err gn_body_parse(struct gn_bytes in, struct gn_body *ret_body)
{
	struct gn_wire_reader r = gn_wire_read(in);
	struct gn_body body = {.kind = GN_KIND_NONE};
	struct gn_wire_field f;
	uint32_t last = 0;

	while (gn_wire_next(&r, &f))
		if (!in_order(&last, f.number, f.number <= BODY_ROW) || !body_field(&body, &f))
			return GN_E_FORMAT;
	if (r.err || body.salt == NULL || body.kind == GN_KIND_NONE)
		return GN_E_FORMAT;
	*ret_body = body;
	return GN_OK;
}
