/* Filters: field=value;field=a|b;age>=18;age<14. Decides their grammar and
 * whether a record's own fields pass; ages are tested where birth years are. */
#include "core/indicator_parse.h"

#include "core/report.h"
#include "core/text.h"

#define AGE_OPEN 999

struct gn_bytes gn_indicator_cut(struct gn_bytes *rest, char separator)
{
	struct gn_bytes part = *rest;
	const uint8_t *at = part.size ? memchr(part.data, separator, part.size) : NULL;
	if (at) {
		part.size = (size_t)(at - part.data);
		*rest = gn_bytes(at + 1, rest->size - part.size - 1);
	} else {
		*rest = gn_bytes(NULL, 0);
	}
	while (part.size && part.data[0] == ' ')
		part = gn_bytes(part.data + 1, part.size - 1);
	while (part.size && part.data[part.size - 1] == ' ')
		part.size--;
	return part;
}

/* The kinds' text fields; a number or a citizen can't be asked for by value. */
static bool is_text(enum gn_field field)
{
	return field != 0 && field != GN_F_DATE && field != GN_F_HOUSEHOLD &&
	       field != GN_F_CITIZEN && field != GN_F_PARTICIPANTS && field != GN_F_NUMERATOR &&
	       field != GN_F_DENOMINATOR && field != GN_F_TITLE;
}

static enum gn_err check_field(const struct gn_indicator *indicator, enum gn_field field,
        struct gn_bytes name, struct gn_indicator_fault *fault)
{
	if (!is_text(field))
		return gn_indicator_refuse(fault, "filter", "no field \"%s\" that can be asked for",
		        gn_report_value(name));
	for (enum gn_kind kind = GN_KIND_VISIT; kind <= GN_KIND_TALLY; kind++)
		if (indicator->sources & (1u << kind) && !gn_kind_has(kind, field))
			return gn_indicator_refuse(fault, "filter", "source %s has no field \"%s\"",
			        gn_kind_name(kind), gn_report_value(name));
	return GN_OK;
}

static enum gn_err add_age(struct gn_filter *filter, struct gn_bytes op, struct gn_bytes text,
        struct gn_indicator_fault *fault)
{
	uint64_t value;
	if (gn_number_parse(text, 150, &value))
		return gn_indicator_refuse(fault, "filter",
		        "age: expected a number from 0 to 150, got \"%s\"", gn_report_value(text));
	int age = (int)value;
	int min = op.data[0] == '<' ? 0 : age;
	int max = op.data[0] == '>' ? AGE_OPEN : age;
	if (gn_bytes_is(op, "<"))
		max = age - 1;
	if (min > filter->age_min)
		filter->age_min = min;
	if (max < filter->age_max)
		filter->age_max = max;
	filter->has_age = true;
	if (filter->age_min > filter->age_max)
		return gn_indicator_refuse(fault, "filter", "no age can pass");
	return GN_OK;
}

static enum gn_err add_values(struct gn_condition *condition, struct gn_bytes name,
        struct gn_bytes values, struct gn_indicator_fault *fault)
{
	while (values.data) {
		struct gn_bytes value = gn_indicator_cut(&values, '|');
		if (!value.size)
			return gn_indicator_refuse(
			        fault, "filter", "%s: a value is missing", gn_report_value(name));
		if (condition->count == GN_FILTER_VALUES)
			return gn_indicator_refuse(fault, "filter", "%s: more than %d values",
			        gn_report_value(name), GN_FILTER_VALUES);
		condition->values[condition->count++] = value;
	}
	return GN_OK;
}

/* Splits "age>=18" at its operator. */
static enum gn_err split(struct gn_bytes part, struct gn_bytes *name, struct gn_bytes *op,
        struct gn_bytes *value, struct gn_indicator_fault *fault)
{
	size_t at = 0;
	while (at < part.size && !memchr("=<>", part.data[at], 3))
		at++;
	size_t size =
	        at + 1 < part.size && part.data[at] != '=' && part.data[at + 1] == '=' ? 2 : 1;
	if (at == 0 || at == part.size || (part.data[at] == '>' && size == 1))
		return gn_indicator_refuse(fault, "filter",
		        "expected field=value, or age with =, >=, <= or <, got \"%s\"",
		        gn_report_value(part));
	struct gn_bytes left = gn_bytes(part.data, at);
	struct gn_bytes right = gn_bytes(part.data + at + size, part.size - at - size);
	*name = gn_indicator_cut(&left, ';');
	*op = gn_bytes(part.data + at, size);
	*value = right.size ? right : gn_bytes("", 0);
	return GN_OK;
}

static enum gn_err add_condition(
        struct gn_indicator *indicator, struct gn_bytes part, struct gn_indicator_fault *fault)
{
	struct gn_filter *filter = &indicator->filter;
	struct gn_bytes name = {0}, op = {0}, value = {0};
	enum gn_err err = split(part, &name, &op, &value, fault);
	if (err)
		return err;
	if (gn_bytes_is(name, "age")) {
		struct gn_bytes rest = value;
		return add_age(filter, op, gn_indicator_cut(&rest, ';'), fault);
	}
	if (!gn_bytes_is(op, "="))
		return gn_indicator_refuse(fault, "filter",
		        "only age is compared by size, %s takes =", gn_report_value(name));
	if (filter->count == GN_FILTER_CONDITIONS)
		return gn_indicator_refuse(
		        fault, "filter", "more than %d conditions", GN_FILTER_CONDITIONS);
	char text[32] = "";
	if (name.size < sizeof text)
		memcpy(text, name.data, name.size);
	struct gn_condition *condition = &filter->conditions[filter->count];
	condition->field = gn_field_named(text);
	err = check_field(indicator, condition->field, name, fault);
	if (!err)
		err = add_values(condition, name, value, fault);
	if (!err)
		filter->count++;
	return err;
}

enum gn_err gn_filter_compile(struct gn_indicator *indicator, struct gn_indicator_fault *fault)
{
	indicator->filter = (struct gn_filter){.age_max = AGE_OPEN};
	struct gn_bytes rest = gn_bytes_str(indicator->filter_text);
	if (!rest.size)
		return GN_OK;
	enum gn_err err = GN_OK;
	while (!err && rest.data)
		err = add_condition(indicator, gn_indicator_cut(&rest, ';'), fault);
	return err;
}

static bool any_of(const struct gn_condition *condition, struct gn_bytes value)
{
	for (size_t i = 0; i < condition->count; i++)
		if (gn_bytes_eq(condition->values[i], value))
			return true;
	return false;
}

static bool condition_match(const struct gn_condition *condition, const struct gn_record *record)
{
	if (condition->field != GN_F_TOPIC || !record->topic_count)
		return any_of(condition, record->text[condition->field]);
	for (size_t i = 0; i < record->topic_count; i++)
		if (any_of(condition, record->topics[i]))
			return true;
	return false;
}

bool gn_filter_match(const struct gn_filter *filter, const struct gn_record *record)
{
	for (size_t i = 0; i < filter->count; i++)
		if (!condition_match(&filter->conditions[i], record))
			return false;
	return true;
}
