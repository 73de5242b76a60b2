/* Writes a record's fields as a person would type them; the way back of form.c.
 * Who the record is about is sealed and has no text here. */
#include "node/form.h"

#include <stdio.h>

#include "core/day.h"

static struct gn_bytes number(char *buf, uint64_t value)
{
	int n = snprintf(buf, NODE_CELL_MAX, "%llu", (unsigned long long)value);
	return gn_bytes(buf, (size_t)n);
}

static struct gn_bytes household(const struct gn_record *record, char *buf)
{
	struct gn_bytes village = record->text[GN_F_VILLAGE];
	if (!record->household)
		return gn_bytes(NULL, 0);
	if (!village.size)
		return number(buf, record->household);
	int n = snprintf(buf, NODE_CELL_MAX, "%.*s/%u", (int)village.size,
	        (const char *)village.data, record->household);
	return gn_bytes(buf, (size_t)n);
}

static struct gn_bytes topics(const struct gn_record *record, char *buf)
{
	size_t at = 0;
	for (size_t i = 0; i < record->topic_count; i++) {
		struct gn_bytes topic = record->topics[i];
		if (at + 1 + topic.size > NODE_CELL_MAX)
			break;
		if (i)
			buf[at++] = ';';
		memcpy(buf + at, topic.data, topic.size);
		at += topic.size;
	}
	return gn_bytes(buf, at);
}

struct gn_bytes node_form_cell(const struct gn_record *record, int column, char buf[NODE_CELL_MAX])
{
	if (!node_kind_takes(record->kind, column))
		return gn_bytes(NULL, 0);
	switch (column) {
	case GN_F_DATE:
		return gn_bytes_str(gn_day_text((gn_day)record->date, buf));
	case GN_F_HOUSEHOLD:
		return household(record, buf);
	case GN_F_TOPIC:
		return topics(record, buf);
	case GN_F_PARTICIPANTS:
		return number(buf, record->participants);
	case GN_F_NUMERATOR:
		return number(buf, record->numerator);
	case GN_F_DENOMINATOR:
		return record->has_denominator ? number(buf, record->denominator)
		                               : gn_bytes(NULL, 0);
	case GN_F_CITIZEN:
	case NODE_COL_BIRTH_YEAR:
		return gn_bytes(NULL, 0);
	default:
		return record->text[column];
	}
}
