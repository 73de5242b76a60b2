/* Which node a person means. */
#ifndef HUB_NAME_H
#define HUB_NAME_H

#include "core/registry.h"

/* By its id, the id's short form, or its unit's code where one node that is not
 * revoked serves it. NULL: *ret_why (static text) says why not. */
const struct gn_enrolment *hub_node_named(
        const struct gn_registry *registry, const char *name, const char **ret_why);

#endif
