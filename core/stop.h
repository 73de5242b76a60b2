/* SIGINT and SIGTERM: asked to stop. For a program with threads: the signals
 * interrupt the waits of one thread alone and no thread's writing. */
#ifndef GN_CORE_STOP_H
#define GN_CORE_STOP_H

#include <stdbool.h>

/* Before other threads are made: catches the signals and holds them back in this
 * thread and those that it makes. SIGPIPE is ignored. */
void gn_stop_catch(void);
/* When they are made: this thread is the one that hears. */
void gn_stop_listen(void);
bool gn_stop_asked(void);

#endif
