/* Finds the command, reads its options, counts its words and runs it. What the
 * options mean is the command's; how the help looks is cli_help.c's.
 */
#include "core/cli_internal.h"
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define STATUS_FAILED 1
#define STATUS_USAGE 2
#define HELP_VALUE 1000 /* beyond any letter that getopt returns */
#define OPTION_VALUE 1001

struct given { /* one option as given */
	const char *name, *value;
};
struct values {
	size_t count;
	struct given given[];
};

static const char *program_name = "gonha";

const char *gn_cli_program(void)
{
	return program_name;
}

void gn_cli_error(const char *format, ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = ' ';
	fprintf(stderr, "%s: %s\n", program_name, text);
}

const char *gn_arg_nth(const struct gn_args *args, const char *name, size_t i)
{
	const struct values *values = args->values;

	for (size_t at = 0; values && at < values->count; at++)
		if (strcmp(values->given[at].name, name) == 0 && i-- == 0)
			return values->given[at].value;
	return NULL;
}

const char *gn_arg(const struct gn_args *args, const char *name)
{
	const char *last = NULL, *value;

	for (size_t i = 0; (value = gn_arg_nth(args, name, i)); i++)
		last = value;
	return last;
}

/* How many of the words name the command: 0, 1 or 2. */
static int match_words(const struct gn_command *command, int argc, char **argv)
{
	size_t first = argc > 0 ? strlen(argv[0]) : 0;
	const char *rest;

	if (first == 0 || strncmp(command->name, argv[0], first) != 0)
		return 0;
	rest = command->name + first;
	if (*rest == 0)
		return 1;
	return *rest == ' ' && argc > 1 && strcmp(rest + 1, argv[1]) == 0 ? 2 : 0;
}

static const struct gn_command *find_command(
        const struct gn_command *commands, int argc, char **argv, int *ret_words)
{
	const struct gn_command *found = NULL;

	*ret_words = 0;
	for (const struct gn_command *c = commands; c->name; c++) {
		int words = match_words(c, argc, argv);

		if (words > *ret_words) {
			*ret_words = words;
			found = c;
		}
	}
	return found;
}

static bool is_group(const struct gn_command *commands, const char *word)
{
	size_t size = strlen(word);

	for (const struct gn_command *c = commands; c->name; c++)
		if (size > 0 && strncmp(c->name, word, size) == 0 && c->name[size] == ' ')
			return true;
	return false;
}

static struct option *long_options(const struct gn_command *command)
{
	size_t n = gn_cli_option_count(command);
	struct option *options = calloc(n + 2, sizeof *options);

	if (!options)
		return NULL;
	for (size_t i = 0; i < n; i++)
		options[i] = (struct option){command->options[i].name,
		        command->options[i].arg ? required_argument : no_argument, NULL,
		        OPTION_VALUE};
	options[n] = (struct option){gn_cli_help_option.name, no_argument, NULL, HELP_VALUE};
	return options;
}

static int usage_error(const struct gn_command *command, const char *what, const char *which)
{
	gn_cli_error("%s: %s%s%s (%s %s --help tells more)", command->name, what,
	        which[0] ? " " : "", which, program_name, command->name);
	return STATUS_USAGE;
}

/* The option that was not understood: getopt is not past it yet while letters
 * of its cluster are left. */
static const char *faulty(char **argv)
{
	return argv[optind - 1][0] == '-' ? argv[optind - 1] : argv[optind];
}

/* getopt takes any beginning of a name for the name; a mistyped --recover must
 * not be --recovery. The word when it is none of our names, else NULL. */
static const char *cut_short(char **argv, const struct option *option)
{
	const char *word = argv[optind - 1];
	size_t length = strlen(option->name);
	if (optarg && optarg == word)
		word = argv[optind - 2];
	bool whole = strncmp(word + 2, option->name, length) == 0 &&
	             (word[2 + length] == '\0' || word[2 + length] == '=');
	return whole ? NULL : word;
}

/* -1: all read; else the exit status. argv[0] stands for the program's name. */
static int read_options(const struct gn_command *command, const struct option *options, int argc,
        char **argv, struct values *values)
{
	int which = 0, c;

	opterr = 0;
	optind = 0; /* GNU: begins anew */
	while ((c = getopt_long(argc, argv, ":", options, &which)) != -1) {
		const char *cut = c == OPTION_VALUE || c == HELP_VALUE
		                          ? cut_short(argv, &options[which])
		                          : NULL;
		if (cut)
			return usage_error(command, "unknown option", cut);
		switch (c) {
		case OPTION_VALUE:
			values->given[values->count++] =
			        (struct given){options[which].name, optarg ? optarg : ""};
			break;
		case HELP_VALUE:
			gn_cli_help_command(command);
			return 0;
		case ':':
			return usage_error(command, "a value is missing after", argv[optind - 1]);
		default:
			return usage_error(command, "unknown option", faulty(argv));
		}
	}
	return -1;
}

static int check_count(const struct gn_command *command, int argc, char **argv)
{
	if (argc < command->min)
		return usage_error(command, "missing argument, expected", command->args);
	if (command->max >= 0 && argc > command->max)
		return usage_error(command, "unexpected argument", argv[command->max]);
	return -1;
}

/* A full disk behind a redirection is a failure too. */
static int finish_output(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	gn_cli_error("standard output: %s", strerror(errno));
	return status ? status : STATUS_FAILED;
}

/* argv[0] is the last word of the command's name. */
static int run_command(const struct gn_command *command, int argc, char **argv)
{
	struct option *options = long_options(command);
	struct values *values = calloc(1, sizeof *values + (size_t)argc * sizeof *values->given);
	struct gn_args args = {.command = command, .values = values};
	int status = STATUS_FAILED;

	if (!options || !values) {
		gn_cli_error("%s", gn_err_text(GN_E_NOMEM));
		goto end;
	}
	status = read_options(command, options, argc, argv, values);
	if (status < 0) {
		args.argc = argc - optind;
		args.argv = argv + optind;
		status = check_count(command, args.argc, args.argv);
	}
	if (status < 0)
		status = command->run(&args);
end:
	free(options);
	free(values);
	return status;
}

static int dispatch(const char *about, const struct gn_command *commands, int argc, char **argv)
{
	bool help = argc > 0 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "help") == 0);
	bool group = argc > 0 && is_group(commands, argv[help && argc > 1]);
	const struct gn_command *command;
	int words;

	if (argc == 0) {
		gn_cli_error("a command is missing (%s --help lists them)", program_name);
		return STATUS_USAGE;
	}
	if (strcmp(argv[0], "--version") == 0) {
		printf("%s %s\n", program_name, GONHA_VERSION);
		return 0;
	}
	command = find_command(commands, argc - help, argv + help, &words);
	if (command && help) {
		gn_cli_help_command(command);
		return 0;
	}
	if (command)
		return run_command(command, argc - words + 1, argv + words - 1);
	if ((help && argc == 1) || (help && group) ||
	        (group && argc > 1 && strcmp(argv[1], "--help") == 0)) {
		gn_cli_help_program(about, commands, group ? argv[help] : "");
		return 0;
	}
	if (group)
		gn_cli_error("%s: a second word is missing or unknown (%s %s --help lists them)",
		        argv[0], program_name, argv[0]);
	else
		gn_cli_error("unknown command %s (%s --help lists them)", argv[help], program_name);
	return STATUS_USAGE;
}

int gn_cli_main(const char *program, const char *about, const struct gn_command *commands, int argc,
        char **argv)
{
	program_name = program;
	return finish_output(dispatch(about, commands, argc > 0 ? argc - 1 : 0, argv + 1));
}
