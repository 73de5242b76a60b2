/* The default catalogue of indicators, deploy/catalogue/indicators.csv, as it
 * was when the hub was built. `init` writes it into a new registry. */
#ifndef HUB_CATALOGUE_H
#define HUB_CATALOGUE_H

#include <stddef.h>

extern const char hub_catalogue_text[]; /* one NUL follows it */
extern const size_t hub_catalogue_size; /* without the NUL */

#endif
