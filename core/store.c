/* The LMDB environment: opening, format version, size, copies, and the one
 * place where foreign error codes become ours. Default sync mode alone: it
 * survived every simulated power cut, which no faster mode did.
 * What happens inside transactions is txn.c's.
 */
#include "core/store_internal.h"
#include "core/file.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define MAP_BYTES (UINT64_C(4) << 30)
#define READERS 256
#define READERS_CHECK_S 3600
#define RESIZE_WAIT_S 2
#define FORMAT_KEY "format"

/* LMDB calls a write that the full disk cut short EIO. */
static bool disk_is_full(const struct gn_store *store)
{
	struct statvfs fs;

	return statvfs(store->dir, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < 1u << 20;
}

enum gn_err gn_store_err(struct gn_store *store, int code)
{
	if (code)
		store->map_full = code == MDB_MAP_FULL;
	switch (code) {
	case 0:
		return GN_OK;
	case MDB_NOTFOUND:
	case ENOENT:
		return GN_E_NOTFOUND;
	case MDB_MAP_FULL:
	case MDB_TXN_FULL:
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return GN_E_FULL;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_PANIC:
		return GN_E_CORRUPT;
	case MDB_VERSION_MISMATCH:
		return GN_E_VERSION;
	case MDB_BAD_VALSIZE:
		return GN_E_SIZE;
	case MDB_READERS_FULL:
		return GN_E_BUSY;
	case ENOMEM:
		return GN_E_NOMEM;
	case EIO:
		if (disk_is_full(store))
			return GN_E_FULL;
		break;
	default:
		break;
	}
	errno = code > 0 ? code : EINVAL;
	return GN_E_SYSTEM;
}

static uint64_t monotonic_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec;
}

void gn_store_enter(struct gn_store *store)
{
	pthread_mutex_lock(&store->lock);
	store->users++;
	pthread_mutex_unlock(&store->lock);
}

void gn_store_leave(struct gn_store *store)
{
	pthread_mutex_lock(&store->lock);
	if (--store->users == 0)
		pthread_cond_broadcast(&store->idle);
	pthread_mutex_unlock(&store->lock);
}

enum gn_err gn_store_resize(struct gn_store *store, size_t map_bytes)
{
	struct timespec until;
	enum gn_err err = GN_OK;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += RESIZE_WAIT_S;
	pthread_mutex_lock(&store->lock);
	while (store->users > 0 && !err)
		if (pthread_cond_timedwait(&store->idle, &store->lock, &until) != 0)
			err = GN_E_BUSY;
	if (store->users == 0)
		err = gn_store_err(store, mdb_env_set_mapsize(store->env, map_bytes));
	pthread_mutex_unlock(&store->lock);
	return err;
}

void gn_store_check_readers(struct gn_store *store)
{
	uint64_t now = monotonic_s();
	bool due;

	pthread_mutex_lock(&store->lock);
	due = store->readers_checked == 0 || now - store->readers_checked >= READERS_CHECK_S;
	if (due)
		store->readers_checked = now;
	pthread_mutex_unlock(&store->lock);
	if (due)
		mdb_reader_check(store->env, NULL);
}

/* The format stands in the first table; a store without that table is new. */
static int read_format(MDB_txn *txn, const char *first_table, uint32_t *ret_format)
{
	MDB_val key = {sizeof FORMAT_KEY - 1, (void *)FORMAT_KEY}, value;
	MDB_dbi dbi;
	int rc = mdb_dbi_open(txn, first_table, 0, &dbi);

	*ret_format = 0;
	if (rc)
		return rc == MDB_NOTFOUND ? 0 : rc;
	rc = mdb_get(txn, dbi, &key, &value);
	if (rc == MDB_NOTFOUND || (rc == 0 && value.mv_size != 4))
		return MDB_CORRUPTED;
	if (rc == 0)
		*ret_format = gn_get_be32(value.mv_data);
	return rc;
}

static int open_tables(struct gn_store *store, MDB_txn *txn, const char *const *names, unsigned how)
{
	for (size_t i = 0; i < store->table_count; i++) {
		int rc = mdb_dbi_open(txn, names[i], how, &store->tables[i]);

		if (rc)
			return rc;
	}
	return 0;
}

static int write_format(struct gn_store *store, MDB_txn *txn)
{
	uint8_t format[4];
	MDB_val key = {sizeof FORMAT_KEY - 1, (void *)FORMAT_KEY};
	MDB_val value = {sizeof format, format};

	gn_put_be32(format, GN_STORE_FORMAT);
	return mdb_put(txn, store->tables[0], &key, &value, 0);
}

/* Whether all of it is there already: then nobody has to wait for a writer. */
static enum gn_err open_present(
        struct gn_store *store, const struct gn_store_options *options, bool *ret_whole)
{
	uint32_t format = 0;
	MDB_txn *txn;
	int rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn);

	if (rc)
		return gn_store_err(store, rc);
	rc = read_format(txn, options->tables[0], &format);
	if (rc == 0 && format > GN_STORE_FORMAT) {
		mdb_txn_abort(txn);
		return GN_E_VERSION;
	}
	if (rc == 0 && format == 0 && !options->create)
		rc = MDB_NOTFOUND;
	*ret_whole = rc == 0 && format != 0 && open_tables(store, txn, options->tables, 0) == 0;
	if (*ret_whole)
		rc = mdb_txn_commit(txn);
	else
		mdb_txn_abort(txn);
	return gn_store_err(store, rc);
}

static enum gn_err open_or_make_tables(
        struct gn_store *store, const struct gn_store_options *options)
{
	bool whole = false;
	uint32_t format = 0;
	MDB_txn *txn;
	enum gn_err err = open_present(store, options, &whole);
	int rc;

	if (err || whole)
		return err;
	rc = mdb_txn_begin(store->env, NULL, 0, &txn);
	if (rc)
		return gn_store_err(store, rc);
	rc = read_format(txn, options->tables[0], &format);
	if (rc == 0)
		rc = open_tables(store, txn, options->tables, MDB_CREATE);
	if (rc == 0 && format == 0)
		rc = write_format(store, txn);
	if (rc == 0)
		rc = mdb_txn_commit(txn);
	else
		mdb_txn_abort(txn);
	return gn_store_err(store, rc);
}

static enum gn_err open_env(struct gn_store *store, const struct gn_store_options *options)
{
	size_t wanted = options->map_bytes ? options->map_bytes : MAP_BYTES;
	MDB_envinfo info;
	int rc = mdb_env_create(&store->env);

	if (rc == 0)
		rc = mdb_env_set_maxreaders(store->env, READERS);
	if (rc == 0)
		rc = mdb_env_set_maxdbs(store->env, (MDB_dbi)store->table_count);
	if (rc == 0)
		rc = mdb_env_open(store->env, store->dir, MDB_NOTLS, 0600);
	if (rc == 0)
		rc = mdb_env_info(store->env, &info);
	/* A map that grew once stays as large, whatever was asked for. */
	if (rc == 0 && info.me_mapsize < wanted)
		rc = mdb_env_set_mapsize(store->env, wanted);
	if (rc)
		return gn_store_err(store, rc);
	gn_store_check_readers(store);
	return open_or_make_tables(store, options);
}

static enum gn_err check_dir(const struct gn_store_options *options)
{
	char path[PATH_MAX];
	enum gn_err err = gn_path(path, sizeof path, options->dir, "data.mdb");

	if (err)
		return err;
	if (options->create)
		return gn_dir_make(options->dir);
	if (access(path, F_OK) == 0)
		return GN_OK;
	return errno == ENOENT || errno == ENOTDIR ? GN_E_NOTFOUND : GN_E_SYSTEM;
}

static struct gn_store *store_new(const struct gn_store_options *options)
{
	struct gn_store *store = calloc(1, sizeof *store);
	pthread_condattr_t monotonic;

	if (!store)
		return NULL;
	while (options->tables[store->table_count])
		store->table_count++;
	store->tables = calloc(store->table_count, sizeof *store->tables);
	store->dir = strdup(options->dir);
	pthread_mutex_init(&store->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&store->idle, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (!store->tables || !store->dir)
		gn_store_close(&store);
	return store;
}

enum gn_err gn_store_open(const struct gn_store_options *options, struct gn_store **ret_store)
{
	struct gn_store *store;
	enum gn_err err = check_dir(options);

	if (err)
		return err;
	store = store_new(options);
	if (!store)
		return GN_E_NOMEM;
	err = open_env(store, options);
	if (err) {
		int kept = errno;

		gn_store_close(&store);
		errno = kept;
		return err;
	}
	*ret_store = store;
	return GN_OK;
}

void gn_store_close(struct gn_store **store)
{
	struct gn_store *s = *store;

	if (!s)
		return;
	*store = NULL;
	if (s->env)
		mdb_env_close(s->env);
	pthread_cond_destroy(&s->idle);
	pthread_mutex_destroy(&s->lock);
	free(s->tables);
	free(s->dir);
	free(s);
}

/* A reader's own snapshot: mdb_env_info tells of a commit that is still on its
 * way to the disk and that readers do not see yet. */
uint64_t gn_store_generation(struct gn_store *store)
{
	GN_AUTO_TXN txn = gn_txn_begin(store, false);

	return txn.handle ? mdb_txn_id(txn.handle) : 0;
}

/* Pages that were freed and wait to be used again. */
static uint64_t free_pages(MDB_txn *txn)
{
	const MDB_dbi free_list = 0;
	MDB_cursor *cursor;
	MDB_val key, value;
	uint64_t pages = 0;

	if (mdb_cursor_open(txn, free_list, &cursor))
		return 0;
	while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
		size_t count;

		memcpy(&count, value.mv_data, sizeof count);
		pages += count;
	}
	mdb_cursor_close(cursor);
	return pages;
}

void gn_store_usage(struct gn_store *store, uint64_t *ret_used, uint64_t *ret_map)
{
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	MDB_envinfo info;
	MDB_stat stat;
	uint64_t pages;

	mdb_env_info(store->env, &info);
	mdb_env_stat(store->env, &stat);
	pages = info.me_last_pgno + 1 - (txn.err ? 0 : free_pages(txn.handle));
	*ret_used = pages * stat.ms_psize;
	*ret_map = info.me_mapsize;
}

enum gn_err gn_store_grow(struct gn_store *store)
{
	MDB_envinfo info;

	gn_store_enter(store);
	mdb_env_info(store->env, &info);
	gn_store_leave(store);
	if (info.me_mapsize > SIZE_MAX / 2)
		return GN_E_FULL;
	return gn_store_resize(store, info.me_mapsize * 2);
}

enum gn_err gn_store_make_room(struct gn_store *store)
{
	if (!atomic_exchange(&store->map_full, false))
		return GN_E_FULL;
	return gn_store_grow(store);
}
