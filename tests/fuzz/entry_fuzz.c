/* Entries from a stranger: whatever parses has one packed form, and neither the
 * header nor the chain reads past the end. */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>

#include "proto/entry.h"
#include "proto/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool good)
{
	if (!good)
		abort();
}

/* [E-3] */
static void packs_the_same(struct gn_bytes in, const struct gn_entry *e)
{
	uint8_t buf[GN_ENTRY_MAX];
	struct gn_wire_writer w = {buf, sizeof(buf), 0};

	gn_wire_put_bytes(&w, 1, e->header);
	if (e->body.size)
		gn_wire_put_bytes(&w, 2, e->body);
	gn_wire_put_bytes(&w, 3, gn_bytes(e->signature, GN_SIG_SIZE));
	if (e->body_hash)
		gn_wire_put_bytes(&w, 4, gn_bytes(e->body_hash, GN_HASH_SIZE));
	require(gn_bytes_eq(in, gn_bytes(buf, w.size)));
}

/* [E-7] A body taken away changes no hash. */
static void strips_alike(const uint8_t *origin, const struct gn_tip *before,
        const struct gn_tip *after, const struct gn_entry *e)
{
	uint8_t buf[GN_ENTRY_MAX + GN_HASH_SIZE + 2];
	struct gn_entry stripped;
	struct gn_tip tip = *before;
	size_t size;

	if (gn_entry_strip(e, buf, sizeof(buf), &size))
		return; /* the hash is longer than the body was */
	require(gn_entry_parse(gn_bytes(buf, size), &stripped) == GN_OK);
	require(gn_chain_step(origin, &tip, &stripped) == GN_OK);
	require(memcmp(&tip, after, sizeof(tip)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t origin[GN_KEY_SIZE] = {1};
	struct gn_header header;
	struct gn_tip tip, before;
	struct gn_entry e;

	if (gn_entry_parse(gn_bytes(data, size), &e) || gn_header_parse(e.header, &header))
		return 0;
	packs_the_same(gn_bytes(data, size), &e);
	gn_tip_start(origin, &tip);
	tip.seq = header.seq - 1;
	before = tip;
	require(gn_chain_step(origin, &tip, &e) == (header.seq ? GN_OK : GN_E_ORDER));
	if (header.seq)
		strips_alike(origin, &before, &tip, &e);
	return 0;
}
