/* Decides by the text alone; whether somebody listens there is seen when it is tried. */
#include "core/endpoint.h"

#include "core/text.h"

#define SCHEME "tcp://"

/* The host without its brackets' contents being looked at; NULL: not an endpoint. */
static const char *port_of(const char *endpoint, struct gn_bytes *ret_host)
{
	size_t size = strlen(endpoint);
	if (size > GN_ENDPOINT_MAX || strncmp(endpoint, SCHEME, strlen(SCHEME)) != 0)
		return NULL;
	for (const char *c = endpoint; *c; c++)
		if (*c <= ' ' || *c > '~' || strchr(";,\"'", *c))
			return NULL;
	const char *host = endpoint + strlen(SCHEME), *colon = strrchr(host, ':');
	if (!colon || colon == host)
		return NULL;
	*ret_host = gn_bytes(host, (size_t)(colon - host));
	return colon + 1;
}

static bool host_fits(struct gn_bytes host)
{
	bool bracketed = host.data[0] == '[';
	if (bracketed)
		return host.size > 2 && host.data[host.size - 1] == ']';
	return !memchr(host.data, ':', host.size) && !memchr(host.data, '/', host.size);
}

bool gn_endpoint_fits(const char *endpoint)
{
	struct gn_bytes host;
	uint64_t number;
	const char *port = port_of(endpoint, &host);
	if (!port || !host_fits(host))
		return false;
	return strcmp(port, "*") == 0 ||
	       gn_number_parse(gn_bytes_str(port), UINT16_MAX, &number) == GN_OK;
}

bool gn_endpoint_named(const char *endpoint)
{
	struct gn_bytes host;
	const char *port = port_of(endpoint, &host);
	if (!port || !gn_endpoint_fits(endpoint))
		return false;
	bool any_port = strcmp(port, "*") == 0 || port[strspn(port, "0")] == '\0';
	bool any_host =
	        gn_bytes_is(host, "*") || gn_bytes_is(host, "0.0.0.0") || gn_bytes_is(host, "[::]");
	return !any_port && !any_host;
}
