/* What `chat replay` and `ftp replay` print: see replay_render.h. */
#include "replay_render.h"

#include "console.h"
#include "hexadecimal.h"
#include "printable.h"
#include "recording_names.h"
#include "translate.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *message_name(enum wire_message message)
{
    return translate(message < WIRE_MESSAGES ? wire_layout(message)->name : N_("no known message"));
}

/* --- the list of frames ----------------------------------------------------------------------- */

/* Behind a mark of `left` columns, and on rows beneath it where they do not fit. */
static void render_fields(const struct trace_event *frame, struct channel_suite suite,
                          size_t begins, size_t left)
{
    const size_t columns = console_columns(stdout);
    size_t used = left;
    for (size_t i = 0; i < frame->frame.bytes.bytes; i++) {
        char text[80];
        const struct replay_field place = replay_field(frame, suite, i);
        if (!place.field[0] || place.in_length || place.at != 0)
            continue;
        const int wide = snprintf(text, sizeof(text), "%s %zu", place.field, begins + i);
        const size_t more = (size_t)wide + (used > left ? 2 : 0);
        if (used > left && used + more + 1 > columns) { /* one for the comma behind */
            printf(",\n%*s%s", (int)left, "", text);
            used = left + (size_t)wide;
        } else {
            printf("%s%s", used > left ? ", " : "", text);
            used += more;
        }
    }
    putchar('\n');
}

void replay_render_frames(const struct recording *recording, unsigned channel)
{
    const struct channel_suite suite = replay_suite(recording, channel);
    char mark[200];
    size_t begins = 0;
    printf(_("channel %u received:\nframe  message          bytes\n"), channel);
    for (size_t i = 0; i < recording_count(recording); i++) {
        const struct trace_event *event = recording_event(recording, i);
        if (event->kind != TRACE_FRAME || event->channel != channel || event->frame.sent)
            continue;
        const char *name = message_name(event->frame.message);
        snprintf(mark, sizeof(mark), _("%5u  %s%*s  %zu to %zu: "), event->frame.number, name,
                 printable_pad(name, translate_is_on() ? 20 : 15), "", begins,
                 begins + event->frame.bytes.bytes - 1);
        fputs(mark, stdout);
        render_fields(event, suite, begins, printable_width(mark));
        begins += event->frame.bytes.bytes;
    }
}

/* --- in words --------------------------------------------------------------------------------- */

static void render_place(const struct replay_result *result)
{
    const struct replay_field *place = &result->place;
    printf(_("         frame %u, %s"), place->frame, message_name(place->message));
    if (place->field[0])
        printf(_(": %s%s, byte %zu of %zu"), place->in_length ? _("length of ") : "", place->field,
               place->at + 1, place->bytes);
    putchar('\n');
}

static void render_change(const struct replay_change *change, const struct replay_result *result)
{
    printf(_("changed: "));
    switch (change->kind) {
    case REPLAY_FLIP:
        printf(_("byte %zu of channel %u: %02x became %02x\n"), change->offset, result->channel,
               result->was, result->is);
        render_place(result);
        break;
    case REPLAY_SET:
        printf(translate_count("%zu byte of channel %u from byte %zu on\n",
                               "%zu bytes of channel %u from byte %zu on\n", change->count),
               change->count, result->channel, change->offset);
        render_place(result);
        break;
    case REPLAY_DROP:
        printf(_("frame %u, %s, never came\n"), change->frame, message_name(result->message));
        break;
    case REPLAY_SWAP:
        printf(_("frame %u, %s, and frame %u, %s, changed places\n"), change->frame,
               message_name(result->message), change->other, message_name(result->other_message));
        break;
    case REPLAY_REPEAT:
        printf(_("frame %u, %s, came twice\n"), change->frame, message_name(result->message));
        break;
    default:
        printf(_("nothing\n"));
    }
}

static void render_refusal(const struct replay_result *result)
{
    printf(_("refused: "));
    if (result->refused_frame)
        printf(_("at frame %u, %s: "), result->refused_frame,
               message_name(result->refused_message));
    else
        printf(_("at the end of the line: "));
    printf("%s%s\n", translate(channel_strerror(result->error)),
           result->is_peers ? _(" (says the peer)") : "");
    if (result->check)
        printf(_("check:   %s: %s; %s\n"), translate(result->check->name),
               translate(result->check->formula), result->check->section);
    else if (result->detail[0])
        printf(_("check:   %s\n"), translate(result->detail));
}

static void render_message(const struct trace_event *event)
{
    const struct trace_bytes *bytes = &event->inner.bytes;
    char *text = malloc(PRINTABLE_SPACE(bytes->bytes));
    if (text && event->inner.message == WIRE_DATA && bytes->bytes > 0) {
        printable_text(text, PRINTABLE_SPACE(bytes->bytes), (const char *)bytes->data + 1,
                       bytes->bytes - 1);
        printf("  \"%s\"\n", text);
    } else {
        printf("  (%s)\n", message_name(event->inner.message));
    }
    free(text);
}

/* All messages then, and all messages now. */
static void render_messages(const struct replay_result *result)
{
    const struct replay_message *messages = result->messages;
    bool same = true;
    for (size_t i = 0; i < result->message_count; i++)
        same = same && replay_is_same(&messages[i]);
    if (same) {
        printf(_("Every message that arrives is the one of then.\n"));
        return;
    }
    printf(_("arrived then:\n"));
    for (size_t i = 0; i < result->message_count; i++)
        if (messages[i].was)
            render_message(messages[i].was);
    printf(_("arrives now:\n"));
    for (size_t i = 0; i < result->message_count; i++)
        if (messages[i].is)
            render_message(messages[i].is);
}

void replay_render_text(const struct replay_change *change, const struct replay_result *result)
{
    render_change(change, result);
    if (change->kind == REPLAY_AS_IT_WAS && result->same_bytes &&
        result->error == result->recorded) {
        printf(_("same:    every engine said the same bytes again, and ended as it had\n"));
        return;
    }
    if (replay_is_refused(result)) {
        render_refusal(result);
    } else {
        printf(_("passed:  no check refuses it%s\n"),
               result->waits ? _("; the engine waits for what never comes") : "");
        render_messages(result);
    }
}

/* --- as JSON ---------------------------------------------------------------------------------- */

static json_t *hex(const struct trace_event *event)
{
    const size_t bytes = event ? event->inner.bytes.bytes : 0;
    char *text = event ? malloc(2 * bytes + 1) : NULL;
    json_t *value;
    if (!text)
        return json_null();
    hex_write(text, event->inner.bytes.data, bytes);
    value = json_stringn(text, 2 * bytes);
    free(text);
    return value;
}

static json_t *text_or_null(const char *text)
{
    return text && text[0] ? json_string(text) : json_null();
}

static json_t *change_object(const struct replay_change *change, const struct replay_result *result)
{
    static const char *const names[] = {
        [REPLAY_AS_IT_WAS] = "nothing", [REPLAY_FLIP] = "flip", [REPLAY_SET] = "set",
        [REPLAY_DROP] = "drop",         [REPLAY_SWAP] = "swap", [REPLAY_REPEAT] = "repeat",
    };
    const struct replay_field *place = &result->place;
    json_t *object = json_pack("{s:s}", "kind", names[change->kind]);
    if (change->kind == REPLAY_FLIP || change->kind == REPLAY_SET)
        json_object_update_new(
            object, json_pack("{s:I, s:i, s:i, s:I, s:s, s:o, s:b, s:I}", "offset",
                              (json_int_t)change->offset, "was", result->was, "is", result->is,
                              "frame", (json_int_t)place->frame, "message",
                              message_name(place->message), "field", text_or_null(place->field),
                              "in_length", place->in_length, "byte", (json_int_t)place->at));
    else if (change->kind != REPLAY_AS_IT_WAS)
        json_object_update_new(object, json_pack("{s:I, s:s}", "frame", (json_int_t)change->frame,
                                                 "message", message_name(result->message)));
    if (change->kind == REPLAY_SWAP)
        json_object_set_new(object, "other", json_integer(change->other));
    return object;
}

static json_t *check_object(const struct replay_result *result)
{
    const struct step_row *check = result->check;
    if (!replay_is_refused(result))
        return json_null();
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:I, s:b}", "error",
                     recording_word(WORDS_ERROR, (int)result->error), "step",
                     text_or_null(check ? check->name : NULL), "formula",
                     text_or_null(check ? check->formula : NULL), "section",
                     text_or_null(check ? check->section : NULL), "detail",
                     text_or_null(result->detail), "frame", (json_int_t)result->refused_frame,
                     "by_peer", result->is_peers);
}

static json_t *messages_array(const struct replay_result *result)
{
    json_t *array = json_array();
    for (size_t i = 0; i < result->message_count; i++) {
        const struct replay_message *message = &result->messages[i];
        if (!replay_is_same(message))
            json_array_append_new(array,
                                  json_pack("{s:I, s:o, s:o}", "number", (json_int_t)i + 1, "was",
                                            hex(message->was), "is", hex(message->is)));
    }
    return array;
}

bool replay_render_json(const struct replay_change *change, const struct replay_result *result)
{
    json_t *object = json_pack(
        "{s:I, s:s, s:s, s:o, s:b, s:o, s:b, s:b, s:o}", "channel", (json_int_t)result->channel,
        "role", recording_word(WORDS_ROLE, (int)result->role), "suite", result->suite, "change",
        change_object(change, result), "refused", replay_is_refused(result), "check",
        check_object(result), "waits", result->waits, "same_bytes", result->same_bytes,
        "changed_messages", messages_array(result));
    bool good = object && (json_dumpf(object, stdout, JSON_INDENT(2)) == 0 ||
                           ferror(stdout) != 0); /* what cannot be written, console_finish says */
    if (good)
        putchar('\n');
    json_decref(object);
    return good;
}
