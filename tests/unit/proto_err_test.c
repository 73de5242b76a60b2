/* Every error has words and a code of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "proto/base.h"

static void every_error_is_named_once(void **state)
{
	unsigned i, k;

	(void)state;
	for (i = 0; i < GN_ERR_COUNT; i++) {
		assert_non_null(gn_err_text((enum gn_err)i));
		assert_non_null(gn_err_code((enum gn_err)i));
		for (k = 0; k < i; k++)
			assert_string_not_equal(
			        gn_err_code((enum gn_err)i), gn_err_code((enum gn_err)k));
	}
	assert_string_equal(gn_err_code(GN_E_LINK), "link");
	assert_string_equal(gn_err_code((enum gn_err)GN_ERR_COUNT), "unknown");
	assert_string_equal(gn_err_text((enum gn_err)1000), "unknown error");
}

static void numbers_are_big_endian(void **state)
{
	uint8_t buf[8];

	(void)state;
	gn_put_be16(buf, 0x0102);
	assert_memory_equal(buf, "\x01\x02", 2);
	assert_int_equal(gn_get_be16(buf), 0x0102);
	gn_put_be32(buf, 0x01020304);
	assert_memory_equal(buf, "\x01\x02\x03\x04", 4);
	assert_int_equal(gn_get_be32(buf), 0x01020304);
	gn_put_be64(buf, 0x0102030405060708);
	assert_memory_equal(buf, "\x01\x02\x03\x04\x05\x06\x07\x08", 8);
	assert_int_equal(gn_get_be64(buf), 0x0102030405060708);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_error_is_named_once),
	        cmocka_unit_test(numbers_are_big_endian),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
