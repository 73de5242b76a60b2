/* `revoke`: from which entry on a node is no longer believed. The rule is by
 * sequence, not by time, so that it holds wherever the registry has reached; it
 * may be raised later, never lowered, since what was counted on its word stays. */
#include "hub/commands.h"

#include "core/text.h"
#include "core/walk.h"
#include "hub/home.h"
#include "hub/name.h"
#include "hub/registrar.h"

#include <stdio.h>

#define REASON_MAX 200

/* The tip at --last, or the newest one held; a node that never wrote has none. */
static enum gn_err find_last(struct hub *hub, const struct gn_enrolment *node, const char *wanted,
        struct gn_tip *ret_tip)
{
	GN_AUTO_TXN txn = gn_txn_begin(hub->store, false);
	struct gn_log log;
	uint64_t seq;
	gn_tip_start(node->node, ret_tip);
	enum gn_err err = gn_log_find(&txn, node->node, &log);
	if (err == GN_E_NOTFOUND && !wanted)
		return GN_OK;
	if (err)
		return err;
	seq = log.tip.seq;
	if (wanted && gn_number_parse(gn_bytes_str(wanted), log.tip.seq, &seq))
		return GN_E_INPUT;
	return gn_log_walk(&txn, &log, seq, ret_tip);
}

static enum gn_err write_revocation(struct hub *hub, const struct gn_enrolment *node,
        const struct gn_tip *tip, const char *reason)
{
	Gonha__Revocation revocation = GONHA__REVOCATION__INIT;
	revocation.node = (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)node->node};
	revocation.last = tip->seq;
	revocation.hash = (ProtobufCBinaryData){GN_HASH_SIZE, (uint8_t *)tip->hash};
	revocation.reason = (char *)reason;
	Gonha__Item item = GONHA__ITEM__INIT;
	item.item_case = GONHA__ITEM__ITEM_REVOCATION;
	item.revocation = &revocation;
	return hub_registrar_item(hub->store, hub->secrets.registrar, &item);
}

static int revoke(struct hub *hub, const struct gn_enrolment *node, const struct gn_args *args)
{
	const char *last = gn_arg(args, "last");
	struct gn_tip tip;
	char id[GN_ID_TEXT], unit[GN_CODE_MAX + 1];
	gn_base32(gn_bytes(node->node, GN_KEY_SIZE), id, sizeof id);
	snprintf(unit, sizeof unit, "%s", node->unit);
	enum gn_err err = find_last(hub, node, last, &tip);
	if (err == GN_E_INPUT || err == GN_E_NOTFOUND) {
		gn_cli_error(
		        "--last: expected a sequence of this node that is here, got \"%s\"", last);
		return 1;
	}
	if (!err && node->revoked && tip.seq < node->last) {
		gn_cli_error("revoke: entries up to %llu count already; that may be raised, not "
		             "lowered",
		        (unsigned long long)node->last);
		return 1;
	}
	if (!err)
		err = write_revocation(hub, node, &tip, gn_arg(args, "reason"));
	if (err) {
		gn_cli_error("revoke: %s", gn_err_text(err));
		return 1;
	}
	printf("revoked: node %.*s of unit %s; its entries up to %llu count\n", GN_ID_SHORT, id,
	        unit, (unsigned long long)tip.seq);
	return 0;
}

int hub_cmd_revoke(const struct gn_args *args)
{
	const char *reason = gn_arg(args, "reason"), *why;
	if (!reason || !reason[0] || strlen(reason) > REASON_MAX) {
		gn_cli_error("revoke: --reason TEXT is needed, at most %d bytes", REASON_MAX);
		return 2;
	}
	HUB_AUTO *hub = hub_open_args(gn_arg(args, "dir"));
	if (!hub)
		return 1;
	const struct gn_enrolment *node = hub_node_named(hub->view.registry, args->argv[0], &why);
	if (!node) {
		gn_cli_error("revoke: \"%s\": %s", args->argv[0], why);
		return 1;
	}
	return revoke(hub, node, args);
}
