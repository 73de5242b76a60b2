/* Opens and closes a hub's directory. Who may write what into it is decided by
 * its callers. */
#include "hub/home.h"

#include "core/cli.h"
#include "core/file.h"
#include "hub/db.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const tables[] = {HUB_TABLES};

struct key_file {
	const char *name;
	size_t offset, size;
};
#define KEY(field)                                                                                 \
	{                                                                                          \
		"keys/" #field ".key", offsetof(struct hub_secrets, field),                        \
		        sizeof(((struct hub_secrets *)0)->field)                                   \
	}
static const struct key_file key_files[] = {
        KEY(registrar), KEY(hub), KEY(seal), KEY(transport), KEY(blind), KEY(root)};
#define KEY_FILES (sizeof key_files / sizeof key_files[0])
#define ROOT_FILE (KEY_FILES - 1)

void hub_secrets_make(struct hub_secrets *secrets)
{
	uint8_t public_key[GN_KEY_SIZE];
	crypto_sign_keypair(public_key, secrets->root);
	crypto_sign_keypair(public_key, secrets->registrar);
	crypto_sign_keypair(public_key, secrets->hub);
	crypto_box_keypair(public_key, secrets->seal);
	crypto_box_keypair(public_key, secrets->transport);
	randombytes_buf(secrets->blind, sizeof secrets->blind);
}

enum gn_err hub_secrets_write(const char *dir, const struct hub_secrets *secrets, bool with_root)
{
	char path[HUB_PATH_MAX];
	enum gn_err err = gn_path(path, sizeof path, dir, "keys");
	if (!err)
		err = gn_dir_make(path);
	for (size_t i = 0; i < KEY_FILES && !err; i++) {
		if (i == ROOT_FILE && !with_root)
			continue;
		const struct key_file *file = &key_files[i];
		err = gn_path(path, sizeof path, dir, file->name);
		if (!err)
			err = gn_secret_write(path,
			        gn_bytes((const uint8_t *)secrets + file->offset, file->size));
	}
	return err;
}

static enum gn_err read_secrets(const char *dir, struct hub_secrets *secrets)
{
	char path[HUB_PATH_MAX];
	enum gn_err err = GN_OK;
	for (size_t i = 0; i < KEY_FILES && !err; i++) {
		const struct key_file *file = &key_files[i];
		err = gn_path(path, sizeof path, dir, file->name);
		if (!err)
			err = gn_secret_read(path, (uint8_t *)secrets + file->offset, file->size);
		if (err == GN_E_NOTFOUND && i == ROOT_FILE)
			err = GN_OK;
	}
	return err;
}

enum gn_err hub_store_open(const char *dir, bool create, struct gn_store **ret_store)
{
	struct gn_store_options options = {
	        .dir = dir, .map_bytes = HUB_STORE_BYTES, .tables = tables, .create = create};
	return gn_store_open(&options, ret_store);
}

static void derive(struct hub *hub)
{
	struct hub_secrets *secrets = &hub->secrets;
	crypto_sign_ed25519_sk_to_pk(hub->id, secrets->hub);
	crypto_scalarmult_base(hub->transport_public, secrets->transport);
	memcpy(hub->keys.hub, hub->id, GN_KEY_SIZE);
	crypto_scalarmult_base(hub->keys.seal_public, secrets->seal);
	memcpy(hub->keys.seal_secret, secrets->seal, GN_KEY_SIZE);
	memcpy(hub->keys.blind, secrets->blind, sizeof secrets->blind);
}

enum gn_err hub_open(const char *dir, struct hub **ret_hub)
{
	if (strlen(dir) >= HUB_PATH_MAX)
		return GN_E_SIZE;
	struct hub *hub = calloc(1, sizeof *hub);
	if (!hub)
		return GN_E_NOMEM;
	memcpy(hub->dir, dir, strlen(dir) + 1);
	enum gn_err err = hub_store_open(dir, false, &hub->store);
	if (!err)
		err = read_secrets(dir, &hub->secrets);
	if (!err)
		err = gn_view_open(&hub->view, hub->store);
	if (err) {
		hub_close(&hub);
		return err;
	}
	derive(hub);
	*ret_hub = hub;
	return GN_OK;
}

void hub_close(struct hub **hub_ptr)
{
	struct hub *hub = *hub_ptr;
	if (!hub)
		return;
	gn_view_close(&hub->view);
	gn_store_close(&hub->store);
	sodium_memzero(hub, sizeof *hub);
	free(hub);
	*hub_ptr = NULL;
}

struct hub *hub_open_args(const char *dir)
{
	if (!dir)
		dir = HUB_DIR_DEFAULT;
	struct hub *hub = NULL;
	enum gn_err err = hub_open(dir, &hub);
	if (err == GN_E_NOTFOUND)
		gn_cli_error("%s: no hub here; make one with `gonha-hub init`", dir);
	else if (err == GN_E_DENIED)
		gn_cli_error("%s/keys: readable by others; set mode 0600", dir);
	else if (err == GN_E_SYSTEM)
		gn_cli_error("%s: %s", dir, strerror(errno));
	else if (err)
		gn_cli_error("%s: %s", dir, gn_err_text(err));
	return hub;
}

enum gn_err hub_catch_up(struct hub *hub)
{
	struct hub_fold_result result;
	enum gn_err err;
	do { /* again when another has folded by a newer registry meanwhile */
		err = gn_view_refresh(&hub->view, hub->store);
		if (err)
			return err;
		err = hub_fold(hub->store, hub->view.registry, &hub->keys, 0, &result);
	} while (err == GN_E_BUSY);
	return err;
}

void hub_complain(struct gn_report *report)
{
	for (size_t i = 0; i < report->kept; i++)
		gn_cli_error("%s", report->lines[i]);
	if (report->count > report->kept)
		gn_cli_error("... and %zu more; %zu faults in all", report->count - report->kept,
		        report->count);
	else if (report->count > 1)
		gn_cli_error("%zu faults", report->count);
	gn_report_done(report);
}
