/* Session keys, opened while a fold lasts.
 *
 * They are read from the logs each time and never written: a stolen disk of the
 * hub opens nothing without the seal key, which lies outside the database.
 */
#ifndef HUB_SESSION_H
#define HUB_SESSION_H

#include "hub/fold_map.h"
#include "proto/citizen.h"

struct hub_fold;
struct hub_entry;

struct hub_sessions {
	struct hub_map keys; /* log number, sequence -> key, or that there is none */
};

void hub_sessions_init(struct hub_sessions *sessions);
void hub_sessions_done(struct hub_sessions *sessions); /* wipes them */

/* The citizen in the entry's own block. False: it can't be opened, or f->err. */
bool hub_session_citizen(
        struct hub_fold *f, const struct hub_entry *entry, struct gn_citizen *ret_citizen);

#endif
