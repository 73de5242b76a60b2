/* Feeds a registry from the root's and the registrar's logs. What the entries
 * mean is the registry's business; whether they are genuine was decided when
 * they were stored. */
#include "core/view.h"

#include "proto/record.h"

static enum gn_err apply_log(struct gn_view *view, struct gn_txn *txn,
        const uint8_t origin[GN_KEY_SIZE], uint64_t *applied)
{
	struct gn_log log;
	enum gn_err err = gn_log_find(txn, origin, &log);
	if (err == GN_E_NOTFOUND)
		return GN_OK;
	if (err || log.tip.seq <= *applied)
		return err;
	struct gn_log_cursor cursor = gn_log_cursor_at(txn, log.no, *applied + 1);
	struct gn_bytes wire;
	while (!err && gn_log_cursor_next(&cursor, &wire)) {
		struct gn_entry entry;
		err = gn_entry_parse(wire, &entry);
		if (!err)
			err = gn_registry_apply(view->registry, cursor.seq, entry.body);
		if (!err)
			*applied = cursor.seq;
	}
	gn_log_cursor_close(&cursor);
	return err ? err : txn->err;
}

enum gn_err gn_view_refresh_txn(struct gn_view *view, struct gn_txn *txn)
{
	enum gn_err err = apply_log(view, txn, view->root, &view->root_seq);
	if (err)
		return err;
	view->has_registrar = gn_registry_registrar(view->registry, view->registrar);
	if (!view->has_registrar)
		return GN_OK;
	return apply_log(view, txn, view->registrar, &view->registrar_seq);
}

enum gn_err gn_view_refresh(struct gn_view *view, struct gn_store *store)
{
	uint64_t generation = gn_store_generation(store);
	if (generation == view->generation)
		return GN_OK;
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	if (txn.err)
		return txn.err;
	enum gn_err err = gn_view_refresh_txn(view, &txn);
	if (!err)
		view->generation = generation;
	return err;
}

enum gn_err gn_view_open(struct gn_view *view, struct gn_store *store)
{
	*view = (struct gn_view){0};
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	struct gn_bytes root;
	if (!gn_meta_get(&txn, GN_META_ROOT, &root))
		return txn.err ? txn.err : GN_E_NOTFOUND;
	if (root.size != GN_KEY_SIZE)
		return GN_E_CORRUPT;
	memcpy(view->root, root.data, GN_KEY_SIZE);
	view->registry = gn_registry_new();
	if (!view->registry)
		return GN_E_NOMEM;
	view->generation = gn_store_generation(store);
	enum gn_err err = gn_view_refresh_txn(view, &txn);
	if (err)
		gn_view_close(view);
	return err;
}

void gn_view_close(struct gn_view *view)
{
	gn_registry_free(&view->registry);
}
