/* A verdict is kept as it was signed and read anew by whoever asks: the last
 * value replaces the one before. [S-11] */
#include "node/custody.h"

#include "proto/arena.h"
#include "proto/signed.h"
#include "sync.pb-c.h"

#include <stdio.h>
#include <stdlib.h>

#define VERDICT_MAX 32768

struct node_custody {
	struct gn_arena arena;
	const Gonha__Verdict *verdict; /* NULL: none came yet */
	uint64_t receipted;
};

static const Gonha__Verdict *unpack(struct gn_arena *arena, struct gn_bytes packed)
{
	struct gn_signed word;
	if (packed.size > VERDICT_MAX || gn_signed_read(packed, "gonha verdict", &word))
		return NULL;
	return gonha__verdict__unpack(
	        gn_arena_allocator(arena), word.statement.size, word.statement.data);
}

static bool is_hub(const struct gn_registry *registry, const uint8_t *key)
{
	size_t n;
	const struct gn_hub *hubs = gn_registry_hubs(registry, &n);
	for (size_t i = 0; i < n; i++)
		if (memcmp(hubs[i].hub, key, GN_KEY_SIZE) == 0)
			return true;
	return false;
}

enum gn_err node_verdict_check(const struct gn_registry *registry,
        const uint8_t origin[GN_KEY_SIZE], struct gn_bytes packed)
{
	struct gn_signed word;
	enum gn_err err = gn_signed_read(packed, "gonha verdict", &word);
	if (err)
		return err;
	if (!is_hub(registry, word.key))
		return GN_E_ORIGIN;
	GN_AUTO_ARENA struct gn_arena arena;
	gn_arena_init(&arena, GN_ARENA_CAP);
	const Gonha__Verdict *verdict = unpack(&arena, packed);
	if (!verdict || verdict->origin.len != GN_KEY_SIZE)
		return GN_E_FORMAT;
	return memcmp(verdict->origin.data, origin, GN_KEY_SIZE) == 0 ? GN_OK : GN_E_ORIGIN;
}

void node_verdict_keep(
        struct gn_txn *txn, const uint8_t origin[GN_KEY_SIZE], struct gn_bytes packed)
{
	struct gn_bytes key = gn_bytes(origin, GN_KEY_SIZE), known;
	GN_AUTO_ARENA struct gn_arena arena;
	gn_arena_init(&arena, GN_ARENA_CAP);
	const Gonha__Verdict *now = unpack(&arena, packed), *before = NULL;
	if (gn_txn_get(txn, NODE_T_VERDICT, key, &known))
		before = unpack(&arena, known);
	if (now && (!before || now->counter > before->counter))
		gn_txn_put(txn, NODE_T_VERDICT, key, packed);
}

enum gn_err node_custody_read(
        struct gn_txn *txn, const uint8_t origin[GN_KEY_SIZE], struct node_custody **ret_custody)
{
	struct gn_log log = {0};
	struct gn_bytes packed;
	enum gn_err err = gn_log_find(txn, origin, &log);
	if (err && err != GN_E_NOTFOUND)
		return err;
	struct node_custody *custody = calloc(1, sizeof *custody);
	if (!custody)
		return GN_E_NOMEM;
	gn_arena_init(&custody->arena, GN_ARENA_CAP);
	custody->receipted = log.receipted;
	if (gn_txn_get(txn, NODE_T_VERDICT, gn_bytes(origin, GN_KEY_SIZE), &packed))
		custody->verdict = unpack(&custody->arena, packed);
	*ret_custody = custody;
	return GN_OK;
}

void node_custody_free(struct node_custody **custody)
{
	if (!*custody)
		return;
	gn_arena_done(&(*custody)->arena);
	free(*custody);
	*custody = NULL;
}

static const Gonha__Verdict__Refusal *refusal_of(const Gonha__Verdict *verdict, uint64_t seq)
{
	for (size_t i = 0; i < verdict->n_refusals; i++)
		if (verdict->refusals[i]->seq == seq)
			return verdict->refusals[i];
	return NULL;
}

/* Where refusals did not all fit, those behind the last that did are unknown. */
static bool is_told(const Gonha__Verdict *verdict, uint64_t seq)
{
	return verdict->more == 0 || verdict->n_refusals == 0 ||
	       seq <= verdict->refusals[verdict->n_refusals - 1]->seq;
}

const char *node_custody_text(
        const struct node_custody *custody, uint64_t seq, char buf[NODE_CUSTODY_TEXT])
{
	const Gonha__Verdict *verdict = custody->verdict;
	if (seq > custody->receipted)
		return "here";
	if (!verdict || seq > verdict->upto || !is_told(verdict, seq))
		return "at the hub";
	const Gonha__Verdict__Refusal *refusal = refusal_of(verdict, seq);
	if (!refusal)
		return "counted";
	snprintf(buf, NODE_CUSTODY_TEXT, "not counted: %s%s%s", refusal->reason,
	        refusal->detail[0] ? " " : "", refusal->detail);
	return buf;
}

uint64_t node_custody_refused(const struct node_custody *custody)
{
	return custody->verdict ? custody->verdict->n_refusals + custody->verdict->more : 0;
}
