/* cmocka, and a directory of a test's own that goes with it. */
#ifndef TEST_TEMP_DIR_H
#define TEST_TEMP_DIR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEMP_PATH 512

struct temp_dir {
	char path[TEMP_PATH / 2];
	char joined[TEMP_PATH];
};

static inline int temp_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

/* cmocka's setup and teardown: *state is a struct temp_dir. */
static inline int temp_setup(void **state)
{
	struct temp_dir *dir = calloc(1, sizeof *dir);
	const char *base = getenv("TMPDIR");

	if (!dir)
		return -1;
	snprintf(dir->path, sizeof dir->path, "%s/gonha-test-XXXXXX", base ? base : "/tmp");
	*state = dir;
	return mkdtemp(dir->path) ? 0 : -1;
}
static inline int temp_teardown(void **state)
{
	struct temp_dir *dir = *state;
	int rc = nftw(dir->path, temp_remove, 16, FTW_DEPTH | FTW_PHYS);

	free(dir);
	return rc;
}

/* The path of `name` in it, good until the next call. */
static inline const char *temp_path(void **state, const char *name)
{
	struct temp_dir *dir = *state;

	snprintf(dir->joined, sizeof dir->joined, "%s/%s", dir->path, name);
	return dir->joined;
}
static inline const char *temp_root(void **state)
{
	return ((struct temp_dir *)*state)->path;
}

#define temp_test(function) cmocka_unit_test_setup_teardown(function, temp_setup, temp_teardown)

#endif
