#include "http_probe.h"
#include <jansson.h>

static struct gn_http *server;

static bool append_param(void *context, const char *name, const char *value)
{
	char *text = context;
	size_t used = strlen(text);

	snprintf(text + used, 512 - used, "[%s=%s]", name, value);
	return true;
}

static char *echo(struct gn_http_request *request)
{
	const char *a = gn_http_param(request, "a"), *agent = gn_http_header(request, "user-agent");
	struct gn_bytes body = gn_http_body(request);
	char all[512] = "", *text;

	gn_http_each_param(request, append_param, all);
	if (asprintf(&text, "%s %s a=%s all=%s agent=%s loopback=%d body=%zu:%.*s",
	            gn_http_method(request), gn_http_path(request), a ? a : "(none)", all,
	            agent ? agent : "(none)", gn_http_loopback(request), body.size,
	            (int)(body.size < 20 ? body.size : 20), (const char *)body.data) < 0)
		return NULL;
	return text;
}

static void handle(void *context, struct gn_http_request *request, struct gn_http_reply *reply)
{
	const char *path = gn_http_path(request);

	assert_string_equal(context, "context");
	if (strcmp(path, "/silent") == 0)
		return;
	if (strcmp(path, "/no") == 0) {
		gn_http_problem(reply, 404, "Not Found", "no unit \"\xff\"");
		return;
	}
	if (strcmp(path, "/token") == 0) {
		reply->location_or_challenge = "Bearer";
		gn_http_problem(reply, 401, "Unauthorized", "a token is needed");
		return;
	}
	reply->status = 200;
	reply->type = "text/plain; charset=utf-8";
	reply->body = echo(request);
	reply->size = strlen(reply->body);
	if (strcmp(path, "/tagged") == 0)
		snprintf(reply->etag, sizeof reply->etag, "\"v1\"");
}

static int started(void **state)
{
	struct gn_http_options options = {.listen = "127.0.0.1:0",
	        .handler = handle,
	        .context = (void *)(uintptr_t) "context",
	        .body_max = 1000};

	(void)state;
	assert_int_equal(gn_http_start(&options, &http_port, &server), GN_OK);
	assert_int_not_equal(http_port, 0);
	return 0;
}

static int stopped(void **state)
{
	(void)state;
	gn_http_stop(&server);
	gn_http_stop(&server);
	return 0;
}

static void a_request_reaches_its_handler(void **state)
{
	const char *answer = http_ask(1, "GET /a%20b?a=1%2B1+x&b=&c&a=2 HTTP/1.1\r\nHost: x\r\n"
	                                 "User-Agent: me\r\nConnection: close\r\n\r\n");

	(void)state;
	assert_int_equal(http_status(answer), 200);
	assert_string_equal(http_body(answer),
	        "GET /a b a=1+1 x all=[a=1+1 x][b=][c=][a=2] agent=me loopback=1 body=0:");
	assert_non_null(strstr(answer, "Content-Type: text/plain; charset=utf-8\r\n"));
	assert_non_null(strstr(answer, "Cache-Control: no-store\r\n"));
	assert_non_null(strstr(answer, "X-Content-Type-Options: nosniff\r\n"));
	assert_null(strstr(answer, "ETag"));
}

static void head_is_a_get_without_its_body(void **state)
{
	const char *answer;
	char length[64];

	(void)state;
	answer = http_ask(1, HTTP_GET("/x"));
	snprintf(length, sizeof length, "Content-Length: %zu\r\n", strlen(http_body(answer)));
	answer = http_ask(1, "HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	assert_int_equal(http_status(answer), 200);
	assert_string_equal(http_body(answer), "");
	assert_non_null(strstr(answer, length));
}

static void a_known_tag_spares_the_body(void **state)
{
	static const struct {
		const char *tags;
		unsigned status;
	} rows[] = {{"\"v1\"", 304}, {"\"v0\", W/\"v1\"", 304}, {"*", 304}, {"\"v2\"", 200},
	        {"\"v1", 200}, {"\"v1\"x", 200}, {"", 200}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char request[256];
		const char *answer;

		snprintf(request, sizeof request,
		        "GET /tagged HTTP/1.1\r\nHost: x\r\nIf-None-Match: %s\r\n"
		        "Connection: close\r\n\r\n",
		        rows[i].tags);
		answer = http_ask(1, request);
		assert_int_equal(http_status(answer), rows[i].status);
		assert_non_null(strstr(answer, "ETag: \"v1\"\r\n"));
		assert_int_equal(http_body(answer)[0] == 0, rows[i].status == 304);
	}
}

static void expect_problem(
        const char *answer, unsigned status, const char *title, const char *detail)
{
	json_t *problem = json_loads(http_body(answer), 0, NULL);

	assert_int_equal(http_status(answer), status);
	assert_non_null(strstr(answer, "Content-Type: application/problem+json\r\n"));
	assert_non_null(problem);
	assert_string_equal(json_string_value(json_object_get(problem, "type")), "about:blank");
	assert_string_equal(json_string_value(json_object_get(problem, "title")), title);
	assert_string_equal(json_string_value(json_object_get(problem, "detail")), detail);
	assert_int_equal(json_integer_value(json_object_get(problem, "status")), status);
	json_decref(problem);
}

static void problems_are_json(void **state)
{
	const char *answer;

	(void)state;
	expect_problem(http_ask(1, HTTP_GET("/no")), 404, "Not Found", "no unit \"?\"");
	expect_problem(http_ask(1, HTTP_GET("/silent")), 500, "Internal Server Error",
	        "the request was not answered");
	answer = http_ask(1, HTTP_GET("/token"));
	expect_problem(answer, 401, "Unauthorized", "a token is needed");
	assert_non_null(strstr(answer, "WWW-Authenticate: Bearer\r\n"));
}

static void a_body_is_taken_up_to_its_limit(void **state)
{
	char request[4096], filler[1002];
	const char *answer;

	(void)state;
	memset(filler, 'b', sizeof filler);
	snprintf(request, sizeof request,
	        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
	        "Connection: close\r\n\r\n%.1000s",
	        filler);
	answer = http_ask(1, request);
	assert_int_equal(http_status(answer), 200);
	assert_non_null(strstr(answer, "body=1000:bbbb"));
	snprintf(request, sizeof request,
	        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n"
	        "Connection: close\r\n\r\n%.1001s",
	        filler);
	answer = http_ask(1, request);
	expect_problem(answer, 413, "Content Too Large",
	        "the request's body is larger than this address takes");
	snprintf(request, sizeof request,
	        "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
	        "Connection: close\r\n\r\n3e8\r\n%.1000s\r\n0\r\n\r\n",
	        filler);
	assert_int_equal(http_status(http_ask(1, request)), 200);
	snprintf(request, sizeof request,
	        "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
	        "Connection: close\r\n\r\n3e9\r\n%.1001s\r\n0\r\n\r\n",
	        filler);
	assert_int_equal(http_status(http_ask(1, request)), 413);
}

static void several_requests_go_over_one_connection(void **state)
{
	char answer[8192];
	int fd = http_dial(1);

	(void)state;
	for (int i = 0; i < 3; i++) {
		static const char request[] = "GET /tagged HTTP/1.1\r\nHost: x\r\n\r\n";
		ssize_t n;

		assert_true(http_write(fd, request, sizeof request - 1));
		n = recv(fd, answer, sizeof answer - 1, 0);
		assert_true(n > 0);
		answer[n] = 0;
		assert_int_equal(http_status(answer), 200);
	}
	close(fd);
}

static void wrong_addresses_are_told(void **state)
{
	static const char *const bad[] = {"", "7480", "127.0.0.1", ":80",
	        "127.0.0.1:", "1.2.3.4.5:1", "127.0.0.1:65536", "::1:80", "127.0.0.1:x", "[]:1"};
	struct gn_http_options options = {.handler = handle};
	struct gn_http *http = NULL;
	char taken[32];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		options.listen = bad[i];
		assert_int_equal(gn_http_start(&options, NULL, &http), GN_E_FORMAT);
	}
	snprintf(taken, sizeof taken, "127.0.0.1:%u", http_port);
	options.listen = taken;
	assert_int_equal(gn_http_start(&options, NULL, &http), GN_E_SYSTEM);
	assert_int_equal(errno, EADDRINUSE);
	assert_null(http);
}

static void it_listens_on_ipv6_too(void **state)
{
	struct gn_http_options options = {.listen = "[::1]:0", .handler = handle};
	struct gn_http *http = NULL;
	unsigned port = 0;
	enum gn_err err = gn_http_start(&options, &port, &http);

	(void)state;
	if (err == GN_E_SYSTEM && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL))
		skip();
	assert_int_equal(err, GN_OK);
	assert_int_not_equal(port, 0);
	gn_http_stop(&http);
}

#define served(test) cmocka_unit_test_setup_teardown(test, started, stopped)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        served(a_request_reaches_its_handler),
	        served(head_is_a_get_without_its_body),
	        served(a_known_tag_spares_the_body),
	        served(problems_are_json),
	        served(a_body_is_taken_up_to_its_limit),
	        served(several_requests_go_over_one_connection),
	        served(wrong_addresses_are_told),
	        cmocka_unit_test(it_listens_on_ipv6_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
