/* Reads in place and checks before anybody looks inside. */
#include "proto/signed.h"

#include "proto/entry.h"
#include "proto/wire.h"

#include <sodium.h>

/* [S-15] */
enum gn_err gn_signed_write(const uint8_t secret[64], const char *tag, struct gn_bytes statement,
        uint8_t *buf, size_t cap, size_t *ret_size)
{
	uint8_t key[GN_KEY_SIZE], signature[GN_SIG_SIZE];
	struct gn_wire_writer w = {.data = buf, .cap = cap};
	crypto_sign_ed25519_sk_to_pk(key, secret);
	gn_sign(secret, tag, statement, signature);
	gn_wire_put_bytes(&w, 1, gn_bytes(key, sizeof key));
	gn_wire_put_bytes(&w, 2, statement);
	gn_wire_put_bytes(&w, 3, gn_bytes(signature, sizeof signature));
	if (w.size > cap)
		return GN_E_SIZE;
	*ret_size = w.size;
	return GN_OK;
}

enum gn_err gn_signed_read(struct gn_bytes packed, const char *tag, struct gn_signed *ret_signed)
{
	struct gn_bytes key = {0}, statement = {0}, signature = {0};
	struct gn_wire_reader r = gn_wire_read(packed);
	struct gn_wire_field f;
	while (gn_wire_next(&r, &f)) {
		if (f.number == 1)
			key = f.bytes;
		else if (f.number == 2)
			statement = f.bytes;
		else if (f.number == 3)
			signature = f.bytes;
	}
	if (r.err || key.size != GN_KEY_SIZE || signature.size != GN_SIG_SIZE)
		return GN_E_FORMAT;
	enum gn_err err = gn_verify(key.data, tag, statement, signature.data);
	if (!err)
		*ret_signed = (struct gn_signed){key.data, statement};
	return err;
}
