/* Which version of a record stands. Decides by the page's rule: a void or an
 * erasure of any version withdraws it, else the last correction stands, else the
 * record itself; and what of it was counted before has to go. */
#include "hub/fold_state.h"

#include <stdlib.h>

struct version {
	struct hub_entry entry;
	size_t parent; /* index of the version that it corrects */
};

struct settling {
	struct hub_fold *f;
	struct hub_list versions; /* struct version; the record itself first */
	bool withdrawn;
};

static void key_of(const struct hub_entry *entry, uint8_t key[HUB_FAMILY_KEY])
{
	hub_family_key(key, entry->log->log.origin, entry->seq);
}

static bool read_key(
        struct hub_fold *f, const uint8_t key[HUB_FAMILY_KEY], struct hub_entry *ret_entry)
{
	return hub_fold_read(f, key, gn_get_be64(key + GN_KEY_SIZE), ret_entry);
}

static const struct gn_bytes nothing;

static void amend(struct settling *s, const struct hub_edge *edge, size_t target)
{
	struct hub_fold *f = s->f;
	const struct version *root = hub_list_at(&s->versions, 0);
	struct hub_entry entry;
	if (edge->role == HUB_ROLE_BORROWS || edge->check != HUB_CHECK_GOOD ||
	        !read_key(f, edge->from, &entry))
		return;
	enum hub_reason reason = hub_fold_origin(entry.log, entry.seq);
	if (!reason && !hub_family_may(f, entry.log, root->entry.log))
		reason = HUB_R_OUT_OF_AREA;
	if (reason) {
		hub_fold_note(f, &entry, reason, nothing);
		return;
	}
	if (edge->role != HUB_ROLE_CORRECTS) {
		s->withdrawn = true;
		hub_fold_note(f, &entry, HUB_R_NONE, nothing);
		return;
	}
	struct version *version = hub_list_add(&s->versions);
	if (version)
		*version = (struct version){.entry = entry, .parent = target};
	else
		hub_fold_fail(f, GN_E_NOMEM);
}

/* All versions that somebody who may has written, each after what it corrects. */
static void gather(struct settling *s)
{
	for (size_t i = 0; i < s->versions.n && !s->f->err; i++) {
		uint8_t key[HUB_FAMILY_KEY];
		key_of(&((struct version *)hub_list_at(&s->versions, i))->entry, key);
		struct hub_node *node = hub_family_node(s->f, key);
		for (size_t k = 0; node && k < node->edges.n; k++) {
			struct hub_edge edge = *(struct hub_edge *)hub_list_at(&node->edges, k);
			amend(s, &edge, i);
		}
	}
}

static bool later(const struct hub_entry *x, const struct hub_entry *y)
{
	if (x->clock != y->clock)
		return x->clock > y->clock;
	int order = memcmp(x->log->log.origin, y->log->log.origin, GN_KEY_SIZE);
	return order ? order > 0 : x->seq > y->seq;
}

static size_t last_version(const struct settling *s)
{
	size_t best = 0;
	for (size_t i = 1; i < s->versions.n; i++) {
		const struct version *x = hub_list_at(&s->versions, i);
		const struct version *y = hub_list_at(&s->versions, best);
		if (!best || later(&x->entry, &y->entry))
			best = i;
	}
	return best;
}

static bool is_before(const struct settling *s, size_t version, size_t standing)
{
	while (standing && standing != version)
		standing = ((const struct version *)hub_list_at(&s->versions, standing))->parent;
	return standing == version;
}

/* What contributed before this fold began, or was added on the quick way in it. */
static bool counted_before(struct hub_fold *f, const struct hub_node *node,
        const struct hub_entry *root, struct hub_entry *ret_entry)
{
	if (node->has_state)
		return node->counts && read_key(f, node->standing, ret_entry);
	*ret_entry = *root;
	return !node->deferred && hub_fold_count(f, root, 0).counts;
}

static void count(struct hub_fold *f, const struct hub_entry *entry, int sign)
{
	if (!hub_fold_count(f, entry, sign).counts)
		hub_fold_fail(f, GN_E_CORRUPT);
}

static void replace(struct settling *s, const struct hub_entry *standing, bool counts)
{
	struct hub_fold *f = s->f;
	const struct hub_entry root = ((struct version *)hub_list_at(&s->versions, 0))->entry;
	struct hub_entry old;
	uint8_t key[HUB_FAMILY_KEY];
	key_of(&root, key);
	struct hub_node *node = hub_family_node(f, key);
	if (!node)
		return;
	bool counted = counted_before(f, node, &root, &old);
	bool same = counted && counts && old.log == standing->log && old.seq == standing->seq;
	if (counted && !same)
		count(f, &old, -1);
	if (counts && !same)
		count(f, standing, 1);
	node = hub_family_node(f, key);
	if (!node)
		return;
	node->has_state = true;
	node->state_new = true;
	node->counts = counts;
	memset(node->standing, 0, sizeof node->standing);
	if (counts)
		key_of(standing, node->standing);
}

static void note_versions(const struct settling *s, size_t standing, struct hub_judgement judged)
{
	for (size_t i = 0; i < s->versions.n; i++) {
		const struct version *version = hub_list_at(&s->versions, i);
		if (i == standing && !s->withdrawn)
			hub_fold_note(s->f, &version->entry, judged.reason, judged.detail);
		else if (s->withdrawn || is_before(s, i, standing))
			hub_fold_note(s->f, &version->entry, HUB_R_NONE, nothing);
		else
			hub_fold_note(s->f, &version->entry, HUB_R_SUPERSEDED, nothing);
	}
}

/* The versions of a record by an origin that counts. */
static void settle_record(struct settling *s)
{
	gather(s);
	if (s->f->err)
		return;
	size_t best = last_version(s);
	const struct hub_entry standing =
	        ((struct version *)hub_list_at(&s->versions, best))->entry;
	struct hub_judgement judged = {0};
	if (!s->withdrawn)
		judged = hub_fold_count(s->f, &standing, 0);
	note_versions(s, best, judged);
	replace(s, &standing, judged.counts);
}

static void settle_top(struct hub_fold *f, const uint8_t key[HUB_FAMILY_KEY])
{
	struct hub_entry root;
	if (!read_key(f, key, &root))
		return;
	bool record =
	        root.fault == HUB_R_OWED || (!root.fault && gn_kind_is_record(root.body.kind));
	if (!record)
		return;
	struct settling s = {.f = f, .versions.row_bytes = sizeof(struct version)};
	struct version *first = hub_list_add(&s.versions);
	enum hub_reason reason = hub_fold_origin(root.log, root.seq);
	if (!first) {
		hub_fold_fail(f, GN_E_NOMEM);
		return;
	}
	first->entry = root;
	if (reason) {
		hub_fold_note(f, &root, reason, nothing);
		replace(&s, &root, false);
	} else {
		settle_record(&s);
	}
	hub_list_done(&s.versions);
}

static bool is_amendment(const struct hub_entry *entry, enum hub_role *ret_role)
{
	if (entry->fault)
		return false;
	*ret_role = entry->body.kind == GN_KIND_CORRECTION ? HUB_ROLE_CORRECTS
	            : entry->body.kind == GN_KIND_VOID     ? HUB_ROLE_VOIDS
	                                                   : HUB_ROLE_ERASES;
	return entry->body.kind == GN_KIND_CORRECTION || entry->body.kind == GN_KIND_VOID ||
	       entry->body.kind == GN_KIND_ERASE;
}

/* Up from an entry to what it is a version of; ends, since hashes make no circles. */
static void climb(struct hub_fold *f, uint8_t key[HUB_FAMILY_KEY])
{
	struct hub_entry entry;
	enum hub_role role;
	while (read_key(f, key, &entry) && is_amendment(&entry, &role)) {
		uint8_t above[HUB_FAMILY_KEY];
		hub_family_key(above, entry.body.target.origin, entry.body.target.seq);
		if (!hub_family_good(f, above, role, key))
			return;
		memcpy(key, above, sizeof above);
	}
}

static void add_top(struct hub_fold *f, struct hub_map *tops, const uint8_t key[HUB_FAMILY_KEY])
{
	uint8_t top[HUB_FAMILY_KEY];
	memcpy(top, key, sizeof top);
	climb(f, top);
	if (!hub_map_need(tops, top))
		hub_fold_fail(f, GN_E_NOMEM);
}

/* Borrowers are touched with whom they borrow from. */
static void add_tops(struct hub_fold *f, struct hub_map *tops, size_t at)
{
	const struct hub_node *node = hub_list_at(&f->family.nodes.rows, at);
	uint8_t key[HUB_FAMILY_KEY];
	if (!node->touched)
		return;
	memcpy(key, node->key, sizeof key);
	add_top(f, tops, key);
	for (size_t i = 0; !f->err; i++) {
		node = hub_family_node(f, key);
		if (!node || i >= node->edges.n)
			return;
		struct hub_edge edge = *(struct hub_edge *)hub_list_at(&node->edges, i);
		if (edge.role == HUB_ROLE_BORROWS)
			add_top(f, tops, edge.from);
	}
}

void hub_fold_settle(struct hub_fold *f)
{
	struct hub_map tops = {.rows.row_bytes = HUB_FAMILY_KEY, .key_bytes = HUB_FAMILY_KEY};
	size_t n = f->family.nodes.rows.n;
	hub_family_check(f);
	for (size_t i = 0; i < n && !f->err; i++)
		add_tops(f, &tops, i);
	hub_map_sort(&tops);
	for (size_t i = 0; i < tops.rows.n && !f->err; i++)
		settle_top(f, hub_list_at(&tops.rows, i));
	hub_map_done(&tops);
}
