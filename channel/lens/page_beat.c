/*
 * The beats of a scene: who says what to whom, and what each does by itself in between.
 */
#include "page_parts.h"

#include "engine.h"

#include <string.h>

static const char *const sides[] = {[CHANNEL_CLIENT] = "client", [CHANNEL_SERVER] = "server"};

void page_time(FILE *out, uint64_t microseconds)
{
    unsigned long long us = microseconds;
    if (us < 1000000)
        fprintf(out, "%llu.%llu&#160;ms", us / 1000, us % 1000 / 100);
    else
        fprintf(out, "%llu.%02llu&#160;s", us / 1000000, us % 1000000 / 10000);
}

struct page_anchor page_scene_anchor(const struct page *page, const struct drama_scene *scene)
{
    struct page_anchor anchor;
    snprintf(anchor.text, sizeof(anchor.text), "%sc%u", page->prefix, scene->channel);
    return anchor;
}

struct page_anchor page_beat_anchor(const struct page *page, const struct drama_scene *scene,
                                    const struct drama_beat *beat)
{
    struct page_anchor base = page_scene_anchor(page, scene);
    char name[32];
    unsigned number = 1;
    for (const struct drama_beat *at = scene->beats; at < beat; at++)
        number += at->kind == beat->kind;
    if (beat->kind == BEAT_FRAME)
        snprintf(name, sizeof(name), "f%u", beat->event->frame.number);
    else
        snprintf(name, sizeof(name), "%s%u",
                 beat->kind == BEAT_WORK      ? "w"
                 : beat->kind == BEAT_VERDICT ? "v"
                                              : "end",
                 number);
    return page_anchor(base.text, name);
}

/* --- the words for it ------------------------------------------------------------------------- */

const struct story *page_story(const struct drama_scene *scene, const struct drama_beat *beat)
{
    const struct lens_event *event = beat->event;
    switch (beat->kind) {
    case BEAT_FRAME:
        return story_of_message(drama_message(beat), scene->textbook);
    case BEAT_WORK:
        return event ? story_of_step(event->step.name, scene->textbook, scene->resumed)
                     : &story_of_failure;
    case BEAT_VERDICT:
        return story_of_verdict(event->verdict.verdict, beat->actor);
    default:
        return story_of_end(event->close.error, beat->actor, event->close.is_peers,
                            scene->textbook);
    }
}

/* The reason of an alert or a close, made a string; "" if there is none. */
static const char *reason_of(char text[WIRE_REASON_MAX + 1], const struct drama_beat *beat)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    enum wire_message message = drama_message(beat);
    const struct lens_value *value = beat->inner ? &beat->inner->inner.bytes
                                                 : &beat->event->frame.frame;
    size_t header = beat->inner ? 0 : WIRE_HEADER_BYTES;
    const struct wire_value *reason = &values[message == WIRE_ALERT ? ALERT_REASON : CLOSE_REASON];
    text[0] = 0;
    if ((message == WIRE_ALERT || message == WIRE_CLOSE) && value->data && value->bytes >= header &&
        drama_fields(values, message, value->data + header, value->bytes - header) ==
            wire_layout(message)->count)
        snprintf(text, WIRE_REASON_MAX + 1, "%.*s", (int)reason->bytes, (const char *)reason->data);
    return text;
}

static unsigned port_of(const struct drama_beat *beat)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    const struct lens_value *inner = beat->inner ? &beat->inner->inner.bytes : NULL;
    return inner && inner->data && drama_message(beat) == WIRE_PORT &&
                   drama_fields(values, WIRE_PORT, inner->data, inner->bytes) == PORT_FIELDS
               ? values[PORT_NUMBER].number
               : 0;
}

/* beat: NULL for what the recording side does by itself. */
struct story_cast page_cast(const struct drama_scene *scene, const struct drama_beat *beat)
{
    struct story_cast cast = {
        .client = "the client", .server = "the server", .actor = beat ? beat->actor : scene->role};
    if (beat && beat->kind == BEAT_FRAME) {
        cast.bytes = beat->event->frame.frame.bytes;
        cast.port = port_of(beat);
    } else if (beat && beat->kind == BEAT_END) {
        const struct lens_event *event = beat->event;
        cast.text = event->close.reason && event->close.reason[0]
                        ? event->close.reason
                        : channel_strerror(event->close.error);
    }
    return cast;
}

/* Where one end could not read a record, or kept it to itself, the other's recording tells. */
static const struct drama_beat *inside_of(const struct page_side *side,
                                          const struct page_side *other)
{
    const struct lens_event *own = side->beat->inner;
    return (!own || !own->inner.bytes.data) && other && other->beat->inner ? other->beat
                                                                           : side->beat;
}

/* The first line of what a data message says, if it is recorded and is text. */
#define SAID_MAX 120

static void put_said(struct page *page, const struct drama_beat *beat)
{
    const struct lens_value *inner = beat->inner ? &beat->inner->inner.bytes : NULL;
    struct wire_value values[WIRE_MAX_FIELDS];
    struct wire_value *data = &values[DATA_BYTES];
    const uint8_t *line_end;
    size_t bytes, shown;
    if (!inner || !inner->data || drama_message(beat) != WIRE_DATA ||
        drama_fields(values, WIRE_DATA, inner->data, inner->bytes) != DATA_FIELDS ||
        !page_is_text(data))
        return;
    bytes = page_text_bytes(data);
    line_end = memchr(data->data, '\n', bytes);
    shown = line_end ? (size_t)(line_end - data->data) : bytes;
    if (shown > SAID_MAX)
        shown = SAID_MAX;
    fputs(" <q>", page->out);
    html_text(page->out, (const char *)data->data, shown);
    fputs(shown == bytes ? "</q>" : " ...</q>", page->out);
}

static void put_says(struct page *page, const struct page_side *side, const struct page_side *other)
{
    const struct story *story = page_story(side->scene, side->beat);
    struct story_cast cast = page_cast(side->scene, side->beat);
    char text[STORY_BYTES], reason[WIRE_REASON_MAX + 1];
    const char *name = side->beat->event && side->beat->kind == BEAT_WORK
                           ? side->beat->event->step.name
                           : "a step";
    if (side->beat->kind == BEAT_FRAME) {
        cast.text = reason_of(reason, inside_of(side, other));
        cast.port = port_of(inside_of(side, other));
    }
    if (story)
        name = story->title;
    html_put(page->out, "<span class=\"says\"><b>%s%s</b> %s", name,
             name[0] && name[strlen(name) - 1] == '?' ? "" : ".",
             story ? story_tell(text, story->told, &cast) : "");
    if (side->beat->kind == BEAT_FRAME)
        put_said(page, inside_of(side, other));
    fputs("</span>\n", page->out);
}

/* --- a beat ----------------------------------------------------------------------------------- */

static void put_frame_meta(struct page *page, const struct page_side *side)
{
    const struct lens_event *event = side->beat->event;
    enum wire_message message = event->frame.message;
    const struct wire_layout *layout = message < WIRE_MESSAGES ? wire_layout(message) : NULL;
    const char *inner = side->beat->inner && side->beat->inner->inner.message < WIRE_MESSAGES
                            ? wire_layout(side->beat->inner->inner.message)->name
                            : NULL;
    fputs("<span class=\"meta\">", page->out);
    if (layout && layout->label[0])
        html_put(page->out, "<b>%s</b> ", layout->label);
    html_put(page->out, "%s%s%s &#183; %zu bytes &#183; ", layout ? layout->name : "unknown frame",
             inner ? ": " : "", inner ? inner : "", event->frame.frame.bytes);
    page_time(page->out, event->microseconds);
    fputs("</span>\n", page->out);
}

static void put_meta(struct page *page, const struct page_side *side)
{
    const struct drama_beat *beat = side->beat;
    switch (beat->kind) {
    case BEAT_FRAME:
        put_frame_meta(page, side);
        return;
    case BEAT_WORK:
        html_put(page->out, "<span class=\"meta\">%s &#183; %s &#183; at the %s alone</span>\n",
                 beat->event ? beat->event->step.name : "arithmetic",
                 beat->event ? beat->event->step.section : "", sides[beat->actor]);
        return;
    case BEAT_VERDICT:
        html_put(page->out, "<span class=\"meta\">verdict &#183; at the %s alone</span>\n",
                 sides[beat->actor]);
        return;
    default:
        html_put(page->out, "<span class=\"meta\">as the %s sees it &#183; ", sides[beat->actor]);
        page_time(page->out, beat->event->microseconds);
        fputs("</span>\n", page->out);
    }
}

static void put_inner(struct page *page, const char *anchor, const struct drama_beat *beat)
{
    struct page_anchor at = page_anchor(anchor, "in");
    const struct wire_layout *layout;
    if (!beat->inner)
        return;
    layout = beat->inner->inner.message < WIRE_MESSAGES ? wire_layout(beat->inner->inner.message)
                                                        : NULL;
    html_put(page->out,
             "<div class=\"inside is-secret\"><h4>What is inside: %s <span class=\"tag\">never on "
             "the wire</span></h4><p class=\"why\">%s.</p>\n",
             layout ? layout->name : "no message that exists", layout ? layout->meaning : "");
    page_message(page, at.text, beat->inner->inner.message, &beat->inner->inner.bytes, 0);
    fputs("</div>\n", page->out);
}

static void put_frame_works(struct page *page, const char *anchor, const struct page_side *side)
{
    struct page_anchor at = page_anchor(anchor, sides[side->scene->role]);
    if (side->beat->work_count == 0)
        return;
    html_put(page->out, "<div class=\"worked at-%s\"><h4>How the %s %s it</h4>\n",
             sides[side->scene->role], sides[side->scene->role],
             side->beat->event->frame.sent ? "made" : "read");
    page_works(page, at.text, side->scene, side->beat->works, side->beat->work_count);
    fputs("</div>\n", page->out);
}

static void put_frame(struct page *page, const char *anchor, const struct page_side *side)
{
    const struct lens_event *event = side->beat->event;
    if (event->frame.message < WIRE_MESSAGES)
        html_put(page->out, "<p class=\"why\">In the table of the wire: %s.</p>\n",
                 wire_layout(event->frame.message)->meaning);
    fputs("<h4>On the wire</h4>\n", page->out);
    page_message(page, anchor, event->frame.message, &event->frame.frame, WIRE_HEADER_BYTES);
}

static void put_verdict(struct page *page, const struct page_side *side)
{
    const struct lens_event *event = side->beat->event;
    const struct drama_key *key = drama_key(&side->scene->keys, "peer's identity",
                                            side->scene->role);
    html_put(page->out,
             "<p>Fingerprint of the key: <code>%s</code></p>\n<p>Verdict: <b>%s</b></p>\n",
             event->verdict.fingerprint ? event->verdict.fingerprint : "not recorded",
             event->verdict.verdict ? channel_strerror(event->verdict.verdict) : "let it in");
    if (key)
        page_check_fingerprint(page, key);
}

static void put_end(struct page *page, const struct page_side *side)
{
    const struct lens_event *event = side->beat->event;
    html_put(page->out, "<p>%s: <b>%s</b>.</p>\n",
             event->close.is_peers ? "Said by the other side" : "Found here",
             channel_strerror(event->close.error));
    if (event->close.reason && event->close.reason[0])
        html_put(page->out, "<p>In the other side's words: <q>%s</q></p>\n", event->close.reason);
    if (event->close.detail && event->close.detail[0])
        html_put(page->out, "<p>What exactly: <code>%s</code></p>\n", event->close.detail);
}

static void use_side(struct page *page, const struct page_side *side)
{
    page->drama = side->drama;
    page->prefix = side->prefix;
}

/* How the bytes at the other end compare, where both ends were recorded. */
static void put_comparison(struct page *page, const struct page_side *side,
                           const struct page_side *other)
{
    const struct lens_value *a = &side->beat->event->frame.frame;
    const struct lens_value *b = &other->beat->event->frame.frame;
    bool same = a->data && b->data && a->bytes == b->bytes &&
                memcmp(a->data, b->data, a->bytes) == 0;
    html_put(page->out, "<p class=\"%s\">%s</p>\n", same ? "same-ends" : "other-ends",
             same ? "Both ends have recorded the same bytes."
                  : "The two ends have recorded different bytes: somebody has changed them on the "
                    "way.");
}

/* What is on the wire, what is inside, how the sender made it and the receiver read it. */
static void put_frame_panel(struct page *page, const char *anchor, const struct page_side *side,
                            const struct page_side *other)
{
    const struct page_side *sides_in_order[2] = {side, other};
    put_frame(page, anchor, side);
    if (other) {
        put_comparison(page, side, other);
        if (!side->beat->event->frame.sent) {
            sides_in_order[0] = other;
            sides_in_order[1] = side;
        }
    }
    put_inner(page, anchor, inside_of(side, other));
    for (int i = 0; i < 2; i++)
        if (sides_in_order[i])
            put_frame_works(page, anchor, sides_in_order[i]);
}

static void put_panel(struct page *page, const char *anchor, const struct page_side *side,
                      const struct page_side *other)
{
    const struct story *story = page_story(side->scene, side->beat);
    struct story_cast cast = page_cast(side->scene, side->beat);
    char text[STORY_BYTES];
    if (story)
        html_put(page->out, "<p class=\"why\">%s</p>\n", story_tell(text, story->why, &cast));
    switch (side->beat->kind) {
    case BEAT_FRAME:
        put_frame_panel(page, anchor, side, other);
        break;
    case BEAT_WORK:
        page_works(page, anchor, side->scene, side->beat->works, side->beat->work_count);
        break;
    case BEAT_VERDICT:
        put_verdict(page, side);
        break;
    default:
        put_end(page, side);
    }
}

static const char *kind_class(const struct drama_beat *beat)
{
    const struct lens_event *event = beat->event;
    switch (beat->kind) {
    case BEAT_FRAME:
        return event->frame.message == WIRE_ALERT ? "frame bad" : "frame";
    case BEAT_WORK:
        return !event || strstr(event->step.name, "refused") ? "work bad" : "work";
    case BEAT_VERDICT:
        return event->verdict.verdict ? "work bad" : "work";
    default:
        return event->close.error ? "end bad" : "end";
    }
}

void page_beat(struct page *page, const struct page_side *side, const struct page_side *other)
{
    struct page_anchor anchor;
    use_side(page, side);
    anchor = page_beat_anchor(page, side->scene, side->beat);
    html_put(page->out, "<li class=\"beat %s %s-%s\" id=\"%s\"><details><summary>\n",
             kind_class(side->beat), side->beat->kind == BEAT_FRAME ? "from" : "at",
             sides[side->beat->actor], anchor.text);
    put_says(page, side, other);
    if (side->beat->kind == BEAT_FRAME)
        html_put(
            page->out,
            "<span class=\"arrow\" role=\"img\" aria-label=\"from the %s to the %s\"></span>\n",
            sides[side->beat->actor], sides[!side->beat->actor]);
    put_meta(page, side);
    fputs("</summary>\n<div class=\"panel\">\n", page->out);
    put_panel(page, anchor.text, side, other);
    html_put(page->out,
             "</div></details><a class=\"here\" href=\"#%s\" aria-label=\"Link to this "
             "place\">#</a></li>\n",
             anchor.text);
}
