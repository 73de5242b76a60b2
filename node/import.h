/* Files of records: checked whole, stored in groups, each at most once.
 *
 * An import is known by 8 bytes of its file's digest and of how often it was
 * imported again. How many of its rows are stored stands in the same commit as
 * those rows, so an import that was cut short goes on where it stopped.
 */
#ifndef NODE_IMPORT_H
#define NODE_IMPORT_H

#include "core/csv.h"
#include "node/author.h"

#define NODE_IMPORT_ID 8
#define NODE_IMPORT_GROUP 10000u /* rows of one commit */

struct node_import { /* a row of NODE_T_IMPORT */
	uint8_t id[NODE_IMPORT_ID];
	uint8_t origin[GN_KEY_SIZE]; /* whose log holds it */
	enum gn_kind kind;
	uint32_t rows, stored;
	uint64_t first, last; /* sequences; entries of others may stand between */
	bool taken_back; /* void --import has begun on it */
};

enum gn_err node_import_get(struct gn_txn *txn, const uint8_t id[NODE_IMPORT_ID],
        struct node_import *ret_import) GN_MUST_USE;
void node_import_put(struct gn_txn *txn, const struct node_import *import);
/* The newest import of these bytes. GN_E_NOTFOUND: there is none, and
 * ret_import->id is the one that it would have. With `again`, the one after it. */
enum gn_err node_import_find(struct gn_txn *txn, struct gn_bytes text, bool again,
        struct node_import *ret_import) GN_MUST_USE;

struct node_sheet { /* a file that holds records of one kind */
	struct gn_csv *csv;
	enum gn_kind kind;
	int column[GN_CSV_MAX_COLUMNS]; /* of each cell in a row */
	struct node_import import;
	bool known; /* some or all of it was stored before */
	uint32_t stored_before;
};
/* Reads the file and tells its kind by the header. GN_E_INPUT; as gn_csv_load. */
enum gn_err node_sheet_open(
        const char *path, struct gn_report *report, struct node_sheet *ret_sheet) GN_MUST_USE;
void node_sheet_close(struct node_sheet *sheet);
/* Looks up what of it is stored already. */
enum gn_err node_sheet_find(struct node *node, struct node_sheet *sheet, bool again) GN_MUST_USE;
/* Checks every row that is not stored yet; stores nothing. GN_E_INPUT. */
enum gn_err node_sheet_check(const struct node_sheet *sheet, const struct node_ground *ground,
        struct gn_report *report) GN_MUST_USE;
/* Stores the next group of rows in one commit; when it returns GN_OK, those are
 * on disk and sheet->import says how many. *ret_why as node_author_begin's. */
enum gn_err node_sheet_store(struct node *node, struct node_sheet *sheet, struct gn_report *report,
        const char **ret_why) GN_MUST_USE;

#endif
