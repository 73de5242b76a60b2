/* A token is 32 random bytes in base32; its hash is the key, role and name are
 * the value, so a stolen database opens nothing. */
#include "hub/access.h"

#include "core/cli_table.h"
#include "core/text.h"
#include "hub/commands.h"
#include "hub/db.h"
#include "hub/home.h"

#include <sodium.h>
#include <stdio.h>

#define TOKEN_BYTES 32
#define NAME_MAX_BYTES 100

static const char *const role_names[] = {"none", "viewer", "operator"};

static void hash_token(const char *token, uint8_t hash[32])
{
	crypto_generichash(hash, 32, (const uint8_t *)token, strlen(token), NULL, 0);
}

enum hub_role hub_access_role(struct gn_txn *txn, const char *token)
{
	uint8_t hash[32];
	struct gn_bytes value;
	hash_token(token, hash);
	if (!gn_txn_get(txn, HUB_T_TOKEN, gn_bytes(hash, sizeof hash), &value) || value.size < 1)
		return HUB_ROLE_NONE;
	return value.data[0] == HUB_ROLE_OPERATOR ? HUB_ROLE_OPERATOR : HUB_ROLE_VIEWER;
}

static enum hub_role parse_role(const char *text)
{
	for (int i = HUB_ROLE_VIEWER; i <= HUB_ROLE_OPERATOR; i++)
		if (text && strcmp(role_names[i], text) == 0)
			return (enum hub_role)i;
	return HUB_ROLE_NONE;
}

static enum gn_err keep(struct hub *hub, const char *token, enum hub_role role, const char *name)
{
	uint8_t hash[32], value[1 + NAME_MAX_BYTES];
	size_t length = strlen(name);
	hash_token(token, hash);
	value[0] = (uint8_t)role;
	memcpy(value + 1, name, length);
	struct gn_txn txn = gn_txn_begin(hub->store, true);
	gn_txn_put(&txn, HUB_T_TOKEN, gn_bytes(hash, sizeof hash), gn_bytes(value, length + 1));
	return gn_txn_commit(&txn);
}

int hub_cmd_token_add(const struct gn_args *args)
{
	enum hub_role role = parse_role(gn_arg(args, "role"));
	const char *name = gn_arg(args, "name");
	if (role == HUB_ROLE_NONE || !name || !name[0] || strlen(name) > NAME_MAX_BYTES) {
		gn_cli_error("token add: --role viewer or operator and --name TEXT are needed");
		return 2;
	}
	HUB_AUTO *hub = hub_open_args(gn_arg(args, "dir"));
	if (!hub)
		return 1;
	uint8_t random[TOKEN_BYTES];
	char token[GN_ID_TEXT];
	randombytes_buf(random, sizeof random);
	gn_base32(gn_bytes(random, sizeof random), token, sizeof token);
	enum gn_err err = keep(hub, token, role, name);
	if (err)
		gn_cli_error("%s", gn_err_text(err));
	else
		printf("%s token for %s: %s\n", role_names[role], name, token);
	return err ? 1 : 0;
}

int hub_cmd_token_list(const struct gn_args *args)
{
	static const char *const headings[] = {"name", "role", NULL};
	enum gn_format format;
	if (!gn_arg_format(args, &format))
		return 2;
	HUB_AUTO *hub = hub_open_args(gn_arg(args, "dir"));
	if (!hub)
		return 1;
	struct gn_out *out = gn_out_new(headings);
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, false);
	GN_AUTO_CURSOR cursor = gn_cursor_open(&txn, HUB_T_TOKEN);
	for (bool more = gn_cursor_seek(&cursor, gn_bytes("", 0)); more && out;
	        more = gn_cursor_next(&cursor)) {
		char name[NAME_MAX_BYTES + 1];
		snprintf(name, sizeof name, "%.*s", (int)cursor.value.size - 1,
		        (const char *)cursor.value.data + 1);
		gn_out_text(out, name);
		gn_out_text(out,
		        role_names[cursor.value.data[0] == HUB_ROLE_OPERATOR ? HUB_ROLE_OPERATOR
		                                                             : HUB_ROLE_VIEWER]);
	}
	if (txn.err) {
		gn_out_free(&out);
		gn_cli_error("%s", gn_err_text(txn.err));
		return 1;
	}
	return gn_cli_write(out, format);
}

/* All tokens of that name. */
static size_t remove_named(struct gn_txn *txn, const char *name)
{
	uint8_t hash[32];
	size_t removed = 0;
	bool found = true;
	while (found) {
		found = false;
		struct gn_cursor cursor = gn_cursor_open(txn, HUB_T_TOKEN);
		for (bool more = gn_cursor_seek(&cursor, gn_bytes("", 0)); more && !found;
		        more = gn_cursor_next(&cursor)) {
			struct gn_bytes text =
			        gn_bytes(cursor.value.data + 1, cursor.value.size - 1);
			found = gn_bytes_is(text, name) && cursor.key.size == sizeof hash;
			if (found)
				memcpy(hash, cursor.key.data, sizeof hash);
		}
		gn_cursor_close(&cursor);
		if (found)
			gn_txn_del(txn, HUB_T_TOKEN, gn_bytes(hash, sizeof hash));
		removed += found;
	}
	return removed;
}

int hub_cmd_token_remove(const struct gn_args *args)
{
	const char *name = gn_arg(args, "name");
	if (!name) {
		gn_cli_error("token remove: --name is needed");
		return 2;
	}
	HUB_AUTO *hub = hub_open_args(gn_arg(args, "dir"));
	if (!hub)
		return 1;
	struct gn_txn txn = gn_txn_begin(hub->store, true);
	size_t removed = remove_named(&txn, name);
	enum gn_err err = gn_txn_commit(&txn);
	if (err)
		gn_cli_error("%s", gn_err_text(err));
	else if (removed == 0)
		gn_cli_error("no token named \"%s\"", name);
	else
		printf("%zu removed\n", removed);
	return err || removed == 0 ? 1 : 0;
}
