/* The registry in memory: what the root's and the registrar's logs say, up to
 * the last whole change. A pure function of those entries; both programs build
 * it when they open and feed it what arrives.
 *
 * All pointers given out are borrowed until the next gn_registry_apply or free.
 */
#ifndef GN_CORE_REGISTRY_H
#define GN_CORE_REGISTRY_H

#include "core/day.h"
#include "core/indicator.h"
#include "proto/citizen.h"

enum gn_level {
	GN_LEVEL_PROVINCE,
	GN_LEVEL_DISTRICT,
	GN_LEVEL_COMMUNE,
	GN_LEVEL_VILLAGE,
	GN_LEVEL_TEAM
};
#define GN_CODE_MAX 31 /* bytes of any code */

struct gn_unit { /* one dated row */
	char *code, *parent, *name, *merged_into; /* "" for none */
	enum gn_level level;
	gn_day from, to; /* inclusive; 0 and GN_DAY_OPEN for open ends */
	uint64_t hash; /* gn_code_hash of the code */
};
struct gn_team {
	char *code, *unit, *name;
	bool enterprise;
	uint32_t members;
	gn_day from, to;
	uint64_t hash;
};
struct gn_measure {
	char *unit, *measure;
	gn_day date;
	uint64_t value;
};
struct gn_code {
	char *list, *code, *name_vi, *name_en;
};
struct gn_campaign {
	char *code, *name_vi, *name_en;
	gn_day from, to;
};
struct gn_target {
	char *indicator, *unit, *owner;
	gn_day from, to;
	uint32_t percent; /* hundredths */
};
struct gn_link {
	char *unit, *endpoint, *neighbours; /* joined by ';' */
};
struct gn_enrolment {
	uint8_t node[GN_KEY_SIZE], transport[GN_KEY_SIZE], invitation[GN_KEY_SIZE];
	char *unit, *endpoint;
	bool training, revoked;
	uint64_t last; /* revoked: last sequence that counts; else UINT64_MAX */
	uint64_t since; /* registry sequence that enrolled it */
};
struct gn_invitation {
	uint8_t token[GN_KEY_SIZE];
	char *unit;
	uint64_t expires_ms;
	bool training, cancelled, used;
};
struct gn_hub {
	uint8_t hub[GN_KEY_SIZE], seal[GN_KEY_SIZE], transport[GN_KEY_SIZE];
	char *endpoints; /* joined by ';' */
};

struct gn_registry;
struct gn_registry *gn_registry_new(void); /* NULL: no memory */
void gn_registry_free(struct gn_registry **registry);

/* One entry body of the root's log (kind ROOT) or of the registrar's (kind
 * REGISTRY), in sequence. Parts of an unfinished change wait and do not show.
 * GN_E_FORMAT; GN_E_NOMEM. Rows are taken as they are: the registrar has
 * checked them; a row that cannot be used (an indicator that does not compile)
 * is counted in gn_registry_odd. */
enum gn_err gn_registry_apply(
        struct gn_registry *registry, uint64_t seq, struct gn_bytes body) GN_MUST_USE;
size_t gn_registry_odd(const struct gn_registry *registry);

uint64_t gn_registry_version(
        const struct gn_registry *registry); /* sequence of the last whole change */
/* Digest of all that decides how a record is placed and counted: units, teams,
 * indicators, codes, enrolments' units, clock and fork rulings, revocations. */
void gn_registry_basis(const struct gn_registry *registry, uint8_t ret_digest[32]);
/* The same in parts: what decides for the records of all nodes, and what decides
 * for those of one (its enrolment, revocation and clock rulings) up to `upto`. */
void gn_registry_basis_all(const struct gn_registry *registry, uint8_t ret_digest[32]);
void gn_registry_basis_node(const struct gn_registry *registry, const uint8_t node[GN_KEY_SIZE],
        uint64_t upto, uint8_t ret_digest[32]);

/* From the root's log. Registrar: false while there is none. */
bool gn_registry_registrar(const struct gn_registry *registry, uint8_t ret_key[GN_KEY_SIZE]);
const char *gn_registry_province_name(const struct gn_registry *registry);
const struct gn_hub *gn_registry_hubs(const struct gn_registry *registry, size_t *ret_n);

/* Rows, sorted by their keys (units: code, from). */
const struct gn_unit *gn_registry_units(const struct gn_registry *registry, size_t *ret_n);
const struct gn_team *gn_registry_teams(const struct gn_registry *registry, size_t *ret_n);
const struct gn_measure *gn_registry_measures(const struct gn_registry *registry, size_t *ret_n);
const struct gn_code *gn_registry_codes(const struct gn_registry *registry, size_t *ret_n);
struct gn_indicator *const *gn_registry_indicators(
        const struct gn_registry *registry, size_t *ret_n);
const struct gn_campaign *gn_registry_campaigns(const struct gn_registry *registry, size_t *ret_n);
const struct gn_target *gn_registry_targets(const struct gn_registry *registry, size_t *ret_n);
const struct gn_link *gn_registry_links(const struct gn_registry *registry, size_t *ret_n);
const struct gn_enrolment *gn_registry_enrolments(
        const struct gn_registry *registry, size_t *ret_n);
const struct gn_invitation *gn_registry_invitations(
        const struct gn_registry *registry, size_t *ret_n);

/* Look-ups; NULL when there is none (in force that day). */
const struct gn_unit *gn_registry_unit(
        const struct gn_registry *registry, struct gn_bytes code, gn_day day);
const struct gn_unit *gn_registry_unit_any(
        const struct gn_registry *registry, struct gn_bytes code); /* newest row */
const struct gn_team *gn_registry_team(
        const struct gn_registry *registry, struct gn_bytes code, gn_day day);
const struct gn_team *gn_registry_team_any(
        const struct gn_registry *registry, struct gn_bytes code);
const struct gn_indicator *gn_registry_indicator(
        const struct gn_registry *registry, const char *code);
const struct gn_campaign *gn_registry_campaign(
        const struct gn_registry *registry, const char *code);
bool gn_registry_has_list(const struct gn_registry *registry, const char *list);
bool gn_registry_has_code(
        const struct gn_registry *registry, const char *list, struct gn_bytes code);
const struct gn_enrolment *gn_registry_node(
        const struct gn_registry *registry, const uint8_t key[GN_KEY_SIZE]);
const struct gn_enrolment *gn_registry_transport(
        const struct gn_registry *registry, const uint8_t key[GN_KEY_SIZE]);
const struct gn_invitation *gn_registry_invitation(
        const struct gn_registry *registry, const uint8_t token[GN_KEY_SIZE]);
/* The unit above, in force that day; NULL at the top. */
const struct gn_unit *gn_registry_parent(
        const struct gn_registry *registry, const struct gn_unit *unit, gn_day day);
/* Whether `above` is `below` or above it that day. Both in force or false. */
bool gn_registry_covers(const struct gn_registry *registry, struct gn_bytes above,
        struct gn_bytes below, gn_day day);
/* A unit's own value as of the day, else the sum of its children that have one
 * (children in force that day). False: unknown. */
bool gn_registry_measure(const struct gn_registry *registry, struct gn_bytes unit,
        const char *measure, gn_day day, uint64_t *ret_value);
/* The unit's own target whose window holds the day (the latest `from`), else its
 * parent's. NULL: none. */
const struct gn_target *gn_registry_target(const struct gn_registry *registry,
        const char *indicator, struct gn_bytes unit, gn_day day);
/* The bound on an origin's clock from the ruling with the highest seq <= `seq`; UINT64_MAX: none. */
uint64_t gn_registry_clock_bound(
        const struct gn_registry *registry, const uint8_t node[GN_KEY_SIZE], uint64_t seq);
const char *gn_level_name(enum gn_level level);
/* GN_E_FORMAT. */
enum gn_err gn_level_parse(const char *text, enum gn_level *ret_level) GN_MUST_USE;

#endif
