/*
 * The page of a session, drawn while the session happens: into the blocks of a live_board, by the
 * code that draws the page of a recording (page_internal.h).
 *
 *     live_page_add(page, 0, event);   // as many as there are
 *     live_page_draw(page);            // what is new, or has got more, goes to the board
 *
 * A scene is drawn line by line. A line that gets more later (a frame that came, and is opened then)
 * is drawn again, and with it those behind it in its scene: a value that stands on the page already
 * is a link to the first place. What is shown is bounded as on the page: of a scene the first and
 * the last lines, LIVE_SCENES_MAX scenes; those that have ended go first, the oldest before others.
 *
 * One thread at a time.
 */
#ifndef GLASSBOX_LIVE_PAGE_H
#define GLASSBOX_LIVE_PAGE_H

#include "live_board.h"
#include "recording.h"

#include <stdio.h>

#define LIVE_SCENES_MAX 60
#define LIVE_DRAWN_MAX  ((size_t)32 * 1024 * 1024) /* bytes of HTML, about */

struct live_page;

/* What a session's page is for at this moment: the words in its bar. */
enum live_state {
    LIVE_WAITS,   /* nothing has been said yet */
    LIVE_GOES_ON, /* LIVE_WAITS until there is a channel, LIVE_QUIET while none is open */
    LIVE_QUIET,   /* nobody talks at the moment */
    LIVE_FULL,    /* it goes on, and no more of it is kept */
    LIVE_ENDED,
    LIVE_BROKEN /* what follows cannot be read */
};

/* NULL without memory. The board must outlive it. */
struct live_page *live_page_new(struct live_board *board);
void live_page_free(struct live_page *page);

/* Whose events are of this side (0; 1: the other end). Only its head is looked at, it must outlive
 * the page. Before the first event of the side. */
void live_page_head(struct live_page *page, int side, const struct recording *recording);
/* The event must outlive the page. False without memory. */
bool live_page_add(struct live_page *page, int side, const struct trace_event *event)
    __attribute__((warn_unused_result));
/* False without memory. */
bool live_page_draw(struct live_page *page, enum live_state state)
    __attribute__((warn_unused_result));

/* The page of a recording of all that was added, to be freed. False with the problem, as when there
 * was no channel yet. */
bool live_page_save(const struct live_page *page, char **text, size_t *bytes,
                    struct problem *problem) __attribute__((warn_unused_result));

/* For live_server_config: the elements that the blocks go into. */
void live_page_body(void *context, FILE *out);

#endif
