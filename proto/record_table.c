/* What record kinds and fields there are. A new field is one line here, one in
 * record.proto and one in enum gn_field.
 */
#include "proto/record_table.h"

#define V (1u << GN_KIND_VISIT)
#define A (1u << GN_KIND_ACTIVATION)
#define T (1u << GN_KIND_TRAINING)
#define L (1u << GN_KIND_LISTING)
#define S (1u << GN_KIND_ASSESSMENT)
#define Y (1u << GN_KIND_TALLY)

/* [E-11] */
const struct gn_record_shape gn_record_shapes[GN_F_COUNT] = {
        [GN_F_DATE] = {"date", GN_SHAPE_NUMBER, V | A | T | L | S | Y, UINT32_MAX},
        [GN_F_TEAM] = {"team", GN_SHAPE_TEXT, V | A | T | L | S, 0},
        [GN_F_HOUSEHOLD] = {"household", GN_SHAPE_NUMBER, V | A | L | S, UINT16_MAX},
        [GN_F_VILLAGE] = {"village", GN_SHAPE_TEXT, V | A | L | S, 0},
        [GN_F_MEMBER] = {"member", GN_SHAPE_TEXT, V | A | S, 0},
        [GN_F_CITIZEN] = {"citizen", GN_SHAPE_CITIZEN, V | A | S, 0},
        [GN_F_TOPIC] = {"topic", GN_SHAPE_TOPICS, V | T | S, 0},
        [GN_F_PLACE] = {"place", GN_SHAPE_TEXT, V, 0},
        [GN_F_OUTCOME] = {"outcome", GN_SHAPE_TEXT, V, 0},
        [GN_F_SCHEME] = {"scheme", GN_SHAPE_TEXT, A, 0},
        [GN_F_STATE] = {"state", GN_SHAPE_TEXT, A | L, 0},
        [GN_F_AUDIENCE] = {"audience", GN_SHAPE_TEXT, T, 0},
        [GN_F_PARTICIPANTS] = {"participants", GN_SHAPE_NUMBER, T, UINT64_MAX},
        [GN_F_TITLE] = {"title", GN_SHAPE_TEXT, T, 0},
        [GN_F_PRODUCT] = {"product", GN_SHAPE_TEXT, L, 0},
        [GN_F_PLATFORM] = {"platform", GN_SHAPE_TEXT, L, 0},
        [GN_F_OCOP] = {"ocop", GN_SHAPE_TEXT, L, 0},
        [GN_F_RESULT] = {"result", GN_SHAPE_TEXT, S, 0},
        [GN_F_UNIT] = {"unit", GN_SHAPE_TEXT, Y, 0},
        [GN_F_INDICATOR] = {"indicator", GN_SHAPE_TEXT, Y, 0},
        [GN_F_NUMERATOR] = {"numerator", GN_SHAPE_NUMBER, Y, UINT64_MAX},
        [GN_F_DENOMINATOR] = {"denominator", GN_SHAPE_NUMBER, Y, UINT64_MAX},
};

static const char *const kind_names[] = {
        [GN_KIND_VISIT] = "visit",
        [GN_KIND_ACTIVATION] = "activation",
        [GN_KIND_TRAINING] = "training",
        [GN_KIND_LISTING] = "listing",
        [GN_KIND_ASSESSMENT] = "assessment",
        [GN_KIND_TALLY] = "tally",
        [GN_KIND_CORRECTION] = "correction",
        [GN_KIND_VOID] = "void",
        [GN_KIND_ERASE] = "erase",
        [GN_KIND_SESSION] = "session",
        [GN_KIND_REGISTRY] = "registry",
        [GN_KIND_ROOT] = "root",
};

const char *gn_kind_name(enum gn_kind kind)
{
	return (size_t)kind <= GN_KIND_ROOT ? kind_names[kind] : NULL;
}

enum gn_kind gn_kind_named(const char *name)
{
	unsigned kind;

	for (kind = GN_KIND_VISIT; kind <= GN_KIND_ROOT; kind++)
		if (strcmp(kind_names[kind], name) == 0)
			return (enum gn_kind)kind;
	return GN_KIND_NONE;
}

bool gn_kind_is_record(enum gn_kind kind)
{
	return kind >= GN_KIND_VISIT && kind <= GN_KIND_TALLY;
}

const char *gn_field_name(enum gn_field field)
{
	return (size_t)field < GN_F_COUNT ? gn_record_shapes[field].name : NULL;
}

enum gn_field gn_field_named(const char *name)
{
	unsigned field;

	for (field = GN_F_DATE; field < GN_F_COUNT; field++)
		if (strcmp(gn_record_shapes[field].name, name) == 0)
			return (enum gn_field)field;
	return (enum gn_field)0;
}

bool gn_kind_has(enum gn_kind kind, enum gn_field field)
{
	return (size_t)field < GN_F_COUNT && (size_t)kind <= GN_KIND_ROOT &&
	       (gn_record_shapes[field].kinds >> kind & 1);
}

void gn_record_set_number(struct gn_record *rec, enum gn_field field, uint64_t value)
{
	if (field == GN_F_DATE)
		rec->date = (uint32_t)value;
	else if (field == GN_F_HOUSEHOLD)
		rec->household = (uint32_t)value;
	else if (field == GN_F_PARTICIPANTS)
		rec->participants = value;
	else if (field == GN_F_NUMERATOR)
		rec->numerator = value;
	else if (field == GN_F_DENOMINATOR)
		rec->denominator = value;
	rec->has_denominator |= field == GN_F_DENOMINATOR;
}

uint64_t gn_record_number(const struct gn_record *rec, enum gn_field field)
{
	if (field == GN_F_DATE)
		return rec->date;
	if (field == GN_F_HOUSEHOLD)
		return rec->household;
	if (field == GN_F_PARTICIPANTS)
		return rec->participants;
	return field == GN_F_NUMERATOR ? rec->numerator : rec->denominator;
}
