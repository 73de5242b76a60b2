/* One entry and its place in the chain. It decides what an entry looks like,
 * what its hash and signature cover and which entry may follow which; what its
 * body says is proto/record's, whether its origin may write is the registry's.
 */
#include "proto/entry.h"

#include <sodium.h>

#include "proto/wire.h"

enum { ENTRY_HEADER = 1, ENTRY_BODY = 2, ENTRY_SIGNATURE = 3, ENTRY_BODY_HASH = 4 };
enum { HEADER_SEQ = 1, HEADER_CLOCK = 2, HEADER_QUALITY = 3, HEADER_SCHEMA = 4 };

#define TAG_SIZE 16
#define ENTRY_TAG "gonha entry v1"
static const uint8_t log_personal[TAG_SIZE] = "gonha log v1";
static const uint8_t entry_personal[TAG_SIZE] = ENTRY_TAG;

static enum gn_err entry_field(struct gn_entry *e, const struct gn_wire_field *f)
{
	if (f->type != GN_WIRE_BYTES)
		return GN_E_FORMAT;
	switch (f->number) {
	case ENTRY_HEADER:
		e->header = f->bytes;
		return GN_OK;
	case ENTRY_BODY:
		e->body = f->bytes;
		return f->bytes.size ? GN_OK : GN_E_FORMAT;
	case ENTRY_SIGNATURE:
		e->signature = f->bytes.data;
		return f->bytes.size == GN_SIG_SIZE ? GN_OK : GN_E_FORMAT;
	case ENTRY_BODY_HASH:
		e->body_hash = f->bytes.data;
		return f->bytes.size == GN_HASH_SIZE ? GN_OK : GN_E_FORMAT;
	default:
		return GN_E_FORMAT;
	}
}

/* [E-1], [E-3] One entry has one packed form, so that equal entries are equal bytes. */
enum gn_err gn_entry_parse(struct gn_bytes wire, struct gn_entry *ret_entry)
{
	struct gn_wire_reader r = gn_wire_read(wire);
	struct gn_wire_field f;
	struct gn_entry e = {0};
	uint32_t last = 0;

	if (wire.size > GN_ENTRY_MAX)
		return GN_E_SIZE;
	while (gn_wire_next(&r, &f)) {
		if (f.number <= last || entry_field(&e, &f))
			return GN_E_FORMAT;
		last = f.number;
	}
	if (r.err || e.header.size == 0 || e.signature == NULL)
		return GN_E_FORMAT;
	if ((e.body.size == 0) == (e.body_hash == NULL)) /* one of the two */
		return GN_E_FORMAT;
	*ret_entry = e;
	return GN_OK;
}

static enum gn_err header_field(struct gn_header *h, const struct gn_wire_field *f)
{
	enum gn_wire_type type = f->number == HEADER_CLOCK ? GN_WIRE_FIXED64 : GN_WIRE_VARINT;

	if (f->type != type || (f->number >= HEADER_QUALITY && f->value > UINT32_MAX))
		return GN_E_FORMAT;
	if (f->number == HEADER_SEQ)
		h->seq = f->value;
	else if (f->number == HEADER_CLOCK)
		h->clock = f->value;
	else if (f->number == HEADER_SCHEMA)
		h->schema = (uint32_t)f->value;
	else if (f->value <= GN_CLOCK_SYNCHRONISED) /* [E-6] else the worst */
		h->quality = (enum gn_quality)f->value;
	return GN_OK;
}

/* [E-4] */
enum gn_err gn_header_parse(struct gn_bytes header, struct gn_header *ret_header)
{
	struct gn_wire_reader r = gn_wire_read(header);
	struct gn_wire_field f;
	struct gn_header h = {.quality = GN_CLOCK_NEVER_SET};
	uint32_t last = 0;

	while (gn_wire_next(&r, &f)) {
		if (f.number > HEADER_SCHEMA && f.number >= last)
			last = f.number; /* [E-5] of a newer writer */
		else if (f.number <= last || header_field(&h, &f))
			return GN_E_FORMAT;
		else
			last = f.number;
	}
	if (r.err)
		return GN_E_FORMAT;
	*ret_header = h;
	return GN_OK;
}

/* [C-1] */
void gn_tip_start(const uint8_t origin[GN_KEY_SIZE], struct gn_tip *ret_tip)
{
	*ret_tip = (struct gn_tip){0};
	(void)crypto_generichash_blake2b_salt_personal(
	        ret_tip->hash, GN_HASH_SIZE, origin, GN_KEY_SIZE, NULL, 0, NULL, log_personal);
}

/* [C-2] What comes before the header has a fixed size, so no two entries hash alike. */
static void chain_hash(const uint8_t origin[GN_KEY_SIZE], const struct gn_tip *before,
        const struct gn_entry *entry, uint8_t ret_hash[GN_HASH_SIZE])
{
	uint8_t salt[crypto_generichash_blake2b_SALTBYTES] = {0}, body_hash[GN_HASH_SIZE];
	crypto_generichash_blake2b_state state;
	uint64_t seq = before->seq + 1;
	const uint8_t *of_body = entry->body_hash;
	unsigned i;

	for (i = 0; i < 8; i++)
		salt[i] = (uint8_t)(seq >> (8 * i));
	if (of_body == NULL) {
		(void)crypto_generichash_blake2b(
		        body_hash, GN_HASH_SIZE, entry->body.data, entry->body.size, NULL, 0);
		of_body = body_hash;
	}
	(void)crypto_generichash_blake2b_init_salt_personal(
	        &state, NULL, 0, GN_HASH_SIZE, salt, entry_personal);
	(void)crypto_generichash_blake2b_update(&state, origin, GN_KEY_SIZE);
	(void)crypto_generichash_blake2b_update(&state, before->hash, GN_HASH_SIZE);
	(void)crypto_generichash_blake2b_update(&state, before->signature, GN_SIG_SIZE);
	(void)crypto_generichash_blake2b_update(&state, of_body, GN_HASH_SIZE);
	(void)crypto_generichash_blake2b_update(&state, entry->header.data, entry->header.size);
	(void)crypto_generichash_blake2b_final(&state, ret_hash, GN_HASH_SIZE);
}

/* [C-3] The hash moves with the link, so an entry that is changed, moved or of
 * another log shows in the signature of every later one. */
enum gn_err gn_chain_step(
        const uint8_t origin[GN_KEY_SIZE], struct gn_tip *tip, const struct gn_entry *entry)
{
	struct gn_header header;
	enum gn_err err = gn_header_parse(entry->header, &header);

	if (err)
		return err;
	if (header.seq == 0 || header.seq != tip->seq + 1)
		return GN_E_ORDER;
	chain_hash(origin, tip, entry, tip->hash);
	memcpy(tip->signature, entry->signature, GN_SIG_SIZE);
	tip->seq = header.seq;
	return GN_OK;
}

static void tagged(const char *tag, const uint8_t hash[GN_HASH_SIZE],
        uint8_t ret_message[TAG_SIZE + GN_HASH_SIZE])
{
	memset(ret_message, 0, TAG_SIZE);
	memcpy(ret_message, tag, strnlen(tag, TAG_SIZE - 1));
	memcpy(ret_message + TAG_SIZE, hash, GN_HASH_SIZE);
}

static void sign_hash(const uint8_t secret[64], const char *tag, const uint8_t hash[GN_HASH_SIZE],
        uint8_t ret_signature[GN_SIG_SIZE])
{
	uint8_t message[TAG_SIZE + GN_HASH_SIZE];

	tagged(tag, hash, message);
	(void)crypto_sign_detached(ret_signature, NULL, message, sizeof(message), secret);
}

static enum gn_err verify_hash(const uint8_t key[GN_KEY_SIZE], const char *tag,
        const uint8_t hash[GN_HASH_SIZE], const uint8_t signature[GN_SIG_SIZE])
{
	uint8_t message[TAG_SIZE + GN_HASH_SIZE];

	tagged(tag, hash, message);
	return crypto_sign_verify_detached(signature, message, sizeof(message), key)
	               ? GN_E_SIGNATURE
	               : GN_OK;
}

/* [C-4] */
enum gn_err gn_tip_verify(const uint8_t origin[GN_KEY_SIZE], const struct gn_tip *tip)
{
	return verify_hash(origin, ENTRY_TAG, tip->hash, tip->signature);
}

/* [C-5] */
enum gn_err gn_chain_run(const uint8_t origin[GN_KEY_SIZE], struct gn_tip *tip,
        const struct gn_entry *entries, size_t n)
{
	struct gn_tip t = *tip;
	enum gn_err err;
	size_t i;

	for (i = 0; i < n; i++) {
		err = gn_chain_step(origin, &t, &entries[i]);
		if (err)
			return err;
	}
	err = gn_tip_verify(origin, &t);
	if (!err)
		*tip = t;
	return err;
}

static struct gn_bytes header_pack(const struct gn_header *h, uint8_t *buf, size_t cap)
{
	struct gn_wire_writer w = {buf, cap, 0};

	gn_wire_put_varint(&w, HEADER_SEQ, h->seq);
	if (h->clock)
		gn_wire_put_fixed64(&w, HEADER_CLOCK, h->clock);
	if (h->quality)
		gn_wire_put_varint(&w, HEADER_QUALITY, h->quality);
	if (h->schema)
		gn_wire_put_varint(&w, HEADER_SCHEMA, h->schema);
	return gn_bytes(buf, w.size);
}

static enum gn_err entry_pack(const struct gn_entry *e, uint8_t *buf, size_t cap, size_t *ret_size)
{
	struct gn_wire_writer w = {buf, cap, 0};

	gn_wire_put_bytes(&w, ENTRY_HEADER, e->header);
	if (e->body_hash == NULL)
		gn_wire_put_bytes(&w, ENTRY_BODY, e->body);
	gn_wire_put_bytes(&w, ENTRY_SIGNATURE, gn_bytes(e->signature, GN_SIG_SIZE));
	if (e->body_hash != NULL)
		gn_wire_put_bytes(&w, ENTRY_BODY_HASH, gn_bytes(e->body_hash, GN_HASH_SIZE));
	if (w.size > cap || w.size > GN_ENTRY_MAX)
		return GN_E_SIZE;
	*ret_size = w.size;
	return GN_OK;
}

enum gn_err gn_entry_write(const uint8_t secret[64], struct gn_tip *tip, struct gn_header *header,
        struct gn_bytes body, uint8_t *buf, size_t cap, size_t *ret_size)
{
	const uint8_t *origin = secret + 32; /* libsodium keeps the public key there */
	uint8_t header_bytes[64];
	struct gn_tip t = *tip;
	struct gn_entry e = {.body = body, .signature = t.signature};
	enum gn_err err;

	if (body.size == 0)
		return GN_E_FORMAT;
	if (tip->seq == UINT64_MAX)
		return GN_E_ORDER;
	header->seq = tip->seq + 1;
	e.header = header_pack(header, header_bytes, sizeof(header_bytes));
	chain_hash(origin, tip, &e, t.hash);
	sign_hash(secret, ENTRY_TAG, t.hash, t.signature);
	t.seq = header->seq;
	err = entry_pack(&e, buf, cap, ret_size);
	if (!err)
		*tip = t;
	return err;
}

/* [E-7] */
enum gn_err gn_entry_strip(const struct gn_entry *entry, uint8_t *buf, size_t cap, size_t *ret_size)
{
	struct gn_entry e = *entry;
	uint8_t body_hash[GN_HASH_SIZE];

	if (e.body_hash == NULL) {
		(void)crypto_generichash_blake2b(
		        body_hash, GN_HASH_SIZE, e.body.data, e.body.size, NULL, 0);
		e.body_hash = body_hash;
	}
	return entry_pack(&e, buf, cap, ret_size);
}

/* [C-6] */
void gn_sign(const uint8_t secret[64], const char *tag, struct gn_bytes message,
        uint8_t ret_signature[GN_SIG_SIZE])
{
	uint8_t hash[GN_HASH_SIZE];

	(void)crypto_generichash_blake2b(hash, GN_HASH_SIZE, message.data, message.size, NULL, 0);
	sign_hash(secret, tag, hash, ret_signature);
}

enum gn_err gn_verify(const uint8_t key[GN_KEY_SIZE], const char *tag, struct gn_bytes message,
        const uint8_t signature[GN_SIG_SIZE])
{
	uint8_t hash[GN_HASH_SIZE];

	(void)crypto_generichash_blake2b(hash, GN_HASH_SIZE, message.data, message.size, NULL, 0);
	return verify_hash(key, tag, hash, signature);
}
