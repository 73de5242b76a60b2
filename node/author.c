/* Decides clock, salt, session and place of every entry that this node writes.
 * What a record may say was checked by form.c; keeping and linking is logs'.
 */
#include "node/author.h"

#include <stdlib.h>
#include <sys/timex.h>

#include <sodium.h>

#include "node/amend.h"
#include "node/session.h"
#include "proto/clock.h"

#define CLOCK_SET_MS 1704067200000u /* 2024-01-01: no clock that was set shows less */
#define GROUP 1024u
#define GROUP_BYTES (1u << 20)

struct node_author {
	struct node *node;
	struct gn_txn txn;
	struct gn_log log;
	struct gn_tip tip; /* after the entries gathered */
	uint64_t clock, now_ms;
	enum gn_quality quality;
	struct node_session session;
	bool new_session;
	const char *why;
	size_t count, used;
	struct gn_bytes entries[GROUP];
	uint8_t bytes[GROUP_BYTES + GN_ENTRY_MAX];
};

enum gn_quality node_clock_quality(void)
{
	struct timex state = {0};
	if (gn_now_ms() < CLOCK_SET_MS)
		return GN_CLOCK_NEVER_SET;
	int told = adjtimex(&state);
	if (told < 0 || told == TIME_ERROR || (state.status & STA_UNSYNC))
		return GN_CLOCK_FREE_RUNNING;
	return GN_CLOCK_SYNCHRONISED;
}

static enum gn_err may_author(const struct node *node, const char **ret_why)
{
	const struct gn_enrolment *enrolment = node_enrolment(node);
	*ret_why = "this node has not joined a province yet; run: gonha-node join TOKEN";
	if (!node->view.registry)
		return GN_E_DENIED;
	*ret_why = "this node is not enrolled in the registry that it has";
	if (!enrolment)
		return GN_E_DENIED;
	*ret_why = "this node's key was revoked; it takes no records any more";
	if (enrolment->revoked)
		return GN_E_DENIED;
	*ret_why = NULL;
	return GN_OK;
}

enum gn_err node_author_ground(
        const struct node *node, struct node_ground *ret_ground, const char **ret_why)
{
	enum gn_err err = may_author(node, ret_why);
	if (err)
		return err;
	*ret_ground = (struct node_ground){
	        .registry = node->view.registry,
	        .unit = node_enrolment(node)->unit,
	        .last = gn_now_ms() < CLOCK_SET_MS ? GN_DAY_OPEN : gn_today() + 1,
	};
	return GN_OK;
}

static enum gn_err last_clock(struct gn_txn *txn, const struct gn_log *log, uint64_t *ret_clock)
{
	struct gn_bytes wire;
	struct gn_entry entry;
	struct gn_header header;
	if (!log->tip.seq) {
		*ret_clock = 0;
		return GN_OK;
	}
	enum gn_err err = gn_log_read(txn, log->no, log->tip.seq, &wire);
	if (err)
		return err == GN_E_NOTFOUND ? GN_E_CORRUPT : err;
	if (gn_entry_parse(wire, &entry) != GN_OK ||
	        gn_header_parse(entry.header, &header) != GN_OK)
		return GN_E_CORRUPT;
	*ret_clock = header.clock;
	return GN_OK;
}

/* The log's last clock, but no more than the registrar ruled for it; a clock
 * that was never set follows the registrar's. */
static enum gn_err set_clock(struct node_author *a)
{
	const struct gn_registry *registry = a->node->view.registry;
	struct gn_log log;
	uint64_t registrar = 0;
	enum gn_err err = last_clock(&a->txn, &a->log, &a->clock);
	if (err)
		return err;
	uint64_t bound = gn_registry_clock_bound(registry, a->node->origin, a->log.tip.seq + 1);
	if (a->clock > bound)
		a->clock = bound;
	a->now_ms = gn_now_ms();
	a->quality = node_clock_quality();
	if (a->quality != GN_CLOCK_NEVER_SET || !a->node->view.has_registrar)
		return GN_OK;
	err = gn_log_find(&a->txn, a->node->view.registrar, &log);
	if (!err)
		err = last_clock(&a->txn, &log, &registrar);
	if (registrar > a->clock)
		a->clock = registrar;
	return err == GN_E_NOTFOUND ? GN_OK : err;
}

static enum gn_err begin(struct node_author *a)
{
	a->txn = gn_txn_begin(a->node->store, true);
	if (a->txn.err)
		return a->txn.err;
	enum gn_err err = gn_view_refresh_txn(&a->node->view, &a->txn);
	if (!err)
		err = may_author(a->node, &a->why);
	if (!err)
		err = gn_log_need(&a->txn, a->node->origin, &a->log);
	if (!err)
		err = set_clock(a);
	a->tip = a->log.tip;
	return err;
}

enum gn_err node_author_begin(
        struct node *node, struct node_author **ret_author, const char **ret_why)
{
	enum gn_err err = node_refresh(node);
	*ret_why = NULL;
	if (!err)
		err = may_author(node, ret_why);
	if (err)
		return err;
	struct node_author *a = malloc(sizeof(*a));
	if (!a)
		return GN_E_NOMEM;
	memset(a, 0, offsetof(struct node_author, entries));
	a->node = node;
	err = begin(a);
	*ret_why = a->why;
	if (err)
		node_author_abort(&a);
	else
		*ret_author = a;
	return err;
}

struct gn_txn *node_author_txn(struct node_author *author)
{
	return &author->txn;
}

const char *node_author_why(const struct node_author *author)
{
	return author->why;
}

static enum gn_err flush(struct node_author *a)
{
	if (!a->count)
		return GN_OK;
	enum gn_err err = gn_log_append(&a->txn, &a->log, a->entries, a->count, &a->tip);
	a->count = a->used = 0;
	return err;
}

static enum gn_err append(struct node_author *a, struct gn_bytes body)
{
	size_t size;
	a->clock = gn_clock_tick(a->clock, a->now_ms);
	struct gn_header header = {.clock = a->clock, .quality = a->quality, .schema = GN_SCHEMA};
	uint8_t *at = a->bytes + a->used;
	enum gn_err err =
	        gn_entry_write(a->node->secret, &a->tip, &header, body, at, GN_ENTRY_MAX, &size);
	if (err)
		return err;
	a->entries[a->count++] = gn_bytes(at, size);
	a->used += size;
	node_ref_mark(&a->txn, a->node->origin, &a->tip);
	return a->count == GROUP || a->used > GROUP_BYTES ? flush(a) : GN_OK;
}

static enum gn_err make_session(struct node_author *a, gn_day today)
{
	char dir[NODE_PATH_MAX];
	uint8_t message[GN_ENTRY_MAX], body[GN_ENTRY_MAX], salt[GN_SALT_SIZE];
	size_t size, body_size;
	enum gn_err err = node_session_dir(a->node, dir, &a->why);
	if (err)
		return err;
	a->why = NULL;
	err = node_session_make(a->node, today, message, sizeof(message), &size, &a->session);
	if (err == GN_E_NOTFOUND) {
		a->why = "the registry names no hub that citizens could be sealed for";
		return GN_E_DENIED;
	}
	randombytes_buf(salt, sizeof(salt));
	if (!err)
		err = gn_body_wrap(GN_KIND_SESSION, salt, gn_bytes(message, size), body,
		        sizeof(body), &body_size);
	if (!err)
		err = append(a, gn_bytes(body, body_size));
	if (err)
		return err;
	a->session.seq = a->tip.seq;
	a->new_session = true;
	node_session_note(&a->txn, &a->session);
	return GN_OK;
}

static enum gn_err need_session(struct node_author *a)
{
	gn_day today = gn_day_of_ms(a->now_ms);
	if (node_session_serves(a->node, &a->session, today))
		return GN_OK;
	enum gn_err err = node_session_find(a->node, &a->txn, today, &a->session);
	return err ? make_session(a, today) : GN_OK;
}

static enum gn_err seal(struct node_author *a, const struct gn_citizen *citizen,
        const uint8_t salt[GN_SALT_SIZE], struct gn_record *record, uint8_t block[GN_BLOCK_SIZE])
{
	const struct gn_block_place place = {
	        .origin = a->node->origin,
	        .salt = salt,
	        .seq = a->tip.seq + 1,
	        .session = a->session.seq,
	};
	record->block = gn_bytes(block, GN_BLOCK_SIZE);
	record->session = a->session.seq;
	record->citizen_at = (struct gn_ref){.seq = 0};
	return gn_citizen_seal(a->session.key, &place, citizen, block);
}

static enum gn_err write_body(struct node_author *a, struct gn_body *body,
        const struct gn_citizen *citizen, uint64_t *ret_seq)
{
	uint8_t salt[GN_SALT_SIZE], block[GN_BLOCK_SIZE], packed[GN_ENTRY_MAX];
	size_t size;
	enum gn_err err = citizen ? need_session(a) : GN_OK;
	if (err)
		return err;
	randombytes_buf(salt, sizeof(salt));
	body->salt = salt;
	if (citizen)
		err = seal(a, citizen, salt, &body->record, block);
	if (!err)
		err = gn_body_pack(body, packed, sizeof(packed), &size);
	if (!err)
		err = append(a, gn_bytes(packed, size));
	body->salt = NULL; /* it lived here */
	if (!err)
		*ret_seq = a->tip.seq;
	return err;
}

enum gn_err node_author_record(struct node_author *author, const struct gn_record *record,
        const struct gn_citizen *citizen, struct node_origin origin, uint64_t *ret_seq)
{
	struct gn_body body = {
	        .kind = record->kind,
	        .record = *record,
	        .import = origin.import,
	        .row = origin.row,
	};
	return write_body(author, &body, citizen, ret_seq);
}

enum gn_err node_author_correct(struct node_author *author, const struct gn_record *record,
        const struct gn_citizen *citizen, const struct gn_ref *target, uint64_t *ret_seq)
{
	struct gn_body body = {
	        .kind = GN_KIND_CORRECTION,
	        .record = *record,
	        .target = *target,
	};
	return write_body(author, &body, citizen, ret_seq);
}

enum gn_err node_author_void(struct node_author *author, const struct gn_ref *target,
        struct gn_bytes reason, uint64_t *ret_seq)
{
	struct gn_body body = {.kind = GN_KIND_VOID, .target = *target, .reason = reason};
	return write_body(author, &body, NULL, ret_seq);
}

/* A key file that cannot be written costs a session entry more at the next
 * record, and nothing else: the records are saved. */
static void keep_session(struct node_author *a)
{
	if (a->new_session && node_session_keep(a->node, &a->session) != GN_OK)
		a->new_session = false;
}

enum gn_err node_author_commit(struct node_author **author)
{
	struct node_author *a = *author;
	enum gn_err err = flush(a);
	if (!err)
		err = node_amend_catch_up(a->node, &a->txn);
	if (!err)
		err = gn_txn_commit(&a->txn);
	if (!err)
		keep_session(a);
	node_author_abort(author);
	return err;
}

void node_author_abort(struct node_author **author)
{
	struct node_author *a = *author;
	if (!a)
		return;
	gn_txn_abort(&a->txn);
	sodium_memzero(&a->session, sizeof(a->session));
	free(a);
	*author = NULL;
}
