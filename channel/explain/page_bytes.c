/*
 * Values in colour, each a link to where it came first.
 */
#include "page_internal.h"

#include "recording_names.h"
#include "translate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

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

void page_cut(FILE *out, size_t bytes)
{
    fputs(" <span class=\"cut\">", out);
    html_put(out, _("... %zu more bytes stand in the recording ..."), bytes);
    fputs("</span> ", out);
}

/* The numbers and hashes of a step stand in groups. */
#define GROUPS 8

static void put_groups(FILE *out, const uint8_t *data, size_t bytes)
{
    if (bytes <= PAGE_RUN_MAX) {
        html_hex(out, data, bytes, GROUPS);
        return;
    }
    html_hex(out, data, PAGE_RUN_HEAD, GROUPS);
    page_cut(out, bytes - PAGE_RUN_HEAD - PAGE_RUN_TAIL);
    html_hex(out, data + bytes - PAGE_RUN_TAIL, PAGE_RUN_TAIL, GROUPS);
}

void page_remember(struct page *page, const uint8_t *data, size_t bytes,
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

void page_unseen(FILE *out, size_t bytes)
{
    fputs("<span class=\"unseen\">", out);
    html_put(out, translate_count("%zu secret byte", "%zu secret bytes", bytes), bytes);
    fputs("</span>\n", out);
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
        html_put(out, "%s<span class=\"box k%zu\"><i>%s</i> ", i > 0 ? " " : "", i % PAGE_COLOURS,
                 boxes[i].label);
        put_groups(out, value->data + at, boxes[i].bytes);
        fputs("</span>", out);
    }
    if (at < value->bytes)
        put_groups(out, value->data + at, value->bytes - at);
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
             _(recording_word(WORDS_SECRECY, (int)about->secrecy)));
    if (!value->data && value->bytes > 0) {
        page_unseen(page->out, value->bytes);
    } else if (seen) {
        fputs("<span class=\"hex\">", page->out);
        html_hex(page->out, value->data, 4, GROUPS);
        html_put(page->out, "...</span> <a href=\"#%s\">the same as %s</a>", seen->at.text,
                 translate(seen->name));
    } else {
        html_put(page->out,
                 translate_count("<span class=\"count\">%zu byte</span> ",
                                 "<span class=\"count\">%zu bytes</span> ", value->bytes),
                 value->bytes);
        if (about->is_text) {
            html_quote(page->out, (const char *)value->data, value->bytes);
            putc(' ', page->out);
        }
        if (value->bytes >= SEEN_LEAST)
            html_put(page->out, "<span id=\"%s\">", at->text);
        put_boxes(page->out, value, boxes);
        if (value->bytes >= SEEN_LEAST)
            fputs("</span>", page->out);
        page_remember(page, value->data, value->bytes, at, about->name);
    }
    fputs("</div>\n", page->out);
}

void page_value(struct page *page, const char *anchor, const struct step_value *about,
                const struct trace_bytes *value)
{
    static const struct rsa_box none[RSA_MAX_BOXES];
    struct page_anchor at = page_anchor(anchor, about->name);
    html_put(page->out, "<div class=\"value is-%s\"><span class=\"name\">%s</span> ",
             recording_word(WORDS_SECRECY, (int)about->secrecy), translate(about->name));
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
