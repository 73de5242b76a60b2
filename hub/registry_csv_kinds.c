/* The registry's files as a table: which columns a file of a kind has and which
 * field of which message each of them is. */
#include "hub/registry_csv_rows.h"

#define KEY .key = true, .needed = true
#define AT(type, field) .offset = offsetof(type, field)

const struct hub_file_kind hub_file_kinds[HUB_FILE_COUNT] = {
        [HUB_FILE_UNITS] = {"units", GONHA__ITEM__ITEM_UNIT, &gonha__unit__descriptor,
                {{"code", HUB_CELL_CODE, AT(Gonha__Unit, code), KEY},
                        {"parent", HUB_CELL_CODE, AT(Gonha__Unit, parent)},
                        {"level", HUB_CELL_LEVEL, AT(Gonha__Unit, level), .needed = true},
                        {"name", HUB_CELL_TEXT, AT(Gonha__Unit, name), .needed = true},
                        {"valid_from", HUB_CELL_DAY, AT(Gonha__Unit, valid_from), .key = true,
                                .optional = true},
                        {"valid_to", HUB_CELL_DAY, AT(Gonha__Unit, valid_to), .optional = true},
                        {"merged_into", HUB_CELL_CODE, AT(Gonha__Unit, merged_into),
                                .optional = true}}},
        [HUB_FILE_TEAMS] = {"teams", GONHA__ITEM__ITEM_TEAM, &gonha__team__descriptor,
                {{"code", HUB_CELL_CODE, AT(Gonha__Team, code), KEY},
                        {"unit", HUB_CELL_CODE, AT(Gonha__Team, unit), .needed = true},
                        {"kind", HUB_CELL_KIND, AT(Gonha__Team, kind), .needed = true},
                        {"name", HUB_CELL_TEXT, AT(Gonha__Team, name), .needed = true},
                        {"members", HUB_CELL_MEMBERS, AT(Gonha__Team, members), .needed = true},
                        {"valid_from", HUB_CELL_DAY, AT(Gonha__Team, valid_from), .key = true,
                                .optional = true},
                        {"valid_to", HUB_CELL_DAY, AT(Gonha__Team, valid_to), .optional = true}}},
        [HUB_FILE_MEASURES] = {"measures", GONHA__ITEM__ITEM_MEASURE, &gonha__measure__descriptor,
                {{"unit", HUB_CELL_CODE, AT(Gonha__Measure, unit), KEY},
                        {"measure", HUB_CELL_CODE, AT(Gonha__Measure, measure), KEY},
                        {"date", HUB_CELL_DAY, AT(Gonha__Measure, date), KEY},
                        {"value", HUB_CELL_NUMBER, AT(Gonha__Measure, value), .needed = true}}},
        [HUB_FILE_CODES] = {"codes", GONHA__ITEM__ITEM_CODE, &gonha__code__descriptor,
                {{"list", HUB_CELL_LIST, AT(Gonha__Code, list), KEY},
                        {"code", HUB_CELL_CODE, AT(Gonha__Code, code), KEY},
                        {"name_vi", HUB_CELL_TEXT, AT(Gonha__Code, name_vi)},
                        {"name_en", HUB_CELL_TEXT, AT(Gonha__Code, name_en)}}},
        [HUB_FILE_INDICATORS] = {"indicators", GONHA__ITEM__ITEM_INDICATOR,
                &gonha__indicator__descriptor,
                {{"code", HUB_CELL_CODE, AT(Gonha__Indicator, code), KEY},
                        {"kind", HUB_CELL_TEXT, AT(Gonha__Indicator, kind), .needed = true},
                        {"source", HUB_CELL_TEXT, AT(Gonha__Indicator, source)},
                        {"filter", HUB_CELL_TEXT, AT(Gonha__Indicator, filter)},
                        {"subject", HUB_CELL_TEXT, AT(Gonha__Indicator, subject)},
                        {"denominator", HUB_CELL_TEXT, AT(Gonha__Indicator, denominator)},
                        {"name_vi", HUB_CELL_TEXT, AT(Gonha__Indicator, name_vi)},
                        {"name_en", HUB_CELL_TEXT, AT(Gonha__Indicator, name_en)}}},
        [HUB_FILE_CAMPAIGNS] = {"campaigns", GONHA__ITEM__ITEM_CAMPAIGN,
                &gonha__campaign__descriptor,
                {{"code", HUB_CELL_CODE, AT(Gonha__Campaign, code), KEY},
                        {"from", HUB_CELL_DAY, AT(Gonha__Campaign, from), .needed = true},
                        {"to", HUB_CELL_DAY, AT(Gonha__Campaign, to), .needed = true},
                        {"name_vi", HUB_CELL_TEXT, AT(Gonha__Campaign, name_vi)},
                        {"name_en", HUB_CELL_TEXT, AT(Gonha__Campaign, name_en)}}},
        [HUB_FILE_TARGETS] = {"targets", GONHA__ITEM__ITEM_TARGET, &gonha__target__descriptor,
                {{"indicator", HUB_CELL_CODE, AT(Gonha__Target, indicator), KEY},
                        {"unit", HUB_CELL_CODE, AT(Gonha__Target, unit), KEY},
                        {"from", HUB_CELL_DAY, AT(Gonha__Target, from), .key = true},
                        {"to", HUB_CELL_DAY, AT(Gonha__Target, to)},
                        {"percent", HUB_CELL_PERCENT, AT(Gonha__Target, percent), .needed = true},
                        {"owner", HUB_CELL_TEXT, AT(Gonha__Target, owner)}}},
        [HUB_FILE_NODES] = {"nodes", GONHA__ITEM__ITEM_LINK, &gonha__link__descriptor,
                {{"unit", HUB_CELL_CODE, AT(Gonha__Link, unit), KEY},
                        {"endpoint", HUB_CELL_TEXT, AT(Gonha__Link, endpoint)},
                        {"neighbours", HUB_CELL_CODES, AT(Gonha__Link, neighbours),
                                .n_offset = offsetof(Gonha__Link, n_neighbours)}}},
};

size_t hub_file_columns(const struct hub_file_kind *kind)
{
	size_t n = 0;
	while (n < HUB_COLUMNS_MAX && kind->columns[n].name)
		n++;
	return n;
}
