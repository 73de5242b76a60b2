/* A node's directory without a network: keys of a root, a registrar and a hub,
 * their logs with a small registry in the node's store, the node enrolled for
 * the commune xa. Its clock stands at 2026-07-15 unless a test says otherwise.
 *
 *	qn (province, enterprise team te)
 *	  xa (commune, team tc)    v1 (team t1; told until 2021)    v2 (team t2)
 *	  xb (commune)             v3 (team t3)
 *	  xo (commune until 2025-06-30, merged into xa)    vo (team to, likewise)
 */
#ifndef FIXTURE_NODE_H
#define FIXTURE_NODE_H

#include "fixture_append.h"

#include "node/home.h"
#include "registry.pb-c.h"

#define FIXTURE_NOW_MS "1784077200000" /* 2026-07-15T08:00 in UTC+7 */

struct fixture_node {
	char base[64], dir[80], run[64];
	uint8_t root_secret[64], registrar_secret[64], hub_secret[64];
	uint8_t root[32], registrar[32], hub[32];
	uint8_t seal_public[32], seal_secret[32];
	struct node *node;
};

static inline void fixture_root(struct fixture_node *f, Gonha__Root *item)
{
	uint8_t packed[1024];
	assert_true(gonha__root__get_packed_size(item) <= sizeof(packed));
	size_t size = gonha__root__pack(item, packed);
	fixture_append(f->node->store, f->root_secret, GN_KIND_ROOT, packed, size);
}

/* One registry row, a change of its own. */
static inline void fixture_item(struct fixture_node *f, Gonha__Item *item)
{
	Gonha__Registry registry = GONHA__REGISTRY__INIT;
	uint8_t packed[2048];
	registry.n_items = 1;
	registry.items = &item;
	assert_true(gonha__registry__get_packed_size(&registry) <= sizeof(packed));
	size_t size = gonha__registry__pack(&registry, packed);
	fixture_append(f->node->store, f->registrar_secret, GN_KIND_REGISTRY, packed, size);
}

static inline void fixture_unit_until(struct fixture_node *f, const char *code, const char *parent,
        const char *level, uint32_t valid_to, const char *merged_into)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Unit unit = GONHA__UNIT__INIT;
	unit.code = unit.name = (char *)(uintptr_t)code;
	unit.parent = (char *)(uintptr_t)parent;
	unit.level = (char *)(uintptr_t)level;
	unit.valid_to = valid_to;
	unit.merged_into = (char *)(uintptr_t)merged_into;
	item.item_case = GONHA__ITEM__ITEM_UNIT;
	item.unit = &unit;
	fixture_item(f, &item);
}

static inline void fixture_unit(
        struct fixture_node *f, const char *code, const char *parent, const char *level)
{
	fixture_unit_until(f, code, parent, level, 0, "");
}

static inline void fixture_team(struct fixture_node *f, const char *code, const char *unit,
        const char *kind, uint32_t valid_to)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Team team = GONHA__TEAM__INIT;
	team.code = team.name = (char *)(uintptr_t)code;
	team.unit = (char *)(uintptr_t)unit;
	team.kind = (char *)(uintptr_t)kind;
	team.members = 7;
	team.valid_to = valid_to;
	item.item_case = GONHA__ITEM__ITEM_TEAM;
	item.team = &team;
	fixture_item(f, &item);
}

static inline void fixture_code(struct fixture_node *f, const char *list, const char *word)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Code code = GONHA__CODE__INIT;
	code.list = (char *)(uintptr_t)list;
	code.code = (char *)(uintptr_t)word;
	item.item_case = GONHA__ITEM__ITEM_CODE;
	item.code = &code;
	fixture_item(f, &item);
}

static inline void fixture_indicator(struct fixture_node *f, const char *code, const char *kind,
        const char *source, const char *denominator)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Indicator indicator = GONHA__INDICATOR__INIT;
	indicator.code = indicator.name_vi = indicator.name_en = (char *)(uintptr_t)code;
	indicator.kind = (char *)(uintptr_t)kind;
	indicator.source = (char *)(uintptr_t)source;
	indicator.denominator = (char *)(uintptr_t)denominator;
	item.item_case = GONHA__ITEM__ITEM_INDICATOR;
	item.indicator = &indicator;
	fixture_item(f, &item);
}

static inline void fixture_enrol(struct fixture_node *f, const uint8_t node[32], const char *unit)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Enrolment enrolment = GONHA__ENROLMENT__INIT;
	uint8_t transport[32];
	randombytes_buf(transport, sizeof(transport));
	enrolment.node = (ProtobufCBinaryData){32, (uint8_t *)(uintptr_t)node};
	enrolment.transport = (ProtobufCBinaryData){32, transport};
	enrolment.unit = (char *)(uintptr_t)unit;
	item.item_case = GONHA__ITEM__ITEM_ENROLMENT;
	item.enrolment = &enrolment;
	fixture_item(f, &item);
}

static inline void fixture_roots_log(struct fixture_node *f)
{
	Gonha__Root registrar = GONHA__ROOT__INIT, hub = GONHA__ROOT__INIT;
	Gonha__RegistrarKey registrar_key = GONHA__REGISTRAR_KEY__INIT;
	Gonha__HubKey hub_key = GONHA__HUB_KEY__INIT;
	char name[] = "Quảng Ninh", code[] = "qn";
	registrar_key.key = (ProtobufCBinaryData){32, f->registrar};
	registrar_key.name = name;
	registrar_key.code = code;
	registrar.item_case = GONHA__ROOT__ITEM_REGISTRAR;
	registrar.registrar = &registrar_key;
	fixture_root(f, &registrar);
	hub_key.key = (ProtobufCBinaryData){32, f->hub};
	hub_key.seal = (ProtobufCBinaryData){32, f->seal_public};
	hub.item_case = GONHA__ROOT__ITEM_HUB;
	hub.hub = &hub_key;
	fixture_root(f, &hub);
}

static inline void fixture_registry(struct fixture_node *f)
{
	fixture_unit(f, "qn", "", "province");
	fixture_unit(f, "xa", "qn", "commune");
	fixture_unit(f, "xb", "qn", "commune");
	fixture_unit(f, "v1", "xa", "village");
	fixture_unit(f, "v2", "xa", "village");
	fixture_unit(f, "v3", "xb", "village");
	fixture_unit_until(f, "xo", "qn", "commune", 20269, "xa");
	fixture_unit_until(f, "vo", "xo", "village", 20269, "v1");
	fixture_team(f, "t1", "v1", "local", 0);
	fixture_team(f, "t2", "v2", "local", 0);
	fixture_team(f, "t3", "v3", "local", 0);
	fixture_team(f, "tc", "xa", "local", 0);
	fixture_team(f, "te", "qn", "enterprise", 0);
	fixture_team(f, "to", "vo", "local", 20269);
	fixture_team(f, "told", "v1", "local", 18992); /* 2021-12-31 */
	fixture_code(f, "topic", "vneid");
	fixture_code(f, "topic", "portal");
	fixture_code(f, "scheme", "vneid");
	fixture_code(f, "scheme", "mobile_money");
	fixture_code(f, "platform", "voso");
	fixture_code(f, "platform", "postmart");
	fixture_indicator(f, "filing_online", "ratio", "tally", "tally");
	fixture_indicator(f, "subscribers", "level", "tally", "tally");
	fixture_indicator(f, "visit_count", "count", "visit", "");
	fixture_enrol(f, f->node->origin, "xa");
}

static inline void fixture_open(struct fixture_node *f)
{
	struct gn_report report = {0};
	enum gn_err err = node_open(f->dir, &report, &f->node);
	if (err)
		fail_msg("node_open: %s", report.kept ? report.lines[0] : gn_err_text(err));
}

static inline void fixture_reopen(struct fixture_node *f)
{
	node_close(&f->node);
	fixture_open(f);
}

/* Made, not joined. */
static inline void fixture_make(struct fixture_node *f)
{
	struct gn_report report = {0};
	memset(f, 0, sizeof(*f));
	setenv("GONHA_NOW_MS", FIXTURE_NOW_MS, 1);
	snprintf(f->base, sizeof(f->base), "/tmp/gonha-node-test-XXXXXX");
	snprintf(f->run, sizeof(f->run), "/dev/shm/gonha-node-test-XXXXXX");
	assert_non_null(mkdtemp(f->base));
	assert_non_null(mkdtemp(f->run));
	snprintf(f->dir, sizeof(f->dir), "%s/node", f->base);
	setenv("GONHA_RUN_DIR", f->run, 1);
	assert_int_equal(node_make(f->dir, &report), GN_OK);
	fixture_open(f);
	crypto_sign_keypair(f->root, f->root_secret);
	crypto_sign_keypair(f->registrar, f->registrar_secret);
	crypto_sign_keypair(f->hub, f->hub_secret);
	crypto_box_keypair(f->seal_public, f->seal_secret);
}

static inline void fixture_join(struct fixture_node *f)
{
	GN_AUTO_TXN txn = gn_txn_begin(f->node->store, true);
	gn_meta_put(&txn, GN_META_ROOT, gn_bytes(f->root, 32));
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
	fixture_roots_log(f);
	fixture_registry(f);
	assert_int_equal(node_refresh(f->node), GN_OK);
	assert_non_null(node_enrolment(f->node));
}

static inline void fixture_done(struct fixture_node *f)
{
	node_close(&f->node);
	nftw(f->base, temp_remove, 16, FTW_DEPTH | FTW_PHYS);
	nftw(f->run, temp_remove, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
