/* Which transport keys may connect, and who stands behind each: what the
 * registry says, made quick for the handshake thread.
 */
#ifndef GN_CORE_ADMISSION_H
#define GN_CORE_ADMISSION_H

#include "core/view.h"
#include "proto/sync.h"

#include <pthread.h>

#define GN_TRUSTED_MAX 64

struct gn_admission {
	pthread_mutex_t lock; /* over keys and n */
	uint8_t (*keys)[GN_KEY_SIZE]; /* sorted */
	size_t n;
	bool joiners; /* open invitations' one-time keys too */
	struct { /* keys we connect to on our operator's or a token's word */
		uint8_t key[GN_KEY_SIZE];
		enum gn_role role;
	} trusted[GN_TRUSTED_MAX];
	size_t trusted_count;
};

void gn_admission_init(struct gn_admission *admission, bool joiners);
void gn_admission_done(struct gn_admission *admission);
/* After the registry changed, and now and then since invitations expire. GN_E_NOMEM. */
enum gn_err gn_admission_renew(
        struct gn_admission *admission, const struct gn_registry *registry) GN_MUST_USE;
/* The same key again takes the newer role. GN_E_FULL. */
enum gn_err gn_admission_trust(struct gn_admission *admission, const uint8_t key[GN_KEY_SIZE],
        enum gn_role role) GN_MUST_USE;
/* For struct gn_net_options: `context` is the gn_admission. Any thread. */
bool gn_admission_admit(void *context, const uint8_t key[GN_KEY_SIZE]);
/* Looked up for each message, since a handshake lasts and a revocation does not wait. */
void gn_admission_identify(const struct gn_admission *admission, const struct gn_registry *registry,
        const uint8_t key[GN_KEY_SIZE], struct gn_peer *ret_peer);

#endif
