/* What brings a hub's keys back after a lost disk. It is opened rarely and by a
 * person, so the passphrase may cost a second. */
#include "hub/recovery.h"

#include "core/file.h"

#include <sodium.h>
#include <stdlib.h>

static const char magic[16] = "gonha recovery 1";

#define SECRETS_SIZE (3 * 64 + 3 * 32)
#define BOX_SIZE (SECRETS_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES)
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES

struct recovery_file {
	uint8_t magic[16], salt[crypto_pwhash_SALTBYTES], nonce[NONCE_SIZE], box[BOX_SIZE];
};
_Static_assert(sizeof(struct hub_secrets) == SECRETS_SIZE, "the file holds the fields, no padding");
_Static_assert(sizeof(struct recovery_file) == 16 + 16 + 24 + BOX_SIZE, "no padding");

static enum gn_err derive(const char *passphrase, const uint8_t *salt, uint8_t key[32])
{
	int rc = crypto_pwhash(key, 32, passphrase, strlen(passphrase), salt, 3, 64u << 20,
	        crypto_pwhash_ALG_ARGON2ID13);
	return rc ? GN_E_NOMEM : GN_OK;
}

enum gn_err hub_recovery_write(
        const char *path, const char *passphrase, const struct hub_secrets *secrets)
{
	struct recovery_file file;
	uint8_t key[32];
	memcpy(file.magic, magic, sizeof magic);
	randombytes_buf(file.salt, sizeof file.salt);
	randombytes_buf(file.nonce, sizeof file.nonce);
	enum gn_err err = derive(passphrase, file.salt, key);
	if (err)
		return err;
	crypto_aead_xchacha20poly1305_ietf_encrypt(file.box, NULL, (const uint8_t *)secrets,
	        SECRETS_SIZE, file.magic, sizeof file.magic, NULL, file.nonce, key);
	sodium_memzero(key, sizeof key);
	return gn_secret_write(path, gn_bytes(&file, sizeof file));
}

enum gn_err hub_recovery_read(
        const char *path, const char *passphrase, struct hub_secrets *ret_secrets)
{
	uint8_t *data, key[32];
	size_t size;
	enum gn_err err = gn_file_read(path, sizeof(struct recovery_file), &data, &size);
	if (err)
		return err == GN_E_SIZE ? GN_E_FORMAT : err;
	struct recovery_file file;
	if (size == sizeof file)
		memcpy(&file, data, sizeof file);
	free(data);
	if (size != sizeof file || memcmp(file.magic, magic, sizeof magic) != 0)
		return GN_E_FORMAT;
	err = derive(passphrase, file.salt, key);
	if (err)
		return err;
	int rc = crypto_aead_xchacha20poly1305_ietf_decrypt((uint8_t *)ret_secrets, NULL, NULL,
	        file.box, BOX_SIZE, file.magic, sizeof file.magic, file.nonce, key);
	sodium_memzero(key, sizeof key);
	return rc ? GN_E_SEALED : GN_OK;
}
