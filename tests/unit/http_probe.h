/* A server on loopback, and clients that speak bytes. */
#ifndef TEST_HTTP_PROBE_H
#define TEST_HTTP_PROBE_H

#include "core/http.h"
#include "temp_dir.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

static unsigned http_port;

static inline int64_t http_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Connected from 127.0.0.`host`; what it waits for comes within 20 seconds. */
static inline int http_dial(unsigned host)
{
	struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
	struct timeval patience = {.tv_sec = 20};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + host);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons((uint16_t)http_port);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
	return fd;
}

static inline bool http_write(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = send(fd, data, size, MSG_NOSIGNAL);

		if (n < 0)
			return false;
		data += n;
		size -= (size_t)n;
	}
	return true;
}

/* Everything until the other side ends; -1 when it was cut off. */
static inline ssize_t http_read_all(int fd, char *buf, size_t cap)
{
	size_t size = 0;
	ssize_t n;

	while ((n = recv(fd, buf + size, cap - 1 - size, 0)) > 0)
		size += (size_t)n;
	buf[size] = 0;
	if (n < 0)
		assert_int_equal(errno, ECONNRESET);
	return n < 0 ? -1 : (ssize_t)size;
}

/* One request on a connection of its own. */
static inline const char *http_ask(unsigned host, const char *request)
{
	static char answer[8192];
	int fd = http_dial(host);

	assert_true(http_write(fd, request, strlen(request)));
	http_read_all(fd, answer, sizeof answer);
	close(fd);
	return answer;
}

static inline unsigned http_status(const char *answer)
{
	return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (unsigned)strtoul(answer + 9, NULL, 10) : 0;
}

static inline const char *http_body(const char *answer)
{
	const char *end = strstr(answer, "\r\n\r\n");

	return end ? end + 4 : "";
}

#define HTTP_GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

#endif
