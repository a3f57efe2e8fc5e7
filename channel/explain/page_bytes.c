/*
 * Bytes in colour: frames, inner messages and values, each part a link to its row and back.
 */
#include "page_internal.h"

#include "recording_names.h"
#include "sym_cipher.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define COLOURS 7
/* A stretch longer than this is shown by its ends: a file that was sent is not a page. */
#define RUN_MAX  1536
#define RUN_HEAD 512
#define RUN_TAIL 64
/* Shorter ones are repeated rather than linked: a link would be longer. */
#define SEEN_LEAST 12

struct page_anchor page_anchor(const char *base, const char *name)
{
    struct page_anchor anchor;
    size_t length = (size_t)snprintf(anchor.text, sizeof(anchor.text), "%s", base);
    if (length + 1 < sizeof(anchor.text))
        anchor.text[length++] = '-';
    for (; *name && length + 6 < sizeof(anchor.text); name++)
        if (isalnum((unsigned char)*name) && (unsigned char)*name < 0x80)
            anchor.text[length++] = *name;
        else if (*name == '\'')
            length += (size_t)snprintf(anchor.text + length, 6, "prime");
        else if (length > 0 && anchor.text[length - 1] != '-')
            anchor.text[length++] = '-';
    anchor.text[length] = 0;
    return anchor;
}

/* A frame is shown byte by byte; the numbers and hashes of a step in groups. */
#define SINGLY 1
#define GROUPS 8

static void put_bytes(FILE *out, const uint8_t *data, size_t bytes, unsigned group)
{
    if (bytes <= RUN_MAX) {
        html_hex(out, data, bytes, group);
        return;
    }
    html_hex(out, data, RUN_HEAD, group);
    html_put(out, " <span class=\"cut\">... %zu more bytes stand in the recording ...</span> ",
             bytes - RUN_HEAD - RUN_TAIL);
    html_hex(out, data + bytes - RUN_TAIL, RUN_TAIL, group);
}

/* --- a message -------------------------------------------------------------------------------- */

static void put_runs(FILE *out, const char *anchor, const struct timeline_part *parts, size_t count,
                     const uint8_t *data)
{
    fputs("<p class=\"hex\">", out);
    for (size_t i = 0; i < count; i++) {
        const struct timeline_part *part = &parts[i];
        html_put(out, "%s<a class=\"run k%zu\" href=\"#%s\" title=\"%s\">", i > 0 ? " " : "",
                 i % COLOURS, page_anchor(anchor, part->name).text, part->name);
        if (part->length_bytes > 0) {
            fputs("<span class=\"len\">", out);
            html_hex(out, data + part->at, part->length_bytes, SINGLY);
            fputs(part->bytes > 0 ? "</span> " : "</span>", out);
        }
        put_bytes(out, data + part->at + part->length_bytes, part->bytes, SINGLY);
        fputs("</a>", out);
    }
    fputs("</p>\n", out);
}

static void put_suites(FILE *out, const struct wire_value *value)
{
    for (size_t i = 0; i + 1 < value->bytes; i += 2) {
        unsigned number = (unsigned)value->data[i] << 8 | value->data[i + 1];
        char text[CHANNEL_SUITE_TEXT_BYTES] = "";
        struct channel_suite suite;
        for (size_t row = 0; channel_suite_at(&suite, row); row++)
            if (channel_suite_number(suite) == number)
                channel_suite_text(text, suite);
        html_put(out, "%s%s", i > 0 ? ", " : "", text[0] ? text : "a suite we do not know");
    }
}

static unsigned bits_of(const struct wire_value *number)
{
    unsigned bits = (unsigned)number->bytes * 8;
    for (uint8_t top = number->bytes > 0 ? number->data[0] : 0; bits > 0 && !(top & 0x80);
         top = (uint8_t)(top << 1))
        bits--;
    return bits;
}

/* What a value says to people; nothing where the bytes say it. */
static void put_meaning(FILE *out, const struct timeline_part *part)
{
    const enum wire_message message = part->message;
    const struct wire_value *value = &part->value;
    const size_t index = (size_t)(part->field - wire_layout(message)->fields);
    const bool is_hello = message == WIRE_CLIENT_HELLO || message == WIRE_SERVER_HELLO;
    const bool is_words = (message == WIRE_ALERT && index == ALERT_REASON) ||
                          (message == WIRE_CLOSE && index == CLOSE_REASON) ||
                          (message == WIRE_DATA && index == DATA_BYTES);
    uint64_t small = 0;
    if (part->share < WIRE_MESSAGES) {
        html_put(out, "%s: %s", wire_layout(part->share)->name, wire_layout(part->share)->meaning);
        return;
    }
    if ((message == WIRE_ALERT && index == ALERT_CODE) ||
        (message == WIRE_CLOSE && index == CLOSE_CODE)) {
        html_put(out, "%u: %s", value->number,
                 value->number == 0
                     ? "a good end"
                     : channel_strerror(channel_alert_error((uint8_t)value->number)));
        return;
    }
    switch (part->field->type) {
    case WIRE_U8:
    case WIRE_U16:
        html_put(out, "%u", (unsigned)value->number);
        break;
    case WIRE_MPINT:
        for (size_t i = 0; i < value->bytes && value->bytes <= 7; i++)
            small = small << 8 | value->data[i];
        if (value->bytes == 0)
            fputs("empty", out);
        else if (value->bytes <= 7)
            html_put(out, "%zu", (size_t)small);
        else
            html_put(out, "a number of %u bits", bits_of(value));
        break;
    default:
        if (value->bytes == 0)
            fputs("empty", out);
        else if (is_hello && index == HELLO_SUITES)
            put_suites(out, value);
        else if (is_words && timeline_is_text(value)) {
            fputs("<q>", out);
            html_text(out, (const char *)value->data,
                      timeline_text_bytes(value) < RUN_MAX ? timeline_text_bytes(value) : RUN_MAX);
            fputs("</q>", out);
        } else
            html_put(out, "%zu bytes", value->bytes);
    }
}

static void put_header_row(FILE *out, const struct timeline_part *part, const uint8_t *data)
{
    uint8_t type = 0;
    size_t length = 0;
    if (part->bytes == WIRE_HEADER_BYTES)
        wire_get_header(&type, &length, data);
    html_put(
        out,
        "<td>u8, u24</td><td>type %u, %zu bytes follow</td><td>what kind of frame this is, and "
        "how long</td>",
        (unsigned)type, length);
}

static void put_rows(FILE *out, const char *anchor, const struct timeline_part *parts, size_t count,
                     const uint8_t *data, bool header)
{
    fputs("<table class=\"fields\"><thead><tr><th scope=\"col\">field</th><th scope=\"col\">type"
          "</th><th scope=\"col\">value</th><th scope=\"col\">meaning</th></tr></thead><tbody>\n",
          out);
    for (size_t i = 0; i < count; i++) {
        struct page_anchor at = page_anchor(anchor, parts[i].name);
        html_put(out, "<tr id=\"%s\" class=\"k%zu\"><th scope=\"row\"><a href=\"#%s\">%s</a></th>",
                 at.text, i % COLOURS, at.text, parts[i].name);
        if (parts[i].field) {
            html_put(out, "<td>%s</td><td>", wire_type_name(parts[i].field->type));
            put_meaning(out, &parts[i]);
            html_put(out, "</td><td>%s</td>", parts[i].field->meaning);
        } else if (header && i == 0) {
            put_header_row(out, &parts[i], data);
        } else {
            html_put(out,
                     "<td></td><td>%zu bytes</td><td>the table of the wire has no place for "
                     "these, so the message is refused</td>",
                     parts[i].bytes);
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table>\n", out);
}

static void remember(struct page *page, const uint8_t *data, size_t bytes,
                     const struct page_anchor *at, const char *name)
{
    struct page_seen *room = page->seen;
    if (bytes < SEEN_LEAST)
        return;
    if ((page->seen_count & (page->seen_count - 1)) == 0)
        room = realloc(page->seen, (page->seen_count ? 2 * page->seen_count : 1) * sizeof(*room));
    if (!room) {
        page->no_memory = true;
        return;
    }
    page->seen = room;
    room[page->seen_count] = (struct page_seen){.data = data, .bytes = bytes, .at = *at};
    snprintf(room[page->seen_count++].name, TIMELINE_NAME_BYTES, "%s", name);
}

static void unseen(FILE *out, size_t bytes)
{
    html_put(out,
             "<p class=\"unseen\">%zu bytes, not recorded: they are secret, and the recording was "
             "made without <code>--record-secrets</code>.</p>\n",
             bytes);
}

void page_message(struct page *page, const char *anchor, struct channel_suite suite,
                  enum wire_message message, const struct trace_bytes *value, size_t header)
{
    struct timeline_part parts[TIMELINE_PARTS_MAX];
    size_t count;
    if (!value->data) {
        unseen(page->out, value->bytes);
        return;
    }
    count = timeline_parts(parts, suite, message, value, header);
    html_put(page->out, "<div class=\"message\" data-bytes=\"%zu\">\n", value->bytes);
    put_runs(page->out, anchor, parts, count, value->data);
    put_rows(page->out, anchor, parts, count, value->data, header > 0);
    fputs("</div>\n", page->out);
    for (size_t i = 0; i < count; i++)
        if (parts[i].field && parts[i].value.data && parts[i].share == WIRE_MESSAGES) {
            struct page_anchor at = page_anchor(anchor, parts[i].name);
            remember(page, parts[i].value.data, parts[i].value.bytes, &at, parts[i].name);
        }
}

/* --- a value ---------------------------------------------------------------------------------- */

static const struct page_seen *find_seen(const struct page *page, const struct trace_bytes *value)
{
    for (size_t i = 0; i < page->seen_count; i++)
        if (page->seen[i].bytes == value->bytes &&
            memcmp(page->seen[i].data, value->data, value->bytes) == 0)
            return &page->seen[i];
    return NULL;
}

static void put_boxes(FILE *out, const struct trace_bytes *value, const struct rsa_box *boxes)
{
    size_t at = 0;
    fputs("<span class=\"hex\">", out);
    for (size_t i = 0; i < RSA_MAX_BOXES && boxes[i].label; at += boxes[i++].bytes) {
        html_put(out, "%s<span class=\"box k%zu\"><i>%s</i> ", i > 0 ? " " : "", i % COLOURS,
                 boxes[i].label);
        put_bytes(out, value->data + at, boxes[i].bytes, GROUPS);
        fputs("</span>", out);
    }
    if (at < value->bytes)
        put_bytes(out, value->data + at, value->bytes - at, GROUPS);
    fputs("</span>", out);
}

/* Behind the opening of its element, which ends here. */
static void put_value(struct page *page, const struct page_anchor *at,
                      const struct step_value *about, const struct trace_bytes *value,
                      const struct rsa_box *boxes)
{
    const struct page_seen *seen = value->data && value->bytes >= SEEN_LEAST
                                       ? find_seen(page, value)
                                       : NULL;
    html_put(page->out, "<span class=\"tag\">%s</span> ",
             recording_word(WORDS_SECRECY, (int)about->secrecy));
    if (!value->data && value->bytes > 0) {
        unseen(page->out, value->bytes);
    } else if (seen) {
        fputs("<span class=\"hex\">", page->out);
        html_hex(page->out, value->data, 4, GROUPS);
        html_put(page->out, "...</span> <a href=\"#%s\">the same as %s</a>", seen->at.text,
                 seen->name);
    } else {
        html_put(page->out, "<span class=\"count\">%zu byte%s</span> ", value->bytes,
                 value->bytes == 1 ? "" : "s");
        if (about->is_text) {
            fputs("<q>", page->out);
            html_text(page->out, (const char *)value->data, value->bytes);
            fputs("</q> ", page->out);
        }
        if (value->bytes >= SEEN_LEAST)
            html_put(page->out, "<span id=\"%s\">", at->text);
        put_boxes(page->out, value, boxes);
        if (value->bytes >= SEEN_LEAST)
            fputs("</span>", page->out);
        remember(page, value->data, value->bytes, at, about->name);
    }
    fputs("</div>\n", page->out);
}

void page_value(struct page *page, const char *anchor, const struct step_value *about,
                const struct trace_bytes *value)
{
    static const struct rsa_box none[RSA_MAX_BOXES];
    struct page_anchor at = page_anchor(anchor, about->name);
    html_put(page->out, "<div class=\"value is-%s\"><span class=\"name\">%s</span> ",
             recording_word(WORDS_SECRECY, (int)about->secrecy), about->name);
    put_value(page, &at, about, value, none);
}

void page_number(struct page *page, const char *anchor, const struct trace_arithmetic *arithmetic)
{
    const struct step_value about = {arithmetic->value.name, arithmetic->secrecy, false};
    const struct trace_bytes value = {arithmetic->value.bytes, arithmetic->value.count};
    struct page_anchor at;
    snprintf(at.text, sizeof(at.text), "%s", anchor);
    html_put(page->out, "<div class=\"value is-%s\">",
             recording_word(WORDS_SECRECY, (int)about.secrecy));
    put_value(page, &at, &about, &value, arithmetic->value.boxes);
}
