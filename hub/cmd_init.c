/* `init`: the keys, an empty database, the root's and the registrar's first
 * words, the settings file and the recovery file. What is made first is what
 * must not be lost; a directory with a hub in it is never touched. */
#include "hub/commands.h"

#include "core/file.h"
#include "core/text.h"
#include "hub/make.h"
#include "hub/recovery.h"
#include "hub/registry_csv.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#define PASSPHRASE_MAX 256

static bool read_line(FILE *in, char *buf, size_t cap)
{
	if (!fgets(buf, (int)cap, in))
		return false;
	buf[strcspn(buf, "\r\n")] = '\0';
	return buf[0] != '\0';
}

static bool ask_passphrase(char *buf, size_t cap)
{
	struct termios shown, hidden;
	if (tcgetattr(STDIN_FILENO, &shown)) {
		gn_cli_error("no terminal to ask for a passphrase: use --passphrase-file");
		return false;
	}
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	fputs("Passphrase for the recovery file: ", stderr);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	bool got = read_line(stdin, buf, cap);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	fputc('\n', stderr);
	return got;
}

static bool get_passphrase(const struct gn_args *args, char *buf, size_t cap)
{
	const char *path = gn_arg(args, "passphrase-file");
	bool got;
	if (path) {
		FILE *in = fopen(path, "r");
		got = in && read_line(in, buf, cap);
		if (!got)
			gn_cli_error("%s: %s", path, in ? "no passphrase in it" : strerror(errno));
		if (in)
			fclose(in);
	} else {
		got = ask_passphrase(buf, cap);
	}
	return got;
}

static bool write_recovery(
        const struct gn_args *args, const char *path, const struct hub_secrets *secrets)
{
	char passphrase[PASSPHRASE_MAX];
	if (!get_passphrase(args, passphrase, sizeof passphrase))
		return false;
	enum gn_err err = hub_recovery_write(path, passphrase, secrets);
	sodium_memzero(passphrase, sizeof passphrase);
	if (err == GN_E_EXISTS)
		gn_cli_error("%s: is there already; a recovery file is never overwritten", path);
	else if (err)
		gn_cli_error(
		        "%s: %s", path, err == GN_E_SYSTEM ? strerror(errno) : gn_err_text(err));
	return err == GN_OK;
}

static bool hub_is_there(const char *dir)
{
	static const char *const names[] = {"data.mdb", "keys/registrar.key"};
	char path[HUB_PATH_MAX];
	for (size_t i = 0; i < 2; i++)
		if (gn_path(path, sizeof path, dir, names[i]) || access(path, F_OK) == 0)
			return true;
	return false;
}

static int start_hub(
        const struct gn_args *args, const char *dir, const char *name, const char *code)
{
	const char *recovery = gn_arg(args, "recovery");
	struct hub_secrets secrets;
	char id[GN_ID_TEXT];
	hub_secrets_make(&secrets);
	if (recovery && !write_recovery(args, recovery, &secrets))
		return 1;
	enum gn_err err = gn_dir_make(dir);
	if (!err)
		err = hub_make(dir, &secrets, !recovery, name, code);
	gn_base32(gn_bytes(secrets.hub + 32, GN_KEY_SIZE), id, sizeof id);
	sodium_memzero(&secrets, sizeof secrets);
	if (err) {
		gn_cli_error(
		        "%s: %s", dir, err == GN_E_SYSTEM ? strerror(errno) : gn_err_text(err));
		return 1;
	}
	printf("hub %.*s of %s (%s) made in %s\n", GN_ID_SHORT, id, name, code, dir);
	if (!recovery)
		gn_cli_error("warning: no --recovery file: a lost disk loses the province's keys, "
		             "and the root's key stays on this machine");
	return 0;
}

static bool read_province(
        const struct gn_args *args, char name[HUB_NAME_MAX + 1], char code[GN_CODE_MAX + 1])
{
	const char *name_given = gn_arg(args, "name"), *code_given = gn_arg(args, "code");
	if (!name_given || !code_given || !name_given[0])
		gn_cli_error("init: --name and --code are needed, as in --name \"Quảng Ninh\" "
		             "--code 22");
	else if (!hub_name_read(gn_bytes_str(name_given), name))
		gn_cli_error("--name: expected %s", HUB_NAME_EXPECTED);
	else if (!hub_code_read(gn_bytes_str(code_given), code))
		gn_cli_error("--code: expected %s", HUB_CODE_EXPECTED);
	else
		return true;
	return false;
}

int hub_cmd_init(const struct gn_args *args)
{
	const char *dir = gn_arg(args, "dir");
	char name[HUB_NAME_MAX + 1], code[GN_CODE_MAX + 1];
	dir = dir ? dir : HUB_DIR_DEFAULT;
	if (!read_province(args, name, code))
		return 2;
	if (hub_is_there(dir)) {
		gn_cli_error("%s: there is a hub here already; nothing was touched", dir);
		return 1;
	}
	return start_hub(args, dir, name, code);
}
