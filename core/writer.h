/* The thread that appends: whatever has queued up goes into one commit. A map that
 * is full grows; a full disk fails what was to be kept and nothing else. */
#ifndef GN_CORE_WRITER_H
#define GN_CORE_WRITER_H

#include "core/logs.h"
#include "proto/sync.h"

#define GN_WRITER_QUEUE_BYTES (32u << 20) /* over it the sockets wait */
#define GN_WRITER_GROUP 16 /* jobs of one commit at most */

struct gn_writer;

struct gn_writer_done { /* what became of a STORE */
	struct gn_peer from;
	uint8_t origin[GN_KEY_SIZE];
	struct gn_tip tip;
	enum gn_err err; /* GN_OK: durable */
};

struct gn_writer_options {
	struct gn_store *store;
	void *context;
	void (*done)(void *context); /* something can be taken; writer thread */
	void (*committed)(void *context); /* after a commit and its done; writer thread */
};

enum gn_err gn_writer_new(
        const struct gn_writer_options *options, struct gn_writer **ret_writer) GN_MUST_USE;
void gn_writer_free(struct gn_writer **writer); /* writes what is queued first */
/* Copies the act's entries. GN_E_NOMEM. */
enum gn_err gn_writer_store(struct gn_writer *writer, const struct gn_act *act) GN_MUST_USE;
enum gn_err gn_writer_call(struct gn_writer *writer,
        void (*write)(struct gn_txn *txn, struct gn_bytes data), struct gn_bytes data) GN_MUST_USE;
bool gn_writer_take(struct gn_writer *writer, struct gn_writer_done *ret_done);
/* Waits until the queue is under its bound, at most timeout_ms. False: still over. */
bool gn_writer_room(struct gn_writer *writer, int timeout_ms);

#endif
