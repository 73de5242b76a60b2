/* Command lines: a table of commands that parses, checks and explains itself. */
#ifndef GN_CORE_CLI_H
#define GN_CORE_CLI_H

#include "proto/base.h"

struct gn_option {
	const char *name; /* "dir": --dir */
	const char *arg; /* "D" in the help; NULL: a flag */
	const char *help;
};

struct gn_args {
	const struct gn_command *command;
	int argc; /* words that are no options */
	char **argv;
	void *values; /* private: read it with gn_arg */
};

struct gn_command {
	const char *name; /* may be of two words: "registry import" */
	const char *args; /* "PATH..." for the usage line; "" for none */
	const char *help; /* one line */
	const struct gn_option *options; /* ends with a NULL name; --help is added */
	int min, max; /* how many words; max -1: any */
	int (*run)(const struct gn_args *args); /* exit status: 0, 1 refused or failed, 2 usage */
	const char *notes; /* lines below the options in its --help, as they are; NULL: none */
};

/* The last value of an option, NULL when it was not given ("" for a flag given). */
const char *gn_arg(const struct gn_args *args, const char *name);
/* The i-th value of an option given several times; NULL after the last. */
const char *gn_arg_nth(const struct gn_args *args, const char *name, size_t i);

/* Finds and runs the command. --help, --version, `help`; usage errors in one
 * line on stderr, exit status 2. `commands` ends with a NULL name. */
int gn_cli_main(const char *program, const char *about, const struct gn_command *commands, int argc,
        char **argv);
/* "gonha-node: text" on stderr, one line. */
void gn_cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *gn_cli_program(void);

#endif
