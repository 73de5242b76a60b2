/* Private to the registry's files: one check of the registry as it would be. */
#ifndef HUB_REGISTRY_CSV_CHECK_H
#define HUB_REGISTRY_CSV_CHECK_H

#include "hub/registry_csv_rows.h"

struct hub_checked { /* a row of the registry as it would be */
	const struct hub_row *row;
	bool changes; /* new, or other than what stands */
};

struct hub_check {
	struct gn_registry *would; /* the registry as it would be */
	struct gn_report *report;
	struct hub_checked *rows[HUB_FILE_COUNT]; /* sorted by key */
	const struct hub_checked **sequence[HUB_FILE_COUNT]; /* the same as they were read */
	size_t n[HUB_FILE_COUNT];
	enum hub_file kind; /* of the row at hand */
	const struct hub_checked *at;
};

/* A fault of the row at hand. */
void hub_check_fault(struct hub_check *check, const char *field, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* Formulas, what they refer to, and the values that they ask for. */
void hub_check_indicators(struct hub_check *check);

#endif
