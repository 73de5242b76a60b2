/* The commands of gonha-node that read and write records; main.c's table names
 * them. Each returns the exit status: 0, 1 refused or failed, 2 wrong usage.
 */
#ifndef NODE_COMMANDS_H
#define NODE_COMMANDS_H

#include "core/cli.h"
#include "node/author.h"
#include "node/form.h"

int node_cmd_record(const struct gn_args *args);
int node_cmd_import(const struct gn_args *args);
int node_cmd_correct(const struct gn_args *args);
int node_cmd_void(const struct gn_args *args);
int node_cmd_list(const struct gn_args *args);
int node_cmd_verify(const struct gn_args *args);
int node_cmd_join(const struct gn_args *args);
int node_cmd_run(const struct gn_args *args);
int node_cmd_status(const struct gn_args *args);
int node_cmd_config(const struct gn_args *args);

/* void --import; the exit status (import_void.c). */
int node_void_import(struct node *node, const char *id_text, const char *reason);

/* What they share (cmd_common.c). */

/* FIELD=VALUE words from the `first` on, into the form's cells (borrowed from
 * argv); *ret_given has a bit for each column named. Wrong ones are told on
 * stderr; GN_E_USAGE. */
enum gn_err node_command_fields(const struct gn_args *args, int first, struct node_form *form,
        uint32_t *ret_given) GN_MUST_USE;
/* Says on stderr why it failed, in the words of `why` when it is not NULL.
 * Returns 1, the exit status. */
int node_command_failed(enum gn_err err, const char *why);
/* Whether to try once more: the map was full and has been grown. */
bool node_command_again(struct node *node, enum gn_err err, int *tries);
/* "\rtext: done of all" on a terminal, nothing in a pipe. */
void node_command_progress(const char *text, uint64_t done, uint64_t all);

#endif
