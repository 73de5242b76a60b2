/* Asking the registrar for an enrolment, with a token's one-time key. */
#ifndef NODE_ENROL_H
#define NODE_ENROL_H

#include "node/home.h"
#include "sync.pb-c.h"

/* Reads what `invite` printed. GN_E_FORMAT. Free it with gonha__token__free_unpacked. */
enum gn_err node_token_parse(const char *text, Gonha__Token **ret_token) GN_MUST_USE;

/* Asks each hub of the token until one answers, at most wait_ms. `endpoint` is
 * what the node advertises ("" for none). *ret_registry: the registrar's sequence
 * that holds the enrolment. GN_E_DENIED: refused (token used, expired or
 * withdrawn); GN_E_SEALED, GN_E_SIGNATURE, GN_E_FORMAT,
 * GN_E_SIZE: the hub could not take the request; GN_E_BUSY: nobody answered, or
 * nobody could enrol it now; GN_E_SYSTEM, GN_E_NOMEM. */
enum gn_err node_enrol(const struct node *node, const Gonha__Token *token, const char *endpoint,
        int wait_ms, uint64_t *ret_registry) GN_MUST_USE;

#endif
