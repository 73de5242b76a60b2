/* Private to the indicator's files: texts of a catalogue row, part by part. */
#ifndef GN_CORE_INDICATOR_PARSE_H
#define GN_CORE_INDICATOR_PARSE_H

#include "core/indicator.h"

struct gn_indicator_fault { /* what is wrong, for the caller of compile */
	const char *field;
	char *message; /* of GN_INDICATOR_MESSAGE */
};
#define GN_INDICATOR_MESSAGE 160

/* Always GN_E_INPUT, with the fault filled in. */
enum gn_err gn_indicator_refuse(struct gn_indicator_fault *fault, const char *field,
        const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Cuts the part before `separator` off the front of *rest, trimmed of blanks;
 * the last part leaves *rest with data NULL. */
struct gn_bytes gn_indicator_cut(struct gn_bytes *rest, char separator);
/* Compiles filter_text for the sources; slices point into filter_text. */
enum gn_err gn_filter_compile(
        struct gn_indicator *indicator, struct gn_indicator_fault *fault) GN_MUST_USE;

enum gn_err gn_indicator_subject(
        struct gn_indicator *indicator, struct gn_indicator_fault *fault) GN_MUST_USE;
enum gn_err gn_indicator_denominator(
        struct gn_indicator *indicator, struct gn_indicator_fault *fault) GN_MUST_USE;
enum gn_registry_figure gn_figure_named(const char *text); /* GN_R_NONE: no such figure */
/* Place of a text in a list of names, some of them NULL; -1: not there. */
int gn_indicator_named(const char *const *names, size_t n, const char *text);

#endif
