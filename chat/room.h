/*
 * The room: everything said to everybody, in one ring of bytes that all members read.
 *
 *            ring (4 MiB of finished lines, the oldest overwritten)
 *     ...------------------------------------------------> head
 *              ^ anna's cursor        ^ boris's      ^ all others: nothing to do
 *
 * A line is formatted once and appended once; a member is a cursor. When a member's line to its
 * client is drained, all between its cursor and the head goes out as one record and one write. So a
 * message costs each member a few bytes copied and sealed, a burst costs each member one record,
 * and a member who has heard everything holds nothing. Lines for one member alone wait in a small
 * queue of its own, each with the place in the ring where it belongs, so that the order is kept.
 *
 * What was said during one turn of the event loop goes out at its end.
 *
 * Who does not keep up holds back those who talk (room_has_space), not for long: a member whose
 * client takes nothing for ROOM_PATIENCE_MS while the ring is filling is cut.
 */
#ifndef GLASSBOX_ROOM_H
#define GLASSBOX_ROOM_H

#include "uv_channel.h"

#define ROOM_RING_BYTES    ((size_t)4 * 1024 * 1024)
#define ROOM_RECORD_BYTES  ((size_t)64 * 1024)   /* the most that goes out as one record */
#define ROOM_PRIVATE_BYTES ((size_t)1024 * 1024) /* of lines for one member that wait */
#define ROOM_PATIENCE_MS   5000

struct room;

/* One who listens. Zeroed by its owner. */
struct room_member {
    struct uv_channel *channel;
    struct room_member *next, **link;
    uint64_t cursor;   /* all before this has been sealed and sent */
    uint64_t moved_at; /* when that last happened, of uv_now */
    char *private_lines;
    size_t private_at, private_end, private_space;
    struct room_member *next_told,
        **told_link;      /* those who have been told something in this turn */
    bool waits_for_space; /* room_resume will be called */
    bool lost;            /* it fell behind by more than the ring, or than its queue */
};

/* resume: there is space again for a member who waits for it. NULL without memory. */
struct room *room_new(uv_loop_t *loop, void (*resume)(struct room_member *member));
/* When all members have left. The rest goes when the loop has closed the room's handle. */
void room_close(struct room *room);

void room_enter(struct room *room, struct room_member *member, struct uv_channel *channel);
void room_leave(struct room *room, struct room_member *member);
size_t room_count(const struct room *room);

/* Whether one more line may be said now; if not, members with waits_for_space will be resumed. */
bool room_has_space(struct room *room);
void room_say(struct room *room, const char *line, size_t bytes);
/* To one member, behind everything said before; and how much of that kind waits. */
void room_tell(struct room *room, struct room_member *member, const char *line, size_t bytes);
size_t room_told(const struct room_member *member);

/* A member's `drained`: sends what there is. */
void room_drained(struct room *room, struct room_member *member);
/* Whether it has heard everything. */
bool room_is_up_to_date(const struct room *room, const struct room_member *member);
/* Whether its client has stopped reading, and should be cut. */
bool room_is_stuck(const struct room *room, const struct room_member *member);

#endif
