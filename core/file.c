/* Reading whole files and writing them so that a power cut leaves the old one
 * or the new one. What stands in them is their callers' business.
 */
#include "core/file.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define GN_AUTO_FD __attribute__((cleanup(close_fd))) int

static void close_fd(int *fd)
{
	int kept = errno;

	if (*fd >= 0)
		close(*fd);
	errno = kept;
}

static enum gn_err from_errno(void)
{
	switch (errno) {
	case ENOENT:
		return GN_E_NOTFOUND;
	case EEXIST:
		return GN_E_EXISTS;
	case ENOSPC:
	case EDQUOT:
		return GN_E_FULL;
	case ENOMEM:
		return GN_E_NOMEM;
	default:
		return GN_E_SYSTEM;
	}
}

/* Up to `cap` bytes, fewer only at the end of the file. */
static enum gn_err read_upto(int fd, uint8_t *buf, size_t cap, size_t *ret_size)
{
	size_t size = 0;

	while (size < cap) {
		ssize_t n = read(fd, buf + size, cap - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return from_errno();
		if (n == 0)
			break;
		size += (size_t)n;
	}
	*ret_size = size;
	return GN_OK;
}

/* Grows as it reads: pipes and /proc tell no size. */
static enum gn_err read_all(int fd, size_t max, uint8_t **ret_data, size_t *ret_size)
{
	struct stat st;
	size_t size = 0, cap = 4096;
	uint8_t *data = NULL;
	enum gn_err err;

	if (fstat(fd, &st) == 0 && st.st_size > 0 && (uint64_t)st.st_size <= max)
		cap = (size_t)st.st_size + 1;
	for (;;) {
		uint8_t *larger = realloc(data, cap + 1);
		size_t n = 0;

		if (!larger) {
			err = GN_E_NOMEM;
			goto fail;
		}
		data = larger;
		err = read_upto(fd, data + size, cap - size, &n);
		size += n;
		if (!err && size > max)
			err = GN_E_SIZE;
		if (err)
			goto fail;
		if (size < cap)
			break;
		cap *= 2;
	}
	data[size] = 0;
	*ret_data = data;
	*ret_size = size;
	return GN_OK;
fail:
	free(data);
	return err;
}

enum gn_err gn_file_read(const char *path, size_t max, uint8_t **ret_data, size_t *ret_size)
{
	GN_AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return from_errno();
	return read_all(fd, max, ret_data, ret_size);
}

static enum gn_err write_all(int fd, struct gn_bytes data)
{
	while (data.size > 0) {
		ssize_t n = write(fd, data.data, data.size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return from_errno();
		data = gn_bytes(data.data + n, data.size - (size_t)n);
	}
	return GN_OK;
}

/* Makes a new, renamed or removed name in the path's directory last. */
static enum gn_err sync_parent(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t size = slash ? (size_t)(slash - path) : 0;

	if (size >= sizeof dir)
		return GN_E_SIZE;
	memcpy(dir, path, size);
	dir[size] = 0;
	if (size == 0)
		memcpy(dir, slash ? "/" : ".", 2);
	GN_AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) != 0 ? from_errno() : GN_OK;
}

/* A file beside `path`, on disk, under a name of its own (given back in temp). */
static enum gn_err write_beside(
        const char *path, unsigned mode, struct gn_bytes data, char temp[PATH_MAX])
{
	int n = snprintf(temp, PATH_MAX, "%s.XXXXXX", path);
	enum gn_err err;

	if (n < 0 || n >= PATH_MAX)
		return GN_E_SIZE;
	GN_AUTO_FD fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return from_errno();
	err = write_all(fd, data);
	if (!err && (fchmod(fd, (mode_t)mode) != 0 || fsync(fd) != 0))
		err = from_errno();
	if (err)
		unlink(temp);
	return err;
}

enum gn_err gn_file_write(const char *path, unsigned mode, struct gn_bytes data)
{
	char temp[PATH_MAX];
	enum gn_err err = write_beside(path, mode, data, temp);

	if (err)
		return err;
	if (rename(temp, path) != 0) {
		err = from_errno();
		unlink(temp);
		return err;
	}
	return sync_parent(path);
}

/* A link, not a rename: it never takes the place of a secret that is there. */
enum gn_err gn_secret_write(const char *path, struct gn_bytes secret)
{
	char temp[PATH_MAX];
	enum gn_err err = write_beside(path, 0600, secret, temp);

	if (err)
		return err;
	if (link(temp, path) != 0)
		err = from_errno();
	unlink(temp);
	return err ? err : sync_parent(path);
}

enum gn_err gn_secret_read(const char *path, uint8_t *buf, size_t size)
{
	GN_AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t n;
	enum gn_err err;

	if (fd < 0 || fstat(fd, &st) != 0)
		return from_errno();
	if (st.st_mode & 077)
		return GN_E_DENIED;
	if (st.st_size < 0 || (uint64_t)st.st_size != size)
		return GN_E_SIZE;
	err = read_upto(fd, buf, size, &n);
	if (err)
		return err;
	return n == size ? GN_OK : GN_E_SIZE;
}

static enum gn_err make_one(const char *path)
{
	struct stat st;

	if (mkdir(path, 0700) == 0)
		return sync_parent(path);
	if (errno != EEXIST)
		return from_errno();
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return GN_OK;
	errno = ENOTDIR;
	return GN_E_SYSTEM;
}

enum gn_err gn_dir_make(const char *path)
{
	char part[PATH_MAX];
	size_t size = strlen(path);

	if (size == 0 || size >= sizeof part)
		return GN_E_SIZE;
	memcpy(part, path, size + 1);
	while (size > 1 && part[size - 1] == '/')
		part[--size] = 0;
	for (size_t i = 1; i < size; i++) {
		enum gn_err err;

		if (part[i] != '/')
			continue;
		part[i] = 0;
		err = make_one(part);
		part[i] = '/';
		if (err)
			return err;
	}
	return make_one(part);
}

enum gn_err gn_dir_hold(const char *path, int *ret_fd)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum gn_err err = GN_OK;

	if (fd < 0)
		return from_errno();
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		err = errno == EWOULDBLOCK ? GN_E_BUSY : from_errno();
		close_fd(&fd);
		return err;
	}
	*ret_fd = fd;
	return GN_OK;
}

enum gn_err gn_path(char *buf, size_t cap, const char *dir, const char *name)
{
	size_t size = strlen(dir);
	int n = snprintf(buf, cap, "%s%s%s", dir, size && dir[size - 1] == '/' ? "" : "/", name);

	return n < 0 || (size_t)n >= cap ? GN_E_SIZE : GN_OK;
}
