/* Reading the vectors of proto/vectors in a test; every complaint names its case. */
#ifndef PROTO_VECTORS_H
#define PROTO_VECTORS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "proto/entry.h"

static json_t *file;
static const char *name; /* of the case at hand */

static inline json_t *open_cases(const char *file_name)
{
	char path[512];
	json_error_t error;

	snprintf(path, sizeof(path), TEST_SOURCE_DIR "/proto/vectors/%s.json", file_name);
	file = json_load_file(path, 0, &error);
	if (file == NULL)
		fail_msg("%s:%d: %s", path, error.line, error.text);
	assert_true(json_array_size(json_object_get(file, "cases")) > 0);
	return json_object_get(file, "cases");
}

static inline const char *member(json_t *of, const char *key)
{
	const char *text = json_string_value(json_object_get(of, key));

	if (text == NULL)
		fail_msg("%s: %s is missing", name, key);
	return text;
}

static inline size_t unhex(const char *text, uint8_t *buf, size_t cap)
{
	size_t size;

	if (sodium_hex2bin(buf, cap, text, strlen(text), NULL, &size, NULL) ||
	        2 * size != strlen(text))
		fail_msg("%s: not in hexadecimal: %s", name, text);
	return size;
}

static inline void unhex_exactly(json_t *of, const char *key, uint8_t *buf, size_t size)
{
	if (unhex(member(of, key), buf, size) != size)
		fail_msg("%s: %s has a wrong size", name, key);
}

static inline uint64_t number(json_t *of, const char *key)
{
	return strtoull(member(of, key), NULL, 10);
}

static inline void check(enum gn_err got, json_t *of)
{
	if (strcmp(gn_err_code(got), member(of, "error")) != 0)
		fail_msg("%s: expected %s, got %s", name, member(of, "error"), gn_err_code(got));
}

static inline void key_pair(json_t *of, uint8_t ret_key[GN_KEY_SIZE], uint8_t ret_secret[64])
{
	uint8_t seed[32];

	unhex_exactly(of, "key_seed", seed, sizeof(seed));
	assert_int_equal(crypto_sign_seed_keypair(ret_key, ret_secret, seed), 0);
}

#endif
