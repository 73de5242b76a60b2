/* Protobuf's layout: what is well-formed, and a writer that keeps its bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "proto/wire.h"

/* [E-2] */
static void malformed_fields_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
	} cases[] = {
	        {"\x08", 1}, /* no value */
	        {"\x08\x80", 2}, /* cut varint */
	        {"\x08\x80\x00", 3}, /* longer than needed */
	        {"\x88\x00\x01", 3}, /* so is the tag */
	        {"\x0a\x82\x00xx", 5},
	        {"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11}, /* over 64 bits */
	        {"\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 12},
	        {"\x00\x01", 2}, /* field 0 */
	        {"\x80\x80\x80\x80\x10\x01", 6}, /* field 2^29 */
	        {"\x0b", 1},
	        {"\x0c", 1}, /* groups */
	        {"\x0e\x01", 2},
	        {"\x0f\x01", 2},
	        {"\x0a\x03xx", 4}, /* past the end */
	        {"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11},
	        {"\x09\x01\x02\x03\x04\x05\x06\x07", 8},
	        {"\x0d\x01\x02\x03", 4},
	};
	struct gn_wire_reader r;
	struct gn_wire_field f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		r = gn_wire_read(gn_bytes(cases[i].bytes, cases[i].size));
		assert_false(gn_wire_next(&r, &f));
		assert_int_equal(r.err, GN_E_FORMAT);
		assert_false(gn_wire_next(&r, &f)); /* and stays so */
	}
}

static void an_empty_message_is_fine(void **state)
{
	struct gn_wire_reader r = gn_wire_read(gn_bytes(NULL, 0));
	struct gn_wire_field f;

	(void)state;
	assert_false(gn_wire_next(&r, &f));
	assert_int_equal(r.err, GN_OK);
}

static const uint64_t numbers[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX,
        (uint64_t)UINT32_MAX + 1, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};

static void numbers_come_back(void **state)
{
	uint8_t buf[64];
	struct gn_wire_reader r;
	struct gn_wire_field f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct gn_wire_writer w = {buf, sizeof(buf), 0};

		gn_wire_put_varint(&w, 1, numbers[i]);
		gn_wire_put_fixed64(&w, (1u << 29) - 1, numbers[i]);
		gn_wire_put_bytes(&w, 16, gn_bytes("abc", 3));
		r = gn_wire_read(gn_bytes(buf, w.size));
		assert_true(gn_wire_next(&r, &f));
		assert_true(f.number == 1 && f.type == GN_WIRE_VARINT && f.value == numbers[i]);
		assert_true(gn_wire_next(&r, &f));
		assert_true(f.number == (1u << 29) - 1 && f.type == GN_WIRE_FIXED64);
		assert_int_equal(f.value, numbers[i]);
		assert_true(gn_wire_next(&r, &f));
		assert_true(f.number == 16 && gn_bytes_is(f.bytes, "abc"));
		assert_false(gn_wire_next(&r, &f));
		assert_int_equal(r.err, GN_OK);
	}
}

static void fixed32_is_little_endian(void **state)
{
	struct gn_wire_reader r = gn_wire_read(gn_bytes("\x0d\x01\x02\x03\x84", 5));
	struct gn_wire_field f;

	(void)state;
	assert_true(gn_wire_next(&r, &f));
	assert_true(f.type == GN_WIRE_FIXED32 && f.value == 0x84030201);
	assert_int_equal(f.bytes.size, 0);
}

static void a_full_writer_only_counts(void **state)
{
	uint8_t buf[8];
	struct gn_wire_writer w, measure;
	size_t cap;

	(void)state;
	for (cap = 0; cap <= 6; cap++) {
		memset(buf, 0xee, sizeof(buf));
		w = (struct gn_wire_writer){buf, cap, 0};
		measure = (struct gn_wire_writer){NULL, 0, 0};
		gn_wire_put_bytes(&w, 1, gn_bytes("abc", 3));
		gn_wire_put_bytes(&measure, 1, gn_bytes("abc", 3));
		assert_int_equal(w.size, 5);
		assert_int_equal(measure.size, 5);
		assert_int_equal(buf[cap], 0xee); /* nothing past the end */
		assert_memory_equal(buf, "\x0a\x03", cap < 2 ? cap : 2);
	}
	assert_memory_equal(buf,
	        "\x0a\x03"
	        "abc",
	        5);
}

/* [E-9] */
static void text_is_utf8_without_nul(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		bool good;
	} cases[] = {
	        {"", 0, true},
	        {"bai-chay", 8, true},
	        {"to-cong-nghe-so-1", 17, true},
	        {"Xuân Thọ, phường 3", 22, true},
	        {"\xc2\x80\xdf\xbf", 4, true},
	        {"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80", 9, true},
	        {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8, true},
	        {"ab\0d", 4, false},
	        {"abcdefgh\0jklmnop", 16, false},
	        {"abcd\0fghijklmnop", 16, false},
	        {"abcdefg\x80", 8, false},
	        {"\x80", 1, false},
	        {"\xc0\x80", 2, false}, /* NUL the long way */
	        {"\xc1\xbf", 2, false},
	        {"\xe0\x9f\xbf", 3, false},
	        {"\xed\xa0\x80", 3, false}, /* surrogate */
	        {"\xf0\x8f\xbf\xbf", 4, false},
	        {"\xf4\x90\x80\x80", 4, false},
	        {"\xf5\x80\x80\x80", 4, false},
	        {"\xff", 1, false},
	        {"\xe1\xba", 2, false}, /* cut */
	        {"\xe1\x41\xba", 3, false},
	        {"\xe1\xba\x41", 3, false},
	        {"\xf1\x80\x80", 3, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		        gn_wire_is_text(gn_bytes(cases[i].text, cases[i].size)), cases[i].good);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(malformed_fields_are_refused),
	        cmocka_unit_test(an_empty_message_is_fine),
	        cmocka_unit_test(numbers_come_back),
	        cmocka_unit_test(fixed32_is_little_endian),
	        cmocka_unit_test(a_full_writer_only_counts),
	        cmocka_unit_test(text_is_utf8_without_nul),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
