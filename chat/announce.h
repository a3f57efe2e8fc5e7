/*
 * Who has come and who has gone, told so that a crowd costs a room no more than a class does.
 *
 *     anna comes      boris clara dora come                        eve leaves
 *     |               |     |     |                                |
 *     v join anna     |     |     |     v joins 3 boris clara dora v leave eve
 *     |<--- quiet for a while --------->|<--- and again -------->|
 *
 * What comes alone is told at once, in a line of its own. After a line it is quiet for a while;
 * what comes meanwhile is told together when that is over, in one line of bounded length. The while
 * grows with the room, half a millisecond for each who listens. So N who come cost the room a time
 * in proportion to N, and not to N times N, and a class has every line of its own.
 *
 * Each is told once. Who leaves before it was told is not told at all. Who speaks while it waits is
 * told first, alone (announce_first). Those who have gone stand before those who have come, so that
 * a name is free before it is taken again.
 *
 * It knows neither rooms nor clocks: it is told the time, and hands its lines to `say`.
 */
#ifndef GLASSBOX_CHAT_ANNOUNCE_H
#define GLASSBOX_CHAT_ANNOUNCE_H

#include "chat_line.h"

#define ANNOUNCE_PER_SECOND  2000 /* a line in one ear; so a room of 2,000 hears one a second */
#define ANNOUNCE_NAMES_BYTES 1000 /* of names in a line; behind them "..." if there are more */

/* One who comes and goes; zeroed by its owner, who also keeps the name. */
struct announce_guest {
    struct announce_guest *next, **link; /* link NULL: it does not wait */
    const char *name;
    bool told;
};

struct announcer {
    void (*say)(void *context, enum chat_word word, const char *a, const char *b);
    void *context;
    bool at_once; /* never quiet: a lesson that is to repeat itself */

    /* its own, zeroed at first */
    uint64_t quiet_until;
    struct announce_guest *first, **end; /* those who wait, in the order in which they came */
    size_t come, gone;
    size_t gone_bytes;
    char gone_names[ANNOUNCE_NAMES_BYTES + CHAT_NAMES_MORE_BYTES];
    char reason[256]; /* of the first who has gone */
};

void announce_come(struct announcer *announcer, struct announce_guest *guest, const char *name);
void announce_gone(struct announcer *announcer, struct announce_guest *guest, const char *reason);
/* It is not told, nor that it goes. True if it was waiting. */
bool announce_forget(struct announcer *announcer, struct announce_guest *guest);
/* It is about to be heard of in another way: it is told before, if it waits. */
void announce_first(struct announcer *announcer, struct announce_guest *guest);
void announce_all(struct announcer *announcer);
/* Tells what waits if it may be told now (milliseconds; so many listen). Returns how long it has to
 * wait yet; 0: nothing waits. Where nobody listens it is forgotten who has gone. */
uint64_t announce_turn(struct announcer *announcer, uint64_t now, size_t listeners);

#endif
