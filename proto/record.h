/* What a body says, read in place and written by one table: record.proto.
 *
 * The six record kinds share their field numbers, so one flat struct holds any
 * of them. Registry and root bodies are left to the generated code.
 */
#ifndef GN_PROTO_RECORD_H
#define GN_PROTO_RECORD_H

#include "proto/base.h"

enum gn_kind { /* numbers of Body's oneof */
	GN_KIND_NONE = 0,
	GN_KIND_VISIT = 2,
	GN_KIND_ACTIVATION = 3,
	GN_KIND_TRAINING = 4,
	GN_KIND_LISTING = 5,
	GN_KIND_ASSESSMENT = 6,
	GN_KIND_TALLY = 7,
	GN_KIND_CORRECTION = 8,
	GN_KIND_VOID = 9,
	GN_KIND_ERASE = 10,
	GN_KIND_SESSION = 11,
	GN_KIND_REGISTRY = 12,
	GN_KIND_ROOT = 13,
	GN_KIND_UNKNOWN = 99, /* of a newer writer: stored, replicated, not counted */
};

enum gn_field { /* numbers within the record messages */
	GN_F_DATE = 1,
	GN_F_TEAM = 2,
	GN_F_HOUSEHOLD = 3,
	GN_F_VILLAGE = 4,
	GN_F_MEMBER = 5,
	GN_F_CITIZEN = 6,
	GN_F_TOPIC = 7,
	GN_F_PLACE = 8,
	GN_F_OUTCOME = 9,
	GN_F_SCHEME = 10,
	GN_F_STATE = 11,
	GN_F_AUDIENCE = 12,
	GN_F_PARTICIPANTS = 13,
	GN_F_TITLE = 14,
	GN_F_PRODUCT = 15,
	GN_F_PLATFORM = 16,
	GN_F_OCOP = 17,
	GN_F_RESULT = 18,
	GN_F_UNIT = 19,
	GN_F_INDICATOR = 20,
	GN_F_NUMERATOR = 21,
	GN_F_DENOMINATOR = 22,
	GN_F_COUNT = 23,
};

#define GN_TOPICS_MAX 16
#define GN_SALT_SIZE 16
#define GN_BLOCK_SIZE 64 /* a citizen's block */
#define GN_REF_HASH 8

struct gn_ref { /* all zero: none */
	uint8_t origin[GN_KEY_SIZE];
	uint64_t seq;
	uint8_t hash[GN_REF_HASH];
};

struct gn_record { /* one of the six kinds; slices borrowed from the body */
	enum gn_kind kind;
	uint32_t date; /* days since 1970-01-01 */
	uint32_t household;
	uint64_t participants, numerator, denominator;
	bool has_denominator;
	/* Text fields by enum gn_field; GN_F_TOPIC is its first value here. An
	 * activation's or listing's missing state reads "on". */
	struct gn_bytes text[GN_F_COUNT];
	struct gn_bytes topics[GN_TOPICS_MAX];
	size_t topic_count;
	struct gn_bytes block; /* size 0 or GN_BLOCK_SIZE */
	uint64_t session;
	struct gn_ref citizen_at; /* seq 0: none */
};

struct gn_body {
	enum gn_kind kind;
	const uint8_t *salt; /* GN_SALT_SIZE */
	struct gn_bytes import; /* size 0 or 8 */
	uint32_t row;
	struct gn_record record; /* the six kinds, and a correction's new version */
	struct gn_ref target; /* correction, void, erase */
	struct gn_bytes reason; /* void, erase */
	struct gn_bytes message; /* the raw bytes of the oneof's message */
};

/* GN_E_FORMAT for a wrong shape: PROTOCOL.md [E-8] to [E-14] (salt, sizes, order
 * of fields, text that is not UTF-8, more topics than the kind may have). A body
 * of a newer writer is GN_KIND_UNKNOWN, no error. */
enum gn_err gn_body_parse(struct gn_bytes body, struct gn_body *ret_body) GN_MUST_USE;

/* Packs a body of the six kinds, correction, void or erase from `body` (its
 * message slice is not read). GN_E_SIZE when it does not fit, GN_E_FORMAT for
 * another kind and for what gn_body_parse would refuse. */
enum gn_err gn_body_pack(
        const struct gn_body *body, uint8_t *buf, size_t cap, size_t *ret_size) GN_MUST_USE;
/* Packs a body of any kind whose message is packed already (session, registry, root). */
enum gn_err gn_body_wrap(enum gn_kind kind, const uint8_t salt[GN_SALT_SIZE],
        struct gn_bytes message, uint8_t *buf, size_t cap, size_t *ret_size) GN_MUST_USE;

/* "visit", "activation", ...; NULL for an unknown kind. */
const char *gn_kind_name(enum gn_kind kind);
/* GN_KIND_NONE when there is none. */
enum gn_kind gn_kind_named(const char *name);
bool gn_kind_is_record(enum gn_kind kind);
/* The wire name of a field ("date", "team", ...); NULL for none. */
const char *gn_field_name(enum gn_field field);
/* 0 when there is none. */
enum gn_field gn_field_named(const char *name);
/* Whether the kind has the field. */
bool gn_kind_has(enum gn_kind kind, enum gn_field field);

#endif
