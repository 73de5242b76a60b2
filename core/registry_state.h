/* Private to the registry's files: what it holds. */
#ifndef GN_CORE_REGISTRY_STATE_H
#define GN_CORE_REGISTRY_STATE_H

#include "core/registry.h"
#include "core/rows.h"
#include "core/symbols.h"
#include "proto/arena.h"

struct Gonha__Item;

struct gn_revocation {
	uint8_t node[GN_KEY_SIZE], hash[GN_HASH_SIZE];
	uint64_t last;
};
struct gn_fork_ruling {
	uint8_t node[GN_KEY_SIZE], hash[GN_HASH_SIZE];
	uint64_t seq;
};
struct gn_clock_ruling {
	uint8_t node[GN_KEY_SIZE];
	uint64_t seq, clock;
};
struct gn_hub_key { /* from the root's log */
	uint8_t hub[GN_KEY_SIZE], seal[GN_KEY_SIZE];
};
struct gn_hub_address { /* from the registrar's */
	uint8_t hub[GN_KEY_SIZE], transport[GN_KEY_SIZE];
	char *endpoints;
};

enum gn_registry_rows {
	GN_ROWS_UNIT,
	GN_ROWS_TEAM,
	GN_ROWS_MEASURE,
	GN_ROWS_CODE,
	GN_ROWS_INDICATOR,
	GN_ROWS_CAMPAIGN,
	GN_ROWS_TARGET,
	GN_ROWS_LINK,
	GN_ROWS_ENROLMENT,
	GN_ROWS_INVITATION,
	GN_ROWS_REVOCATION,
	GN_ROWS_FORK,
	GN_ROWS_CLOCK,
	GN_ROWS_HUB_KEY,
	GN_ROWS_HUB_ADDRESS,
	GN_ROWS_COUNT
};

struct gn_registry {
	struct gn_rows rows[GN_ROWS_COUNT]; /* each as its public or private struct; an indicator
	                                       as a pointer */
	struct gn_symbols symbols; /* codes of all rows, and their texts */
	uint32_t *siblings; /* per unit row: the next row of the same parent */
	struct gn_hub *hubs; /* joined from keys and addresses */
	size_t hub_n;
	uint32_t *transports; /* enrolments by transport key */
	bool places_stale, nodes_stale; /* a merge came, what is derived from it failed */
	uint64_t version;
	size_t odd;
	bool has_registrar;
	uint8_t registrar[GN_KEY_SIZE];
	char *province_name;
	struct gn_arena arena; /* for unpacking */
};

/* Puts one item in; it waits. An item that can't be used is counted as odd. */
enum gn_err gn_registry_put(
        struct gn_registry *registry, uint64_t seq, const struct Gonha__Item *item) GN_MUST_USE;
/* Makes what waits stand, and all that is derived from it. GN_E_NOMEM. */
enum gn_err gn_registry_merge(struct gn_registry *registry) GN_MUST_USE;

#endif
