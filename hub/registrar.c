/* The hub holds the registrar's key, so it alone appends here; the sequence is
 * taken inside the write transaction, which makes commands beside the daemon safe. */
#include "hub/registrar.h"

#include "core/day.h"
#include "proto/clock.h"
#include "proto/record.h"

#include <sodium.h>
#include <stdlib.h>

static enum gn_err last_clock(struct gn_txn *txn, const struct gn_log *log, uint64_t *ret_clock)
{
	struct gn_bytes wire;
	struct gn_entry entry;
	struct gn_header header = {0};
	if (log->tip.seq > 0) {
		enum gn_err err = gn_log_read(txn, log->no, log->tip.seq, &wire);
		if (!err)
			err = gn_entry_parse(wire, &entry);
		if (!err)
			err = gn_header_parse(entry.header, &header);
		if (err)
			return err;
	}
	*ret_clock = header.clock;
	return GN_OK;
}

static enum gn_err append_one(struct gn_txn *txn, const uint8_t *secret, bool root,
        struct gn_log *log, struct gn_bytes message)
{
	uint8_t body[GN_ENTRY_MAX], wire[GN_ENTRY_MAX], salt[GN_SALT_SIZE];
	size_t body_size, size;
	uint64_t clock;
	enum gn_err err = last_clock(txn, log, &clock);
	if (err)
		return err;
	randombytes_buf(salt, sizeof salt);
	struct gn_header header = {.clock = gn_clock_tick(clock, gn_now_ms()),
	        .quality = GN_CLOCK_SYNCHRONISED,
	        .schema = GN_SCHEMA};
	struct gn_tip tip = log->tip;
	err = gn_body_wrap(root ? GN_KIND_ROOT : GN_KIND_REGISTRY, salt, message, body, sizeof body,
	        &body_size);
	if (!err)
		err = gn_entry_write(
		        secret, &tip, &header, gn_bytes(body, body_size), wire, sizeof wire, &size);
	if (err)
		return err;
	struct gn_bytes entry = gn_bytes(wire, size);
	return gn_log_append(txn, log, &entry, 1, &tip);
}

enum gn_err hub_registrar_append(struct gn_txn *txn, const uint8_t secret[64], bool root,
        const struct gn_bytes *messages, size_t n)
{
	uint8_t origin[GN_KEY_SIZE];
	struct gn_log log;
	crypto_sign_ed25519_sk_to_pk(origin, secret);
	enum gn_err err = gn_log_need(txn, origin, &log);
	for (size_t i = 0; i < n && !err; i++)
		err = append_one(txn, secret, root, &log, messages[i]);
	return err;
}

enum gn_err hub_registrar_items(
        struct gn_txn *txn, const uint8_t secret[64], Gonha__Item *const *items, size_t n)
{
	Gonha__Registry change = GONHA__REGISTRY__INIT;
	change.items = (Gonha__Item **)items;
	change.n_items = n;
	size_t size = gonha__registry__get_packed_size(&change);
	uint8_t *packed = malloc(size + 1);
	if (!packed)
		return GN_E_NOMEM;
	gonha__registry__pack(&change, packed);
	struct gn_bytes message = gn_bytes(packed, size);
	enum gn_err err = hub_registrar_append(txn, secret, false, &message, 1);
	free(packed);
	return err;
}

enum gn_err hub_registrar_item(struct gn_store *store, const uint8_t secret[64], Gonha__Item *item)
{
	struct gn_txn txn = gn_txn_begin(store, true);
	enum gn_err err = txn.err ? txn.err : hub_registrar_items(&txn, secret, &item, 1);
	if (err) {
		gn_txn_abort(&txn);
		return err;
	}
	return gn_txn_commit(&txn);
}
