/* gonha-node: the commune's daemon and command line. */
#include "node/commands.h"

#include <sodium.h>

#define DIR_OPTION                                                                                 \
	{                                                                                          \
		"dir", "D", "directory of this node (default /var/lib/gonha-node)"                 \
	}

static const struct gn_option dir_options[] = {DIR_OPTION, {0}};
static const struct gn_option import_options[] = {
        DIR_OPTION,
        {"again", NULL, "store a file that was imported already once more"},
        {0},
};
static const struct gn_option void_options[] = {
        DIR_OPTION,
        {"reason", "TEXT", "why; every relay can read it, so name nobody"},
        {"import", "ID", "void all records of this import instead of one record"},
        {0},
};
static const struct gn_option list_options[] = {
        DIR_OPTION,
        {"kind", "KIND", "visit, activation, training, listing, assessment or tally"},
        {"from", "DAY", "records dated this day or later"},
        {"to", "DAY", "records dated this day or earlier"},
        {"custody", NULL, "where each record is: here, at the hub, counted, or not and why"},
        {"format", "FORMAT", "table, csv or json (default table)"},
        {0},
};

static const struct gn_option join_options[] = {
        DIR_OPTION,
        {"listen", "EP", "where neighbours connect, such as tcp://0.0.0.0:7461"},
        {"advertise", "EP", "the endpoint that others are told (default: --listen)"},
        {"wait", "SECONDS", "how long to try (default 120)"},
        {0},
};
static const struct gn_option run_options[] = {
        DIR_OPTION,
        {"hub", "EP", "where the hub is (default: as the registry says)"},
        {"listen", "EP", "where neighbours connect"},
        {0},
};
static const struct gn_option show_options[] = {
        DIR_OPTION,
        {"format", "FORMAT", "table, csv or json (default table)"},
        {0},
};

static const struct gn_command commands[] = {
        {"join", "TOKEN", "enrol this node with its province", join_options, 1, 1, node_cmd_join},
        {"run", "", "the daemon: replicates to the hub", run_options, 0, 0, node_cmd_run},
        {"status", "", "what is pending, and what a person must do", show_options, 0, 0,
                node_cmd_status},
        {"config", "", "what is set, and where", show_options, 0, 0, node_cmd_config},
        {"record", "KIND FIELD=VALUE...",
                "store one record (fields: the columns of its CSV file); prints its id NODE:SEQ",
                dir_options, 2, -1, node_cmd_record, node_columns_help},
        {"import", "FILE...",
                "store CSV files of records; the header tells the kind; all rows or none",
                import_options, 1, -1, node_cmd_import, node_columns_help},
        {"correct", "NODE:SEQ FIELD=VALUE...",
                "replace a record; fields not named stay as they were; prints the new id",
                dir_options, 2, -1, node_cmd_correct,
                "NODE is a node's id, its first 8 letters, or the code of the unit it serves.\n"
                "An empty value (member=) makes a field blank. The citizen stays unless it is\n"
                "named; its birth year is sealed with it and must be named with a new citizen."},
        {"void", "[NODE:SEQ]", "take back one record, or an import with --import", void_options, 0,
                1, node_cmd_void},
        {"list", "", "this node's own records, in the order written", list_options, 0, 0,
                node_cmd_list,
                "The last column, state, is the record's: current, corrected, void or erased; an\n"
                "activation's or listing's own state stands in subject_state. Citizens are shown\n"
                "as \xe2\x80\xa2. --kind may be given several times."},
        {"verify", "", "check every link and signature of all that is stored", dir_options, 0, 0,
                node_cmd_verify},
        {0},
};

int main(int argc, char **argv)
{
	if (sodium_init() < 0)
		return 1;
	return gn_cli_main("gonha-node", "a commune's records, kept and sent to its province",
	        commands, argc, argv);
}
