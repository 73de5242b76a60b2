/* One file of the registry into rows. Decides the file's kind by its columns and
 * whether each cell can be what its column says; whether rows fit together is
 * decided when all files are read. */
#include "hub/registry_csv_rows.h"

#include "core/text.h"

#define CODES_MAX 100 /* neighbours of a unit */
#define NUMBER_MAX 1000000000000000u
#define MEMBERS_MAX 100000u
#define PERCENT_MAX 10000u

struct reader {
	struct hub_registry_set *set;
	const struct gn_csv *csv;
	struct gn_report *report;
	const char *file; /* copied: the CSV is gone when the rows are checked */
	enum hub_file kind;
	int place[HUB_COLUMNS_MAX]; /* of each column in the file; -1: absent */
	size_t line;
	const struct hub_column *column;
	bool faulty; /* this row */
};

static void refuse(struct reader *r, const char *expected, struct gn_bytes cell)
{
	r->faulty = true;
	if (cell.size)
		gn_report_add(r->report, r->file, r->line, r->column->name,
		        "expected %s, got \"%s\"", expected, gn_report_value(cell));
	else
		gn_report_add(
		        r->report, r->file, r->line, r->column->name, "expected %s", expected);
}

/* What would break a filter, a list, a file or a line on a terminal. */
static bool code_fits(const char *code)
{
	size_t size = strcspn(code, ";,\"|&=<>/ \t");
	if (!size || code[size] || size > GN_CODE_MAX)
		return false;
	for (; *code; code++)
		if ((unsigned char)*code < ' ' || *code == 0x7f)
			return false;
	return true;
}

bool hub_code_read(struct gn_bytes typed, char ret_code[GN_CODE_MAX + 1])
{
	return gn_text_normal(typed, ret_code, GN_CODE_MAX + 1) == GN_OK && code_fits(ret_code);
}

bool hub_name_read(struct gn_bytes typed, char ret_name[HUB_NAME_MAX + 1])
{
	bool good = gn_text_normal(typed, ret_name, HUB_NAME_MAX + 1) == GN_OK;
	for (char *at = ret_name; good && *at; at++)
		good = (unsigned char)*at >= ' ' && *at != 0x7f;
	return good;
}

static char *read_code(struct reader *r, struct gn_bytes cell)
{
	char code[GN_CODE_MAX + 1];
	if (hub_code_read(cell, code))
		return hub_pool_text(&r->set->pool, code);
	refuse(r, HUB_CODE_EXPECTED, cell);
	return hub_pool_text(&r->set->pool, "");
}

static char *read_text(struct reader *r, struct gn_bytes cell)
{
	char text[HUB_NAME_MAX + 1];
	if (hub_name_read(cell, text))
		return hub_pool_text(&r->set->pool, text);
	refuse(r, HUB_NAME_EXPECTED, cell);
	return hub_pool_text(&r->set->pool, "");
}

static char *read_word(
        struct reader *r, struct gn_bytes cell, const char *const *words, const char *expected)
{
	for (; *words; words++)
		if (gn_bytes_is(cell, *words))
			return hub_pool_text(&r->set->pool, *words);
	refuse(r, expected, cell);
	return hub_pool_text(&r->set->pool, "");
}

static uint32_t read_day(struct reader *r, struct gn_bytes cell)
{
	gn_day day;
	if (gn_day_parse(cell, &day) != GN_OK) {
		refuse(r, "a date like 2022-06-01 or 01/06/2022", cell);
		return 0;
	}
	if (day > 0 && day < GN_DAY_OPEN)
		return (uint32_t)day;
	refuse(r, "a date from 1970-01-02 to 2149-06-05", cell);
	return 0;
}

static uint64_t read_number(struct reader *r, struct gn_bytes cell, uint64_t max)
{
	uint64_t number;
	char expected[64];
	if (gn_number_parse(cell, max, &number) == GN_OK)
		return number;
	snprintf(expected, sizeof expected, "a number from 0 to %llu", (unsigned long long)max);
	refuse(r, expected, cell);
	return 0;
}

/* In Vietnam the decimal mark is a comma. */
static uint32_t read_percent(struct reader *r, struct gn_bytes cell)
{
	char text[16] = "";
	uint64_t value;
	if (cell.size < sizeof text && cell.size)
		memcpy(text, cell.data, cell.size);
	char *comma = memchr(text, ',', sizeof text);
	if (comma)
		*comma = '.';
	if (gn_hundredths_parse(gn_bytes_str(text), &value) == GN_OK && value <= PERCENT_MAX)
		return (uint32_t)value;
	refuse(r, "a percentage from 0 to 100 with at most 2 decimals", cell);
	return 0;
}

enum gn_err hub_split_codes(
        struct hub_pool *pool, const char *text, char ***ret_codes, size_t *ret_n)
{
	size_t n = 0;
	char *copy = hub_pool_text(pool, text);
	char **codes = hub_pool_take(pool, (strlen(text) / 2 + 1) * sizeof *codes);
	if (!copy || !codes)
		return GN_E_NOMEM;
	for (char *code; (code = strsep(&copy, ";")) != NULL;)
		if (*code)
			codes[n++] = code;
	*ret_codes = codes;
	*ret_n = n;
	return GN_OK;
}

/* Blanks around the codes are people's, and are dropped. */
static enum gn_err read_codes(
        struct reader *r, struct gn_bytes cell, char ***ret_codes, size_t *ret_n)
{
	char text[CODES_MAX * (GN_CODE_MAX + 1) + 1];
	size_t used = 0;
	text[0] = '\0';
	while (cell.size) {
		const uint8_t *end = memchr(cell.data, ';', cell.size);
		size_t size = end ? (size_t)(end - cell.data) : cell.size;
		struct gn_bytes part = gn_bytes(cell.data, size);
		cell = gn_bytes(cell.data + size + (end != NULL), cell.size - size - (end != NULL));
		const char *code = part.size ? read_code(r, part) : "";
		if (!code)
			return GN_E_NOMEM;
		if (used + strlen(code) + 2 > sizeof text) {
			refuse(r, "at most 100 codes", gn_bytes(NULL, 0));
			break;
		}
		used += (size_t)snprintf(text + used, sizeof text - used, "%s;", code);
	}
	return hub_split_codes(&r->set->pool, text, ret_codes, ret_n);
}

static const char *const levels[] = {"province", "district", "commune", "village", NULL};
static const char *const kinds[] = {"local", "enterprise", NULL};
static const char *const lists[] = {"scheme", "topic", "platform", "place", "outcome", NULL};

/* Fills one field of the message. False: no memory. */
static bool read_cell(struct reader *r, struct gn_bytes cell, void *message)
{
	uint8_t *at = (uint8_t *)message + r->column->offset;
	char **text = (char **)(void *)at;
	switch (r->column->cell) {
	case HUB_CELL_CODE:
		return (*text = read_code(r, cell)) != NULL;
	case HUB_CELL_TEXT:
		return (*text = read_text(r, cell)) != NULL;
	case HUB_CELL_LEVEL:
		*text = read_word(r, cell, levels, "province, district, commune or village");
		return *text != NULL;
	case HUB_CELL_KIND:
		return (*text = read_word(r, cell, kinds, "local or enterprise")) != NULL;
	case HUB_CELL_LIST:
		*text = read_word(r, cell, lists, "scheme, topic, platform, place or outcome");
		return *text != NULL;
	case HUB_CELL_DAY:
		*(uint32_t *)(void *)at = read_day(r, cell);
		return true;
	case HUB_CELL_NUMBER:
		*(uint64_t *)(void *)at = read_number(r, cell, NUMBER_MAX);
		return true;
	case HUB_CELL_MEMBERS:
		*(uint32_t *)(void *)at = (uint32_t)read_number(r, cell, MEMBERS_MAX);
		return true;
	case HUB_CELL_PERCENT:
		*(uint32_t *)(void *)at = read_percent(r, cell);
		return true;
	case HUB_CELL_CODES:
		return read_codes(r, cell, (char ***)(void *)at,
		               (size_t *)(void *)((uint8_t *)message + r->column->n_offset)) ==
		       GN_OK;
	}
	return true;
}

static enum gn_err read_row(struct reader *r, size_t row)
{
	const struct hub_file_kind *kind = &hub_file_kinds[r->kind];
	void *message = hub_pool_take(&r->set->pool, kind->message->sizeof_message);
	if (!message)
		return GN_E_NOMEM;
	protobuf_c_message_init(kind->message, message);
	r->line = gn_csv_line(r->csv, row);
	r->faulty = false;
	for (size_t i = 0; i < hub_file_columns(kind); i++) {
		r->column = &kind->columns[i];
		if (r->place[i] < 0)
			continue;
		struct gn_bytes cell = gn_csv_cell(r->csv, row, (size_t)r->place[i]);
		if (!cell.size && r->column->needed) {
			r->faulty = true;
			gn_report_add(r->report, r->file, r->line, r->column->name, "is missing");
		} else if (cell.size && !read_cell(r, cell, message)) {
			return GN_E_NOMEM;
		}
	}
	if (r->faulty)
		return GN_OK;
	return hub_rows_add(
	        &r->set->rows[r->kind], &r->set->pool, r->kind, message, r->file, r->line);
}

static int find_column(const struct hub_file_kind *kind, const char *name)
{
	for (size_t i = 0; i < hub_file_columns(kind); i++)
		if (strcmp(kind->columns[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* Columns in common, less those that only one of file and kind has. */
static int likeness(const struct hub_file_kind *kind, const struct gn_csv *csv)
{
	int like = 0;
	for (size_t i = 0; i < gn_csv_columns(csv); i++)
		like += find_column(kind, gn_csv_column(csv, i)) >= 0 ? 1 : -1;
	for (size_t i = 0; i < hub_file_columns(kind); i++)
		if (!kind->columns[i].optional && gn_csv_find(csv, kind->columns[i].name) < 0)
			like--;
	return like;
}

static bool find_kind(struct reader *r)
{
	int best = 0;
	for (size_t i = 0; i < HUB_FILE_COUNT; i++) {
		int like = likeness(&hub_file_kinds[i], r->csv);
		if (like > best) {
			best = like;
			r->kind = (enum hub_file)i;
		}
	}
	if (best <= 0)
		gn_report_add(r->report, r->file, 0, NULL,
		        "these columns are not those of units, teams, measures, codes, indicators, "
		        "campaigns, targets or nodes");
	return best > 0;
}

static bool check_columns(struct reader *r)
{
	const struct hub_file_kind *kind = &hub_file_kinds[r->kind];
	bool good = true;
	for (size_t i = 0; i < gn_csv_columns(r->csv); i++) {
		const char *name = gn_csv_column(r->csv, i);
		if (find_column(kind, name) >= 0)
			continue;
		gn_report_add(r->report, r->file, 0, NULL, "no column \"%s\" in a file of %s",
		        gn_report_value(gn_bytes_str(name)), kind->name);
		good = false;
	}
	for (size_t i = 0; i < hub_file_columns(kind); i++) {
		r->place[i] = gn_csv_find(r->csv, kind->columns[i].name);
		if (r->place[i] >= 0 || kind->columns[i].optional)
			continue;
		gn_report_add(r->report, r->file, 0, NULL,
		        "column \"%s\" is missing in this file of %s", kind->columns[i].name,
		        kind->name);
		good = false;
	}
	return good;
}

enum gn_err hub_registry_take(
        struct hub_registry_set *set, const struct gn_csv *csv, struct gn_report *report)
{
	struct reader r = {.set = set, .csv = csv, .report = report};
	r.file = hub_pool_text(&set->pool, gn_csv_name(csv));
	if (!r.file)
		return GN_E_NOMEM;
	if (!find_kind(&r) || !check_columns(&r))
		return GN_E_INPUT;
	set->present[r.kind] = true;
	size_t faults = report->count;
	enum gn_err err = GN_OK;
	for (size_t i = 0; !err && i < gn_csv_rows(csv); i++)
		err = read_row(&r, i);
	return !err && report->count > faults ? GN_E_INPUT : err;
}
