/* Shapes of bodies: strict about what this version knows, open to newer writers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "proto/wire.h"
#include "tests/unit/proto_same.h"

/* Bodies by hand: S a salt, then fields as in the strings. */
#define S                                                                                          \
	"\x0a\x10"                                                                                 \
	"0123456789abcdef"
#define ORIGIN                                                                                     \
	"\x0a\x20"                                                                                 \
	"0123456789abcdef0123456789abcdef"
#define HASH                                                                                       \
	"\x1a\x08"                                                                                 \
	"01234567"
#define REF ORIGIN "\x10\x05" HASH
#define TARGET "\x0a\x2e" REF
#define TEN "0123456789"
#define BLOCK "\x0a\x40" TEN TEN TEN TEN TEN TEN "0123"
#define ANY(text)                                                                                  \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}

static const struct shape {
	struct gn_bytes_text {
		const char *data;
		size_t size;
	} body;
	enum gn_err err;
	enum gn_kind kind, record;
} shapes[] = {
        {ANY(S "\x12\x00"), GN_OK, GN_KIND_VISIT, GN_KIND_VISIT},
        {ANY(S "\x6a\x01\xff"), GN_OK, GN_KIND_ROOT, GN_KIND_NONE},
        /* newer writers */
        {ANY(S "\x72\x03xyz"), GN_OK, GN_KIND_UNKNOWN, GN_KIND_NONE},
        {ANY(S "\x98\x01\x07"), GN_OK, GN_KIND_UNKNOWN, GN_KIND_NONE},
        {ANY(S "\x12\x00\xb0\x01\x05\xb0\x01\x06"), GN_OK, GN_KIND_VISIT, GN_KIND_VISIT},
        {ANY(S "\x12\x08\x08\x01\xb8\x01\x05\xb8\x01\x06"), GN_OK, GN_KIND_VISIT, GN_KIND_VISIT},
        {ANY(S "\x12\x03\xa2\x01\x00"), GN_OK, GN_KIND_VISIT, GN_KIND_VISIT}, /* not its field */
        {ANY(S "\x42\x32" TARGET "\x42\x00"), GN_OK, GN_KIND_CORRECTION, GN_KIND_UNKNOWN},
        {ANY(S "\x42\x35" TARGET "\x12\x00\xa0\x01\x07"), GN_OK, GN_KIND_CORRECTION, GN_KIND_VISIT},
        {ANY(S "\x4a\x32" TARGET "\x18\x07"), GN_OK, GN_KIND_VOID, GN_KIND_NONE},
        /* the body itself */
        {ANY(""), GN_E_FORMAT, 0, 0},
        {ANY(S), GN_E_FORMAT, 0, 0},
        {ANY("\x12\x00"), GN_E_FORMAT, 0, 0},
        {ANY("\x0a\x0f"
             "0123456789abcde"
             "\x12\x00"),
                GN_E_FORMAT, 0, 0},
        {ANY(S S "\x12\x00"), GN_E_FORMAT, 0, 0},
        {ANY("\x12\x00" S), GN_E_FORMAT, 0, 0},
        {ANY(S "\x12\x00\x1a\x00"), GN_E_FORMAT, 0, 0}, /* two records */
        {ANY(S "\x12\x00\x12\x00"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x12\x00\x72\x00"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x10\x05"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x12\x00\xa2\x01\x07"
               "1234567"),
                GN_E_FORMAT, 0, 0}, /* import */
        {ANY(S "\x12\x00\xa8\x01\x80\x80\x80\x80\x10"), GN_E_FORMAT, 0, 0}, /* row */
        {ANY(S "\x12\x00\xaa\x01\x00"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x12\x01"), GN_E_FORMAT, 0, 0},
        /* a record's fields */
        {ANY(S "\x12\x02\x12\x01"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x12\x03\x12\x01\x80"), GN_E_FORMAT, 0, 0}, /* not UTF-8 */
        {ANY(S "\x12\x03\x12\x01\x00"), GN_E_FORMAT, 0, 0}, /* NUL */
        {ANY(S "\x12\x02\x10\x01"), GN_E_FORMAT, 0, 0}, /* a number for a text */
        {ANY(S "\x12\x02\x0a\x00"), GN_E_FORMAT, 0, 0}, /* a text for a number */
        {ANY(S "\x12\x04\x08\x01\x08\x01"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x12\x05\x12\x01x\x08\x01"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x12\x04\x18\x80\x80\x04"), GN_E_FORMAT, 0, 0}, /* household 65536 */
        {ANY(S "\x12\x04\x18\xff\xff\x03"), GN_OK, GN_KIND_VISIT, GN_KIND_VISIT},
        {ANY(S "\x12\x06\x08\x80\x80\x80\x80\x10"), GN_E_FORMAT, 0, 0}, /* date 2^32 */
        {ANY(S "\x12\x02\x3a\x00"), GN_E_FORMAT, 0, 0}, /* empty topic */
        {ANY(S "\x22\x06\x3a\x01x\x3a\x01y"), GN_E_FORMAT, 0, 0}, /* a training has one */
        /* a citizen */
        {ANY(S "\x12\x46\x32\x44" BLOCK "\x10\x05"), GN_OK, GN_KIND_VISIT, GN_KIND_VISIT},
        {ANY(S "\x12\x32\x32\x30\x1a\x2e" REF), GN_OK, GN_KIND_VISIT, GN_KIND_VISIT},
        {ANY(S "\x12\x02\x32\x00"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x12\x02\x30\x01"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x12\x04\x32\x02\x10\x05"), GN_E_FORMAT, 0, 0}, /* a session alone */
        {ANY(S "\x12\x44\x32\x42" BLOCK), GN_E_FORMAT, 0, 0}, /* without session */
        {ANY(S "\x12\x05\x32\x03\x0a\x01x"), GN_E_FORMAT, 0, 0}, /* short block */
        {ANY(S "\x12\x76\x32\x74" BLOCK "\x10\x05\x1a\x2e" REF), GN_E_FORMAT, 0, 0}, /* both */
        {ANY(S "\x12\x04\x32\x02\x1a\x00"), GN_E_FORMAT, 0, 0},
        /* corrections, voids, erases */
        {ANY(S "\x42\x00"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x42\x02\x12\x00"), GN_E_FORMAT, 0, 0}, /* no target */
        {ANY(S "\x42\x30" TARGET), GN_E_FORMAT, 0, 0}, /* no record */
        {ANY(S "\x42\x34" TARGET "\x12\x00\x1a\x00"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x42\x33" TARGET "\x12\x01x"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x42\x32" TARGET "\x10\x01"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x4a\x00"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x4a\x02\x0a\x00"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x4a\x02\x08\x01"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x4a\x33" TARGET "\x12\x01\xff"), GN_E_FORMAT, 0, 0},
        {ANY(S "\x4a\x60" TARGET TARGET), GN_E_FORMAT, 0, 0},
        {ANY(S "\x4a\x26\x0a\x24" ORIGIN "\x10\x05"), GN_E_FORMAT, 0, 0}, /* no hash */
        {ANY(S "\x4a\x30\x0a\x2e" ORIGIN "\x10\x00" HASH), GN_E_FORMAT, 0, 0}, /* sequence 0 */
        {ANY(S "\x4a\x0e\x0a\x0c\x10\x05" HASH), GN_E_FORMAT, 0, 0},
        {ANY(S "\x52\x30" TARGET), GN_OK, GN_KIND_ERASE, GN_KIND_NONE},
};

/* [E-8], [E-9], [E-10], [E-13], [E-14], [E-15] */
static void shapes_are_judged(void **state)
{
	struct gn_body body;
	struct gn_bytes in;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		in = gn_bytes(shapes[i].body.data, shapes[i].body.size);
		if (gn_body_parse(in, &body) != shapes[i].err)
			fail_msg("shape %zu: expected %s", i, gn_err_code(shapes[i].err));
		if (shapes[i].err)
			continue;
		assert_int_equal(body.kind, shapes[i].kind);
		assert_int_equal(body.record.kind, shapes[i].record);
		assert_true(same_as_generated(in, &body));
	}
}

/* [E-9] */
static void topics_have_an_end(void **state)
{
	struct gn_wire_writer visit, w;
	uint8_t visit_bytes[256], buf[512];
	struct gn_body body;
	unsigned n, i;

	(void)state;
	for (n = GN_TOPICS_MAX; n <= GN_TOPICS_MAX + 1; n++) {
		visit = (struct gn_wire_writer){visit_bytes, sizeof(visit_bytes), 0};
		w = (struct gn_wire_writer){buf, sizeof(buf), 0};
		for (i = 0; i < n; i++)
			gn_wire_put_bytes(&visit, GN_F_TOPIC, gn_bytes_str("vneid"));
		gn_wire_put_bytes(&w, 1, gn_bytes("0123456789abcdef", GN_SALT_SIZE));
		gn_wire_put_bytes(&w, GN_KIND_VISIT, gn_bytes(visit_bytes, visit.size));
		assert_int_equal(gn_body_parse(gn_bytes(buf, w.size), &body),
		        n > GN_TOPICS_MAX ? GN_E_FORMAT : GN_OK);
	}
	assert_int_equal(body.record.topic_count, GN_TOPICS_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(shapes_are_judged),
	        cmocka_unit_test(topics_have_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
