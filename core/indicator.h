/* An indicator as it is counted: what its kind, source, filter, subject and
 * denominator say, compiled once. */
#ifndef GN_CORE_INDICATOR_H
#define GN_CORE_INDICATOR_H

#include "proto/record.h"

enum gn_measure_kind { /* the catalogue's kinds */
	GN_COVERAGE,
	GN_STOCK,
	GN_JOINT,
	GN_COUNT,
	GN_RATIO,
	GN_LEVEL,
	GN_REGISTRY_KIND,
};
enum gn_subject { GN_S_NONE, GN_S_HOUSEHOLD, GN_S_CITIZEN, GN_S_PRODUCT, GN_S_TEAM, GN_S_FIELD };
enum gn_registry_figure {
	GN_R_NONE,
	GN_R_COMMUNES_WITH_TEAM,
	GN_R_VILLAGES_WITH_TEAM,
	GN_R_TEAMS,
	GN_R_MEMBERS,
	GN_R_COMMUNES,
	GN_R_VILLAGES
};
enum gn_denominator_kind { GN_D_NONE, GN_D_MEASURE, GN_D_REGISTRY, GN_D_INDICATOR, GN_D_TALLY };

#define GN_FILTER_CONDITIONS 8
#define GN_FILTER_VALUES 8

struct gn_condition {
	enum gn_field field;
	struct gn_bytes values[GN_FILTER_VALUES]; /* any of them; borrowed from the filter text */
	size_t count;
};
struct gn_filter {
	struct gn_condition conditions[GN_FILTER_CONDITIONS];
	size_t count;
	int age_min, age_max; /* inclusive; 0 and 999 when there is no age test */
	bool has_age;
};

#define GN_JOINT_MAX 16

struct gn_indicator {
	char *code, *source, *filter_text, *subject_text, *denominator_text, *name_vi, *name_en,
	        *kind_text;
	enum gn_measure_kind kind;
	uint32_t sources; /* bit (1 << enum gn_kind) each; 0 for joint and registry */
	struct gn_filter filter;
	enum gn_subject subject;
	enum gn_field sum; /* count: GN_F_PARTICIPANTS, GN_F_NUMERATOR; 0: records */
	/* Of the registry kind; of another kind, that of its registry denominator. */
	enum gn_registry_figure figure;
	enum gn_registry_figure denominator_figure; /* whatever the kind */
	enum gn_denominator_kind denominator;
	const char *denominator_name; /* of the measure or indicator; into denominator_text */
	char *joint[GN_JOINT_MAX]; /* codes; those of a joint */
	size_t joint_count;
};

struct gn_indicator_text { /* as in a catalogue row; borrowed */
	const char *code, *kind, *source, *filter, *subject, *denominator, *name_vi, *name_en;
};
/* Copies and compiles. On a fault GN_E_INPUT and in *ret_field / message[160]
 * what is wrong. References to other indicators are checked by the registry.
 * An age test is taken for stock alone. The caller owns *ret_indicator. */
enum gn_err gn_indicator_compile(const struct gn_indicator_text *text,
        struct gn_indicator **ret_indicator, const char **ret_field, char message[160]) GN_MUST_USE;
void gn_indicator_free(struct gn_indicator **indicator);

/* Whether the record's own fields pass, age left aside. The source is the caller's check. */
bool gn_filter_match(const struct gn_filter *filter, const struct gn_record *record);
/* The field that a stock's state is kept by: scheme, topic or platform. */
enum gn_field gn_kind_key(enum gn_kind kind);

#endif
