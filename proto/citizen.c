/* A citizen's block, its blind index, and session keys sealed for hubs. It
 * decides how they are encrypted and bound to their place; how long a session
 * key lives and where is the programs' business.
 */
#include "proto/citizen.h"

#include <sodium.h>

#include "proto/wire.h"

#define PLAIN_SIZE 48
#define TAG "gonha citizen v1"
#define TAG_SIZE 16
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define BOUND_SIZE (TAG_SIZE + GN_KEY_SIZE + 8)

enum { SESSION_SEALED = 1, SEALED_HUB = 1, SEALED_KEY = 2 };

_Static_assert(sizeof(TAG) - 1 == TAG_SIZE, "the tag fills its place");
_Static_assert(PLAIN_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES == GN_BLOCK_SIZE, "block");
_Static_assert(GN_SALT_SIZE + 8 == NONCE_SIZE, "salt and sequence are the nonce");
_Static_assert(GN_SESSION_KEY + crypto_box_SEALBYTES == GN_SEALED_SIZE, "sealed key");

/* [P-42] */
static void place_bytes(const struct gn_block_place *place, uint8_t ret_nonce[NONCE_SIZE],
        uint8_t ret_bound[BOUND_SIZE])
{
	memcpy(ret_nonce, place->salt, GN_SALT_SIZE);
	gn_put_be64(ret_nonce + GN_SALT_SIZE, place->seq);
	memcpy(ret_bound, TAG, TAG_SIZE);
	memcpy(ret_bound + TAG_SIZE, place->origin, GN_KEY_SIZE);
	gn_put_be64(ret_bound + TAG_SIZE + GN_KEY_SIZE, place->session);
}

/* [P-40] Of one size, so that it tells nothing of what is inside. */
enum gn_err gn_citizen_seal(const uint8_t key[GN_SESSION_KEY], const struct gn_block_place *place,
        const struct gn_citizen *citizen, uint8_t ret_block[GN_BLOCK_SIZE])
{
	uint8_t plain[PLAIN_SIZE] = {0}, nonce[NONCE_SIZE], bound[BOUND_SIZE];
	size_t size = strnlen(citizen->text, sizeof(citizen->text));

	if (size == 0 || size > GN_CITIZEN_MAX)
		return GN_E_SIZE;
	/* [P-41] */
	plain[0] = (uint8_t)size;
	memcpy(plain + 1, citizen->text, size);
	gn_put_be16(plain + 1 + GN_CITIZEN_MAX, citizen->birth_year);
	place_bytes(place, nonce, bound);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(
	        ret_block, NULL, plain, PLAIN_SIZE, bound, BOUND_SIZE, NULL, nonce, key);
	sodium_memzero(plain, PLAIN_SIZE);
	return GN_OK;
}

static enum gn_err plain_parse(const uint8_t plain[PLAIN_SIZE], struct gn_citizen *ret_citizen)
{
	const char *text = (const char *)plain + 1;
	size_t size = plain[0], i;

	if (size == 0 || size > GN_CITIZEN_MAX || !gn_wire_is_text(gn_bytes(text, size)))
		return GN_E_FORMAT;
	for (i = size; i < GN_CITIZEN_MAX; i++)
		if (text[i] != 0)
			return GN_E_FORMAT;
	memcpy(ret_citizen->text, text, GN_CITIZEN_MAX);
	ret_citizen->text[GN_CITIZEN_MAX] = 0;
	ret_citizen->birth_year = gn_get_be16(plain + 1 + GN_CITIZEN_MAX);
	return GN_OK;
}

enum gn_err gn_citizen_open(const uint8_t key[GN_SESSION_KEY], const struct gn_block_place *place,
        const uint8_t block[GN_BLOCK_SIZE], struct gn_citizen *ret_citizen)
{
	uint8_t plain[PLAIN_SIZE], nonce[NONCE_SIZE], bound[BOUND_SIZE];
	enum gn_err err = GN_E_SEALED;

	place_bytes(place, nonce, bound);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
	            plain, NULL, NULL, block, GN_BLOCK_SIZE, bound, BOUND_SIZE, nonce, key) == 0)
		err = plain_parse(plain, ret_citizen);
	sodium_memzero(plain, PLAIN_SIZE);
	return err;
}

/* [P-45] */
void gn_citizen_index(const uint8_t secret[32], const char *text, uint8_t ret_index[16])
{
	(void)crypto_generichash_blake2b(
	        ret_index, 16, (const uint8_t *)text, strlen(text), secret, 32);
}

/* [P-43] */
enum gn_err gn_session_seal(const uint8_t key[GN_SESSION_KEY], const struct gn_hub_seal *hubs,
        size_t n, uint8_t *buf, size_t cap, size_t *ret_size)
{
	struct gn_wire_writer w = {buf, cap, 0}, measure = {0};
	uint8_t sealed[GN_SEALED_SIZE] = {0};
	size_t i;

	gn_wire_put_bytes(&measure, SEALED_HUB, gn_bytes(sealed, GN_KEY_SIZE));
	gn_wire_put_bytes(&measure, SEALED_KEY, gn_bytes(sealed, GN_SEALED_SIZE));
	for (i = 0; i < n; i++) {
		/* Fails for a public key that is a point of small order. */
		if (crypto_box_seal(sealed, key, GN_SESSION_KEY, hubs[i].seal))
			return GN_E_SEALED;
		gn_wire_put_length(&w, SESSION_SEALED, measure.size);
		gn_wire_put_bytes(&w, SEALED_HUB, gn_bytes(hubs[i].hub, GN_KEY_SIZE));
		gn_wire_put_bytes(&w, SEALED_KEY, gn_bytes(sealed, GN_SEALED_SIZE));
	}
	if (w.size > cap)
		return GN_E_SIZE;
	*ret_size = w.size;
	return GN_OK;
}

struct sealed {
	struct gn_bytes hub, key;
};

static enum gn_err sealed_parse(const struct gn_wire_field *in, struct sealed *ret_sealed)
{
	struct gn_wire_reader r = gn_wire_read(in->bytes);
	struct gn_wire_field f;
	struct sealed s = {0};

	if (in->type != GN_WIRE_BYTES)
		return GN_E_FORMAT;
	while (gn_wire_next(&r, &f)) {
		if (f.number == SEALED_HUB && f.type == GN_WIRE_BYTES)
			s.hub = f.bytes;
		if (f.number == SEALED_KEY && f.type == GN_WIRE_BYTES)
			s.key = f.bytes;
	}
	if (r.err || s.hub.size != GN_KEY_SIZE || s.key.size != GN_SEALED_SIZE)
		return GN_E_FORMAT;
	*ret_sealed = s;
	return GN_OK;
}

/* [P-44] The first that is sealed for this hub counts. */
enum gn_err gn_session_open(struct gn_bytes message, const uint8_t hub[GN_KEY_SIZE],
        const uint8_t seal_public[GN_KEY_SIZE], const uint8_t seal_secret[GN_KEY_SIZE],
        uint8_t ret_key[GN_SESSION_KEY])
{
	struct gn_wire_reader r = gn_wire_read(message);
	struct gn_wire_field f;
	struct sealed s;

	while (gn_wire_next(&r, &f)) {
		if (f.number != SESSION_SEALED)
			continue;
		if (sealed_parse(&f, &s))
			return GN_E_FORMAT;
		if (memcmp(s.hub.data, hub, GN_KEY_SIZE) == 0)
			return crypto_box_seal_open(ret_key, s.key.data, GN_SEALED_SIZE,
			               seal_public, seal_secret)
			               ? GN_E_SEALED
			               : GN_OK;
	}
	return r.err ? GN_E_FORMAT : GN_E_NOTFOUND;
}
