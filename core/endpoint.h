/* Where a peer listens, as people write it: tcp://HOST:PORT. */
#ifndef GN_CORE_ENDPOINT_H
#define GN_CORE_ENDPOINT_H

#include "proto/base.h"

#define GN_ENDPOINT_MAX 255 /* bytes */

/* Whether it can be used at all: tcp://, a host of printable letters ("*" and
 * "[::]" too), a port ("*" and 0 too). What others are told has to pass this,
 * since they cannot ask back. */
bool gn_endpoint_fits(const char *endpoint);
/* Whether others can reach it: it fits, names one address and one port. */
bool gn_endpoint_named(const char *endpoint);

#endif
