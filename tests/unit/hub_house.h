/* A hub's directory for one test: made by hub_make, opened, gone with the test. */
#ifndef TEST_HUB_HOUSE_H
#define TEST_HUB_HOUSE_H

#include "temp_dir.h"

#include <sodium.h>

#include "core/day.h"
#include "hub/make.h"
#include "hub/registrar.h"

struct house {
	struct temp_dir *temp;
	struct hub_secrets secrets;
	struct hub *hub;
};

struct house_node { /* a node as the hub knows it, with what it keeps to itself */
	uint8_t key[GN_KEY_SIZE], secret[64];
	uint8_t transport[GN_KEY_SIZE], transport_secret[GN_KEY_SIZE];
};

static inline void house_refresh(struct house *house)
{
	assert_int_equal(gn_view_refresh(&house->hub->view, house->hub->store), GN_OK);
}

static inline void house_item(struct house *house, Gonha__Item *item)
{
	assert_int_equal(
	        hub_registrar_item(house->hub->store, house->secrets.registrar, item), GN_OK);
	house_refresh(house);
}

static inline void house_unit(
        struct house *house, const char *code, const char *parent, const char *level)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Unit unit = GONHA__UNIT__INIT;
	unit.code = unit.name = (char *)(uintptr_t)code;
	unit.parent = (char *)(uintptr_t)parent;
	unit.level = (char *)(uintptr_t)level;
	item.item_case = GONHA__ITEM__ITEM_UNIT;
	item.unit = &unit;
	house_item(house, &item);
}

static inline void house_invite(
        struct house *house, const uint8_t token[GN_KEY_SIZE], uint64_t expires_ms, bool cancelled)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Invitation invitation = GONHA__INVITATION__INIT;
	char unit[] = "xa";
	invitation.token = (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)(uintptr_t)token};
	invitation.unit = unit;
	invitation.expires = expires_ms;
	invitation.cancelled = cancelled;
	item.item_case = GONHA__ITEM__ITEM_INVITATION;
	item.invitation = &invitation;
	house_item(house, &item);
}

static inline void house_node_keys(struct house_node *node)
{
	crypto_sign_keypair(node->key, node->secret);
	crypto_box_keypair(node->transport, node->transport_secret);
}

/* Keys of its own, enrolled for the commune xa. */
static inline void house_enrol(struct house *house, struct house_node *node)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Enrolment enrolment = GONHA__ENROLMENT__INIT;
	char unit[] = "xa";
	house_node_keys(node);
	enrolment.node = (ProtobufCBinaryData){GN_KEY_SIZE, node->key};
	enrolment.transport = (ProtobufCBinaryData){GN_KEY_SIZE, node->transport};
	enrolment.unit = unit;
	item.item_case = GONHA__ITEM__ITEM_ENROLMENT;
	item.enrolment = &enrolment;
	house_item(house, &item);
}

static inline void house_revoke(struct house *house, const struct house_node *node, uint64_t last)
{
	Gonha__Item item = GONHA__ITEM__INIT;
	Gonha__Revocation revocation = GONHA__REVOCATION__INIT;
	revocation.node = (ProtobufCBinaryData){GN_KEY_SIZE, (uint8_t *)(uintptr_t)node->key};
	revocation.last = last;
	item.item_case = GONHA__ITEM__ITEM_REVOCATION;
	item.revocation = &revocation;
	house_item(house, &item);
}

static inline const char *house_dir(const struct house *house)
{
	return house->hub->dir;
}

/* cmocka's setup: *state is a struct house with the province 22 and the commune xa. */
static inline int house_setup(void **state)
{
	struct house *house = calloc(1, sizeof *house);
	void *temp = NULL;
	char dir[TEMP_PATH];
	if (!house || sodium_init() < 0 || temp_setup(&temp))
		return -1;
	house->temp = temp;
	snprintf(dir, sizeof dir, "%s/hub", house->temp->path);
	hub_secrets_make(&house->secrets);
	if (hub_make(dir, &house->secrets, true, "Quảng Ninh", "22") || hub_open(dir, &house->hub))
		return -1;
	house_unit(house, "xa", "22", "commune");
	*state = house;
	return 0;
}

static inline int house_teardown(void **state)
{
	struct house *house = *state;
	void *temp = house->temp;
	hub_close(&house->hub);
	free(house);
	return temp_teardown(&temp);
}

#define house_test(function) cmocka_unit_test_setup_teardown(function, house_setup, house_teardown)

#endif
