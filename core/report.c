/* Gathers the faults of a person's input as lines of text. Decides their shape
 * and how a quoted value looks; who prints them, and when, is the program's. */
#include "core/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

#define VALUE_LETTERS 40
#define VALUE_CAP (VALUE_LETTERS * 4 + 4)
#define RING 8

static char *compose(const char *file, size_t line, const char *field, const char *text)
{
	char number[24] = "";
	if (line)
		snprintf(number, sizeof number, "%s%zu", file ? ":" : "", line);
	bool place = file || line;
	char *whole;
	if (asprintf(&whole, "%s%s%s%s%s%s", file ? file : "", number, place ? ": " : "",
	            field ? field : "", field ? ": " : "", text) < 0)
		return NULL;
	return whole;
}

void gn_report_add(struct gn_report *report, const char *file, size_t line, const char *field,
        const char *format, ...)
{
	report->count++;
	if (report->kept == GN_REPORT_LINES)
		return;
	va_list args;
	va_start(args, format);
	char *text;
	int length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0)
		return;
	char *whole = compose(file, line, field, text);
	free(text);
	if (whole)
		report->lines[report->kept++] = whole;
}

void gn_report_done(struct gn_report *report)
{
	for (size_t i = 0; i < report->kept; i++)
		free(report->lines[i]);
	*report = (struct gn_report){0};
}

/* Letters that a terminal would act on instead of showing them. */
static bool shown_as_is(utf8proc_int32_t letter)
{
	utf8proc_category_t category = utf8proc_category(letter);
	return category != UTF8PROC_CATEGORY_CC && category != UTF8PROC_CATEGORY_CF;
}

static size_t put_letter(struct gn_bytes *value, char *buf, size_t room)
{
	utf8proc_int32_t letter;
	utf8proc_ssize_t size =
	        utf8proc_iterate(value->data, (utf8proc_ssize_t)value->size, &letter);
	if (size > 0 && shown_as_is(letter)) {
		memcpy(buf, value->data, (size_t)size);
	} else {
		snprintf(buf, room, "\\x%02X", value->data[0]);
		value->data++;
		value->size--;
		return 4;
	}
	value->data += size;
	value->size -= (size_t)size;
	return (size_t)size;
}

/* A cell shifted by one column may hold somebody's number: it is never shown. */
static bool may_be_citizen(struct gn_bytes value)
{
	size_t digits = 0;
	for (size_t i = 0; i < value.size; i++)
		digits += value.data[i] >= '0' && value.data[i] <= '9';
	return digits == 12 || digits == 9;
}

const char *gn_report_value(struct gn_bytes value)
{
	if (may_be_citizen(value))
		return "(a long number)";
	static _Thread_local char ring[RING][VALUE_CAP];
	static _Thread_local unsigned next;
	char *buf = ring[next++ % RING];
	size_t at = 0;
	for (size_t n = 0; value.size && n < VALUE_LETTERS; n++)
		at += put_letter(&value, buf + at, VALUE_CAP - at);
	if (value.size) {
		memcpy(buf + at, "\xe2\x80\xa6", 3);
		at += 3;
	}
	buf[at] = '\0';
	return buf;
}
