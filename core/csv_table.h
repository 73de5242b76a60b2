/* Private to the CSV files: a table as it lies in memory. */
#ifndef GN_CORE_CSV_TABLE_H
#define GN_CORE_CSV_TABLE_H

#include "core/csv.h"

struct gn_csv {
	char *name;
	uint8_t *text; /* the file */
	size_t text_size;
	uint8_t *cells; /* contents of all cells, one after the other */
	uint32_t *ends; /* per cell: where it ends in cells; the header's come first */
	size_t cell_n, cell_cap;
	uint32_t *lines; /* per row */
	size_t row_n, row_cap;
	size_t column_n;
	char *columns[GN_CSV_MAX_COLUMNS];
};

static inline struct gn_bytes gn_csv_at(const struct gn_csv *csv, size_t cell)
{
	size_t start = cell ? csv->ends[cell - 1] : 0;
	return gn_bytes(csv->cells + start, csv->ends[cell] - start);
}

/* The byte order mark that some programs begin UTF-8 with. */
static inline bool gn_csv_has_bom(struct gn_bytes text)
{
	return text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0;
}

/* Fills cells, rows and columns from the text. GN_E_INPUT with the faults in
 * `report`, GN_E_NOMEM; what was filled is freed by gn_csv_free in any case. */
enum gn_err gn_csv_read(struct gn_csv *csv, struct gn_report *report) GN_MUST_USE;

#endif
