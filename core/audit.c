/* The slow, whole check that replication's one signature a batch does without. */
#include "core/audit.h"

static void fault(struct gn_audit *audit, const struct gn_log *log, uint64_t seq, const char *what)
{
	audit->faults++;
	audit->fault(audit->context, log->origin, seq, what);
}

/* False: the walk cannot go on. */
static bool check_entry(struct gn_audit *audit, const struct gn_log *log, struct gn_tip *tip,
        uint64_t seq, struct gn_bytes wire)
{
	struct gn_entry entry;
	if (seq != tip->seq + 1) {
		fault(audit, log, tip->seq + 1, "entry missing");
		return false;
	}
	enum gn_err err = gn_entry_parse(wire, &entry);
	if (!err)
		err = gn_chain_step(log->origin, tip, &entry);
	if (err) {
		fault(audit, log, seq, gn_err_text(err));
		return false;
	}
	if (gn_tip_verify(log->origin, tip))
		fault(audit, log, seq, "wrong signature");
	return true;
}

static void check_log(struct gn_txn *txn, struct gn_audit *audit, const struct gn_log *log)
{
	struct gn_tip tip;
	struct gn_bytes wire;
	gn_tip_start(log->origin, &tip);
	struct gn_log_cursor cursor = gn_log_cursor_at(txn, log->no, 1);
	bool whole = true;
	while (whole && gn_log_cursor_next(&cursor, &wire)) {
		audit->entries++;
		whole = check_entry(audit, log, &tip, cursor.seq, wire);
	}
	gn_log_cursor_close(&cursor);
	if (whole && memcmp(&tip, &log->tip, sizeof tip) != 0)
		fault(audit, log, log->tip.seq, "the kept head is not where the entries lead");
}

enum gn_err gn_audit_logs(struct gn_txn *txn, struct gn_audit *audit)
{
	struct gn_log log;
	uint32_t no = 0;
	while (gn_log_each(txn, &no, &log)) {
		audit->logs++;
		check_log(txn, audit, &log);
	}
	return txn->err;
}
