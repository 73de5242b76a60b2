/* A small log for tests: fixed key, fixed salts, `n` visits. */
#ifndef PROTO_LOG_H
#define PROTO_LOG_H

#include <sodium.h>

#include "proto/entry.h"
#include "proto/record.h"

#define LOG_MAX 8

struct test_log {
	uint8_t origin[GN_KEY_SIZE], secret[64];
	struct gn_tip start, tip;
	uint8_t bytes[LOG_MAX][GN_ENTRY_MAX];
	size_t sizes[LOG_MAX];
	struct gn_entry entries[LOG_MAX];
	size_t n;
};

static inline bool test_log_key(struct test_log *log, uint8_t seed_byte)
{
	uint8_t seed[32];

	memset(seed, seed_byte, sizeof(seed));
	if (sodium_init() < 0 || crypto_sign_seed_keypair(log->origin, log->secret, seed))
		return false;
	gn_tip_start(log->origin, &log->start);
	log->tip = log->start;
	log->n = 0;
	return true;
}

static inline enum gn_err test_log_add(struct test_log *log)
{
	uint8_t salt[GN_SALT_SIZE], packed[512];
	struct gn_body body = {.kind = GN_KIND_VISIT, .salt = salt};
	struct gn_header header = {0, 0, GN_CLOCK_SYNCHRONISED, GN_SCHEMA};
	size_t size, i = log->n;
	enum gn_err err;

	memset(salt, (int)i + 1, sizeof(salt));
	header.clock = (1654041600000 + i) << 16;
	body.record.kind = GN_KIND_VISIT;
	body.record.date = 19144;
	body.record.household = (uint32_t)i + 1;
	body.record.text[GN_F_TEAM] = gn_bytes_str("bai-chay-t1");
	err = gn_body_pack(&body, packed, sizeof(packed), &size);
	if (!err)
		err = gn_entry_write(log->secret, &log->tip, &header, gn_bytes(packed, size),
		        log->bytes[i], GN_ENTRY_MAX, &log->sizes[i]);
	if (!err)
		err = gn_entry_parse(gn_bytes(log->bytes[i], log->sizes[i]), &log->entries[i]);
	log->n += !err;
	return err;
}

static inline bool test_log_make(struct test_log *log, uint8_t seed_byte, size_t n)
{
	bool good = test_log_key(log, seed_byte);

	while (good && log->n < n)
		good = test_log_add(log) == GN_OK;
	return good;
}

#endif
