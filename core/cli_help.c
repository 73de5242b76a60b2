/* The help texts, from the tables that also parse: names aligned, lines broken
 * at 80 columns.
 */
#include "core/cli_internal.h"
#include "core/text.h"
#include <stdio.h>

#define COLUMNS 80
#define NAME_COLUMNS_MAX 30

const struct gn_option gn_cli_help_option = {"help", NULL, "show this help"};

static void blanks(size_t n)
{
	while (n-- > 0)
		putchar(' ');
}

static size_t word_columns(const char *word, size_t size)
{
	char copy[256];

	if (size >= sizeof copy)
		return size;
	memcpy(copy, word, size);
	copy[size] = 0;
	return gn_text_width(copy);
}

/* Words from column `at` on, the next lines from `indent` on. */
static void print_wrapped(const char *text, size_t at, size_t indent)
{
	size_t column = at;

	while (*text) {
		size_t size = strcspn(text, " "), columns = word_columns(text, size);
		bool first = column == indent;

		if (!first && column + 1 + columns > COLUMNS) {
			putchar('\n');
			blanks(indent);
			column = indent;
		} else if (!first && column > at) {
			putchar(' ');
			column++;
		}
		printf("%.*s", (int)size, text);
		column += columns;
		text += size;
		text += strspn(text, " ");
	}
	putchar('\n');
}

/* "  NAME" in `columns` columns, then its help; on a line of its own when it is longer. */
static void print_row(const char *name, size_t columns, const char *help)
{
	size_t width = gn_text_width(name), indent = columns + 4;

	printf("  %s", name);
	if (width > columns) {
		putchar('\n');
		width = 0;
		blanks(indent);
	} else {
		blanks(indent - 2 - width);
	}
	print_wrapped(help, indent, indent);
}

static const char *option_name(const struct gn_option *option, char buf[64])
{
	snprintf(buf, 64, "--%s%s%s", option->name, option->arg ? " " : "",
	        option->arg ? option->arg : "");
	return buf;
}

size_t gn_cli_option_count(const struct gn_command *command)
{
	size_t n = 0;

	while (command->options && command->options[n].name)
		n++;
	return n;
}

static size_t widest(size_t best, const char *name)
{
	size_t width = gn_text_width(name);

	return width > best && width <= NAME_COLUMNS_MAX ? width : best;
}

void gn_cli_help_command(const struct gn_command *command)
{
	size_t n = gn_cli_option_count(command), columns = strlen("--help");
	char name[64];

	printf("Usage: %s %s [OPTION]...%s%s\n", gn_cli_program(), command->name,
	        command->args[0] ? " " : "", command->args);
	print_wrapped(command->help, 0, 0);
	printf("\nOptions:\n");
	for (size_t i = 0; i < n; i++)
		columns = widest(columns, option_name(&command->options[i], name));
	for (size_t i = 0; i < n; i++)
		print_row(
		        option_name(&command->options[i], name), columns, command->options[i].help);
	print_row(option_name(&gn_cli_help_option, name), columns, gn_cli_help_option.help);
	if (command->notes)
		printf("\n%s\n", command->notes);
}

static bool begins(const struct gn_command *command, const char *prefix)
{
	size_t size = strlen(prefix);

	return size == 0 || (strncmp(command->name, prefix, size) == 0 &&
	                            (command->name[size] == ' ' || command->name[size] == 0));
}

void gn_cli_help_program(const char *about, const struct gn_command *commands, const char *prefix)
{
	size_t columns = 0;

	printf("Usage: %s COMMAND [OPTION]... [ARGUMENT]...\n", gn_cli_program());
	print_wrapped(about, 0, 0);
	printf("\nCommands:\n");
	for (const struct gn_command *c = commands; c->name; c++)
		if (begins(c, prefix))
			columns = widest(columns, c->name);
	for (const struct gn_command *c = commands; c->name; c++)
		if (begins(c, prefix))
			print_row(c->name, columns, c->help);
	putchar('\n');
	printf("%s COMMAND --help tells more of a command, %s --version the version.\n",
	        gn_cli_program(), gn_cli_program());
}
