/* Catalogue rows from anybody: compiled or refused with a reason, and a compiled
 * filter can be asked about any record. The input's lines are the columns. */
#include <stdlib.h>
#include <stdio.h>

#include "core/indicator.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool good)
{
	if (!good)
		abort();
}

static void ask(const struct gn_indicator *indicator)
{
	struct gn_record record = {.kind = GN_KIND_VISIT, .topic_count = 1};
	for (size_t i = 0; i < GN_F_COUNT; i++)
		record.text[i] = gn_bytes_str("home");
	record.topics[0] = record.text[GN_F_TOPIC];
	(void)gn_filter_match(&indicator->filter, &record);
	require(indicator->filter.age_min <= indicator->filter.age_max);
	require(indicator->denominator == GN_D_NONE || indicator->denominator_text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { COLUMNS = 8 };
	char *columns[COLUMNS];
	for (size_t i = 0; i < COLUMNS; i++) {
		const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
		size_t length = end ? (size_t)(end - data) : size;
		columns[i] = length ? strndup((const char *)data, length) : strdup("");
		require(columns[i] != NULL);
		data += length + (end != NULL);
		size -= length + (end != NULL);
	}
	struct gn_indicator_text text = {columns[0], columns[1], columns[2], columns[3], columns[4],
	        columns[5], columns[6], columns[7]};
	struct gn_indicator *indicator = NULL;
	const char *field = NULL;
	char message[160] = "";
	enum gn_err err = gn_indicator_compile(&text, &indicator, &field, message);
	require(err == GN_OK || (err == GN_E_INPUT && field && message[0]));
	if (!err)
		ask(indicator);
	gn_indicator_free(&indicator);
	for (size_t i = 0; i < COLUMNS; i++)
		free(columns[i]);
	return 0;
}
