/* A rate by brute force: for each row, and once more for what stands in no row,
 * every record is looked at. */
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>

static bool passes(const struct gn_indicator *in, const struct gn_record *r)
{
	return in->sources >> r->kind & 1 && gn_filter_match(&in->filter, r);
}

/* A record's subject as a text; false: it has none. */
static bool subject_of(enum gn_subject subject, const struct o_record *r, char out[64])
{
	struct gn_bytes product = r->record->text[GN_F_PRODUCT];
	switch (subject) {
	case GN_S_HOUSEHOLD:
		if (r->record->household)
			snprintf(out, 64, "%s/%u", r->village, r->record->household);
		return r->record->household != 0;
	case GN_S_CITIZEN:
		snprintf(out, 64, "#%d", r->citizen);
		return r->citizen != P_NONE;
	case GN_S_PRODUCT:
		snprintf(out, 64, "%.*s", (int)product.size, (const char *)product.data);
		return product.size != 0;
	case GN_S_TEAM:
		snprintf(out, 64, "%s", r->team);
		return true;
	case GN_S_NONE:
	case GN_S_FIELD:
		return false;
	}
	return false;
}

static long coverage(const struct o_question *q, const char *row)
{
	static char seen[P_EVENTS][64];
	size_t n = 0;
	for (size_t i = 0; i < q->o->record_n; i++) {
		const struct o_record *r = &q->o->records[i];
		const char *unit = q->in->subject == GN_S_HOUSEHOLD ? r->village : r->unit;
		bool known = false;
		if (r->day < q->from || r->day > q->to || !passes(q->in, r->record) ||
		        !subject_of(q->in->subject, r, seen[n]) ||
		        !oracle_stands(q, row, r->team, unit, r->day))
			continue;
		for (size_t k = 0; k < n; k++)
			known |= strcmp(seen[k], seen[n]) == 0;
		n += !known;
	}
	return (long)n;
}

static long count(const struct o_question *q, const char *row)
{
	long sum = 0;
	for (size_t i = 0; i < q->o->record_n; i++) {
		const struct o_record *r = &q->o->records[i];
		if (r->day < q->from || r->day > q->to || !passes(q->in, r->record) ||
		        !oracle_stands(q, row, r->team, r->unit, r->day))
			continue;
		sum += q->in->sum == GN_F_PARTICIPANTS ? (long)r->record->participants : 1;
	}
	return sum;
}

static struct gn_bytes key_of(const struct gn_record *r)
{
	if (r->kind == GN_KIND_ACTIVATION)
		return r->text[GN_F_SCHEME];
	return r->kind == GN_KIND_LISTING ? r->text[GN_F_PLATFORM] : r->text[GN_F_TOPIC];
}

/* Whether the subject is in after record `last`, by the latest record for each
 * value of the key field. */
static bool is_in(
        const struct o_question *q, const struct gn_indicator *in, const char *subject, size_t last)
{
	for (size_t i = 0; i <= last; i++) {
		const struct o_record *r = &q->o->records[i];
		char name[64];
		bool latest = true;
		if (!(in->sources >> r->record->kind & 1) || !subject_of(in->subject, r, name) ||
		        strcmp(name, subject) != 0)
			continue;
		for (size_t k = i + 1; k <= last && latest; k++) {
			const struct o_record *x = &q->o->records[k];
			latest = x->record->kind != r->record->kind ||
			         !gn_bytes_eq(key_of(x->record), key_of(r->record)) ||
			         !subject_of(in->subject, x, name) || strcmp(name, subject) != 0;
		}
		if (latest && gn_filter_match(&in->filter, r->record))
			return true;
	}
	return false;
}

static bool all_in(const struct o_question *q, const char *subject, size_t last)
{
	if (q->in->kind == GN_STOCK)
		return is_in(q, q->in, subject, last);
	for (size_t i = 0; i < q->in->joint_count; i++)
		if (!is_in(q, oracle_indicator(q->o, q->in->joint[i]), subject, last))
			return false;
	return true;
}

/* 1: of an age that is asked for; 0: not; -1: no birth year is known. */
static int age_ok(const struct o_question *q, const char *subject)
{
	bool tested = q->in->filter.has_age;
	int min = q->in->filter.age_min, max = q->in->filter.age_max, birth = 0;
	if (q->in->kind == GN_JOINT)
		min = 0, max = 999;
	for (size_t i = 0; i < q->in->joint_count; i++) {
		const struct gn_filter *f = &oracle_indicator(q->o, q->in->joint[i])->filter;
		tested |= f->has_age;
		if (f->has_age && f->age_min > min)
			min = f->age_min;
		if (f->has_age && f->age_max < max)
			max = f->age_max;
	}
	for (size_t i = 0; i < q->o->record_n && q->o->records[i].day <= q->to; i++) {
		char name[64];
		if (q->o->records[i].birth && subject_of(GN_S_CITIZEN, &q->o->records[i], name) &&
		        strcmp(name, subject) == 0)
			birth = q->o->records[i].birth;
	}
	if (!tested)
		return 1;
	if (!birth)
		return -1;
	int age = gn_day_year(q->to) - birth;
	return age >= min && age <= max;
}

/* The record that began the present run; NULL: not in at `to`. */
static const struct o_record *began(const struct o_question *q, const char *subject)
{
	const struct o_record *run = NULL;
	for (size_t i = 0; i < q->o->record_n && q->o->records[i].day <= q->to; i++) {
		char name[64];
		if (!subject_of(q->in->subject, &q->o->records[i], name) ||
		        strcmp(name, subject) != 0)
			continue;
		if (!all_in(q, subject, i))
			run = NULL;
		else if (!run)
			run = &q->o->records[i];
	}
	return run;
}

struct subject {
	char name[64];
	const struct o_record *run;
	int age;
};

static size_t list_subjects(const struct o_question *q, struct subject *subjects)
{
	size_t n = 0;
	for (size_t i = 0; i < q->o->record_n; i++) {
		bool known = false;
		if (!subject_of(q->in->subject, &q->o->records[i], subjects[n].name))
			continue;
		for (size_t k = 0; k < n; k++)
			known |= strcmp(subjects[k].name, subjects[n].name) == 0;
		n += !known;
	}
	for (size_t i = 0; i < n; i++) {
		subjects[i].run = began(q, subjects[i].name);
		subjects[i].age = age_ok(q, subjects[i].name);
	}
	return n;
}

static const char *unit_of(const struct o_question *q, const struct o_record *r)
{
	return q->in->subject == GN_S_HOUSEHOLD ? r->village : r->unit;
}

static void stock(const struct o_question *q)
{
	static struct subject subjects[P_EVENTS];
	size_t n = list_subjects(q, subjects);
	for (size_t s = 0; s < n; s++) {
		const struct o_record *r = subjects[s].run;
		if (!r)
			continue;
		bool none = oracle_stands(q, ELSEWHERE, r->team, unit_of(q, r), r->day);
		for (size_t i = 0; i < q->answer->row_n; i++) {
			struct o_row *row = &q->answer->rows[i];
			bool here = oracle_stands(q, row->code, r->team, unit_of(q, r), r->day);
			row->n += here && subjects[s].age == 1;
		}
		q->answer->elsewhere += none && subjects[s].age == 1;
		/* Counted in what was asked about: the unit, or all. */
		bool within = !q->unit || oracle_is_above(q->o->province, q->unit, unit_of(q, r),
		                                  r->day, q->to);
		q->answer->unplaced += within && subjects[s].age == -1;
	}
}

void oracle_numerators(const struct o_question *q)
{
	bool tallied = strcmp(q->in->source, "tally") == 0;
	if (q->in->kind == GN_STOCK || q->in->kind == GN_JOINT)
		stock(q);
	else if (tallied)
		oracle_tally(q);
	else if (q->in->kind == GN_REGISTRY_KIND)
		oracle_registry(q);
	if (tallied || (q->in->kind != GN_COVERAGE && q->in->kind != GN_COUNT))
		return;
	long (*one)(const struct o_question *, const char *) =
	        q->in->kind == GN_COVERAGE ? coverage : count;
	for (size_t i = 0; i < q->answer->row_n; i++)
		q->answer->rows[i].n = one(q, q->answer->rows[i].code);
	q->answer->elsewhere = one(q, ELSEWHERE);
}
