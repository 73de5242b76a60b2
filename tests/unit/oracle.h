/* What every rate should be, worked out from the raw entries one by one, slowly
 * and plainly, from the words of the interface page. It shares no code with hub/.
 */
#ifndef TEST_ORACLE_H
#define TEST_ORACLE_H

#include "province.h"

#define O_CODES 160 /* units and teams by code */

struct o_record { /* a record that stands and counts */
	const struct gn_record *record;
	gn_day day;
	uint64_t clock, seq;
	const uint8_t *origin;
	const char *team, *unit, *village; /* codes; unit: the team's, or the tally's */
	int citizen;
	uint16_t birth;
};

struct oracle {
	const struct province *province;
	struct gn_indicator *indicators[P_INDICATORS];
	struct o_record records[P_EVENTS]; /* by day, clock, origin, sequence */
	size_t record_n;
	bool counted[P_EVENTS]; /* by event: it is a standing version that counts */
};

struct o_row {
	const char *code;
	long n, d;
	bool has_d;
};
struct o_answer {
	struct o_row rows[P_UNITS + P_TEAMS]; /* by code */
	size_t row_n;
	long elsewhere, unplaced, conflicts;
};

/* oracle_stand.c: what stands, and where. */
void oracle_init(struct oracle *oracle, const struct province *province);
void oracle_done(struct oracle *oracle);
const struct p_unit *oracle_unit(const struct province *p, const char *code, gn_day day);
const struct p_team *oracle_team(const struct province *p, const char *code, gn_day day);
/* Codes of all units that something in `code` stands in; returns how many. */
size_t oracle_above(const struct province *p, const char *code, gn_day day, gn_day until,
        const char *ret_codes[P_UNITS]);
bool oracle_is_above(
        const struct province *p, const char *above, const char *code, gn_day day, gn_day until);

struct o_question {
	const struct oracle *o;
	const struct gn_indicator *in;
	enum gn_level level;
	const char *unit; /* NULL: all */
	gn_day from, to;
	struct o_answer *answer;
};

/* oracle_rows.c. False: the kind has no such level. */
bool oracle_rate(const struct oracle *oracle, const char *indicator, enum gn_level level,
        const char *unit, gn_day from, gn_day to, struct o_answer *ret_answer);
const struct gn_indicator *oracle_indicator(const struct oracle *oracle, const char *code);
/* Whether what is placed so stands in the row; in ELSEWHERE: in none, but within
 * what was asked about. */
#define ELSEWHERE NULL
bool oracle_stands(const struct o_question *q, const char *row, const char *team, const char *unit,
        gn_day day);
const char *oracle_unit_of_row(const struct o_question *q, const char *row);

/* oracle.c, oracle_tally.c */
void oracle_numerators(const struct o_question *q);
void oracle_tally(const struct o_question *q);
void oracle_registry(const struct o_question *q);

/* oracle_figures.c */
long oracle_figure(const struct oracle *oracle, enum gn_registry_figure figure, const char *row,
        enum gn_level level, gn_day day);
bool oracle_measure(const struct oracle *oracle, const char *unit, const char *measure, gn_day day,
        long *ret_value);
/* NULL: none. */
const struct p_target *oracle_target(
        const struct oracle *oracle, const char *indicator, const char *unit, gn_day day);

#endif
