/* Compiles a catalogue row into an indicator. Decides which kinds take which
 * sources, subjects and denominators; whether an indicator that it names exists
 * is the registry's to check. */
#include "core/indicator_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/report.h"

static const char *const kind_names[] = {[GN_COVERAGE] = "coverage",
        [GN_STOCK] = "stock",
        [GN_JOINT] = "joint",
        [GN_COUNT] = "count",
        [GN_RATIO] = "ratio",
        [GN_LEVEL] = "level",
        [GN_REGISTRY_KIND] = "registry"};

enum gn_err gn_indicator_refuse(
        struct gn_indicator_fault *fault, const char *field, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(fault->message, GN_INDICATOR_MESSAGE, format, args);
	va_end(args);
	fault->field = field;
	return GN_E_INPUT;
}

enum gn_field gn_kind_key(enum gn_kind kind)
{
	if (kind == GN_KIND_ACTIVATION)
		return GN_F_SCHEME;
	if (kind == GN_KIND_ASSESSMENT)
		return GN_F_TOPIC;
	return kind == GN_KIND_LISTING ? GN_F_PLATFORM : 0;
}

int gn_indicator_named(const char *const *names, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (names[i] && strcmp(names[i], text) == 0)
			return (int)i;
	return -1;
}

static enum gn_err read_kind(struct gn_indicator *in, struct gn_indicator_fault *fault)
{
	int i = gn_indicator_named(
	        kind_names, sizeof kind_names / sizeof *kind_names, in->kind_text);
	if (i < 0)
		return gn_indicator_refuse(fault, "kind",
		        "expected coverage, stock, joint, count, ratio, level or registry, got "
		        "\"%s\"",
		        gn_report_value(gn_bytes_str(in->kind_text)));
	in->kind = (enum gn_measure_kind)i;
	return GN_OK;
}

static enum gn_err add_source(
        struct gn_indicator *in, struct gn_bytes name, struct gn_indicator_fault *fault)
{
	char text[32] = "";
	if (name.size < sizeof text && name.size)
		memcpy(text, name.data, name.size);
	enum gn_kind kind = gn_kind_named(text);
	if (!gn_kind_is_record(kind))
		return gn_indicator_refuse(fault, "source",
		        "expected visit, activation, training, listing, assessment or tally, got "
		        "\"%s\"",
		        gn_report_value(name));
	in->sources |= 1u << kind;
	return GN_OK;
}

#define TALLY (1u << GN_KIND_TALLY)

static enum gn_err check_sources(const struct gn_indicator *in, struct gn_indicator_fault *fault)
{
	bool tallies = in->kind == GN_RATIO || in->kind == GN_LEVEL;
	if (tallies && in->sources != TALLY)
		return gn_indicator_refuse(fault, "source", "a %s takes tally", in->kind_text);
	if (in->sources & TALLY && in->sources != TALLY)
		return gn_indicator_refuse(
		        fault, "source", "tally can't stand with another source");
	if (in->sources & TALLY && (in->kind == GN_COVERAGE || in->kind == GN_STOCK))
		return gn_indicator_refuse(fault, "source",
		        "a tally has no subject that a %s could count", in->kind_text);
	if (in->kind != GN_STOCK)
		return GN_OK;
	for (enum gn_kind kind = GN_KIND_VISIT; kind <= GN_KIND_TALLY; kind++)
		if (in->sources == 1u << kind && gn_kind_key(kind))
			return GN_OK;
	return gn_indicator_refuse(
	        fault, "source", "a stock takes one of activation, listing, assessment");
}

static enum gn_err read_sources(struct gn_indicator *in, struct gn_indicator_fault *fault)
{
	bool none = in->kind == GN_JOINT || in->kind == GN_REGISTRY_KIND;
	struct gn_bytes rest = gn_bytes_str(in->source);
	if (none)
		return rest.size ? gn_indicator_refuse(
		                           fault, "source", "a %s has no source", in->kind_text)
		                 : GN_OK;
	enum gn_err err = GN_OK;
	while (!err && rest.data)
		err = add_source(in, gn_indicator_cut(&rest, '|'), fault);
	return err ? err : check_sources(in, fault);
}

static enum gn_err add_joint(
        struct gn_indicator *in, struct gn_bytes code, struct gn_indicator_fault *fault)
{
	if (!code.size)
		return gn_indicator_refuse(fault, "filter", "an indicator's code is missing");
	if (in->joint_count == GN_JOINT_MAX)
		return gn_indicator_refuse(
		        fault, "filter", "more than %d indicators", GN_JOINT_MAX);
	char *copy = strndup((const char *)code.data, code.size);
	if (!copy)
		return GN_E_NOMEM;
	in->joint[in->joint_count++] = copy;
	for (size_t i = 0; i + 1 < in->joint_count; i++)
		if (strcmp(in->joint[i], copy) == 0)
			return gn_indicator_refuse(
			        fault, "filter", "%s stands twice", gn_report_value(code));
	return GN_OK;
}

static enum gn_err read_joint(struct gn_indicator *in, struct gn_indicator_fault *fault)
{
	struct gn_bytes rest = gn_bytes_str(in->filter_text);
	enum gn_err err = GN_OK;
	while (!err && rest.data)
		err = add_joint(in, gn_indicator_cut(&rest, '&'), fault);
	if (!err && in->joint_count < 2)
		return gn_indicator_refuse(
		        fault, "filter", "a joint names two indicators or more: a&b");
	return err;
}

static enum gn_err read_figure(struct gn_indicator *in, struct gn_indicator_fault *fault)
{
	in->figure = gn_figure_named(in->filter_text);
	if (in->figure != GN_R_NONE && in->figure != GN_R_COMMUNES && in->figure != GN_R_VILLAGES)
		return GN_OK;
	return gn_indicator_refuse(fault, "filter",
	        "expected communes_with_team, villages_with_team, teams or members, got \"%s\"",
	        gn_report_value(gn_bytes_str(in->filter_text)));
}

static enum gn_err read_filter(struct gn_indicator *in, struct gn_indicator_fault *fault)
{
	in->filter = (struct gn_filter){.age_max = 999};
	if (in->kind == GN_JOINT)
		return read_joint(in, fault);
	if (in->kind == GN_REGISTRY_KIND)
		return read_figure(in, fault);
	if (in->sources & TALLY && in->filter_text[0])
		return gn_indicator_refuse(fault, "filter", "tallies take no filter");
	enum gn_err err = gn_filter_compile(in, fault);
	if (!err && in->filter.has_age && in->kind != GN_STOCK)
		return gn_indicator_refuse(fault, "filter", "age is for a stock alone");
	return err;
}

static char *copy(const char *text)
{
	return strdup(text ? text : "");
}

static struct gn_indicator *copy_row(const struct gn_indicator_text *text)
{
	struct gn_indicator *in = calloc(1, sizeof *in);
	if (!in)
		return NULL;
	in->code = copy(text->code);
	in->kind_text = copy(text->kind);
	in->source = copy(text->source);
	in->filter_text = copy(text->filter);
	in->subject_text = copy(text->subject);
	in->denominator_text = copy(text->denominator);
	in->name_vi = copy(text->name_vi);
	in->name_en = copy(text->name_en);
	if (!in->code || !in->kind_text || !in->source || !in->filter_text || !in->subject_text ||
	        !in->denominator_text || !in->name_vi || !in->name_en)
		gn_indicator_free(&in);
	return in;
}

enum gn_err gn_indicator_compile(const struct gn_indicator_text *text,
        struct gn_indicator **ret_indicator, const char **ret_field, char message[160])
{
	static enum gn_err (*const steps[])(struct gn_indicator *, struct gn_indicator_fault *) = {
	        read_kind, read_sources, read_filter, gn_indicator_subject,
	        gn_indicator_denominator};
	struct gn_indicator *in = copy_row(text);
	if (!in)
		return GN_E_NOMEM;
	struct gn_indicator_fault fault = {.message = message};
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < sizeof steps / sizeof *steps; i++)
		err = steps[i](in, &fault);
	if (err) {
		gn_indicator_free(&in);
		*ret_field = fault.field;
		return err;
	}
	*ret_indicator = in;
	return GN_OK;
}

void gn_indicator_free(struct gn_indicator **indicator)
{
	struct gn_indicator *in = *indicator;
	if (!in)
		return;
	for (size_t i = 0; i < in->joint_count; i++)
		free(in->joint[i]);
	char *texts[] = {in->code, in->source, in->filter_text, in->subject_text,
	        in->denominator_text, in->name_vi, in->name_en, in->kind_text};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(texts[i]);
	free(in);
	*indicator = NULL;
}
