/* Whether the catalogue's formulas are sound: each alone, then what they refer
 * to, then whether the values that a new or changed one asks for can occur. */
#include "hub/registry_csv_check.h"

static const char *quoted(const char *code)
{
	return gn_report_value(gn_bytes_str(code));
}

static bool compiles(struct hub_check *c, const Gonha__Indicator *row)
{
	struct gn_indicator_text text = {row->code, row->kind, row->source, row->filter,
	        row->subject, row->denominator, row->name_vi, row->name_en};
	struct gn_indicator *indicator = NULL;
	const char *field = NULL;
	char message[160] = "";
	enum gn_err err = gn_indicator_compile(&text, &indicator, &field, message);
	if (err == GN_E_INPUT)
		hub_check_fault(c, field, "%s", message);
	else if (err)
		hub_check_fault(c, NULL, "%s", gn_err_text(err));
	gn_indicator_free(&indicator);
	return !err;
}

static void check_joint(struct hub_check *c, const struct gn_indicator *in)
{
	for (size_t i = 0; i < in->joint_count; i++) {
		const struct gn_indicator *part = gn_registry_indicator(c->would, in->joint[i]);
		if (!part)
			hub_check_fault(
			        c, "filter", "there is no indicator \"%s\"", quoted(in->joint[i]));
		else if (part->kind != GN_STOCK)
			hub_check_fault(c, "filter", "a joint takes stocks, \"%s\" is a %s",
			        quoted(in->joint[i]), part->kind_text);
		else if (part->subject != in->subject)
			hub_check_fault(c, "filter", "\"%s\" counts by %s, this by %s",
			        quoted(in->joint[i]), part->subject_text, in->subject_text);
	}
}

static const char *const states[] = {"on", "off", "registered", NULL};
static const char *const audiences[] = {"member", "citizen", NULL};
static const char *const answers[] = {"yes", "no", NULL};
static const char *const results[] = {"pass", "fail", NULL};

/* The words that a field takes whatever the lists say; NULL: any. */
static const char *const *words_of(enum gn_field field)
{
	switch ((int)field) {
	case GN_F_STATE:
		return states;
	case GN_F_AUDIENCE:
		return audiences;
	case GN_F_OCOP:
		return answers;
	case GN_F_RESULT:
		return results;
	default:
		return NULL;
	}
}

static void check_value(struct hub_check *c, enum gn_field field, struct gn_bytes value)
{
	const char *name = gn_field_name(field);
	const char *const *words = words_of(field);
	for (size_t i = 0; words && words[i]; i++)
		if (gn_bytes_is(value, words[i]))
			return;
	if (words)
		hub_check_fault(c, "filter", "%s is never \"%s\"", name, gn_report_value(value));
	else if (gn_registry_has_list(c->would, name) &&
	         !gn_registry_has_code(c->would, name, value))
		hub_check_fault(c, "filter", "there is no code \"%s\" in the list %s",
		        gn_report_value(value), name);
}

/* A list may be cut down later, and a catalogue may know codes that a province
 * has no use for: only what is new is held against the lists. */
static void check_filter(struct hub_check *c, const struct gn_indicator *in)
{
	for (size_t i = 0; c->at->changes && i < in->filter.count; i++) {
		const struct gn_condition *condition = &in->filter.conditions[i];
		for (size_t j = 0; j < condition->count; j++)
			check_value(c, condition->field, condition->values[j]);
	}
}

static void check_references(struct hub_check *c, const Gonha__Indicator *row)
{
	const struct gn_indicator *in = gn_registry_indicator(c->would, row->code);
	if (!in)
		return;
	check_joint(c, in);
	check_filter(c, in);
	if (in->denominator == GN_D_INDICATOR &&
	        !gn_registry_indicator(c->would, in->denominator_name))
		hub_check_fault(c, "denominator", "there is no indicator \"%s\"",
		        quoted(in->denominator_name));
}

void hub_check_indicators(struct hub_check *c)
{
	bool good = true;
	size_t n = c->n[HUB_FILE_INDICATORS];
	c->kind = HUB_FILE_INDICATORS;
	for (size_t i = 0; i < n; i++) {
		c->at = c->sequence[c->kind][i];
		good &= compiles(c, c->at->row->message);
	}
	/* What a broken formula is referred to for would be reported twice. */
	for (size_t i = 0; good && i < n; i++) {
		c->at = c->sequence[c->kind][i];
		check_references(c, c->at->row->message);
	}
}
