/* Bearer tokens for HTTP: kept hashed, shown once. */
#ifndef HUB_ACCESS_H
#define HUB_ACCESS_H

#include "core/store.h"

enum hub_role { HUB_ROLE_NONE, HUB_ROLE_VIEWER, HUB_ROLE_OPERATOR };

/* What a presented token is good for; HUB_ROLE_NONE: nothing. */
enum hub_role hub_access_role(struct gn_txn *txn, const char *token);

#endif
