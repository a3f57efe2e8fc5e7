/*
 * The narrator: follows the channels, and gives each event to who tells it; see narration.h.
 */
#include "narration_parts.h"

#include "drama.h"
#include "printable.h"
#include "sym_memory.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUIET_CONNECTIONS 256 /* without a channel, remembered for their tickets */

/* --- connections ------------------------------------------------------------------------------ */

/* The oldest that nothing more is heard of. */
static void forget_one(struct narration *narration)
{
    struct connection **oldest = NULL;
    size_t quiet = 0;
    for (struct connection **at = &narration->connections; *at; at = &(*at)->next)
        if ((*at)->channels == 0) {
            quiet++;
            oldest = at; /* new ones stand in front */
        }
    if (quiet > QUIET_CONNECTIONS) {
        struct connection *gone = *oldest;
        *oldest = gone->next;
        free(gone);
    }
}

static struct connection *new_connection(struct narration *narration)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    if (!connection)
        return NULL;
    connection->number = ++narration->count;
    connection->next = narration->connections;
    narration->connections = connection;
    forget_one(narration);
    return connection;
}

static bool has_ticket(const struct connection *connection, const uint8_t *ticket)
{
    for (size_t i = 0; i < connection->ticket_count && i < NARRATION_TICKETS; i++)
        if (memcmp(connection->tickets[i], ticket, WIRE_TICKET_BYTES) == 0)
            return true;
    return false;
}

/* Where a ticket was given; in a recording without secrets, the newest that has moved. */
static struct connection *connection_of_ticket(struct narration *narration,
                                               const struct lens_value *ticket)
{
    struct connection *at = narration->connections;
    if (ticket->data && ticket->bytes == WIRE_TICKET_BYTES)
        while (at && !has_ticket(at, ticket->data))
            at = at->next;
    if (!at)
        for (at = narration->connections; at && !at->titled[STORY_MOVE];)
            at = at->next;
    return at ? at : new_connection(narration);
}

static void keep_ticket(struct connection *connection, const uint8_t *ticket)
{
    memcpy(connection->tickets[connection->ticket_count++ % NARRATION_TICKETS], ticket,
           WIRE_TICKET_BYTES);
}

/* --- channels --------------------------------------------------------------------------------- */

static void open_channel(struct narration *narration, const struct lens_event *event)
{
    struct told_channel *channel = calloc(1, sizeof(*channel));
    if (!channel)
        return;
    channel->connection = event->open.resumes ? connection_of_ticket(narration, &event->open.ticket)
                                              : new_connection(narration);
    if (!channel->connection) {
        free(channel);
        return;
    }
    channel->connection->channels++;
    channel->channel = event->channel;
    channel->role = event->open.role;
    channel->textbook = strncmp(event->open.suite, "textbook", 8) == 0;
    channel->resumed = event->open.resumes;
    channel->next = narration->channels;
    narration->channels = channel;
}

static struct told_channel **find_channel(struct narration *narration, unsigned number)
{
    struct told_channel **at = &narration->channels;
    while (*at && (*at)->channel != number)
        at = &(*at)->next;
    return at;
}

static void close_channel(struct told_channel **at)
{
    struct told_channel *channel = *at;
    *at = channel->next;
    channel->connection->channels--;
    detail_forget(&channel->inner_rows);
    detail_forget(&channel->math_rows);
    detail_forget(&channel->early_rows);
    free(channel);
}

/* --- events ----------------------------------------------------------------------------------- */

static void read_reason(struct message *message, const struct wire_value *reason)
{
    printable_text(message->reason, sizeof(message->reason), (const char *)reason->data,
                   reason->bytes);
}

/* What of an inner message is for the story. */
static struct message read_inner(struct told_channel *channel, const struct lens_event *event)
{
    struct message message = {
        .message = event->inner.message, .sent = event->inner.sent, .bytes = channel->frame_bytes};
    struct wire_value values[WIRE_MAX_FIELDS];
    size_t count = event->inner.bytes.data && message.message < WIRE_MESSAGES
                       ? drama_fields(values, message.message, event->inner.bytes.data,
                                      event->inner.bytes.bytes)
                       : 0;
    if (message.message == WIRE_PORT && count == PORT_FIELDS) {
        message.port = values[PORT_NUMBER].number;
        keep_ticket(channel->connection, values[PORT_TICKET].data);
    } else if (message.message == WIRE_CLOSE && count == CLOSE_FIELDS) {
        read_reason(&message, &values[CLOSE_REASON]);
    }
    channel->moved = channel->moved || message.message == WIRE_PORT;
    return message;
}

static void hear_inner(struct telling *telling, const struct lens_event *event)
{
    struct told_channel *channel = telling->channel;
    struct message message = read_inner(channel, event);
    if (telling->narration->options.explain >= LENS_EXPLAIN_FIELDS) {
        detail_forget(&channel->inner_rows);
        channel->inner_rows = detail_inner(telling, event);
    }
    channel->message = message;
    channel->has_message = event->inner.sent;
    if (event->inner.sent)
        return; /* it is told with its frame */
    tell_message(telling, &message);
    detail_put(telling, &channel->inner_rows);
}

static void hear_frame(struct telling *telling, const struct lens_event *event)
{
    struct told_channel *channel = telling->channel;
    const struct lens_value *frame = &event->frame.frame;
    bool details = telling->narration->options.explain >= LENS_EXPLAIN_FIELDS;
    bool record = event->frame.message == WIRE_MODERN_RECORD ||
                  event->frame.message == WIRE_TEXTBOOK_RECORD;
    struct message message = {.message = event->frame.message, .sent = event->frame.sent};
    struct wire_value values[WIRE_MAX_FIELDS];
    if (record && channel->has_message)
        message = channel->message;
    else if (message.message == WIRE_ALERT && frame->bytes >= WIRE_HEADER_BYTES &&
             drama_fields(values, WIRE_ALERT, frame->data + WIRE_HEADER_BYTES,
                          frame->bytes - WIRE_HEADER_BYTES) == ALERT_FIELDS)
        read_reason(&message, &values[ALERT_REASON]);
    message.bytes = channel->frame_bytes = frame->bytes;
    if (!record || event->frame.sent)
        tell_message(telling, &message);
    if (details)
        detail_frame(telling, event);
    if (event->frame.sent)
        detail_put(telling, &channel->inner_rows);
    channel->has_message = false;
}

static void hear(struct telling *telling, const struct lens_event *event)
{
    switch (event->kind) {
    case LENS_LINE:
        tell_line(telling, event);
        break;
    case LENS_FRAME:
        hear_frame(telling, event);
        break;
    case LENS_INNER:
        hear_inner(telling, event);
        break;
    case LENS_MATH:
        if (telling->narration->options.explain == LENS_EXPLAIN_MATH)
            detail_math(telling, event);
        break;
    case LENS_STEP:
        tell_step(telling, event);
        detail_forget(&telling->channel->math_rows);
        telling->channel->math_key[0] = 0;
        break;
    case LENS_VERDICT:
        tell_verdict(telling, event);
        break;
    case LENS_CLOSE:
        tell_close(telling, event);
        break;
    default:
        break;
    }
}

/* --- telling ---------------------------------------------------------------------------------- */

/* Whatever stood on the row, a progress bar perhaps, is drawn again by its owner. */
static void say(struct narration *narration, const char *rows)
{
    if (narration->say) {
        narration->say(narration->screen, rows);
        return;
    }
    if (narration->options.wipes)
        fputs("\r\033[K", narration->options.out); /* ECMA-48 EL */
    fputs(rows, narration->options.out);
    fflush(narration->options.out);
}

/* Waits for Enter. A signal ends all waiting: whoever asked for it wants the program to go on. */
static void wait_for_enter(struct narration *narration)
{
    static const char prompt[] = "      [Enter] ", wiped[] = "\033[A\r\033[K";
    int terminal = narration->options.step;
    ssize_t written = write(terminal, prompt, sizeof(prompt) - 1);
    char byte = 0;
    while (byte != '\n') {
        struct pollfd wait = {.fd = terminal, .events = POLLIN};
        if (poll(&wait, 1, -1) < 0 || read(terminal, &byte, 1) != 1) {
            narration->options.step = -1;
            close(terminal);
            return;
        }
    }
    if (narration->options.wipes)
        written = write(terminal, wiped, sizeof(wiped) - 1);
    (void)written;
}

/* A driver tells its addresses when the engine has begun: what that has said and done waits. */
static bool is_early(const struct told_channel *channel, const struct lens_event *event)
{
    return !channel->lined &&
           (event->kind == LENS_MATH || event->kind == LENS_STEP || event->kind == LENS_INNER ||
            (event->kind == LENS_FRAME && event->frame.sent));
}

static void keep_early(struct told_channel *channel, const char *rows)
{
    size_t before = channel->early_rows ? strlen(channel->early_rows) : 0, more = strlen(rows);
    char *both = calloc(1, before + more + 1);
    if (both && before > 0)
        memcpy(both, channel->early_rows, before);
    if (both)
        memcpy(both + before, rows, more);
    detail_forget(&channel->early_rows);
    channel->early_rows = both;
}

/* All that there is to say about one event, with what has waited for it. */
static void hear_in_order(struct telling *telling, const struct lens_event *event)
{
    struct told_channel *channel = telling->channel;
    bool waited = !channel->lined && !is_early(channel, event);
    if (waited && event->kind != LENS_LINE)
        detail_put(telling, &channel->early_rows);
    hear(telling, event);
    if (!waited)
        return;
    telling->pause = telling->pause || channel->early_rows;
    detail_put(telling, &channel->early_rows);
    channel->lined = true;
}

static void on_event(void *context, const struct lens_event *event)
{
    struct narration *narration = context;
    struct told_channel **at;
    if (event->kind == LENS_OPEN)
        open_channel(narration, event);
    at = find_channel(narration, event->channel);
    if (event->kind == LENS_OPEN || !*at)
        return;
    size_t columns = narration->options.columns;
    struct telling telling = {
        .narration = narration, .channel = *at, .connection = (*at)->connection};
    if (narration->options.numbered || telling.connection->number > 1)
        snprintf(telling.prefix, sizeof(telling.prefix), "#%u ", telling.connection->number);
    telling.rows = (struct rows){.out = open_memstream(&telling.text, &telling.bytes),
                                 .columns = columns ? columns
                                                    : rows_columns(narration->options.out),
                                 .coloured = narration->options.coloured,
                                 .prefix = telling.prefix};
    if (!telling.rows.out)
        return;
    hear_in_order(&telling, event);
    if (fclose(telling.rows.out) == 0 && telling.bytes > 0) {
        if (is_early(telling.channel, event))
            keep_early(telling.channel, telling.text);
        else
            say(narration, telling.text);
        telling.pause = telling.pause && !is_early(telling.channel, event);
        if (telling.pause && narration->options.step >= 0 && !telling.connection->talking)
            wait_for_enter(narration);
    }
    detail_forget(&telling.text);
    if (event->kind == LENS_CLOSE)
        close_channel(at);
}

/* --- life ------------------------------------------------------------------------------------- */

static bool finish(void *context, struct problem *problem)
{
    struct narration *narration = context;
    (void)problem; /* a screen that is gone is no trouble */
    while (narration->channels)
        close_channel(&narration->channels);
    while (narration->connections) {
        struct connection *gone = narration->connections;
        narration->connections = gone->next;
        free(gone);
    }
    if (narration->options.step >= 0)
        close(narration->options.step);
    free(narration);
    return true;
}

bool narration_open(struct lens_observer *observer, const struct narration_options *options,
                    struct problem *problem)
{
    struct narration *narration = calloc(1, sizeof(*narration));
    if (!narration)
        return problem_memory(problem);
    narration->options = *options;
    *observer = (struct lens_observer){.event = on_event, .finish = finish, .context = narration};
    return true;
}

void narration_say_through(void *context, void (*say_rows)(void *screen, const char *rows),
                           void *screen)
{
    struct narration *narration = context;
    narration->say = say_rows;
    narration->screen = screen;
}
