/* Decides which session is today's and where its key may lie. A file that is
 * missing, of another day or of another sequence is no fault: the next record
 * that needs a key makes a new session. Two processes that make one at the same
 * time both have a good one; the later stays.
 */
#include "node/session.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <sodium.h>

#include "core/file.h"
#include "core/text.h"

#define META "session"
#define META_SIZE 20 /* seq(8) | day(4) | hubs(8) */
#define FILE_SIZE (META_SIZE + GN_SESSION_KEY)

static bool in_memory(const char *dir)
{
	struct statfs fs;
	if (statfs(dir, &fs) != 0)
		return false;
	return (unsigned long)fs.f_type == TMPFS_MAGIC || (unsigned long)fs.f_type == RAMFS_MAGIC;
}

/* Made, or there already as a directory of ours that has none of these mode bits. */
static bool own_dir(const char *dir, unsigned forbidden)
{
	struct stat st;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return false;
	return lstat(dir, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	       (st.st_mode & forbidden) == 0;
}

static bool usable(const char *base, const struct node *node, char ret_dir[NODE_PATH_MAX])
{
	char id[GN_ID_TEXT];
	gn_base32(gn_bytes(node->origin, GN_KEY_SIZE), id, sizeof(id));
	if (gn_path(ret_dir, NODE_PATH_MAX, base, id) != GN_OK)
		return false;
	return in_memory(base) && access(base, W_OK | X_OK) == 0 && own_dir(ret_dir, 077);
}

enum gn_err node_session_dir(
        const struct node *node, char ret_dir[NODE_PATH_MAX], const char **ret_why)
{
	const char *given = getenv("GONHA_RUN_DIR"), *user = getenv("XDG_RUNTIME_DIR");
	char base[NODE_PATH_MAX];
	*ret_why = "session keys must lie in memory: no tmpfs of this user's own is at "
	           "/run/gonha-node, in $XDG_RUNTIME_DIR or in /dev/shm";
	if (given && *given) {
		*ret_why = "session keys must lie in memory: GONHA_RUN_DIR is no directory on a "
		           "tmpfs that this user may write to";
		return usable(given, node, ret_dir) ? GN_OK : GN_E_DENIED;
	}
	if (own_dir("/run/gonha-node", 022) && usable("/run/gonha-node", node, ret_dir))
		return GN_OK;
	if (user && *user && gn_path(base, sizeof(base), user, "gonha-node") == GN_OK &&
	        own_dir(base, 022) && usable(base, node, ret_dir))
		return GN_OK;
	snprintf(base, sizeof(base), "/dev/shm/gonha-node-%u", (unsigned)geteuid());
	return own_dir(base, 022) && usable(base, node, ret_dir) ? GN_OK : GN_E_DENIED;
}

static uint64_t hubs_digest(const struct node *node)
{
	uint64_t digest = 0;
	size_t n = 0;
	const struct gn_hub *hubs = gn_registry_hubs(node->view.registry, &n);
	for (size_t i = 0; i < n; i++) {
		digest = digest * 31 + gn_code_hash(gn_bytes(hubs[i].hub, GN_KEY_SIZE));
		digest = digest * 31 + gn_code_hash(gn_bytes(hubs[i].seal, GN_KEY_SIZE));
	}
	return digest;
}

static void pack(const struct node_session *session, uint8_t buf[META_SIZE])
{
	gn_put_be64(buf, session->seq);
	gn_put_be32(buf + 8, (uint32_t)session->day);
	gn_put_be64(buf + 12, session->hubs);
}

static void unpack(const uint8_t buf[META_SIZE], struct node_session *session)
{
	session->seq = gn_get_be64(buf);
	session->day = (gn_day)gn_get_be32(buf + 8);
	session->hubs = gn_get_be64(buf + 12);
}

static enum gn_err read_key(const struct node *node, struct node_session *session)
{
	char dir[NODE_PATH_MAX], path[NODE_PATH_MAX];
	const char *why;
	uint8_t file[FILE_SIZE];
	struct node_session there;
	enum gn_err err = node_session_dir(node, dir, &why);
	if (!err)
		err = gn_path(path, sizeof(path), dir, "session");
	if (!err && gn_secret_read(path, file, sizeof(file)) != GN_OK)
		err = GN_E_NOTFOUND;
	if (err)
		return err;
	unpack(file, &there);
	memcpy(session->key, file + META_SIZE, GN_SESSION_KEY);
	sodium_memzero(file, sizeof(file));
	return there.seq == session->seq ? GN_OK : GN_E_NOTFOUND;
}

bool node_session_serves(const struct node *node, const struct node_session *session, gn_day today)
{
	return session->seq && session->day == today && session->hubs == hubs_digest(node);
}

enum gn_err node_session_find(
        const struct node *node, struct gn_txn *txn, gn_day today, struct node_session *ret_session)
{
	struct gn_bytes value;
	struct node_session session;
	if (!gn_meta_get(txn, META, &value) || value.size != META_SIZE)
		return txn->err ? txn->err : GN_E_NOTFOUND;
	unpack(value.data, &session);
	if (!node_session_serves(node, &session, today))
		return GN_E_NOTFOUND;
	enum gn_err err = read_key(node, &session);
	if (!err)
		*ret_session = session;
	sodium_memzero(&session, sizeof(session));
	return err;
}

enum gn_err node_session_make(const struct node *node, gn_day today, uint8_t *buf, size_t cap,
        size_t *ret_size, struct node_session *ret_session)
{
	size_t n = 0;
	const struct gn_hub *hubs = gn_registry_hubs(node->view.registry, &n);
	if (!n)
		return GN_E_NOTFOUND;
	struct gn_hub_seal *seals = calloc(n, sizeof(*seals));
	if (!seals)
		return GN_E_NOMEM;
	for (size_t i = 0; i < n; i++) {
		memcpy(seals[i].hub, hubs[i].hub, GN_KEY_SIZE);
		memcpy(seals[i].seal, hubs[i].seal, GN_KEY_SIZE);
	}
	*ret_session = (struct node_session){.day = today, .hubs = hubs_digest(node)};
	randombytes_buf(ret_session->key, GN_SESSION_KEY);
	enum gn_err err = gn_session_seal(ret_session->key, seals, n, buf, cap, ret_size);
	free(seals);
	return err;
}

void node_session_note(struct gn_txn *txn, const struct node_session *session)
{
	uint8_t value[META_SIZE];
	pack(session, value);
	gn_meta_put(txn, META, gn_bytes(value, sizeof(value)));
}

enum gn_err node_session_keep(const struct node *node, const struct node_session *session)
{
	char dir[NODE_PATH_MAX], path[NODE_PATH_MAX];
	const char *why;
	uint8_t file[FILE_SIZE];
	enum gn_err err = node_session_dir(node, dir, &why);
	if (!err)
		err = gn_path(path, sizeof(path), dir, "session");
	if (err)
		return err;
	pack(session, file);
	memcpy(file + META_SIZE, session->key, GN_SESSION_KEY);
	err = gn_file_write(path, 0600, gn_bytes(file, sizeof(file)));
	sodium_memzero(file, sizeof(file));
	return err;
}
