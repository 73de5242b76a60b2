/* A name that fits several nodes is nobody's: a person must say which. */
#include "hub/name.h"

#include "core/text.h"

static bool has_id(const struct gn_enrolment *node, const char *name)
{
	char id[GN_ID_TEXT];
	size_t length = strlen(name);
	gn_base32(gn_bytes(node->node, GN_KEY_SIZE), id, sizeof id);
	return (length == GN_ID_SHORT || length == GN_ID_TEXT - 1) &&
	       strncmp(id, name, length) == 0;
}

const struct gn_enrolment *hub_node_named(
        const struct gn_registry *registry, const char *name, const char **ret_why)
{
	size_t n, found = 0;
	const struct gn_enrolment *nodes = gn_registry_enrolments(registry, &n), *node = NULL;
	for (size_t i = 0; i < n; i++) {
		bool serves = !nodes[i].revoked && strcmp(nodes[i].unit, name) == 0;
		if (!has_id(&nodes[i], name) && !serves)
			continue;
		node = &nodes[i];
		found++;
	}
	*ret_why = found ? "several nodes go by this name; give the node's id"
	                 : "no node goes by this name; `gonha-hub nodes` lists them";
	return found == 1 ? node : NULL;
}
