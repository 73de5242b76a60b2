/* A node's links against a hub that the test plays: receipts, reports, endpoints. */
#include "replica_probe.h"

#include "node/custody.h"
#include "node/link.h"
#include "proto/signed.h"
#include "sync.pb-c.h"

struct scene {
	struct temp_dir *temp;
	struct realm realm;
	struct gn_store *hub_store;
	struct gn_replica *hub;
	struct node *node;
	struct node_link *link;
	char endpoint[128];
	unsigned statuses;
	bool status_good;
	uint64_t status_head;
};

static void hear_status(struct scene *s, struct gn_bytes message)
{
	struct gn_signed word;
	s->statuses++;
	if (gn_signed_read(message, "gonha status", &word))
		return;
	Gonha__Report *report =
	        gonha__report__unpack(NULL, word.statement.size, word.statement.data);
	s->status_good = report && memcmp(word.key, s->node->origin, GN_KEY_SIZE) == 0;
	s->status_head = report ? report->head : 0;
	gonha__report__free_unpacked(report, NULL);
}

static void on_act(void *context, const struct gn_act *act)
{
	if (act->kind == GN_ACT_STATUS)
		hear_status(context, act->message);
}

static uint64_t want(void *context, const struct gn_view *view, const uint8_t *origin)
{
	(void)context;
	return gn_registry_node(view->registry, origin) ? UINT64_MAX : 0;
}

static bool readable(void *context, const struct gn_view *view, const struct gn_peer *peer,
        const uint8_t *origin)
{
	(void)context, (void)view, (void)origin;
	return peer->role == GN_ROLE_NODE;
}

static void start_hub(struct scene *s)
{
	struct gn_replica_options options = {.store = s->hub_store,
	        .transport_public = s->realm.hub_transport,
	        .transport_secret = s->realm.hub_transport_secret,
	        .software = "test",
	        .context = s,
	        .limit = want,
	        .readable = readable,
	        .act = on_act};
	assert_int_equal(gn_replica_new(&options, &s->hub), GN_OK);
	assert_int_equal(gn_replica_listen(s->hub, "tcp://127.0.0.1:*", s->endpoint), GN_OK);
}

/* A node that has entries of its own and knows the root. */
static void make_node(struct scene *s)
{
	char dir[TEMP_PATH];
	struct gn_report report = {0};
	struct member member;
	snprintf(dir, sizeof dir, "%s/node", s->temp->path);
	assert_int_equal(node_make(dir, &report), GN_OK);
	assert_int_equal(node_open(dir, &report, &s->node), GN_OK);
	realm_trust(&s->realm, s->node->store);
	memcpy(member.key, s->node->origin, GN_KEY_SIZE);
	memcpy(member.secret, s->node->secret, sizeof member.secret);
	memcpy(member.transport, s->node->transport_public, GN_KEY_SIZE);
	realm_enrol(&s->realm, s->hub_store, &member);
	member_write(&member, s->node->store, 5);
	assert_int_equal(node_refresh(s->node), GN_OK);
	assert_int_equal(node_link_new(s->node, &s->link), GN_OK);
}

static int setup(void **state)
{
	struct scene *s = calloc(1, sizeof *s);
	void *temp = NULL;
	char dir[TEMP_PATH];
	if (!s || temp_setup(&temp))
		return -1;
	s->temp = temp;
	realm_keys(&s->realm);
	snprintf(dir, sizeof dir, "%s/hub", s->temp->path);
	s->hub_store = logs_open(dir, 0);
	realm_trust(&s->realm, s->hub_store);
	realm_found(&s->realm, s->hub_store);
	start_hub(s);
	make_node(s);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	void *temp = s->temp;
	node_link_free(&s->link);
	gn_replica_free(&s->hub);
	gn_store_close(&s->hub_store);
	node_close(&s->node);
	free(s);
	return temp_teardown(&temp);
}

static void step(struct scene *s)
{
	assert_int_equal(gn_replica_step(s->hub, 5), GN_OK);
	assert_int_equal(node_link_step(s->link, 5), GN_OK);
}

#define scene_until(s, done)                                                                       \
	for (int64_t end_ = lab_seconds() + PROBE_SECONDS; !(done); step(s))                       \
	assert_true(lab_seconds() < end_)

static const struct gn_registry *known(const struct scene *s)
{
	return gn_replica_view(node_link_replica(s->link))->registry;
}

static void connect_and_join(struct scene *s)
{
	assert_int_equal(gn_replica_connect(node_link_replica(s->link), s->endpoint,
	                         s->realm.hub_transport, GN_ROLE_HUB),
	        GN_OK);
	scene_until(s, gn_registry_node(known(s), s->node->origin) &&
	                       logs_head(s->hub_store, s->node->origin) == 5);
}

struct word { /* a receipt and what is wrong with it */
	const uint8_t *secret;
	uint64_t seq;
	bool forged, other_hash;
};

static uint64_t messages_in(const struct scene *s)
{
	struct gn_net_counts counts;
	gn_replica_counts(node_link_replica(s->link), &counts);
	return counts.messages_in;
}

/* Sends it and waits until it was heard and looked at. */
static void send_receipt(struct scene *s, const struct word *word)
{
	uint8_t statement[256], packed[512];
	struct gn_log log;
	size_t size;
	GN_AUTO_TXN txn = gn_txn_begin(s->node->store, false);
	assert_int_equal(gn_log_find(&txn, s->node->origin, &log), GN_OK);
	gn_txn_abort(&txn);
	log.tip.hash[0] ^= word->other_hash;
	Gonha__Receipt receipt = GONHA__RECEIPT__INIT;
	receipt.origin = realm_bytes(s->node->origin);
	receipt.seq = word->seq;
	receipt.hash = realm_bytes(log.tip.hash);
	size = gonha__receipt__pack(&receipt, statement);
	assert_int_equal(gn_signed_write(word->secret, "gonha receipt", gn_bytes(statement, size),
	                         packed, sizeof packed, &size),
	        GN_OK);
	packed[size - 1] ^= word->forged;
	uint64_t before = messages_in(s);
	gn_replica_send(s->hub, s->node->transport_public, GN_M_RECEIPT, gn_bytes(packed, size));
	scene_until(s, messages_in(s) > before);
	step(s);
}

static uint64_t receipted(const struct scene *s)
{
	GN_AUTO_TXN txn = gn_txn_begin(s->node->store, false);
	struct gn_log log;
	assert_int_equal(gn_log_find(&txn, s->node->origin, &log), GN_OK);
	return log.receipted;
}

static void test_a_receipt_is_kept(void **state) /* [S-7] */
{
	struct scene *s = *state;
	connect_and_join(s);
	send_receipt(s, &(struct word){.secret = s->realm.hub_secret, .seq = 5});
	scene_until(s, receipted(s) == 5);
	GN_AUTO_TXN txn = gn_txn_begin(s->node->store, false);
	uint8_t key[2 * GN_KEY_SIZE];
	struct gn_bytes value;
	struct gn_signed word;
	memcpy(key, s->node->origin, GN_KEY_SIZE);
	memcpy(key + GN_KEY_SIZE, s->realm.hub, GN_KEY_SIZE);
	assert_true(gn_txn_get(&txn, GN_T_RECEIPT, gn_bytes(key, sizeof key), &value));
	assert_int_equal(
	        gn_signed_read(gn_bytes(value.data + 8, value.size - 8), "gonha receipt", &word),
	        GN_OK); /* it can be passed on and checked again */
}

static void test_receipts_that_are_none(void **state) /* [S-7] */
{
	struct scene *s = *state;
	uint8_t stranger[GN_KEY_SIZE], secret[64];
	crypto_sign_keypair(stranger, secret);
	connect_and_join(s);
	const struct word bad[] = {
	        {.secret = s->realm.hub_secret, .seq = 5, .forged = true},
	        {.secret = secret, .seq = 5}, /* the root never named it */
	        {.secret = s->realm.registrar_secret, .seq = 5},
	        {.secret = s->realm.hub_secret, .seq = 5, .other_hash = true},
	        {.secret = s->realm.hub_secret, .seq = 6}, /* of what is not written */
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		send_receipt(s, &bad[i]);
	send_receipt(s, &(struct word){.secret = s->realm.hub_secret, .seq = 3});
	scene_until(s, receipted(s) > 0);
	assert_int_equal(receipted(s), 3);
}

static void test_a_report_goes_to_the_hub(void **state) /* [S-10] */
{
	struct scene *s = *state;
	connect_and_join(s);
	scene_until(s, s->statuses > 0);
	assert_true(s->status_good);
	assert_int_equal(s->status_head, 5);
}

static void say_address(struct scene *s, const char *one, const char *other)
{
	Gonha__HubAddress address = GONHA__HUB_ADDRESS__INIT;
	Gonha__Item item = GONHA__ITEM__INIT;
	char *endpoints[] = {(char *)(uintptr_t)one, (char *)(uintptr_t)other};
	address.hub = realm_bytes(s->realm.hub);
	address.transport = realm_bytes(s->realm.hub_transport);
	address.endpoints = endpoints;
	address.n_endpoints = 2;
	item.item_case = GONHA__ITEM__ITEM_HUB;
	item.hub = &address;
	uint64_t before = gn_registry_version(known(s));
	realm_item(&s->realm, s->hub_store, &item);
	scene_until(s, gn_registry_version(known(s)) > before);
}

/* What the registry says wrongly is corrected over the links that stand. */
static void test_endpoints_of_the_registry(void **state)
{
	struct scene *s = *state;
	connect_and_join(s);
	say_address(s, "hub.example:7460", "nonsense");
	assert_int_equal(node_link_hubs(s->link, NULL), GN_OK);
	say_address(s, "hub.example:7460", s->endpoint);
	for (int i = 0; i < 3 * 64; i++) /* at each change of the registry */
		assert_int_equal(node_link_hubs(s->link, NULL), GN_OK);
	assert_true(gn_replica_linked(node_link_replica(s->link), s->realm.hub_transport));
	uint64_t before = messages_in(s);
	say_address(s, s->endpoint, "tcp://127.0.0.1:1");
	assert_true(messages_in(s) > before); /* over the same link */
	assert_int_equal(node_link_hubs(s->link, NULL), GN_OK);
	assert_true(gn_replica_linked(node_link_replica(s->link), s->realm.hub_transport));
}

#define scene_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        scene_test(test_a_receipt_is_kept),
	        scene_test(test_receipts_that_are_none),
	        scene_test(test_a_report_goes_to_the_hub),
	        scene_test(test_endpoints_of_the_registry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
