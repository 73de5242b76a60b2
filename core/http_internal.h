/* What http.c (the server and its requests) shares with http_guard.c (how long
 * a request may take) and http_reply.c (what goes back).
 */
#ifndef GN_CORE_HTTP_INTERNAL_H
#define GN_CORE_HTTP_INTERNAL_H

#include "core/http.h"
#include <microhttpd.h>

struct gn_http_request {
	struct MHD_Connection *connection;
	const char *method, *path;
	uint8_t *body;
	size_t body_size, body_cap;
	bool body_too_large, answered;
};

/* Ends connections whose request takes too long, however busily they drip. */
struct gn_http_guard;
/* request_s: a whole request is read within; 0: 20 seconds. */
enum gn_err gn_http_guard_new(unsigned request_s, struct gn_http_guard **ret_guard) GN_MUST_USE;
void gn_http_guard_free(struct gn_http_guard **guard); /* after MHD_stop_daemon */
void gn_http_guard_notify(void *guard, struct MHD_Connection *connection, void **place,
        enum MHD_ConnectionNotificationCode code);
/* The request was read: its answer has time of its own. */
void gn_http_guard_answering(struct gn_http_guard *guard, struct MHD_Connection *connection);
/* The answer is out: the next request begins. */
void gn_http_guard_next(struct gn_http_guard *guard, struct MHD_Connection *connection);

/* Sends it; takes the body in any case. */
enum MHD_Result gn_http_reply_send(struct gn_http_request *request, struct gn_http_reply *reply);

#endif
