/*
 * The sentences of the narration: which are told, and under which title.
 */
#include "narration_parts.h"

#include <string.h>

#define RUN_TOLD 3 /* messages in one direction that are told one by one */

static bool is_story(const struct telling *telling)
{
    return telling->narration->options.explain == LENS_EXPLAIN_STORY;
}

static struct story_cast cast_of(enum channel_role actor)
{
    return (struct story_cast){.client = "the client", .server = "the server", .actor = actor};
}

/* Whether this is the first time in its connection. */
static bool first_time(struct connection *connection, const struct story *story)
{
    for (size_t i = 0; i < connection->told_count; i++)
        if (connection->told[i] == story)
            return false;
    if (connection->told_count < NARRATION_STORIES)
        connection->told[connection->told_count++] = story;
    return true;
}

/* A data connection: the talk itself is on the channel where the handshake was. */
static bool is_beside_talk(const struct telling *telling)
{
    const struct told_channel *channel = telling->channel;
    for (const struct told_channel *at = telling->narration->channels; at; at = at->next)
        if (at->connection == channel->connection && !at->resumed && at->spoke)
            return channel->resumed;
    return false;
}

/* --- rows ------------------------------------------------------------------------------------- */

static const struct rows_piece work_mark = {"   *  ", CONSOLE_CYAN};
static const struct rows_piece refusal_mark = {"   !  ", CONSOLE_RED};
static const struct rows_piece why_mark = {"      ", CONSOLE_PLAIN};

struct rows_piece narration_arrow(enum channel_role from)
{
    return (struct rows_piece){from == CHANNEL_CLIENT ? "  --> " : "  <-- ", CONSOLE_CYAN};
}

/* Once in a connection. behind: a sentence in the title's row, or NULL. False: it was there. */
static bool title(struct telling *telling, enum story_part part, const char *behind)
{
    struct connection *connection = telling->connection;
    char number[16], text[STORY_BYTES];
    if (connection->titled[part])
        return false;
    connection->titled[part] = true;
    snprintf(number, sizeof(number), "%u ", ++connection->parts);
    snprintf(text, sizeof(text), "%s%s", story_part_title(part),
             strchr(story_part_title(part), '?') ? "" : ".");
    rows_put(&telling->rows, (struct rows_piece){number, CONSOLE_BOLD},
             ROWS_PIECES({text, CONSOLE_BOLD},
                         {behind ? behind : story_part_why(part, telling->channel->textbook),
                          behind ? CONSOLE_PLAIN : CONSOLE_DIM}));
    return true;
}

static void sentence(struct telling *telling, struct rows_piece mark, const char *text,
                     const struct story_cast *cast)
{
    char told[STORY_BYTES];
    rows_put(&telling->rows, mark, ROWS_PIECES({story_tell(told, text, cast), CONSOLE_PLAIN}));
}

static void why(struct telling *telling, const struct story *story, const struct story_cast *cast)
{
    char told[STORY_BYTES];
    rows_put(&telling->rows, why_mark,
             ROWS_PIECES({story_tell(told, story->why, cast), CONSOLE_DIM}));
}

/* --- the beginning ---------------------------------------------------------------------------- */

void tell_line(struct telling *telling, const struct lens_event *event)
{
    const struct lens_place *own = &event->line.own, *peer = &event->line.peer;
    bool client = telling->channel->role == CHANNEL_CLIENT;
    const struct lens_place *from = client ? own : peer, *to = client ? peer : own;
    char text[STORY_BYTES];
    telling->channel->port = to->port;
    if (telling->channel->resumed && is_story(telling))
        return; /* its port was told */
    snprintf(text, sizeof(text), "%s port %u --> %s port %u, %s", from->address, from->port,
             to->address, to->port,
             telling->channel->textbook ? "the textbook suite" : "the modern suite");
    rows_put(&telling->rows, (struct rows_piece){"", CONSOLE_PLAIN},
             ROWS_PIECES({text, CONSOLE_PLAIN}));
}

/* --- messages --------------------------------------------------------------------------------- */

/* How many messages were left out. */
static void end_run(struct telling *telling)
{
    struct told_channel *channel = telling->channel;
    enum channel_role from = channel->run_sent ? channel->role : !channel->role;
    char text[128];
    if (channel->hidden > 0) {
        snprintf(text, sizeof(text), "... and %zu more like this, %zu bytes in all.",
                 channel->hidden, channel->hidden_bytes);
        rows_put(&telling->rows, narration_arrow(from), ROWS_PIECES({text, CONSOLE_DIM}));
    }
    channel->run = channel->hidden = channel->hidden_bytes = 0;
}

/* A message of the talk: whether it is told by itself. */
static bool in_talk(struct telling *telling, const struct message *message)
{
    struct told_channel *channel = telling->channel;
    telling->connection->talking = channel->spoke = true;
    if (!is_story(telling))
        return true;
    if (channel->run_sent != message->sent)
        end_run(telling);
    channel->run_sent = message->sent;
    if (++channel->run <= RUN_TOLD)
        return true;
    channel->hidden++;
    channel->hidden_bytes += message->bytes;
    return false;
}

/* In the story, what comes again is told in few words, or not at all. */
static bool is_worth_telling(const struct telling *telling, const struct message *message,
                             bool again)
{
    if (!is_story(telling))
        return true;
    if (message->message == WIRE_CLOSE)
        return false; /* the end of the channel is told */
    return !again || message->message == WIRE_DATA || message->message == WIRE_PORT ||
           message->message == WIRE_REKEY_ASK || message->message == WIRE_ALERT;
}

static void tell_again(struct telling *telling, const struct message *message,
                       const struct story *story)
{
    char text[STORY_BYTES];
    enum channel_role from = message->sent ? telling->channel->role : !telling->channel->role;
    if (message->port > 0)
        snprintf(text, sizeof(text), "%s: port %u.", story->title, message->port);
    else
        snprintf(text, sizeof(text), "%s.", story->title);
    rows_put(&telling->rows, narration_arrow(from), ROWS_PIECES({text, CONSOLE_PLAIN}));
}

/* A message on a data connection. */
static void tell_at_port(struct telling *telling, enum channel_role from, const struct story *story,
                         const struct story_cast *cast)
{
    char told[STORY_BYTES], port[32];
    snprintf(port, sizeof(port), "[%u]", telling->channel->port);
    rows_put(
        &telling->rows, narration_arrow(from),
        ROWS_PIECES({story_tell(told, story->told, cast), CONSOLE_PLAIN}, {port, CONSOLE_DIM}));
}

void tell_message(struct telling *telling, const struct message *message)
{
    struct told_channel *channel = telling->channel;
    const struct story *story = story_of_message(message->message, channel->textbook);
    enum channel_role from = message->sent ? channel->role : !channel->role;
    struct story_cast cast = cast_of(from);
    bool again = !first_time(telling->connection, story);
    cast.bytes = message->bytes;
    cast.port = message->port;
    cast.text = message->reason;
    if (message->message == WIRE_SERVER_RESUME)
        channel->settled = true;
    if ((message->message == WIRE_DATA && !in_talk(telling, message)) ||
        !is_worth_telling(telling, message, again))
        return;
    if (message->message != WIRE_CLOSE)
        title(telling, story->part, NULL);
    telling->pause = true;
    if (again && is_story(telling) && message->message != WIRE_DATA) {
        tell_again(telling, message, story);
        return;
    }
    if (message->message == WIRE_DATA && is_beside_talk(telling))
        tell_at_port(telling, from, story, &cast);
    else
        sentence(telling, narration_arrow(from), story->told, &cast);
    if (!again && !is_story(telling))
        why(telling, story, &cast);
}

/* --- what the program does by itself ---------------------------------------------------------- */

void tell_verdict(struct telling *telling, const struct lens_event *event)
{
    enum channel_role own = telling->channel->role;
    bool refused = event->verdict.verdict != CHANNEL_OK;
    const struct story *story = story_of_verdict(event->verdict.verdict, own);
    struct story_cast cast = cast_of(own);
    title(telling, story->part, NULL);
    sentence(telling, refused ? refusal_mark : work_mark, story->told, &cast);
    if (refused || !is_story(telling))
        why(telling, story, &cast);
    if (refused || !is_story(telling))
        rows_put(&telling->rows, why_mark,
                 ROWS_PIECES({event->verdict.fingerprint, CONSOLE_PLAIN}));
    telling->pause = true;
}

static bool is_named(const struct lens_event *event, const char *name)
{
    return strcmp(event->step.name, name) == 0;
}

static bool is_refusal(const struct lens_event *event)
{
    size_t length = strlen(event->step.name);
    return length > 8 && strcmp(event->step.name + length - 8, " refused") == 0;
}

/* The few steps that belong to the story: how a key comes about, once, and what is refused. */
static bool is_in_story(struct telling *telling, const struct lens_event *event)
{
    bool key = is_named(event, "session key wrapped") || is_named(event, "session key opened") ||
               (is_named(event, "prk") && !telling->channel->resumed);
    bool first = key && !telling->connection->agreed;
    telling->connection->agreed = telling->connection->agreed || key;
    return first || is_refusal(event);
}

static void tell_refusal(struct telling *telling, const struct story *story,
                         const struct story_cast *cast)
{
    /* A stranger at the new port is not the end of the connection. */
    if (!telling->channel->resumed || telling->channel->settled)
        title(telling, story->part, NULL);
    sentence(telling, refusal_mark, story->told, cast);
    why(telling, story, cast);
}

/* A step that the story's table does not know: a key of the schedule, or just its name. */
static void tell_unknown(struct telling *telling, const struct lens_event *event)
{
    const char *what = story_of_key(event->step.name);
    char text[STORY_BYTES];
    snprintf(text, sizeof(text), "%s%s%s", event->step.name, what ? ": it " : "", what ? what : "");
    rows_put(&telling->rows, work_mark, ROWS_PIECES({text, CONSOLE_PLAIN}));
}

void tell_step(struct telling *telling, const struct lens_event *event)
{
    struct told_channel *channel = telling->channel;
    const struct story *story = story_of_step(event->step.name, channel->textbook,
                                              channel->resumed);
    struct story_cast cast = cast_of(channel->role);
    bool math = telling->narration->options.explain == LENS_EXPLAIN_MATH;
    bool in_story = is_in_story(telling, event);
    if (is_named(event, "client mac verified") || is_named(event, "server mac verified"))
        channel->settled = true;
    if (is_named(event, "random bytes") || (!in_story && !math))
        return;
    if (!story) {
        tell_unknown(telling, event);
    } else if (is_refusal(event)) {
        tell_refusal(telling, story, &cast);
    } else {
        if (in_story || story->part != STORY_TALK) /* messages are sealed before the talk, too */
            title(telling, story->part, NULL);
        sentence(telling, work_mark, story->told, &cast);
        if (first_time(telling->connection, story) && !is_story(telling))
            why(telling, story, &cast);
    }
    if (math)
        detail_step(telling, event);
}

/* --- the end ---------------------------------------------------------------------------------- */

/* Whether a good end is news: a channel that has only named the next port, and a data connection,
 * end without much ado. */
static bool is_quiet_end(const struct telling *telling)
{
    const struct told_channel *channel = telling->channel;
    return (channel->moved && !channel->spoke) || is_beside_talk(telling);
}

void tell_close(struct telling *telling, const struct lens_event *event)
{
    struct told_channel *channel = telling->channel;
    const struct story *story = story_of_end(event->close.error, channel->role,
                                             event->close.is_peers, channel->textbook);
    struct story_cast cast = cast_of(channel->role);
    bool refused = event->close.error != CHANNEL_OK;
    char told[STORY_BYTES];
    end_run(telling);
    if (channel->math_rows) {
        sentence(telling, refusal_mark, story_of_failure.told, &cast);
        detail_put(telling, &channel->math_rows);
    }
    if (!refused && is_quiet_end(telling))
        return;
    cast.text = event->close.reason[0]   ? event->close.reason
                : event->close.detail[0] ? event->close.detail
                                         : channel_strerror(event->close.error);
    if ((channel->resumed && !channel->settled) ||
        !title(telling, STORY_END, story_tell(told, story->told, &cast)))
        sentence(telling, refused ? refusal_mark : work_mark, story->told, &cast);
    why(telling, story, &cast);
}
