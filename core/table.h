/* A list for people and programs: aligned table, CSV or JSON of one content.
 *
 * JSON is one object: the facts, then "rows"; keys are the headings.
 */
#ifndef GN_CORE_TABLE_H
#define GN_CORE_TABLE_H

#include "proto/base.h"
#include <stdio.h>
#include <jansson.h>

enum gn_format { GN_FORMAT_TABLE, GN_FORMAT_CSV, GN_FORMAT_JSON };
/* GN_E_USAGE for another word. */
enum gn_err gn_format_parse(const char *text, enum gn_format *ret_format) GN_MUST_USE;

struct gn_out; /* rows gathered in memory */

/* `headings`: names in snake_case, NULL-terminated, borrowed for its life. */
struct gn_out *gn_out_new(const char *const *headings);
void gn_out_free(struct gn_out **out);

/* Facts about the answer, in order; JSON's first keys, lines above the table,
 * not in CSV. Texts are copied. */
void gn_out_fact_text(struct gn_out *out, const char *name, const char *value); /* NULL: null */
void gn_out_fact_int(struct gn_out *out, const char *name, int64_t value);
void gn_out_fact_null(struct gn_out *out, const char *name);

/* One cell after the other; the row is whole with its last cell. */
void gn_out_text(struct gn_out *out, const char *value); /* NULL: null; copied */
void gn_out_int(struct gn_out *out, int64_t value);
void gn_out_hundredths(struct gn_out *out, int64_t value); /* 1046 is 10.46 */
void gn_out_bool(struct gn_out *out, bool value); /* yes, no; true, false in JSON */
void gn_out_null(struct gn_out *out); /* "-" in a table, empty in CSV */

/* A table leaves out columns (but the last) that no row has a value in; CSV and
 * JSON have them all the same. */
void gn_out_compact(struct gn_out *out);
size_t gn_out_rows(const struct gn_out *out);
/* Writes it whole. GN_E_SYSTEM, GN_E_NOMEM. */
enum gn_err gn_out_write(const struct gn_out *out, enum gn_format format, FILE *file) GN_MUST_USE;
/* The caller owns it (json_decref); NULL: no memory. To be dumped with GN_JSON_FLAGS. */
json_t *gn_out_json(const struct gn_out *out);
/* Prints hundredths as people write them (73.02, where a double's 17 digits
 * would give 73.019999999999996), keys in their order. */
#define GN_JSON_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(15))

#endif
