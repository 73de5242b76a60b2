/* A small HTTP server over libmicrohttpd with limits that hold under attack. */
#ifndef GN_CORE_HTTP_H
#define GN_CORE_HTTP_H

#include "proto/base.h"

struct gn_http;
struct gn_http_request; /* gives parameters and headers */

struct gn_http_reply {
	unsigned status;
	const char *type; /* content type; static text */
	char *body; /* malloc'ed, taken by the server; may be NULL */
	size_t size;
	char etag[72]; /* quoted; "" for none: a match answers 304 */
	const char *location_or_challenge; /* WWW-Authenticate with 401, Allow with 405; NULL */
};

/* Called on a server thread; fills the reply. Whoever waits here keeps the others
 * waiting, unless the server is a concurrent one. */
typedef void gn_http_handler(
        void *context, struct gn_http_request *request, struct gn_http_reply *reply);

struct gn_http_options {
	const char *listen; /* "127.0.0.1:7480", "[::1]:0" */
	gn_http_handler *handler;
	void *context;
	size_t body_max; /* 0: no request bodies */
	unsigned request_s; /* a whole request is read within; 0: 20 seconds */
	bool concurrent; /* each connection has a thread, so that one may wait alone */
};
/* GN_E_SYSTEM (address in use), GN_E_FORMAT. ret_port may be NULL. */
enum gn_err gn_http_start(const struct gn_http_options *options, unsigned *ret_port,
        struct gn_http **ret_http) GN_MUST_USE;
void gn_http_stop(struct gn_http **http);

const char *gn_http_method(const struct gn_http_request *request);
const char *gn_http_path(const struct gn_http_request *request);
const char *gn_http_param(struct gn_http_request *request, const char *name); /* NULL: not given */
/* Calls back for every parameter name, to refuse unknown ones. */
void gn_http_each_param(struct gn_http_request *request,
        bool (*each)(void *context, const char *name, const char *value), void *context);
const char *gn_http_header(struct gn_http_request *request, const char *name);
struct gn_bytes gn_http_body(const struct gn_http_request *request);
bool gn_http_loopback(const struct gn_http_request *request); /* the client is on this machine */
/* RFC 9457 problem+json. `detail` is copied. */
void gn_http_problem(
        struct gn_http_reply *reply, unsigned status, const char *title, const char *detail);

#endif
