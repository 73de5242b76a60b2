/* The listening socket, the limits, and a request from its first byte to its
 * handler, which runs on the server's one thread. libmicrohttpd's defaults let
 * a few slow clients lock everyone out; these limits hold. Who may ask for what
 * is the handler's.
 */
#include "core/http_internal.h"
#include "core/text.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS 200u
#define CONNECTIONS_PER_IP 20u
#define SILENCE_S 10u
#define MEMORY_BYTES ((size_t)16 << 10)
#define BACKLOG 128

struct gn_http {
	struct MHD_Daemon *daemon;
	struct gn_http_guard *guard;
	gn_http_handler *handler;
	void *context;
	size_t body_max;
};

const char *gn_http_method(const struct gn_http_request *request)
{
	return request->method;
}

const char *gn_http_path(const struct gn_http_request *request)
{
	return request->path;
}

struct gn_bytes gn_http_body(const struct gn_http_request *request)
{
	return gn_bytes(request->body, request->body_size);
}

const char *gn_http_header(struct gn_http_request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *gn_http_param(struct gn_http_request *request, const char *name)
{
	const char *value = NULL;

	if (MHD_lookup_connection_value_n(request->connection, MHD_GET_ARGUMENT_KIND, name,
	            strlen(name), &value, NULL) != MHD_YES)
		return NULL;
	return value ? value : "";
}

struct each {
	bool (*each)(void *context, const char *name, const char *value);
	void *context;
};

static enum MHD_Result each_param(
        void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct each *e = context;

	(void)kind;
	return e->each(e->context, name, value ? value : "") ? MHD_YES : MHD_NO;
}

void gn_http_each_param(struct gn_http_request *request,
        bool (*each)(void *context, const char *name, const char *value), void *context)
{
	struct each e = {each, context};

	MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, each_param, &e);
}

bool gn_http_loopback(const struct gn_http_request *request)
{
	const struct sockaddr *from =
	        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
	                ->client_addr;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (from->sa_family == AF_INET) {
		memcpy(&v4, from, sizeof v4);
		return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
	}
	if (from->sa_family != AF_INET6)
		return false;
	memcpy(&v6, from, sizeof v6);
	if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
		return v6.sin6_addr.s6_addr[12] == 127;
	return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

static void take_body(struct gn_http_request *r, const char *data, size_t size, size_t max)
{
	size_t need = r->body_size + size;
	uint8_t *larger;

	if (r->body_too_large || need > max) {
		r->body_too_large = true;
		return;
	}
	if (need > r->body_cap) {
		size_t cap = need * 2 < max ? need * 2 : max;

		larger = realloc(r->body, cap);
		if (!larger) {
			r->body_too_large = true;
			return;
		}
		r->body = larger;
		r->body_cap = cap;
	}
	memcpy(r->body + r->body_size, data, size);
	r->body_size = need;
}

static bool declares_more(struct gn_http_request *r, size_t max)
{
	const char *length = gn_http_header(r, "Content-Length");
	uint64_t size;

	return length && gn_number_parse(gn_bytes_str(length), max, &size) != GN_OK;
}

static enum MHD_Result reply(struct gn_http *http, struct gn_http_request *r)
{
	struct gn_http_reply out = {0};

	r->answered = true;
	if (r->body_too_large)
		gn_http_problem(&out, MHD_HTTP_CONTENT_TOO_LARGE, "Content Too Large",
		        "the request's body is larger than this address takes");
	else
		http->handler(http->context, r, &out);
	gn_http_guard_answering(http->guard, r->connection);
	return gn_http_reply_send(r, &out);
}

/* HEAD is a GET whose answer libmicrohttpd sends without the body. */
static struct gn_http_request *request_new(
        struct MHD_Connection *connection, const char *path, const char *method)
{
	struct gn_http_request *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->connection = connection;
	r->method = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0 ? MHD_HTTP_METHOD_GET : method;
	r->path = path;
	return r;
}

/* Called with the head, then with parts of the body, then at its end. */
static enum MHD_Result serve(void *context, struct MHD_Connection *connection, const char *path,
        const char *method, const char *version, const char *data, size_t *size, void **place)
{
	struct gn_http *http = context;
	struct gn_http_request *r = *place;

	(void)version;
	if (!r) {
		r = *place = request_new(connection, path, method);
		if (!r)
			return MHD_NO;
		r->body_too_large = declares_more(r, http->body_max);
		return r->body_too_large ? reply(http, r) : MHD_YES;
	}
	if (*size > 0) {
		take_body(r, data, *size, http->body_max);
		*size = 0;
		return MHD_YES;
	}
	return r->answered ? MHD_YES : reply(http, r);
}

static void completed(void *context, struct MHD_Connection *connection, void **place,
        enum MHD_RequestTerminationCode code)
{
	struct gn_http *http = context;
	struct gn_http_request *r = *place;

	(void)code;
	if (r)
		free(r->body);
	free(r);
	*place = NULL;
	gn_http_guard_next(http->guard, connection);
}

/* "127.0.0.1:7480" or "[::1]:0". */
static enum gn_err parse_listen(const char *text, struct addrinfo **ret_address)
{
	const struct addrinfo hints = {
	        .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | AI_PASSIVE};
	const char *colon = strrchr(text, ':');
	size_t size = colon ? (size_t)(colon - text) : 0;
	char host[256];
	uint64_t port;

	if (size >= 2 && text[0] == '[' && text[size - 1] == ']') {
		text++;
		size -= 2;
	} else if (memchr(text, ':', size)) {
		return GN_E_FORMAT;
	}
	if (size == 0 || size >= sizeof host ||
	        gn_number_parse(gn_bytes_str(colon + 1), UINT16_MAX, &port))
		return GN_E_FORMAT;
	memcpy(host, text, size);
	host[size] = 0;
	return getaddrinfo(host, colon + 1, &hints, ret_address) == 0 ? GN_OK : GN_E_FORMAT;
}

static int listen_at(const struct addrinfo *at)
{
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
	int kept;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
	        bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	kept = errno;
	close(fd);
	errno = kept;
	return -1;
}

static unsigned port_of(int fd)
{
	struct sockaddr_storage at;
	socklen_t size = sizeof at;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (getsockname(fd, (struct sockaddr *)&at, &size) != 0)
		return 0;
	memcpy(&v4, &at, sizeof v4);
	memcpy(&v6, &at, sizeof v6);
	return ntohs(at.ss_family == AF_INET6 ? v6.sin6_port : v4.sin_port);
}

static struct MHD_Daemon *start_daemon(struct gn_http *http, bool concurrent, int fd)
{
	unsigned how = concurrent ? MHD_USE_INTERNAL_POLLING_THREAD |
	                                    MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL
	                          : MHD_USE_EPOLL_INTERNAL_THREAD;

	return MHD_start_daemon(how, 0, NULL, NULL, serve, http, MHD_OPTION_LISTEN_SOCKET, fd,
	        MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
	        CONNECTIONS_PER_IP, MHD_OPTION_CONNECTION_TIMEOUT, SILENCE_S,
	        MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1,
	        MHD_OPTION_NOTIFY_COMPLETED, completed, http, MHD_OPTION_NOTIFY_CONNECTION,
	        gn_http_guard_notify, http->guard, MHD_OPTION_END);
}

static enum gn_err start_on(
        const struct gn_http_options *options, int fd, struct gn_http **ret_http)
{
	struct gn_http *http = calloc(1, sizeof *http);
	enum gn_err err;

	if (!http)
		return GN_E_NOMEM;
	http->handler = options->handler;
	http->context = options->context;
	http->body_max = options->body_max;
	err = gn_http_guard_new(options->request_s, &http->guard);
	if (!err) {
		http->daemon = start_daemon(http, options->concurrent, fd);
		err = http->daemon ? GN_OK : GN_E_SYSTEM;
	}
	if (err) {
		gn_http_stop(&http);
		return err;
	}
	*ret_http = http;
	return GN_OK;
}

enum gn_err gn_http_start(
        const struct gn_http_options *options, unsigned *ret_port, struct gn_http **ret_http)
{
	struct addrinfo *address;
	enum gn_err err = parse_listen(options->listen, &address);
	unsigned port;
	int fd;

	if (err)
		return err;
	fd = listen_at(address);
	freeaddrinfo(address);
	if (fd < 0)
		return GN_E_SYSTEM;
	port = port_of(fd);
	err = start_on(options, fd, ret_http);
	if (err)
		close(fd);
	else if (ret_port)
		*ret_port = port;
	return err;
}

void gn_http_stop(struct gn_http **http)
{
	struct gn_http *h = *http;

	if (!h)
		return;
	*http = NULL;
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	gn_http_guard_free(&h->guard);
	free(h);
}
