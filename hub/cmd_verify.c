/* `verify`: every link and signature; then all aggregates recomputed in a copy
 * of the store and compared, so that a daemon at work is not disturbed. */
#include "hub/commands.h"

#include "core/audit.h"
#include "core/file.h"
#include "core/text.h"
#include "hub/db.h"
#include "hub/home.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void print_fault(void *context, const uint8_t *origin, uint64_t seq, const char *what)
{
	(void)context;
	char id[GN_ID_TEXT];
	gn_base32(gn_bytes(origin, GN_KEY_SIZE), id, sizeof id);
	printf("%.*s:%llu: %s\n", GN_ID_SHORT, id, (unsigned long long)seq, what);
}

static enum gn_err digest_of(struct gn_store *store, uint8_t digest[32])
{
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	return txn.err ? txn.err : hub_fold_digest(&txn, digest);
}

/* Both digests are taken of the copy: it stands still. */
static enum gn_err recompute(const struct hub *hub, const char *copy_dir, bool *ret_same)
{
	struct gn_store *copy = NULL;
	struct gn_view view = {0};
	struct hub_fold_result result;
	uint8_t before[32], after[32];
	enum gn_err err = hub_store_open(copy_dir, false, &copy);
	if (!err)
		err = gn_view_open(&view, copy);
	if (!err)
		err = hub_fold(copy, view.registry, &hub->keys, 0, &result);
	if (!err)
		err = digest_of(copy, before);
	if (!err)
		err = hub_fold_reset(copy);
	if (!err)
		err = hub_fold(copy, view.registry, &hub->keys, 0, &result);
	if (!err)
		err = digest_of(copy, after);
	if (!err)
		*ret_same = memcmp(before, after, sizeof before) == 0;
	gn_view_close(&view);
	gn_store_close(&copy);
	return err;
}

static void remove_copy(const char *dir)
{
	static const char *const names[] = {"data.mdb", "lock.mdb"};
	char path[HUB_PATH_MAX];
	for (size_t i = 0; i < 2; i++)
		if (gn_path(path, sizeof path, dir, names[i]) == GN_OK)
			unlink(path);
	rmdir(dir);
}

static enum gn_err verify_aggregates(const struct hub *hub, bool *ret_same)
{
	char copy_dir[HUB_PATH_MAX];
	enum gn_err err = gn_path(copy_dir, sizeof copy_dir, hub->dir, "verify-XXXXXX");
	if (err)
		return err;
	if (!mkdtemp(copy_dir))
		return GN_E_SYSTEM;
	err = gn_store_copy(hub->store, copy_dir);
	if (!err)
		err = recompute(hub, copy_dir, ret_same);
	remove_copy(copy_dir);
	return err;
}

/* Before the registry is read: where that cannot be, this says which entry it is. */
static enum gn_err verify_logs(const char *dir, struct gn_audit *audit)
{
	struct gn_store *store;
	enum gn_err err = hub_store_open(dir, false, &store);
	if (err)
		return err;
	struct gn_txn txn = gn_txn_begin(store, false);
	err = txn.err ? txn.err : gn_audit_logs(&txn, audit);
	gn_txn_abort(&txn);
	gn_store_close(&store);
	return err;
}

static enum gn_err rebuild(struct hub *hub)
{
	enum gn_err err = hub_fold_reset(hub->store);
	return err ? err : hub_catch_up(hub);
}

static enum gn_err verify_counts(struct hub *hub, bool mend, bool *ret_same)
{
	enum gn_err err = verify_aggregates(hub, ret_same);
	if (err || *ret_same)
		return err;
	puts("aggregates: differ from what the logs give");
	if (mend) {
		err = rebuild(hub);
		puts(err ? "aggregates: could not be rebuilt" : "aggregates: rebuilt");
	}
	return err;
}

int hub_cmd_verify(const struct gn_args *args)
{
	const char *dir = gn_arg(args, "dir");
	struct gn_audit audit = {.fault = print_fault};
	bool same = false;
	enum gn_err err = verify_logs(dir ? dir : HUB_DIR_DEFAULT, &audit);
	HUB_AUTO *hub = hub_open_args(dir);
	if (!hub)
		return 1;
	if (!err)
		err = verify_counts(hub, gn_arg(args, "rebuild") != NULL, &same);
	if (err) {
		gn_cli_error("%s", err == GN_E_SYSTEM ? strerror(errno) : gn_err_text(err));
		return 1;
	}
	printf("%llu logs, %llu entries, %llu faults\n", (unsigned long long)audit.logs,
	        (unsigned long long)audit.entries, (unsigned long long)audit.faults + !same);
	return audit.faults || !same ? 1 : 0;
}
