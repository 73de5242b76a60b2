/* The recovery file: every secret of a hub under a passphrase. */
#ifndef HUB_RECOVERY_H
#define HUB_RECOVERY_H

#include "hub/home.h"

/* Layout: "gonha recovery 1" | salt(16) | nonce(24) | box of struct hub_secrets' fields in order;
 * key = Argon2id(passphrase, salt), 3 passes over 64 MiB; XChaCha20-Poly1305.
 * Write: GN_E_EXISTS. Read: GN_E_SEALED: another passphrase; GN_E_FORMAT. */
enum gn_err hub_recovery_write(
        const char *path, const char *passphrase, const struct hub_secrets *secrets) GN_MUST_USE;
enum gn_err hub_recovery_read(
        const char *path, const char *passphrase, struct hub_secrets *ret_secrets) GN_MUST_USE;

#endif
