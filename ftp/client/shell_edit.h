/*
 * The shell at a terminal: line editing, history and completion (libedit).
 */
#ifndef GLASSBOX_FTP_SHELL_EDIT_H
#define GLASSBOX_FTP_SHELL_EDIT_H

#include "client.h"

#define SHELL_HISTORY "ftp_history" /* in the home */

/* Whether stdin and stdout are a terminal that can be edited on. */
bool shell_is_interactive(void);
/* Commands until bye or Ctrl-D; returns the exit status. */
int shell_edit(struct client *client);

#endif
