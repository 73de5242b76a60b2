/* The registry as files that people edit: read as one set, compared with what
 * stands, packed for the registrar's log, and written out again.
 *
 * Files: units, teams, measures, codes, indicators, campaigns, targets, nodes.
 * A file's kind is told by the columns of its header; its name is free. A path
 * may be a folder: all its *.csv.
 */
#ifndef HUB_REGISTRY_CSV_H
#define HUB_REGISTRY_CSV_H

#include "core/registry.h"
#include "core/report.h"
#include "core/table.h"

/* A code and a name as the registry takes them: NFC, trimmed. False: not fit. */
#define HUB_CODE_EXPECTED "a code (at most 31 bytes, without blanks and ; , \" | & = < > /)"
#define HUB_NAME_EXPECTED "a text of at most 500 bytes in one line"
#define HUB_NAME_MAX 500
bool hub_code_read(struct gn_bytes typed, char ret_code[GN_CODE_MAX + 1]);
bool hub_name_read(struct gn_bytes typed, char ret_name[HUB_NAME_MAX + 1]);

struct hub_registry_set; /* the rows of all files, checked, each key once */

/* Reads the files and checks them as one set together with what stands in
 * `current`: the registry as it would be must hold together. With `replace`,
 * what stands of the kinds that have a file counts as gone. Every fault goes to
 * `report` with file, line and field (a standing row that the set would break,
 * as "registry"); GN_E_INPUT then. Also GN_E_INPUT: a path that cannot be read,
 * a folder without CSV files. GN_E_NOMEM. `current` must outlive the set. The
 * caller owns *ret_set. */
enum gn_err hub_registry_read(const struct gn_registry *current, const char *const *paths, size_t n,
        bool replace, struct gn_report *report, struct hub_registry_set **ret_set) GN_MUST_USE;
/* The same from one text in memory, for the catalogue that `init` brings. */
enum gn_err hub_registry_read_text(const struct gn_registry *current, struct gn_bytes text,
        const char *name, struct gn_report *report, struct hub_registry_set **ret_set) GN_MUST_USE;
void hub_registry_set_free(struct hub_registry_set **set);

/* Longest packed Registry message of a diff: fits an entry with salt, header and signature. */
#define HUB_REGISTRY_MESSAGE_MAX 7680

struct hub_registry_diff; /* what the set changes, in order, ready for the log */

/* Compares with `current` (the registry that the set was read against). Rows
 * that stand already are left out, so the same files again give an empty diff.
 * GN_E_NOMEM. The caller owns *ret_diff. */
enum gn_err hub_registry_diff(const struct gn_registry *current, const struct hub_registry_set *set,
        struct hub_registry_diff **ret_diff) GN_MUST_USE;
void hub_registry_diff_free(struct hub_registry_diff **diff);
/* Rows that change; 0: there is nothing to write. */
size_t hub_registry_diff_rows(const struct hub_registry_diff *diff);
size_t hub_registry_diff_removed(const struct hub_registry_diff *diff);

/* Packed Registry messages for gn_body_wrap(GN_KIND_REGISTRY, ...), to be
 * appended in this order and in one transaction; all but the last say that more
 * is to come. Borrowed from the diff. */
size_t hub_registry_diff_messages(const struct hub_registry_diff *diff);
struct gn_bytes hub_registry_diff_message(const struct hub_registry_diff *diff, size_t i);

/* What changes: a row per kind of file in the set (kind, added, changed,
 * removed, unchanged), or a row per changed row (change, kind, key). The caller
 * owns it; NULL: no memory. */
struct gn_out *hub_registry_diff_summary(const struct hub_registry_diff *diff);
struct gn_out *hub_registry_diff_list(const struct hub_registry_diff *diff);

/* Writes units.csv, teams.csv, ... into `dir` (made when missing; files there
 * are replaced): all kinds, also without rows. Read again they change nothing.
 * GN_E_SYSTEM (errno), GN_E_NOMEM, GN_E_SIZE (path too long). */
enum gn_err hub_registry_write(const struct gn_registry *registry, const char *dir) GN_MUST_USE;

#endif
