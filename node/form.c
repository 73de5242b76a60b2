/* Decides whether one typed record is fit to be stored, field by field from one
 * table. Where it stands (team, household, unit) is form_place.c's, how it is
 * written form_cell.c's, which columns a kind has form_columns.c's. */
#include "node/form_fill.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/text.h"

#define PARTICIPANTS_MAX 1000000u
#define FIGURE_MAX 1000000000000u
#define BIRTH_FIRST 1900u

struct rule {
	void (*check)(struct fill *f, int column, struct gn_bytes value);
	const char *list; /* code list that names the values */
	const char *words; /* the values, joined by '|' */
};
static const struct rule rules[NODE_COLS];

void node_fill_fault(struct fill *f, int column, const char *format, ...)
{
	char text[400];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	f->wrong |= NODE_COL_BIT(column);
	gn_report_add(
	        f->report, f->form->file, f->form->line, node_column_name(column), "%s", text);
}

static struct gn_bytes trimmed(struct gn_bytes text)
{
	while (text.size && (text.data[0] == ' ' || text.data[0] == '\t'))
		text = gn_bytes(text.data + 1, text.size - 1);
	while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
		text.size--;
	return text;
}

static bool blank(const struct node_form *form, int column)
{
	return !trimmed(form->cell[column]).size;
}

static void check_date(struct fill *f, int column, struct gn_bytes value)
{
	gn_day day;
	char last[11];
	if (gn_day_parse(value, &day) != GN_OK)
		node_fill_fault(f, column,
		        "expected a day like 2022-06-01 or 01/06/2022, got \"%s\"",
		        gn_report_value(value));
	else if (day < GN_DAY_FIRST || day > f->ground->last)
		node_fill_fault(f, column, "expected a day from 2020-01-01 to %s, got \"%s\"",
		        gn_day_text(f->ground->last, last), gn_report_value(value));
	else
		f->out->record.date = (uint32_t)day;
}

static void check_citizen(struct fill *f, int column, struct gn_bytes value)
{
	enum gn_err err = gn_citizen_normal(value, f->out->citizen.text, GN_CITIZEN_MAX + 1);
	if (err == GN_E_SIZE)
		node_fill_fault(f, column, "expected at most %d bytes", GN_CITIZEN_MAX);
	else if (err)
		node_fill_fault(f, column, "not UTF-8 text");
	else
		f->out->has_citizen = true;
}

static void check_birth_year(struct fill *f, int column, struct gn_bytes value)
{
	uint64_t year;
	gn_day day = node_fill_day_known(f) ? (gn_day)f->out->record.date : f->ground->last;
	unsigned latest = (unsigned)gn_day_year(day);
	if (gn_number_parse(value, latest, &year) != GN_OK || year < BIRTH_FIRST)
		node_fill_fault(f, column, "expected a year from %u to %u", BIRTH_FIRST, latest);
	else if (blank(f->form, GN_F_CITIZEN))
		node_fill_fault(f, column, "is kept with the citizen: give the citizen too");
	else
		f->out->citizen.birth_year = (uint16_t)year;
}

/* All but the citizen stands in the clear wherever the entry goes. */
static bool is_clear(struct fill *f, int column, struct gn_bytes value)
{
	if (!gn_citizen_within(value))
		return true;
	node_fill_fault(f, column,
	        "this is a citizen's number; it belongs in citizen, where it is encrypted");
	return false;
}

/* [A-Za-z0-9._-] and letters beyond ASCII. */
static bool code_letters(struct gn_bytes value)
{
	for (size_t i = 0; i < value.size; i++) {
		uint8_t c = value.data[i];
		bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
		if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-' &&
		        c < 0x80)
			return false;
	}
	return true;
}

static bool check_code(struct fill *f, int column, struct gn_bytes value)
{
	if (value.size > GN_CODE_MAX)
		node_fill_fault(f, column, "expected a code of at most %d bytes, got \"%s\"",
		        GN_CODE_MAX, gn_report_value(value));
	else if (!code_letters(value))
		node_fill_fault(f, column,
		        "expected a code of letters, digits, dots, hyphens and underscores, got "
		        "\"%s\"",
		        gn_report_value(value));
	else
		return is_clear(f, column, value);
	return false;
}

static void check_plain_code(struct fill *f, int column, struct gn_bytes value)
{
	if (check_code(f, column, value))
		f->out->record.text[column] = value;
}

static bool check_listed(struct fill *f, int column, struct gn_bytes value)
{
	const char *list = rules[column].list;
	if (!check_code(f, column, value))
		return false;
	if (!gn_registry_has_list(f->ground->registry, list) ||
	        gn_registry_has_code(f->ground->registry, list, value))
		return true;
	node_fill_fault(
	        f, column, "\"%s\" is not in the code list \"%s\"", gn_report_value(value), list);
	return false;
}

static void check_list_code(struct fill *f, int column, struct gn_bytes value)
{
	if (check_listed(f, column, value))
		f->out->record.text[column] = value;
}

static bool among(const char *words, struct gn_bytes value)
{
	for (const char *at = words; at; at = strchr(at, '|')) {
		at += *at == '|';
		if (gn_bytes_eq(gn_bytes(at, strcspn(at, "|")), value))
			return true;
	}
	return false;
}

static void expected_words(struct fill *f, int column, const char *words, struct gn_bytes value)
{
	char text[80];
	size_t at = 0;
	for (; *words && at + 3 < sizeof(text); words++) {
		text[at++] = *words == '|' ? ',' : *words;
		if (*words == '|')
			text[at++] = ' ';
	}
	text[at] = '\0';
	node_fill_fault(f, column, "expected one of %s, got \"%s\"", text, gn_report_value(value));
}

static void check_words(struct fill *f, int column, struct gn_bytes value)
{
	const char *words = rules[column].words;
	if (column == GN_F_STATE && f->form->kind == GN_KIND_LISTING)
		words = "on|off";
	if (!among(words, value))
		expected_words(f, column, words, value);
	else if (column != GN_F_STATE || !gn_bytes_is(value, "on")) /* a missing state reads "on" */
		f->out->record.text[column] = value;
}

/* The four places always stand; a province may list more. */
static void check_place(struct fill *f, int column, struct gn_bytes value)
{
	if (among(rules[column].words, value) ||
	        (gn_registry_has_list(f->ground->registry, rules[column].list) &&
	                gn_registry_has_code(f->ground->registry, rules[column].list, value)))
		f->out->record.text[column] = value;
	else
		expected_words(f, column, rules[column].words, value);
}

static bool has_topic(const struct gn_record *record, struct gn_bytes topic)
{
	for (size_t i = 0; i < record->topic_count; i++)
		if (gn_bytes_eq(record->topics[i], topic))
			return true;
	return false;
}

static void add_topic(struct fill *f, int column, struct gn_bytes topic)
{
	struct gn_record *record = &f->out->record;
	size_t max = f->form->kind == GN_KIND_VISIT ? GN_TOPICS_MAX : 1;
	if (!topic.size || has_topic(record, topic) || !check_listed(f, column, topic))
		return;
	if (record->topic_count == max) {
		node_fill_fault(f, column, max == 1 ? "expected one topic" : "more than %d topics",
		        GN_TOPICS_MAX);
		return;
	}
	record->topics[record->topic_count++] = topic;
	record->text[GN_F_TOPIC] = record->topics[0];
}

static void check_topic(struct fill *f, int column, struct gn_bytes value)
{
	while (value.size && !(f->wrong & NODE_COL_BIT(column))) {
		const uint8_t *end = memchr(value.data, ';', value.size);
		size_t size = end ? (size_t)(end - value.data) : value.size;
		add_topic(f, column, trimmed(gn_bytes(value.data, size)));
		size += end != NULL;
		value = gn_bytes(value.data + size, value.size - size);
	}
	if (!f->out->record.topic_count && !(f->wrong & NODE_COL_BIT(column)))
		node_fill_fault(f, column, "must not be blank");
}

static void check_title(struct fill *f, int column, struct gn_bytes value)
{
	if (value.size > NODE_TEXT_MAX)
		node_fill_fault(f, column, "expected at most %d bytes", NODE_TEXT_MAX);
	else if (is_clear(f, column, value))
		f->out->record.text[column] = value;
}

static void check_number(struct fill *f, int column, struct gn_bytes value)
{
	struct gn_record *record = &f->out->record;
	bool people = column == GN_F_PARTICIPANTS;
	uint64_t max = people ? PARTICIPANTS_MAX : FIGURE_MAX, number;
	if (gn_number_parse(value, max, &number) != GN_OK || number < people) {
		node_fill_fault(f, column, "expected a number from %d to %llu, got \"%s\"", people,
		        (unsigned long long)max, gn_report_value(value));
		return;
	}
	if (people)
		record->participants = number;
	else if (column == GN_F_NUMERATOR)
		record->numerator = number;
	else
		record->denominator = number;
	record->has_denominator |= column == GN_F_DENOMINATOR;
}

static void check_indicator(struct fill *f, int column, struct gn_bytes value)
{
	char code[GN_CODE_MAX + 1] = "";
	if (value.size <= GN_CODE_MAX)
		memcpy(code, value.data, value.size);
	f->out->record.text[column] = value;
	const struct gn_indicator *indicator = gn_registry_indicator(f->ground->registry, code);
	if (!indicator)
		node_fill_fault(f, column, "unknown indicator \"%s\"", gn_report_value(value));
	else if (!(indicator->sources & 1u << GN_KIND_TALLY))
		node_fill_fault(f, column, "indicator \"%s\" is not fed by tallies",
		        gn_report_value(value));
	else
		f->indicator = indicator;
}

static const struct rule rules[NODE_COLS] = {
        [GN_F_DATE] = {check_date},
        [GN_F_TEAM] = {node_fill_team},
        [GN_F_HOUSEHOLD] = {node_fill_household},
        [GN_F_MEMBER] = {check_plain_code},
        [GN_F_CITIZEN] = {check_citizen},
        [GN_F_TOPIC] = {check_topic, .list = "topic"},
        [GN_F_PLACE] = {check_place, "place", "home|one_stop|market|meeting"},
        [GN_F_OUTCOME] = {check_list_code, .list = "outcome"},
        [GN_F_SCHEME] = {check_list_code, .list = "scheme"},
        [GN_F_STATE] = {check_words, .words = "registered|on|off"},
        [GN_F_AUDIENCE] = {check_words, .words = "member|citizen"},
        [GN_F_PARTICIPANTS] = {check_number},
        [GN_F_TITLE] = {check_title},
        [GN_F_PRODUCT] = {check_plain_code},
        [GN_F_PLATFORM] = {check_list_code, .list = "platform"},
        [GN_F_OCOP] = {check_words, .words = "yes|no"},
        [GN_F_RESULT] = {check_words, .words = "pass|fail"},
        [GN_F_UNIT] = {node_fill_unit},
        [GN_F_INDICATOR] = {check_indicator},
        [GN_F_NUMERATOR] = {check_number},
        [GN_F_DENOMINATOR] = {check_number},
        [NODE_COL_BIRTH_YEAR] = {check_birth_year},
};

/* Trimmed; letters beyond ASCII in NFC, so that one name has one spelling. */
static bool normal(struct fill *f, int column, struct gn_bytes *value)
{
	struct node_filled *out = f->out;
	bool ascii = true;
	*value = trimmed(*value);
	for (size_t i = 0; i < value->size; i++)
		ascii &= value->data[i] < 0x80;
	if (ascii || column == GN_F_CITIZEN)
		return true;
	char *buf = (char *)out->scratch + out->scratch_used;
	enum gn_err err = gn_text_normal(*value, buf, NODE_SCRATCH - out->scratch_used);
	if (err) {
		node_fill_fault(f, column, err == GN_E_SIZE ? "too long" : "not UTF-8 text");
		return false;
	}
	*value = gn_bytes_str(buf);
	out->scratch_used += value->size + 1;
	return true;
}

/* Columns in which a blank is a fault, whatever else the record says. */
static const uint32_t needed[] = {
        [GN_KIND_VISIT] = 1u << GN_F_DATE | 1u << GN_F_TEAM | 1u << GN_F_PLACE | 1u << GN_F_TOPIC,
        [GN_KIND_ACTIVATION] = 1u << GN_F_DATE | 1u << GN_F_TEAM | 1u << GN_F_SCHEME,
        [GN_KIND_TRAINING] = 1u << GN_F_DATE | 1u << GN_F_TEAM | 1u << GN_F_TOPIC |
                             1u << GN_F_AUDIENCE | 1u << GN_F_PARTICIPANTS,
        [GN_KIND_LISTING] =
                1u << GN_F_DATE | 1u << GN_F_TEAM | 1u << GN_F_PRODUCT | 1u << GN_F_PLATFORM,
        [GN_KIND_ASSESSMENT] =
                1u << GN_F_DATE | 1u << GN_F_TEAM | 1u << GN_F_TOPIC | 1u << GN_F_RESULT,
        [GN_KIND_TALLY] =
                1u << GN_F_DATE | 1u << GN_F_UNIT | 1u << GN_F_INDICATOR | 1u << GN_F_NUMERATOR,
};

/* What one field asks of another. */
static void check_whole(struct fill *f)
{
	const struct node_form *form = f->form;
	bool citizen = !blank(form, GN_F_CITIZEN) || form->keeps_citizen;
	bool household = !blank(form, GN_F_HOUSEHOLD);
	bool of_someone = form->kind == GN_KIND_ACTIVATION || form->kind == GN_KIND_ASSESSMENT;
	if (form->kind == GN_KIND_VISIT && !household &&
	        gn_bytes_is(f->out->record.text[GN_F_PLACE], "home"))
		node_fill_fault(f, GN_F_HOUSEHOLD, "must not be blank for a visit at home");
	if (of_someone && !citizen && !household)
		node_fill_fault(f, GN_F_CITIZEN, "citizen and household must not both be blank");
	if (f->indicator && f->indicator->kind == GN_RATIO && blank(form, GN_F_DENOMINATOR))
		node_fill_fault(f, GN_F_DENOMINATOR, "must not be blank: \"%s\" is a ratio",
		        f->indicator->code);
}

enum gn_err node_form_fill(const struct node_form *form, const struct node_ground *ground,
        struct gn_report *report, struct node_filled *ret_filled)
{
	struct fill f = {.form = form, .ground = ground, .report = report, .out = ret_filled};
	struct gn_record *record = &ret_filled->record;
	memset(record, 0, sizeof(*record));
	record->kind = form->kind;
	ret_filled->has_citizen = false;
	ret_filled->citizen.birth_year = 0;
	ret_filled->scratch_used = 0;
	for (int column = 1; column < NODE_COLS; column++) {
		struct gn_bytes value = form->cell[column];
		if (value.size && normal(&f, column, &value) && value.size && rules[column].check)
			rules[column].check(&f, column, value);
	}
	for (int column = 1; column < NODE_COLS; column++)
		if (needed[form->kind] & NODE_COL_BIT(column) && blank(form, column))
			node_fill_fault(&f, column, "must not be blank");
	check_whole(&f);
	return f.wrong ? GN_E_INPUT : GN_OK;
}
