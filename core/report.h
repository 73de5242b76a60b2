/* What is wrong with a person's input: a list of lines, counted, the first 50 kept.
 *
 * Core never prints; a program prints the list once, where it gives up.
 */
#ifndef GN_CORE_REPORT_H
#define GN_CORE_REPORT_H

#include "proto/base.h"

#define GN_REPORT_LINES 50

struct gn_report {
	char *lines[GN_REPORT_LINES]; /* "visits.csv:17: household: expected ..., got \"abc\"" */
	size_t kept, count;
};

/* `file` may be NULL (the command line), `line` 0, `field` NULL. A quoted value
 * in the text is the caller's, cut to a readable length by gn_report_value. */
void gn_report_add(struct gn_report *report, const char *file, size_t line, const char *field,
        const char *format, ...) __attribute__((format(printf, 5, 6)));
void gn_report_done(struct gn_report *report);
/* Shortens to 40 letters, shows control and invalid bytes as \xNN, never a long
 * number; a static ring of 8 buffers per thread. */
const char *gn_report_value(struct gn_bytes value);

#endif
