/* The handshake asks once and on its own thread, so it gets a sorted copy of
 * keys; what a key may do is asked of the registry itself, per message. */
#include "core/admission.h"

#include "core/day.h"

#include <stdlib.h>

void gn_admission_init(struct gn_admission *admission, bool joiners)
{
	*admission = (struct gn_admission){.joiners = joiners};
	pthread_mutex_init(&admission->lock, NULL);
}

void gn_admission_done(struct gn_admission *admission)
{
	free(admission->keys);
	pthread_mutex_destroy(&admission->lock);
}

static int compare_keys(const void *a, const void *b)
{
	return memcmp(a, b, GN_KEY_SIZE);
}

static bool invitation_open(const struct gn_invitation *invitation)
{
	return !invitation->cancelled && invitation->expires_ms > gn_now_ms();
}

enum gn_err gn_admission_renew(struct gn_admission *admission, const struct gn_registry *registry)
{
	size_t nodes, hubs, tokens, n = 0;
	const struct gn_enrolment *node = gn_registry_enrolments(registry, &nodes);
	const struct gn_hub *hub = gn_registry_hubs(registry, &hubs);
	const struct gn_invitation *token = gn_registry_invitations(registry, &tokens);
	uint8_t(*keys)[GN_KEY_SIZE] = calloc(nodes + hubs + tokens + 1, GN_KEY_SIZE);
	if (!keys)
		return GN_E_NOMEM;
	for (size_t i = 0; i < nodes; i++)
		if (!node[i].revoked)
			memcpy(keys[n++], node[i].transport, GN_KEY_SIZE);
	for (size_t i = 0; i < hubs; i++)
		memcpy(keys[n++], hub[i].transport, GN_KEY_SIZE);
	for (size_t i = 0; i < tokens && admission->joiners; i++)
		if (invitation_open(&token[i]))
			memcpy(keys[n++], token[i].token, GN_KEY_SIZE);
	qsort(keys, n, GN_KEY_SIZE, compare_keys);
	pthread_mutex_lock(&admission->lock);
	free(admission->keys);
	admission->keys = keys;
	admission->n = n;
	pthread_mutex_unlock(&admission->lock);
	return GN_OK;
}

enum gn_err gn_admission_trust(
        struct gn_admission *admission, const uint8_t key[GN_KEY_SIZE], enum gn_role role)
{
	size_t i = 0;
	while (i < admission->trusted_count &&
	        memcmp(admission->trusted[i].key, key, GN_KEY_SIZE) != 0)
		i++;
	if (i == GN_TRUSTED_MAX)
		return GN_E_FULL;
	memcpy(admission->trusted[i].key, key, GN_KEY_SIZE);
	admission->trusted[i].role = role;
	admission->trusted_count += i == admission->trusted_count;
	return GN_OK;
}

bool gn_admission_admit(void *context, const uint8_t key[GN_KEY_SIZE])
{
	struct gn_admission *admission = context;
	pthread_mutex_lock(&admission->lock);
	bool found = admission->n > 0 &&
	             bsearch(key, admission->keys, admission->n, GN_KEY_SIZE, compare_keys) != NULL;
	pthread_mutex_unlock(&admission->lock);
	return found;
}

/* [P-2] */
void gn_admission_identify(const struct gn_admission *admission, const struct gn_registry *registry,
        const uint8_t key[GN_KEY_SIZE], struct gn_peer *ret_peer)
{
	struct gn_peer peer = {.role = GN_ROLE_NONE};
	memcpy(peer.key, key, GN_KEY_SIZE);
	const struct gn_enrolment *node = gn_registry_transport(registry, key);
	const struct gn_invitation *token = gn_registry_invitation(registry, key);
	size_t hubs;
	const struct gn_hub *hub = gn_registry_hubs(registry, &hubs);
	for (size_t i = 0; i < hubs && peer.role == GN_ROLE_NONE; i++) {
		if (memcmp(hub[i].transport, key, GN_KEY_SIZE) != 0)
			continue;
		peer.role = GN_ROLE_HUB;
		memcpy(peer.identity, hub[i].hub, GN_KEY_SIZE);
	}
	if (peer.role == GN_ROLE_NONE && node && !node->revoked) {
		peer.role = GN_ROLE_NODE;
		memcpy(peer.identity, node->node, GN_KEY_SIZE);
	} else if (peer.role == GN_ROLE_NONE && !node && token && admission->joiners &&
	           invitation_open(token)) {
		peer.role = GN_ROLE_JOINER;
	}
	for (size_t i = 0; i < admission->trusted_count && peer.role == GN_ROLE_NONE && !node; i++)
		if (memcmp(admission->trusted[i].key, key, GN_KEY_SIZE) == 0)
			peer.role = admission->trusted[i].role;
	*ret_peer = peer;
}
