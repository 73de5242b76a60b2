/* Whether a body as gn_body_parse read it is what protobuf-c's generated code
 * reads in the same bytes, field by field. */
#ifndef PROTO_SAME_H
#define PROTO_SAME_H

#include <string.h>

#include "entry.pb-c.h"
#include "proto/arena.h"
#include "proto/record.h"

static inline bool same_text(const char *theirs, struct gn_bytes ours)
{
	return strlen(theirs) == ours.size &&
	       (ours.size == 0 || memcmp(theirs, ours.data, ours.size) == 0);
}

static inline bool same_bytes(const ProtobufCBinaryData *theirs, const void *ours, size_t size)
{
	return theirs->len == size && (size == 0 || memcmp(theirs->data, ours, size) == 0);
}

static inline bool same_ref(const Gonha__EntryRef *theirs, const struct gn_ref *ours)
{
	if (theirs == NULL)
		return ours->seq == 0;
	return theirs->seq == ours->seq && same_bytes(&theirs->origin, ours->origin, GN_KEY_SIZE) &&
	       same_bytes(&theirs->hash, ours->hash, GN_REF_HASH);
}

static inline bool same_citizen(const Gonha__Citizen *theirs, const struct gn_record *ours)
{
	if (theirs == NULL)
		return ours->block.size == 0 && ours->session == 0 && ours->citizen_at.seq == 0;
	return theirs->session == ours->session && same_ref(theirs->at, &ours->citizen_at) &&
	       same_bytes(&theirs->block, ours->block.data, ours->block.size);
}

static inline bool same_topics(char **theirs, size_t n, const struct gn_record *ours)
{
	size_t i;

	if (n != ours->topic_count)
		return false;
	for (i = 0; i < n; i++)
		if (!same_text(theirs[i], ours->topics[i]))
			return false;
	return n == 0 ? ours->text[GN_F_TOPIC].size == 0
	              : same_text(theirs[0], ours->text[GN_F_TOPIC]);
}

static inline uint64_t our_number(const struct gn_record *ours, uint32_t field)
{
	switch (field) {
	case GN_F_DATE:
		return ours->date;
	case GN_F_HOUSEHOLD:
		return ours->household;
	case GN_F_PARTICIPANTS:
		return ours->participants;
	case GN_F_NUMERATOR:
		return ours->numerator;
	default:
		return ours->denominator;
	}
}

static inline bool same_string(const char *theirs, uint32_t field, const struct gn_record *ours)
{
	/* A missing state reads "on". */
	if (field == GN_F_STATE && *theirs == 0)
		theirs = "on";
	return same_text(theirs, ours->text[field]);
}

static inline bool same_field(
        const ProtobufCMessage *m, const ProtobufCFieldDescriptor *d, const struct gn_record *ours)
{
	const char *base = (const char *)m, *at = base + d->offset;
	bool absent = (d->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
	              *(const uint32_t *)(const void *)(base + d->quantifier_offset) != d->id;

	if (d->id == GN_F_DENOMINATOR && absent == ours->has_denominator)
		return false;
	if (d->type == PROTOBUF_C_TYPE_UINT32)
		return *(const uint32_t *)(const void *)at == our_number(ours, d->id);
	if (d->type == PROTOBUF_C_TYPE_UINT64)
		return (absent ? 0 : *(const uint64_t *)(const void *)at) ==
		       our_number(ours, d->id);
	if (d->type == PROTOBUF_C_TYPE_MESSAGE)
		return same_citizen(*(Gonha__Citizen *const *)(const void *)at, ours);
	if (d->label == PROTOBUF_C_LABEL_REPEATED)
		return same_topics(*(char **const *)(const void *)at,
		        *(const size_t *)(const void *)(base + d->quantifier_offset), ours);
	return same_string(*(const char *const *)(const void *)at, d->id, ours);
}

static inline bool same_record(const ProtobufCMessage *theirs, const struct gn_record *ours)
{
	const ProtobufCMessageDescriptor *d = theirs->descriptor;
	unsigned i;

	for (i = 0; i < d->n_fields; i++)
		if (!same_field(theirs, &d->fields[i], ours))
			return false;
	return true;
}

static inline bool same_message(const Gonha__Body *theirs, const struct gn_body *ours)
{
	const Gonha__Correction *c = theirs->correction;

	if (gn_kind_is_record(ours->kind))
		return same_record(&theirs->visit->base, &ours->record);
	if (ours->kind == GN_KIND_CORRECTION && ours->record.kind == GN_KIND_UNKNOWN)
		return c->record_case == 0 && same_ref(c->target, &ours->target);
	if (ours->kind == GN_KIND_CORRECTION)
		return same_ref(c->target, &ours->target) &&
		       (unsigned)c->record_case == ours->record.kind &&
		       same_record(&c->visit->base, &ours->record);
	if (ours->kind == GN_KIND_VOID || ours->kind == GN_KIND_ERASE)
		return same_ref(theirs->void_->target, &ours->target) &&
		       same_text(theirs->void_->reason, ours->reason);
	return true;
}

/* Of a body that gn_body_parse accepted. Session, registry and root messages
 * are not read by it, so there the generated code may refuse what is inside. */
static inline bool same_as_generated(struct gn_bytes packed, const struct gn_body *ours)
{
	static _Alignas(max_align_t) uint8_t block[128 * GN_ENTRY_MAX];
	GN_AUTO_ARENA struct gn_arena arena;
	const Gonha__Body *theirs;

	gn_arena_init_block(&arena, block, sizeof(block));
	theirs = gonha__body__unpack(gn_arena_allocator(&arena), packed.size, packed.data);
	if (theirs == NULL)
		return ours->kind >= GN_KIND_SESSION && ours->kind <= GN_KIND_ROOT;
	if ((unsigned)theirs->record_case !=
	        (ours->kind == GN_KIND_UNKNOWN ? 0u : (unsigned)ours->kind))
		return false;
	return same_bytes(&theirs->salt, ours->salt, GN_SALT_SIZE) && theirs->row == ours->row &&
	       same_bytes(&theirs->import, ours->import.data, ours->import.size) &&
	       same_message(theirs, ours);
}

#endif
