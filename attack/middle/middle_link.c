/*
 * Two lines that belong together: what comes is cut into frames, each frame is shown and waits in the
 * queue of its side until it may go, and leaves as it came, or as an engine of the middle seals it.
 */
#include "middle_internal.h"

#include <stdlib.h>
#include <string.h>

#define PORT_AT (WIRE_HEADER_BYTES + 1) /* of a modern record: the cipher moves nothing */

/* --- life ---------------------------------------------------------------------------------------- */

void middle_frame_free(struct middle_frame *frame)
{
    if (!frame)
        return;
    buffer_free(&frame->bytes);
    buffer_free(&frame->text);
    channel_ticket_free(frame->ticket);
    free(frame);
}

uint16_t middle_move_port(const struct middle_move *move)
{
    return move->port;
}

bool middle_move_is_alone(const struct middle_move *move)
{
    return move->port == 0;
}

void middle_move_free(struct middle_move *move)
{
    if (!move)
        return;
    channel_ticket_free(move->tickets[0]);
    channel_ticket_free(move->tickets[1]);
    free(move);
}

struct middle_link *middle_link_new(struct middle *middle, struct middle_move *move)
{
    struct middle_link *link = calloc(1, sizeof(*link));
    if (!link) {
        middle_move_free(move);
        return NULL;
    }
    link->middle = middle;
    link->number = ++middle->link_count;
    link->move = move;
    link->next = middle->links;
    middle->links = link;
    if (move)
        middle->result.moved++;
    if (move && !middle_split_resume(link)) {
        middle_link_free(link);
        return NULL;
    }
    middle_link_advance(link);
    return link;
}

static void free_side(struct middle_side *side)
{
    while (side->queue) {
        struct middle_frame *next = side->queue->next;
        middle_frame_free(side->queue);
        side->queue = next;
    }
    buffer_free(&side->in);
    buffer_free(&side->out);
    channel_free(side->engine);
}

void middle_link_free(struct middle_link *link)
{
    struct middle_link **at = &link->middle->links;
    while (*at != link)
        at = &(*at)->next;
    *at = link->next;
    free_side(&link->sides[0]);
    free_side(&link->sides[1]);
    dh_group_free(link->group);
    middle_move_free(link->move);
    free(link);
}

/* --- out ----------------------------------------------------------------------------------------- */

void middle_link_put(struct middle_link *link, enum channel_role to, const void *data, size_t bytes)
{
    /* Without memory the line ends: nothing is left out in the middle of it. */
    if (!buffer_append(&link->sides[to].out, data, bytes))
        link->sides[to].out_ended = true;
}

void middle_link_send(struct middle_link *link, const struct middle_frame *frame, uint8_t *bytes,
                      size_t count)
{
    for (size_t i = 0; i < frame->flip_count; i++)
        if (frame->flips[i].byte < count)
            bytes[frame->flips[i].byte] ^= (uint8_t)(1 << frame->flips[i].bit);
    middle_row_left(link->middle, frame, count);
    if (frame->keep) {
        buffer_free(&link->middle->kept);
        buffer_append(&link->middle->kept, bytes, count);
        link->middle->kept_from = frame->from;
    }
    for (unsigned i = 0; i < frame->times; i++)
        middle_link_put(link, middle_other(frame->from), bytes, count);
}

const uint8_t *middle_link_output(const struct middle_link *link, enum channel_role to,
                                  size_t *bytes)
{
    *bytes = buffer_bytes(&link->sides[to].out);
    return *bytes > 0 ? buffer_front(&link->sides[to].out) : NULL;
}

void middle_link_output_done(struct middle_link *link, enum channel_role to, size_t bytes)
{
    buffer_consume(&link->sides[to].out, bytes);
}

bool middle_link_output_ended(const struct middle_link *link, enum channel_role to)
{
    return link->sides[to].out_ended;
}

/* --- in ------------------------------------------------------------------------------------------ */

bool middle_link_wants(const struct middle_link *link, enum channel_role from)
{
    const struct middle_side *side = &link->sides[from];
    return !side->in_ended && buffer_bytes(&side->in) + side->queued_bytes < MIDDLE_HELD_BYTES &&
           buffer_bytes(&link->sides[middle_other(from)].out) < MIDDLE_HELD_BYTES;
}

void middle_link_input(struct middle_link *link, enum channel_role from, const void *data,
                       size_t bytes)
{
    struct middle_side *side = &link->sides[from];
    if (side->in_ended)
        return;
    if (!buffer_append(&side->in, data, bytes))
        side->in_ended = true;
    middle_link_advance(link);
}

void middle_link_input_end(struct middle_link *link, enum channel_role from)
{
    link->sides[from].in_ended = true;
    middle_link_advance(link);
}

/* --- frames -------------------------------------------------------------------------------------- */

/* FTP begins with lines: the server greets, or the client sends a letter, which is no type. */
static bool begins_plain(const struct middle_link *link, enum channel_role from)
{
    const struct middle_side *side = &link->sides[from];
    return link->mode == MODE_UNKNOWN && !link->was_plain && !side->raw &&
           buffer_bytes(&side->in) > 0 && buffer_front(&side->in)[0] > WIRE_FRAME_ALERT;
}

/* The size of what is next: a line with its end, a whole frame, or bytes; 0: it is not whole yet. */
static size_t next_size(struct middle_side *side)
{
    const uint8_t *front = buffer_front(&side->in);
    size_t there = buffer_bytes(&side->in), body;
    uint8_t type;
    if (side->plain) {
        const uint8_t *end = memchr(front, '\n', there);
        return end ? (size_t)(end - front) + 1 : there < WIRE_HANDSHAKE_MAX ? 0 : there;
    }
    if (side->raw || there < WIRE_HEADER_BYTES)
        return side->raw ? there : 0;
    wire_get_header(&type, &body, front);
    if (body > wire_frame_max(type)) {
        side->raw = true; /* also a type that does not exist */
        return there;
    }
    return there >= WIRE_HEADER_BYTES + body ? WIRE_HEADER_BYTES + body : 0;
}

/* AUTH GLASSBOX, and its 234: what follows is a channel. */
static void end_plain(struct middle_side *side, enum channel_role from, const uint8_t *line,
                      size_t bytes)
{
    static const char *const last[] = {
        [CHANNEL_CLIENT] = "AUTH GLASSBOX", [CHANNEL_SERVER] = "234"};
    const size_t length = strlen(last[from]);
    if (bytes >= length && strncasecmp((const char *)line, last[from], length) == 0)
        side->plain = false;
}

static struct middle_frame *cut_frame(struct middle_link *link, enum channel_role from, size_t size)
{
    struct middle_side *side = &link->sides[from];
    struct middle_frame *frame = calloc(1, sizeof(*frame));
    if (!frame || !buffer_append(&frame->bytes, buffer_front(&side->in), size)) {
        free(frame);
        side->in_ended = true;
        return NULL;
    }
    frame->from = from;
    frame->times = 1;
    frame->number = ++link->middle->frame_count;
    if (side->raw) {
        frame->content = CONTENT_BYTES;
        frame->type = WIRE_KEY_SHARE; /* none */
    } else if (side->plain) {
        frame->content = CONTENT_DATA;
        buffer_append(&frame->text, buffer_front(&side->in), size);
        end_plain(side, from, buffer_front(&side->in), size);
    } else {
        frame->type = buffer_front(&side->in)[0];
        frame->content = frame->type == WIRE_FRAME_RECORD ? CONTENT_SEALED : CONTENT_CLEAR;
    }
    buffer_consume(&side->in, size);
    return frame;
}

static void enqueue(struct middle_link *link, struct middle_frame *frame)
{
    struct middle_side *side = &link->sides[frame->from];
    struct middle_frame **at = &side->queue;
    while (*at)
        at = &(*at)->next;
    *at = frame; /* transferred */
    side->queued_bytes += buffer_bytes(&frame->bytes);
}

/* The first frame says what can be done with all that follow. */
static void choose_mode(struct middle_link *link, const struct middle_frame *frame)
{
    struct middle *middle = link->middle;
    if (link->mode != MODE_UNKNOWN || frame->type == 0)
        return;
    link->mode = MODE_WATCH;
    if (frame->type != WIRE_FRAME_HELLO || frame->from != CHANNEL_CLIENT ||
        !middle_hello_suite(&link->suite, frame))
        return;
    middle->suite = link->suite;
    middle->result.met = true;
    middle->result.suite = link->suite.kind;
    if (!middle->config.watch &&
        (middle_shown_key(middle, CHANNEL_CLIENT) || link->suite.kind == CHANNEL_DH) &&
        middle_split_start(link, frame))
        link->mode = MODE_SPLIT;
}

static void keep_hello(struct middle *middle, const struct middle_frame *frame)
{
    struct buffer *kept = &middle->hellos[frame->from];
    if (frame->type != WIRE_FRAME_HELLO)
        return;
    buffer_free(kept);
    buffer_append(kept, buffer_front(&frame->bytes), buffer_bytes(&frame->bytes));
}

/* `port` where the record that names it cannot be read: the server's first. */
static void change_port(struct middle_link *link, struct middle_frame *frame)
{
    struct middle *middle = link->middle;
    if (middle->next_port == 0 || frame->content != CONTENT_SEALED || frame->from == CHANNEL_CLIENT)
        return;
    if (!channel_suite_is_modern(middle->suite)) {
        frame->times = 0;
        middle_forge_port(link, middle->next_port);
    } else {
        frame->flips[frame->flip_count].byte = PORT_AT + 1;
        frame->flips[frame->flip_count++].bit = 0;
        middle->result.acts++;
        middle_tell(middle, "flipped", "bit 0 of byte %d: there the port lies, whatever it is",
                    PORT_AT + 1);
    }
    middle->next_port = 0;
}

static bool take_frame(struct middle_link *link, enum channel_role from)
{
    struct middle_side *side = &link->sides[from];
    struct middle_frame *frame;
    size_t size;
    if (begins_plain(link, from))
        link->was_plain = link->sides[0].plain = link->sides[1].plain = true;
    size = buffer_bytes(&side->in) > 0 ? next_size(side) : 0;
    frame = size > 0 ? cut_frame(link, from, size) : NULL;
    if (!frame)
        return false;
    link->middle->result.frames++;
    choose_mode(link, frame);
    keep_hello(link->middle, frame);
    if (side->engine && frame->type)
        middle_split_take(link, frame);
    middle_row_begin(link->middle, frame, link->number);
    middle_tell_frame(link->middle, frame);
    middle_script_frame(link->middle, frame);
    enqueue(link, frame);
    change_port(link, frame);
    middle_act_apply(link, frame);
    middle_script_run(link->middle);
    return true;
}

/* --- on its way ---------------------------------------------------------------------------------- */

static void hand_on(struct middle_link *link, struct middle_frame *frame)
{
    if (frame->content == CONTENT_DATA) {
        middle_edit(link->middle, frame);
        buffer_free(&frame->bytes);
        if (buffer_append(&frame->bytes, buffer_front(&frame->text), buffer_bytes(&frame->text)))
            middle_link_send(link, frame, buffer_front(&frame->bytes), buffer_bytes(&frame->bytes));
        return;
    }
    middle_link_send(link, frame, buffer_front(&frame->bytes), buffer_bytes(&frame->bytes));
}

/* The frame at the front, if it may go; false: it waits. */
static bool deliver_front(struct middle_link *link, enum channel_role from)
{
    struct middle_side *side = &link->sides[from];
    struct middle_frame *frame = side->queue;
    if (!frame || middle_is_held(link->middle, frame))
        return false;
    link->middle->row = frame->row;
    if (frame->swaps && frame->next) {
        side->queue = frame->next;
        frame->next = side->queue->next;
        side->queue->next = frame;
        frame->swaps = false;
        return true;
    }
    if (frame->swaps && !side->in_ended)
        return false;
    if (frame->times > 0 && side->engine && frame->type) {
        if (!middle_split_deliver(link, frame))
            return false;
    } else if (frame->times > 0)
        hand_on(link, frame);
    side->queue = frame->next;
    side->queued_bytes -= buffer_bytes(&frame->bytes);
    middle_frame_free(frame);
    return true;
}

/* All that came from here has gone, and no more comes. */
static void end_line(struct middle_link *link, enum channel_role from)
{
    struct middle_side *side = &link->sides[from], *other = &link->sides[middle_other(from)];
    if (!side->in_ended || side->queue || other->out_ended)
        return;
    if (other->engine)
        middle_split_cut(link, from);
    else if (buffer_bytes(&side->in) > 0) /* half a frame */
        middle_link_put(link, middle_other(from), buffer_front(&side->in), buffer_bytes(&side->in));
    buffer_free(&side->in);
    other->out_ended = true;
}

void middle_link_advance(struct middle_link *link)
{
    bool moved = true;
    if (link->in_advance)
        return;
    link->in_advance = true;
    while (moved) {
        moved = take_frame(link, CHANNEL_CLIENT);
        moved = take_frame(link, CHANNEL_SERVER) || moved;
        moved = middle_split_run(link) || moved;
        moved = deliver_front(link, CHANNEL_CLIENT) || moved;
        moved = deliver_front(link, CHANNEL_SERVER) || moved;
    }
    end_line(link, CHANNEL_CLIENT);
    end_line(link, CHANNEL_SERVER);
    link->in_advance = false;
}
