/* A new hub's directory. */
#ifndef HUB_MAKE_H
#define HUB_MAKE_H

#include "hub/home.h"

/* Writes the keys, the database with the province's first registry and the
 * default catalogue, and hub.conf. The root's key is left out unless
 * `with_root`. GN_E_EXISTS: keys are there. GN_E_INPUT: said why. Durable when
 * it returns. */
enum gn_err hub_make(const char *dir, const struct hub_secrets *secrets, bool with_root,
        const char *name, const char *code) GN_MUST_USE;

#endif
