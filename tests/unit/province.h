/* A made-up province for the property test of rates: units that merge, teams,
 * nodes, and entries of every kind, right and wrong, drawn from one seed. What is
 * counted of it is not decided here: the hub and the oracle each do, apart.
 */
#ifndef TEST_PROVINCE_H
#define TEST_PROVINCE_H

#include "core/registry.h"
#include "core/store.h"
#include "hub/fold.h"
#include "proto/clock.h"
#include "proto/entry.h"

#define P_CODE 24
#define P_UNITS 64
#define P_TEAMS 64
#define P_MEASURES 64
#define P_TARGETS 16
#define P_INDICATORS 80
#define P_NODES 16
#define P_EVENTS 600
#define P_NONE (-1)

struct p_unit { /* one dated row */
	char code[P_CODE], parent[P_CODE], merged_into[P_CODE];
	enum gn_level level;
	gn_day from, to; /* 0 and GN_DAY_OPEN for open ends */
};
struct p_team {
	char code[P_CODE], unit[P_CODE];
	bool enterprise;
	uint32_t members;
	gn_day from, to;
};
struct p_measure {
	char unit[P_CODE];
	const char *measure;
	gn_day date;
	uint64_t value;
};
struct p_target {
	const char *indicator;
	char unit[P_CODE];
	gn_day from, to;
	uint32_t percent;
};
struct p_node {
	uint8_t key[GN_KEY_SIZE], secret[64];
	char unit[P_CODE];
	bool enrolled, training, registrar, late; /* late: not in the first registry */
	uint64_t last; /* sequence; UINT64_MAX when not revoked */
	uint64_t ruled_from, ruled_clock; /* 0: no ruling */
	struct gn_tip tip;
	uint64_t clock;
	uint64_t session; /* sequence of the session entry in use */
	bool session_opens; /* for our hub */
	uint8_t session_key[GN_SESSION_KEY];
};
struct p_event { /* one entry */
	int node;
	uint64_t seq, clock;
	enum gn_quality quality;
	enum gn_kind kind;
	struct gn_record record; /* its texts live as long as the province; block is not set */
	int citizen; /* number; P_NONE */
	uint16_t birth;
	bool has_block, opens;
	int holder; /* event whose block is borrowed; P_NONE */
	bool borrows, holder_wrong; /* citizen_at is set; names another hash, or nothing */
	int target; /* event that is amended; P_NONE: one that is not there */
	bool target_wrong;
	struct gn_tip tip; /* after it */
	uint8_t *wire;
	size_t size;
};

struct province {
	uint64_t seed, random;
	struct p_unit units[P_UNITS];
	size_t unit_n;
	struct p_team teams[P_TEAMS];
	size_t team_n;
	struct p_measure measures[P_MEASURES];
	size_t measure_n;
	struct p_target targets[P_TARGETS];
	size_t target_n;
	const struct gn_indicator_text *indicators;
	size_t indicator_n;
	struct p_node nodes[P_NODES];
	size_t node_n;
	struct p_event events[P_EVENTS];
	size_t event_n;
	uint64_t now_ms; /* while it is drawn */
	bool rows_late; /* the first registry lacks teams and indicators, not nodes and rulings alone */
	char products[6][P_CODE], households[40][P_CODE];
	struct hub_keys keys;
};

/* Draws it all; the caller frees it. Ends the test when it can't. */
struct province *province_new(uint64_t seed);
void province_free(struct province **province);

uint64_t province_draw(struct province *province, uint64_t below);
bool province_chance(struct province *province, unsigned percent);

/* The registry that the hub is given; `first`: an earlier one that lacks some rows. */
struct gn_registry *province_registry(const struct province *province, bool first);

/* province_units.c, province_events.c: parts of province_new. */
void province_draw_units(struct province *province);
void province_draw_nodes(struct province *province);
void province_draw_events(struct province *province, size_t n);

#endif
