/* The same entries, delivered in any order, by any batches and folds, give the
 * same aggregates byte for byte, and rates that agree with an independent count
 * over the raw entries. GONHA_SEEDS says how many provinces are drawn, GONHA_SEED
 * which is the first. */
#include "temp_dir.h"

#include <sys/stat.h>

#include "core/table.h"
#include "hub/db.h"
#include "hub/rates.h"
#include "oracle.h"

#define DELIVERIES 4
#define WINDOWS 5

static const char *const tables[] = {HUB_TABLES};

struct window {
	gn_day from, to;
};

struct delivery {
	struct province *p; /* its draws decide the order */
	struct gn_store *store;
	struct gn_registry *first, *registry;
	size_t done[P_NODES]; /* entries of each log */
	bool switched;
};

static void fold(struct delivery *d, uint64_t max)
{
	struct hub_fold_result result;
	const struct gn_registry *registry = d->switched ? d->registry : d->first;
	assert_int_equal(hub_fold(d->store, registry, &d->p->keys, max, &result), GN_OK);
	if (!max)
		assert_false(result.more);
}

/* Some next entries of one log; false: it is all there. */
static bool append(struct delivery *d, size_t node, size_t most)
{
	struct gn_bytes wires[64];
	size_t n = 0, at = 0;
	const struct gn_tip *tip = NULL;
	for (size_t i = 0; i < d->p->event_n && n < most && n < 64; i++) {
		const struct p_event *e = &d->p->events[i];
		if (e->node != (int)node || at++ < d->done[node])
			continue;
		wires[n++] = gn_bytes(e->wire, e->size);
		tip = &e->tip;
	}
	if (!n)
		return false;
	GN_AUTO_TXN txn = gn_txn_begin(d->store, true);
	struct gn_log log;
	assert_int_equal(gn_log_need(&txn, d->p->nodes[node].key, &log), GN_OK);
	assert_int_equal(gn_log_append(&txn, &log, wires, n, tip), GN_OK);
	assert_int_equal(gn_txn_commit(&txn), GN_OK);
	d->done[node] += n;
	return true;
}

static void deliver_all(struct delivery *d)
{
	for (size_t node = 0; node < d->p->node_n; node++)
		while (append(d, node, 64))
			;
}

/* Logs in any order, in pieces, with folds between; the registry changes on the way. */
static void deliver_mixed(struct delivery *d)
{
	d->switched = province_chance(d->p, 40);
	for (size_t rounds = 0; rounds < 40; rounds++) {
		append(d, province_draw(d->p, d->p->node_n), 1 + province_draw(d->p, 40));
		if (province_chance(d->p, 25))
			fold(d, province_chance(d->p, 50) ? 0 : 1 + province_draw(d->p, 50));
		d->switched |= province_chance(d->p, 4);
	}
	deliver_all(d);
}

static void begin(struct delivery *d, void **state, unsigned number)
{
	char name[32];
	snprintf(name, sizeof name, "store-%u", number);
	struct gn_store_options options = {.dir = temp_path(state, name),
	        .map_bytes = 64u << 20,
	        .tables = tables,
	        .create = true};
	(void)mkdir(options.dir, 0700);
	assert_int_equal(gn_store_open(&options, &d->store), GN_OK);
	d->first = province_registry(d->p, true);
	d->registry = province_registry(d->p, false);
}

static void run(struct delivery *d, void **state, unsigned number)
{
	begin(d, state, number);
	if (number)
		deliver_mixed(d);
	else
		deliver_all(d);
	d->switched = true;
	fold(d, 0);
	if (number == 1) { /* and once more from nothing */
		assert_int_equal(hub_fold_reset(d->store), GN_OK);
		while (province_chance(d->p, 90))
			fold(d, 1 + province_draw(d->p, 90));
		fold(d, 0);
	}
}

static void finish(struct delivery *d, void **state, unsigned number)
{
	char name[32];
	gn_store_close(&d->store);
	gn_registry_free(&d->first);
	gn_registry_free(&d->registry);
	snprintf(name, sizeof name, "store-%u", number);
	assert_int_equal(nftw(temp_path(state, name), temp_remove, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static void digest(struct delivery *d, uint8_t ret_digest[32])
{
	GN_AUTO_TXN txn = gn_txn_begin(d->store, false);
	assert_int_equal(hub_fold_digest(&txn, ret_digest), GN_OK);
}

static json_t *ask(struct gn_txn *txn, struct delivery *d, const char *indicator,
        enum gn_level level, const char *unit, struct window w)
{
	char what[160];
	struct gn_out *out;
	struct hub_rates_query query = {.indicator = indicator,
	        .level = level,
	        .unit = unit,
	        .from = w.from,
	        .to = w.to,
	        .now_ms = d->p->now_ms};
	enum gn_err err = hub_rates(txn, d->registry, &query, &out, what);
	if (err == GN_E_USAGE)
		return NULL;
	assert_int_equal(err, GN_OK);
	json_t *json = gn_out_json(out);
	gn_out_free(&out);
	assert_non_null(json);
	return json;
}

static void expect_number(
        const char *what, const json_t *row, const char *key, bool known, long value)
{
	const json_t *cell = json_object_get(row, key);
	bool same = known ? json_is_number(cell) && json_number_value(cell) == (double)value
	                  : json_is_null(cell);
	if (!same)
		fail_msg("%s: %s: expected %s%ld, got %s", what, key, known ? "" : "null not ",
		        value, json_dumps(cell, JSON_ENCODE_ANY));
}

static void expect_hundredths(
        const char *what, const json_t *row, const char *key, bool known, long value)
{
	char *text =
	        json_dumps(json_object_get(row, key), JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	double is = text && known ? atof(text) : 0;
	long rounded = (long)(is * 100 + (is < 0 ? -0.5 : 0.5));
	if (!text || (known ? rounded != value : strcmp(text, "null") != 0))
		fail_msg("%s: %s: expected %s%ld hundredths, got %s", what, key,
		        known ? "" : "null not ", value, text);
	free(text);
}

static void expect_row(const struct oracle *o, const struct o_question *q, const char *indicator,
        const struct o_row *row, const json_t *got, const char *question)
{
	char what[256];
	const struct p_target *target =
	        oracle_target(o, indicator, oracle_unit_of_row(q, row->code), q->to);
	bool has = row->has_d && row->d > 0, aimed = has && target;
	long percent = has ? (long)((20000 * (__int128)row->n + row->d) / (2 * row->d)) : 0;
	long wanted = aimed ? (row->d * (long)target->percent + 9999) / 10000 : 0;
	snprintf(what, sizeof what, "%s row %s", question, row->code);
	assert_string_equal(json_string_value(json_object_get(got, "unit")), row->code);
	expect_number(what, got, "numerator", true, row->n);
	expect_number(what, got, "denominator", row->has_d, row->d);
	expect_hundredths(what, got, "percent", has, percent);
	expect_hundredths(what, got, "target", target != NULL, target ? (long)target->percent : 0);
	expect_hundredths(what, got, "gap", aimed,
	        aimed && (long)target->percent > percent ? (long)target->percent - percent : 0);
	expect_number(what, got, "short", aimed, wanted > row->n ? wanted - row->n : 0);
}

static void compare(struct gn_txn *txn, struct delivery *d, const struct oracle *o,
        const char *indicator, enum gn_level level, const char *unit, struct window w)
{
	static struct o_answer answer;
	char question[160];
	struct o_question q = {.o = o, .level = level, .from = w.from, .to = w.to};
	json_t *json = ask(txn, d, indicator, level, unit, w);
	snprintf(question, sizeof question, "seed %lu: %s, level %s, unit %s, days %d to %d",
	        (unsigned long)d->p->seed, indicator, gn_level_name(level), unit ? unit : "-",
	        w.from, w.to);
	bool has = oracle_rate(o, indicator, level, unit, w.from, w.to, &answer);
	if (has != (json != NULL))
		fail_msg("%s: expected %s", question, has ? "an answer" : "a refusal");
	if (!json)
		return;
	const json_t *rows = json_object_get(json, "rows");
	if (json_array_size(rows) != answer.row_n)
		fail_msg("%s: expected %zu rows, got %zu", question, answer.row_n,
		        json_array_size(rows));
	for (size_t i = 0; i < answer.row_n; i++)
		expect_row(o, &q, indicator, &answer.rows[i], json_array_get(rows, i), question);
	expect_number(question, json, "elsewhere", true, answer.elsewhere);
	expect_number(question, json, "unplaced", true, answer.unplaced);
	expect_number(question, json, "conflicts", true, answer.conflicts);
	json_decref(json);
}

static void draw_windows(struct province *p, struct window windows[WINDOWS])
{
	windows[0] = (struct window){0, 19400};
	for (size_t i = 1; i < WINDOWS; i++) {
		windows[i].from = 18950 + (gn_day)province_draw(p, 250);
		windows[i].to = windows[i].from + (gn_day)province_draw(p, 120);
	}
	windows[WINDOWS - 1].from = 0;
}

static void compare_all(struct delivery *d, const struct oracle *o)
{
	struct window windows[WINDOWS];
	GN_AUTO_TXN txn = gn_txn_begin(d->store, false);
	draw_windows(d->p, windows);
	for (size_t i = 0; i < d->p->indicator_n; i++)
		for (int level = GN_LEVEL_PROVINCE; level <= GN_LEVEL_TEAM; level++)
			for (size_t w = 0; w < WINDOWS; w++) {
				const char *unit =
				        d->p->units[province_draw(d->p, d->p->unit_n)].code;
				compare(&txn, d, o, d->p->indicators[i].code, (enum gn_level)level,
				        province_chance(d->p, 25) ? unit : NULL, windows[w]);
			}
}

/* What waits is just what is neither counted nor dealt with. */
static void expect_waiting(struct delivery *d, const struct oracle *o)
{
	GN_AUTO_TXN txn = gn_txn_begin(d->store, false);
	for (size_t i = 0; i < d->p->event_n; i++) {
		const struct p_event *e = &d->p->events[i];
		uint8_t key[GN_KEY_SIZE + 8];
		struct gn_bytes value;
		memcpy(key, d->p->nodes[e->node].key, GN_KEY_SIZE);
		gn_put_be64(key + GN_KEY_SIZE, e->seq);
		bool waits = gn_txn_get(&txn, HUB_T_WAITING, gn_bytes(key, sizeof key), &value);
		if (waits && o->counted[i])
			fail_msg("seed %lu: entry %zu counts and waits (%s)",
			        (unsigned long)d->p->seed, i,
			        hub_reason_name((enum hub_reason)value.data[0]));
	}
}

static void same_answers(struct delivery *a, struct delivery *b)
{
	GN_AUTO_TXN x = gn_txn_begin(a->store, false);
	GN_AUTO_TXN y = gn_txn_begin(b->store, false);
	for (size_t i = 0; i < a->p->indicator_n; i++) {
		enum gn_level level = (enum gn_level)province_draw(a->p, 5);
		struct window w = {0, 19000 + (gn_day)province_draw(a->p, 200)};
		json_t *one = ask(&x, a, a->p->indicators[i].code, level, NULL, w);
		json_t *two = ask(&y, b, a->p->indicators[i].code, level, NULL, w);
		char *first = one ? json_dumps(one, 0) : NULL,
		     *second = two ? json_dumps(two, 0) : NULL;
		if (first || second)
			assert_string_equal(first, second);
		free(first);
		free(second);
		json_decref(one);
		json_decref(two);
	}
}

/* How many records stood. */
static size_t try_seed(void **state, uint64_t seed)
{
	static struct oracle oracle;
	struct delivery first = {.p = province_new(seed)};
	uint8_t one[32], other[32];
	oracle_init(&oracle, first.p);
	run(&first, state, 0);
	digest(&first, one);
	compare_all(&first, &oracle);
	expect_waiting(&first, &oracle);
	for (unsigned i = 1; i < DELIVERIES; i++) {
		struct delivery next = {.p = first.p};
		run(&next, state, i);
		digest(&next, other);
		if (memcmp(one, other, sizeof one) != 0)
			fail_msg("seed %lu: delivery %u gives other aggregates",
			        (unsigned long)seed, i);
		same_answers(&first, &next);
		finish(&next, state, i);
	}
	finish(&first, state, 0);
	oracle_done(&oracle);
	province_free(&first.p);
	return oracle.record_n;
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	return text ? strtoull(text, NULL, 10) : otherwise;
}

static void test_any_order_and_the_oracle(void **state)
{
	uint64_t first = number_from("GONHA_SEED", 1), n = number_from("GONHA_SEEDS", 4);
	for (uint64_t seed = first; seed < first + n; seed++) {
		size_t counted = try_seed(state, seed);
		print_message("seed %lu: %zu records counted\n", (unsigned long)seed, counted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {temp_test(test_any_order_and_the_oracle)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
