/* A copy of a store that is in use: consistent, compact, on disk when it is
 * done. Where copies go and what else belongs to a backup is decided above.
 */
#include "core/store_internal.h"
#include "core/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

static enum gn_err check_empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t count = 0;

	if (!d)
		return GN_E_SYSTEM;
	while ((entry = readdir(d)))
		count++;
	closedir(d);
	return count > 2 ? GN_E_EXISTS : GN_OK; /* . and .. */
}

static enum gn_err sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok ? GN_OK : GN_E_SYSTEM;
}

static enum gn_err copy_to(struct gn_store *store, const char *path)
{
	/* Ours, not mdb_env_copy's: that one leaves the file readable to others. */
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0)
		return gn_store_err(store, errno);
	rc = mdb_env_copyfd2(store->env, fd, MDB_CP_COMPACT);
	if (rc == 0 && fsync(fd) != 0)
		rc = errno;
	if (close(fd) != 0 && rc == 0)
		rc = errno;
	if (rc)
		unlink(path);
	return gn_store_err(store, rc);
}

enum gn_err gn_store_copy(struct gn_store *store, const char *dir)
{
	/* Takes over a map that another process made larger, and keeps it in place. */
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	char path[PATH_MAX];
	enum gn_err err = txn.err;

	if (!err)
		err = gn_dir_make(dir);
	if (!err)
		err = check_empty(dir);
	if (!err)
		err = gn_path(path, sizeof path, dir, "data.mdb");
	if (!err)
		err = copy_to(store, path);
	return err ? err : sync_dir(dir);
}
