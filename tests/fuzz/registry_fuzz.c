/* Registry bodies from a stranger: nothing breaks, rows stay sorted, look-ups
 * find what is listed. */
#include <stdlib.h>

#include "core/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool good)
{
	if (!good)
		abort();
}

static void find_units(const struct gn_registry *r)
{
	size_t n;
	const struct gn_unit *rows = gn_registry_units(r, &n);
	for (size_t i = 0; i < n; i++) {
		struct gn_bytes code = gn_bytes_str(rows[i].code);
		uint64_t value;
		require(gn_registry_unit_any(r, code) != NULL);
		require(i == 0 || strcmp(rows[i - 1].code, rows[i].code) <= 0);
		if (rows[i].from <= rows[i].to) {
			require(gn_registry_unit(r, code, rows[i].from) != NULL);
			require(gn_registry_covers(r, code, code, rows[i].from));
		}
		(void)gn_registry_measure(r, code, "households", rows[i].from, &value);
		(void)gn_registry_target(r, "visit_household", code, rows[i].from);
		(void)gn_registry_covers(r, gn_bytes_str("22"), code, rows[i].from);
	}
}

static void find_others(const struct gn_registry *r)
{
	size_t n;
	const struct gn_team *teams = gn_registry_teams(r, &n);
	for (size_t i = 0; i < n; i++)
		require(gn_registry_team_any(r, gn_bytes_str(teams[i].code)) != NULL);
	struct gn_indicator *const *indicators = gn_registry_indicators(r, &n);
	for (size_t i = 0; i < n; i++)
		require(gn_registry_indicator(r, indicators[i]->code) == indicators[i]);
	const struct gn_enrolment *nodes = gn_registry_enrolments(r, &n);
	for (size_t i = 0; i < n; i++) {
		require(gn_registry_node(r, nodes[i].node) == &nodes[i]);
		require(gn_registry_transport(r, nodes[i].transport) != NULL);
		(void)gn_registry_clock_bound(r, nodes[i].node, i);
	}
}

/* The input is a run of bodies, each after its length in two bytes. */
static void apply_all(struct gn_registry *r, const uint8_t *data, size_t size)
{
	for (uint64_t seq = 1; size >= 2; seq++) {
		size_t length = gn_get_be16(data);
		data += 2;
		size -= 2;
		length = length < size ? length : size;
		enum gn_err err = gn_registry_apply(r, seq, gn_bytes(data, length));
		require(err == GN_OK || err == GN_E_FORMAT);
		data += length;
		size -= length;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gn_registry *r = gn_registry_new();
	require(r != NULL);
	apply_all(r, data, size);
	find_units(r);
	find_others(r);
	gn_registry_free(&r);
	return 0;
}
