/* Clients that mean harm, or have a bad line: others are served meanwhile. */
#include "http_probe.h"

static struct gn_http *server;

static void handle(void *context, struct gn_http_request *request, struct gn_http_reply *reply)
{
	(void)context;
	reply->status = 200;
	reply->type = "text/plain";
	reply->body = strdup(gn_http_method(request));
	reply->size = strlen(reply->body);
}

static int started(void **state)
{
	struct gn_http_options options = {
	        .listen = "127.0.0.1:0", .handler = handle, .body_max = 1u << 20, .request_s = 2};

	(void)state;
	assert_int_equal(gn_http_start(&options, &http_port, &server), GN_OK);
	return 0;
}

static int stopped(void **state)
{
	(void)state;
	gn_http_stop(&server);
	return 0;
}

static void expect_served(unsigned host)
{
	const char *answer = http_ask(host, HTTP_GET("/"));

	assert_int_equal(http_status(answer), 200);
	assert_string_equal(http_body(answer), "GET");
}

/* Whether the other side has hung up, waiting at most that long. */
static bool hung_up(int fd, int wait_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char c;

	return poll(&p, 1, wait_ms) > 0 && recv(fd, &c, 1, 0) <= 0;
}

static void a_dripping_request_ends_at_its_deadline(void **state)
{
	static const char head[] = "GET / HTTP/1.1\r\nX-Slow: ";
	int fd = http_dial(1);
	int64_t began = http_now_ms(), lasted;

	(void)state;
	assert_true(http_write(fd, head, sizeof head - 1));
	while (!hung_up(fd, 100)) {
		assert_true(http_now_ms() - began < 8000);
		http_write(fd, "x", 1);
	}
	lasted = http_now_ms() - began;
	assert_in_range(lasted, 900, 8000);
	close(fd);
	expect_served(1);
}

static void a_dripping_body_ends_too(void **state)
{
	static const char head[] = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n";
	int fd = http_dial(1);
	int64_t began = http_now_ms();

	(void)state;
	assert_true(http_write(fd, head, sizeof head - 1));
	while (!hung_up(fd, 100)) {
		assert_true(http_now_ms() - began < 8000);
		http_write(fd, "x", 1);
	}
	close(fd);
	expect_served(1);
}

/* Busy, but whole: each request has time of its own. */
static void a_long_conversation_is_not_cut(void **state)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	int64_t began = http_now_ms();
	int fd = http_dial(1);
	char answer[1024];

	(void)state;
	while (http_now_ms() - began < 4000) {
		ssize_t n;

		assert_true(http_write(fd, request, sizeof request - 1));
		n = recv(fd, answer, sizeof answer - 1, 0);
		assert_true(n > 0);
		answer[n] = 0;
		assert_int_equal(http_status(answer), 200);
		assert_false(hung_up(fd, 50));
	}
	close(fd);
}

static void one_address_cannot_take_all_places(void **state)
{
	static const char head[] = "GET / HTTP/1.1\r\nX-Slow: ";
	int slow[60];

	(void)state;
	for (size_t i = 0; i < 60; i++) {
		slow[i] = http_dial(1);
		http_write(slow[i], head, sizeof head - 1);
	}
	expect_served(2);
	for (size_t i = 0; i < 60; i++)
		close(slow[i]);
}

static void slow_clients_of_many_addresses_are_outlasted(void **state)
{
	static const char head[] = "GET / HTTP/1.1\r\nX-Slow: ";
	enum { MANY = 300 };
	int slow[MANY];
	int64_t began = http_now_ms();
	unsigned status = 0;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		slow[i] = http_dial(2 + (unsigned)i / 15);
		http_write(slow[i], head, sizeof head - 1);
	}
	while (status != 200) {
		assert_true(http_now_ms() - began < 15000);
		for (size_t i = 0; i < MANY; i++)
			http_write(slow[i], "x", 1);
		status = http_status(http_ask(1, HTTP_GET("/")));
	}
	for (size_t i = 0; i < MANY; i++)
		close(slow[i]);
}

static void a_header_bomb_is_refused(void **state)
{
	char line[1024], answer[4096];
	int fd = http_dial(1);
	size_t sent = 0;
	unsigned status;

	(void)state;
	memset(line, 'h', sizeof line);
	line[0] = 'X';
	line[500] = ':';
	memcpy(line + sizeof line - 2, "\r\n", 2);
	assert_true(http_write(fd, "GET / HTTP/1.1\r\n", 16));
	while (sent < (64u << 20) && http_write(fd, line, sizeof line))
		sent += sizeof line;
	assert_true(sent < (64u << 20)); /* it hung up long before */
	http_read_all(fd, answer, sizeof answer);
	status = http_status(answer);
	assert_true(status == 0 || status == 431 || status == 413);
	close(fd);
	expect_served(1);
}

static void a_body_that_is_too_large_is_refused_before_it_comes(void **state)
{
	static const char head[] =
	        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n";
	static char megabyte[1u << 20];
	char answer[4096];
	int fd = http_dial(1);

	(void)state;
	assert_true(http_write(fd, head, sizeof head - 1));
	expect_served(1);
	assert_true(http_read_all(fd, answer, sizeof answer) > 0);
	assert_int_equal(http_status(answer), 413);
	close(fd);
	fd = http_dial(1); /* one that does not listen while it sends */
	http_write(fd, head, sizeof head - 1);
	for (int i = 0; i < 1000 && http_write(fd, megabyte, sizeof megabyte); i++)
		assert_true(i < 900);
	close(fd);
	expect_served(1);
}

#define served(test) cmocka_unit_test_setup_teardown(test, started, stopped)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        served(a_dripping_request_ends_at_its_deadline),
	        served(a_dripping_body_ends_too),
	        served(a_long_conversation_is_not_cut),
	        served(one_address_cannot_take_all_places),
	        served(slow_clients_of_many_addresses_are_outlasted),
	        served(a_header_bomb_is_refused),
	        served(a_body_that_is_too_large_is_refused_before_it_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
