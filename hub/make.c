/* A new hub's directory: keys, an empty database, the root's and the registrar's
 * first words, the settings file. */
#include "hub/make.h"

#include "core/file.h"
#include "hub/catalogue.h"
#include "hub/registrar.h"
#include "hub/registry_csv.h"

#include <sodium.h>
#include <unistd.h>

static const char conf_text[] =
        "# Settings of this hub; `gonha-hub config` shows what is in force.\n"
        "#sync = tcp://0.0.0.0:7460\n"
        "#advertise = tcp://hub.example:7460\n"
        "#http = 127.0.0.1:7480\n"
        "#http-open-loopback = off\n";

/* The root names the registrar and the hub, and nothing else. */
static enum gn_err write_root(
        struct gn_txn *txn, const struct hub_secrets *secrets, const char *name, const char *code)
{
	uint8_t registrar[GN_KEY_SIZE], hub[GN_KEY_SIZE], seal[GN_KEY_SIZE], packed[2][512];
	crypto_sign_ed25519_sk_to_pk(registrar, secrets->registrar);
	crypto_sign_ed25519_sk_to_pk(hub, secrets->hub);
	crypto_scalarmult_base(seal, secrets->seal);
	Gonha__RegistrarKey registrar_key = GONHA__REGISTRAR_KEY__INIT;
	Gonha__HubKey hub_key = GONHA__HUB_KEY__INIT;
	registrar_key.key = (ProtobufCBinaryData){GN_KEY_SIZE, registrar};
	registrar_key.name = (char *)name;
	registrar_key.code = (char *)code;
	hub_key.key = (ProtobufCBinaryData){GN_KEY_SIZE, hub};
	hub_key.seal = (ProtobufCBinaryData){GN_KEY_SIZE, seal};
	Gonha__Root items[2] = {GONHA__ROOT__INIT, GONHA__ROOT__INIT};
	items[0].item_case = GONHA__ROOT__ITEM_REGISTRAR;
	items[0].registrar = &registrar_key;
	items[1].item_case = GONHA__ROOT__ITEM_HUB;
	items[1].hub = &hub_key;
	struct gn_bytes messages[2];
	for (int i = 0; i < 2; i++) {
		if (gonha__root__get_packed_size(&items[i]) > sizeof packed[i])
			return GN_E_SIZE;
		messages[i] = gn_bytes(packed[i], gonha__root__pack(&items[i], packed[i]));
	}
	return hub_registrar_append(txn, secrets->root, true, messages, 2);
}

/* The province's own unit and this hub's transport key. */
static enum gn_err write_first_items(
        struct gn_txn *txn, const struct hub_secrets *secrets, const char *name, const char *code)
{
	uint8_t hub[GN_KEY_SIZE], transport[GN_KEY_SIZE];
	crypto_sign_ed25519_sk_to_pk(hub, secrets->hub);
	crypto_scalarmult_base(transport, secrets->transport);
	Gonha__Unit unit = GONHA__UNIT__INIT;
	unit.code = (char *)code;
	unit.level = (char *)gn_level_name(GN_LEVEL_PROVINCE);
	unit.name = (char *)name;
	Gonha__HubAddress address = GONHA__HUB_ADDRESS__INIT;
	address.hub = (ProtobufCBinaryData){GN_KEY_SIZE, hub};
	address.transport = (ProtobufCBinaryData){GN_KEY_SIZE, transport};
	Gonha__Item items[2] = {GONHA__ITEM__INIT, GONHA__ITEM__INIT};
	items[0].item_case = GONHA__ITEM__ITEM_UNIT;
	items[0].unit = &unit;
	items[1].item_case = GONHA__ITEM__ITEM_HUB;
	items[1].hub = &address;
	Gonha__Item *both[2] = {&items[0], &items[1]};
	return hub_registrar_items(txn, secrets->registrar, both, 2);
}

static enum gn_err write_catalogue(struct gn_txn *txn, const struct hub_secrets *secrets)
{
	struct gn_view view = {0};
	struct gn_report report = {0};
	struct hub_registry_set *set = NULL;
	struct hub_registry_diff *diff = NULL;
	crypto_sign_ed25519_sk_to_pk(view.root, secrets->root);
	view.registry = gn_registry_new();
	enum gn_err err = view.registry ? gn_view_refresh_txn(&view, txn) : GN_E_NOMEM;
	if (!err)
		err = hub_registry_read_text(view.registry,
		        gn_bytes(hub_catalogue_text, hub_catalogue_size), "indicators.csv", &report,
		        &set);
	if (!err)
		err = hub_registry_diff(view.registry, set, &diff);
	size_t n = diff ? hub_registry_diff_messages(diff) : 0;
	for (size_t i = 0; i < n && !err; i++) {
		struct gn_bytes message = hub_registry_diff_message(diff, i);
		err = hub_registrar_append(txn, secrets->registrar, false, &message, 1);
	}
	hub_complain(&report);
	hub_registry_diff_free(&diff);
	hub_registry_set_free(&set);
	gn_view_close(&view);
	return err;
}

static enum gn_err fill_store(struct gn_store *store, const struct hub_secrets *secrets,
        const char *name, const char *code)
{
	uint8_t root[GN_KEY_SIZE];
	crypto_sign_ed25519_sk_to_pk(root, secrets->root);
	struct gn_txn txn = gn_txn_begin(store, true);
	gn_meta_put(&txn, GN_META_ROOT, gn_bytes(root, sizeof root));
	enum gn_err err = write_root(&txn, secrets, name, code);
	if (!err)
		err = write_first_items(&txn, secrets, name, code);
	if (!err)
		err = write_catalogue(&txn, secrets);
	if (err) {
		gn_txn_abort(&txn);
		return err;
	}
	return gn_txn_commit(&txn);
}

enum gn_err hub_make(const char *dir, const struct hub_secrets *secrets, bool with_root,
        const char *name, const char *code)
{
	char path[HUB_PATH_MAX];
	struct gn_store *store = NULL;
	enum gn_err err = hub_secrets_write(dir, secrets, with_root);
	if (!err)
		err = hub_store_open(dir, true, &store);
	if (!err)
		err = fill_store(store, secrets, name, code);
	gn_store_close(&store);
	if (!err)
		err = gn_path(path, sizeof path, dir, "hub.conf");
	if (!err && access(path, F_OK) != 0)
		err = gn_file_write(path, 0644, gn_bytes(conf_text, sizeof conf_text - 1));
	return err;
}
