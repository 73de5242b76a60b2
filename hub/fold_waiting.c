/* The list of entries that wait, and the names of the reasons. Decides none of them. */
#include "hub/fold_waiting.h"

struct note {
	uint8_t key[HUB_WAITING_KEY];
	uint8_t value[1 + HUB_WAITING_DETAIL]; /* as on disk */
	uint8_t size;
};

void hub_waiting_init(struct hub_waiting *waiting)
{
	*waiting = (struct hub_waiting){
	        .notes = {.rows.row_bytes = sizeof(struct note), .key_bytes = HUB_WAITING_KEY}};
}

void hub_waiting_done(struct hub_waiting *waiting)
{
	hub_map_done(&waiting->notes);
}

enum gn_err hub_waiting_note(struct hub_waiting *waiting, const uint8_t origin[GN_KEY_SIZE],
        uint64_t seq, enum hub_reason reason, struct gn_bytes detail)
{
	uint8_t key[HUB_WAITING_KEY];
	memcpy(key, origin, GN_KEY_SIZE);
	gn_put_be64(key + GN_KEY_SIZE, seq);
	struct note *note = hub_map_need(&waiting->notes, key);
	if (!note)
		return GN_E_NOMEM;
	size_t size = detail.size < HUB_WAITING_DETAIL ? detail.size : HUB_WAITING_DETAIL;
	note->value[0] = (uint8_t)reason;
	if (size)
		memcpy(note->value + 1, detail.data, size);
	note->size = (uint8_t)(1 + size);
	return GN_OK;
}

void hub_waiting_apply(struct hub_waiting *waiting, struct gn_txn *txn)
{
	hub_map_sort(&waiting->notes);
	for (size_t i = 0; i < waiting->notes.rows.n && !txn->err; i++) {
		const struct note *note = hub_list_at(&waiting->notes.rows, i);
		struct gn_bytes key = gn_bytes(note->key, sizeof note->key);
		if (note->value[0] != HUB_R_NONE)
			gn_txn_put(txn, HUB_T_WAITING, key, gn_bytes(note->value, note->size));
		else
			gn_txn_del(txn, HUB_T_WAITING, key);
	}
	hub_map_done(&waiting->notes);
}

const char *hub_reason_name(enum hub_reason reason)
{
	static const char *const names[] = {[HUB_R_NONE] = "none",
	        [HUB_R_UNKNOWN_TEAM] = "unknown_team",
	        [HUB_R_UNKNOWN_UNIT] = "unknown_unit",
	        [HUB_R_UNKNOWN_INDICATOR] = "unknown_indicator",
	        [HUB_R_UNKNOWN_CODE] = "unknown_code",
	        [HUB_R_OUT_OF_AREA] = "out_of_area",
	        [HUB_R_DATE] = "date",
	        [HUB_R_SEALED] = "sealed",
	        [HUB_R_FORMAT] = "format",
	        [HUB_R_UNKNOWN_KIND] = "unknown_kind",
	        [HUB_R_NO_TARGET] = "no_target",
	        [HUB_R_SUPERSEDED] = "superseded",
	        [HUB_R_TRAINING] = "training",
	        [HUB_R_REVOKED] = "revoked",
	        [HUB_R_NO_SUBJECT] = "no_subject",
	        [HUB_R_OWED] = "owed"};
	return (size_t)reason < sizeof names / sizeof *names ? names[reason] : "unknown";
}
