/* Files: whole reads, durable atomic writes, secrets. */
#ifndef GN_CORE_FILE_H
#define GN_CORE_FILE_H

#include "proto/base.h"

/* The caller owns *ret_data (free), one NUL follows it. GN_E_NOTFOUND, GN_E_SIZE
 * over `max`, GN_E_SYSTEM. */
enum gn_err gn_file_read(
        const char *path, size_t max, uint8_t **ret_data, size_t *ret_size) GN_MUST_USE;
/* Whole or not at all, on disk when it returns: temporary file, fsync, rename,
 * fsync of the directory. */
enum gn_err gn_file_write(const char *path, unsigned mode, struct gn_bytes data) GN_MUST_USE;
/* [P-1] A secret of exactly `size` bytes. Write: mode 0600, GN_E_EXISTS when there.
 * Read: GN_E_DENIED when group or others may read it. */
enum gn_err gn_secret_write(const char *path, struct gn_bytes secret) GN_MUST_USE;
enum gn_err gn_secret_read(const char *path, uint8_t *buf, size_t size) GN_MUST_USE;
/* mkdir -p with mode 0700. */
enum gn_err gn_dir_make(const char *path) GN_MUST_USE;
/* One process at a time holds a directory, until it closes the descriptor or ends;
 * GN_E_BUSY when another does. */
enum gn_err gn_dir_hold(const char *path, int *ret_fd) GN_MUST_USE;
/* "dir/name" into buf; GN_E_SIZE. */
enum gn_err gn_path(char *buf, size_t cap, const char *dir, const char *name) GN_MUST_USE;

#endif
