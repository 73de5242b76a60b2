/* Which columns each kind of record has, in the interface's order. */
#include "node/form.h"

const struct node_kind_columns node_kinds[] = {
        {GN_KIND_VISIT, "visits",
                {GN_F_DATE, GN_F_TEAM, GN_F_PLACE, GN_F_HOUSEHOLD, GN_F_TOPIC, GN_F_CITIZEN,
                        GN_F_MEMBER, GN_F_OUTCOME},
                5},
        {GN_KIND_ACTIVATION, "activations",
                {GN_F_DATE, GN_F_TEAM, GN_F_SCHEME, GN_F_CITIZEN, GN_F_HOUSEHOLD, GN_F_STATE,
                        NODE_COL_BIRTH_YEAR, GN_F_MEMBER},
                4},
        {GN_KIND_TRAINING, "trainings",
                {GN_F_DATE, GN_F_TEAM, GN_F_TOPIC, GN_F_AUDIENCE, GN_F_PARTICIPANTS, GN_F_TITLE},
                5},
        {GN_KIND_LISTING, "listings",
                {GN_F_DATE, GN_F_TEAM, GN_F_PRODUCT, GN_F_PLATFORM, GN_F_HOUSEHOLD, GN_F_OCOP,
                        GN_F_STATE},
                4},
        {GN_KIND_ASSESSMENT, "assessments",
                {GN_F_DATE, GN_F_TEAM, GN_F_TOPIC, GN_F_RESULT, GN_F_CITIZEN, GN_F_HOUSEHOLD,
                        NODE_COL_BIRTH_YEAR, GN_F_MEMBER},
                5},
        {GN_KIND_TALLY, "tallies",
                {GN_F_DATE, GN_F_UNIT, GN_F_INDICATOR, GN_F_NUMERATOR, GN_F_DENOMINATOR}, 5},
        {GN_KIND_NONE, NULL, {0}, 0},
};

const char node_columns_help[] =
        "Columns (those in brackets may be left out):\n"
        "  visit       date,team,place,household,topic[,citizen,member,outcome]\n"
        "  activation  date,team,scheme,citizen[,household,state,birth_year,member]\n"
        "  training    date,team,topic,audience,participants[,title]\n"
        "  listing     date,team,product,platform[,household,ocop,state]\n"
        "  assessment  date,team,topic,result,citizen[,household,birth_year,member]\n"
        "  tally       date,unit,indicator,numerator,denominator\n"
        "\n"
        "date        2022-06-01 or 01/06/2022, from 2020-01-01 to tomorrow\n"
        "team        in force that day, of this node's unit or an enterprise team\n"
        "household   1 to 65535 in the team's village, or VILLAGE/NUMBER where the team\n"
        "            serves more than one; needed for a visit at home\n"
        "citizen     a number of 12 digits or any text of at most 45 bytes; kept so that\n"
        "            only the hub can read it; an activation or assessment needs a citizen\n"
        "            or a household\n"
        "birth_year  1900 or later; sealed with the citizen, so give both together\n"
        "place       home, one_stop, market, meeting, or a code of the list \"place\"\n"
        "topic       several of a visit are joined by ;\n"
        "state       registered, on (default) or off; of a listing on (default) or off\n"
        "audience    member or citizen\n"
        "result      pass or fail\n"
        "ocop        yes or no\n"
        "title       at most 200 bytes; every relay can read it, so name nobody\n"
        "topic, scheme, platform, outcome: codes of the registry's list of that name; a\n"
        "list without codes takes any. member, product: any code of letters, digits, dots,\n"
        "hyphens and underscores, at most 31 bytes.";

const struct node_kind_columns *node_kind_columns(enum gn_kind kind)
{
	for (const struct node_kind_columns *k = node_kinds; k->kind; k++)
		if (k->kind == kind)
			return k;
	return NULL;
}

const char *node_column_name(int column)
{
	if (column == NODE_COL_BIRTH_YEAR)
		return "birth_year";
	if (column <= 0 || column >= GN_F_COUNT || column == GN_F_VILLAGE)
		return NULL;
	return gn_field_name((enum gn_field)column);
}

int node_column_named(const char *name)
{
	for (int column = 1; column < NODE_COLS; column++) {
		const char *own = node_column_name(column);
		if (own && strcmp(own, name) == 0)
			return column;
	}
	return 0;
}

bool node_kind_takes(enum gn_kind kind, int column)
{
	const struct node_kind_columns *k = node_kind_columns(kind);
	for (size_t i = 0; k && k->columns[i]; i++)
		if (k->columns[i] == column)
			return true;
	return false;
}
