/* What the two halves of vectors_make share. */
#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H

#include <jansson.h>
#include <sodium.h>

#include "proto/entry.h"
#include "proto/record.h"

json_t *vector_hex(const void *data, size_t size);
/* Ends the program when a vector does not come out as stated. */
void vector_expect(bool good, const char *name);
/* A body and, unless it must be refused, what it says. */
json_t *vector_body(const char *name, struct gn_bytes packed, enum gn_err err);

json_t *vector_chains(void);
json_t *vector_bodies(void);

#endif
