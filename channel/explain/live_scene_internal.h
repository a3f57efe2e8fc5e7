/*
 * One scene of a live page; see live_page.h.
 */
#ifndef GLASSBOX_LIVE_SCENE_INTERNAL_H
#define GLASSBOX_LIVE_SCENE_INTERNAL_H

#include "live_board.h"
#include "page_internal.h"

#define LIVE_SCENES "scenes" /* the element that all of them are in */

struct live_scene {
    struct page_anchor name; /* of its element */
    unsigned talk;           /* the number of the talk that it belongs to, from 1 */
    bool known;              /* its element is on the board */
    bool both;               /* it has been drawn as both ends have it */
    struct page page;        /* what it has drawn; no stream between two drawings */
    /* The same before each of its first lines, to draw that line again; the last one before all others,
     * which may leave the page again, so that nothing may be a link to them. seen is that of page. */
    struct page marks[PAGE_ITEMS_HEAD + 1];
    struct page_anchor shown[PAGE_ITEMS_MAX + 1]; /* what stands in it, in order */
    size_t shown_count;
};

/* prefix: of its anchors. before: the scene that its talk began with, whose values are known in this
 * one, or NULL. NULL without memory. */
struct live_scene *live_scene_new(const struct timeline_channel *channel, const char *prefix,
                                  unsigned talk, const struct live_scene *before);
/* Draws what has changed since the last time (timeline_channel.changed). number: as it stands above
 * it. False without memory. */
bool live_scene_draw(struct live_scene *scene, struct live_board *board,
                     const struct page_scene *ends, size_t number)
    __attribute__((warn_unused_result));
/* Takes it off the board, and frees it. NULL is fine. */
void live_scene_free(struct live_scene *scene, struct live_board *board);

/* Something drawn in memory, on its way to the board. */
struct live_text {
    FILE *out;
    char *text;
    size_t bytes;
};
bool live_text_begin(struct live_text *text);
/* Puts it there, if good, and frees it. */
bool live_text_put(struct live_text *text, bool good, struct live_board *board, const char *name,
                   const char *in);

#endif
