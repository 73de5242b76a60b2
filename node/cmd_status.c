/* `status`: how this node is, and what a person must do. Reads only. */
#include "node/commands.h"

#include "core/cli_table.h"
#include "core/day.h"
#include "core/text.h"
#include "node/report.h"
#include "node/settings.h"

#define DISK_LOW_BYTES (64u << 20)
#define REGISTRY_OLD_DAYS 30

static const char *advice(const struct node *node, const struct node_health *health)
{
	const struct gn_enrolment *enrolment = node_enrolment(node);
	if (!enrolment)
		return "not enrolled: join again";
	if (enrolment->revoked)
		return "revoked by the province: ask for a new token";
	if (health->disk_free_bytes < DISK_LOW_BYTES)
		return "the disk is nearly full: make room";
	if (health->not_counted > 0)
		return "records are not counted: `list --custody` tells which and why";
	return NULL;
}

static const char *quality_name(enum gn_quality quality)
{
	switch (quality) {
	case GN_CLOCK_SYNCHRONISED:
		return "synchronised";
	case GN_CLOCK_FREE_RUNNING:
		return "free running";
	case GN_CLOCK_NEVER_SET:
		return "never set";
	}
	return "unknown";
}

static void put_facts(struct gn_out *out, const struct node *node, const struct node_health *health,
        const char *todo)
{
	char id[GN_ID_TEXT], time[26];
	const struct gn_enrolment *enrolment = node_enrolment(node);
	gn_base32(gn_bytes(node->origin, GN_KEY_SIZE), id, sizeof id);
	id[GN_ID_SHORT] = '\0';
	gn_out_fact_text(out, "node", id);
	gn_out_fact_text(out, "unit", enrolment ? enrolment->unit : NULL);
	gn_out_fact_int(out, "head", (int64_t)health->head);
	gn_out_fact_int(out, "pending", (int64_t)health->pending);
	gn_out_fact_int(out, "receipted", (int64_t)health->receipted);
	gn_out_fact_int(out, "not_counted", (int64_t)health->not_counted);
	gn_out_fact_int(out, "registry", (int64_t)health->registry);
	gn_out_fact_text(out, "registry_written",
	        health->registry_ms ? gn_time_text(health->registry_ms, time) : NULL);
	gn_out_fact_text(out, "clock", quality_name(health->quality));
	gn_out_fact_int(out, "disk_free", (int64_t)health->disk_free_bytes);
	if (health->temperature_mc)
		gn_out_fact_int(out, "temperature_mc", health->temperature_mc);
	else
		gn_out_fact_null(out, "temperature_mc");
	gn_out_fact_text(out, "version", GONHA_VERSION);
	gn_out_fact_text(out, "todo", todo);
}

static int show(struct node *node, enum gn_format format)
{
	static const char *const headings[] = {"hub", "endpoints", NULL};
	struct node_health health;
	enum gn_err err = node_health(node, &node->view, &health);
	if (err)
		return node_command_failed(err, NULL);
	const char *todo = advice(node, &health);
	struct gn_out *out = gn_out_new(headings);
	if (!out)
		return node_command_failed(GN_E_NOMEM, NULL);
	put_facts(out, node, &health, todo);
	size_t n;
	const struct gn_hub *hubs = gn_registry_hubs(node->view.registry, &n);
	for (size_t i = 0; i < n; i++) {
		char id[GN_ID_TEXT];
		gn_base32(gn_bytes(hubs[i].hub, GN_KEY_SIZE), id, sizeof id);
		id[GN_ID_SHORT] = '\0';
		gn_out_text(out, id);
		gn_out_text(out, hubs[i].endpoints);
	}
	err = gn_out_write(out, format, stdout);
	gn_out_free(&out);
	return err ? node_command_failed(err, NULL) : todo != NULL;
}

int node_cmd_status(const struct gn_args *args)
{
	enum gn_format format;
	if (!gn_arg_format(args, &format))
		return 2;
	NODE_AUTO *node = node_open_args(gn_arg(args, "dir"));
	if (!node)
		return 1;
	if (!node->view.registry) {
		gn_cli_error("%s: not joined yet: `gonha-node join TOKEN`", node->dir);
		return 1;
	}
	return show(node, format);
}
