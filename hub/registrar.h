/* Writing the root's and the registrar's logs, one transaction a change. */
#ifndef HUB_REGISTRAR_H
#define HUB_REGISTRAR_H

#include "core/view.h"
#include "registry.pb-c.h"

/* Appends one entry per packed Registry (or Root) message to the log of
 * `secret`'s key. Nothing is durable before the caller commits. */
enum gn_err hub_registrar_append(struct gn_txn *txn, const uint8_t secret[64], bool root,
        const struct gn_bytes *messages, size_t n) GN_MUST_USE;
/* Packs the items as one whole change and appends it. */
enum gn_err hub_registrar_items(struct gn_txn *txn, const uint8_t secret[64],
        Gonha__Item *const *items, size_t n) GN_MUST_USE;
/* The same in a transaction of its own; durable when it returns. */
enum gn_err hub_registrar_item(
        struct gn_store *store, const uint8_t secret[64], Gonha__Item *item) GN_MUST_USE;

#endif
