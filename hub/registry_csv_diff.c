/* What a set changes. Decides which rows are new, other or gone, and packs them
 * for the registrar's log; who appends them is the caller. */
#include "hub/registry_csv_rows.h"

#include <stdlib.h>

enum change { ADDED, CHANGED, REMOVED, CHANGES };

struct line { /* of the list */
	enum change change;
	enum hub_file kind;
	const char *key;
};

struct hub_registry_diff {
	struct hub_packer packer;
	struct hub_pool pool;
	struct line *lines;
	size_t n, cap;
	size_t counts[HUB_FILE_COUNT][CHANGES];
	size_t same[HUB_FILE_COUNT];
	bool present[HUB_FILE_COUNT];
};

static enum gn_err note(struct hub_registry_diff *diff, enum change change, enum hub_file kind,
        const struct hub_row *row)
{
	if (diff->n == diff->cap) {
		size_t cap = diff->cap ? diff->cap * 2 : 64;
		struct line *lines = reallocarray(diff->lines, cap, sizeof *lines);
		if (!lines)
			return GN_E_NOMEM;
		diff->lines = lines;
		diff->cap = cap;
	}
	char *key = hub_pool_text(&diff->pool, row->key);
	if (!key)
		return GN_E_NOMEM;
	diff->lines[diff->n++] = (struct line){change, kind, key};
	diff->counts[kind][change]++;
	return GN_OK;
}

/* The item again, with the word that its row goes. */
static enum gn_err pack_removed(
        struct hub_registry_diff *diff, enum hub_file kind, const struct hub_row *row)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	item.item_case = hub_file_kinds[kind].item;
	item.unit = (Gonha__Unit *)(uintptr_t)row->message;
	item.removed = true;
	uint8_t *place = hub_pool_take(&diff->pool, gonha__item__get_packed_size(&item));
	if (!place)
		return GN_E_NOMEM;
	return hub_packer_add(&diff->packer, gn_bytes(place, gonha__item__pack(&item, place)));
}

static enum gn_err compare(struct hub_registry_diff *diff, enum hub_file kind,
        const struct hub_rows *standing, const struct hub_rows *given, bool replace)
{
	struct hub_row_walk walk = {.standing = standing, .given = given};
	enum gn_err err = GN_OK;
	while (!err && hub_row_walk_next(&walk)) {
		if (!walk.new) {
			if (replace)
				err = pack_removed(diff, kind, walk.old);
			if (replace && !err)
				err = note(diff, REMOVED, kind, walk.old);
			continue;
		}
		if (walk.old && gn_bytes_eq(walk.old->packed, walk.new->packed)) {
			diff->same[kind]++;
			continue;
		}
		err = hub_packer_add(&diff->packer, walk.new->packed);
		if (!err)
			err = note(diff, walk.old ? CHANGED : ADDED, kind, walk.new);
	}
	return err;
}

static enum gn_err fill(struct hub_registry_diff *diff, const struct gn_registry *current,
        const struct hub_registry_set *set)
{
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < HUB_FILE_COUNT; i++) {
		struct hub_rows standing = {0};
		struct hub_pool pool = {0};
		diff->present[i] = set->present[i];
		if (!set->present[i])
			continue;
		err = hub_rows_standing(&standing, &pool, (enum hub_file)i, current);
		if (!err)
			err = compare(
			        diff, (enum hub_file)i, &standing, &set->rows[i], set->replace);
		hub_rows_done(&standing);
		hub_pool_done(&pool);
	}
	return err ? err : hub_packer_end(&diff->packer);
}

enum gn_err hub_registry_diff(const struct gn_registry *current, const struct hub_registry_set *set,
        struct hub_registry_diff **ret_diff)
{
	struct hub_registry_diff *diff = calloc(1, sizeof *diff);
	if (!diff)
		return GN_E_NOMEM;
	enum gn_err err = fill(diff, current, set);
	if (err)
		hub_registry_diff_free(&diff);
	else
		*ret_diff = diff;
	return err;
}

void hub_registry_diff_free(struct hub_registry_diff **diff)
{
	struct hub_registry_diff *d = *diff;
	if (!d)
		return;
	hub_packer_done(&d->packer);
	hub_pool_done(&d->pool);
	free(d->lines);
	free(d);
	*diff = NULL;
}

size_t hub_registry_diff_rows(const struct hub_registry_diff *diff)
{
	return diff->n;
}

size_t hub_registry_diff_removed(const struct hub_registry_diff *diff)
{
	size_t n = 0;
	for (size_t i = 0; i < HUB_FILE_COUNT; i++)
		n += diff->counts[i][REMOVED];
	return n;
}

size_t hub_registry_diff_messages(const struct hub_registry_diff *diff)
{
	return diff->packer.n;
}

struct gn_bytes hub_registry_diff_message(const struct hub_registry_diff *diff, size_t i)
{
	return diff->packer.messages[i];
}

struct gn_out *hub_registry_diff_summary(const struct hub_registry_diff *diff)
{
	static const char *const headings[] = {
	        "kind", "added", "changed", "removed", "unchanged", NULL};
	struct gn_out *out = gn_out_new(headings);
	for (size_t i = 0; out && i < HUB_FILE_COUNT; i++) {
		if (!diff->present[i])
			continue;
		gn_out_text(out, hub_file_kinds[i].name);
		for (size_t change = 0; change < CHANGES; change++)
			gn_out_int(out, (int64_t)diff->counts[i][change]);
		gn_out_int(out, (int64_t)diff->same[i]);
	}
	return out;
}

struct gn_out *hub_registry_diff_list(const struct hub_registry_diff *diff)
{
	static const char *const headings[] = {"change", "kind", "key", NULL};
	static const char *const words[] = {"added", "changed", "removed"};
	struct gn_out *out = gn_out_new(headings);
	for (size_t i = 0; out && i < diff->n; i++) {
		gn_out_text(out, words[diff->lines[i].change]);
		gn_out_text(out, hub_file_kinds[diff->lines[i].kind].name);
		gn_out_text(out, diff->lines[i].key);
	}
	return out;
}
