/* A daemon's own words, one line each on stderr (the journal's priority prefix
 * when started by systemd). Programs alone call it; no personal data ever.
 */
#ifndef GN_CORE_LOG_H
#define GN_CORE_LOG_H

enum gn_log_level { GN_LOG_ERROR = 3, GN_LOG_WARNING = 4, GN_LOG_NOTICE = 5, GN_LOG_INFO = 6 };
void gn_log(enum gn_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
