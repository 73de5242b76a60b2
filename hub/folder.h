/* The thread that counts: folds whatever was committed, while more comes in. */
#ifndef HUB_FOLDER_H
#define HUB_FOLDER_H

#include "hub/daemon.h"

struct hub_folder;
enum gn_err hub_folder_new(
        struct hub *hub, struct hub_counts *counts, struct hub_folder **ret_folder) GN_MUST_USE;
void hub_folder_free(struct hub_folder **folder);
void hub_folder_notify(struct hub_folder *folder); /* something was committed; any thread */

#endif
