/* Subjects' records in memory and on disk. Decides their order and when a
 * subject's part in the stocks is worked out anew; how is in subject_walk.c. */
#include "hub/subject.h"

#include <stdlib.h>

struct change {
	uint8_t key[HUB_SUBJECT_KEY];
	int8_t sign;
	struct hub_subject_entry entry;
};

void hub_subjects_init(struct hub_subjects *subjects, const struct hub_catalogue *catalogue,
        const struct hub_eras *eras)
{
	*subjects = (struct hub_subjects){
	        .changes.row_bytes = sizeof(struct change), .catalogue = catalogue, .eras = eras};
}

void hub_subjects_done(struct hub_subjects *subjects)
{
	hub_list_done(&subjects->changes);
}

enum gn_err hub_subjects_add(struct hub_subjects *subjects, enum gn_subject type,
        const uint8_t id[16], const struct hub_subject_entry *entry, int sign)
{
	struct change *change = hub_list_add(&subjects->changes);
	if (!change)
		return GN_E_NOMEM;
	change->key[0] = (uint8_t)type;
	memcpy(change->key + 1, id, 16);
	change->entry = *entry;
	change->sign = (int8_t)sign;
	return GN_OK;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_stamp(const struct hub_subject_row *x, const struct hub_subject_row *y)
{
	int order = compare(x->day, y->day);
	if (!order)
		order = compare(x->clock, y->clock);
	if (!order)
		order = compare(x->origin, y->origin);
	return order ? order : compare(x->seq, y->seq);
}

static int by_key(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int order = memcmp(x->key, y->key, HUB_SUBJECT_KEY);
	return order ? order : by_stamp(&x->entry.row, &y->entry.row);
}

/* Masks are kept as short as the catalogue lets them be. */
static size_t mask_bytes(const struct hub_subjects *subjects)
{
	return (subjects->catalogue->stock_n + 63) / 64 * sizeof(uint64_t);
}

static size_t unpack(struct gn_bytes value, size_t mask_size, struct hub_subject_entry *out)
{
	size_t size = sizeof(struct hub_subject_row) + mask_size, n = value.size / size;
	for (size_t i = 0; i < n; i++) {
		out[i] = (struct hub_subject_entry){0};
		memcpy(&out[i].row, value.data + i * size, sizeof out[i].row);
		memcpy(&out[i].mask, value.data + i * size + sizeof out[i].row, mask_size);
	}
	return n;
}

static void put_value(struct gn_txn *txn, struct gn_bytes id, size_t mask_size,
        const struct hub_subject_entry *entries, size_t n)
{
	size_t size = sizeof entries->row + mask_size;
	uint8_t *out = gn_txn_reserve(txn, HUB_T_SUBJECT, id, n * size);
	for (size_t i = 0; out && i < n; i++) {
		memcpy(out + i * size, &entries[i].row, sizeof entries[i].row);
		memcpy(out + i * size + sizeof entries[i].row, &entries[i].mask, mask_size);
	}
}

/* Both sorted. SIZE_MAX: it doesn't add up. */
static size_t merge(struct hub_subject_entry *out, const struct hub_subject_entry *old,
        size_t old_n, const struct change *changes, size_t n)
{
	size_t i = 0, k = 0, out_n = 0;
	while (k < n) {
		const struct hub_subject_entry *at = &changes[k].entry;
		while (i < old_n && by_stamp(&old[i].row, &at->row) < 0)
			out[out_n++] = old[i++];
		int stands = i < old_n && by_stamp(&old[i].row, &at->row) == 0;
		i += (size_t)stands;
		for (; k < n && by_stamp(&changes[k].entry.row, &at->row) == 0; k++)
			stands += changes[k].sign;
		if (stands < 0 || stands > 1)
			return SIZE_MAX;
		if (stands)
			out[out_n++] = *at;
	}
	while (i < old_n)
		out[out_n++] = old[i++];
	return out_n;
}

static enum gn_err apply_entries(const struct hub_subjects *s, struct gn_txn *txn,
        struct hub_delta *delta, const struct change *changes, size_t n, struct gn_bytes value,
        struct hub_subject_entry *room)
{
	size_t mask_size = mask_bytes(s);
	struct gn_bytes id = gn_bytes(changes[0].key, HUB_SUBJECT_KEY);
	enum gn_subject type = (enum gn_subject)changes[0].key[0];
	size_t old_n = unpack(value, mask_size, room);
	struct hub_subject_entry *now = room + old_n;
	size_t now_n = merge(now, room, old_n, changes, n);
	if (now_n == SIZE_MAX)
		return GN_E_CORRUPT;
	enum gn_err err = hub_subject_walk(s, type, room, old_n, -1, delta);
	if (!err)
		err = hub_subject_walk(s, type, now, now_n, 1, delta);
	if (err)
		return err;
	if (now_n)
		put_value(txn, id, mask_size, now, now_n);
	else if (old_n)
		gn_txn_del(txn, HUB_T_SUBJECT, id);
	return GN_OK;
}

static enum gn_err apply_subject(const struct hub_subjects *s, struct gn_txn *txn,
        struct hub_delta *delta, const struct change *changes, size_t n)
{
	size_t size = sizeof(struct hub_subject_row) + mask_bytes(s);
	struct gn_bytes value = {0};
	(void)gn_txn_get(txn, HUB_T_SUBJECT, gn_bytes(changes[0].key, HUB_SUBJECT_KEY), &value);
	if (value.size % size)
		return GN_E_CORRUPT;
	struct hub_subject_entry *room = calloc(2 * (value.size / size) + n, sizeof *room);
	if (!room)
		return GN_E_NOMEM;
	enum gn_err err = apply_entries(s, txn, delta, changes, n, value, room);
	free(room);
	return err;
}

void hub_subjects_apply(struct hub_subjects *subjects, struct gn_txn *txn, struct hub_delta *delta)
{
	hub_list_sort(&subjects->changes, by_key);
	const struct change *changes = (const void *)subjects->changes.data;
	size_t n = subjects->changes.n;
	for (size_t i = 0, next; i < n && !txn->err; i = next) {
		for (next = i + 1; next < n &&
		                   memcmp(changes[i].key, changes[next].key, HUB_SUBJECT_KEY) == 0;)
			next++;
		enum gn_err err = apply_subject(subjects, txn, delta, changes + i, next - i);
		if (err && !txn->err)
			txn->err = err;
	}
	hub_list_done(&subjects->changes);
}
