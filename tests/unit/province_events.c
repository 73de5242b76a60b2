/* Entries: records of all kinds, and what speaks of them, right and wrong. They
 * are real entries of real logs, in the order in which they were written. */
#include "province.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <sodium.h>

#define PICK(p, list) list[province_draw(p, sizeof list / sizeof *list)]
#define FIRST_MS (UINT64_C(86400000) * 19000)

static struct gn_bytes text(const char *value)
{
	return gn_bytes_str(value);
}

/* Whether a unit is the node's own or right under it, on some day or other. */
static bool is_near(const struct province *p, const char *unit)
{
	const char *own = p->nodes[p->events[p->event_n].node].unit;
	if (strcmp(own, unit) == 0 || strcmp(own, "p") == 0 || !own[0])
		return true;
	for (size_t i = 0; i < p->unit_n; i++)
		if (strcmp(p->units[i].code, unit) == 0 && strcmp(p->units[i].parent, own) == 0)
			return true;
	return false;
}

static const struct p_unit *draw_unit(struct province *p)
{
	const struct p_unit *unit = &p->units[province_draw(p, p->unit_n)];
	for (int i = 0; i < 12 && !is_near(p, unit->code) && !province_chance(p, 4); i++)
		unit = &p->units[province_draw(p, p->unit_n)];
	return unit;
}

static void draw_team(struct province *p, struct gn_record *r)
{
	const struct p_team *team = &p->teams[province_draw(p, p->team_n)];
	for (int i = 0; i < 12 && !is_near(p, team->unit) && !team->enterprise; i++)
		team = &p->teams[province_draw(p, p->team_n)];
	r->text[GN_F_TEAM] = province_chance(p, 3) ? text("nobody") : text(team->code);
}

static void draw_household(struct province *p, struct gn_record *r, unsigned percent)
{
	if (province_chance(p, percent))
		r->household = (uint32_t)(1 + province_draw(p, province_chance(p, 20) ? 600 : 9));
	if (!province_chance(p, 35))
		return;
	const struct p_unit *unit = draw_unit(p);
	if (unit->level == GN_LEVEL_VILLAGE || province_chance(p, 10))
		r->text[GN_F_VILLAGE] = text(unit->code);
}

static void draw_visit(struct province *p, struct gn_record *r)
{
	static const char *const places[] = {
	        "home", "home", "home", "one_stop", "one_stop", "moon"};
	static const char *const topics[] = {"vneid", "bank", "portal", "safe_net", "vneid", "odd"};
	draw_household(p, r, 80);
	r->text[GN_F_PLACE] = text(places[province_draw(p, province_chance(p, 95) ? 5 : 6)]);
	for (size_t i = province_draw(p, 3); i > 0; i--)
		r->topics[r->topic_count++] =
		        text(topics[province_draw(p, province_chance(p, 97) ? 5 : 6)]);
	if (r->topic_count)
		r->text[GN_F_TOPIC] = r->topics[0];
}

static void draw_activation(struct province *p, struct gn_record *r)
{
	static const char *const schemes[] = {"vneid", "vneid", "vneid", "mobile_money",
	        "mobile_money", "bank", "id_code", "id_card"};
	static const char *const states[] = {"on", "on", "off", "registered"};
	r->text[GN_F_SCHEME] = text(province_chance(p, 15) ? "trade" : PICK(p, schemes));
	r->text[GN_F_STATE] = text(PICK(p, states));
	draw_household(p, r, 30);
}

static void draw_listing(struct province *p, struct gn_record *r)
{
	static const char *const platforms[] = {"postmart", "voso", "sendo"};
	static const char *const states[] = {"on", "on", "off"};
	draw_household(p, r, 20);
	r->text[GN_F_PLATFORM] = text(PICK(p, platforms));
	r->text[GN_F_OCOP] = text(province_chance(p, 80) ? "yes" : "no");
	r->text[GN_F_STATE] = text(PICK(p, states));
	if (!province_chance(p, 4))
		r->text[GN_F_PRODUCT] = text(PICK(p, p->products));
}

static void draw_assessment(struct province *p, struct gn_record *r)
{
	static const char *const topics[] = {"portal", "safe_net"};
	draw_household(p, r, 60);
	r->text[GN_F_TOPIC] = r->topics[0] = text(PICK(p, topics));
	r->topic_count = 1;
	r->text[GN_F_RESULT] = text(province_chance(p, 70) ? "pass" : "fail");
}

static void draw_training(struct province *p, struct gn_record *r)
{
	r->text[GN_F_TOPIC] = r->topics[0] = text("vneid");
	r->topic_count = 1;
	r->text[GN_F_AUDIENCE] = text(province_chance(p, 50) ? "citizen" : "member");
	r->participants = province_chance(p, 2) ? UINT64_MAX : province_draw(p, 40);
}

static void draw_tally(struct province *p, struct gn_record *r)
{
	static const char *const named[] = {"filing_online", "filing_online", "svc_birth",
	        "service_with_filing", "service_with_filing", "einvoice_ready", "svc_id_card",
	        "visit_count"};
	r->text[GN_F_UNIT] = province_chance(p, 3) ? text("nowhere") : text(draw_unit(p)->code);
	r->text[GN_F_INDICATOR] = text(PICK(p, named));
	r->numerator = province_draw(p, 50);
	r->has_denominator = province_chance(p, 85);
	r->denominator = r->has_denominator ? province_draw(p, 60) : 0;
}

static uint32_t draw_date(struct province *p)
{
	gn_day today = gn_day_of_ms(p->now_ms);
	if (province_chance(p, 3))
		return (uint32_t)(18262 - 1 + province_draw(p, 2));
	if (province_chance(p, 6))
		return (uint32_t)today + (uint32_t)province_draw(p, 4);
	return (uint32_t)today - (uint32_t)province_draw(p, province_chance(p, 30) ? 200 : 25);
}

static void draw_record(struct province *p, struct p_event *e)
{
	static const enum gn_kind kinds[] = {GN_KIND_VISIT, GN_KIND_VISIT, GN_KIND_VISIT,
	        GN_KIND_ACTIVATION, GN_KIND_ACTIVATION, GN_KIND_ACTIVATION, GN_KIND_LISTING,
	        GN_KIND_LISTING, GN_KIND_ASSESSMENT, GN_KIND_ASSESSMENT, GN_KIND_TRAINING,
	        GN_KIND_TALLY};
	static void (*const draw[])(struct province *, struct gn_record *) = {
	        [GN_KIND_VISIT] = draw_visit,
	        [GN_KIND_ACTIVATION] = draw_activation,
	        [GN_KIND_TRAINING] = draw_training,
	        [GN_KIND_LISTING] = draw_listing,
	        [GN_KIND_ASSESSMENT] = draw_assessment,
	        [GN_KIND_TALLY] = draw_tally};
	struct gn_record *r = &e->record;
	*r = (struct gn_record){.kind = PICK(p, kinds), .date = draw_date(p)};
	if (r->kind != GN_KIND_TALLY)
		draw_team(p, r);
	draw[r->kind](p, r);
	if (gn_kind_has(r->kind, GN_F_CITIZEN) &&
	        province_chance(p, r->kind == GN_KIND_VISIT ? 50 : 92)) {
		e->citizen = (int)province_draw(p, 9);
		e->has_block = true;
		e->birth = province_chance(p, 60)
		                   ? (uint16_t)(1990 + 3 * e->citizen + (int)province_draw(p, 2))
		                   : 0;
	}
}

/* The same once more: another visit that day, another figure for that date. */
static void repeat_record(struct province *p, struct p_event *e)
{
	const struct p_event *of = &p->events[province_draw(p, p->event_n)];
	if (!gn_kind_is_record(of->kind) || !province_chance(p, 60))
		return;
	if (province_chance(p, 60))
		e->node = of->node;
	e->record = of->record;
	e->citizen = of->citizen;
	e->birth = of->birth;
	e->has_block = of->has_block;
	e->record.numerator += province_draw(p, 2);
}

/* Borrows the citizen that stands in another entry: often that of its target. */
static void draw_borrowed(struct province *p, struct p_event *e)
{
	if (!gn_kind_has(e->record.kind, GN_F_CITIZEN) || !p->event_n)
		return;
	int other = e->target != P_NONE && province_chance(p, 80)
	                    ? e->target
	                    : (int)province_draw(p, p->event_n);
	if (p->events[other].borrows && p->events[other].holder != P_NONE)
		other = p->events[other].holder;
	e->borrows = true;
	e->has_block = false;
	e->citizen = P_NONE;
	e->holder = province_chance(p, 97) ? other : P_NONE;
	e->holder_wrong = province_chance(p, 3);
}

/* A correction often changes one field alone. */
static void draw_correction(struct province *p, struct p_event *e)
{
	const struct p_event *of = e->target != P_NONE ? &p->events[e->target] : NULL;
	if (!of || !gn_kind_is_record(of->record.kind) || province_chance(p, 30)) {
		draw_record(p, e);
		if (province_chance(p, 40))
			draw_borrowed(p, e);
		return;
	}
	e->record = of->record;
	e->record.block = gn_bytes(NULL, 0);
	if (province_chance(p, 40))
		e->record.date = draw_date(p);
	else if (e->record.kind == GN_KIND_ACTIVATION)
		e->record.text[GN_F_STATE] = text(province_chance(p, 50) ? "on" : "off");
	else if (e->record.kind == GN_KIND_TALLY)
		e->record.numerator = province_draw(p, 50);
	else
		draw_team(p, &e->record);
	if (of->has_block || of->borrows)
		draw_borrowed(p, e);
}

static void draw_target(struct province *p, struct p_event *e)
{
	e->target = P_NONE;
	if (p->event_n && !province_chance(p, 3)) {
		size_t window = province_chance(p, 60) ? 12 : p->event_n;
		if (window > p->event_n)
			window = p->event_n;
		e->target = (int)(p->event_n - 1 - province_draw(p, window));
	}
	if (e->kind == GN_KIND_ERASE && e->target != P_NONE &&
	        p->events[e->target].holder != P_NONE && province_chance(p, 80))
		e->target = p->events[e->target].holder;
	e->target_wrong = province_chance(p, 4);
	if (e->target != P_NONE && province_chance(p, 50))
		e->node = p->events[e->target].node;
}

static void fill_ref(const struct province *p, int event, bool wrong, struct gn_ref *ret_ref)
{
	*ret_ref = (struct gn_ref){.seq = 999999, .origin = {9}, .hash = {1}};
	if (event == P_NONE)
		return;
	const struct p_event *e = &p->events[event];
	memcpy(ret_ref->origin, p->nodes[e->node].key, GN_KEY_SIZE);
	ret_ref->seq = e->seq;
	memcpy(ret_ref->hash, e->tip.hash, GN_REF_HASH);
	ret_ref->hash[3] ^= wrong;
}

static void write_entry(struct province *p, struct p_event *e, struct gn_bytes body)
{
	struct p_node *node = &p->nodes[e->node];
	uint8_t wire[GN_ENTRY_MAX];
	struct gn_header header = {.clock = e->clock, .quality = e->quality, .schema = GN_SCHEMA};
	assert_int_equal(gn_entry_write(node->secret, &node->tip, &header, body, wire, sizeof wire,
	                         &e->size),
	        GN_OK);
	e->seq = node->tip.seq;
	e->tip = node->tip;
	e->wire = malloc(e->size);
	assert_non_null(e->wire);
	memcpy(e->wire, wire, e->size);
}

static void seal(struct province *p, struct p_event *e, const uint8_t salt[GN_SALT_SIZE],
        uint8_t block[GN_BLOCK_SIZE])
{
	const struct p_node *node = &p->nodes[e->node];
	struct gn_citizen citizen = {.birth_year = e->birth};
	struct gn_block_place place = {.origin = node->key,
	        .salt = salt,
	        .seq = node->tip.seq + 1,
	        .session = node->session};
	snprintf(citizen.text, sizeof citizen.text, "07920000%04d", e->citizen);
	assert_int_equal(gn_citizen_seal(node->session_key, &place, &citizen, block), GN_OK);
	e->opens = node->session_opens;
}

static void write_record(struct province *p, struct p_event *e)
{
	uint8_t salt[GN_SALT_SIZE], block[GN_BLOCK_SIZE], buf[GN_ENTRY_MAX];
	size_t size;
	struct gn_body body = {.kind = e->kind, .salt = salt, .record = e->record};
	memset(salt, (int)(p->event_n & 255), sizeof salt);
	if (e->has_block) {
		seal(p, e, salt, block);
		body.record.block = gn_bytes(block, sizeof block);
		body.record.session = p->nodes[e->node].session;
	}
	if (e->borrows)
		fill_ref(p, e->holder, e->holder_wrong, &body.record.citizen_at);
	if (!gn_kind_is_record(e->kind))
		fill_ref(p, e->target, e->target_wrong, &body.target);
	assert_int_equal(gn_body_pack(&body, buf, sizeof buf, &size), GN_OK);
	write_entry(p, e, gn_bytes(buf, size));
}

static void write_session(struct province *p, struct p_event *e)
{
	static const uint8_t salt[GN_SALT_SIZE];
	struct p_node *node = &p->nodes[e->node];
	uint8_t message[GN_ENTRY_MAX], buf[GN_ENTRY_MAX];
	struct gn_hub_seal hub;
	size_t size;
	memcpy(hub.hub, p->keys.hub, sizeof hub.hub);
	memcpy(hub.seal, p->keys.seal_public, sizeof hub.seal);
	node->session_opens = !province_chance(p, 8);
	if (!node->session_opens)
		hub.hub[0] ^= 1;
	memset(node->session_key, (int)province_draw(p, 256), sizeof node->session_key);
	assert_int_equal(
	        gn_session_seal(node->session_key, &hub, 1, message, sizeof message, &size), GN_OK);
	assert_int_equal(gn_body_wrap(GN_KIND_SESSION, salt, gn_bytes(message, size), buf,
	                         sizeof buf, &size),
	        GN_OK);
	write_entry(p, e, gn_bytes(buf, size));
	node->session = e->seq;
}

static enum gn_kind draw_kind(struct province *p)
{
	uint64_t n = province_draw(p, 100);
	if (n < 12)
		return GN_KIND_CORRECTION;
	if (n < 18)
		return GN_KIND_VOID;
	return n < 21 ? GN_KIND_ERASE : n < 23 ? GN_KIND_SESSION : GN_KIND_NONE;
}

static void draw_clock(struct province *p, struct p_event *e)
{
	struct p_node *node = &p->nodes[e->node];
	e->quality = province_chance(p, 85) ? GN_CLOCK_SYNCHRONISED
	                                    : (enum gn_quality)province_draw(p, 2);
	uint64_t now = gn_clock_from_ms(p->now_ms);
	e->clock = node->clock = now > node->clock ? now : node->clock + 1;
}

static void draw_event(struct province *p)
{
	struct p_event *e = &p->events[p->event_n];
	*e = (struct p_event){.node = (int)province_draw(p, p->node_n),
	        .citizen = P_NONE,
	        .holder = P_NONE,
	        .target = P_NONE,
	        .kind = draw_kind(p)};
	if (province_chance(p, 60)) /* hours pass, and sometimes no time at all */
		p->now_ms += province_draw(p, 86400000);
	if (e->kind == GN_KIND_CORRECTION || e->kind == GN_KIND_VOID || e->kind == GN_KIND_ERASE)
		draw_target(p, e);
	if (!p->nodes[e->node].session)
		e->kind = GN_KIND_SESSION;
	if (e->kind == GN_KIND_CORRECTION)
		draw_correction(p, e);
	if (e->kind == GN_KIND_NONE) {
		draw_record(p, e);
		if (p->event_n && province_chance(p, 20))
			repeat_record(p, e);
		e->kind = e->record.kind;
		if (province_chance(p, 6))
			draw_borrowed(p, e);
	}
	draw_clock(p, e);
	if (e->kind == GN_KIND_SESSION)
		write_session(p, e);
	else
		write_record(p, e);
	p->event_n++;
}

void province_draw_events(struct province *p, size_t n)
{
	p->now_ms = FIRST_MS;
	while (p->event_n < n && p->event_n < P_EVENTS)
		draw_event(p);
}
