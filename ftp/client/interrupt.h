/*
 * Ctrl-C: ends the transfer that is under way, not the program. A flag that the handler sets, and
 * everything that waits looks at.
 */
#ifndef GLASSBOX_FTP_INTERRUPT_H
#define GLASSBOX_FTP_INTERRUPT_H

#include <stdbool.h>

/* From now on SIGINT sets the flag. */
void interrupt_watch(void);
bool interrupt_seen(void);
/* Lowers the flag; whether it was up. */
bool interrupt_clear(void);

#endif
