/*
 * A message byte by byte: rows with their offsets, each field in its colour and a link to its row in
 * the table beside it, which says what it is and why.
 */
#include "page_internal.h"

#include "field_reasons.h"
#include "sym_aead.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

/* A message stands byte by byte in rows, each with its offset in front: a mark that the style draws, so
 * that who copies the bytes copies the bytes alone. */
#define ROW 16

static void put_mark(FILE *out, size_t offset)
{
    fprintf(out, " <i data-at=%04zx></i>", offset);
}

/* Bytes of a message from one place to another; the mark of the first has been put. */
static void put_stretch(FILE *out, const uint8_t *data, size_t from, size_t to)
{
    for (size_t at = from; at < to; at++) {
        if (at > from && at % ROW == 0)
            put_mark(out, at);
        else if (at > from)
            putc(' ', out);
        html_hex(out, data + at, 1, 0);
    }
}

static void put_bytes(FILE *out, const uint8_t *data, size_t from, size_t to)
{
    if (to - from <= PAGE_RUN_MAX) {
        put_stretch(out, data, from, to);
        return;
    }
    put_stretch(out, data, from, from + PAGE_RUN_HEAD);
    page_cut(out, to - from - PAGE_RUN_HEAD - PAGE_RUN_TAIL);
    put_mark(out, to - PAGE_RUN_TAIL);
    put_stretch(out, data, to - PAGE_RUN_TAIL, to);
}

/* The tag at the end of a sealed record has a row of its own, and as every MAC its own colour. */
static const struct wire_field tag_field = {N_("tag"), WIRE_FIXED, SYM_AEAD_TAG_BYTES,
                                            SYM_AEAD_TAG_BYTES,
                                            N_("Poly1305 over the header and the ciphertext")};

static size_t split_tag(struct timeline_part *parts, size_t count)
{
    struct timeline_part *sealed = &parts[count - 1];
    if (count == 0 || sealed->message != WIRE_MODERN_RECORD || !sealed->field ||
        sealed->bytes < SYM_AEAD_TAG_BYTES)
        return count;
    sealed->bytes = sealed->value.bytes -= SYM_AEAD_TAG_BYTES;
    parts[count] = *sealed;
    parts[count].field = &tag_field;
    parts[count].at = sealed->at + sealed->bytes;
    parts[count].value = (struct wire_value){.data = sealed->value.data + sealed->bytes,
                                             .bytes = SYM_AEAD_TAG_BYTES};
    parts[count].bytes = SYM_AEAD_TAG_BYTES;
    snprintf(parts[count].name, sizeof(parts[count].name), "%s", tag_field.name);
    return count + 1;
}

/* The number of a part's field in its message; of none, one that no field has. */
static size_t field_of(const struct timeline_part *part)
{
    return part->field && part->field != &tag_field
               ? (size_t)(part->field - wire_layout(part->message)->fields)
               : WIRE_MAX_FIELDS;
}

static bool is_tag(const struct timeline_part *part)
{
    return part->field == &tag_field ||
           (part->message == WIRE_CLIENT_RESUME && field_of(part) == CLIENT_RESUME_MAC) ||
           (part->message == WIRE_SERVER_RESUME && field_of(part) == SERVER_RESUME_MAC);
}

static void put_colour(FILE *out, const struct timeline_part *part, size_t index)
{
    if (is_tag(part))
        fputs("kt", out);
    else
        fprintf(out, "k%zu", index % PAGE_COLOURS);
}

static void put_runs(FILE *out, const char *anchor, const struct timeline_part *parts, size_t count,
                     const uint8_t *data)
{
    fputs("<p class=\"hex rows\">", out);
    for (size_t i = 0; i < count; i++) {
        const struct timeline_part *part = &parts[i];
        const size_t value = part->at + part->length_bytes;
        if (part->at % ROW == 0)
            put_mark(out, part->at);
        else
            putc(' ', out);
        fputs("<a class=\"run ", out);
        put_colour(out, part, i);
        html_put(out, "\" href=\"#%s\" title=\"%s\">", page_anchor(anchor, part->name).text,
                 part->name);
        if (part->length_bytes > 0) {
            fputs("<span class=\"len\">", out);
            put_bytes(out, data, part->at, value);
            fputs("</span>", out);
            if (part->bytes > 0 && value % ROW == 0)
                put_mark(out, value);
            else if (part->bytes > 0)
                putc(' ', out);
        }
        put_bytes(out, data, value, value + part->bytes);
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
        html_put(out, "%s%s", i > 0 ? ", " : "", text[0] ? text : _("a suite we do not know"));
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
    const size_t index = field_of(part);
    const bool is_hello = message == WIRE_CLIENT_HELLO || message == WIRE_SERVER_HELLO;
    const bool is_words = (message == WIRE_ALERT && index == ALERT_REASON) ||
                          (message == WIRE_CLOSE && index == CLOSE_REASON) ||
                          (message == WIRE_DATA && index == DATA_BYTES);
    uint64_t small = 0;
    if (part->share < WIRE_MESSAGES) {
        html_put(out, "%s: %s", translate(wire_layout(part->share)->name),
                 _(wire_layout(part->share)->meaning));
        return;
    }
    if ((message == WIRE_ALERT && index == ALERT_CODE) ||
        (message == WIRE_CLOSE && index == CLOSE_CODE)) {
        html_put(out, "%u: %s", value->number,
                 value->number == 0
                     ? _("a good end")
                     : _(channel_strerror(channel_alert_error((uint8_t)value->number))));
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
            html_put(out, "empty");
        else if (value->bytes <= 7)
            html_put(out, "%zu", (size_t)small);
        else
            html_put(out, "a number of %u bits", bits_of(value));
        break;
    default:
        if (value->bytes == 0)
            html_put(out, "empty");
        else if (is_hello && index == HELLO_SUITES)
            put_suites(out, value);
        else if (is_words && timeline_is_text(value)) {
            html_quote(out, (const char *)value->data,
                       timeline_text_bytes(value) < PAGE_RUN_MAX ? timeline_text_bytes(value)
                                                                 : PAGE_RUN_MAX);
        } else
            html_put(out, "%zu bytes", value->bytes);
    }
}

/* What a field is, and why it is there. */
static void put_reason(FILE *out, const char *meaning, const char *reason)
{
    html_put(out, "<td>%s", _(meaning));
    if (reason[0])
        html_put(out, "<span class=\"reason\">%s</span>", _(reason));
    fputs("</td>", out);
}

struct page_anchor page_type_anchor(enum wire_type type)
{
    return page_anchor("type", wire_type_name(type));
}

static void put_type(FILE *out, enum wire_type type)
{
    html_put(out, "<td><a href=\"#%s\">%s</a></td>", page_type_anchor(type).text,
             wire_type_name(type));
}

static void put_header_row(FILE *out, const struct timeline_part *part, const uint8_t *data)
{
    uint8_t type = 0;
    size_t length = 0;
    if (part->bytes == WIRE_HEADER_BYTES)
        wire_get_header(&type, &length, data);
    fputs("<td>u8, u24</td><td>", out);
    html_put(out, _("type %u, %zu bytes follow"), (unsigned)type, length);
    fputs("</td>", out);
    put_reason(out, N_("what kind of frame this is, and how long"), field_reason_header());
}

static void put_row(FILE *out, const struct timeline_part *part, const uint8_t *data, bool header)
{
    if (part->field) {
        put_type(out, part->field->type);
        fputs("<td>", out);
        put_meaning(out, part);
        fputs("</td>", out);
        put_reason(out, part->field->meaning,
                   part->field == &tag_field ? field_reason_tag()
                                             : field_reason(part->message, field_of(part)));
    } else if (header) {
        put_header_row(out, part, data);
    } else {
        fputs("<td></td><td>", out);
        html_put(out, _("%zu bytes"), part->bytes);
        fputs("</td>", out);
        put_reason(out,
                   N_("the table of the wire has no place for these, so the message is "
                      "refused"),
                   "");
    }
}

static void put_rows(FILE *out, const char *anchor, const struct timeline_part *parts, size_t count,
                     const uint8_t *data, bool header)
{
    html_put(out,
             "<table class=\"fields\"><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s"
             "</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead><tbody>\n",
             _("field"), _("type"), _("value"), _("meaning, and why"));
    for (size_t i = 0; i < count; i++) {
        struct page_anchor at = page_anchor(anchor, parts[i].name);
        html_put(out, "<tr id=\"%s\" class=\"", at.text);
        put_colour(out, &parts[i], i);
        html_put(out, "\"><th scope=\"row\"><a href=\"#%s\">%s</a></th>", at.text, parts[i].name);
        put_row(out, &parts[i], data, header && i == 0);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table>\n", out);
}

void page_message(struct page *page, const char *anchor, struct channel_suite suite,
                  enum wire_message message, const struct trace_bytes *value, size_t header)
{
    struct timeline_part parts[TIMELINE_PARTS_MAX];
    size_t count;
    if (!value->data) {
        page_unseen(page->out, value->bytes);
        return;
    }
    count = split_tag(parts, timeline_parts(parts, suite, message, value, header));
    html_put(page->out, "<div class=\"message\" data-bytes=\"%zu\">\n", value->bytes);
    put_runs(page->out, anchor, parts, count, value->data);
    put_rows(page->out, anchor, parts, count, value->data, header > 0);
    fputs("</div>\n", page->out);
    for (size_t i = 0; i < count; i++)
        if (parts[i].field && parts[i].value.data && parts[i].share == WIRE_MESSAGES) {
            struct page_anchor at = page_anchor(anchor, parts[i].name);
            page_remember(page, parts[i].value.data, parts[i].value.bytes, &at, parts[i].name);
        }
}
