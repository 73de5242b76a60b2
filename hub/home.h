/* One hub's directory, opened: its store, its keys, the registry it goes by.
 *
 * DIR holds hub.conf, data.mdb, lock.mdb and keys/. The secrets stand in files
 * of their own so that a backup of the database has none of them. The daemon
 * and any number of commands open the same DIR at once.
 */
#ifndef HUB_HOME_H
#define HUB_HOME_H

#include "core/report.h"
#include "core/view.h"
#include "hub/fold.h"

#define HUB_PATH_MAX 1024
#define HUB_DIR_DEFAULT "/var/lib/gonha-hub"
#define HUB_STORE_BYTES ((size_t)64 << 30) /* of address space; the file is sparse */

struct hub_secrets { /* keys/, one file each */
	uint8_t root[64]; /* Ed25519; all zero where it is kept off the hub */
	uint8_t registrar[64]; /* Ed25519 */
	uint8_t hub[64]; /* Ed25519: identity, receipts */
	uint8_t seal[GN_KEY_SIZE]; /* X25519: session keys are sealed to it */
	uint8_t transport[GN_KEY_SIZE]; /* X25519: CURVE */
	uint8_t blind[32]; /* names citizens */
};

struct hub {
	char dir[HUB_PATH_MAX];
	struct gn_store *store;
	struct hub_secrets secrets;
	uint8_t id[GN_KEY_SIZE]; /* public half of secrets.hub */
	uint8_t transport_public[GN_KEY_SIZE];
	struct hub_keys keys; /* what counting needs */
	struct gn_view view; /* of the thread that opened it */
};

/* Makes all keys anew. */
void hub_secrets_make(struct hub_secrets *secrets);
/* GN_E_EXISTS: there are keys. The root's is left out when `with_root` is false. */
enum gn_err hub_secrets_write(
        const char *dir, const struct hub_secrets *secrets, bool with_root) GN_MUST_USE;

/* GN_E_NOTFOUND: no hub there; GN_E_DENIED: keys that others may read;
 * GN_E_VERSION, GN_E_CORRUPT, GN_E_SYSTEM, GN_E_NOMEM. The caller owns *ret_hub. */
enum gn_err hub_open(const char *dir, struct hub **ret_hub) GN_MUST_USE;
void hub_close(struct hub **hub); /* wipes the secrets */
#define HUB_AUTO __attribute__((cleanup(hub_close))) struct hub
enum gn_err hub_store_open(const char *dir, bool create, struct gn_store **ret_store) GN_MUST_USE;

/* Commands: opens what --dir names, or says why not and returns NULL. */
struct hub *hub_open_args(const char *dir);
/* Folds everything that is there now. */
enum gn_err hub_catch_up(struct hub *hub) GN_MUST_USE;
/* Every line of a report on stderr, then how many were left out; empties it. */
void hub_complain(struct gn_report *report);

#endif
