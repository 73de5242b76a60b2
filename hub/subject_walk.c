/* A subject's way through its stocks. Decides when a run of being in begins and
 * ends (record by record) and what that adds to each day (at the day's end). Age
 * neither begins nor ends a run: a birth year only moves the subject to another
 * row of the same day's sums. */
#include "hub/subject.h"

#include <stdlib.h>

#define ALL_WORDS (HUB_STOCKS_MAX / 64)

struct stand { /* where a subject stands in one stock */
	uint64_t team, unit;
	uint16_t era, birth;
};
struct state { /* of one value of the key field */
	uint32_t state;
	struct hub_mask mask;
};

struct walk {
	const struct hub_catalogue *catalogue;
	const struct hub_eras *eras;
	struct hub_delta *delta;
	enum gn_subject type;
	int sign;
	struct state *states;
	size_t state_n;
	uint16_t birth;
	struct hub_mask in, told; /* now; at the end of the day before */
	struct stand run[HUB_STOCKS_MAX]; /* of those in: where the run began */
	struct stand told_at[HUB_STOCKS_MAX];
};

static struct state *state_of(struct walk *w, uint32_t state)
{
	for (size_t i = 0; i < w->state_n; i++)
		if (w->states[i].state == state)
			return &w->states[i];
	w->states[w->state_n].state = state;
	return &w->states[w->state_n++];
}

static bool holds_all(const struct hub_mask *in, const struct hub_mask *all)
{
	for (size_t i = 0; i < ALL_WORDS; i++)
		if (all->words[i] & ~in->words[i])
			return false;
	return true;
}

static struct hub_mask mask_now(const struct walk *w)
{
	struct hub_mask now = {0};
	for (size_t i = 0; i < w->state_n; i++)
		for (size_t k = 0; k < ALL_WORDS; k++)
			now.words[k] |= w->states[i].mask.words[k];
	for (size_t bit = w->catalogue->stock_n; bit < w->catalogue->bit_n; bit++) {
		const struct hub_series *joint = w->catalogue->by_bit[bit];
		if (joint->subject == w->type && holds_all(&now, &joint->all))
			hub_mask_add(&now, bit);
	}
	return now;
}

static void take_record(struct walk *w, const struct hub_subject_entry *entry)
{
	state_of(w, entry->row.state)->mask = entry->mask;
	if (entry->row.birth)
		w->birth = entry->row.birth;
	struct hub_mask now = mask_now(w);
	gn_day day = GN_DAY_FIRST + (gn_day)entry->row.day;
	uint16_t era = (uint16_t)(hub_era(w->eras, day, NULL) - GN_DAY_FIRST);
	for (size_t i = 0; i < ALL_WORDS; i++)
		for (uint64_t begun = now.words[i] & ~w->in.words[i]; begun; begun &= begun - 1) {
			size_t bit = i * 64 + (size_t)__builtin_ctzll(begun);
			w->run[bit] = (struct stand){
			        .team = entry->row.team, .unit = entry->row.unit, .era = era};
		}
	w->in = now;
}

static enum gn_err tell(struct walk *w, size_t bit, uint16_t day, const struct stand *at, int sign)
{
	struct hub_delta_at row = {.series = w->catalogue->by_bit[bit]->id,
	        .team = at->team,
	        .unit = at->unit,
	        .era = at->era,
	        .day = day,
	        .birth = at->birth};
	return hub_delta_add(w->delta, &row, sign * w->sign);
}

static bool same(const struct stand *a, const struct stand *b)
{
	return a->team == b->team && a->unit == b->unit && a->era == b->era && a->birth == b->birth;
}

static enum gn_err end_day_of(struct walk *w, size_t bit, uint16_t day)
{
	bool in = hub_mask_has(&w->in, bit), told = hub_mask_has(&w->told, bit);
	struct stand now = w->run[bit];
	enum gn_err err = GN_OK;
	now.birth = w->catalogue->by_bit[bit]->aged ? w->birth : 0;
	if (in && told && same(&now, &w->told_at[bit]))
		return GN_OK;
	if (told)
		err = tell(w, bit, day, &w->told_at[bit], -1);
	if (in && !err)
		err = tell(w, bit, day, &now, 1);
	w->told_at[bit] = now;
	return err;
}

static enum gn_err end_day(struct walk *w, uint16_t day)
{
	for (size_t i = 0; i < ALL_WORDS; i++)
		for (uint64_t any = w->in.words[i] | w->told.words[i]; any; any &= any - 1) {
			enum gn_err err = end_day_of(w, i * 64 + (size_t)__builtin_ctzll(any), day);
			if (err)
				return err;
		}
	w->told = w->in;
	return GN_OK;
}

static enum gn_err walk(struct walk *w, const struct hub_subject_entry *entries, size_t n)
{
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < n; i++) {
		take_record(w, &entries[i]);
		if (i + 1 == n || entries[i + 1].row.day != entries[i].row.day)
			err = end_day(w, entries[i].row.day);
	}
	return err;
}

enum gn_err hub_subject_walk(const struct hub_subjects *subjects, enum gn_subject type,
        const struct hub_subject_entry *entries, size_t n, int sign, struct hub_delta *delta)
{
	if (!n || !subjects->catalogue->bit_n)
		return GN_OK;
	struct walk w;
	memset(&w, 0, offsetof(struct walk, run));
	w.catalogue = subjects->catalogue;
	w.eras = subjects->eras;
	w.delta = delta;
	w.type = type;
	w.sign = sign;
	w.states = calloc(n, sizeof *w.states);
	if (!w.states)
		return GN_E_NOMEM;
	enum gn_err err = walk(&w, entries, n);
	free(w.states);
	return err;
}
