/* The one table by which records are read, written and named; for the record
 * files of this room alone.
 */
#ifndef GN_PROTO_RECORD_TABLE_H
#define GN_PROTO_RECORD_TABLE_H

#include "proto/record.h"

#define GN_IMPORT_SIZE 8

enum gn_shape { GN_SHAPE_TEXT, GN_SHAPE_NUMBER, GN_SHAPE_TOPICS, GN_SHAPE_CITIZEN };

struct gn_record_shape {
	const char *name;
	enum gn_shape type;
	uint32_t kinds; /* bit 1 << kind for each kind that has the field */
	uint64_t max; /* of a number */
};
extern const struct gn_record_shape gn_record_shapes[GN_F_COUNT];

void gn_record_set_number(struct gn_record *rec, enum gn_field field, uint64_t value);
uint64_t gn_record_number(const struct gn_record *rec, enum gn_field field);

#endif
