/* Reads what a peer asked for out of the store and packs it as one batch.
 *
 * The chain hash before a batch is not stored: it is kept from the last batch of
 * the same log, or walked to from the log's beginning, a stretch in each call.
 */
#ifndef GN_CORE_SERVE_H
#define GN_CORE_SERVE_H

#include "core/logs.h"
#include "proto/sync.h"

struct gn_server;
struct gn_server *gn_server_new(void); /* NULL: no memory */
void gn_server_free(struct gn_server **server);

/* Packs the batch that begins at serve->first; it ends at an entry whose
 * signature has been checked. *ret_message is borrowed until the next call,
 * *ret_upto its last sequence. GN_E_BUSY: on the way there, call again;
 * GN_E_NOTFOUND: nothing there; GN_E_SIGNATURE: nothing that may be sent;
 * GN_E_CORRUPT. */
enum gn_err gn_server_batch(struct gn_server *server, struct gn_store *store,
        const struct gn_serve *serve, struct gn_bytes *ret_message, uint64_t *ret_upto) GN_MUST_USE;

#endif
