/* Bodies from a stranger: what is accepted reads as the generated code reads it,
 * and what is packed from it reads the same again. */
#include <stdint.h>
#include <stdlib.h>

#include "tests/unit/proto_same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool good)
{
	if (!good)
		abort();
}

/* Fields of newer writers are lost in packing, so it is what was known that must
 * come back. */
static void packs_and_reads_back(const struct gn_body *body)
{
	uint8_t once[2 * GN_ENTRY_MAX], twice[2 * GN_ENTRY_MAX];
	struct gn_body back;
	size_t size_once, size_twice;

	if (gn_body_pack(body, once, sizeof(once), &size_once))
		return; /* another kind, or a correction to one */
	require(gn_body_parse(gn_bytes(once, size_once), &back) == GN_OK);
	require(back.kind == body->kind && back.record.kind == body->record.kind);
	require(gn_body_pack(&back, twice, sizeof(twice), &size_twice) == GN_OK);
	require(gn_bytes_eq(gn_bytes(once, size_once), gn_bytes(twice, size_twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gn_body body;

	if (size > GN_ENTRY_MAX || gn_body_parse(gn_bytes(data, size), &body))
		return 0;
	require(same_as_generated(gn_bytes(data, size), &body));
	packs_and_reads_back(&body);
	return 0;
}
