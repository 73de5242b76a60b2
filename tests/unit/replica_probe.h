/* Replicas in one process over loopback: a hub and nodes with stores of their own,
 * stepped by the test until a condition holds. */
#ifndef TEST_REPLICA_PROBE_H
#define TEST_REPLICA_PROBE_H

#include "fixture_logs.h"

#include "core/replica.h"

#include <time.h>

#define PROBE_SECONDS 30
#define PROBE_HUB 0
#define PROBE_MAX 3

struct place { /* a replica and what it told its program */
	struct gn_replica *replica;
	struct gn_store *store;
	struct member member; /* of a node */
	bool is_hub;
	unsigned refused[GN_ERR_COUNT], failed[GN_ERR_COUNT], greeted;
	uint64_t stored_entries, stored_early; /* told of before they were durable */
	uint64_t stored_head;
};

struct lab {
	struct temp_dir *temp;
	struct realm realm;
	struct place places[PROBE_MAX];
	char endpoint[128];
};

static inline uint64_t probe_want(void *context, const struct gn_view *view, const uint8_t *origin)
{
	const struct place *place = context;
	if (place->is_hub) {
		const struct gn_enrolment *node = gn_registry_node(view->registry, origin);
		return node ? node->last : 0;
	}
	bool registry = memcmp(origin, view->root, GN_KEY_SIZE) == 0 ||
	                (view->has_registrar && memcmp(origin, view->registrar, GN_KEY_SIZE) == 0);
	return registry ? UINT64_MAX : 0;
}

static inline bool probe_readable(void *context, const struct gn_view *view,
        const struct gn_peer *peer, const uint8_t *origin)
{
	(void)context;
	return peer->role == GN_ROLE_HUB || memcmp(origin, view->root, GN_KEY_SIZE) == 0 ||
	       memcmp(origin, view->registrar, GN_KEY_SIZE) == 0 ||
	       memcmp(origin, peer->identity, GN_KEY_SIZE) == 0;
}

static inline void probe_act(void *context, const struct gn_act *act)
{
	struct place *place = context;
	if (act->kind == GN_ACT_REFUSED)
		place->refused[act->code]++;
	else if (act->kind == GN_ACT_GREETED)
		place->greeted++;
}

static inline void probe_stored(
        void *context, const struct gn_peer *from, const uint8_t *origin, const struct gn_tip *tip)
{
	struct place *place = context;
	(void)from;
	place->stored_early += logs_head(place->store, origin) < tip->seq;
	place->stored_entries++;
	place->stored_head = tip->seq;
}

static inline void probe_failed(void *context, enum gn_err err)
{
	struct place *place = context;
	place->failed[err]++;
}

static inline void lab_up(struct lab *lab, size_t at)
{
	struct place *place = &lab->places[at];
	place->is_hub = at == PROBE_HUB;
	const uint8_t *public_key =
	        place->is_hub ? lab->realm.hub_transport : place->member.transport;
	const uint8_t *secret_key =
	        place->is_hub ? lab->realm.hub_transport_secret : place->member.transport_secret;
	struct gn_replica_options options = {.store = place->store,
	        .transport_public = public_key,
	        .transport_secret = secret_key,
	        .software = "test",
	        .context = place,
	        .limit = probe_want,
	        .readable = probe_readable,
	        .act = probe_act,
	        .stored = probe_stored,
	        .failed = probe_failed,
	        .own = place->is_hub ? NULL : place->member.key};
	assert_int_equal(gn_replica_new(&options, &place->replica), GN_OK);
	if (place->is_hub)
		assert_int_equal(gn_replica_listen(place->replica,
		                         lab->endpoint[0] ? lab->endpoint : "tcp://127.0.0.1:*",
		                         lab->endpoint),
		        GN_OK);
	else
		assert_int_equal(gn_replica_connect(place->replica, lab->endpoint,
		                         lab->realm.hub_transport, GN_ROLE_HUB),
		        GN_OK);
}

static inline void lab_down(struct lab *lab, size_t at)
{
	gn_replica_free(&lab->places[at].replica);
}

static inline int64_t lab_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static inline void lab_step(struct lab *lab)
{
	for (size_t i = 0; i < PROBE_MAX; i++)
		if (lab->places[i].replica)
			assert_int_equal(gn_replica_step(lab->places[i].replica, 5), GN_OK);
}

/* Steps all that are up until `done`, or fails. */
#define lab_until(lab, done)                                                                       \
	for (int64_t end_ = lab_seconds() + PROBE_SECONDS; !(done); lab_step(lab))                 \
	assert_true(lab_seconds() < end_)

/* cmocka's setup: a hub that is up, places for nodes that are not enrolled yet. */
static inline int lab_setup(void **state)
{
	struct lab *lab = calloc(1, sizeof *lab);
	void *temp = NULL;
	char dir[TEMP_PATH];
	if (!lab || temp_setup(&temp))
		return -1;
	lab->temp = temp;
	realm_keys(&lab->realm);
	for (size_t i = 0; i < PROBE_MAX; i++) {
		snprintf(dir, sizeof dir, "%s/%zu", lab->temp->path, i);
		lab->places[i].store = logs_open(dir, 0);
		member_keys(&lab->places[i].member);
		realm_trust(&lab->realm, lab->places[i].store);
	}
	realm_found(&lab->realm, lab->places[PROBE_HUB].store);
	lab_up(lab, PROBE_HUB);
	*state = lab;
	return 0;
}

static inline int lab_teardown(void **state)
{
	struct lab *lab = *state;
	void *temp = lab->temp;
	for (size_t i = 0; i < PROBE_MAX; i++) {
		gn_replica_free(&lab->places[i].replica);
		gn_store_close(&lab->places[i].store);
	}
	free(lab);
	return temp_teardown(&temp);
}

static inline struct gn_store *hub_store(const struct lab *lab)
{
	return lab->places[PROBE_HUB].store;
}

#define lab_test(function) cmocka_unit_test_setup_teardown(function, lab_setup, lab_teardown)

#endif
