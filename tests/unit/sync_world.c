#include "sync_world.h"

#include "proto/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include <sodium.h>

uint64_t world_random(struct world *world)
{
	world->random = world->random * 6364136223846793005u + 1442695040888963407u;
	return world->random >> 33;
}

static size_t find_origin(const struct world *world, const uint8_t *origin)
{
	for (size_t i = 0; i < world->origin_count; i++)
		if (memcmp(world->origins[i], origin, GN_KEY_SIZE) == 0)
			return i;
	return WORLD_LOGS;
}

static struct world_log *find_log(const struct world_peer *peer, const uint8_t *origin)
{
	for (size_t i = 0; i < peer->log_count; i++)
		if (memcmp(peer->logs[i]->origin, origin, GN_KEY_SIZE) == 0)
			return peer->logs[i];
	return NULL;
}

static struct world_log *need_log(struct world_peer *peer, const uint8_t *origin)
{
	struct world_log *log = find_log(peer, origin);
	if (log)
		return log;
	log = calloc(1, sizeof *log);
	assert_non_null(log);
	memcpy(log->origin, origin, GN_KEY_SIZE);
	gn_tip_start(origin, &log->tip);
	peer->logs[peer->log_count++] = log;
	return log;
}

static uint64_t limit(void *context, const uint8_t *origin)
{
	struct world_peer *peer = context;
	size_t i = find_origin(peer->world, origin);
	return i < WORLD_LOGS ? peer->limits[i] : 0;
}

static bool readable(void *context, const struct gn_peer *reader, const uint8_t *origin)
{
	struct world_peer *peer = context;
	size_t i = find_origin(peer->world, origin);
	return reader->role != GN_ROLE_NONE && i < WORLD_LOGS && peer->readable[i];
}

static void new_sync(struct world_peer *peer)
{
	struct gn_sync_options options = {
	        .context = peer, .limit = limit, .readable = readable, .software = "test"};
	peer->sync = gn_sync_new(&options);
	assert_non_null(peer->sync);
	for (size_t i = 0; i < peer->log_count; i++)
		assert_int_equal(
		        gn_sync_log(peer->sync, peer->logs[i]->origin, &peer->logs[i]->tip), GN_OK);
}

void world_init(struct world *world, size_t peers)
{
	*world = (struct world){.peer_count = peers, .now_ms = 1000000, .random = 1};
	assert_true(sodium_init() >= 0);
	for (size_t i = 0; i < peers; i++) {
		struct world_peer *peer = &world->peers[i];
		peer->world = world;
		peer->id.role = i == 0 ? GN_ROLE_HUB : GN_ROLE_NODE;
		uint8_t seed[32] = {(uint8_t)(i + 1)};
		crypto_sign_seed_keypair(peer->id.identity, peer->secret, seed);
		memset(peer->id.key, (int)i + 1, GN_KEY_SIZE);
		peer->id.key[31] = 0x77;
		for (size_t j = 0; j < WORLD_LOGS; j++)
			peer->readable[j] = true;
		new_sync(peer);
	}
}

static void free_log(struct world_log *log)
{
	for (size_t i = 0; i < log->tip.seq; i++)
		free((void *)log->entries[i].data);
	free(log);
}

void world_done(struct world *world)
{
	for (size_t i = 0; i < world->peer_count; i++) {
		gn_sync_free(&world->peers[i].sync);
		for (size_t j = 0; j < world->peers[i].log_count; j++)
			free_log(world->peers[i].logs[j]);
	}
	for (size_t i = 0; i < world->queue_count; i++)
		free(world->queue[i].data);
	free(world->queue);
}

size_t world_origin(struct world *world, size_t peer)
{
	size_t i = find_origin(world, world->peers[peer].id.identity);
	if (i < WORLD_LOGS)
		return i;
	memcpy(world->origins[world->origin_count], world->peers[peer].id.identity, GN_KEY_SIZE);
	return world->origin_count++;
}

static void keep(struct world_log *log, uint64_t seq, struct gn_bytes entry)
{
	assert_true(seq <= WORLD_ENTRIES);
	uint8_t *copy = malloc(entry.size);
	assert_non_null(copy);
	memcpy(copy, entry.data, entry.size);
	log->entries[seq - 1] = gn_bytes(copy, entry.size);
}

void world_write(struct world *world, size_t peer_index, size_t n)
{
	struct world_peer *peer = &world->peers[peer_index];
	world_origin(world, peer_index);
	struct world_log *log = need_log(peer, peer->id.identity);
	static const uint8_t salt[GN_SALT_SIZE] = {1};
	for (size_t i = 0; i < n; i++) {
		uint8_t body[256], wire[512];
		size_t body_size, size;
		struct gn_header header = {.clock = (log->tip.seq + 1) << 16, .schema = GN_SCHEMA};
		assert_int_equal(gn_body_wrap(GN_KIND_SESSION, salt, gn_bytes_str("\x0a\x00"), body,
		                         sizeof body, &body_size),
		        GN_OK);
		assert_int_equal(gn_entry_write(peer->secret, &log->tip, &header,
		                         gn_bytes(body, body_size), wire, sizeof wire, &size),
		        GN_OK);
		keep(log, log->tip.seq, gn_bytes(wire, size));
	}
	assert_int_equal(gn_sync_log(peer->sync, log->origin, &log->tip), GN_OK);
}

void world_want(struct world *world, size_t peer, size_t origin, uint64_t up_to)
{
	world->peers[peer].limits[origin] = up_to;
}

void world_send(struct world *world, size_t from, size_t to, struct gn_bytes message)
{
	if (world->queue_count == world->queue_cap) {
		world->queue_cap = world->queue_cap ? world->queue_cap * 2 : 64;
		world->queue = realloc(world->queue, world->queue_cap * sizeof *world->queue);
		assert_non_null(world->queue);
	}
	struct world_message *queued = &world->queue[world->queue_count++];
	*queued = (struct world_message){from, to, malloc(message.size), message.size};
	assert_non_null(queued->data);
	memcpy(queued->data, message.data, message.size);
}

static size_t peer_of_key(const struct world *world, const uint8_t *key)
{
	for (size_t i = 0; i < world->peer_count; i++)
		if (memcmp(world->peers[i].id.key, key, GN_KEY_SIZE) == 0)
			return i;
	fail_msg("a message to nobody");
	return 0;
}

static void store(struct world_peer *peer, const struct gn_act *act)
{
	struct world_log *log = need_log(peer, act->origin);
	assert_int_equal(act->first, log->tip.seq + 1);
	assert_int_equal(act->tip.seq, log->tip.seq + act->n);
	for (size_t i = 0; i < act->n; i++)
		keep(log, act->first + i, act->entries[i]);
	peer->crossed += act->n;
	log->tip = act->tip;
}

/* Acts of one input; commits are told after all of them, as a driver does. */
static void do_acts(struct world *world, size_t index)
{
	struct world_peer *peer = &world->peers[index];
	struct gn_act act;
	bool stored = false;
	while (gn_sync_next(peer->sync, &act)) {
		if (act.kind == GN_ACT_SEND)
			world_send(world, index, peer_of_key(world, act.peer.key), act.message);
		else if (act.kind == GN_ACT_STORE)
			store(peer, &act);
		else if (act.kind == GN_ACT_REFUSED)
			peer->refused[act.code]++;
		else if (act.kind == GN_ACT_AHEAD)
			peer->ahead++;
		stored = stored || act.kind == GN_ACT_STORE;
	}
	for (size_t i = 0; i < peer->log_count && stored; i++)
		assert_int_equal(
		        gn_sync_stored(peer->sync, peer->logs[i]->origin, &peer->logs[i]->tip),
		        GN_OK);
	if (stored)
		do_acts(world, index);
}

static bool deliver_one(struct world *world)
{
	if (world->queue_count == 0)
		return false;
	struct world_message message = world->queue[0];
	memmove(world->queue, world->queue + 1, --world->queue_count * sizeof *world->queue);
	if (!world->on_way || world->on_way(world, &message)) {
		assert_int_equal(
		        gn_sync_input(world->peers[message.to].sync, &world->peers[message.from].id,
		                gn_bytes(message.data, message.size), world->now_ms),
		        GN_OK);
		do_acts(world, message.to);
	}
	free(message.data);
	return true;
}

static struct gn_tip tip_before(const struct world_log *log, uint64_t first)
{
	struct gn_tip tip;
	struct gn_entry entry;
	gn_tip_start(log->origin, &tip);
	while (tip.seq + 1 < first) {
		assert_int_equal(gn_entry_parse(log->entries[tip.seq], &entry), GN_OK);
		assert_int_equal(gn_chain_step(log->origin, &tip, &entry), GN_OK);
	}
	return tip;
}

static bool serve_one(struct world *world, size_t index)
{
	static uint8_t buf[GN_SYNC_BATCH * 512];
	struct gn_serve serve;
	struct world_peer *peer = &world->peers[index];
	if (!gn_sync_serve(peer->sync, &serve))
		return false;
	struct world_log *log = find_log(peer, serve.origin);
	assert_non_null(log);
	size_t n = (size_t)(serve.last - serve.first + 1), size;
	n = n > GN_SYNC_BATCH ? GN_SYNC_BATCH : n;
	struct gn_tip before = tip_before(log, serve.first);
	assert_int_equal(gn_batch_pack(serve.origin, serve.first, before.hash,
	                         log->entries + serve.first - 1, n, buf, sizeof buf, &size),
	        GN_OK);
	world_send(world, index, peer_of_key(world, serve.peer.key), gn_bytes(buf, size));
	gn_sync_served(peer->sync, &serve, serve.first + n - 1);
	return true;
}

bool world_settle(struct world *world, size_t turns)
{
	for (size_t i = 0; i < world->peer_count; i++)
		do_acts(world, i);
	for (size_t turn = 0; turn < turns; turn++) {
		bool moved = deliver_one(world);
		for (size_t i = 0; i < world->peer_count; i++)
			moved = serve_one(world, i) || moved;
		if (!moved)
			return true;
	}
	return false;
}

void world_link(struct world *world, size_t from, size_t to)
{
	assert_int_equal(
	        gn_sync_up(world->peers[from].sync, &world->peers[to].id, world->now_ms), GN_OK);
	do_acts(world, from);
}

void world_cut(struct world *world, size_t a, size_t b)
{
	gn_sync_down(world->peers[a].sync, world->peers[b].id.key);
	gn_sync_down(world->peers[b].sync, world->peers[a].id.key);
	size_t kept = 0;
	for (size_t i = 0; i < world->queue_count; i++) {
		struct world_message *m = &world->queue[i];
		bool between = (m->from == a && m->to == b) || (m->from == b && m->to == a);
		if (between)
			free(m->data);
		else
			world->queue[kept++] = *m;
	}
	world->queue_count = kept;
}

void world_restart(struct world *world, size_t peer)
{
	gn_sync_free(&world->peers[peer].sync);
	new_sync(&world->peers[peer]);
}

void world_pass(struct world *world, uint64_t ms)
{
	world->now_ms += ms;
	for (size_t i = 0; i < world->peer_count; i++) {
		assert_int_equal(gn_sync_tick(world->peers[i].sync, world->now_ms), GN_OK);
		do_acts(world, i);
	}
}

uint64_t world_head(const struct world *world, size_t peer, size_t origin)
{
	const struct world_log *log = find_log(&world->peers[peer], world->origins[origin]);
	return log ? log->tip.seq : 0;
}
