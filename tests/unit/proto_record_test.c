/* Records: written and read by one table, equal to what the generated code
 * reads. Which shapes are refused, proto_shape_test.c shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/unit/proto_same.h"

static const uint8_t salt[GN_SALT_SIZE] = "0123456789abcdef";
static const uint8_t block[GN_BLOCK_SIZE] = {1, 2, 3, [63] = 4};
static const enum gn_kind record_kinds[] = {GN_KIND_VISIT, GN_KIND_ACTIVATION, GN_KIND_TRAINING,
        GN_KIND_LISTING, GN_KIND_ASSESSMENT, GN_KIND_TALLY};
static const size_t record_kind_count = sizeof(record_kinds) / sizeof(record_kinds[0]);

static const struct gn_ref a_ref = {.origin = {9, 8, 7}, .seq = 300, .hash = {5, [7] = 6}};

static uint64_t draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void fill_citizen(struct gn_record *rec, uint64_t bits)
{
	if (bits % 3 == 1) {
		rec->block = gn_bytes(block, GN_BLOCK_SIZE);
		rec->session = 1 + bits % 1000;
	} else if (bits % 3 == 2) {
		rec->citizen_at = a_ref;
	}
}

static void fill_topics(struct gn_record *rec, uint64_t bits)
{
	size_t max = rec->kind == GN_KIND_VISIT ? GN_TOPICS_MAX : 1;

	rec->topic_count = bits % (max + 1);
	for (size_t i = 0; i < rec->topic_count; i++)
		rec->topics[i] = gn_bytes_str(i % 2 ? "vneid" : "sổ sức khỏe");
	if (rec->topic_count)
		rec->text[GN_F_TOPIC] = rec->topics[0];
}

/* A record with a drawn set of the kind's fields; `seed` 0 gives all of them. */
static void fill(struct gn_record *rec, enum gn_kind kind, uint64_t *seed)
{
	static char texts[GN_F_COUNT][24];
	bool all = *seed == 0;
	unsigned field;

	*rec = (struct gn_record){.kind = kind};
	for (field = GN_F_DATE; field < GN_F_COUNT; field++) {
		uint64_t bits = all ? 11 : draw(seed);

		if (!gn_kind_has(kind, (enum gn_field)field) || (!all && bits % 5 == 0))
			continue;
		snprintf(texts[field], sizeof(texts[field]), "%s-%u",
		        gn_field_name((enum gn_field)field), (unsigned)(bits % 997));
		if (field == GN_F_TOPIC)
			fill_topics(rec, bits);
		else if (field == GN_F_CITIZEN)
			fill_citizen(rec, bits);
		else if (field == GN_F_DATE)
			rec->date = (uint32_t)bits;
		else if (field == GN_F_HOUSEHOLD)
			rec->household = (uint16_t)bits;
		else if (field == GN_F_PARTICIPANTS)
			rec->participants = bits;
		else if (field == GN_F_NUMERATOR)
			rec->numerator = bits >> 9;
		else if (field == GN_F_DENOMINATOR)
			rec->denominator = bits % 3;
		else
			rec->text[field] = gn_bytes_str(texts[field]);
	}
	rec->has_denominator = kind == GN_KIND_TALLY && (all || draw(seed) % 2);
	if (!rec->has_denominator)
		rec->denominator = 0;
}

static void assert_bytes(struct gn_bytes a, struct gn_bytes b)
{
	assert_true(gn_bytes_eq(a, b));
}

static void assert_record(const struct gn_record *a, const struct gn_record *b)
{
	size_t i;

	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->date, b->date);
	assert_int_equal(a->household, b->household);
	assert_int_equal(a->participants, b->participants);
	assert_int_equal(a->numerator, b->numerator);
	assert_int_equal(a->denominator, b->denominator);
	assert_int_equal(a->has_denominator, b->has_denominator);
	for (i = 0; i < GN_F_COUNT; i++)
		if (i == GN_F_STATE && b->text[i].size == 0 && gn_kind_has(b->kind, GN_F_STATE))
			assert_true(gn_bytes_is(a->text[i], "on"));
		else
			assert_bytes(a->text[i], b->text[i]);
	assert_int_equal(a->topic_count, b->topic_count);
	for (i = 0; i < b->topic_count; i++)
		assert_bytes(a->topics[i], b->topics[i]);
	assert_bytes(a->block, b->block);
	assert_int_equal(a->session, b->session);
	assert_memory_equal(&a->citizen_at, &b->citizen_at, sizeof(struct gn_ref));
}

static size_t round_trip(const struct gn_body *body, uint8_t *buf, size_t cap)
{
	struct gn_body back;
	size_t size = 0;

	assert_int_equal(gn_body_pack(body, buf, cap, &size), GN_OK);
	assert_int_equal(gn_body_parse(gn_bytes(buf, size), &back), GN_OK);
	assert_int_equal(back.kind, body->kind);
	assert_memory_equal(back.salt, body->salt, GN_SALT_SIZE);
	assert_bytes(back.import, body->import);
	assert_int_equal(back.row, body->row);
	assert_record(&back.record, &body->record);
	assert_memory_equal(&back.target, &body->target, sizeof(struct gn_ref));
	assert_bytes(back.reason, body->reason);
	assert_true(same_as_generated(gn_bytes(buf, size), &back));
	return size;
}

/* [E-8], [E-11]: all fields of all kinds, then corrections with them. */
static void every_field_comes_back(void **state)
{
	uint8_t buf[GN_ENTRY_MAX];
	uint64_t seed;
	size_t i;

	(void)state;
	for (i = 0; i < record_kind_count; i++) {
		struct gn_body body = {.kind = record_kinds[i],
		        .salt = salt,
		        .import = gn_bytes("12345678", 8),
		        .row = 70000};

		seed = 0;
		fill(&body.record, record_kinds[i], &seed);
		round_trip(&body, buf, sizeof(buf));
		body.kind = GN_KIND_CORRECTION;
		body.target = a_ref;
		round_trip(&body, buf, sizeof(buf));
	}
}

/* [E-14] */
static void void_and_erase_come_back(void **state)
{
	static const enum gn_kind kinds[] = {GN_KIND_VOID, GN_KIND_ERASE};
	uint8_t buf[512];
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct gn_body body = {.kind = kinds[i], .salt = salt, .target = a_ref};

		round_trip(&body, buf, sizeof(buf));
		body.reason = gn_bytes_str("nhập nhầm tổ");
		body.row = 1;
		round_trip(&body, buf, sizeof(buf));
	}
}

static void drawn_records_come_back(void **state)
{
	uint8_t buf[GN_ENTRY_MAX];
	uint64_t seed = 88172645463325252;
	int i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		struct gn_body body = {
		        .kind = record_kinds[draw(&seed) % record_kind_count], .salt = salt};

		fill(&body.record, body.kind, &seed);
		if (draw(&seed) % 4 == 0) {
			body.kind = GN_KIND_CORRECTION;
			body.target = a_ref;
		}
		round_trip(&body, buf, sizeof(buf));
	}
}

/* Whatever a changed byte turns a body into, either it is refused or both
 * readers agree on it. */
static void changed_bodies_are_refused_or_read_alike(void **state)
{
	uint8_t buf[GN_ENTRY_MAX];
	struct gn_body body = {.salt = salt, .target = a_ref}, back;
	uint64_t seed = 88172645463325252;
	unsigned i, k, accepted = 0, refused = 0;
	size_t size, at;

	(void)state;
	for (i = 0; i < 3000; i++) {
		body.kind = record_kinds[i % record_kind_count];
		fill(&body.record, body.kind, &seed);
		if (i % 2)
			body.kind = GN_KIND_CORRECTION;
		assert_int_equal(gn_body_pack(&body, buf, sizeof(buf), &size), GN_OK);
		for (k = 0; k < 8; k++) {
			at = draw(&seed) % size;
			buf[at] = (uint8_t)draw(&seed);
			if (gn_body_parse(gn_bytes(buf, size), &back) == GN_OK) {
				accepted++;
				assert_true(same_as_generated(gn_bytes(buf, size), &back));
			} else {
				refused++;
			}
		}
	}
	assert_true(accepted > 1000 && refused > 1000);
}

/* [E-11] The table says what record.proto says. */
static void the_table_is_the_schema(void **state)
{
	const ProtobufCFieldDescriptor *of_body, *of_record;
	unsigned kind, field;

	(void)state;
	for (kind = GN_KIND_VISIT; kind <= GN_KIND_ROOT; kind++) {
		of_body = protobuf_c_message_descriptor_get_field(&gonha__body__descriptor, kind);
		assert_non_null(of_body);
		assert_string_equal(of_body->name, gn_kind_name((enum gn_kind)kind));
		assert_int_equal(gn_kind_named(of_body->name), kind);
		for (field = 0; field <= GN_F_COUNT; field++) {
			of_record = kind > GN_KIND_TALLY ? NULL
			                                 : protobuf_c_message_descriptor_get_field(
			                                           of_body->descriptor, field);
			assert_int_equal(gn_kind_has((enum gn_kind)kind, (enum gn_field)field),
			        of_record != NULL);
			if (of_record)
				assert_string_equal(
				        of_record->name, gn_field_name((enum gn_field)field));
		}
	}
}

static void names(void **state)
{
	unsigned field;

	(void)state;
	assert_null(gn_kind_name(GN_KIND_NONE));
	assert_null(gn_kind_name(GN_KIND_UNKNOWN));
	assert_int_equal(gn_kind_named("visits"), GN_KIND_NONE);
	assert_int_equal(gn_field_named("dates"), 0);
	assert_null(gn_field_name((enum gn_field)0));
	assert_null(gn_field_name(GN_F_COUNT));
	for (field = GN_F_DATE; field < GN_F_COUNT; field++)
		assert_int_equal(gn_field_named(gn_field_name((enum gn_field)field)), field);
	assert_false(gn_kind_has(GN_KIND_UNKNOWN, GN_F_DATE));
	assert_false(gn_kind_has(GN_KIND_NONE, GN_F_DATE));
	assert_true(gn_kind_is_record(GN_KIND_TALLY));
	assert_false(gn_kind_is_record(GN_KIND_CORRECTION));
	assert_false(gn_kind_is_record(GN_KIND_NONE));
}

/* [E-12] */
static void a_missing_state_is_on(void **state)
{
	struct gn_body body = {.kind = GN_KIND_LISTING, .salt = salt};
	uint8_t buf[64];
	size_t size;

	(void)state;
	body.record.kind = GN_KIND_LISTING;
	assert_int_equal(gn_body_pack(&body, buf, sizeof(buf), &size), GN_OK);
	assert_int_equal(gn_body_parse(gn_bytes(buf, size), &body), GN_OK);
	assert_true(gn_bytes_is(body.record.text[GN_F_STATE], "on"));
	body = (struct gn_body){.kind = GN_KIND_VISIT, .salt = salt};
	body.record.kind = GN_KIND_VISIT;
	assert_int_equal(gn_body_pack(&body, buf, sizeof(buf), &size), GN_OK);
	assert_int_equal(gn_body_parse(gn_bytes(buf, size), &body), GN_OK);
	assert_int_equal(body.record.text[GN_F_STATE].size, 0);
}

static void packing_keeps_its_bounds(void **state)
{
	struct gn_body body = {.kind = GN_KIND_CORRECTION, .salt = salt, .target = a_ref};
	uint8_t buf[GN_ENTRY_MAX], small[GN_ENTRY_MAX];
	uint64_t seed = 0;
	size_t size, cap, got;

	(void)state;
	fill(&body.record, GN_KIND_VISIT, &seed);
	size = round_trip(&body, buf, sizeof(buf));
	for (cap = 0; cap < size; cap++) {
		memset(small, 0xee, sizeof(small));
		assert_int_equal(gn_body_pack(&body, small, cap, &got), GN_E_SIZE);
		assert_int_equal(small[cap], 0xee);
	}
	assert_int_equal(gn_body_pack(&body, small, size, &got), GN_OK);
	assert_memory_equal(small, buf, size);
	body.kind = GN_KIND_SESSION;
	assert_int_equal(gn_body_pack(&body, small, size, &got), GN_E_FORMAT);
	body.kind = GN_KIND_TALLY; /* its record is a visit */
	assert_int_equal(gn_body_pack(&body, small, size, &got), GN_E_FORMAT);
}

/* [E-9], [E-11], [E-13], [E-14]: nothing is packed that would not be read. */
static void what_would_be_refused_is_not_packed(void **state)
{
	struct gn_body good = {.kind = GN_KIND_TRAINING, .salt = salt}, body;
	uint8_t buf[512];
	size_t size;

	(void)state;
	good.record.kind = GN_KIND_TRAINING;
	good.record.topics[0] = good.record.topics[1] = gn_bytes_str("portal");
	good.record.topic_count = 1;
	assert_int_equal(gn_body_pack(&good, buf, sizeof(buf), &size), GN_OK);
	body = good;
	body.record.topic_count = 2;
	assert_int_equal(gn_body_pack(&body, buf, sizeof(buf), &size), GN_E_FORMAT);
	body = good;
	body.record.text[GN_F_TITLE] = gn_bytes("\xff", 1);
	assert_int_equal(gn_body_pack(&body, buf, sizeof(buf), &size), GN_E_FORMAT);
	body = good;
	body.import = gn_bytes("1234567", 7);
	assert_int_equal(gn_body_pack(&body, buf, sizeof(buf), &size), GN_E_FORMAT);
	body = (struct gn_body){.kind = GN_KIND_VISIT, .salt = salt};
	body.record.kind = GN_KIND_VISIT;
	body.record.household = 65536;
	assert_int_equal(gn_body_pack(&body, buf, sizeof(buf), &size), GN_E_FORMAT);
	body.record.household = 1;
	body.record.block = gn_bytes(block, GN_BLOCK_SIZE); /* of no session */
	assert_int_equal(gn_body_pack(&body, buf, sizeof(buf), &size), GN_E_FORMAT);
	body = (struct gn_body){.kind = GN_KIND_VOID, .salt = salt}; /* of nothing */
	assert_int_equal(gn_body_pack(&body, buf, sizeof(buf), &size), GN_E_FORMAT);
}

static void a_message_is_wrapped(void **state)
{
	struct gn_bytes message = gn_bytes_str("a packed message");
	struct gn_body body;
	uint8_t buf[64];
	size_t size;

	(void)state;
	assert_int_equal(
	        gn_body_wrap(GN_KIND_REGISTRY, salt, message, buf, sizeof(buf), &size), GN_OK);
	assert_int_equal(gn_body_parse(gn_bytes(buf, size), &body), GN_OK);
	assert_int_equal(body.kind, GN_KIND_REGISTRY);
	assert_bytes(body.message, message);
	assert_int_equal(
	        gn_body_wrap(GN_KIND_REGISTRY, salt, message, buf, size - 1, &size), GN_E_SIZE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_field_comes_back),
	        cmocka_unit_test(void_and_erase_come_back),
	        cmocka_unit_test(drawn_records_come_back),
	        cmocka_unit_test(changed_bodies_are_refused_or_read_alike),
	        cmocka_unit_test(the_table_is_the_schema),
	        cmocka_unit_test(names),
	        cmocka_unit_test(a_missing_state_is_on),
	        cmocka_unit_test(packing_keeps_its_bounds),
	        cmocka_unit_test(what_would_be_refused_is_not_packed),
	        cmocka_unit_test(a_message_is_wrapped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
