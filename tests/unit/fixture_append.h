/* Entries into a store as sync would bring them: chained and signed. */
#ifndef FIXTURE_APPEND_H
#define FIXTURE_APPEND_H

#include "temp_dir.h"

#include <sodium.h>

#include "core/logs.h"
#include "proto/record.h"

/* Appends one entry of `kind` to the log of `secret`'s key, as sync would. */
static inline void fixture_append(struct gn_store *store, const uint8_t secret[64],
        enum gn_kind kind, const void *message, size_t size)
{
	uint8_t origin[32], salt[GN_SALT_SIZE], body[GN_ENTRY_MAX], entry[GN_ENTRY_MAX];
	size_t body_size, entry_size;
	struct gn_log log;
	struct gn_header header = {.clock = 1u << 16, .schema = GN_SCHEMA};
	crypto_sign_ed25519_sk_to_pk(origin, secret);
	randombytes_buf(salt, sizeof(salt));
	assert_int_equal(
	        gn_body_wrap(kind, salt, gn_bytes(message, size), body, sizeof(body), &body_size),
	        GN_OK);
	GN_AUTO_TXN txn = gn_txn_begin(store, true);
	assert_int_equal(gn_log_need(&txn, origin, &log), GN_OK);
	struct gn_tip tip = log.tip;
	assert_int_equal(gn_entry_write(secret, &tip, &header, gn_bytes(body, body_size), entry,
	                         sizeof(entry), &entry_size),
	        GN_OK);
	struct gn_bytes wire = gn_bytes(entry, entry_size);
	assert_int_equal(gn_log_append(&txn, &log, &wire, 1, &tip), GN_OK);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

#endif
