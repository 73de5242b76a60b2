/* `join`: the key, the enrolment, then the whole registry. */
#include "node/commands.h"

#include "core/day.h"
#include "core/endpoint.h"
#include "core/text.h"
#include "node/enrol.h"
#include "node/link.h"
#include "node/settings.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#define WAIT_S_DEFAULT 120
#define STEP_MS 200

struct options {
	const char *listen, *endpoint; /* endpoint: what others are told, "" for none */
	int wait_ms;
};

/* The root's key is the one thing that a node takes on its token's word; all
 * else follows from what the root signed. */
static enum gn_err keep_root(struct node *node, const Gonha__Token *token)
{
	struct gn_txn txn = gn_txn_begin(node->store, true);
	gn_meta_put(&txn, GN_META_ROOT, gn_bytes(token->root.data, GN_KEY_SIZE));
	return gn_txn_commit(&txn);
}

static int64_t monotonic_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum gn_err take_registry(
        struct node *node, const Gonha__Token *token, uint64_t registry, int64_t wait_ms)
{
	struct node_link *link;
	enum gn_err err = node_link_new(node, &link);
	if (err)
		return err;
	struct gn_replica *replica = node_link_replica(link);
	for (size_t i = 0; i < token->n_hubs && !err; i++)
		err = gn_replica_connect(
		        replica, token->hubs[i]->endpoint, token->hubs[i]->key.data, GN_ROLE_HUB);
	const struct gn_view *view = gn_replica_view(replica);
	int64_t end = monotonic_ms() + wait_ms;
	while (!err && (gn_registry_version(view->registry) < registry ||
	                       !gn_registry_node(view->registry, node->origin)))
		err = monotonic_ms() < end ? node_link_step(link, STEP_MS) : GN_E_BUSY;
	node_link_free(&link);
	return err;
}

static bool same_root(const struct node *node, const Gonha__Token *token)
{
	return memcmp(node->view.root, token->root.data, GN_KEY_SIZE) == 0;
}

static enum gn_err write_listen(const char *dir, const char *listen)
{
	char path[NODE_PATH_MAX];
	if (snprintf(path, sizeof path, "%s/node.conf", dir) >= (int)sizeof path)
		return GN_E_SIZE;
	FILE *out = fopen(path, "wx");
	if (!out)
		return errno == EEXIST ? GN_OK : GN_E_SYSTEM;
	fputs("# Settings of this node; `gonha-node config` shows what is in force.\n", out);
	if (listen)
		fprintf(out, "listen = %s\n", listen);
	return fclose(out) ? GN_E_SYSTEM : GN_OK;
}

static int refuse(const struct node *node, enum gn_err err)
{
	const struct gn_enrolment *known = node_enrolment(node);
	if (err == GN_E_DENIED && known)
		gn_cli_error("join: %s holds a node of unit %s already, and the token is not its "
		             "own; a new node needs a directory of its own",
		        node->dir, known->unit);
	else if (err == GN_E_DENIED)
		gn_cli_error("join: refused: the token was used by another node, has expired or "
		             "was withdrawn");
	else if (err == GN_E_BUSY)
		gn_cli_error("join: no hub of the token could enrol this node in time; join again "
		             "when there is a link");
	else
		gn_cli_error("join: %s", err == GN_E_SYSTEM ? strerror(errno) : gn_err_text(err));
	return 1;
}

/* False: said what is wrong (usage). */
static bool read_options(const struct gn_args *args, struct options *options)
{
	const char *advertise = gn_arg(args, "advertise"), *wait = gn_arg(args, "wait");
	const char *listen = gn_arg(args, "listen");
	uint64_t wait_s = WAIT_S_DEFAULT;
	if (wait && gn_number_parse(gn_bytes_str(wait), 86400, &wait_s)) {
		gn_cli_error("--wait: expected seconds, got \"%s\"", wait);
		return false;
	}
	if (listen && !gn_endpoint_fits(listen)) {
		gn_cli_error(
		        "--listen: expected an endpoint such as tcp://0.0.0.0:7461, got \"%s\"",
		        listen);
		return false;
	}
	if (advertise && !gn_endpoint_named(advertise)) {
		gn_cli_error("--advertise: expected an endpoint that others can reach, such as "
		             "tcp://10.0.0.5:7461, got \"%s\"",
		        advertise);
		return false;
	}
	if (!advertise && listen && gn_endpoint_named(listen))
		advertise = listen;
	*options = (struct options){.listen = listen,
	        .endpoint = advertise ? advertise : "",
	        .wait_ms = (int)wait_s * 1000};
	return true;
}

static int join(struct node *node, const struct options *options, const Gonha__Token *token)
{
	uint64_t registry;
	enum gn_err err = node_enrol(node, token, options->endpoint, options->wait_ms, &registry);
	if (!err)
		err = keep_root(node, token);
	if (!err)
		err = take_registry(node, token, registry, options->wait_ms);
	if (!err)
		err = write_listen(node->dir, options->listen);
	if (err)
		return refuse(node, err);
	char id[GN_ID_TEXT];
	gn_base32(gn_bytes(node->origin, GN_KEY_SIZE), id, sizeof id);
	printf("joined: node %.*s for unit %s\n", GN_ID_SHORT, id, token->unit);
	return 0;
}

static int open_and_join(const char *dir, const struct options *options, const Gonha__Token *token)
{
	struct gn_report report = {0};
	NODE_AUTO *node = NULL;
	enum gn_err err = node_make(dir, &report);
	if (!err)
		err = node_open(dir, &report, &node);
	bool told = report.count > 0;
	node_complain(&report);
	if (err && !told)
		gn_cli_error("%s: %s", dir, gn_err_text(err));
	if (err)
		return 1;
	if (node->view.registry && !same_root(node, token)) {
		gn_cli_error("%s: belongs to another province already", dir);
		return 1;
	}
	return join(node, options, token);
}

int node_cmd_join(const struct gn_args *args)
{
	const char *dir = gn_arg(args, "dir");
	Gonha__Token *token;
	struct options options;
	if (!read_options(args, &options))
		return 2;
	if (node_token_parse(args->argv[0], &token)) {
		gn_cli_error("join: this is not a whole token; it is the line that "
		             "`gonha-hub invite` printed");
		return 1;
	}
	int status = open_and_join(dir ? dir : NODE_DIR_DEFAULT, &options, token);
	gonha__token__free_unpacked(token, NULL);
	return status;
}
