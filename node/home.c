/* Decides whether a directory may be used as a node's: whose it is, whether its
 * keys are private, whether its store can be read. Which entries make the
 * registry is left to core/view, making the enrolment to join. */
#include "node/home.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "core/cli.h"
#include "core/file.h"

static const char *const tables[] = {GN_LOG_TABLES, "import", "amend", "mark", "verdict", NULL};

static enum gn_err tell(struct gn_report *report, enum gn_err err, const char *path)
{
	const char *why = err == GN_E_SYSTEM ? strerror(errno) : gn_err_text(err);
	gn_report_add(report, NULL, 0, NULL, "%s: %s", path, why);
	return err;
}

static enum gn_err check_dir(const char *dir, struct gn_report *report)
{
	struct stat st;
	if (stat(dir, &st) != 0) {
		if (errno != ENOENT)
			return tell(report, GN_E_SYSTEM, dir);
		gn_report_add(report, NULL, 0, NULL,
		        "%s: there is no node here; make one with join", dir);
		return GN_E_NOTFOUND;
	}
	if (!S_ISDIR(st.st_mode)) {
		gn_report_add(report, NULL, 0, NULL, "%s: not a directory", dir);
		return GN_E_NOTFOUND;
	}
	if (st.st_uid != geteuid()) {
		gn_report_add(report, NULL, 0, NULL,
		        "%s: belongs to another user (uid %u); run this as that user", dir,
		        (unsigned)st.st_uid);
		return GN_E_DENIED;
	}
	if (st.st_mode & (S_IWGRP | S_IWOTH)) {
		gn_report_add(report, NULL, 0, NULL,
		        "%s: others may write here; run: chmod go-w %s", dir, dir);
		return GN_E_DENIED;
	}
	return GN_OK;
}

static enum gn_err read_secret(
        struct node *node, const char *name, uint8_t *buf, size_t size, struct gn_report *report)
{
	char path[NODE_PATH_MAX];
	enum gn_err err = gn_path(path, sizeof(path), node->dir, name);
	if (!err)
		err = gn_secret_read(path, buf, size);
	if (!err)
		return GN_OK;
	if (err == GN_E_DENIED)
		gn_report_add(report, NULL, 0, NULL,
		        "%s: others may read this key; run: chmod 600 %s", path, path);
	else if (err == GN_E_NOTFOUND)
		gn_report_add(
		        report, NULL, 0, NULL, "%s: no such key; make the node with join", path);
	else
		return tell(report, err, path);
	return err;
}

static enum gn_err read_keys(struct node *node, struct gn_report *report)
{
	enum gn_err err =
	        read_secret(node, "keys/node.key", node->secret, sizeof(node->secret), report);
	if (err)
		return err;
	crypto_sign_ed25519_sk_to_pk(node->origin, node->secret);
	err = read_secret(node, "keys/transport.key", node->transport_secret,
	        sizeof(node->transport_secret), report);
	if (!err && crypto_scalarmult_base(node->transport_public, node->transport_secret) != 0)
		return tell(report, GN_E_CORRUPT, "keys/transport.key");
	return err;
}

static enum gn_err open_store(
        const char *dir, bool create, struct gn_report *report, struct gn_store **ret_store)
{
	const struct gn_store_options options = {.dir = dir, .tables = tables, .create = create};
	enum gn_err err = gn_store_open(&options, ret_store);
	if (err == GN_E_NOTFOUND)
		gn_report_add(report, NULL, 0, NULL,
		        "%s: there is no node here; make one with join", dir);
	else if (err)
		return tell(report, err, dir);
	return err;
}

enum gn_err node_refresh(struct node *node)
{
	if (node->view.registry)
		return gn_view_refresh(&node->view, node->store);
	enum gn_err err = gn_view_open(&node->view, node->store);
	return err == GN_E_NOTFOUND ? GN_OK : err;
}

static enum gn_err open_all(struct node *node, struct gn_report *report)
{
	enum gn_err err = check_dir(node->dir, report);
	if (!err)
		err = read_keys(node, report);
	if (!err)
		err = open_store(node->dir, false, report, &node->store);
	if (err)
		return err;
	err = node_refresh(node);
	return err ? tell(report, err, "the registry in the store") : GN_OK;
}

enum gn_err node_open(const char *dir, struct gn_report *report, struct node **ret_node)
{
	if (sodium_init() < 0 || strlen(dir) >= NODE_PATH_MAX)
		return tell(report, GN_E_SIZE, dir);
	struct node *node = calloc(1, sizeof(*node));
	if (!node)
		return tell(report, GN_E_NOMEM, dir);
	memcpy(node->dir, dir, strlen(dir));
	enum gn_err err = open_all(node, report);
	if (err)
		node_close(&node);
	else
		*ret_node = node;
	return err;
}

void node_close(struct node **node)
{
	if (!*node)
		return;
	gn_view_close(&(*node)->view);
	if ((*node)->store)
		gn_store_close(&(*node)->store);
	sodium_memzero(*node, sizeof(**node));
	free(*node);
	*node = NULL;
}

const struct gn_enrolment *node_enrolment(const struct node *node)
{
	return node->view.registry ? gn_registry_node(node->view.registry, node->origin) : NULL;
}

static enum gn_err make_key(
        const char *dir, const char *name, struct gn_bytes secret, struct gn_report *report)
{
	char path[NODE_PATH_MAX];
	enum gn_err err = gn_path(path, sizeof(path), dir, name);
	if (!err)
		err = gn_secret_write(path, secret);
	if (err && err != GN_E_EXISTS)
		return tell(report, err, path);
	return GN_OK;
}

static enum gn_err make_keys(const char *dir, struct gn_report *report)
{
	uint8_t public_key[GN_KEY_SIZE], identity[crypto_sign_SECRETKEYBYTES];
	uint8_t transport[crypto_box_SECRETKEYBYTES];
	crypto_sign_keypair(public_key, identity);
	crypto_box_keypair(public_key, transport);
	enum gn_err err =
	        make_key(dir, "keys/node.key", gn_bytes(identity, sizeof(identity)), report);
	if (!err)
		err = make_key(
		        dir, "keys/transport.key", gn_bytes(transport, sizeof(transport)), report);
	sodium_memzero(identity, sizeof(identity));
	sodium_memzero(transport, sizeof(transport));
	return err;
}

enum gn_err node_make(const char *dir, struct gn_report *report)
{
	char keys[NODE_PATH_MAX];
	struct gn_store *store;
	if (sodium_init() < 0)
		return tell(report, GN_E_SYSTEM, dir);
	enum gn_err err = gn_path(keys, sizeof(keys), dir, "keys");
	if (!err)
		err = gn_dir_make(keys);
	if (err)
		return tell(report, err, dir);
	err = check_dir(dir, report);
	if (!err)
		err = make_keys(dir, report);
	if (!err)
		err = open_store(dir, true, report, &store);
	if (!err)
		gn_store_close(&store);
	return err;
}

void node_complain(struct gn_report *report)
{
	for (size_t i = 0; i < report->kept; i++)
		gn_cli_error("%s", report->lines[i]);
	if (report->count > report->kept)
		gn_cli_error("and %zu more", report->count - report->kept);
	gn_report_done(report);
}

struct node *node_open_args(const char *dir)
{
	struct gn_report report = {0};
	struct node *node = NULL;
	if (node_open(dir ? dir : NODE_DIR_DEFAULT, &report, &node) != GN_OK)
		node_complain(&report);
	return node;
}
