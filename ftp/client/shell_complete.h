/*
 * Completion: which words could stand where the cursor is.
 */
#ifndef GLASSBOX_FTP_SHELL_COMPLETE_H
#define GLASSBOX_FTP_SHELL_COMPLETE_H

#include "client.h"
#include "entry.h"

/* What could stand there. */
struct completion {
    struct listing choices; /* whole words; folders end in a slash */
    size_t typed;           /* bytes of the last word that are there (unquoted) */
    char quote;             /* the open one, or 0 */
    size_t shown_from;      /* of each choice, what the person is shown: behind its last folder */
};

/* line: up to the cursor. The server's folder is asked for when it is needed. False: there is
 * nothing to complete, or it cannot be found out. */
bool complete_line(struct completion *completion, struct client *client, const char *line);
void completion_free(struct completion *completion);

/* How many bytes all choices share. */
size_t completion_common(const struct completion *completion);

#endif
