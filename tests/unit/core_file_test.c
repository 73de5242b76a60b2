#include "core/file.h"
#include "temp_dir.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static size_t names_in(const char *path)
{
	DIR *dir = opendir(path);
	size_t count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2;
}

static void a_written_file_reads_back(void **state)
{
	const char *path = temp_path(state, "a");
	uint8_t *data;
	size_t size;

	assert_int_equal(gn_file_read(path, 100, &data, &size), GN_E_NOTFOUND);
	assert_int_equal(gn_file_write(path, 0640, gn_bytes_str("first")), GN_OK);
	assert_int_equal(gn_file_write(path, 0640, gn_bytes_str("second")), GN_OK);
	assert_int_equal(mode_of(path), 0640);
	assert_int_equal(gn_file_read(path, 6, &data, &size), GN_OK);
	assert_int_equal(size, 6);
	assert_string_equal((char *)data, "second");
	free(data);
	assert_int_equal(gn_file_read(path, 5, &data, &size), GN_E_SIZE);
	assert_int_equal(names_in(temp_root(state)), 1);
}

static void an_empty_and_a_large_file_read_whole(void **state)
{
	const char *path = temp_path(state, "b");
	const size_t large = 3u << 20;
	uint8_t *data, *back;
	size_t size;

	assert_int_equal(gn_file_write(path, 0600, gn_bytes(NULL, 0)), GN_OK);
	assert_int_equal(gn_file_read(path, 0, &back, &size), GN_OK);
	assert_int_equal(size, 0);
	assert_int_equal(back[0], 0);
	free(back);
	data = malloc(large);
	assert_non_null(data);
	memset(data, 'x', large);
	assert_int_equal(gn_file_write(path, 0600, gn_bytes(data, large)), GN_OK);
	assert_int_equal(gn_file_read(path, large, &back, &size), GN_OK);
	assert_true(gn_bytes_eq(gn_bytes(data, large), gn_bytes(back, size)));
	free(data);
	free(back);
}

static void what_tells_no_size_reads_too(void **state)
{
	uint8_t *data;
	size_t size;

	(void)state;
	assert_int_equal(gn_file_read("/proc/self/maps", 1u << 24, &data, &size), GN_OK);
	assert_true(size > 100);
	free(data);
	assert_int_equal(gn_file_read("/dev/zero", 100000, &data, &size), GN_E_SIZE);
	assert_int_equal(gn_file_read("/tmp", 100, &data, &size), GN_E_SYSTEM);
	assert_int_equal(errno, EISDIR);
}

/* A limit of 4 bytes a file stands in for the full disk. */
static void a_write_that_fails_leaves_the_old_file(void **state)
{
	const char *path = temp_path(state, "c");
	struct rlimit old, four;
	uint8_t *data;
	size_t size;

	assert_int_equal(gn_file_write(path, 0600, gn_bytes_str("old")), GN_OK);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	four = (struct rlimit){4, old.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &four), 0);
	assert_int_equal(gn_file_write(path, 0600, gn_bytes_str("longer")), GN_E_SYSTEM);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(gn_file_read(path, 100, &data, &size), GN_OK);
	assert_string_equal((char *)data, "old");
	free(data);
	assert_int_equal(names_in(temp_root(state)), 1);
	path = temp_path(state, "no/dir");
	assert_int_equal(gn_file_write(path, 0600, gn_bytes_str("x")), GN_E_NOTFOUND);
}

/* [P-1] */
static void a_secret_is_kept_from_others(void **state)
{
	const char *path = temp_path(state, "key");
	uint8_t buf[5];

	assert_int_equal(gn_secret_read(path, buf, 5), GN_E_NOTFOUND);
	assert_int_equal(gn_secret_write(path, gn_bytes_str("12345")), GN_OK);
	assert_int_equal(mode_of(path), 0600);
	assert_int_equal(gn_secret_write(path, gn_bytes_str("other")), GN_E_EXISTS);
	assert_int_equal(gn_secret_read(path, buf, 5), GN_OK);
	assert_memory_equal(buf, "12345", 5);
	assert_int_equal(gn_secret_read(path, buf, 4), GN_E_SIZE);
	assert_int_equal(names_in(temp_root(state)), 1);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(gn_secret_read(path, buf, 5), GN_E_DENIED);
	assert_int_equal(chmod(path, 0604), 0);
	assert_int_equal(gn_secret_read(path, buf, 5), GN_E_DENIED);
}

static void directories_are_made_whole_and_private(void **state)
{
	const char *path = temp_path(state, "x/y/z/");
	char file[TEMP_PATH];

	assert_int_equal(gn_dir_make(path), GN_OK);
	assert_int_equal(gn_dir_make(path), GN_OK);
	assert_int_equal(mode_of(path), 0700);
	assert_int_equal(mode_of(temp_path(state, "x")), 0700);
	assert_int_equal(gn_path(file, sizeof file, temp_root(state), "file"), GN_OK);
	assert_int_equal(gn_file_write(file, 0600, gn_bytes_str("")), GN_OK);
	assert_int_equal(gn_dir_make(file), GN_E_SYSTEM);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(gn_dir_make(temp_path(state, "file/below")), GN_E_SYSTEM);
	assert_int_equal(gn_dir_make(""), GN_E_SIZE);
}

static void paths_join_with_one_slash(void **state)
{
	char buf[8];

	(void)state;
	assert_int_equal(gn_path(buf, sizeof buf, "ab", "cd"), GN_OK);
	assert_string_equal(buf, "ab/cd");
	assert_int_equal(gn_path(buf, sizeof buf, "ab/", "cd"), GN_OK);
	assert_string_equal(buf, "ab/cd");
	assert_int_equal(gn_path(buf, sizeof buf, "abcd", "efg"), GN_E_SIZE);
}

static void a_directory_is_held_once(void **state)
{
	int first, second;

	assert_int_equal(gn_dir_hold(temp_path(state, "x"), &first), GN_E_NOTFOUND);
	assert_int_equal(gn_dir_hold(temp_root(state), &first), GN_OK);
	assert_int_equal(gn_dir_hold(temp_root(state), &second), GN_E_BUSY);
	assert_int_equal(names_in(temp_root(state)), 0);
	close(first);
	assert_int_equal(gn_dir_hold(temp_root(state), &second), GN_OK);
	close(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        temp_test(a_written_file_reads_back),
	        temp_test(an_empty_and_a_large_file_read_whole),
	        cmocka_unit_test(what_tells_no_size_reads_too),
	        temp_test(a_write_that_fails_leaves_the_old_file),
	        temp_test(a_secret_is_kept_from_others),
	        temp_test(directories_are_made_whole_and_private),
	        cmocka_unit_test(paths_join_with_one_slash),
	        temp_test(a_directory_is_held_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
