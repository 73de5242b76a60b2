#include "core/text.h"
#include "proto/citizen.h"
#include "temp_dir.h"

static void base32_follows_rfc_4648(void **state)
{
	static const struct {
		const char *plain, *text;
	} rows[] = {{"", ""}, {"f", "my"}, {"fo", "mzxq"}, {"foo", "mzxw6"}, {"foob", "mzxw6yq"},
	        {"fooba", "mzxw6ytb"}, {"foobar", "mzxw6ytboi"}};
	char text[32];
	uint8_t back[16];
	size_t size;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		gn_base32(gn_bytes_str(rows[i].plain), text, sizeof text);
		assert_string_equal(text, rows[i].text);
		assert_int_equal(gn_base32_parse(text, back, sizeof back, &size), GN_OK);
		assert_true(gn_bytes_is(gn_bytes(back, size), rows[i].plain));
	}
}

static void base32_of_a_key_and_its_short_form(void **state)
{
	uint8_t key[GN_KEY_SIZE], back[GN_KEY_SIZE];
	char text[GN_ID_TEXT], cut[GN_ID_SHORT + 1];
	size_t size;

	(void)state;
	memset(key, 0xa5, sizeof key);
	gn_base32(gn_bytes(key, sizeof key), text, sizeof text);
	assert_int_equal(strlen(text), GN_ID_TEXT - 1);
	assert_int_equal(gn_base32_parse(text, back, sizeof back, &size), GN_OK);
	assert_int_equal(size, GN_KEY_SIZE);
	assert_memory_equal(back, key, sizeof key);
	gn_base32(gn_bytes(key, sizeof key), cut, sizeof cut);
	assert_int_equal(strlen(cut), GN_ID_SHORT);
	assert_memory_equal(cut, text, GN_ID_SHORT);
}

static void base32_refuses_what_no_bytes_spell(void **state)
{
	static const char *const bad[] = {"m", "mzx", "mzxw6y", "mz", "m1", "my======", "m y"};
	uint8_t back[16];
	size_t size = 77;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(gn_base32_parse(bad[i], back, sizeof back, &size), GN_E_FORMAT);
	assert_int_equal(gn_base32_parse("mzxw6ytboi", back, 5, &size), GN_E_FORMAT);
	assert_int_equal(size, 77);
	assert_int_equal(gn_base32_parse("MZXW6", back, 3, &size), GN_OK);
}

static void base64url_goes_both_ways(void **state)
{
	static const uint8_t bytes[] = {0xfb, 0xff, 0xfe, 0x00};
	uint8_t back[8];
	char text[16];
	size_t size;

	(void)state;
	gn_base64url(gn_bytes(bytes, 4), text, sizeof text);
	assert_string_equal(text, "-__-AA");
	assert_int_equal(gn_base64url_parse(text, back, sizeof back, &size), GN_OK);
	assert_true(gn_bytes_eq(gn_bytes(back, size), gn_bytes(bytes, 4)));
	assert_int_equal(gn_base64url_parse("-__-AB", back, sizeof back, &size), GN_E_FORMAT);
	assert_int_equal(gn_base64url_parse("-__-A", back, sizeof back, &size), GN_E_FORMAT);
	assert_int_equal(gn_base64url_parse("-_/-AA", back, sizeof back, &size), GN_E_FORMAT);
	assert_int_equal(gn_base64url_parse("-__-AA==", back, sizeof back, &size), GN_E_FORMAT);
}

static void hex_goes_both_ways(void **state)
{
	static const uint8_t bytes[] = {0x00, 0x9a, 0xff};
	uint8_t back[3];
	char text[7];

	(void)state;
	gn_hex(gn_bytes(bytes, 3), text);
	assert_string_equal(text, "009aff");
	assert_int_equal(gn_hex_parse("009AfF", back, 3), GN_OK);
	assert_memory_equal(back, bytes, 3);
	assert_int_equal(gn_hex_parse("009aff", back, 2), GN_E_FORMAT);
	assert_int_equal(gn_hex_parse("009ag0", back, 3), GN_E_FORMAT);
}

static enum gn_err number(const char *text, uint64_t max, uint64_t *ret)
{
	return gn_number_parse(gn_bytes_str(text), max, ret);
}

static void numbers_are_digits_alone(void **state)
{
	static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "abc", "101",
	        "18446744073709551616", "99999999999999999999999"};
	uint64_t n = 7;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(number(bad[i], 100, &n), GN_E_FORMAT);
	assert_int_equal(number("18446744073709551616", UINT64_MAX, &n), GN_E_FORMAT);
	assert_int_equal(n, 7);
	assert_int_equal(number("100", 100, &n), GN_OK);
	assert_int_equal(n, 100);
	assert_int_equal(number("05", 100, &n), GN_OK);
	assert_int_equal(n, 5);
	assert_int_equal(number("18446744073709551615", UINT64_MAX, &n), GN_OK);
	assert_true(n == UINT64_MAX);
}

static void hundredths_keep_both_decimals(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = {{"12.34", 1234}, {"12.3", 1230}, {"12", 1200}, {"0.05", 5}, {"100.00", 10000}};
	static const char *const bad[] = {
	        "", ".", "1.", ".5", "1.234", "1,5", "-1", "1.2.3", "184467440737095516.16"};
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(gn_hundredths_parse(gn_bytes_str(good[i].text), &value), GN_OK);
		assert_int_equal(value, good[i].value);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(gn_hundredths_parse(gn_bytes_str(bad[i]), &value), GN_E_FORMAT);
}

static void utf8_is_strict(void **state)
{
	static const char *const good[] = {"", "abc", "Qu\xe1\xba\xa3ng Ninh", "\xf4\x8f\xbf\xbf",
	        ("12345678\xc3\xa9"
	         "12345678")};
	static const char *const bad[] = {"\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
	        "abc\xe1\xba", "\xff", "\xe0\x80\x80", "12345678\xc3"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(gn_utf8_valid(gn_bytes_str(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(gn_utf8_valid(gn_bytes_str(bad[i])));
}

static void width_counts_columns(void **state)
{
	(void)state;
	assert_int_equal(gn_text_width("Qu\xe1\xba\xa3ng Ninh"), 10);
	assert_int_equal(gn_text_width("Qua\xcc\x89ng Ninh"), 10); /* a + combining hook */
	assert_int_equal(gn_text_width("\xe7\x9c\x81"), 2);
	assert_int_equal(gn_text_width("a\xff"), 2);
	assert_int_equal(gn_text_width(""), 0);
}

static void normal_text_is_trimmed_nfc(void **state)
{
	char buf[32];

	(void)state;
	assert_int_equal(
	        gn_text_normal(gn_bytes_str("\xc2\xa0 Qua\xcc\x89ng \t\n"), buf, 32), GN_OK);
	assert_string_equal(buf, "Qu\xe1\xba\xa3ng");
	assert_int_equal(gn_text_normal(gn_bytes_str("  "), buf, 32), GN_OK);
	assert_string_equal(buf, "");
	assert_int_equal(gn_text_normal(gn_bytes_str("12345"), buf, 6), GN_OK);
	assert_int_equal(gn_text_normal(gn_bytes_str("123456"), buf, 6), GN_E_SIZE);
	assert_int_equal(gn_text_normal(gn_bytes_str("a\xff"), buf, 32), GN_E_FORMAT);
	assert_int_equal(gn_text_normal(gn_bytes("a\0b", 3), buf, 32), GN_E_FORMAT);
}

static void citizen_numbers_lose_their_marks(void **state)
{
	static const struct {
		const char *typed, *kept;
	} rows[] = {{"022.199-001 234", "022199001234"}, {"022199001234", "022199001234"},
	        {"02219900123", "02219900123"}, {"022-199", "022-199"},
	        {("022\xc2\xa0"
	          "199001234"),
	                "022199001234"},
	        {"CMND 022.1", "CMND 022.1"}};
	char buf[GN_CITIZEN_MAX + 1];
	char longest[GN_CITIZEN_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(
		        gn_citizen_normal(gn_bytes_str(rows[i].typed), buf, sizeof buf), GN_OK);
		assert_string_equal(buf, rows[i].kept);
	}
	memset(longest, 'x', sizeof longest);
	assert_int_equal(gn_citizen_normal(gn_bytes(longest, 45), buf, sizeof buf), GN_OK);
	assert_int_equal(gn_citizen_normal(gn_bytes(longest, 46), buf, sizeof buf), GN_E_SIZE);
	assert_int_equal(gn_citizen_normal(gn_bytes_str(" "), buf, sizeof buf), GN_E_FORMAT);
	assert_int_equal(gn_citizen_normal(gn_bytes_str("\xff"), buf, sizeof buf), GN_E_FORMAT);
}

static void a_citizen_number_is_found_in_text(void **state)
{
	static const char *const with[] = {
	        "022199001234", "022.199-001 234", "a022199001234b", "12, 022199001234"};
	static const char *const without[] = {
	        "", "02219900123", "0221990012345", "022199 001234 a", "2022-06-01", "\xff"};

	(void)state;
	for (size_t i = 0; i < sizeof with / sizeof *with; i++)
		assert_true(gn_citizen_within(gn_bytes_str(with[i])));
	for (size_t i = 0; i < sizeof without / sizeof *without; i++)
		assert_false(gn_citizen_within(gn_bytes_str(without[i])));
}

static void code_hash_is_blake2b_64(void **state)
{
	(void)state;
	/* python3: hashlib.blake2b(b'vneid', digest_size=8).hexdigest() */
	assert_true(gn_code_hash(gn_bytes_str("vneid")) == UINT64_C(0x6dc092730051e93f));
	assert_true(gn_code_hash(gn_bytes_str("")) == UINT64_C(0xe4a6a0577479b2b4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(base32_follows_rfc_4648),
	        cmocka_unit_test(base32_of_a_key_and_its_short_form),
	        cmocka_unit_test(base32_refuses_what_no_bytes_spell),
	        cmocka_unit_test(base64url_goes_both_ways),
	        cmocka_unit_test(hex_goes_both_ways),
	        cmocka_unit_test(numbers_are_digits_alone),
	        cmocka_unit_test(hundredths_keep_both_decimals),
	        cmocka_unit_test(utf8_is_strict),
	        cmocka_unit_test(width_counts_columns),
	        cmocka_unit_test(normal_text_is_trimmed_nfc),
	        cmocka_unit_test(citizen_numbers_lose_their_marks),
	        cmocka_unit_test(a_citizen_number_is_found_in_text),
	        cmocka_unit_test(a_citizen_number_is_found_in_text),
	        cmocka_unit_test(code_hash_is_blake2b_64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
