/* Options that all sockets share, monitors, and the one place where ZeroMQ's
 * errors become ours.
 */
#include "core/net_internal.h"
#include <errno.h>
#include <stdio.h>
#include <time.h>

#define CURVE_FRAME 33 /* bytes that CURVE adds to a message; MAXMSGSIZE counts them */
#define QUEUE_MESSAGES 64
#define HANDSHAKE_MS 10000
#define UNACKED_MS 120000 /* TCP gives a silent connection up */

uint64_t gn_net_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

enum gn_err gn_net_err(void)
{
	switch (errno) {
	case EAGAIN:
		return GN_E_BUSY;
	case EHOSTUNREACH:
		return GN_E_NOTFOUND;
	case EINVAL:
	case EPROTONOSUPPORT:
		return GN_E_FORMAT;
	case ENOMEM:
		return GN_E_NOMEM;
	default:
		return GN_E_SYSTEM;
	}
}

bool gn_net_set_int(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

bool gn_net_socket_common(void *socket, const struct gn_net_keys *keys)
{
	int64_t largest = GN_NET_MESSAGE_MAX + CURVE_FRAME;
	const struct {
		int option, value;
	} rows[] = {
	        {ZMQ_LINGER, 0},
	        {ZMQ_IPV6, 1},
	        {ZMQ_SNDHWM, QUEUE_MESSAGES},
	        {ZMQ_RCVHWM, QUEUE_MESSAGES},
	        {ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS},
	        {ZMQ_TCP_MAXRT, UNACKED_MS},
	        {ZMQ_HEARTBEAT_IVL, keys->heartbeat_ms},
	        {ZMQ_HEARTBEAT_TIMEOUT, keys->heartbeat_ms * 3},
	        {ZMQ_HEARTBEAT_TTL, keys->heartbeat_ms * 4},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!gn_net_set_int(socket, rows[i].option, rows[i].value))
			return false;
	return zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &largest, sizeof largest) == 0 &&
	       zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, keys->secret_key, GN_KEY_SIZE) == 0;
}

void *gn_net_monitor(void *context, void *socket, int events)
{
	static atomic_uint serial;
	char name[48];
	void *monitor = zmq_socket(context, ZMQ_PAIR);

	snprintf(name, sizeof name, "inproc://monitor-%u", atomic_fetch_add(&serial, 1));
	if (monitor && zmq_socket_monitor(socket, name, events) == 0 &&
	        zmq_connect(monitor, name) == 0)
		return monitor;
	if (monitor)
		zmq_close(monitor);
	return NULL;
}

static bool has_more(void *socket)
{
	int more = 0;
	size_t size = sizeof more;

	return zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) == 0 && more;
}

bool gn_net_monitor_next(void *monitor, int *ret_event, uint32_t *ret_value)
{
	uint8_t head[6] = {0};
	uint16_t event;
	int size = zmq_recv(monitor, head, sizeof head, ZMQ_DONTWAIT);

	if (size < 0)
		return false;
	while (has_more(monitor)) /* the address */
		zmq_recv(monitor, NULL, 0, ZMQ_DONTWAIT);
	memcpy(&event, head, sizeof event);
	memcpy(ret_value, head + 2, sizeof *ret_value);
	*ret_event = size == sizeof head ? event : 0;
	return true;
}

enum gn_err gn_net_send_over(
        void *socket, const uint8_t *id, size_t id_size, struct gn_bytes message)
{
	zmq_msg_t out;

	if (zmq_msg_init_size(&out, message.size) != 0)
		return GN_E_NOMEM;
	if (message.size > 0)
		memcpy(zmq_msg_data(&out), message.data, message.size);
	if ((id && zmq_send(socket, id, id_size, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) ||
	        zmq_msg_send(&out, socket, ZMQ_DONTWAIT) < 0) {
		enum gn_err err = gn_net_err();

		zmq_msg_close(&out);
		return err;
	}
	return GN_OK;
}
