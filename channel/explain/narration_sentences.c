/*
 * The sentences of the narration: which are said, and under which title.
 */
#include "narration_internal.h"

#include "printable.h"
#include "sym_memory.h"
#include "translate.h"
#include "utf8.h"

#include <string.h>

#define RUN_SHOWN 3 /* messages in one direction that are shown one by one */

/* Sentences alone: what comes again is said in few words, or not at all. */
static bool is_short(const struct block *block)
{
    return block->narration->options.explain == EXPLAIN_SENTENCES;
}

static struct explain_parties parties_of(enum channel_role actor)
{
    return (struct explain_parties){
        .client = _("the client"), .server = _("the server"), .actor = actor};
}

/* Whether this is the first time in its connection. */
static bool first_time(struct narration_connection *connection,
                       const struct explanation *explanation)
{
    for (size_t i = 0; i < connection->explained_count; i++)
        if (strcmp(connection->explained[i], explanation->sentence) == 0)
            return false;
    if (connection->explained_count < NARRATION_EXPLANATIONS)
        connection->explained[connection->explained_count++] = explanation->sentence;
    return true;
}

/* A data connection: the talk itself is on the channel where the handshake was. */
static bool is_beside_talk(const struct block *block)
{
    const struct narration_channel *channel = block->channel;
    for (const struct narration_channel *at = block->narration->channels; at; at = at->next)
        if (at->connection == channel->connection && !at->resumed && at->spoke)
            return channel->resumed;
    return false;
}

/* --- rows ------------------------------------------------------------------------------------- */

static const struct text_wrap_piece refusal_mark = {"   !  ", CONSOLE_RED};
static const struct text_wrap_piece why_mark = {"      ", CONSOLE_PLAIN};

/* In the colour of who does it. */
static struct text_wrap_piece own_mark(const struct block *block)
{
    return (struct text_wrap_piece){"   *  ", narration_colour(block->channel->role)};
}

/* Once in a connection. behind: a sentence in the title's row, or NULL. False: it was there. */
static bool title(struct block *block, enum explain_part part, const char *behind)
{
    struct narration_connection *connection = block->connection;
    char number[16], text[EXPLAIN_TEXT_BYTES];
    if (connection->titled[part])
        return false;
    connection->titled[part] = true;
    snprintf(number, sizeof(number), "%u ", ++connection->parts);
    snprintf(text, sizeof(text), "%s%s", translate(explain_part_title(part)),
             strchr(explain_part_title(part), '?') ? "" : ".");
    text_wrap_put(
        &block->rows, (struct text_wrap_piece){number, CONSOLE_BOLD},
        TEXT_WRAP_PIECES(
            {text, CONSOLE_BOLD},
            {behind ? behind : translate(explain_part_why(part, block->channel->suite.kind)),
             behind ? CONSOLE_PLAIN : CONSOLE_DIM}));
    return true;
}

static void put_row(struct block *block, struct text_wrap_piece mark, const char *text,
                    enum console_style style)
{
    text_wrap_put(&block->rows, mark, TEXT_WRAP_PIECES({text, style}));
}

static void sentence(struct block *block, struct text_wrap_piece mark, const char *text,
                     const struct explain_parties *parties)
{
    char filled[EXPLAIN_TEXT_BYTES];
    put_row(block, mark, explain_text_fill(filled, text, parties), CONSOLE_PLAIN);
}

static void why(struct block *block, const struct explanation *explanation,
                const struct explain_parties *parties)
{
    char filled[EXPLAIN_TEXT_BYTES];
    put_row(block, why_mark, explain_text_fill(filled, explanation->why, parties), CONSOLE_DIM);
}

/* --- the beginning ---------------------------------------------------------------------------- */

void narrate_addresses(struct block *block, const struct trace_event *event)
{
    const struct trace_address *own = &event->addresses.own, *peer = &event->addresses.peer;
    bool client = block->channel->role == CHANNEL_CLIENT;
    const struct trace_address *from = client ? own : peer, *to = client ? peer : own;
    char text[EXPLAIN_TEXT_BYTES], suite[CHANNEL_SUITE_TEXT_BYTES];
    block->channel->port = to->port;
    if (block->channel->resumed && is_short(block))
        return; /* its port was named */
    snprintf(text, sizeof(text), _("%s port %u --> %s port %u, the %s suite"), from->address,
             from->port, to->address, to->port, channel_suite_text(suite, block->channel->suite));
    put_row(block, (struct text_wrap_piece){"", CONSOLE_PLAIN}, text, CONSOLE_PLAIN);
}

/* --- messages --------------------------------------------------------------------------------- */

/* How many messages were left out. */
static void end_run(struct block *block)
{
    struct narration_channel *channel = block->channel;
    enum channel_role from = channel->run_sent ? channel->role : !channel->role;
    char text[128];
    if (channel->hidden > 0) {
        snprintf(text, sizeof(text), _("... and %zu more like this, %zu bytes in all."),
                 channel->hidden, channel->hidden_bytes);
        put_row(block, narration_arrow(from), text, CONSOLE_DIM);
    }
    channel->run = channel->hidden = channel->hidden_bytes = 0;
}

/* A message of the talk: whether it is shown by itself. */
static bool in_talk(struct block *block, const struct narration_message *message)
{
    struct narration_channel *channel = block->channel;
    block->connection->talking = channel->spoke = true;
    if (!is_short(block))
        return true;
    if (channel->run_sent != message->sent)
        end_run(block);
    channel->run_sent = message->sent;
    if (++channel->run <= RUN_SHOWN)
        return true;
    channel->hidden++;
    channel->hidden_bytes += message->bytes;
    return false;
}

static bool is_shown(const struct block *block, const struct narration_message *message, bool again)
{
    if (!is_short(block))
        return true;
    if (message->message == WIRE_CLOSE)
        return false; /* the end of the channel is */
    return !again || message->message == WIRE_DATA || message->message == WIRE_PORT ||
           message->message == WIRE_REKEY_ASK || message->message == WIRE_ALERT;
}

/* What was said, in quotes, cut so that its sentence stays in one row; "" if it is not known. */
#define SAID_COLUMNS 12 /* at least, also on a narrow screen */

static void quote_said(char *out, size_t space, const struct block *block, const char *text,
                       struct explain_parties parties, const char *said)
{
    char rest[EXPLAIN_TEXT_BYTES];
    size_t used, at = 0, width = 0;
    parties.said = "\"\"";
    const size_t taken = printable_width(block->prefix) + strlen("  --> ") +
                         printable_width(explain_text_fill(rest, text, &parties));
    const size_t columns = block->rows.columns > taken + SAID_COLUMNS ? block->rows.columns - taken
                                                                      : SAID_COLUMNS;
    const bool cut = printable_width(said) > columns;
    for (; said[at]; at += used) {
        char character[UTF8_MAX_BYTES + 1] = "";
        utf8_decode(said + at, strlen(said + at), &used);
        memcpy(character, said + at, used);
        width += printable_width(character);
        if (cut && width + strlen("...") > columns)
            break;
    }
    snprintf(out, space, "\"%.*s%s\"", (int)at, said, cut ? "..." : "");
}

/* Its sentence; on a data connection, where a file is no talk, its port. The talk is in colour. */
static void put_message(struct block *block, const struct narration_message *message,
                        const char *text, struct explain_parties *parties)
{
    const struct narration_channel *channel = block->channel;
    const bool talk = message->message == WIRE_DATA, beside = talk && is_beside_talk(block);
    char filled[EXPLAIN_TEXT_BYTES], port[16] = "", said[sizeof(message->words.said) + 2];
    if (beside)
        snprintf(port, sizeof(port), "[%u]", channel->port);
    if (message->words.said[0] && !beside) {
        quote_said(said, sizeof(said), block, text, *parties, message->words.said);
        parties->said = said;
    }
    text_wrap_put(&block->rows, narration_arrow(parties->actor),
                  TEXT_WRAP_PIECES({explain_text_fill(filled, text, parties),
                                    talk ? narration_colour(parties->actor) : CONSOLE_PLAIN},
                                   {port, CONSOLE_DIM}));
    parties->said = NULL;
    sym_wipe(said, sizeof(said));
    sym_wipe(filled, sizeof(filled));
}

void narrate_message(struct block *block, const struct narration_message *message)
{
    struct narration_channel *channel = block->channel;
    const struct explanation *explanation = explanation_of_message(message->message,
                                                                   channel->suite.kind);
    enum channel_role from = message->sent ? channel->role : !channel->role;
    struct explain_parties parties = parties_of(from);
    bool again = !first_time(block->connection, explanation);
    char text[EXPLAIN_TEXT_BYTES], port[32] = "";
    parties.bytes = message->bytes;
    parties.port = message->words.port;
    parties.text = translate(message->words.reason);
    if (message->message == WIRE_SERVER_RESUME)
        channel->settled = true;
    if ((message->message == WIRE_DATA && !in_talk(block, message)) ||
        !is_shown(block, message, again))
        return;
    if (message->message != WIRE_CLOSE)
        title(block, explanation->part, NULL);
    block->pause = true;
    if (again && is_short(block) && message->message != WIRE_DATA) {
        if (message->words.port > 0)
            snprintf(port, sizeof(port), _(": port %u"), message->words.port);
        snprintf(text, sizeof(text), "%s%s.", translate(explanation->title), port);
        put_row(block, narration_arrow(from), text, CONSOLE_PLAIN);
        return;
    }
    put_message(block, message, explanation->sentence, &parties);
    if (!again && !is_short(block))
        why(block, explanation, &parties);
}

/* --- what the program does by itself ---------------------------------------------------------- */

void narrate_verdict(struct block *block, const struct trace_event *event)
{
    enum channel_role own = block->channel->role;
    bool refused = event->verdict.verdict != CHANNEL_OK;
    const struct explanation *explanation = explanation_of_verdict(event->verdict.verdict, own);
    struct explain_parties parties = parties_of(own);
    title(block, explanation->part, NULL);
    sentence(block, refused ? refusal_mark : own_mark(block), explanation->sentence, &parties);
    if (refused || !is_short(block))
        why(block, explanation, &parties);
    if (refused || !is_short(block))
        put_row(block, why_mark, event->verdict.fingerprint, CONSOLE_PLAIN);
    block->pause = true;
}

/* The few steps that are always shown: how a key comes about, once, and what is wrong. */
static bool is_main_step(struct block *block, enum channel_step step)
{
    const bool one = step == STEP_X25519_SECRET && block->channel->suite.kind != CHANNEL_MODERN;
    const bool secret = one || step == STEP_HYBRID_SECRET || step == STEP_DH_CLIENT_SECRET ||
                        step == STEP_DH_SERVER_SECRET;
    const bool key = step == STEP_SESSION_KEY_WRAPPED || step == STEP_SESSION_KEY_OPENED ||
                     step == STEP_PRK || step == STEP_PRK_REKEY || step == STEP_DH_SESSION_KEY;
    const bool first = (secret || key) && !block->connection->agreed;
    block->connection->agreed = block->connection->agreed || key;
    const bool finding = step == STEP_DH_FINDING && !block->connection->agreed;
    return first || finding || step_row(step)->refuses;
}

/* It comes from our own code, in words: text_wrap makes it printable all the same. */
static void put_finding(struct block *block, struct text_wrap_piece mark,
                        const struct trace_bytes *finding)
{
    char text[EXPLAIN_TEXT_BYTES];
    char finding_text[EXPLAIN_TEXT_BYTES];
    snprintf(finding_text, sizeof(finding_text), "%.*s", (int)finding->bytes,
             (const char *)finding->data);
    snprintf(text, sizeof(text), "%s.", translate(finding_text));
    put_row(block, mark, text, CONSOLE_PLAIN);
}

void narrate_step(struct block *block, const struct trace_event *event)
{
    struct narration_channel *channel = block->channel;
    const enum channel_step step = event->step.step;
    const struct step_row *row = step_row(step);
    const struct explanation *explanation = explanation_of_step(step, channel->suite.kind);
    struct explain_parties parties = parties_of(channel->role);
    const bool is_bad = row->refuses || step == STEP_DH_FINDING;
    const bool math = block->narration->options.explain == EXPLAIN_MATH;
    const bool is_main = is_main_step(block, step);
    char text[EXPLAIN_TEXT_BYTES];
    if (step == STEP_CLIENT_MAC_VERIFIED || step == STEP_SERVER_MAC_VERIFIED)
        channel->settled = true;
    if (explain_place(step) == NO_ENTRY || (!is_main && !math))
        return;
    if (!explanation->title) { /* a key of the schedule and what it is for, or just a name */
        snprintf(text, sizeof(text), explanation->why[0] ? _("%s: it %s") : "%s",
                 translate(row->name), translate(explanation->why));
        put_row(block, own_mark(block), text, CONSOLE_PLAIN);
    } else {
        /* A stranger at the new port is not the end; messages are sealed before the talk, too. */
        if (row->refuses ? !channel->resumed || channel->settled
                         : is_main || explanation->part != EXPLAIN_TALK)
            title(block, explanation->part, NULL);
        const bool first = first_time(block->connection, explanation);
        if (first || step != STEP_DH_FINDING)
            sentence(block, is_bad ? refusal_mark : own_mark(block), explanation->sentence,
                     &parties);
        if (step == STEP_DH_FINDING)
            put_finding(block, first ? why_mark : refusal_mark,
                        &event->step.values[DH_FINDING_TEXT]);
        if (row->refuses || (first && (is_bad || !is_short(block))))
            why(block, explanation, &parties);
    }
    if (math)
        detail_step(block, event);
}

/* --- the end ---------------------------------------------------------------------------------- */

/* Whether a good end is news: a channel that has only named the next port, and a data connection,
 * end without much ado. */
static bool is_quiet_end(const struct block *block)
{
    const struct narration_channel *channel = block->channel;
    return (channel->moved && !channel->spoke) || is_beside_talk(block);
}

void narrate_close(struct block *block, const struct trace_event *event)
{
    struct narration_channel *channel = block->channel;
    const struct explanation *explanation = explanation_of_end(
        event->close.error, channel->role, event->close.is_peers, channel->suite.kind);
    struct explain_parties parties = parties_of(channel->role);
    bool refused = event->close.error != CHANNEL_OK;
    char text[EXPLAIN_TEXT_BYTES];
    end_run(block);
    if (!refused && is_quiet_end(block))
        return;
    parties.text = translate(event->close.reason[0]   ? event->close.reason
                             : event->close.detail[0] ? event->close.detail
                                                      : channel_strerror(event->close.error));
    if ((channel->resumed && !channel->settled) ||
        !title(block, EXPLAIN_END, explain_text_fill(text, explanation->sentence, &parties)))
        sentence(block, refused ? refusal_mark : own_mark(block), explanation->sentence, &parties);
    why(block, explanation, &parties);
}
