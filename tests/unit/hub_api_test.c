/* The hub over real HTTP: answers, tags, rights, refusals. */
#include "hub_house.h"
#include "http_probe.h"

#include "core/text.h"
#include "hub/access.h"
#include "hub/api.h"
#include "hub/db.h"

struct window { /* a house whose API is open */
	struct house *house;
	struct hub_api *api;
	struct hub_counts counts;
	char request[1024];
};

#define TOKEN "abcdefgh"

static int open_window(void **state, bool open_loopback)
{
	struct window *w = calloc(1, sizeof *w);
	void *house = NULL;
	uint8_t hash[32], value[] = {HUB_ROLE_VIEWER, 'x'};
	if (!w || house_setup(&house))
		return -1;
	w->house = house;
	crypto_generichash(hash, sizeof hash, (const uint8_t *)TOKEN, strlen(TOKEN), NULL, 0);
	struct gn_txn txn = gn_txn_begin(w->house->hub->store, true);
	gn_txn_put(&txn, HUB_T_TOKEN, gn_bytes(hash, sizeof hash), gn_bytes(value, sizeof value));
	if (gn_txn_commit(&txn))
		return -1;
	*state = w;
	return hub_api_start(
	               w->house->hub, &w->counts, "127.0.0.1:0", open_loopback, &http_port, &w->api)
	               ? -1
	               : 0;
}

static int setup(void **state)
{
	return open_window(state, true);
}

static int setup_closed(void **state)
{
	return open_window(state, false);
}

static int teardown(void **state)
{
	struct window *w = *state;
	void *house = w->house;
	hub_api_stop(&w->api);
	free(w);
	return house_teardown(&house);
}

static const char *ask(struct window *w, const char *method, const char *path, const char *headers)
{
	snprintf(w->request, sizeof w->request,
	        "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", method, path, headers);
	return http_ask(1, w->request);
}

static const char *get(struct window *w, const char *path)
{
	return ask(w, "GET", path, "");
}

static void says(const char *answer, unsigned status, const char *text)
{
	if (http_status(answer) != status || !strstr(answer, text))
		fail_msg("expected %u with %s, got: %s", status, text, answer);
}

#define RATES "/api/v1/rates?indicator=visit_household"

static void test_rates_in_two_formats(void **state)
{
	struct window *w = *state;
	const char *json = get(w, RATES "&level=commune");
	says(json, 200, "application/json");
	says(json, 200, "\"indicator\":\"visit_household\"");
	says(json, 200, "\"unit\":\"xa\"");
	const char *csv = get(w, RATES "&level=commune&format=csv");
	says(csv, 200, "text/csv");
	says(csv, 200, "\r\n\r\nunit,name,level,numerator");
	says(get(w, "/api/v1/nodes"), 200, "\"rows\"");
}

static void test_equal_answers_have_equal_tags(void **state)
{
	struct window *w = *state;
	char headers[200], tag[80];
	const char *at = strstr(get(w, RATES "&to=2022-06-30"), "ETag: ");
	assert_non_null(at);
	snprintf(tag, sizeof tag, "%.*s", (int)strcspn(at + 6, "\r"), at + 6);
	snprintf(headers, sizeof headers, "If-None-Match: %s\r\n", tag);
	const char *same = ask(w, "GET", RATES "&to=2022-06-30", headers);
	assert_int_equal(http_status(same), 304);
	assert_string_equal(http_body(same), "");
	assert_int_equal(http_status(ask(w, "GET", RATES "&to=2022-06-29", headers)), 200);
}

static void test_parameters_that_cannot_be(void **state)
{
	struct window *w = *state;
	says(get(w, "/api/v1/rates"), 400, "indicator: is needed");
	says(get(w, RATES "&colour=red"), 400, "colour: no such parameter here");
	says(get(w, RATES "&level=planet"), 400, "level: expected");
	says(get(w, RATES "&from=2022-13-01"), 400, "from: expected a date");
	says(get(w, RATES "&format=xml"), 400, "format: expected json or csv");
	says(get(w, "/healthz?x=1"), 400, "x: no such parameter here");
	says(get(w, RATES "&level=planet"), 400, "application/problem+json");
}

static void test_what_is_not_there(void **state)
{
	struct window *w = *state;
	says(get(w, "/api/v1/rates?indicator=nonsense"), 404, "nonsense");
	says(get(w, RATES "&unit=nowhere"), 404, "nowhere");
	says(get(w, RATES "&campaign=never"), 404, "campaign: unknown campaign");
	says(get(w, "/nothing"), 404, "no such page");
	says(get(w, "/api/v1/rates/"), 404, "no such page");
}

static void test_methods(void **state)
{
	struct window *w = *state;
	const char *posted = ask(w, "POST", "/api/v1/rates", "Content-Length: 0\r\n");
	says(posted, 405, "Allow: GET, HEAD");
	says(ask(w, "DELETE", "/api/v1/nodes", ""), 405, "Method not allowed");
	const char *head = ask(w, "HEAD", RATES, "");
	says(head, 200, "ETag: ");
	assert_string_equal(http_body(head), "");
}

static void test_open_pages(void **state)
{
	struct window *w = *state;
	says(get(w, "/healthz"), 200, "ok\n");
	says(get(w, "/readyz"), 200, "ok\n");
	says(get(w, "/metrics"), 200, "# TYPE gonha_receipts_total counter");
}

static void test_a_token_is_needed(void **state)
{
	struct window *w = *state;
	says(get(w, RATES), 401, "WWW-Authenticate: Bearer");
	says(ask(w, "GET", RATES, "Authorization: Bearer wrong\r\n"), 401, "Token needed");
	says(ask(w, "GET", RATES, "Authorization: Basic " TOKEN "\r\n"), 401, "Token needed");
	says(ask(w, "GET", RATES, "Authorization: Bearer " TOKEN "\r\n"), 200, "visit_household");
	says(ask(w, "GET", RATES, "Authorization: bearer " TOKEN "\r\n"), 200, "visit_household");
	says(get(w, "/healthz"), 200, "ok\n");
}

static void test_a_changed_registry_shows(void **state)
{
	struct window *w = *state;
	assert_null(strstr(get(w, RATES "&level=commune"), "\"unit\":\"xb\""));
	house_unit(w->house, "xb", "22", "commune");
	says(get(w, RATES "&level=commune"), 200, "\"unit\":\"xb\"");
}

/* Whoever asks how the hub is does not wait for one who counts, nor for a writer. */
static void test_health_while_a_question_waits(void **state)
{
	struct window *w = *state;
	char answer[8192];
	house_unit(w->house, "xb", "22", "commune"); /* so that there is something to count */
	struct gn_txn held = gn_txn_begin(w->house->hub->store, true);
	assert_int_equal(held.err, GN_OK);
	int waiting[4];
	for (unsigned i = 0; i < 4; i++) {
		waiting[i] = http_dial(2);
		assert_true(http_write(waiting[i], HTTP_GET(RATES), strlen(HTTP_GET(RATES))));
	}
	for (int i = 0; i < 20; i++) {
		says(get(w, "/healthz"), 200, "ok\n");
		says(get(w, "/metrics"), 200, "gonha_build_info");
		says(get(w, "/api/v1/nodes"), 200, "\"rows\"");
	}
	gn_txn_abort(&held);
	for (unsigned i = 0; i < 4; i++) {
		http_read_all(waiting[i], answer, sizeof answer);
		close(waiting[i]);
		says(answer, 200, "visit_household");
	}
}

#define window_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        window_test(test_rates_in_two_formats),
	        window_test(test_equal_answers_have_equal_tags),
	        window_test(test_parameters_that_cannot_be),
	        window_test(test_what_is_not_there),
	        window_test(test_methods),
	        window_test(test_open_pages),
	        cmocka_unit_test_setup_teardown(test_a_token_is_needed, setup_closed, teardown),
	        window_test(test_a_changed_registry_shows),
	        window_test(test_health_while_a_question_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
