/* Somebody at the door: connects to a hub or node with the keys it is given,
 * asks for logs and offers an entry, and tells what came of it in one line:
 * "handshake yes|no, N messages, N bytes". Knows nothing of the programs' code.
 *
 * intruder ENDPOINT SERVER CLIENT ORIGIN SECONDS
 * SERVER: file with the server's secret X25519 key, `random`, or `none` (no CURVE)
 * CLIENT: file with a secret X25519 key, or `random`
 * ORIGIN: file with an Ed25519 secret key whose log is asked for
 * It ends after SECONDS, or half a second after the last message it got.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

static const char *const hello = "\x0a\x02\x08\x01"; /* Message.hello { protocol 1 } */

static int read_key(const char *path, unsigned char *key, size_t size)
{
	FILE *file = fopen(path, "rb");
	size_t got = file ? fread(key, 1, size, file) : 0;
	if (file)
		fclose(file);
	if (got != size)
		fprintf(stderr, "intruder: %s: no key of %zu bytes\n", path, size);
	return got == size;
}

static int set_keys(void *socket, const char *server, const char *client)
{
	unsigned char secret[32], public_key[32];
	if (strcmp(server, "none") == 0)
		return 1;
	if (strcmp(server, "random") == 0)
		randombytes_buf(secret, sizeof secret);
	else if (!read_key(server, secret, sizeof secret))
		return 0;
	crypto_scalarmult_base(public_key, secret);
	zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, public_key, sizeof public_key);
	if (strcmp(client, "random") == 0)
		randombytes_buf(secret, sizeof secret);
	else if (!read_key(client, secret, sizeof secret))
		return 0;
	crypto_scalarmult_base(public_key, secret);
	zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public_key, sizeof public_key);
	zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret, sizeof secret);
	return 1;
}

/* Message.want { origin, from 1, credit 1000, again } */
static size_t make_want(const unsigned char *origin, unsigned char *out)
{
	static const unsigned char tail[] = {0x10, 0x01, 0x18, 0xe8, 0x07, 0x20, 0x01};
	out[0] = 0x1a;
	out[1] = (unsigned char)(34 + sizeof tail);
	out[2] = 0x0a;
	out[3] = 32;
	memcpy(out + 4, origin, 32);
	memcpy(out + 36, tail, sizeof tail);
	return 36 + sizeof tail;
}

/* Message.have { heads { origin, seq 5, hash } } and Message.batch { origin, first 1,
 * previous, entries: one of 80 bytes }, for an origin of its own. */
static void offer(void *socket)
{
	unsigned char message[256], origin[32], noise[80];
	randombytes_buf(origin, sizeof origin);
	randombytes_buf(noise, sizeof noise);
	size_t n = 0;
	memcpy(message, "\x12\x48\x0a\x46\x0a\x20", 6);
	memcpy(message + 6, origin, 32);
	memcpy(message + 38, "\x10\x05\x1a\x20", 4);
	memcpy(message + 42, noise, 32);
	zmq_send(socket, message, 74, ZMQ_DONTWAIT);
	message[n++] = 0x22;
	message[n++] = 0x80 | (152 & 0x7f); /* 34 + 2 + 34 + 82 bytes follow */
	message[n++] = 152 >> 7;
	message[n++] = 0x0a;
	message[n++] = 32;
	memcpy(message + n, origin, 32);
	n += 32;
	memcpy(message + n, "\x10\x01\x1a\x20", 4);
	n += 4;
	memcpy(message + n, noise, 32);
	n += 32;
	message[n++] = 0x22;
	message[n++] = 80;
	memcpy(message + n, noise, 80);
	zmq_send(socket, message, n + 80, ZMQ_DONTWAIT);
}

static long now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int handshake_done(void *monitor)
{
	unsigned char event[6];
	char endpoint[256];
	int yes = 0;
	while (zmq_recv(monitor, event, sizeof event, ZMQ_DONTWAIT) == (int)sizeof event) {
		zmq_recv(monitor, endpoint, sizeof endpoint, 0);
		yes |= (event[0] | event[1] << 8) == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
	}
	return yes;
}

static void listen_for(void *socket, void *monitor, long seconds)
{
	static char message[1 << 20];
	long end = now_ms() + seconds * 1000;
	int messages = 0, bytes = 0, shaken = 0;
	zmq_pollitem_t items[] = {{socket, 0, ZMQ_POLLIN, 0}};
	for (long left; (left = end - now_ms()) > 0;) {
		zmq_poll(items, 1, left < 100 ? left : 100);
		int size = zmq_recv(socket, message, sizeof message, ZMQ_DONTWAIT);
		shaken |= handshake_done(monitor);
		if (size < 0)
			continue;
		messages++;
		bytes += size;
		if (end > now_ms() + 500)
			end = now_ms() + 500;
	}
	printf("handshake %s, %d messages, %d bytes\n", shaken ? "yes" : "no", messages, bytes);
}

int main(int argc, char **argv)
{
	unsigned char origin[64], want[64];
	int linger = 0;
	if (argc != 6 || sodium_init() < 0 || !read_key(argv[4], origin, sizeof origin))
		return 2;
	void *context = zmq_ctx_new();
	void *socket = zmq_socket(context, ZMQ_DEALER);
	void *monitor = zmq_socket(context, ZMQ_PAIR);
	zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
	if (!set_keys(socket, argv[2], argv[3]))
		return 2;
	zmq_socket_monitor(socket, "inproc://monitor", ZMQ_EVENT_ALL);
	zmq_connect(monitor, "inproc://monitor");
	zmq_connect(socket, argv[1]);
	zmq_send(socket, hello, 4, 0);
	zmq_send(socket, want, make_want(origin + 32, want), 0);
	offer(socket);
	listen_for(socket, monitor, strtol(argv[5], NULL, 10));
	zmq_socket_monitor(socket, NULL, 0);
	zmq_close(monitor);
	zmq_close(socket);
	zmq_ctx_term(context);
	return 0;
}
