/* The slow, whole check that replication's one signature a batch does without. */
#include "core/audit.h"

struct walk { /* along one log */
	struct gn_audit *audit;
	const struct gn_log *log;
	struct gn_tip tip;
	uint64_t wrong; /* signatures in a row up to tip that do not fit */
};

static void fault(const struct walk *w, uint64_t seq, const char *what)
{
	w->audit->faults++;
	w->audit->fault(w->audit->context, w->log->origin, seq, what);
}

/* A good signature behind them covers every link: so they are as their author
 * sent them, each one wrong for itself. */
static void forgive(struct walk *w)
{
	for (; w->wrong > 0; w->wrong--)
		fault(w, w->tip.seq - w->wrong, "wrong signature");
}

/* Without a good one behind them the first may have spoilt all: one fault. */
static void blame(struct walk *w)
{
	if (w->wrong > 0)
		fault(w, w->tip.seq - w->wrong + 1,
		        w->wrong > 1 ? "wrong signature, here and in all that follow"
		                     : "wrong signature");
}

/* False: the walk cannot go on. */
static bool check_entry(struct walk *w, uint64_t seq, struct gn_bytes wire)
{
	struct gn_entry entry;
	if (seq != w->tip.seq + 1) {
		blame(w);
		fault(w, w->tip.seq + 1, "entry missing");
		return false;
	}
	enum gn_err err = gn_entry_parse(wire, &entry);
	if (!err)
		err = gn_chain_step(w->log->origin, &w->tip, &entry);
	if (err) {
		blame(w);
		fault(w, seq, gn_err_text(err));
		return false;
	}
	if (gn_tip_verify(w->log->origin, &w->tip))
		w->wrong++;
	else
		forgive(w);
	return true;
}

static void check_log(struct gn_txn *txn, struct gn_audit *audit, const struct gn_log *log)
{
	struct walk w = {.audit = audit, .log = log};
	struct gn_bytes wire;
	gn_tip_start(log->origin, &w.tip);
	struct gn_log_cursor cursor = gn_log_cursor_at(txn, log->no, 1);
	bool whole = true;
	while (whole && gn_log_cursor_next(&cursor, &wire)) {
		audit->entries++;
		whole = check_entry(&w, cursor.seq, wire);
	}
	gn_log_cursor_close(&cursor);
	if (!whole)
		return;
	blame(&w);
	if (w.wrong == 0 && memcmp(&w.tip, &log->tip, sizeof w.tip) != 0)
		fault(&w, log->tip.seq, "the kept head is not where the entries lead");
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
