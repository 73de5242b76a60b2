/* Bodies packed by the table they are read by. It decides the bytes alone; what
 * a record should say, its caller has checked.
 */
#include "proto/record_table.h"

#include "proto/wire.h"

enum { BODY_SALT = 1, BODY_IMPORT = 20, BODY_ROW = 21 };

typedef void put_fields(struct gn_wire_writer *w, const void *what);

/* A message is written twice, first to learn its size. */
static void put_message(
        struct gn_wire_writer *w, uint32_t number, put_fields *fields, const void *what)
{
	struct gn_wire_writer measure = {0};

	fields(&measure, what);
	gn_wire_put_length(w, number, measure.size);
	fields(w, what);
}

static void put_text(struct gn_wire_writer *w, uint32_t number, struct gn_bytes text)
{
	if (text.size)
		gn_wire_put_bytes(w, number, text);
}

static void put_ref(struct gn_wire_writer *w, const void *what)
{
	const struct gn_ref *ref = what;

	gn_wire_put_bytes(w, 1, gn_bytes(ref->origin, GN_KEY_SIZE));
	gn_wire_put_varint(w, 2, ref->seq);
	gn_wire_put_bytes(w, 3, gn_bytes(ref->hash, GN_REF_HASH));
}

static void put_citizen(struct gn_wire_writer *w, const void *what)
{
	const struct gn_record *rec = what;

	if (rec->block.size) {
		gn_wire_put_bytes(w, 1, rec->block);
		gn_wire_put_varint(w, 2, rec->session);
	} else {
		put_message(w, 3, put_ref, &rec->citizen_at);
	}
}

static void put_topics(struct gn_wire_writer *w, const struct gn_record *rec)
{
	size_t i;

	if (rec->topic_count == 0)
		put_text(w, GN_F_TOPIC, rec->text[GN_F_TOPIC]);
	for (i = 0; i < rec->topic_count; i++)
		gn_wire_put_bytes(w, GN_F_TOPIC, rec->topics[i]);
}

static void put_field(struct gn_wire_writer *w, const struct gn_record *rec, enum gn_field field)
{
	uint64_t number;

	switch (gn_record_shapes[field].type) {
	case GN_SHAPE_TEXT:
		put_text(w, field, rec->text[field]);
		break;
	case GN_SHAPE_NUMBER:
		number = gn_record_number(rec, field);
		if (field == GN_F_DENOMINATOR ? rec->has_denominator : number != 0)
			gn_wire_put_varint(w, field, number);
		break;
	case GN_SHAPE_TOPICS:
		put_topics(w, rec);
		break;
	case GN_SHAPE_CITIZEN:
		if (rec->block.size || rec->citizen_at.seq)
			put_message(w, field, put_citizen, rec);
		break;
	}
}

static void put_record(struct gn_wire_writer *w, const void *what)
{
	const struct gn_record *rec = what;
	unsigned field;

	for (field = GN_F_DATE; field < GN_F_COUNT; field++)
		if (gn_kind_has(rec->kind, (enum gn_field)field))
			put_field(w, rec, (enum gn_field)field);
}

static void put_correction(struct gn_wire_writer *w, const void *what)
{
	const struct gn_body *body = what;

	put_message(w, 1, put_ref, &body->target);
	put_message(w, body->record.kind, put_record, &body->record);
}

static void put_withdrawal(struct gn_wire_writer *w, const void *what)
{
	const struct gn_body *body = what;

	put_message(w, 1, put_ref, &body->target);
	put_text(w, 2, body->reason);
}

static enum gn_err done(const struct gn_wire_writer *w, size_t *ret_size)
{
	if (w->size > w->cap)
		return GN_E_SIZE;
	*ret_size = w->size;
	return GN_OK;
}

/* Read back before it is given out: what is signed must never be refused later. */
enum gn_err gn_body_pack(const struct gn_body *body, uint8_t *buf, size_t cap, size_t *ret_size)
{
	struct gn_wire_writer w = {buf, cap, 0};
	struct gn_body back;

	gn_wire_put_bytes(&w, BODY_SALT, gn_bytes(body->salt, GN_SALT_SIZE));
	if (gn_kind_is_record(body->kind) && body->record.kind == body->kind)
		put_message(&w, body->kind, put_record, &body->record);
	else if (body->kind == GN_KIND_CORRECTION && gn_kind_is_record(body->record.kind))
		put_message(&w, body->kind, put_correction, body);
	else if (body->kind == GN_KIND_VOID || body->kind == GN_KIND_ERASE)
		put_message(&w, body->kind, put_withdrawal, body);
	else
		return GN_E_FORMAT;
	put_text(&w, BODY_IMPORT, body->import);
	if (body->row)
		gn_wire_put_varint(&w, BODY_ROW, body->row);
	if (w.size <= cap && gn_body_parse(gn_bytes(buf, w.size), &back))
		return GN_E_FORMAT;
	return done(&w, ret_size);
}

enum gn_err gn_body_wrap(enum gn_kind kind, const uint8_t salt[GN_SALT_SIZE],
        struct gn_bytes message, uint8_t *buf, size_t cap, size_t *ret_size)
{
	struct gn_wire_writer w = {buf, cap, 0};

	gn_wire_put_bytes(&w, BODY_SALT, gn_bytes(salt, GN_SALT_SIZE));
	gn_wire_put_bytes(&w, kind, message);
	return done(&w, ret_size);
}
