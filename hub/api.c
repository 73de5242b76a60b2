/* Routes, rights and formats. A question is the same as on the command line.
 * Requests take turns on a view of the registry; those that count have one of
 * their own, since after a change of the registry they may take long. */
#include "hub/api.h"

#include "core/http.h"
#include "core/table.h"
#include "hub/access.h"
#include "hub/metrics.h"
#include "hub/query.h"
#include "hub/status.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { SEAT_QUICK, SEAT_COUNTING, SEATS, SEAT_NONE = SEATS };

struct seat {
	struct gn_view view;
	pthread_mutex_t lock; /* over view */
};

struct hub_api {
	struct gn_http *http;
	struct hub *hub;
	const struct hub_counts *counts;
	struct seat seats[SEATS];
	bool open_loopback;
};

struct route {
	const char *path;
	bool open; /* needs no token */
	int seat; /* SEAT_NONE: needs no view, so nothing holds it up */
	const char *const *params;
	void (*answer)(struct hub_api *api, struct gn_view *view, struct gn_http_request *request,
	        struct gn_http_reply *reply);
};

static void problem(struct gn_http_reply *reply, unsigned status, const char *detail)
{
	const char *title = status == 400   ? "Wrong parameter"
	                    : status == 401 ? "Token needed"
	                    : status == 404 ? "Not found"
	                    : status == 405 ? "Method not allowed"
	                    : status == 503 ? "Not now"
	                                    : "The hub failed";
	gn_http_problem(reply, status, title, detail);
	if (status == 401)
		reply->location_or_challenge = "Bearer realm=\"gonha\"";
	else if (status == 405)
		reply->location_or_challenge = "GET, HEAD";
}

static void failed(struct gn_http_reply *reply, enum gn_err err)
{
	if (err == GN_E_FULL)
		problem(reply, 503, "the disk is full: what came last cannot be counted");
	else
		problem(reply, err == GN_E_BUSY ? 503 : 500, gn_err_text(err));
}

static void answer_text(struct gn_http_reply *reply, const char *text)
{
	reply->body = strdup(text);
	reply->size = reply->body ? strlen(text) : 0;
	reply->status = 200;
	reply->type = "text/plain; charset=utf-8";
}

static void get_healthz(struct hub_api *api, struct gn_view *view, struct gn_http_request *request,
        struct gn_http_reply *reply)
{
	(void)api, (void)view, (void)request;
	answer_text(reply, "ok\n");
}

static void get_metrics(struct hub_api *api, struct gn_view *view, struct gn_http_request *request,
        struct gn_http_reply *reply)
{
	(void)request;
	GN_AUTO_TXN txn = gn_txn_begin(api->hub->store, false);
	reply->body = hub_metrics_text(&txn, view, api->counts, &reply->size);
	reply->status = reply->body ? 200 : 500;
	reply->type = "text/plain; version=0.0.4; charset=utf-8";
}

static bool wanted_format(
        struct gn_http_request *request, struct gn_http_reply *reply, enum gn_format *ret_format)
{
	const char *text = gn_http_param(request, "format");
	if (!text || strcmp(text, "json") == 0) {
		*ret_format = GN_FORMAT_JSON;
	} else if (strcmp(text, "csv") == 0) {
		*ret_format = GN_FORMAT_CSV;
	} else {
		problem(reply, 400, "format: expected json or csv");
		return false;
	}
	return true;
}

/* The tag is of the bytes that are sent: equal answers have equal tags. */
static void send_out(struct gn_http_reply *reply, struct gn_out *out, enum gn_format format)
{
	FILE *file = out ? open_memstream(&reply->body, &reply->size) : NULL;
	enum gn_err err = file ? gn_out_write(out, format, file) : GN_E_NOMEM;
	if (file && fclose(file))
		err = GN_E_NOMEM;
	gn_out_free(&out);
	if (err) {
		free(reply->body);
		reply->body = NULL;
		problem(reply, 500, gn_err_text(err));
		return;
	}
	uint8_t digest[16];
	char hex[33];
	crypto_generichash(
	        digest, sizeof digest, (const uint8_t *)reply->body, reply->size, NULL, 0);
	sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
	snprintf(reply->etag, sizeof reply->etag, "\"%s\"", hex);
	reply->status = 200;
	reply->type = format == GN_FORMAT_JSON ? "application/json; charset=utf-8"
	                                       : "text/csv; charset=utf-8";
}

static const char *param(void *context, const char *name)
{
	return gn_http_param(context, name);
}

static void get_rates(struct hub_api *api, struct gn_view *view, struct gn_http_request *request,
        struct gn_http_reply *reply)
{
	enum gn_format format;
	struct hub_rates_query query;
	struct gn_out *out = NULL;
	char text[HUB_QUERY_TEXT];
	if (!wanted_format(request, reply, &format))
		return;
	enum gn_err err = hub_query_rates(param, request, view->registry, &query, text);
	if (!err)
		err = hub_rates_ask(api->hub->store, view, &api->hub->keys, &query, &out, text);
	if (err == GN_E_USAGE)
		problem(reply, 400, text);
	else if (err == GN_E_NOTFOUND)
		problem(reply, 404, text);
	else if (err)
		failed(reply, err);
	else
		send_out(reply, out, format);
}

static void get_nodes(struct hub_api *api, struct gn_view *view, struct gn_http_request *request,
        struct gn_http_reply *reply)
{
	enum gn_format format;
	if (!wanted_format(request, reply, &format))
		return;
	GN_AUTO_TXN txn = gn_txn_begin(api->hub->store, false);
	send_out(reply, hub_nodes(&txn, view->registry, gn_now_ms()), format);
}

static const char *const no_params[] = {NULL};
static const char *const rates_params[] = {
        "indicator", "level", "unit", "from", "to", "campaign", "sort", "format", NULL};
static const char *const nodes_params[] = {"format", NULL};

static const struct route routes[] = {
        {"/healthz", true, SEAT_NONE, no_params, get_healthz},
        {"/readyz", true, SEAT_QUICK, no_params, get_healthz},
        {"/metrics", true, SEAT_QUICK, no_params, get_metrics},
        {"/api/v1/rates", false, SEAT_COUNTING, rates_params, get_rates},
        {"/api/v1/nodes", false, SEAT_QUICK, nodes_params, get_nodes},
};

struct param_check {
	const struct route *route;
	char text[HUB_QUERY_TEXT];
};

static bool known_param(void *context, const char *name, const char *value)
{
	struct param_check *check = context;
	(void)value;
	for (const char *const *known = check->route->params; *known; known++)
		if (strcmp(*known, name) == 0)
			return true;
	snprintf(check->text, sizeof check->text, "%s: no such parameter here",
	        gn_report_value(gn_bytes_str(name)));
	return false;
}

static bool may_ask(struct hub_api *api, struct gn_http_request *request)
{
	if (api->open_loopback && gn_http_loopback(request))
		return true;
	const char *given = gn_http_header(request, "Authorization");
	if (!given || strncasecmp(given, "Bearer ", 7) != 0)
		return false;
	GN_AUTO_TXN txn = gn_txn_begin(api->hub->store, false);
	return hub_access_role(&txn, given + 7) != HUB_ROLE_NONE;
}

static void answer_at(struct hub_api *api, const struct route *route,
        struct gn_http_request *request, struct gn_http_reply *reply)
{
	struct seat *seat = &api->seats[route->seat];
	pthread_mutex_lock(&seat->lock);
	enum gn_err err = gn_view_refresh(&seat->view, api->hub->store);
	if (err)
		failed(reply, err);
	else
		route->answer(api, &seat->view, request, reply);
	pthread_mutex_unlock(&seat->lock);
}

static void answer(struct hub_api *api, const struct route *route, struct gn_http_request *request,
        struct gn_http_reply *reply)
{
	struct param_check check = {.route = route};
	gn_http_each_param(request, known_param, &check);
	if (check.text[0])
		problem(reply, 400, check.text);
	else if (route->seat == SEAT_NONE)
		route->answer(api, NULL, request, reply);
	else
		answer_at(api, route, request, reply);
}

static void handle(void *context, struct gn_http_request *request, struct gn_http_reply *reply)
{
	struct hub_api *api = context;
	const char *path = gn_http_path(request), *method = gn_http_method(request);
	const struct route *route = NULL;
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
		if (strcmp(routes[i].path, path) == 0)
			route = &routes[i];
	if (!route)
		problem(reply, 404, "no such page");
	else if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		problem(reply, 405, "GET alone");
	else if (!route->open && !may_ask(api, request))
		problem(reply, 401, "send Authorization: Bearer TOKEN");
	else
		answer(api, route, request, reply);
}

enum gn_err hub_api_start(struct hub *hub, const struct hub_counts *counts, const char *listen,
        bool open_loopback, unsigned *ret_port, struct hub_api **ret_api)
{
	struct hub_api *api = calloc(1, sizeof *api);
	if (!api)
		return GN_E_NOMEM;
	api->hub = hub;
	api->counts = counts;
	api->open_loopback = open_loopback;
	struct gn_http_options options = {
	        .listen = listen, .handler = handle, .context = api, .concurrent = true};
	enum gn_err err = GN_OK;
	for (int i = 0; i < SEATS; i++) {
		pthread_mutex_init(&api->seats[i].lock, NULL);
		if (!err)
			err = gn_view_open(&api->seats[i].view, hub->store);
	}
	if (!err)
		err = gn_http_start(&options, ret_port, &api->http);
	if (err) {
		hub_api_stop(&api);
		return err;
	}
	*ret_api = api;
	return GN_OK;
}

void hub_api_stop(struct hub_api **api_ptr)
{
	struct hub_api *api = *api_ptr;
	if (!api)
		return;
	gn_http_stop(&api->http);
	for (int i = 0; i < SEATS; i++) {
		gn_view_close(&api->seats[i].view);
		pthread_mutex_destroy(&api->seats[i].lock);
	}
	free(api);
	*api_ptr = NULL;
}
