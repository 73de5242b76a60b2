/* What an indicator counts and what it is divided by. Decides which subjects and
 * denominators a kind takes; the sources and the filter have been read before. */
#include "core/indicator_parse.h"

#include "core/report.h"

#define TALLY (1u << GN_KIND_TALLY)

static const char *const figure_names[] = {[GN_R_COMMUNES_WITH_TEAM] = "communes_with_team",
        [GN_R_VILLAGES_WITH_TEAM] = "villages_with_team",
        [GN_R_TEAMS] = "teams",
        [GN_R_MEMBERS] = "members",
        [GN_R_COMMUNES] = "communes",
        [GN_R_VILLAGES] = "villages"};

enum gn_registry_figure gn_figure_named(const char *text)
{
	int i = gn_indicator_named(figure_names, sizeof figure_names / sizeof *figure_names, text);
	return i < 0 ? GN_R_NONE : (enum gn_registry_figure)i;
}

static const struct {
	const char *name;
	enum gn_subject subject;
	enum gn_field field;
} subjects[] = {
        {"household", GN_S_HOUSEHOLD, GN_F_HOUSEHOLD},
        {"citizen", GN_S_CITIZEN, GN_F_CITIZEN},
        {"product", GN_S_PRODUCT, GN_F_PRODUCT},
        {"team", GN_S_TEAM, GN_F_TEAM},
        {"participants", GN_S_FIELD, GN_F_PARTICIPANTS},
        {"numerator", GN_S_FIELD, GN_F_NUMERATOR},
};
#define SUBJECTS (sizeof subjects / sizeof *subjects)

static bool takes_subject(enum gn_measure_kind kind, enum gn_subject subject)
{
	switch (kind) {
	case GN_COVERAGE:
		return subject != GN_S_NONE && subject != GN_S_FIELD;
	case GN_STOCK:
	case GN_JOINT:
		return subject == GN_S_HOUSEHOLD || subject == GN_S_CITIZEN ||
		       subject == GN_S_PRODUCT;
	case GN_COUNT:
		return subject == GN_S_NONE || subject == GN_S_FIELD;
	case GN_RATIO:
	case GN_LEVEL:
	case GN_REGISTRY_KIND:
		return subject == GN_S_NONE;
	}
	return false;
}

static enum gn_err check_subject(
        const struct gn_indicator *in, enum gn_field field, struct gn_indicator_fault *fault)
{
	if (!takes_subject(in->kind, in->subject))
		return in->subject_text[0]
		               ? gn_indicator_refuse(fault, "subject", "a %s can't count \"%s\"",
		                         in->kind_text, in->subject_text)
		               : gn_indicator_refuse(
		                         fault, "subject", "a %s needs a subject", in->kind_text);
	if (in->kind == GN_COUNT && in->sources == TALLY && in->subject != GN_S_FIELD)
		return gn_indicator_refuse(fault, "subject", "a count of tallies needs numerator");
	if (in->filter.has_age && in->subject != GN_S_CITIZEN)
		return gn_indicator_refuse(
		        fault, "subject", "a filter by age needs the subject citizen");
	for (enum gn_kind kind = GN_KIND_VISIT; field && kind <= GN_KIND_TALLY; kind++)
		if (in->sources & (1u << kind) && !gn_kind_has(kind, field))
			return gn_indicator_refuse(fault, "subject", "source %s has no %s",
			        gn_kind_name(kind), in->subject_text);
	return GN_OK;
}

enum gn_err gn_indicator_subject(struct gn_indicator *in, struct gn_indicator_fault *fault)
{
	enum gn_field field = 0;
	for (size_t i = 0; i < SUBJECTS; i++)
		if (strcmp(subjects[i].name, in->subject_text) == 0) {
			in->subject = subjects[i].subject;
			field = subjects[i].field;
		}
	if (in->subject_text[0] && !field)
		return gn_indicator_refuse(fault, "subject",
		        "expected household, citizen, product, team, participants, numerator or "
		        "nothing, got \"%s\"",
		        gn_report_value(gn_bytes_str(in->subject_text)));
	if (in->subject == GN_S_FIELD)
		in->sum = field;
	return check_subject(in, field, fault);
}

static enum gn_err read_registry_denominator(
        struct gn_indicator *in, struct gn_indicator_fault *fault)
{
	in->denominator_figure = gn_figure_named(in->denominator_name);
	if (in->denominator_figure != GN_R_COMMUNES && in->denominator_figure != GN_R_VILLAGES &&
	        in->denominator_figure != GN_R_TEAMS && in->denominator_figure != GN_R_MEMBERS)
		return gn_indicator_refuse(fault, "denominator",
		        "expected registry:communes, villages, teams or members, got \"%s\"",
		        gn_report_value(gn_bytes_str(in->denominator_text)));
	if (in->kind != GN_REGISTRY_KIND)
		in->figure = in->denominator_figure;
	return GN_OK;
}

static enum gn_denominator_kind denominator_kind(const char *text, const char **ret_name)
{
	static const struct {
		const char *prefix;
		enum gn_denominator_kind kind;
	} kinds[] = {{"measure:", GN_D_MEASURE}, {"registry:", GN_D_REGISTRY},
	        {"indicator:", GN_D_INDICATOR}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t size = strlen(kinds[i].prefix);
		if (strncmp(text, kinds[i].prefix, size) == 0 && text[size]) {
			*ret_name = text + size;
			return kinds[i].kind;
		}
	}
	return strcmp(text, "tally") == 0 ? GN_D_TALLY : GN_D_NONE;
}

enum gn_err gn_indicator_denominator(struct gn_indicator *in, struct gn_indicator_fault *fault)
{
	const char *text = in->denominator_text;
	in->denominator = denominator_kind(text, &in->denominator_name);
	if (text[0] && in->denominator == GN_D_NONE)
		return gn_indicator_refuse(fault, "denominator",
		        "expected measure:NAME, registry:NAME, indicator:CODE, tally or nothing, "
		        "got \"%s\"",
		        gn_report_value(gn_bytes_str(text)));
	if (in->kind == GN_RATIO && in->denominator != GN_D_TALLY)
		return gn_indicator_refuse(fault, "denominator", "a ratio takes tally");
	if (in->kind == GN_LEVEL && in->denominator != GN_D_TALLY && text[0])
		return gn_indicator_refuse(fault, "denominator", "a level takes tally or nothing");
	if (in->denominator == GN_D_TALLY && in->kind != GN_RATIO && in->kind != GN_LEVEL)
		return gn_indicator_refuse(fault, "denominator", "tally is for a ratio or a level");
	if (in->denominator == GN_D_INDICATOR && strcmp(in->denominator_name, in->code) == 0)
		return gn_indicator_refuse(
		        fault, "denominator", "an indicator can't be its own denominator");
	return in->denominator == GN_D_REGISTRY ? read_registry_denominator(in, fault) : GN_OK;
}
