/* What goes back: status, headers, an entity tag that spares the body, problems
 * as RFC 9457 wants them. What an answer says is the handler's.
 */
#include "core/http_internal.h"
#include <jansson.h>
#include <stdlib.h>

#define PROBLEM_TYPE "application/problem+json"

/* JSON is UTF-8: of a text that is not, the ASCII letters are kept. */
static json_t *json_words(const char *text)
{
	json_t *words = json_string(text);
	char *copy = words ? NULL : strdup(text);

	if (!copy)
		return words;
	for (char *c = copy; *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	words = json_string(copy);
	free(copy);
	return words;
}

void gn_http_problem(
        struct gn_http_reply *reply, unsigned status, const char *title, const char *detail)
{
	json_t *problem = json_pack("{s:s,s:o,s:i,s:o}", "type", "about:blank", "title",
	        json_words(title), "status", (int)status, "detail", json_words(detail));

	free(reply->body);
	*reply = (struct gn_http_reply){.status = status,
	        .type = PROBLEM_TYPE,
	        .location_or_challenge = reply->location_or_challenge};
	reply->body = problem ? json_dumps(problem, JSON_COMPACT) : NULL;
	reply->size = reply->body ? strlen(reply->body) : 0;
	json_decref(problem);
}

/* One of a comma-separated list; W/ before a tag does not matter here (RFC 9110, 13.1.2). */
static bool tag_in(const char *list, const char *tag)
{
	size_t size = strlen(tag);

	while (*list) {
		list += strspn(list, " \t,");
		if (*list == '*')
			return true;
		if (strncmp(list, "W/", 2) == 0)
			list += 2;
		if (strncmp(list, tag, size) == 0 && strchr(" \t,", list[size]))
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

static bool is_unchanged(struct gn_http_request *request, const struct gn_http_reply *reply)
{
	const char *known = gn_http_header(request, "If-None-Match");

	return reply->status == MHD_HTTP_OK && reply->etag[0] && known &&
	       strcmp(request->method, "GET") == 0 && tag_in(known, reply->etag);
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
	if (value && value[0])
		MHD_add_response_header(response, name, value);
}

static const char *extra_name(unsigned status)
{
	if (status == MHD_HTTP_UNAUTHORIZED)
		return "WWW-Authenticate";
	return status == MHD_HTTP_METHOD_NOT_ALLOWED ? "Allow" : "Location";
}

enum MHD_Result gn_http_reply_send(struct gn_http_request *request, struct gn_http_reply *reply)
{
	struct MHD_Response *response;
	enum MHD_Result result;

	if (reply->status < 200 || reply->status > 599)
		gn_http_problem(reply, MHD_HTTP_INTERNAL_SERVER_ERROR, "Internal Server Error",
		        "the request was not answered");
	if (is_unchanged(request, reply)) {
		free(reply->body);
		reply->body = NULL;
		reply->size = 0;
		reply->status = MHD_HTTP_NOT_MODIFIED;
		reply->type = NULL;
	}
	response = MHD_create_response_from_buffer(
	        reply->body ? reply->size : 0, reply->body, MHD_RESPMEM_MUST_FREE);
	if (!response) {
		free(reply->body);
		return MHD_NO;
	}
	add_header(response, "Content-Type", reply->type);
	add_header(response, "ETag", reply->etag);
	add_header(response, "Cache-Control", reply->etag[0] ? "no-cache" : "no-store");
	add_header(response, "X-Content-Type-Options", "nosniff");
	add_header(response, extra_name(reply->status), reply->location_or_challenge);
	result = MHD_queue_response(request->connection, reply->status, response);
	MHD_destroy_response(response);
	return result;
}
