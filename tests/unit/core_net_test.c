#include "net_probe.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static struct probe server, client;

static void send_text(struct probe *from, const uint8_t *to, const char *text)
{
	assert_int_equal(gn_net_send(from->net, to, gn_bytes_str(text)), GN_OK);
}

/* A server that admits everyone and a client that is connected to it. */
static int connected(void **state)
{
	(void)state;
	atomic_store(&probe_admits, true);
	probe_server(&server);
	probe_client(&client);
	assert_int_equal(gn_net_connect(client.net, server.endpoint, server.key), GN_OK);
	probe_until(&client, &server, client.ups == 1);
	return 0;
}

static int freed(void **state)
{
	(void)state;
	gn_net_free(&client.net);
	gn_net_free(&server.net);
	return 0;
}

static void messages_bear_the_key_that_was_proved(void **state)
{
	struct gn_net_counts counts;

	(void)state;
	send_text(&client, server.key, "hello");
	probe_until(&server, &client, server.messages == 1);
	assert_string_equal(server.text, "hello");
	assert_memory_equal(server.last.peer, client.key, GN_KEY_SIZE);
	assert_false(server.last.outgoing);
	send_text(&server, client.key, "hello yourself");
	probe_until(&client, &server, client.messages == 1);
	assert_string_equal(client.text, "hello yourself");
	assert_memory_equal(client.last.peer, server.key, GN_KEY_SIZE);
	assert_true(client.last.outgoing);
	gn_net_counts(server.net, &counts);
	assert_int_equal(counts.messages_in, 1);
	assert_int_equal(counts.bytes_in, 5);
	assert_int_equal(counts.messages_out, 1);
	assert_int_equal(counts.bytes_out, 14);
	assert_int_equal(counts.refused_keys, 0);
	assert_int_equal(counts.failed_handshakes, 0);
}

static void to_a_stranger_nothing_is_sent(void **state)
{
	uint8_t nobody[GN_KEY_SIZE] = {1};

	(void)state;
	assert_int_equal(gn_net_send(server.net, nobody, gn_bytes_str("x")), GN_E_NOTFOUND);
	assert_int_equal(gn_net_send(client.net, nobody, gn_bytes_str("x")), GN_E_NOTFOUND);
	/* Connected, but it has said nothing: the server does not know who it is. */
	assert_int_equal(gn_net_send(server.net, client.key, gn_bytes_str("x")), GN_E_NOTFOUND);
	assert_int_equal(gn_net_connect(client.net, server.endpoint, server.key), GN_OK);
	assert_int_equal(gn_net_connect(client.net, "udp://x:1", nobody), GN_E_FORMAT);
	gn_net_disconnect(client.net, nobody);
}

static void who_left_is_not_found(void **state)
{
	enum gn_err err = GN_OK;

	(void)state;
	send_text(&client, server.key, "x");
	probe_until(&server, &client, server.messages == 1);
	gn_net_disconnect(client.net, server.key);
	assert_int_equal(gn_net_send(client.net, server.key, gn_bytes_str("x")), GN_E_NOTFOUND);
	probe_until(&server, NULL,
	        (err = gn_net_send(server.net, client.key, gn_bytes_str("x"))) != GN_OK);
	assert_int_equal(err, GN_E_NOTFOUND);
}

static void the_largest_message_passes_and_no_larger(void **state)
{
	const size_t largest = GN_NET_MESSAGE_MAX;
	uint8_t *data = calloc(1, largest + 1);

	(void)state;
	assert_non_null(data);
	assert_int_equal(
	        gn_net_send(client.net, server.key, gn_bytes(data, largest + 1)), GN_E_SIZE);
	assert_int_equal(gn_net_send(client.net, server.key, gn_bytes(data, largest)), GN_OK);
	assert_int_equal(gn_net_send(client.net, server.key, gn_bytes(NULL, 0)), GN_OK);
	probe_until(&server, &client, server.messages == 1);
	assert_int_equal(server.size, largest);
	probe_until(&server, &client, server.messages == 2);
	assert_int_equal(server.size, 0);
	free(data);
}

/* Sends until the queue is full, then takes everything out and counts it. */
static void fill_and_drain(struct probe *from, struct probe *to)
{
	const size_t size = 256 << 10;
	uint8_t *data = calloc(1, size);
	unsigned sent = 0, before = to->messages;
	int64_t began = probe_now_ms();
	enum gn_err err = GN_OK;

	assert_non_null(data);
	/* The other side's thread still takes some over: full is when none went for 300 ms. */
	for (int64_t last = began; err != GN_E_BUSY || probe_now_ms() - last < 300;) {
		err = gn_net_send(from->net, to->key, gn_bytes(data, size));
		assert_true(err == GN_OK || err == GN_E_BUSY);
		if (err == GN_OK) {
			sent++;
			last = probe_now_ms();
		}
		assert_true(probe_now_ms() - began < PROBE_DEADLINE_MS);
	}
	assert_true(sent >= 64 && sent < 400);
	probe_until(to, from, to->messages == before + sent);
	probe_until(to, from, gn_net_send(from->net, to->key, gn_bytes_str("again")) == GN_OK);
	probe_until(to, from, to->messages == before + sent + 1);
	assert_string_equal(to->text, "again");
	free(data);
}

static void a_full_queue_is_busy_and_empties_again(void **state)
{
	(void)state;
	send_text(&client, server.key, "x");
	probe_until(&server, &client, server.messages == 1);
	fill_and_drain(&server, &client);
	fill_and_drain(&client, &server);
}

static void a_listener_that_comes_back_is_found(void **state)
{
	(void)state;
	gn_net_free(&server.net);
	probe_until(&client, NULL, client.downs == 1);
	assert_int_equal(gn_net_send(client.net, server.key, gn_bytes_str("x")), GN_E_NOTFOUND);
	probe_start(&server, 0);
	assert_int_equal(gn_net_listen(server.net, server.endpoint, NULL), GN_OK);
	probe_until(&client, &server, client.ups == 2);
	send_text(&client, server.key, "back");
	probe_until(&server, &client, server.messages == 1);
	assert_int_equal(client.downs, 1);
	assert_int_equal(client.refusals, 0);
}

static void another_endpoint_for_a_key_takes_the_place_of_the_first(void **state)
{
	char endpoint[128];

	(void)state;
	assert_int_equal(gn_net_listen(server.net, "tcp://127.0.0.1:0", endpoint), GN_OK);
	assert_string_not_equal(endpoint, server.endpoint);
	assert_int_equal(gn_net_connect(client.net, endpoint, server.key), GN_OK);
	assert_int_equal(gn_net_send(client.net, server.key, gn_bytes_str("x")), GN_E_NOTFOUND);
	probe_until(&client, &server, client.ups == 2);
	send_text(&client, server.key, "x");
	probe_until(&server, &client, server.messages == 1);
}

static void a_listener_may_be_given_by_name(void **state)
{
	char endpoint[128];

	(void)state;
	snprintf(endpoint, sizeof endpoint, "tcp://localhost%s", strrchr(server.endpoint, ':'));
	assert_int_equal(gn_net_connect(client.net, endpoint, server.key), GN_OK);
	probe_until(&client, &server, client.ups == 2);
	send_text(&client, server.key, "x");
	probe_until(&server, &client, server.messages == 1);
}

static void replies_go_to_the_newest_connection_of_a_key(void **state)
{
	struct probe twin = {0};

	(void)state;
	send_text(&client, server.key, "first");
	probe_until(&server, &client, server.messages == 1);
	memcpy(twin.key, client.key, GN_KEY_SIZE);
	memcpy(twin.secret, client.secret, GN_KEY_SIZE);
	probe_start(&twin, 0);
	assert_int_equal(gn_net_connect(twin.net, server.endpoint, server.key), GN_OK);
	probe_until(&twin, &server, twin.ups == 1);
	send_text(&twin, server.key, "second");
	probe_until(&server, &twin, server.messages == 2);
	send_text(&client, server.key, "late word of the first");
	probe_until(&server, &client, server.messages == 3);
	send_text(&server, client.key, "reply");
	probe_until(&twin, &client, twin.messages == 1);
	assert_int_equal(client.messages, 0);
	gn_net_free(&twin.net);
	probe_until(&server, NULL,
	        gn_net_send(server.net, client.key, gn_bytes_str("x")) == GN_E_NOTFOUND);
	send_text(&client, server.key, "still here");
	probe_until(&server, &client, server.messages == 4);
	send_text(&server, client.key, "so I see");
	probe_until(&client, &server, client.messages == 1);
	assert_string_equal(client.text, "so I see");
}

static void an_endpoint_in_use_and_a_wrong_one_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(gn_net_listen(client.net, server.endpoint, NULL), GN_E_SYSTEM);
	assert_int_equal(errno, EADDRINUSE);
	assert_int_equal(gn_net_listen(client.net, "tcp://nowhere", NULL), GN_E_FORMAT);
	assert_int_equal(gn_net_listen(client.net, "127.0.0.1:0", NULL), GN_E_FORMAT);
}

static void *wake(void *net)
{
	gn_net_wake(net);
	return NULL;
}

static void a_wake_from_another_thread_ends_the_wait(void **state)
{
	struct gn_net_event event = {.kind = GN_NET_MESSAGE};
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, wake, client.net), 0);
	assert_int_equal(gn_net_poll(client.net, -1, &event), GN_OK); /* for ever otherwise */
	assert_int_equal(event.kind, GN_NET_NONE);
	assert_int_equal(pthread_join(thread, NULL), 0);
	gn_net_wake(client.net); /* before the wait, and twice, is one */
	gn_net_wake(client.net);
	assert_int_equal(gn_net_poll(client.net, -1, &event), GN_OK);
	int64_t began = probe_now_ms();
	assert_int_equal(gn_net_poll(client.net, 50, &event), GN_OK);
	assert_true(probe_now_ms() - began >= 50);
}

/* A busy connection must not keep the caller from being woken or others from being heard. */
static void a_flood_hides_nobody(void **state)
{
	struct probe other;
	uint8_t data[100] = {0};

	(void)state;
	probe_client(&other);
	assert_int_equal(gn_net_connect(other.net, server.endpoint, server.key), GN_OK);
	probe_until(&other, &server, other.ups == 1);
	send_text(&client, server.key, "x");
	probe_until(&server, &client, server.messages == 1);
	assert_int_equal(gn_net_connect(server.net, "tcp://127.0.0.1:1", other.key), GN_OK);
	for (unsigned i = 0; i < 5000; i++) {
		enum gn_err err = gn_net_send(client.net, server.key, gn_bytes(data, sizeof data));

		assert_true(err == GN_OK || err == GN_E_BUSY);
		probe_poll(&server, 0);
		if (i == 100)
			send_text(&other, server.key, "other");
		if (memcmp(server.last.peer, other.key, GN_KEY_SIZE) == 0)
			break;
	}
	assert_memory_equal(server.last.peer, other.key, GN_KEY_SIZE);
	gn_net_free(&other.net);
}

static void serve_for_ever(const struct probe *keys, int out)
{
	struct probe p = *keys;

	probe_start(&p, 100);
	if (gn_net_listen(p.net, "tcp://127.0.0.1:*", p.endpoint) != GN_OK ||
	        write(out, p.endpoint, sizeof p.endpoint) != sizeof p.endpoint)
		_exit(1);
	for (;;)
		probe_poll(&p, 1000);
}

/* A stopped process keeps its sockets open, as a board without power does. */
static void a_silent_peer_is_given_up(void **state)
{
	int ends[2], status;
	pid_t pid;

	(void)state;
	atomic_store(&probe_admits, true);
	probe_keys(&server);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		serve_for_ever(&server, ends[1]);
	assert_int_equal(
	        read(ends[0], server.endpoint, sizeof server.endpoint), sizeof server.endpoint);
	client = (struct probe){0};
	probe_keys(&client);
	probe_start(&client, 100);
	assert_int_equal(gn_net_connect(client.net, server.endpoint, server.key), GN_OK);
	probe_until(&client, NULL, client.ups == 1);
	assert_int_equal(kill(pid, SIGSTOP), 0);
	probe_until(&client, NULL, client.downs == 1);
	assert_int_equal(kill(pid, SIGCONT), 0);
	probe_until(&client, NULL, client.ups == 2);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(ends[0]), close(ends[1]);
	gn_net_free(&client.net);
}

#define linked(test) cmocka_unit_test_setup_teardown(test, connected, freed)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_silent_peer_is_given_up),
	        linked(messages_bear_the_key_that_was_proved),
	        linked(to_a_stranger_nothing_is_sent),
	        linked(who_left_is_not_found),
	        linked(the_largest_message_passes_and_no_larger),
	        linked(a_full_queue_is_busy_and_empties_again),
	        linked(a_listener_that_comes_back_is_found),
	        linked(another_endpoint_for_a_key_takes_the_place_of_the_first),
	        linked(a_listener_may_be_given_by_name),
	        linked(replies_go_to_the_newest_connection_of_a_key),
	        linked(an_endpoint_in_use_and_a_wrong_one_are_told_apart),
	        linked(a_wake_from_another_thread_ends_the_wait),
	        linked(a_flood_hides_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
