/* Records for tests that are about something else: a home visit by team t1. */
#ifndef FIXTURE_RECORD_H
#define FIXTURE_RECORD_H

#include "fixture_node.h"

#include "node/amend.h"
#include "node/author.h"

static inline struct gn_record fixture_visit(uint32_t household)
{
	struct gn_record record = {.kind = GN_KIND_VISIT, .date = 19144, .household = household};
	record.text[GN_F_TEAM] = gn_bytes_str("t1");
	record.text[GN_F_PLACE] = gn_bytes_str("home");
	record.topics[0] = record.text[GN_F_TOPIC] = gn_bytes_str("vneid");
	record.topic_count = 1;
	return record;
}

static inline struct node_author *fixture_begin(struct fixture_node *f)
{
	struct node_author *author = NULL;
	const char *why = NULL;
	enum gn_err err = node_author_begin(f->node, &author, &why);
	if (err)
		fail_msg("node_author_begin: %s", why ? why : gn_err_text(err));
	return author;
}

/* One visit in a commit of its own; `citizen` may be NULL. */
static inline struct node_id fixture_write(
        struct fixture_node *f, uint32_t household, const char *citizen)
{
	struct node_author *author = fixture_begin(f);
	struct gn_record record = fixture_visit(household);
	struct gn_citizen who = {.birth_year = 1990};
	struct node_id id;
	const struct node_origin no_import = {.row = 0};
	if (citizen)
		snprintf(who.text, sizeof(who.text), "%s", citizen);
	assert_int_equal(
	        node_author_record(author, &record, citizen ? &who : NULL, no_import, &id.seq),
	        GN_OK);
	assert_int_equal(node_author_commit(&author), GN_OK);
	memcpy(id.origin, f->node->origin, GN_KEY_SIZE);
	return id;
}

static inline uint64_t fixture_head(struct fixture_node *f)
{
	struct gn_log log;
	GN_AUTO_TXN txn = gn_txn_begin(f->node->store, false);
	return gn_log_find(&txn, f->node->origin, &log) == GN_OK ? log.tip.seq : 0;
}

/* What a body says about who: opened as the hub would. */
static inline enum gn_err fixture_unseal(
        struct fixture_node *f, const struct node_id *id, struct gn_citizen *ret_citizen)
{
	GN_AUTO_TXN txn = gn_txn_begin(f->node->store, false);
	struct gn_body body, session;
	uint8_t key[GN_SESSION_KEY];
	assert_int_equal(node_ref_body(&txn, id, &body, NULL), GN_OK);
	struct node_id at = *id;
	at.seq = body.record.session;
	assert_int_equal(node_ref_body(&txn, &at, &session, NULL), GN_OK);
	assert_int_equal(session.kind, GN_KIND_SESSION);
	enum gn_err err =
	        gn_session_open(session.message, f->hub, f->seal_public, f->seal_secret, key);
	if (err)
		return err;
	const struct gn_block_place place = {id->origin, body.salt, id->seq, at.seq};
	return gn_citizen_open(key, &place, body.record.block.data, ret_citizen);
}

#endif
