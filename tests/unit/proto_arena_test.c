/* The arena: a hard cap, whatever a message asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "proto/arena.h"
#include "sync.pb-c.h"

static void *take(struct gn_arena *arena, size_t size)
{
	ProtobufCAllocator *allocator = gn_arena_allocator(arena);

	return allocator->alloc(allocator->allocator_data, size);
}

static void pieces_are_apart_and_aligned(void **state)
{
	struct gn_arena arena;
	uint8_t *a, *b;

	(void)state;
	gn_arena_init(&arena, 256);
	a = take(&arena, 1);
	b = take(&arena, 40);
	assert_non_null(a);
	assert_non_null(b);
	assert_true(b >= a + 1);
	assert_int_equal((uintptr_t)b % _Alignof(max_align_t), 0);
	memset(b, 1, 40);
	gn_arena_allocator(&arena)->free(&arena, a); /* takes nothing back */
	assert_true((uint8_t *)take(&arena, 8) >= b + 40);
	gn_arena_done(&arena);
	gn_arena_done(&arena);
}

static void the_cap_is_hard(void **state)
{
	struct gn_arena arena;

	(void)state;
	gn_arena_init(&arena, 100);
	assert_null(take(&arena, 101));
	assert_true(gn_arena_full(&arena));
	gn_arena_reset(&arena);
	assert_false(gn_arena_full(&arena));
	memset(take(&arena, 100), 1, 100);
	assert_null(take(&arena, 1));
	gn_arena_reset(&arena);
	assert_null(take(&arena, SIZE_MAX));
	assert_non_null(take(&arena, 97)); /* rounding up passes the end */
	assert_null(take(&arena, 4));
	gn_arena_done(&arena);
	gn_arena_init(&arena, 0);
	assert_null(take(&arena, 1));
	gn_arena_done(&arena);
}

static void a_block_of_the_callers_will_do(void **state)
{
	_Alignas(max_align_t) uint8_t block[128];
	struct gn_arena arena;
	uint8_t *piece;

	(void)state;
	gn_arena_init_block(&arena, block + 3, 60);
	piece = take(&arena, 16);
	assert_true(piece >= block + 3 && piece + 16 <= block + 63);
	assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
	assert_null(take(&arena, 60));
	gn_arena_done(&arena);
	gn_arena_init_block(&arena, block + 3, 2);
	assert_null(take(&arena, 1));
	gn_arena_done(&arena);
}

/* Many tiny heads in one message: the worst that a message can do to memory. */
static size_t tiny_heads(uint8_t *buf, size_t n)
{
	size_t have = 2 * n, size = 0, i;

	buf[size++] = 0x12; /* Message.have */
	for (; have > 0x7f; have >>= 7)
		buf[size++] = (uint8_t)(have | 0x80);
	buf[size++] = (uint8_t)have;
	for (i = 0; i < n; i++, size += 2)
		memcpy(buf + size, "\x0a\x00", 2);
	return size;
}

static void a_swelling_message_is_refused(void **state)
{
	GN_AUTO_ARENA struct gn_arena arena;
	size_t n = 200000, size;
	uint8_t *buf = malloc(2 * n + 16);
	Gonha__Message *m;

	(void)state;
	assert_non_null(buf);
	gn_arena_init(&arena, GN_ARENA_CAP);
	size = tiny_heads(buf, n);
	assert_null(gonha__message__unpack(gn_arena_allocator(&arena), size, buf));
	assert_true(gn_arena_full(&arena));
	gn_arena_reset(&arena);
	size = tiny_heads(buf, 1000);
	m = gonha__message__unpack(gn_arena_allocator(&arena), size, buf);
	assert_non_null(m);
	assert_int_equal(m->have->n_heads, 1000);
	free(buf);
}

static void a_malformed_message_is_told_from_a_large_one(void **state)
{
	GN_AUTO_ARENA struct gn_arena arena;

	(void)state;
	gn_arena_init(&arena, GN_ARENA_CAP);
	assert_null(gonha__message__unpack(
	        gn_arena_allocator(&arena), 3, (const uint8_t *)"\x0a\x05x"));
	assert_false(gn_arena_full(&arena));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(pieces_are_apart_and_aligned),
	        cmocka_unit_test(the_cap_is_hard),
	        cmocka_unit_test(a_block_of_the_callers_will_do),
	        cmocka_unit_test(a_swelling_message_is_refused),
	        cmocka_unit_test(a_malformed_message_is_told_from_a_large_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
