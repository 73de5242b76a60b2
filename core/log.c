/* One line a word, whole in one write, so that threads do not mix. Where the
 * lines go and how long they are kept is the journal's.
 */
#include "core/log.h"
#include "core/day.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* systemd names the stream it reads from; stderr may have been redirected since. */
static bool to_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	char own[64];

	if (!stream || fstat(STDERR_FILENO, &st) != 0)
		return false;
	snprintf(own, sizeof own, "%llu:%llu", (unsigned long long)st.st_dev,
	        (unsigned long long)st.st_ino);
	return strcmp(own, stream) == 0;
}

static const char *level_word(enum gn_log_level level)
{
	switch (level) {
	case GN_LOG_ERROR:
		return "error";
	case GN_LOG_WARNING:
		return "warning";
	case GN_LOG_NOTICE:
		return "notice";
	case GN_LOG_INFO:
		return "info";
	}
	return "info";
}

void gn_log(enum gn_log_level level, const char *format, ...)
{
	char line[1024], when[26];
	size_t cap = sizeof line - 1, used;
	va_list args;
	int n;

	if (to_journal())
		n = snprintf(line, cap, "<%d>", (int)level);
	else
		n = snprintf(
		        line, cap, "%s %s: ", gn_time_text(gn_now_ms(), when), level_word(level));
	used = n > 0 ? (size_t)n : 0;
	va_start(args, format);
	n = vsnprintf(line + used, cap - used, format, args);
	va_end(args);
	if (n > 0)
		used += (size_t)n < cap - used ? (size_t)n : cap - used - 1;
	/* A peer's text must not forge a line of its own. */
	for (size_t i = 0; i < used; i++)
		line[i] = (unsigned char)line[i] < ' ' || line[i] == 127 ? ' ' : line[i];
	line[used++] = '\n';
	if (write(STDERR_FILENO, line, used) < 0)
		return; /* nobody is left to be told */
}

bool gn_log_due(struct gn_log_seldom *seldom, uint64_t now_ms, uint64_t *ret_left_out)
{
	if (now_ms < seldom->next_ms) {
		seldom->left_out++;
		return false;
	}
	*ret_left_out = seldom->left_out;
	*seldom = (struct gn_log_seldom){.next_ms = now_ms + GN_LOG_SELDOM_MS};
	return true;
}

void gn_log_seldom(
        struct gn_log_seldom *seldom, enum gn_log_level level, const char *what, const char *detail)
{
	struct timespec now;
	uint64_t left_out;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!gn_log_due(seldom, (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000,
	            &left_out))
		return;
	if (left_out > 0)
		gn_log(level, "%s: %s (and %llu like it before)", what, detail,
		        (unsigned long long)left_out);
	else
		gn_log(level, "%s: %s", what, detail);
}
