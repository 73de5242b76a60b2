/* Which incoming connection is whose. Open addressing, never emptied: only
 * admitted keys come here, and they are few.
 */
#include "core/net_internal.h"
#include <stdlib.h>

#define FIRST_CAP 64

static struct gn_net_peer *slot_of(struct gn_net_peer *slots, size_t cap, const uint8_t *key)
{
	size_t at = (size_t)gn_get_be64(key) & (cap - 1);

	while (slots[at].known && memcmp(slots[at].key, key, GN_KEY_SIZE) != 0)
		at = (at + 1) & (cap - 1);
	return &slots[at];
}

struct gn_net_peer *gn_net_peers_find(const struct gn_net_peers *peers, const uint8_t *key)
{
	struct gn_net_peer *slot;

	if (peers->cap == 0)
		return NULL;
	slot = slot_of(peers->slots, peers->cap, key);
	return slot->known ? slot : NULL;
}

static enum gn_err grow(struct gn_net_peers *peers)
{
	size_t cap = peers->cap ? peers->cap * 2 : FIRST_CAP;
	struct gn_net_peer *slots = calloc(cap, sizeof *slots);

	if (!slots)
		return GN_E_NOMEM;
	for (size_t i = 0; i < peers->cap; i++)
		if (peers->slots[i].known)
			*slot_of(slots, cap, peers->slots[i].key) = peers->slots[i];
	free(peers->slots);
	peers->slots = slots;
	peers->cap = cap;
	return GN_OK;
}

/* What an older connection still delivers must not take the replies back to it. */
enum gn_err gn_net_peers_note(struct gn_net_peers *peers, const uint8_t *key, uint32_t id)
{
	struct gn_net_peer *slot = gn_net_peers_find(peers, key);

	if (slot) {
		if (!slot->alive || (int32_t)(id - slot->id) > 0) {
			slot->id = id;
			slot->alive = true;
		}
		return GN_OK;
	}
	if (peers->count * 2 >= peers->cap && grow(peers) != GN_OK)
		return GN_E_NOMEM;
	slot = slot_of(peers->slots, peers->cap, key);
	memcpy(slot->key, key, GN_KEY_SIZE);
	slot->id = id;
	slot->known = slot->alive = true;
	peers->count++;
	return GN_OK;
}
