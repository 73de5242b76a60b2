/* How fast entries that are stored become rates: a full-sized province (177
 * nodes, 1,452 villages with a team each), the default catalogue, and one kind of
 * entry: visits, activations, or both as a campaign brings them. Beside it, what
 * appending the same bytes took, and how long answers take.
 *
 * bench_fold [ENTRIES [visits|activations|mixed]]
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "core/csv.h"
#include "hub/catalogue.h"
#include "hub/db.h"
#include "hub/fold.h"
#include "hub/rates.h"
#include "proto/clock.h"
#include "proto/wire.h"
#include "registry.pb-c.h"

#define COMMUNES 177
#define VILLAGES 1452
#define HOUSEHOLDS 237
#define PEOPLE 1378742
#define DAYS 92
#define FIRST_DAY 19144
#define BATCH 1000

static const char *const tables[] = {HUB_TABLES};

struct log {
	uint8_t key[GN_KEY_SIZE], session[GN_SESSION_KEY];
	uint64_t made;
};

struct bench {
	struct gn_store *store;
	struct gn_registry *registry;
	struct hub_keys keys;
	struct log logs[COMMUNES];
	uint64_t seq, random, bytes;
	bool visits, activations;
};

static void need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "bench_fold: %s failed\n", what);
	exit(1);
}

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t draw(struct bench *b, uint64_t below)
{
	b->random = b->random * 6364136223846793005u + 1442695040888963407u;
	return (b->random >> 33) % below;
}

/* Parts of one change; the last row of all ends it. */
static void put_row(struct bench *b, Gonha__Item__ItemCase kind, void *row, bool last)
{
	static const uint8_t salt[GN_SALT_SIZE];
	uint8_t packed[GN_ENTRY_MAX], body[GN_ENTRY_MAX];
	size_t size;
	Gonha__Item item = GONHA__ITEM__INIT, *items[] = {&item};
	Gonha__Registry message = GONHA__REGISTRY__INIT;
	item.item_case = kind;
	item.unit = row;
	message.n_items = 1;
	message.items = items;
	message.more = !last;
	size = gonha__registry__pack(&message, packed);
	need(!gn_body_wrap(
	             GN_KIND_REGISTRY, salt, gn_bytes(packed, size), body, sizeof body, &size) &&
	                !gn_registry_apply(b->registry, ++b->seq, gn_bytes(body, size)),
	        "registry");
}

static void put_unit(struct bench *b, char *code, char *parent, const char *level)
{
	Gonha__Unit row = GONHA__UNIT__INIT;
	row.code = row.name = code;
	row.parent = parent;
	row.level = (char *)(uintptr_t)level;
	put_row(b, GONHA__ITEM__ITEM_UNIT, &row, false);
}

static char *cell(const struct gn_csv *csv, size_t row, const char *column)
{
	struct gn_bytes text = gn_csv_cell(csv, row, (size_t)gn_csv_find(csv, column));
	return strndup((const char *)text.data, text.size);
}

static void put_catalogue(struct bench *b)
{
	struct gn_report report = {0};
	struct gn_csv *csv;
	need(!gn_csv_parse(gn_bytes(hub_catalogue_text, hub_catalogue_size), "indicators.csv",
	             &report, &csv),
	        "catalogue");
	for (size_t i = 0; i < gn_csv_rows(csv); i++) {
		Gonha__Indicator row = GONHA__INDICATOR__INIT;
		char **cells[] = {&row.code, &row.kind, &row.source, &row.filter, &row.subject,
		        &row.denominator};
		static const char *const columns[] = {
		        "code", "kind", "source", "filter", "subject", "denominator"};
		for (size_t k = 0; k < 6; k++)
			*cells[k] = cell(csv, i, columns[k]);
		put_row(b, GONHA__ITEM__ITEM_INDICATOR, &row, false);
		for (size_t k = 0; k < 6; k++)
			free(*cells[k]);
	}
	gn_csv_free(&csv);
}

static void put_places(struct bench *b)
{
	char province[] = "p", commune[32], village[32], code[32];
	put_unit(b, province, (char[]){""}, "province");
	for (unsigned i = 0; i < COMMUNES; i++) {
		snprintf(commune, sizeof commune, "c%u", i);
		put_unit(b, commune, province, "commune");
	}
	for (unsigned i = 0; i < VILLAGES; i++) {
		Gonha__Team team = GONHA__TEAM__INIT;
		snprintf(commune, sizeof commune, "c%u", i % COMMUNES);
		snprintf(village, sizeof village, "v%u", i);
		snprintf(code, sizeof code, "t%u", i);
		put_unit(b, village, commune, "village");
		team.code = team.name = code;
		team.unit = village;
		team.kind = (char[]){"local"};
		put_row(b, GONHA__ITEM__ITEM_TEAM, &team, false);
	}
}

static void put_nodes(struct bench *b)
{
	char commune[32];
	for (unsigned i = 0; i < COMMUNES; i++) {
		Gonha__Enrolment row = GONHA__ENROLMENT__INIT;
		snprintf(commune, sizeof commune, "c%u", i);
		randombytes_buf(b->logs[i].key, GN_KEY_SIZE);
		row.node.data = row.transport.data = b->logs[i].key;
		row.node.len = row.transport.len = GN_KEY_SIZE;
		row.invitation = row.node;
		row.unit = commune;
		put_row(b, GONHA__ITEM__ITEM_ENROLMENT, &row, i == COMMUNES - 1);
	}
}

/* The fold reads what a receiver has checked, so no signature is needed here. */
static struct gn_bytes wrap(struct bench *b, struct log *log, struct gn_bytes body, uint8_t *buf)
{
	static const uint8_t signature[GN_SIG_SIZE];
	uint8_t header[64];
	struct gn_wire_writer h = {.data = header, .cap = sizeof header};
	struct gn_wire_writer w = {.data = buf, .cap = GN_ENTRY_MAX};
	uint64_t ms = (uint64_t)(FIRST_DAY + DAYS) * 86400000 + log->made * 10;
	gn_wire_put_varint(&h, 1, ++log->made);
	gn_wire_put_fixed64(&h, 2, gn_clock_from_ms(ms));
	gn_wire_put_varint(&h, 3, GN_CLOCK_SYNCHRONISED);
	gn_wire_put_varint(&h, 4, GN_SCHEMA);
	gn_wire_put_bytes(&w, 1, gn_bytes(header, h.size));
	gn_wire_put_bytes(&w, 2, body);
	gn_wire_put_bytes(&w, 3, gn_bytes(signature, sizeof signature));
	b->bytes += w.size;
	return gn_bytes(buf, w.size);
}

static struct gn_bytes session(struct bench *b, struct log *log, uint8_t *buf)
{
	static const uint8_t salt[GN_SALT_SIZE];
	uint8_t message[512], body[1024];
	struct gn_hub_seal hub;
	size_t size;
	memcpy(hub.hub, b->keys.hub, sizeof hub.hub);
	memcpy(hub.seal, b->keys.seal_public, sizeof hub.seal);
	randombytes_buf(log->session, sizeof log->session);
	need(!gn_session_seal(log->session, &hub, 1, message, sizeof message, &size) &&
	                !gn_body_wrap(GN_KIND_SESSION, salt, gn_bytes(message, size), body,
	                        sizeof body, &size),
	        "session");
	return wrap(b, log, gn_bytes(body, size), buf);
}

static void fill_visit(struct bench *b, struct gn_record *r)
{
	r->kind = GN_KIND_VISIT;
	r->household = (uint32_t)(1 + draw(b, HOUSEHOLDS));
	r->text[GN_F_PLACE] = gn_bytes_str("home");
	r->text[GN_F_TOPIC] = r->topics[0] = gn_bytes_str("vneid");
	r->topic_count = 1;
}

static void fill_activation(
        struct bench *b, struct log *log, struct gn_record *r, const uint8_t *salt, uint8_t *block)
{
	struct gn_citizen citizen = {.birth_year = (uint16_t)(1940 + draw(b, 75))};
	struct gn_block_place place = {
	        .origin = log->key, .salt = salt, .seq = log->made + 1, .session = 1};
	snprintf(citizen.text, sizeof citizen.text, "022%09u", (unsigned)draw(b, PEOPLE));
	need(!gn_citizen_seal(log->session, &place, &citizen, block), "sealing");
	r->kind = GN_KIND_ACTIVATION;
	r->text[GN_F_SCHEME] = gn_bytes_str(draw(b, 2) ? "vneid" : "mobile_money");
	r->text[GN_F_STATE] = gn_bytes_str("on");
	r->block = gn_bytes(block, GN_BLOCK_SIZE);
	r->session = 1;
}

static struct gn_bytes record(struct bench *b, size_t commune, uint8_t *buf)
{
	struct log *log = &b->logs[commune];
	uint8_t salt[GN_SALT_SIZE], block[GN_BLOCK_SIZE], body[GN_ENTRY_MAX];
	char team[32];
	size_t size, village = commune + COMMUNES * draw(b, VILLAGES / COMMUNES);
	struct gn_body out = {.salt = salt};
	struct gn_record *r = &out.record;
	memset(salt, (int)(log->made & 255), sizeof salt);
	snprintf(team, sizeof team, "t%zu", village);
	r->date = (uint32_t)(FIRST_DAY + draw(b, DAYS));
	r->text[GN_F_TEAM] = gn_bytes_str(team);
	if (b->visits && (!b->activations || draw(b, 10) < 2))
		fill_visit(b, r);
	else
		fill_activation(b, log, r, salt, block);
	out.kind = r->kind;
	need(!gn_body_pack(&out, body, sizeof body, &size), "packing");
	return wrap(b, log, gn_bytes(body, size), buf);
}

/* Returns the seconds that appending took. */
static double append(struct bench *b, size_t commune, size_t n)
{
	static uint8_t room[BATCH][512];
	static struct gn_bytes wires[BATCH];
	struct gn_tip tip = {0};
	struct gn_log log;
	for (size_t i = 0; i < n; i++)
		wires[i] = b->logs[commune].made ? record(b, commune, room[i])
		                                 : session(b, &b->logs[commune], room[i]);
	double begun = seconds();
	GN_AUTO_TXN txn = gn_txn_begin(b->store, true);
	tip.seq = b->logs[commune].made;
	need(!gn_log_need(&txn, b->logs[commune].key, &log) &&
	                !gn_log_append(&txn, &log, wires, n, &tip) && !gn_txn_commit(&txn),
	        "appending");
	return seconds() - begun;
}

static void fold(struct bench *b, const char *what)
{
	struct hub_fold_result result;
	double begun = seconds();
	need(!hub_fold(b->store, b->registry, &b->keys, 0, &result), "folding");
	double took = seconds() - begun;
	printf("%-28s %9lu entries %8.2f s %10.0f entries/s\n", what, (unsigned long)result.entries,
	        took, (double)result.entries / took);
}

static void ask(struct bench *b, const char *indicator, enum gn_level level)
{
	char what[160];
	struct hub_rates_query query = {
	        .indicator = indicator, .level = level, .from = FIRST_DAY, .to = FIRST_DAY + DAYS};
	struct gn_out *out;
	double begun = seconds();
	GN_AUTO_TXN txn = gn_txn_begin(b->store, false);
	need(!hub_rates(&txn, b->registry, &query, &out, what), "asking");
	double took = seconds() - begun;
	printf("%-28s %9s %-7s %8.2f ms %8zu rows\n", indicator, "level", gn_level_name(level),
	        took * 1e3, gn_out_rows(out));
	gn_out_free(&out);
}

static void run(struct bench *b, uint64_t entries)
{
	double took = 0;
	uint64_t made = 0;
	uint64_t used, map;
	for (size_t i = 0; made < entries; i++) {
		size_t n = entries - made < BATCH ? (size_t)(entries - made) : BATCH;
		took += append(b, i % COMMUNES, n);
		made += n;
	}
	printf("%-28s %9lu entries %8.2f s %10.0f entries/s (%lu B each)\n",
	        "append, 1,000 a commit", (unsigned long)made, took, (double)made / took,
	        (unsigned long)(b->bytes / made));
	gn_store_usage(b->store, &used, &map);
	uint64_t before = used;
	fold(b, "fold all");
	gn_store_usage(b->store, &used, &map);
	GN_AUTO_TXN txn = gn_txn_begin(b->store, false);
	need(gn_txn_count(&txn, HUB_T_WAITING) == 0, "counting all");
	gn_txn_abort(&txn);
	printf("%-28s %9.1f B per entry, the log %.1f B\n", "aggregates on disk",
	        (double)(used - before) / (double)made, (double)before / (double)made);
	(void)append(b, 0, 100);
	fold(b, "fold 100 more");
	fold(b, "fold none");
	ask(b, "visit_household", GN_LEVEL_TEAM);
	ask(b, "visit_household", GN_LEVEL_COMMUNE);
	ask(b, "visit_count", GN_LEVEL_TEAM);
	ask(b, "team_active", GN_LEVEL_PROVINCE);
	ask(b, "vneid_adult", GN_LEVEL_TEAM);
	ask(b, "vneid_activated", GN_LEVEL_COMMUNE);
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

int main(int argc, char **argv)
{
	static struct bench b;
	char dir[] = "/tmp/gonha-bench-XXXXXX";
	const char *mix = argc > 2 ? argv[2] : "visits";
	struct gn_store_options options = {.dir = mkdtemp(dir),
	        .map_bytes = (size_t)32 << 30,
	        .tables = tables,
	        .create = true};
	need(options.dir && !gn_store_open(&options, &b.store), "the store");
	b.visits = strcmp(mix, "activations") != 0;
	b.activations = strcmp(mix, "visits") != 0;
	b.registry = gn_registry_new();
	crypto_box_keypair(b.keys.seal_public, b.keys.seal_secret);
	put_places(&b);
	put_catalogue(&b);
	put_nodes(&b);
	printf("# %s, in %s\n", mix, dir);
	run(&b, argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000);
	gn_registry_free(&b.registry);
	gn_store_close(&b.store);
	return nftw(dir, drop, 16, FTW_DEPTH | FTW_PHYS) ? 1 : 0;
}
