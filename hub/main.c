/* gonha-hub: the table of its commands. */
#include "hub/commands.h"

#include <sodium.h>

#define DIR_OPTION                                                                                 \
	{                                                                                          \
		"dir", "D", "the hub's directory (default /var/lib/gonha-hub)"                     \
	}
#define FORMAT_OPTION                                                                              \
	{                                                                                          \
		"format", "F", "table (default), csv or json"                                      \
	}
#define END                                                                                        \
	{                                                                                          \
		NULL, NULL, NULL                                                                   \
	}

static const struct gn_option dir_only[] = {DIR_OPTION, END};
static const struct gn_option list_options[] = {DIR_OPTION, FORMAT_OPTION, END};
static const struct gn_option init_options[] = {
        DIR_OPTION,
        {"name", "TEXT", "the province's name"},
        {"code", "CODE", "the province's code"},
        {"recovery", "FILE", "where all keys go, under a passphrase; the root's stays there alone"},
        {"passphrase-file", "FILE", "its first line is the passphrase (default: asked for)"},
        END,
};
static const struct gn_option import_options[] = {
        DIR_OPTION,
        {"replace", NULL, "rows that are absent from the files' kinds are taken away"},
        END,
};
static const struct gn_option invite_options[] = {
        DIR_OPTION,
        {"unit", "UNIT", "the unit that the node will write for"},
        {"hub", "EP", "where the node finds this hub (default: as advertised)"},
        {"valid", "SPAN", "days or hours, such as 7d (default) or 12h"},
        {"training", NULL, "for practice: its records are never counted"},
        {"list", NULL, "show all invitations"},
        {"cancel", "ID", "withdraw one, by its id in the list"},
        FORMAT_OPTION,
        END,
};
static const struct gn_option run_options[] = {
        DIR_OPTION,
        {"sync", "EP", "where nodes connect (default tcp://0.0.0.0:7460)"},
        {"advertise", "EP", "the endpoint that nodes are told"},
        {"http", "ADDR", "dashboard and API (default 127.0.0.1:7480); off for none"},
        {"http-open-loopback", NULL, "answer the API without a token on this machine"},
        END,
};
static const struct gn_option revoke_options[] = {
        DIR_OPTION,
        {"reason", "TEXT", "why; every node can read it"},
        {"last", "SEQ", "the last entry that counts (default: the newest held here)"},
        END,
};
static const struct gn_option rates_options[] = {
        DIR_OPTION,
        {"indicator", "CODE", "which rate"},
        {"level", "LEVEL",
                "province, district, commune, village or team (default: --unit's, else province)"},
        {"unit", "CODE", "only what lies under this unit"},
        {"from", "DATE", "first day (default: the beginning)"},
        {"to", "DATE", "last day (default: today)"},
        {"campaign", "CODE", "the days of a campaign"},
        {"sort", "BY", "unit (default), rate or short"},
        FORMAT_OPTION,
        END,
};
static const struct gn_option verify_options[] = {
        DIR_OPTION,
        {"rebuild", NULL, "put the recomputed aggregates in place where they differ"},
        END,
};
static const struct gn_option token_add_options[] = {
        DIR_OPTION,
        {"role", "ROLE", "viewer or operator"},
        {"name", "TEXT", "whose it is"},
        END,
};
static const struct gn_option token_remove_options[] = {
        DIR_OPTION,
        {"name", "TEXT", "whose it is"},
        END,
};

static const struct gn_command commands[] = {
        {"init", "", "make a hub: keys, database, settings", init_options, 0, 0, hub_cmd_init},
        {"registry import", "PATH...", "take units, teams, targets, ... from CSV files",
                import_options, 1, -1, hub_cmd_registry_import},
        {"registry export", "OUT", "write the same CSV files", dir_only, 1, 1,
                hub_cmd_registry_export},
        {"invite", "", "print a token for one node to join with", invite_options, 0, 0,
                hub_cmd_invite},
        {"run", "", "the server", run_options, 0, 0, hub_cmd_run},
        {"nodes", "", "every node: heard of, replicated, behind", list_options, 0, 0,
                hub_cmd_nodes},
        {"revoke", "NODE", "believe a node no further: stolen, replaced", revoke_options, 1, 1,
                hub_cmd_revoke},
        {"rates", "", "an indicator for every unit of a level", rates_options, 0, 0, hub_cmd_rates},
        {"verify", "", "check every signature, recount everything", verify_options, 0, 0,
                hub_cmd_verify},
        {"token add", "", "a token for the API; printed once", token_add_options, 0, 0,
                hub_cmd_token_add},
        {"token list", "", "names and roles of tokens", list_options, 0, 0, hub_cmd_token_list},
        {"token remove", "", "withdraw tokens by name", token_remove_options, 0, 0,
                hub_cmd_token_remove},
        {"config", "", "what is set, and where", list_options, 0, 0, hub_cmd_config},
        {NULL, NULL, NULL, NULL, 0, 0, NULL},
};

int main(int argc, char **argv)
{
	if (sodium_init() < 0)
		return 1;
	return gn_cli_main("gonha-hub",
	        "The province's hub: takes in the communes' records, counts them.", commands, argc,
	        argv);
}
