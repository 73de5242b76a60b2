/* The record commands as a person types them, within the test's process: what
 * they print and how they end. */
#ifndef FIXTURE_CLI_H
#define FIXTURE_CLI_H

#include "fixture_node.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "node/commands.h"

static const struct gn_option fixture_options[] = {
        {"dir", "D", ""},
        {"again", NULL, ""},
        {"reason", "TEXT", ""},
        {"import", "ID", ""},
        {"kind", "KIND", ""},
        {"from", "DAY", ""},
        {"to", "DAY", ""},
        {"format", "FORMAT", ""},
        {0},
};
static const struct gn_command fixture_commands[] = {
        {"record", "", "", fixture_options, 2, -1, node_cmd_record},
        {"import", "", "", fixture_options, 1, -1, node_cmd_import},
        {"correct", "", "", fixture_options, 2, -1, node_cmd_correct},
        {"void", "", "", fixture_options, 0, 1, node_cmd_void},
        {"list", "", "", fixture_options, 0, 0, node_cmd_list},
        {"verify", "", "", fixture_options, 0, 0, node_cmd_verify},
        {0},
};

struct fixture_said {
	int status;
	char out[1u << 16], err[1u << 14];
};

static inline int fixture_redirect(FILE *stream, const char *path)
{
	fflush(stream);
	int kept = dup(fileno(stream));
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	assert_true(kept >= 0 && fd >= 0);
	assert_true(dup2(fd, fileno(stream)) >= 0);
	close(fd);
	return kept;
}

static inline void fixture_restore(FILE *stream, int kept, const char *path, char *text, size_t cap)
{
	fflush(stream);
	dup2(kept, fileno(stream));
	close(kept);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, cap - 1, file)] = '\0';
	fclose(file);
}

/* Words are separated by blanks; a '+' within a word becomes a blank. --dir is
 * added. The fixture's own node is closed meanwhile: one open store a process. */
static inline const struct fixture_said *fixture_says(struct fixture_node *f, const char *line)
{
	static struct fixture_said said;
	char words[1024], out[100], err[100], *argv[32] = {"gonha-node"}, *rest = words, *word;
	int argc = 1;
	snprintf(words, sizeof(words), "%s", line);
	while ((word = strsep(&rest, " "))) {
		argv[argc++] = word;
		for (char *plus = word; (plus = strchr(plus, '+'));)
			*plus = ' ';
	}
	argv[argc++] = "--dir";
	argv[argc++] = f->dir;
	snprintf(out, sizeof(out), "%s/out", f->base);
	snprintf(err, sizeof(err), "%s/err", f->base);
	node_close(&f->node);
	int kept_out = fixture_redirect(stdout, out), kept_err = fixture_redirect(stderr, err);
	said.status = gn_cli_main("gonha-node", "", fixture_commands, argc, argv);
	fixture_restore(stdout, kept_out, out, said.out, sizeof(said.out));
	fixture_restore(stderr, kept_err, err, said.err, sizeof(said.err));
	fixture_open(f);
	return &said;
}

#endif
