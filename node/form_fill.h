/* Between form.c and its rules alone. */
#ifndef NODE_FORM_FILL_H
#define NODE_FORM_FILL_H

#include "node/form.h"

struct fill { /* one record being checked, columns in ascending order */
	const struct node_form *form;
	const struct node_ground *ground;
	struct gn_report *report;
	struct node_filled *out;
	uint32_t wrong; /* NODE_COL_BIT of columns that were faulty */
	const struct gn_team *team; /* in force that day; NULL: none or faulty */
	const struct gn_indicator *indicator;
};

/* A fault of one column. */
void node_fill_fault(struct fill *f, int column, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
/* Where and for whom: team, household, unit. The value is not blank. */
void node_fill_team(struct fill *f, int column, struct gn_bytes value);
void node_fill_household(struct fill *f, int column, struct gn_bytes value);
void node_fill_unit(struct fill *f, int column, struct gn_bytes value);
/* "on 2022-06-01"; a static ring of 4. */
const char *node_fill_on(const struct fill *f);
bool node_fill_day_known(const struct fill *f);

#endif
