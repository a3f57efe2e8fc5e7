/*
 * The narration follows the channels, event by event; see narration.h.
 */
#include "narration_internal.h"

#include "press_enter.h"
#include "sym_memory.h"
#include "timeline.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUIET_CONNECTIONS 256 /* without a channel, remembered for their tickets */

/* --- connections ------------------------------------------------------------------------------ */

/* The oldest of which nothing more comes. */
static void forget_one(struct narration *narration)
{
    struct narration_connection **oldest = NULL;
    size_t quiet = 0;
    for (struct narration_connection **at = &narration->connections; *at; at = &(*at)->next)
        if ((*at)->channels == 0) {
            quiet++;
            oldest = at; /* new ones stand in front */
        }
    if (quiet > QUIET_CONNECTIONS) {
        struct narration_connection *gone = *oldest;
        *oldest = gone->next;
        free(gone);
    }
}

static struct narration_connection *new_connection(struct narration *narration)
{
    struct narration_connection *connection = calloc(1, sizeof(*connection));
    if (!connection)
        return NULL;
    connection->number = ++narration->count;
    connection->next = narration->connections;
    narration->connections = connection;
    forget_one(narration);
    return connection;
}

static bool has_ticket(const struct narration_connection *connection, const uint8_t *ticket)
{
    for (size_t i = 0; i < connection->ticket_count && i < NARRATION_TICKETS; i++)
        if (memcmp(connection->tickets[i], ticket, WIRE_TICKET_BYTES) == 0)
            return true;
    return false;
}

/* Where a ticket was given. */
static struct narration_connection *connection_of_ticket(struct narration *narration,
                                                         const uint8_t *ticket)
{
    struct narration_connection *at = narration->connections;
    while (at && !has_ticket(at, ticket))
        at = at->next;
    return at ? at : new_connection(narration);
}

static void keep_ticket(struct narration_connection *connection, const uint8_t *ticket)
{
    memcpy(connection->tickets[connection->ticket_count++ % NARRATION_TICKETS], ticket,
           WIRE_TICKET_BYTES);
}

/* --- channels --------------------------------------------------------------------------------- */

static void open_channel(struct narration *narration, const struct trace_event *event)
{
    struct narration_channel *channel = calloc(1, sizeof(*channel));
    if (!channel)
        return;
    channel->connection = event->open.ticket ? connection_of_ticket(narration, event->open.ticket)
                                             : new_connection(narration);
    if (!channel->connection) {
        free(channel);
        return;
    }
    channel->connection->channels++;
    channel->channel = event->channel;
    channel->role = event->open.role;
    channel->suite = event->open.suite;
    channel->resumed = event->open.ticket != NULL;
    channel->next = narration->channels;
    narration->channels = channel;
}

static struct narration_channel **find_channel(struct narration *narration, unsigned number)
{
    struct narration_channel **at = &narration->channels;
    while (*at && (*at)->channel != number)
        at = &(*at)->next;
    return at;
}

static void close_channel(struct narration_channel **at)
{
    struct narration_channel *channel = *at;
    *at = channel->next;
    channel->connection->channels--;
    detail_forget(&channel->inner_rows);
    detail_forget(&channel->early_rows);
    sym_wipe(&channel->message.words, sizeof(channel->message.words));
    free(channel);
}

/* --- events ----------------------------------------------------------------------------------- */

static void on_inner(struct block *block, const struct trace_event *event)
{
    struct narration_channel *channel = block->channel;
    channel->message = (struct narration_message){.message = event->inner.message,
                                                  .sent = event->inner.sent,
                                                  .bytes = channel->frame_bytes,
                                                  .words = timeline_words(event)};
    channel->has_message = event->inner.sent;
    channel->moved = channel->moved || event->inner.message == WIRE_PORT;
    if (block->narration->options.explain >= EXPLAIN_FIELDS) {
        detail_forget(&channel->inner_rows);
        channel->inner_rows = detail_inner(block, event);
    }
    if (event->inner.sent)
        return; /* it comes with its frame */
    narrate_message(block, &channel->message);
    detail_put(block, &channel->inner_rows);
}

static void on_frame(struct block *block, const struct trace_event *event)
{
    struct narration_channel *channel = block->channel;
    bool record = narration_is_record(event->frame.message);
    struct narration_message message = {
        .message = event->frame.message, .sent = event->frame.sent, .words = timeline_words(event)};
    if (record && channel->has_message)
        message = channel->message;
    message.bytes = channel->frame_bytes = event->frame.bytes.bytes;
    if (!record || event->frame.sent)
        narrate_message(block, &message);
    if (block->narration->options.explain >= EXPLAIN_FIELDS)
        detail_frame(block, event);
    if (event->frame.sent)
        detail_put(block, &channel->inner_rows);
    channel->has_message = false;
}

static void on_step(struct block *block, const struct trace_event *event)
{
    if (event->step.step == STEP_TICKET_SECRET)
        keep_ticket(block->connection, event->step.values[TICKET_ID].data);
    narrate_step(block, event);
}

static void narrate(struct block *block, const struct trace_event *event)
{
    static void (*const by_kind[])(struct block * block, const struct trace_event *event) = {
        [TRACE_ADDRESSES] = narrate_addresses,
        [TRACE_FRAME] = on_frame,
        [TRACE_INNER] = on_inner,
        [TRACE_STEP] = on_step,
        [TRACE_VERDICT] = narrate_verdict,
        [TRACE_CLOSE] = narrate_close};
    by_kind[event->kind](block, event);
}

/* --- onto the terminal ------------------------------------------------------------------------ */

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

/* A signal ends all waiting: its sender wants the program to go on. */
static void wait_for_enter(struct narration *narration)
{
    if (press_enter(narration->options.step, 6, narration->options.wipes))
        return;
    close(narration->options.step);
    narration->options.step = -1;
}

/* A driver knows its addresses when the engine has begun: what that has said and done waits. */
static bool is_early(const struct narration_channel *channel, const struct trace_event *event)
{
    return !channel->begun && (event->kind == TRACE_STEP || event->kind == TRACE_INNER ||
                               (event->kind == TRACE_FRAME && event->frame.sent));
}

static void keep_early(struct narration_channel *channel, const char *rows)
{
    char *both;
    if (asprintf(&both, "%s%s", channel->early_rows ? channel->early_rows : "", rows) < 0)
        both = NULL;
    detail_forget(&channel->early_rows);
    channel->early_rows = both;
}

/* All that there is to say about one event, with what has waited for it. */
static void narrate_in_order(struct block *block, const struct trace_event *event)
{
    struct narration_channel *channel = block->channel;
    bool waited = !channel->begun && !is_early(channel, event);
    if (waited && event->kind != TRACE_ADDRESSES)
        detail_put(block, &channel->early_rows);
    narrate(block, event);
    if (!waited)
        return;
    block->pause = block->pause || channel->early_rows;
    detail_put(block, &channel->early_rows);
    channel->begun = true;
}

static void on_event(void *context, const struct trace_event *event)
{
    struct narration *narration = context;
    struct narration_channel **at;
    if (event->kind == TRACE_OPEN)
        open_channel(narration, event);
    at = find_channel(narration, event->channel);
    if (event->kind == TRACE_OPEN || !*at)
        return;
    size_t columns = narration->options.columns;
    struct block block = {.narration = narration, .channel = *at, .connection = (*at)->connection};
    if (narration->options.numbered || block.connection->number > 1)
        snprintf(block.prefix, sizeof(block.prefix), "#%u ", block.connection->number);
    block.rows = (struct text_wrap){.out = open_memstream(&block.text, &block.bytes),
                                    .columns = columns ? columns
                                                       : console_columns(narration->options.out),
                                    .coloured = narration->options.coloured,
                                    .prefix = block.prefix};
    if (!block.rows.out)
        return;
    narrate_in_order(&block, event);
    if (fclose(block.rows.out) == 0 && block.bytes > 0) {
        if (is_early(block.channel, event))
            keep_early(block.channel, block.text);
        else
            say(narration, block.text);
        block.pause = block.pause && !is_early(block.channel, event);
        if (block.pause && narration->options.step >= 0 && !block.connection->talking)
            wait_for_enter(narration);
    }
    detail_forget(&block.text);
    if (event->kind == TRACE_CLOSE)
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
        struct narration_connection *gone = narration->connections;
        narration->connections = gone->next;
        free(gone);
    }
    if (narration->options.step >= 0)
        close(narration->options.step);
    free(narration);
    return true;
}

bool narration_open(struct explain_observer *observer, const struct narration_options *options,
                    struct problem *problem)
{
    struct narration *narration = calloc(1, sizeof(*narration));
    if (!narration)
        return problem_memory(problem);
    narration->options = *options;
    *observer =
        (struct explain_observer){.event = on_event, .finish = finish, .context = narration};
    return true;
}

void narration_print_through(void *context, void (*say_rows)(void *screen, const char *rows),
                             void *screen)
{
    struct narration *narration = context;
    narration->say = say_rows;
    narration->screen = screen;
}
