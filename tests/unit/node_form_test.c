#include "fixture_node.h"

#include "core/text.h"
#include "node/form.h"

static struct fixture_node fixture;
static struct node_ground ground;

static int set_up(void **state)
{
	(void)state;
	fixture_make(&fixture);
	fixture_join(&fixture);
	ground = (struct node_ground){fixture.node->view.registry, "xa", 20650}; /* 2026-07-16 */
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_done(&fixture);
	return 0;
}

/* "date=2022-06-01|team=t1|..." */
static void type(char *words, struct node_form *form)
{
	char *rest = words, *word;
	while ((word = strsep(&rest, "|"))) {
		char *value = strchr(word, '=');
		assert_non_null(value);
		*value++ = '\0';
		int column = node_column_named(word);
		assert_true(column > 0);
		form->cell[column] = gn_bytes_str(value);
	}
}

static void joined(const struct gn_report *report, char *text, size_t cap)
{
	size_t at = 0;
	text[0] = '\0';
	for (size_t i = 0; i < report->kept; i++)
		at += (size_t)snprintf(
		        text + at, cap - at, "%s%s", i ? "\n" : "", report->lines[i]);
}

/* What the form says, or the record read back as it would be typed. */
static void expect(enum gn_kind kind, const char *typed, const char *expected)
{
	char words[1024], got[4096], cell[NODE_CELL_MAX];
	struct node_form form = {.kind = kind};
	struct gn_report report = {0};
	struct node_filled filled;
	size_t at = 0;
	snprintf(words, sizeof(words), "%s", typed);
	type(words, &form);
	enum gn_err err = node_form_fill(&form, &ground, &report, &filled);
	joined(&report, got, sizeof(got));
	if (!err) {
		const struct node_kind_columns *k = node_kind_columns(kind);
		for (size_t i = 0; k->columns[i]; i++) {
			struct gn_bytes text = node_form_cell(&filled.record, k->columns[i], cell);
			if (k->columns[i] == GN_F_CITIZEN && filled.has_citizen)
				text = gn_bytes_str(filled.citizen.text);
			at += (size_t)snprintf(got + at, sizeof(got) - at, "%s%.*s", i ? "," : "",
			        (int)text.size, (const char *)text.data);
		}
	}
	assert_string_equal(got, expected);
	assert_int_equal(err != GN_OK, report.count != 0);
	gn_report_done(&report);
}

#define VISIT "date=2022-06-01|team=t1|place=home|household=7|topic=vneid"

static void a_record_is_read_as_it_was_meant(void **state)
{
	(void)state;
	expect(GN_KIND_VISIT, VISIT, "2022-06-01,t1,home,7,vneid,,,");
	expect(GN_KIND_VISIT,
	        "date=01/06/2022|team= t1 |place=home|household=05|topic= vneid ; portal;vneid;|"
	        "citizen=022 186.000-123|member=m1|outcome=again",
	        "2022-06-01,t1,home,5,vneid;portal,022186000123,m1,again");
	expect(GN_KIND_VISIT, "date=2022-06-01|team=tc|place=home|household=v2/7|topic=vneid",
	        "2022-06-01,tc,home,v2/7,vneid,,,");
	expect(GN_KIND_VISIT, "date=2022-06-01|team=te|place=home|household=v1/65535|topic=vneid",
	        "2022-06-01,te,home,v1/65535,vneid,,,");
	expect(GN_KIND_VISIT, "date=2022-06-01|team=t1|place=home|household=v1/7|topic=vneid",
	        "2022-06-01,t1,home,7,vneid,,,");
	expect(GN_KIND_VISIT, "date=2021-12-31|team=told|place=one_stop|topic=vneid",
	        "2021-12-31,told,one_stop,,vneid,,,");
	expect(GN_KIND_ACTIVATION, "date=2022-06-01|team=t1|scheme=vneid|citizen=x|birth_year=1990",
	        "2022-06-01,t1,vneid,x,,,,");
	expect(GN_KIND_ACTIVATION, "date=2022-06-01|team=t1|scheme=vneid|household=3|state=off",
	        "2022-06-01,t1,vneid,,3,off,,");
	expect(GN_KIND_TRAINING,
	        "date=2022-06-01|team=tc|topic=portal|audience=citizen|participants=40|title="
	        "T\xe1\xba\xadp hu\xe1\xba\xa5n",
	        "2022-06-01,tc,portal,citizen,40,T\xe1\xba\xadp hu\xe1\xba\xa5n");
	expect(GN_KIND_LISTING,
	        "date=2022-06-01|team=t1|product=P-1|platform=voso|ocop=yes|state=on",
	        "2022-06-01,t1,P-1,voso,,yes,");
	expect(GN_KIND_ASSESSMENT, "date=2022-06-01|team=t1|topic=portal|result=pass|household=3",
	        "2022-06-01,t1,portal,pass,,3,,");
	expect(GN_KIND_TALLY,
	        "date=2022-06-01|unit=v1|indicator=filing_online|numerator=5590|denominator=53457",
	        "2022-06-01,v1,filing_online,5590,53457");
	expect(GN_KIND_TALLY, "date=2022-06-01|unit=xa|indicator=subscribers|numerator=0",
	        "2022-06-01,xa,subscribers,0,");
}

/* What merged into this node's commune is written by it, under its old code. */
static void a_successor_writes_for_what_merged_into_it(void **state)
{
	(void)state;
	expect(GN_KIND_VISIT, "date=2025-06-30|team=to|place=home|household=7|topic=vneid",
	        "2025-06-30,to,home,7,vneid,,,");
	expect(GN_KIND_VISIT, "date=2025-06-30|team=te|place=home|household=vo/7|topic=vneid",
	        "2025-06-30,te,home,vo/7,vneid,,,");
	expect(GN_KIND_TALLY, "date=2022-06-01|unit=xo|indicator=subscribers|numerator=7",
	        "2022-06-01,xo,subscribers,7,");
	expect(GN_KIND_VISIT, "date=2025-07-01|team=to|place=home|household=7|topic=vneid",
	        "team: team \"to\" was not in force on 2025-07-01");
	expect(GN_KIND_TALLY, "date=2025-07-01|unit=xo|indicator=subscribers|numerator=7",
	        "unit: unit \"xo\" was not in force on 2025-07-01");
	ground.unit = "xo";
	expect(GN_KIND_VISIT, VISIT,
	        "team: team \"t1\" belongs to unit \"v1\", which this node (xo) does not serve "
	        "on 2022-06-01");
	ground.unit = "xa";
}

/* One spelling of a name, however it was typed. */
static void letters_beyond_ascii_are_normalised(void **state)
{
	(void)state;
	expect(GN_KIND_LISTING, "date=2022-06-01|team=t1|product=Tra\xcc\x80|platform=voso",
	        "2022-06-01,t1,Tr\xc3\xa0,voso,,,");
}

static void faults_of_one_field(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *said;
	} cases[] = {
	        {"date=2022-02-30|team=t1|place=home|household=7|topic=vneid",
	                "date: expected a day like 2022-06-01 or 01/06/2022, got \"2022-02-30\""},
	        {"date=2019-12-31|team=t1|place=home|household=7|topic=vneid",
	                "date: expected a day from 2020-01-01 to 2026-07-16, got \"2019-12-31\""},
	        {"date=2026-07-17|team=t1|place=home|household=7|topic=vneid",
	                "date: expected a day from 2020-01-01 to 2026-07-16, got \"2026-07-17\""},
	        {"date=2022-06-01|team=t9|place=home|household=7|topic=vneid",
	                "team: unknown team \"t9\""},
	        {"date=2022-06-01|team=told|place=home|household=7|topic=vneid",
	                "team: team \"told\" was not in force on 2022-06-01"},
	        {"date=2022-06-01|team=t3|place=home|household=7|topic=vneid",
	                "team: team \"t3\" belongs to unit \"v3\", which this node (xa) does not "
	                "serve on 2022-06-01"},
	        {"date=2022-06-01|team=t1|place=home|household=abc|topic=vneid",
	                "household: expected a number from 1 to 65535, got \"abc\""},
	        {"date=2022-06-01|team=t1|place=home|household=0|topic=vneid",
	                "household: expected a number from 1 to 65535, got \"0\""},
	        {"date=2022-06-01|team=t1|place=home|household=65536|topic=vneid",
	                "household: expected a number from 1 to 65535, got \"65536\""},
	        {"date=2022-06-01|team=tc|place=home|household=7|topic=vneid",
	                "household: expected VILLAGE/NUMBER, because team \"tc\" serves no single "
	                "village, got \"7\""},
	        {"date=2022-06-01|team=tc|place=home|household=v3/7|topic=vneid",
	                "household: village \"v3\" does not lie under the team's unit \"xa\""},
	        {"date=2022-06-01|team=te|place=home|household=v3/7|topic=vneid",
	                "household: village \"v3\" does not lie under this node's unit \"xa\""},
	        {"date=2022-06-01|team=tc|place=home|household=xa/7|topic=vneid",
	                "household: \"xa\" is a commune, expected a village"},
	        {"date=2022-06-01|team=tc|place=home|household=v9/7|topic=vneid",
	                "household: unknown village \"v9\""},
	        {"date=2022-06-01|team=t1|place=home|topic=vneid",
	                "household: must not be blank for a visit at home"},
	        {"date=2022-06-01|team=t1|place=moon|topic=vneid",
	                "place: expected one of home, one_stop, market, meeting, got \"moon\""},
	        {"date=2022-06-01|team=t1|place=market|topic=flying",
	                "topic: \"flying\" is not in the code list \"topic\""},
	        {"date=2022-06-01|team=t1|place=market|topic=;", "topic: must not be blank"},
	        {"date=2022-06-01|team=t1|place=market|topic= ", "topic: must not be blank"},
	        {"date=2022-06-01|team=t1|place=market|topic=vneid|member=a b",
	                "member: expected a code of letters, digits, dots, hyphens and "
	                "underscores, got \"a b\""},
	        {"date=2022-06-01|team=t1|place=market|topic=vneid|outcome="
	         "abcdefghijklmnopqrstuvwxyz0123456789",
	                "outcome: expected a code of at most 31 bytes, got "
	                "\"abcdefghijklmnopqrstuvwxyz0123456789\""},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(GN_KIND_VISIT, cases[i].typed, cases[i].said);
}

static void faults_of_other_kinds(void **state)
{
	(void)state;
	expect(GN_KIND_ACTIVATION, "date=2022-06-01|team=t1|scheme=vneid",
	        "citizen: citizen and household must not both be blank");
	expect(GN_KIND_ACTIVATION,
	        "date=2022-06-01|team=t1|scheme=vneid|household=3|birth_year=1990",
	        "birth_year: is kept with the citizen: give the citizen too");
	expect(GN_KIND_ACTIVATION, "date=2022-06-01|team=t1|scheme=vneid|citizen=x|state=maybe",
	        "state: expected one of registered, on, off, got \"maybe\"");
	expect(GN_KIND_LISTING, "date=2022-06-01|team=t1|product=p|platform=voso|state=registered",
	        "state: expected one of on, off, got \"registered\"");
	expect(GN_KIND_LISTING, "date=2022-06-01|team=t1|product=p|platform=amazon|ocop=perhaps",
	        "platform: \"amazon\" is not in the code list \"platform\"\n"
	        "ocop: expected one of yes, no, got \"perhaps\"");
	expect(GN_KIND_TRAINING,
	        "date=2022-06-01|team=t1|topic=vneid;portal|audience=dogs|participants=0",
	        "topic: expected one topic\naudience: expected one of member, citizen, got "
	        "\"dogs\"\n"
	        "participants: expected a number from 1 to 1000000, got \"0\"");
	expect(GN_KIND_ASSESSMENT, "date=2022-06-01|team=t1|topic=vneid|result=good|citizen=x",
	        "result: expected one of pass, fail, got \"good\"");
	expect(GN_KIND_TALLY, "date=2022-06-01|unit=xb|indicator=filing_online|numerator=1",
	        "unit: unit \"xb\" does not lie under this node's unit \"xa\"\n"
	        "denominator: must not be blank: \"filing_online\" is a ratio");
	expect(GN_KIND_TALLY, "date=2022-06-01|unit=zz|indicator=visit_count|numerator=-1",
	        "unit: unknown unit \"zz\"\nindicator: indicator \"visit_count\" is not fed by "
	        "tallies\n"
	        "numerator: expected a number from 0 to 1000000000000, got \"-1\"");
	expect(GN_KIND_TALLY, "unit=xa|indicator=none",
	        "indicator: unknown indicator \"none\"\n"
	        "date: must not be blank\nnumerator: must not be blank");
}

/* Neither in its own field nor where a shifted column put it. */
static void a_citizen_is_never_shown(void **state)
{
	(void)state;
	expect(GN_KIND_VISIT, VISIT "|citizen=0123456789012345678901234567890123456789012345",
	        "citizen: expected at most 45 bytes");
	expect(GN_KIND_VISIT, VISIT "|citizen=\xff\xfe", "citizen: not UTF-8 text");
	expect(GN_KIND_ACTIVATION,
	        "date=2022-06-01|team=t1|scheme=vneid|citizen=x|birth_year=022186000123",
	        "birth_year: expected a year from 1900 to 2022");
	expect(GN_KIND_VISIT,
	        "date=2022-06-01|team=t1|place=022 186 000 123|household=022186000123|topic=vneid",
	        "household: expected a number from 1 to 65535, got \"(a long number)\"\n"
	        "place: expected one of home, one_stop, market, meeting, got \"(a long number)\"");
}

/* What is not encrypted is no place for a citizen's number. */
static void a_citizen_stands_nowhere_in_the_clear(void **state)
{
	(void)state;
	expect(GN_KIND_VISIT, VISIT "|member=022186000123",
	        "member: this is a citizen's number; it belongs in citizen, where it is encrypted");
	expect(GN_KIND_VISIT, VISIT "|member=022-186.000123",
	        "member: this is a citizen's number; it belongs in citizen, where it is encrypted");
	expect(GN_KIND_TRAINING,
	        "date=2022-06-01|team=t1|topic=vneid|audience=citizen|participants=3|"
	        "title=Tập huấn 022186000123, tổ 1",
	        "title: this is a citizen's number; it belongs in citizen, where it is encrypted");
	expect(GN_KIND_LISTING, "date=2022-06-01|team=t1|product=8930000000012|platform=voso",
	        "2022-06-01,t1,8930000000012,voso,,,");
}

static void help_names_every_column(void **state)
{
	(void)state;
	for (const struct node_kind_columns *k = node_kinds; k->kind; k++) {
		char line[200];
		size_t at = (size_t)snprintf(line, sizeof(line), "  %-12s", gn_kind_name(k->kind));
		for (size_t i = 0; k->columns[i]; i++)
			at += (size_t)snprintf(line + at, sizeof(line) - at, "%s%s%s",
			        i == k->required ? "[" : "", i ? "," : "",
			        node_column_name(k->columns[i]));
		snprintf(line + at, sizeof(line) - at, "%s\n", k->columns[k->required] ? "]" : "");
		assert_non_null(strstr(node_columns_help, line));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_record_is_read_as_it_was_meant),
	        cmocka_unit_test(a_successor_writes_for_what_merged_into_it),
	        cmocka_unit_test(letters_beyond_ascii_are_normalised),
	        cmocka_unit_test(faults_of_one_field),
	        cmocka_unit_test(faults_of_other_kinds),
	        cmocka_unit_test(a_citizen_is_never_shown),
	        cmocka_unit_test(a_citizen_stands_nowhere_in_the_clear),
	        cmocka_unit_test(help_names_every_column),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
