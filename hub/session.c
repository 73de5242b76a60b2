/* From a record's block to its citizen. Decides which session entry may hold the
 * key (one of the same log, before the record); what is done with the citizen's
 * text is fold_count.c's: it leaves there as a blind index. */
#include "hub/session.h"

#include <sodium.h>

#include "hub/fold_state.h"

#define SESSION_KEY 12

struct session {
	uint8_t id[SESSION_KEY];
	bool tried, open;
	uint8_t key[GN_SESSION_KEY];
};

void hub_sessions_init(struct hub_sessions *sessions)
{
	*sessions = (struct hub_sessions){
	        .keys = {.rows.row_bytes = sizeof(struct session), .key_bytes = SESSION_KEY}};
}

void hub_sessions_done(struct hub_sessions *sessions)
{
	struct hub_list *rows = &sessions->keys.rows;
	if (rows->n)
		sodium_memzero(rows->data, rows->n * rows->row_bytes);
	hub_map_done(&sessions->keys);
}

static bool open_session(struct hub_fold *f, const struct hub_log *log, uint64_t seq,
        uint8_t ret_key[GN_SESSION_KEY])
{
	struct hub_entry entry;
	if (!hub_fold_read(f, log->log.origin, seq, &entry) || entry.fault ||
	        entry.body.kind != GN_KIND_SESSION)
		return false;
	return gn_session_open(entry.body.message, f->keys->hub, f->keys->seal_public,
	               f->keys->seal_secret, ret_key) == GN_OK;
}

static const struct session *session_of(struct hub_fold *f, const struct hub_log *log, uint64_t seq)
{
	uint8_t id[SESSION_KEY];
	gn_put_be32(id, log->log.no);
	gn_put_be64(id + 4, seq);
	struct session *session = hub_map_need(&f->sessions.keys, id);
	if (!session) {
		hub_fold_fail(f, GN_E_NOMEM);
		return NULL;
	}
	if (!session->tried) {
		session->open = open_session(f, log, seq, session->key);
		session->tried = true;
	}
	return session->open ? session : NULL;
}

bool hub_session_citizen(
        struct hub_fold *f, const struct hub_entry *entry, struct gn_citizen *ret_citizen)
{
	const struct gn_record *record = &entry->body.record;
	if (record->block.size != GN_BLOCK_SIZE || record->session >= entry->seq)
		return false;
	const struct session *session = session_of(f, entry->log, record->session);
	struct gn_block_place place = {.origin = entry->log->log.origin,
	        .salt = entry->body.salt,
	        .seq = entry->seq,
	        .session = record->session};
	return session &&
	       gn_citizen_open(session->key, &place, record->block.data, ret_citizen) == GN_OK;
}
