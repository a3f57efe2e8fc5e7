/*
 * What a live page shows, as named blocks of HTML, each in its latest form.
 *
 *     live_board_put(board, "c1-f3", "c1-beats", html, bytes);   // new, or in place of what it was
 *     live_board_order(board, "c1-beats", "c1-f1 c1-w1 c1-f3");  // what stands there, in this order
 *
 * Every change gets the next number. A reader asks for what has changed after a number and gets the
 * latest form of each block, as server-sent events (HTML Living Standard 9.2). So there is no queue
 * for anybody: who reads slowly skips what has been replaced meanwhile, who comes late gets
 * everything, and the memory is that of the page, however many read.
 *
 * For several threads. Texts are wiped when they go: a page may hold secrets.
 */
#ifndef GLASSBOX_LIVE_BOARD_H
#define GLASSBOX_LIVE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct live_board;

/* Names: ASCII letters, digits and '-', at most so many with the 0. */
#define LIVE_NAME_BYTES 96

struct live_board *live_board_new(void); /* NULL without memory */
void live_board_free(struct live_board *board);

/* in: the name of the element that it goes into. Html that is the same as before changes nothing.
 * False without memory: the block keeps its old form then. */
bool live_board_put(struct live_board *board, const char *name, const char *in, const char *html,
                    size_t bytes) __attribute__((warn_unused_result));
/* names: all blocks that stand in that element, with blanks between; a page removes any other. */
bool live_board_order(struct live_board *board, const char *in, const char *names)
    __attribute__((warn_unused_result));
/* Forgets a block, and the order of what is in it. Pages forget it by the order of what it was in. */
void live_board_cut(struct live_board *board, const char *name);
/* Of all texts, about. */
size_t live_board_bytes(struct live_board *board);

/* Nothing more comes: after everything else readers are told. */
void live_board_end(struct live_board *board);

/* Into text, of so much space: events about blocks that changed after *number, the oldest first, as
 * many as fit; *number is the last one's then. Where the next does not fit by itself *more is its
 * size, and 0 is returned; where there is nothing, both are 0. *ended: that was all, for ever. */
size_t live_board_read(struct live_board *board, uint64_t *number, char *text, size_t space,
                       size_t *more, bool *ended);

#endif
