/*
 * --live[=PORT]: the page of this program's session, in a browser on the same machine, while the
 * session happens. It is drawn by the same code as --page, and holds the same: docs/live.md.
 *
 * The program's threads copy each event, under a lock that is never held for longer, and go on. One
 * more thread draws, LIVE_PACE_MILLISECONDS apart and not at all until the first browser has come;
 * libmicrohttpd's thread answers (live_server.h). So neither a slow browser nor a long page makes the
 * program wait. Only at the end it waits, for browsers that are there, LIVE_END_SECONDS at most.
 */
#ifndef GLASSBOX_LIVE_H
#define GLASSBOX_LIVE_H

#include "explain.h"

#define LIVE_PACE_MILLISECONDS 50

struct live;

/* Keeps at most PAGE_KEEP_BYTES of recording, as --page does. port: 0 for one that is free. *live is
 * the observer's context: for live_url, until finish. */
bool live_open(struct explain_observer *observer, struct live **live, uint16_t port,
               const struct recording_head *head, struct problem *problem)
    __attribute__((warn_unused_result));
const char *live_url(const struct live *live);

/* Opens it in the browser of whoever sits here. False with the problem. */
bool live_show(struct live *live, struct problem *problem) __attribute__((warn_unused_result));

/* --- live_browser.c ------------------------------------------------------------------------------ */

/* Opens an address without naming it in any argv, which others of the machine can read: through a
 * file that only its owner can. live_browser_end removes it. False with the problem. */
struct live_browser {
    char folder[64], file[80];
};
bool live_browser_open(struct live_browser *browser, const char *url, struct problem *problem)
    __attribute__((warn_unused_result));
void live_browser_end(struct live_browser *browser);

#endif
