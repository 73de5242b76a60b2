/* From what a person typed (CSV cells, FIELD=VALUE) to a record, and back.
 *
 * A column is named by its enum gn_field; birth_year, which a record keeps
 * within the citizen's block alone, has the number after them.
 */
#ifndef NODE_FORM_H
#define NODE_FORM_H

#include "core/registry.h"
#include "core/report.h"
#include "proto/citizen.h"
#include "proto/record.h"

#define NODE_COL_BIRTH_YEAR GN_F_COUNT
#define NODE_COLS (GN_F_COUNT + 1)
#define NODE_COL_BIT(column) (1u << (column))
#define NODE_TEXT_MAX 200 /* bytes of a free text */
#define NODE_SCRATCH 2048

struct node_kind_columns { /* ends with kind GN_KIND_NONE */
	enum gn_kind kind;
	const char *plural; /* "visits" */
	uint8_t columns[NODE_COLS]; /* in the interface's order; ends with 0 */
	size_t required; /* the first so many must stand in a file's header */
};
extern const struct node_kind_columns node_kinds[];
/* All of it for people, with what each column takes; lines. */
extern const char node_columns_help[];
/* NULL for none of the six kinds. */
const struct node_kind_columns *node_kind_columns(enum gn_kind kind);
/* "date", ..., "birth_year"; NULL for no column. */
const char *node_column_name(int column);
/* 0 when there is none of that name. */
int node_column_named(const char *name);
bool node_kind_takes(enum gn_kind kind, int column);

struct node_form { /* one record as typed; cells are borrowed */
	enum gn_kind kind;
	struct gn_bytes cell[NODE_COLS]; /* size 0: blank */
	bool keeps_citizen; /* a correction that leaves its citizen as it is */
	const char *file; /* for messages; NULL: the command line */
	size_t line;
};

struct node_ground { /* what a record is checked against; borrowed */
	const struct gn_registry *registry;
	const char *unit; /* the node's own */
	gn_day last; /* the last day that a record may bear */
};

struct node_filled { /* slices lead into the form's cells and into scratch: do not copy */
	struct gn_record record; /* without block, session and citizen_at */
	struct gn_citizen citizen;
	bool has_citizen;
	uint8_t scratch[NODE_SCRATCH];
	size_t scratch_used;
};

/* Checks every field; each fault is a line of `report` and never shows who a
 * record is about. GN_E_INPUT. The cells must outlive *ret_filled. */
enum gn_err node_form_fill(const struct node_form *form, const struct node_ground *ground,
        struct gn_report *report, struct node_filled *ret_filled) GN_MUST_USE;

/* The text of one column of a record, as it would be typed; the citizen's
 * columns are blank. Borrowed from the record or written to `buf`. */
#define NODE_CELL_MAX 1024
struct gn_bytes node_form_cell(const struct gn_record *record, int column, char buf[NODE_CELL_MAX]);

#endif
