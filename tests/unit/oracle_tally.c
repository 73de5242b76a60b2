/* Tallies and the registry's figures by brute force. */
#include "oracle.h"

/* Whether a later entry or, for a level, a later date stands in its place. */
static bool replaced(const struct o_question *q, size_t at)
{
	const struct o_record *r = &q->o->records[at];
	for (size_t i = at + 1; i < q->o->record_n; i++) {
		const struct o_record *x = &q->o->records[i];
		if (x->record->kind != GN_KIND_TALLY || strcmp(x->unit, r->unit) != 0 ||
		        !gn_bytes_eq(
		                x->record->text[GN_F_INDICATOR], r->record->text[GN_F_INDICATOR]))
			continue;
		if (x->day == r->day || (q->in->kind == GN_LEVEL && x->day <= q->to))
			return true;
	}
	return false;
}

static bool tally_used(const struct o_question *q, size_t at)
{
	const struct o_record *r = &q->o->records[at];
	return r->record->kind == GN_KIND_TALLY &&
	       gn_bytes_is(r->record->text[GN_F_INDICATOR], q->in->code) && r->day <= q->to &&
	       (q->in->kind == GN_LEVEL || r->day >= q->from) && !replaced(q, at);
}

/* The last used tally of each unit says where it stands for this. */
static bool last_of_unit(const struct o_question *q, size_t at)
{
	for (size_t i = at + 1; i < q->o->record_n; i++)
		if (tally_used(q, i) && strcmp(q->o->records[i].unit, q->o->records[at].unit) == 0)
			return false;
	return true;
}

static void conflict(const struct o_question *q, size_t at)
{
	const struct o_record *r = &q->o->records[at];
	bool within = !q->unit || oracle_is_above(q->o->province, q->unit, r->unit, r->day, q->to);
	if (!last_of_unit(q, at) || !within)
		return;
	for (size_t i = 0; i < q->o->record_n; i++) {
		const struct o_record *x = &q->o->records[i];
		if (!tally_used(q, i) || strcmp(x->unit, r->unit) == 0 ||
		        !oracle_is_above(q->o->province, x->unit, r->unit, r->day, q->to))
			continue;
		q->answer->conflicts++;
		return;
	}
}

void oracle_tally(const struct o_question *q)
{
	for (size_t k = 0; k < q->o->record_n; k++) {
		const struct o_record *r = &q->o->records[k];
		if (!tally_used(q, k))
			continue;
		for (size_t i = 0; i < q->answer->row_n; i++) {
			struct o_row *row = &q->answer->rows[i];
			if (!oracle_stands(q, row->code, NULL, r->unit, r->day))
				continue;
			row->n += (long)r->record->numerator;
			row->d += (long)r->record->denominator;
			row->has_d |= r->record->has_denominator;
		}
		if (oracle_stands(q, ELSEWHERE, NULL, r->unit, r->day))
			q->answer->elsewhere += (long)r->record->numerator;
		conflict(q, k);
	}
}

void oracle_registry(const struct o_question *q)
{
	const struct province *p = q->o->province;
	for (size_t i = 0; i < q->answer->row_n; i++)
		q->answer->rows[i].n = oracle_figure(
		        q->o, q->in->figure, q->answer->rows[i].code, q->level, q->to);
	/* What belongs to no row is counted one by one where rows can overlap. */
	for (size_t i = 0; i < p->team_n; i++) {
		const struct p_team *t = &p->teams[i];
		bool counts = q->in->figure == GN_R_TEAMS || q->in->figure == GN_R_MEMBERS;
		if (counts && t->from <= q->to && q->to <= t->to &&
		        oracle_stands(q, ELSEWHERE, t->code, t->unit, q->to))
			q->answer->elsewhere += q->in->figure == GN_R_TEAMS ? 1 : (long)t->members;
	}
	for (size_t i = 0; i < p->unit_n; i++) {
		const struct p_unit *u = &p->units[i];
		enum gn_level level = q->in->figure == GN_R_COMMUNES_WITH_TEAM ? GN_LEVEL_COMMUNE
		                                                               : GN_LEVEL_VILLAGE;
		bool counts = q->in->figure == GN_R_COMMUNES_WITH_TEAM ||
		              q->in->figure == GN_R_VILLAGES_WITH_TEAM;
		if (counts && u->level == level && u->from <= q->to && q->to <= u->to &&
		        oracle_stands(q, ELSEWHERE, "", u->code, q->to))
			q->answer->elsewhere +=
			        oracle_figure(q->o, q->in->figure, u->code, q->level, q->to);
	}
}
