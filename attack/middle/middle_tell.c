/*
 * What is shown of a frame: who sends it, its kind, its size, and what can be read of it.
 */
#include "middle_internal.h"

#include "fingerprint.h"
#include "printable.h"
#include "translate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES  400
#define QUOTE_BYTES 48 /* of a text, that are shown */

void middle_say(struct middle *middle, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), translate(format), arguments);
    va_end(arguments);
    middle->config.say(middle->config.context, line);
}

void middle_tell(struct middle *middle, const char *word, const char *format, ...)
{
    char text[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), translate(format), arguments);
    va_end(arguments);
    word = translate(word);
    middle_say(middle, "     %s%*s %s", word, printable_pad(word, 8), "", text);
    middle_row_deed(middle, word, text);
}

const char *middle_role_name(enum channel_role role)
{
    return role == CHANNEL_CLIENT ? N_("client") : N_("server");
}

const char *middle_type_name(uint8_t type)
{
    static const char *const names[] = {
        "line",
        [WIRE_FRAME_HELLO] = "hello",
        [WIRE_FRAME_EXCHANGE] = "exchange",
        [WIRE_FRAME_RECORD] = "record",
        [WIRE_FRAME_RESUME] = "resume",
        [WIRE_FRAME_ALERT] = "alert",
    };
    return type < sizeof(names) / sizeof(names[0]) ? names[type] : "bytes";
}

const char *middle_quote(char out[MIDDLE_QUOTE_BYTES], const void *text, size_t bytes)
{
    size_t shown = bytes < QUOTE_BYTES ? bytes : QUOTE_BYTES, at;
    out[0] = '"';
    at = 1 + printable_text(out + 1, MIDDLE_QUOTE_BYTES - 8, text, shown);
    snprintf(out + at, MIDDLE_QUOTE_BYTES - at, "\"%s", shown < bytes ? " ..." : "");
    return out;
}

/* --- of each kind -------------------------------------------------------------------------------- */

static void tell_hello(struct middle *middle, const struct middle_frame *frame)
{
    char suite_text[CHANNEL_SUITE_TEXT_BYTES], fingerprint[FINGERPRINT_TEXT_BYTES];
    const uint8_t *bytes = buffer_front(&frame->bytes);
    struct rsa_key *key = middle_hello_key(frame->from, bytes, buffer_bytes(&frame->bytes));
    struct channel_suite suite;
    if (!key) {
        middle_tell(middle, "reads", "a hello that is not well formed");
        return;
    }
    if (frame->from == CHANNEL_CLIENT && middle_hello_suite(&suite, frame))
        middle_tell(middle, "suite", "%s", channel_suite_text(suite_text, suite));
    fingerprint_text(fingerprint, key);
    middle_tell(middle, "key", "%s", fingerprint);
    rsa_key_free(key);
}

static void tell_alert(struct middle *middle, const struct middle_frame *frame)
{
    struct wire_value values[ALERT_FIELDS];
    char said[160];
    const uint8_t *body = buffer_front(&frame->bytes) + WIRE_HEADER_BYTES;
    if (wire_decode(values, WIRE_ALERT, body, buffer_bytes(&frame->bytes) - WIRE_HEADER_BYTES))
        return;
    snprintf(said, sizeof(said), "alert %u: %s", values[ALERT_CODE].number,
             translate(channel_strerror(channel_alert_error((uint8_t)values[ALERT_CODE].number))));
    middle_tell(middle, "says", "%s", said);
    snprintf(middle->result.refusal, sizeof(middle->result.refusal), _("the %s says %s"),
             translate(middle_role_name(frame->from)), said);
}

static void tell_close(struct middle *middle, const struct middle_frame *frame)
{
    if (frame->error == CHANNEL_OK) {
        middle_tell(middle, "says", "goodbye");
        return;
    }
    snprintf(middle->result.refusal, sizeof(middle->result.refusal), _("the %s says: %s"),
             translate(middle_role_name(frame->from)), translate(channel_strerror(frame->error)));
    middle_tell(middle, "ends", "%s%s%s", translate(channel_strerror(frame->error)),
                frame->reason[0] ? ": " : "", frame->reason);
}

static void tell_content(struct middle *middle, const struct middle_frame *frame)
{
    char quote[MIDDLE_QUOTE_BYTES];
    switch (frame->content) {
    case CONTENT_DATA:
        middle_tell(middle, "reads", "%s",
                    middle_quote(quote, buffer_front(&frame->text), buffer_bytes(&frame->text)));
        break;
    case CONTENT_PORT:
        middle_tell(middle, "reads", "the talk goes on at port %u",
                    channel_ticket_port(frame->ticket));
        break;
    case CONTENT_CLOSE:
        tell_close(middle, frame);
        break;
    default:
        break;
    }
}

void middle_tell_frame(struct middle *middle, const struct middle_frame *frame)
{
    middle_say(middle, N_("%3u  %s -> %s  %-8s %6zu bytes%s"), frame->number,
               translate(middle_role_name(frame->from)),
               translate(middle_role_name(middle_other(frame->from))),
               middle_type_name(frame->type), buffer_bytes(&frame->bytes),
               frame->content == CONTENT_SEALED ? _("  sealed") : "");
    if (frame->type == WIRE_FRAME_HELLO)
        tell_hello(middle, frame);
    else if (frame->type == WIRE_FRAME_ALERT)
        tell_alert(middle, frame);
    else
        tell_content(middle, frame);
}
