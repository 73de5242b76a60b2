/* Private to the registry's files: kinds of files, their columns, and rows of
 * any kind in one shape: a key, a message of the log, and where it came from. */
#ifndef HUB_REGISTRY_CSV_ROWS_H
#define HUB_REGISTRY_CSV_ROWS_H

#include <protobuf-c/protobuf-c.h>

#include "core/csv.h"
#include "hub/registry_csv.h"
#include "registry.pb-c.h"

enum hub_file {
	HUB_FILE_UNITS,
	HUB_FILE_TEAMS,
	HUB_FILE_MEASURES,
	HUB_FILE_CODES,
	HUB_FILE_INDICATORS,
	HUB_FILE_CAMPAIGNS,
	HUB_FILE_TARGETS,
	HUB_FILE_NODES,
	HUB_FILE_COUNT
};

enum hub_cell {
	HUB_CELL_CODE, /* a code */
	HUB_CELL_CODES, /* codes joined by ';' */
	HUB_CELL_TEXT, /* a name or formula for people and programs */
	HUB_CELL_DAY, /* a day; empty is an open end */
	HUB_CELL_NUMBER, /* 64 bits */
	HUB_CELL_MEMBERS, /* 32 bits */
	HUB_CELL_PERCENT, /* hundredths */
	HUB_CELL_LEVEL, /* province, district, commune, village */
	HUB_CELL_KIND, /* local, enterprise */
	HUB_CELL_LIST, /* scheme, topic, platform, place, outcome */
};

struct hub_column {
	const char *name;
	enum hub_cell cell;
	size_t offset; /* of the field in the message */
	size_t n_offset; /* HUB_CELL_CODES: of the field's count */
	bool key; /* part of the row's key */
	bool needed; /* may not be empty */
	bool optional; /* the file may lack the column */
};

#define HUB_COLUMNS_MAX 8

struct hub_file_kind {
	const char *name; /* of the file, without .csv */
	Gonha__Item__ItemCase item;
	const ProtobufCMessageDescriptor *message;
	struct hub_column columns[HUB_COLUMNS_MAX]; /* ends with a NULL name */
};
extern const struct hub_file_kind hub_file_kinds[HUB_FILE_COUNT];

size_t hub_file_columns(const struct hub_file_kind *kind);

/* Memory that is freed at once. All zero is empty. */
struct hub_pool {
	struct hub_pool_chunk *chunks;
};
void *hub_pool_take(struct hub_pool *pool, size_t bytes); /* NULL: no memory; not cleared */
char *hub_pool_text(struct hub_pool *pool, const char *text);
void hub_pool_done(struct hub_pool *pool);

struct hub_row {
	const char *key; /* "C1", "C1 2022-01-01"; sorts as the files are written */
	const void *message; /* of the kind's descriptor */
	struct gn_bytes packed; /* as an Item */
	const char *file; /* NULL: it stands in the registry */
	size_t line;
	size_t order; /* in which it was added */
};
struct hub_rows {
	struct hub_row *row;
	size_t n, cap;
};

/* Gives the row its key and packed form and adds it. `message` and `file` are
 * borrowed for the rows' life. GN_E_NOMEM. */
enum gn_err hub_rows_add(struct hub_rows *rows, struct hub_pool *pool, enum hub_file kind,
        const void *message, const char *file, size_t line) GN_MUST_USE;
void hub_rows_sort(struct hub_rows *rows);
void hub_rows_done(struct hub_rows *rows);

/* Cuts a text at its ';' into copies; empty parts are left out. GN_E_NOMEM. */
enum gn_err hub_split_codes(
        struct hub_pool *pool, const char *text, char ***ret_codes, size_t *ret_n) GN_MUST_USE;

/* The registry's rows of one kind, sorted. GN_E_NOMEM. */
enum gn_err hub_rows_standing(struct hub_rows *rows, struct hub_pool *pool, enum hub_file kind,
        const struct gn_registry *registry) GN_MUST_USE;

/* Two sorted lists side by side, key by key. */
struct hub_row_walk {
	const struct hub_rows *standing, *given;
	size_t i, j;
	const struct hub_row *old, *new; /* of the key that next gave; NULL: not there */
};
/* False at the end. */
bool hub_row_walk_next(struct hub_row_walk *walk);

/* Items gathered into Registry messages. */
struct hub_packer {
	struct hub_pool pool;
	struct gn_bytes *messages;
	size_t n, cap;
	uint8_t buf[HUB_REGISTRY_MESSAGE_MAX];
	size_t used;
};
enum gn_err hub_packer_add(struct hub_packer *packer, struct gn_bytes item) GN_MUST_USE;
/* Closes the last message; nothing added gives none. */
enum gn_err hub_packer_end(struct hub_packer *packer) GN_MUST_USE;
void hub_packer_done(struct hub_packer *packer);

struct hub_registry_set {
	struct hub_pool pool;
	struct hub_rows rows[HUB_FILE_COUNT];
	bool present[HUB_FILE_COUNT]; /* the set has a file of this kind */
	bool replace;
};

/* Reads one file's rows into the set. Faults go to `report`. */
enum gn_err hub_registry_take(struct hub_registry_set *set, const struct gn_csv *csv,
        struct gn_report *report) GN_MUST_USE;
/* Whether the registry would hold together with the set in it. */
enum gn_err hub_registry_check(const struct gn_registry *current,
        const struct hub_registry_set *set, struct gn_report *report) GN_MUST_USE;

#endif
