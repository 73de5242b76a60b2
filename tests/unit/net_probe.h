/* Peers with keys of their own on loopback, driven by one thread until a
 * condition holds.
 */
#ifndef TEST_NET_PROBE_H
#define TEST_NET_PROBE_H

#include "core/net.h"
#include "temp_dir.h"
#include <sodium.h>
#include <stdatomic.h>
#include <time.h>

#define PROBE_DEADLINE_MS 20000

struct probe {
	struct gn_net *net;
	uint8_t key[GN_KEY_SIZE], secret[GN_KEY_SIZE];
	char endpoint[128];
	unsigned ups, downs, refusals, messages;
	struct gn_net_event last; /* of the last message; its slice is in `text` */
	char text[64];
	size_t size;
};

static atomic_bool probe_admits; /* everyone or nobody */

static inline bool probe_admit(void *context, const uint8_t key[GN_KEY_SIZE])
{
	(void)context, (void)key;
	return probe_admits;
}

static inline void probe_keys(struct probe *p)
{
	assert_true(sodium_init() >= 0);
	randombytes_buf(p->secret, sizeof p->secret);
	assert_int_equal(crypto_scalarmult_base(p->key, p->secret), 0);
}

static inline void probe_start(struct probe *p, int heartbeat_ms)
{
	struct gn_net_options options = {.public_key = p->key,
	        .secret_key = p->secret,
	        .admit = probe_admit,
	        .heartbeat_ms = heartbeat_ms};

	assert_int_equal(gn_net_new(&options, &p->net), GN_OK);
}

static inline void probe_client(struct probe *p)
{
	*p = (struct probe){0};
	probe_keys(p);
	probe_start(p, 0);
}

/* Listens on a free port. */
static inline void probe_server(struct probe *p)
{
	probe_client(p);
	assert_int_equal(gn_net_listen(p->net, "tcp://127.0.0.1:*", p->endpoint), GN_OK);
}

static inline int64_t probe_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void probe_poll(struct probe *p, int timeout_ms)
{
	struct gn_net_event event;

	assert_int_equal(gn_net_poll(p->net, timeout_ms, &event), GN_OK);
	p->ups += event.kind == GN_NET_UP;
	p->downs += event.kind == GN_NET_DOWN;
	p->refusals += event.kind == GN_NET_REFUSED;
	if (event.kind != GN_NET_MESSAGE)
		return;
	p->messages++;
	p->last = event;
	p->size = event.message.size;
	snprintf(p->text, sizeof p->text, "%.*s", (int)(p->size < 60 ? p->size : 60),
	        (const char *)event.message.data);
}

/* Drives two peers, or one (other is NULL), until `done`, or fails. */
#define probe_until(one, other, done)                                                              \
	for (int64_t end_ = probe_now_ms() + PROBE_DEADLINE_MS; !(done);) {                        \
		struct probe *other_ = (other);                                                    \
                                                                                                   \
		assert_true(probe_now_ms() < end_);                                                \
		probe_poll((one), 5);                                                              \
		if (other_)                                                                        \
			probe_poll(other_, 0);                                                     \
	}

#endif
