/* The registry as a store's logs tell it: built when opened, fed what came since.
 *
 * One view belongs to one thread; threads that need the registry have a view each.
 */
#ifndef GN_CORE_VIEW_H
#define GN_CORE_VIEW_H

#include "core/logs.h"
#include "core/registry.h"

#define GN_META_ROOT "root" /* the root's public key, in the store's meta table */

struct gn_view {
	struct gn_registry *registry;
	uint8_t root[GN_KEY_SIZE], registrar[GN_KEY_SIZE];
	bool has_registrar;
	uint64_t root_seq, registrar_seq; /* applied so far */
	uint64_t generation; /* of the store at the last refresh */
};

/* GN_E_NOTFOUND: the store has no root yet. GN_E_NOMEM, GN_E_FORMAT. */
enum gn_err gn_view_open(struct gn_view *view, struct gn_store *store) GN_MUST_USE;
void gn_view_close(struct gn_view *view);
/* Applies what was committed since; costs one load when nothing was. */
enum gn_err gn_view_refresh(struct gn_view *view, struct gn_store *store) GN_MUST_USE;
/* The same within a transaction, which may have entries that are not committed. */
enum gn_err gn_view_refresh_txn(struct gn_view *view, struct gn_txn *txn) GN_MUST_USE;

#endif
