/* A store of logs alone with a province's root, registrar and hub: what a replica
 * needs, without either program. */
#ifndef FIXTURE_LOGS_H
#define FIXTURE_LOGS_H

#include "fixture_append.h"

#include "core/view.h"
#include "registry.pb-c.h"

struct realm { /* keys of a province; the same for all its stores */
	uint8_t root[GN_KEY_SIZE], root_secret[64];
	uint8_t registrar[GN_KEY_SIZE], registrar_secret[64];
	uint8_t hub[GN_KEY_SIZE], hub_secret[64];
	uint8_t hub_transport[GN_KEY_SIZE], hub_transport_secret[GN_KEY_SIZE];
};

struct member { /* a node */
	uint8_t key[GN_KEY_SIZE], secret[64];
	uint8_t transport[GN_KEY_SIZE], transport_secret[GN_KEY_SIZE];
};

static inline void realm_keys(struct realm *realm)
{
	assert_true(sodium_init() >= 0);
	crypto_sign_keypair(realm->root, realm->root_secret);
	crypto_sign_keypair(realm->registrar, realm->registrar_secret);
	crypto_sign_keypair(realm->hub, realm->hub_secret);
	crypto_box_keypair(realm->hub_transport, realm->hub_transport_secret);
}

static inline void member_keys(struct member *member)
{
	crypto_sign_keypair(member->key, member->secret);
	crypto_box_keypair(member->transport, member->transport_secret);
}

static inline struct gn_store *logs_open(const char *dir, size_t map_bytes)
{
	static const char *const tables[] = {GN_LOG_TABLES, NULL};
	struct gn_store_options options = {
	        .dir = dir, .map_bytes = map_bytes, .tables = tables, .create = true};
	struct gn_store *store = NULL;
	assert_int_equal(gn_store_open(&options, &store), GN_OK);
	return store;
}

static inline void realm_root_item(
        const struct realm *realm, struct gn_store *store, Gonha__Root *item)
{
	uint8_t packed[512];
	assert_true(gonha__root__get_packed_size(item) <= sizeof packed);
	size_t size = gonha__root__pack(item, packed);
	fixture_append(store, realm->root_secret, GN_KIND_ROOT, packed, size);
}

static inline void realm_items(
        const struct realm *realm, struct gn_store *store, Gonha__Item **items, size_t n, bool more)
{
	Gonha__Registry registry = GONHA__REGISTRY__INIT;
	uint8_t packed[4096];
	registry.n_items = n;
	registry.items = items;
	registry.more = more;
	assert_true(gonha__registry__get_packed_size(&registry) <= sizeof packed);
	size_t size = gonha__registry__pack(&registry, packed);
	fixture_append(store, realm->registrar_secret, GN_KIND_REGISTRY, packed, size);
}

static inline void realm_item(const struct realm *realm, struct gn_store *store, Gonha__Item *item)
{
	realm_items(realm, store, &item, 1, false);
}

static inline ProtobufCBinaryData realm_bytes(const uint8_t key[GN_KEY_SIZE])
{
	return (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)(uintptr_t)key};
}

/* The root's two words and the hub's address: what every store begins with. */
static inline void realm_found(const struct realm *realm, struct gn_store *store)
{
	Gonha__Root first = GONHA__ROOT__INIT, second = GONHA__ROOT__INIT;
	Gonha__RegistrarKey registrar = GONHA__REGISTRAR_KEY__INIT;
	Gonha__HubKey hub = GONHA__HUB_KEY__INIT;
	Gonha__HubAddress address = GONHA__HUB_ADDRESS__INIT;
	Gonha__Item item = GONHA__ITEM__INIT;
	registrar.key = realm_bytes(realm->registrar);
	first.item_case = GONHA__ROOT__ITEM_REGISTRAR;
	first.registrar = &registrar;
	hub.key = hub.seal = realm_bytes(realm->hub);
	second.item_case = GONHA__ROOT__ITEM_HUB;
	second.hub = &hub;
	realm_root_item(realm, store, &first);
	realm_root_item(realm, store, &second);
	address.hub = realm_bytes(realm->hub);
	address.transport = realm_bytes(realm->hub_transport);
	item.item_case = GONHA__ITEM__ITEM_HUB;
	item.hub = &address;
	realm_item(realm, store, &item);
}

/* The root's key alone: a store that has still to hear everything. */
static inline void realm_trust(const struct realm *realm, struct gn_store *store)
{
	GN_AUTO_TXN txn = gn_txn_begin(store, true);
	gn_meta_put(&txn, GN_META_ROOT, gn_bytes(realm->root, GN_KEY_SIZE));
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
}

static inline void realm_enrol(
        const struct realm *realm, struct gn_store *store, const struct member *member)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Enrolment enrolment = GONHA__ENROLMENT__INIT;
	char unit[] = "xa";
	enrolment.node = realm_bytes(member->key);
	enrolment.transport = realm_bytes(member->transport);
	enrolment.unit = unit;
	item.item_case = GONHA__ITEM__ITEM_ENROLMENT;
	item.enrolment = &enrolment;
	realm_item(realm, store, &item);
}

static inline void realm_revoke(const struct realm *realm, struct gn_store *store,
        const struct member *member, uint64_t last)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Revocation revocation = GONHA__REVOCATION__INIT;
	revocation.node = realm_bytes(member->key);
	revocation.last = last;
	item.item_case = GONHA__ITEM__ITEM_REVOCATION;
	item.revocation = &revocation;
	realm_item(realm, store, &item);
}

static inline void realm_invite(const struct realm *realm, struct gn_store *store,
        const uint8_t token[GN_KEY_SIZE], uint64_t expires_ms)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Invitation invitation = GONHA__INVITATION__INIT;
	char unit[] = "xa";
	invitation.token = realm_bytes(token);
	invitation.unit = unit;
	invitation.expires = expires_ms;
	item.item_case = GONHA__ITEM__ITEM_INVITATION;
	item.invitation = &invitation;
	realm_item(realm, store, &item);
}

/* n entries of a member's own, as a node writes them. */
static inline void member_write(const struct member *member, struct gn_store *store, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fixture_append(store, member->secret, GN_KIND_SESSION, "", 0);
}

static inline uint64_t logs_head(struct gn_store *store, const uint8_t origin[GN_KEY_SIZE])
{
	GN_AUTO_TXN txn = gn_txn_begin(store, false);
	struct gn_log log;
	return gn_log_find(&txn, origin, &log) ? 0 : log.tip.seq;
}

#endif
