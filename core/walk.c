/* Chain hashes are not stored with the entries; who needs one walks to it. */
#include "core/walk.h"

enum gn_err gn_log_walk(
        struct gn_txn *txn, const struct gn_log *log, uint64_t seq, struct gn_tip *tip)
{
	if (tip->seq >= seq)
		return tip->seq == seq ? GN_OK : GN_E_NOTFOUND;
	struct gn_log_cursor cursor = gn_log_cursor_at(txn, log->no, tip->seq + 1);
	struct gn_bytes wire;
	struct gn_entry entry;
	enum gn_err err = GN_OK;
	while (!err && tip->seq < seq && gn_log_cursor_next(&cursor, &wire))
		if (gn_entry_parse(wire, &entry) || gn_chain_step(log->origin, tip, &entry))
			err = GN_E_CORRUPT; /* it was checked when it was stored */
	gn_log_cursor_close(&cursor);
	if (!err && tip->seq != seq)
		err = txn->err ? txn->err : GN_E_NOTFOUND;
	return err;
}
