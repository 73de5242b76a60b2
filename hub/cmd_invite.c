/* `invite`: a one-time key in the registry and its secret half on stdout. Who
 * holds the token may enrol one identity for the unit until it expires. */
#include "hub/commands.h"

#include "core/cli_table.h"
#include "core/endpoint.h"
#include "core/text.h"
#include "hub/home.h"
#include "hub/registrar.h"
#include "hub/settings.h"
#include "sync.pb-c.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define TOKEN_TEXT 2048
#define DAY_MS 86400000ull
#define HOUR_MS 3600000ull

/* "7d", "12h". */
static bool parse_span(const char *text, uint64_t *ret_ms)
{
	size_t length = strlen(text);
	uint64_t number;
	if (length < 2 || gn_number_parse(gn_bytes(text, length - 1), 3660, &number) || number == 0)
		return false;
	char unit = text[length - 1];
	if (unit != 'd' && unit != 'h')
		return false;
	*ret_ms = number * (unit == 'd' ? DAY_MS : HOUR_MS);
	return true;
}

static enum gn_err write_invitation(struct hub *hub, const uint8_t *token, const char *unit,
        uint64_t expires_ms, bool training, bool cancelled)
{
	Gonha__Invitation invitation = GONHA__INVITATION__INIT;
	invitation.token = (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)token};
	invitation.unit = (char *)unit;
	invitation.expires = expires_ms;
	invitation.training = training;
	invitation.cancelled = cancelled;
	Gonha__Item item = GONHA__ITEM__INIT;
	item.item_case = GONHA__ITEM__ITEM_INVITATION;
	item.invitation = &invitation;
	return hub_registrar_item(hub->store, hub->secrets.registrar, &item);
}

static bool print_token(
        const struct hub *hub, const uint8_t *secret, const char *unit, const char *endpoint)
{
	Gonha__Token token = GONHA__TOKEN__INIT;
	Gonha__Token__Endpoint at = GONHA__TOKEN__ENDPOINT__INIT;
	Gonha__Token__Endpoint *hubs[] = {&at};
	uint8_t root[GN_KEY_SIZE], registrar[GN_KEY_SIZE], packed[TOKEN_TEXT / 2];
	char text[TOKEN_TEXT];
	memcpy(root, hub->view.root, GN_KEY_SIZE);
	memcpy(registrar, hub->view.registrar, GN_KEY_SIZE);
	at.endpoint = (char *)endpoint;
	at.key = (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)hub->transport_public};
	token.secret = (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)secret};
	token.root = (ProtobufCBinaryData){GN_KEY_SIZE, root};
	token.registrar = (ProtobufCBinaryData){GN_KEY_SIZE, registrar};
	token.unit = (char *)unit;
	token.hubs = hubs;
	token.n_hubs = 1;
	if (gonha__token__get_packed_size(&token) > sizeof packed)
		return false;
	size_t size = gonha__token__pack(&token, packed);
	gn_base64url(gn_bytes(packed, size), text, sizeof text);
	sodium_memzero(packed, sizeof packed);
	puts(text);
	sodium_memzero(text, sizeof text);
	return true;
}

/* --hub, else what the registry tells of this hub, else the settings. */
static bool find_endpoint(const struct gn_args *args, const struct hub *hub, char *buf, size_t cap)
{
	const char *given = gn_arg(args, "hub"), *found = given;
	struct gn_conf *conf = NULL;
	size_t n;
	const struct gn_hub *hubs = gn_registry_hubs(hub->view.registry, &n);
	for (size_t i = 0; i < n && !found; i++)
		if (memcmp(hubs[i].hub, hub->id, GN_KEY_SIZE) == 0 && hubs[i].endpoints[0])
			found = hubs[i].endpoints;
	if (!found && hub_settings_load(hub->dir, NULL, &conf)) {
		found = gn_conf_get(conf, "advertise");
		if (!found[0])
			found = gn_conf_get(conf, "sync");
	}
	snprintf(buf, cap, "%.*s", found ? (int)strcspn(found, ";") : 0, found ? found : "");
	bool named = gn_endpoint_named(buf);
	if (!named)
		gn_cli_error("invite: nodes must be told where the hub is: use --hub "
		             "tcp://NAME:7460, or set `advertise` in hub.conf");
	gn_conf_free(&conf);
	return named;
}

static int invite(const struct gn_args *args, struct hub *hub)
{
	const char *unit = gn_arg(args, "unit"), *valid = gn_arg(args, "valid");
	uint64_t span_ms = 7 * DAY_MS;
	char endpoint[GN_ENDPOINT_MAX + 2];
	if (!unit) {
		gn_cli_error("invite: --unit is needed");
		return 2;
	}
	if (valid && !parse_span(valid, &span_ms)) {
		gn_cli_error(
		        "--valid: expected days or hours such as 7d or 12h, got \"%s\"", valid);
		return 2;
	}
	if (!gn_registry_unit_any(hub->view.registry, gn_bytes_str(unit))) {
		gn_cli_error("--unit: unknown unit \"%s\"", unit);
		return 1;
	}
	const char *given = gn_arg(args, "hub");
	if (given && !gn_endpoint_named(given)) {
		gn_cli_error("--hub: expected an endpoint that nodes can reach, such as "
		             "tcp://hub.example:7460, got \"%s\"",
		        given);
		return 2;
	}
	if (!find_endpoint(args, hub, endpoint, sizeof endpoint))
		return 1;
	uint8_t token[GN_KEY_SIZE], secret[GN_KEY_SIZE];
	crypto_box_keypair(token, secret);
	enum gn_err err = write_invitation(
	        hub, token, unit, gn_now_ms() + span_ms, gn_arg(args, "training") != NULL, false);
	if (err) {
		gn_cli_error("%s", gn_err_text(err));
		return 1;
	}
	return print_token(hub, secret, unit, endpoint) ? 0 : 1;
}

static const char *state_of(const struct gn_invitation *invitation)
{
	if (invitation->cancelled)
		return "cancelled";
	if (invitation->used)
		return "used";
	return invitation->expires_ms > gn_now_ms() ? "open" : "expired";
}

static void token_text(const struct gn_invitation *invitation, char text[GN_ID_TEXT])
{
	gn_base32(gn_bytes(invitation->token, GN_KEY_SIZE), text, GN_ID_TEXT);
	text[GN_ID_SHORT] = '\0';
}

static int list(const struct gn_args *args, const struct hub *hub)
{
	static const char *const headings[] = {
	        "invitation", "unit", "expires", "training", "state", NULL};
	enum gn_format format;
	if (!gn_arg_format(args, &format))
		return 2;
	struct gn_out *out = gn_out_new(headings);
	size_t n;
	const struct gn_invitation *all = gn_registry_invitations(hub->view.registry, &n);
	for (size_t i = 0; i < n && out; i++) {
		char text[GN_ID_TEXT], time[26];
		token_text(&all[i], text);
		gn_out_text(out, text);
		gn_out_text(out, all[i].unit);
		gn_out_text(out, gn_time_text(all[i].expires_ms, time));
		gn_out_bool(out, all[i].training);
		gn_out_text(out, state_of(&all[i]));
	}
	return gn_cli_write(out, format);
}

static int cancel(struct hub *hub, const char *name)
{
	size_t n;
	const struct gn_invitation *all = gn_registry_invitations(hub->view.registry, &n);
	for (size_t i = 0; i < n; i++) {
		char text[GN_ID_TEXT];
		token_text(&all[i], text);
		if (strcmp(text, name) != 0)
			continue;
		enum gn_err err = write_invitation(
		        hub, all[i].token, all[i].unit, all[i].expires_ms, all[i].training, true);
		if (err)
			gn_cli_error("%s", gn_err_text(err));
		return err ? 1 : 0;
	}
	gn_cli_error("--cancel: no invitation \"%s\"; see `invite --list`", name);
	return 1;
}

int hub_cmd_invite(const struct gn_args *args)
{
	HUB_AUTO *hub = hub_open_args(gn_arg(args, "dir"));
	if (!hub)
		return 1;
	if (gn_arg(args, "list"))
		return list(args, hub);
	if (gn_arg(args, "cancel"))
		return cancel(hub, gn_arg(args, "cancel"));
	return invite(args, hub);
}
