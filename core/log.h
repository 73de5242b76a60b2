/* A daemon's own words, one line each on stderr (the journal's priority prefix
 * when started by systemd). Programs alone call it; no personal data ever.
 */
#ifndef GN_CORE_LOG_H
#define GN_CORE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum gn_log_level { GN_LOG_ERROR = 3, GN_LOG_WARNING = 4, GN_LOG_NOTICE = 5, GN_LOG_INFO = 6 };
void gn_log(enum gn_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What a peer can make happen as often as it likes is told once in GN_LOG_SELDOM_MS;
 * the next line says how many were left out. One for each such message; all zero
 * at first; used by one thread. */
#define GN_LOG_SELDOM_MS 10000
struct gn_log_seldom {
	uint64_t next_ms, left_out;
};
bool gn_log_due(struct gn_log_seldom *seldom, uint64_t now_ms, uint64_t *ret_left_out);
void gn_log_seldom(struct gn_log_seldom *seldom, enum gn_log_level level, const char *what,
        const char *detail);

#endif
