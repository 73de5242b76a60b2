/* Answers ZeroMQ's question whether a key may connect (ZAP, RFC 27), on a
 * thread of its own. The answer is admit()'s; what the peer may do afterwards
 * is decided message by message, above.
 */
#include "core/net_internal.h"
#include "core/text.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#define ENDPOINT "inproc://zeromq.zap.01"
#define FRAMES 7 /* version, request id, domain, address, identity, mechanism, key */

struct gn_zap {
	pthread_t thread;
	void *socket;
	bool (*admit)(void *context, const uint8_t key[GN_KEY_SIZE]);
	void *context;
	atomic_uint_least64_t refused;
};

struct request {
	zmq_msg_t frames[FRAMES];
	size_t count; /* larger than FRAMES: too many came */
};

static struct gn_bytes frame(struct request *r, size_t i)
{
	return gn_bytes(zmq_msg_data(&r->frames[i]), zmq_msg_size(&r->frames[i]));
}

static void request_done(struct request *r)
{
	for (size_t i = 0; i < r->count && i < FRAMES; i++)
		zmq_msg_close(&r->frames[i]);
}

/* False when the context is gone. */
static bool receive(void *socket, struct request *r)
{
	bool more = true;

	for (r->count = 0; more; r->count++) {
		zmq_msg_t extra, *m = r->count < FRAMES ? &r->frames[r->count] : &extra;
		int rc;

		zmq_msg_init(m);
		do
			rc = zmq_msg_recv(m, socket, 0);
		while (rc < 0 && errno == EINTR);
		if (rc < 0) {
			zmq_msg_close(m);
			return false;
		}
		more = zmq_msg_more(m);
		if (m == &extra)
			zmq_msg_close(m);
	}
	return true;
}

static bool may_connect(struct gn_zap *zap, struct request *r)
{
	return r->count == FRAMES && gn_bytes_is(frame(r, 0), "1.0") &&
	       gn_bytes_is(frame(r, 5), "CURVE") && frame(r, 6).size == GN_KEY_SIZE && zap->admit &&
	       zap->admit(zap->context, frame(r, 6).data);
}

static void send_text(void *socket, struct gn_bytes text, int flags)
{
	zmq_send(socket, text.data, text.size, flags);
}

/* The user id is what messages will bear. Of the refusals 400 is told to the
 * other side at once; after 300 it would wait for its own timeout. */
static void answer(struct gn_zap *zap, struct request *r, bool yes)
{
	char id[2 * GN_KEY_SIZE + 1] = "";

	if (yes)
		gn_hex(frame(r, 6), id);
	send_text(zap->socket, gn_bytes_str("1.0"), ZMQ_SNDMORE);
	send_text(zap->socket, r->count > 1 ? frame(r, 1) : gn_bytes(NULL, 0), ZMQ_SNDMORE);
	send_text(zap->socket, gn_bytes_str(yes ? "200" : "400"), ZMQ_SNDMORE);
	send_text(zap->socket, gn_bytes(NULL, 0), ZMQ_SNDMORE);
	send_text(zap->socket, gn_bytes_str(id), ZMQ_SNDMORE);
	send_text(zap->socket, gn_bytes(NULL, 0), 0);
}

static void *serve(void *context)
{
	struct gn_zap *zap = context;
	struct request r;

	while (receive(zap->socket, &r)) {
		bool yes = may_connect(zap, &r);

		if (!yes)
			atomic_fetch_add(&zap->refused, 1);
		answer(zap, &r, yes);
		request_done(&r);
	}
	request_done(&r);
	zmq_close(zap->socket);
	return NULL;
}

/* Bound before anything listens: a key that came earlier would not be asked for. */
enum gn_err gn_zap_start(
        void *context, const struct gn_net_options *options, struct gn_zap **ret_zap)
{
	struct gn_zap *zap = calloc(1, sizeof *zap);

	if (!zap)
		return GN_E_NOMEM;
	zap->admit = options->admit;
	zap->context = options->context;
	zap->socket = zmq_socket(context, ZMQ_REP);
	if (!zap->socket || zmq_bind(zap->socket, ENDPOINT) != 0)
		goto fail;
	errno = pthread_create(&zap->thread, NULL, serve, zap);
	if (errno != 0)
		goto fail;
	*ret_zap = zap;
	return GN_OK;
fail:
	if (zap->socket)
		zmq_close(zap->socket);
	free(zap);
	return GN_E_SYSTEM;
}

void gn_zap_join(struct gn_zap **zap)
{
	if (!*zap)
		return;
	pthread_join((*zap)->thread, NULL);
	free(*zap);
	*zap = NULL;
}

uint64_t gn_zap_refused(const struct gn_zap *zap)
{
	return atomic_load(&zap->refused);
}
