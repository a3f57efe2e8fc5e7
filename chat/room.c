/* The room: one ring, a cursor for each member, and one flush at the end of each turn. */
#include "room.h"

#include <stdlib.h>
#include <string.h>

/* Those who talk stop when somebody is this far behind; who comes and goes is told in the rest. */
#define RING_TALK_BYTES (ROOM_RING_BYTES / 2)
/* Too little to be a reason to cut anybody. */
#define RING_LITTLE (ROOM_RING_BYTES / 8)

struct room {
    uv_prepare_t prepare; /* first: the handle's address is the room's */
    void (*resume)(struct room_member *member);
    struct room_member *members;
    struct room_member *told; /* has lines of its own since the last flush */
    size_t count;
    uint64_t head;   /* bytes ever appended; the byte at offset o is ring[o % ROOM_RING_BYTES] */
    uint64_t tail;   /* at most the smallest cursor */
    bool changed;    /* something was said to all since the last flush */
    bool tail_moved; /* whoever was there may have moved on */
    bool someone_waits;
    char ring[ROOM_RING_BYTES];
};

/* A line for one member: this header, then the bytes. */
struct private_line {
    uint64_t offset; /* it belongs in front of the byte at this offset of the ring */
    size_t bytes;
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* --- the ring --------------------------------------------------------------------------------- */
static void ring_put(struct room *room, const char *data, size_t bytes)
{
    size_t at = room->head % ROOM_RING_BYTES, first = smaller(bytes, ROOM_RING_BYTES - at);
    memcpy(room->ring + at, data, first);
    memcpy(room->ring, data + first, bytes - first);
    room->head += bytes;
}

static void ring_get(uint8_t *out, const struct room *room, uint64_t offset, size_t bytes)
{
    size_t at = offset % ROOM_RING_BYTES, first = smaller(bytes, ROOM_RING_BYTES - at);
    memcpy(out, room->ring + at, first);
    memcpy(out + first, room->ring, bytes - first);
}

/* --- what one member has not heard ------------------------------------------------------------ */
static void drop_private(struct room_member *member)
{
    free(member->private_lines);
    member->private_lines = NULL;
    member->private_at = member->private_end = member->private_space = 0;
}

static bool has_private(const struct room_member *member)
{
    return member->private_at < member->private_end;
}

static struct private_line first_private(const struct room_member *member)
{
    struct private_line line;
    memcpy(&line, member->private_lines + member->private_at, sizeof(line));
    return line;
}

/* Takes the first private line if it fits; returns its size. */
static size_t take_private(uint8_t *out, size_t space, struct room_member *member)
{
    struct private_line line = first_private(member);
    if (line.bytes > space)
        return 0;
    memcpy(out, member->private_lines + member->private_at + sizeof(line), line.bytes);
    member->private_at += sizeof(line) + line.bytes;
    if (!has_private(member))
        drop_private(member);
    return line.bytes;
}

/* The ring up to the next private line, that line, the ring again, and so on. */
static size_t collect(uint8_t *out, size_t space, const struct room *room,
                      struct room_member *member)
{
    size_t used = 0, part;
    do {
        uint64_t until = has_private(member) ? first_private(member).offset : room->head;
        part = smaller(space - used, (size_t)(until - member->cursor));
        ring_get(out + used, room, member->cursor, part);
        member->cursor += part;
        used += part;
        if (has_private(member) && member->cursor == until) {
            part = take_private(out + used, space - used, member);
            used += part;
        }
    } while (part > 0 && used < space);
    return used;
}

bool room_is_up_to_date(const struct room *room, const struct room_member *member)
{
    return member->cursor == room->head && !has_private(member);
}

/* One record and one write, if there is something to send and the last has left. When this one has
 * left, room_drained comes. */
static void send_some(struct room *room, struct room_member *member)
{
    struct channel *engine = uv_channel_engine(member->channel);
    if (member->lost || room_is_up_to_date(room, member) || uv_channel_unsent(member->channel) > 0)
        return;
    size_t unheard = (size_t)(room->head - member->cursor) + room_told(member);
    size_t space = smaller(unheard, ROOM_RECORD_BYTES);
    uint8_t *record = channel_send_space(engine, space);
    if (!record)
        return;
    member->moved_at = uv_now(room->prepare.loop);
    room->tail_moved |= member->cursor == room->tail;
    if (channel_send_done(engine, collect(record, space, room, member)) != CHANNEL_OK)
        return;
    uv_channel_flush(member->channel);
}

/* --- everybody -------------------------------------------------------------------------------- */
static bool has_space(const struct room *room)
{
    return room->head - room->tail < RING_TALK_BYTES;
}

static void find_tail(struct room *room)
{
    room->tail_moved = false;
    room->tail = room->head;
    for (const struct room_member *member = room->members; member; member = member->next)
        if (!member->lost && member->cursor < room->tail)
            room->tail = member->cursor;
}

static void resume_waiting(struct room *room)
{
    room->someone_waits = false;
    for (struct room_member *member = room->members, *next; member; member = next) {
        next = member->next;
        if (member->waits_for_space) {
            member->waits_for_space = false;
            room->resume(member);
        }
    }
}

static void not_told(struct room_member *member)
{
    if (!member->told_link)
        return;
    *member->told_link = member->next_told;
    if (member->next_told)
        member->next_told->told_link = member->told_link;
    member->told_link = NULL;
}

/* What was said to one costs the others nothing. */
static void send_to_told(struct room *room)
{
    while (room->told) {
        struct room_member *member = room->told;
        not_told(member);
        send_some(room, member);
    }
}

static void send_to_all(struct room *room)
{
    room->changed = false;
    for (struct room_member *member = room->members; member; member = member->next)
        send_some(room, member);
    find_tail(room);
}

/* At the end of a turn of the loop. */
static void on_turn_end(uv_prepare_t *prepare)
{
    struct room *room = (struct room *)prepare;
    do {
        if (room->changed)
            send_to_all(room);
        send_to_told(room);
        if (room->someone_waits && room_has_space(room))
            resume_waiting(room);
    } while (room->changed || room->told);
}

void room_drained(struct room *room, struct room_member *member)
{
    send_some(room, member);
}

bool room_is_stuck(const struct room *room, const struct room_member *member)
{
    return member->lost || (room->head - member->cursor > RING_LITTLE &&
                            uv_now(room->prepare.loop) - member->moved_at > ROOM_PATIENCE_MS);
}

bool room_has_space(struct room *room)
{
    if (!has_space(room) && room->tail_moved)
        find_tail(room);
    room->someone_waits |= !has_space(room);
    return has_space(room);
}

/* The members who have not read what will be overwritten. */
static void lose_laggards(struct room *room, size_t bytes)
{
    for (struct room_member *member = room->members; member; member = member->next)
        if (room->head + bytes - member->cursor > ROOM_RING_BYTES)
            member->lost = room->tail_moved = true;
}

void room_say(struct room *room, const char *line, size_t bytes)
{
    if (room->head + bytes - room->tail > ROOM_RING_BYTES)
        lose_laggards(room, bytes);
    ring_put(room, line, bytes);
    room->changed = true;
}

void room_tell(struct room *room, struct room_member *member, const char *line, size_t bytes)
{
    const struct private_line header = {room->head, bytes};
    size_t needed = member->private_end + sizeof(header) + bytes;
    if (needed > member->private_space) {
        char *grown = needed <= ROOM_PRIVATE_BYTES ? realloc(member->private_lines, needed) : NULL;
        if (!grown) {
            member->lost = room->tail_moved = true;
            return;
        }
        member->private_lines = grown;
        member->private_space = needed;
    }
    memcpy(member->private_lines + member->private_end, &header, sizeof(header));
    memcpy(member->private_lines + member->private_end + sizeof(header), line, bytes);
    member->private_end = needed;
    if (member->told_link)
        return;
    member->next_told = room->told;
    member->told_link = &room->told;
    if (member->next_told)
        member->next_told->told_link = &member->next_told;
    room->told = member;
}

size_t room_told(const struct room_member *member)
{
    return member->private_end - member->private_at;
}

/* --- coming and going ------------------------------------------------------------------------- */
void room_enter(struct room *room, struct room_member *member, struct uv_channel *channel)
{
    member->channel = channel;
    member->cursor = room->head;
    member->moved_at = uv_now(room->prepare.loop);
    member->next = room->members;
    member->link = &room->members;
    if (member->next)
        member->next->link = &member->next;
    room->members = member;
    room->count++;
}

void room_leave(struct room *room, struct room_member *member)
{
    *member->link = member->next;
    if (member->next)
        member->next->link = member->link;
    room->count--;
    room->tail_moved = true;
    not_told(member);
    drop_private(member);
}

size_t room_count(const struct room *room)
{
    return room->count;
}

struct room *room_new(uv_loop_t *loop, void (*resume)(struct room_member *member))
{
    struct room *room = malloc(sizeof(*room));
    if (!room)
        return NULL;
    memset(room, 0, offsetof(struct room, ring));
    room->resume = resume;
    uv_prepare_init(loop, &room->prepare);
    uv_prepare_start(&room->prepare, on_turn_end);
    uv_unref((uv_handle_t *)&room->prepare);
    return room;
}

static void on_closed(uv_handle_t *prepare)
{
    free(prepare);
}

void room_close(struct room *room)
{
    uv_close((uv_handle_t *)&room->prepare, on_closed);
}
