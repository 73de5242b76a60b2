/* CSV as people make it, read strictly: RFC 4180 quotes, comma or semicolon,
 * LF or CRLF, UTF-8 with or without BOM, header names in any order.
 *
 * The file is held whole in memory; cells are borrowed from the table.
 */
#ifndef GN_CORE_CSV_H
#define GN_CORE_CSV_H

#include "core/report.h"

#define GN_CSV_MAX_BYTES (512u << 20)
#define GN_CSV_MAX_COLUMNS 32

struct gn_csv;

/* Reads and checks the shape: UTF-8, quotes, one header line without repeats,
 * every row as wide as the header, at least the header line ("empty file"
 * otherwise). `name` stands in messages. All faults go to `report`; GN_E_INPUT
 * then. GN_E_NOTFOUND, GN_E_SYSTEM, GN_E_SIZE, GN_E_NOMEM. Caller owns *ret_csv. */
enum gn_err gn_csv_load(const char *path, const char *name, struct gn_report *report,
        struct gn_csv **ret_csv) GN_MUST_USE;
enum gn_err gn_csv_parse(struct gn_bytes text, const char *name, struct gn_report *report,
        struct gn_csv **ret_csv) GN_MUST_USE;
void gn_csv_free(struct gn_csv **csv);

const char *gn_csv_name(const struct gn_csv *csv);
struct gn_bytes gn_csv_text(const struct gn_csv *csv); /* the whole file, for its digest */
size_t gn_csv_columns(const struct gn_csv *csv);
const char *gn_csv_column(const struct gn_csv *csv, size_t column);
/* -1 when there is none. */
int gn_csv_find(const struct gn_csv *csv, const char *column);
size_t gn_csv_rows(const struct gn_csv *csv); /* without the header and blank lines */
size_t gn_csv_line(const struct gn_csv *csv, size_t row); /* line in the file, from 1 */
/* Trimmed of blanks; size 0 for an empty cell. */
struct gn_bytes gn_csv_cell(const struct gn_csv *csv, size_t row, size_t column);

/* One field, quoted when it must be; for writers. */
#include <stdio.h>
void gn_csv_put(FILE *out, struct gn_bytes field, bool first);

#endif
