#include "core/cli.h"
#include "temp_dir.h"
#include <fcntl.h>

static struct seen {
	const struct gn_command *command;
	int argc;
	char words[256], dir[64], via[64];
	bool flag;
} seen;

static int note(const struct gn_args *args)
{
	const char *dir = gn_arg(args, "dir"), *via;

	seen.command = args->command;
	seen.argc = args->argc;
	for (int i = 0; i < args->argc; i++) {
		size_t used = strlen(seen.words);

		snprintf(seen.words + used, sizeof seen.words - used, "%s;", args->argv[i]);
	}
	snprintf(seen.dir, sizeof seen.dir, "%s", dir ? dir : "-");
	for (size_t i = 0; (via = gn_arg_nth(args, "via", i)); i++) {
		size_t used = strlen(seen.via);

		snprintf(seen.via + used, sizeof seen.via - used, "%s;", via);
	}
	seen.flag = gn_arg(args, "replace") != NULL;
	return 7;
}

static const struct gn_option options[] = {
        {"dir", "DIR", "where all state of one hub is kept (default /var/lib/gonha-hub)"},
        {"via", "EP",
                "an endpoint; may be given several times, and this help is so long that it "
                "has to be broken twice to stay within eighty columns of the terminal"},
        {"replace", NULL, "take away what is absent"},
        {NULL, NULL, NULL},
};
static const struct gn_command commands[] = {
        {"run", "", "run the server", options, 0, 0, note, NULL},
        {"registry import", "PATH...", "read CSV files as one set", options, 1, -1, note, NULL},
        {"registry export", "DIR", "write the same files", options, 1, 1, note, NULL},
        {"registry", "", "show the registry", NULL, 0, 0, note, NULL},
        {"bundle export", "FILE", "write a bundle", NULL, 1, 1, note, "Fields:\n  date  a day"},
        {NULL, NULL, NULL, NULL, 0, 0, NULL, NULL},
};

struct spoken {
	int status;
	char out[4096], err[1024];
};

static void read_back(int fd, char *buf, size_t cap)
{
	ssize_t n;

	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	n = read(fd, buf, cap - 1);
	assert_true(n >= 0);
	buf[n] = 0;
	close(fd);
}

/* Runs a command line, words parted by blanks, with its outputs caught. */
static struct spoken say(const char *line)
{
	struct spoken s;
	char copy[256], *argv[20] = {copy};
	int argc = 0, kept_out, kept_err, out, err;

	snprintf(copy, sizeof copy, "/usr/bin/gonha-hub %s", line);
	for (char *at = copy; at; argc++) {
		argv[argc] = at;
		at = strchr(at, ' ');
		if (at)
			*at++ = 0;
	}
	if (line[0] == 0)
		argc = 1;
	argv[argc] = NULL;
	seen = (struct seen){0};
	fflush(stdout);
	kept_out = dup(1), kept_err = dup(2);
	out = open("/tmp", O_TMPFILE | O_RDWR, 0600), err = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	dup2(out, 1), dup2(err, 2);
	s.status = gn_cli_main(
	        "gonha-hub", "counts what was done in a province", commands, argc, argv);
	dup2(kept_out, 1), dup2(kept_err, 2);
	close(kept_out), close(kept_err);
	read_back(out, s.out, sizeof s.out);
	read_back(err, s.err, sizeof s.err);
	return s;
}

static void a_command_gets_its_options_and_words(void **state)
{
	struct spoken s =
	        say("registry import a --dir D b --replace --via x --via=y --dir E -- --c");

	(void)state;
	assert_int_equal(s.status, 7);
	assert_string_equal(seen.command->name, "registry import");
	assert_string_equal(seen.words, "a;b;--c;");
	assert_string_equal(seen.dir, "E");
	assert_string_equal(seen.via, "x;y;");
	assert_true(seen.flag);
	assert_string_equal(s.err, "");
	assert_string_equal(s.out, "");
	assert_int_equal(say("run").status, 7);
	assert_string_equal(seen.dir, "-");
	assert_false(seen.flag);
	assert_int_equal(say("registry").status, 7);
	assert_string_equal(seen.command->name, "registry");
}

static void wrong_usage_is_one_line_and_2(void **state)
{
	static const struct {
		const char *line, *said;
	} rows[] = {
	        {"", "gonha-hub: a command is missing (gonha-hub --help lists them)\n"},
	        {"jump", "gonha-hub: unknown command jump (gonha-hub --help lists them)\n"},
	        {"--dir x run", "gonha-hub: unknown command --dir (gonha-hub --help lists them)\n"},
	        {"bundle", "gonha-hub: bundle: a second word is missing or unknown (gonha-hub "
	                   "bundle --help lists them)\n"},
	        {"bundle drop", "gonha-hub: bundle: a second word is missing or unknown (gonha-hub "
	                        "bundle --help lists them)\n"},
	        {"run --nope", "gonha-hub: run: unknown option --nope (gonha-hub run --help tells "
	                       "more)\n"},
	        {"run a -xyz", "gonha-hub: run: unknown option -xyz (gonha-hub run --help tells "
	                       "more)\n"},
	        {"run --replac", "gonha-hub: run: unknown option --replac (gonha-hub run --help "
	                         "tells more)\n"},
	        {"run --di x", "gonha-hub: run: unknown option --di (gonha-hub run --help tells "
	                       "more)\n"},
	        {"run --di=x", "gonha-hub: run: unknown option --di=x (gonha-hub run --help tells "
	                       "more)\n"},
	        {"run --dir",
	                "gonha-hub: run: a value is missing after --dir (gonha-hub run --help "
	                "tells more)\n"},
	        {"run --replace=yes", "gonha-hub: run: unknown option --replace=yes (gonha-hub run "
	                              "--help tells more)\n"},
	        {"run now", "gonha-hub: run: unexpected argument now (gonha-hub run --help tells "
	                    "more)\n"},
	        {"registry import",
	                "gonha-hub: registry import: missing argument, expected PATH... "
	                "(gonha-hub registry import --help tells more)\n"},
	        {"registry export a b", "gonha-hub: registry export: unexpected argument b "
	                                "(gonha-hub registry export --help tells more)\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct spoken s = say(rows[i].line);

		assert_string_equal(s.err, rows[i].said);
		assert_int_equal(s.status, 2);
		assert_string_equal(s.out, "");
		assert_null(seen.command);
	}
}

static void the_version_is_told(void **state)
{
	struct spoken s = say("--version");

	(void)state;
	assert_int_equal(s.status, 0);
	assert_string_equal(s.out, "gonha-hub " GONHA_VERSION "\n");
}

static void help_lists_commands(void **state)
{
	struct spoken s = say("--help"), again = say("help"), group = say("bundle --help");

	(void)state;
	assert_int_equal(s.status, 0);
	assert_string_equal(s.out,
	        "Usage: gonha-hub COMMAND [OPTION]... [ARGUMENT]...\n"
	        "counts what was done in a province\n"
	        "\n"
	        "Commands:\n"
	        "  run              run the server\n"
	        "  registry import  read CSV files as one set\n"
	        "  registry export  write the same files\n"
	        "  registry         show the registry\n"
	        "  bundle export    write a bundle\n"
	        "\n"
	        "gonha-hub COMMAND --help tells more of a command, gonha-hub --version the "
	        "version.\n");
	assert_string_equal(again.out, s.out);
	assert_non_null(strstr(group.out, "  bundle export  write a bundle\n"));
	assert_null(strstr(group.out, "registry"));
	assert_int_equal(group.status, 0);
	assert_string_equal(s.err, "");
}

static void help_of_a_command_is_aligned_within_80_columns(void **state)
{
	struct spoken s = say("registry import --help"), again = say("help registry import");

	(void)state;
	assert_int_equal(s.status, 0);
	assert_string_equal(s.out,
	        "Usage: gonha-hub registry import [OPTION]... PATH...\n"
	        "read CSV files as one set\n"
	        "\n"
	        "Options:\n"
	        "  --dir DIR  where all state of one hub is kept (default /var/lib/gonha-hub)\n"
	        "  --via EP   an endpoint; may be given several times, and this help is so long\n"
	        "             that it has to be broken twice to stay within eighty columns of the\n"
	        "             terminal\n"
	        "  --replace  take away what is absent\n"
	        "  --help     show this help\n");
	assert_string_equal(again.out, s.out);
	assert_null(seen.command);
}

static void notes_stand_below_the_options(void **state)
{
	(void)state;
	assert_string_equal(say("bundle export --help").out,
	        "Usage: gonha-hub bundle export [OPTION]... FILE\n"
	        "write a bundle\n"
	        "\n"
	        "Options:\n"
	        "  --help  show this help\n"
	        "\n"
	        "Fields:\n"
	        "  date  a day\n");
}

static void an_error_is_one_line_whatever_it_quotes(void **state)
{
	int kept = dup(2), err = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	char text[256];

	(void)state;
	say("run");
	dup2(err, 2);
	gn_cli_error("%s: no", "a\nb\x1b[2J");
	dup2(kept, 2);
	close(kept);
	read_back(err, text, sizeof text);
	assert_string_equal(text, "gonha-hub: a b [2J: no\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_command_gets_its_options_and_words),
	        cmocka_unit_test(wrong_usage_is_one_line_and_2),
	        cmocka_unit_test(the_version_is_told),
	        cmocka_unit_test(help_lists_commands),
	        cmocka_unit_test(help_of_a_command_is_aligned_within_80_columns),
	        cmocka_unit_test(notes_stand_below_the_options),
	        cmocka_unit_test(an_error_is_one_line_whatever_it_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
