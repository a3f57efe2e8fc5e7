/*
 * The entries of a channel: who says what to whom, and what each does by itself in between.
 */
#include "page_internal.h"

#include "translate.h"

#include <string.h>

static const char *const sides[] = {[CHANNEL_CLIENT] = "client", [CHANNEL_SERVER] = "server"};
/* The same as parts of sentences. */
static const char *const alone[] = {
    [CHANNEL_CLIENT] = N_("at the client alone"), [CHANNEL_SERVER] = N_("at the server alone")};
static const char *const seen[] = {
    [CHANNEL_CLIENT] = N_("as the client sees it"), [CHANNEL_SERVER] = N_("as the server sees it")};
static const char *const ways[] = {[CHANNEL_CLIENT] = N_("from the client to the server"),
                                   [CHANNEL_SERVER] = N_("from the server to the client")};

void page_time(FILE *out, uint64_t microseconds)
{
    unsigned long long us = microseconds;
    if (us < 1000000)
        fprintf(out, _("%llu.%llu&#160;ms"), us / 1000, us % 1000 / 100);
    else
        fprintf(out, _("%llu.%02llu&#160;s"), us / 1000000, us % 1000000 / 10000);
}

struct page_anchor page_channel_anchor(const struct page *page,
                                       const struct timeline_channel *channel)
{
    struct page_anchor anchor;
    snprintf(anchor.text, sizeof(anchor.text), "%sc%u", page->prefix, channel->open->channel);
    return anchor;
}

struct page_anchor page_entry_anchor(const struct page *page,
                                     const struct timeline_channel *channel,
                                     const struct timeline_entry *entry)
{
    struct page_anchor base = page_channel_anchor(page, channel);
    char name[32];
    unsigned number = 1;
    for (const struct timeline_entry *at = channel->entries; at < entry; at++)
        number += at->kind == entry->kind;
    if (entry->kind == ENTRY_FRAME)
        snprintf(name, sizeof(name), "f%u", entry->event->frame.number);
    else
        snprintf(name, sizeof(name), "%s%u",
                 entry->kind == ENTRY_STEPS     ? "w"
                 : entry->kind == ENTRY_VERDICT ? "v"
                                                : "end",
                 number);
    return page_anchor(base.text, name);
}

/* --- the words for it ------------------------------------------------------------------------- */

const struct explanation *page_explanation(const struct timeline_channel *channel,
                                           const struct timeline_entry *entry)
{
    const struct trace_event *event = entry->event;
    const struct channel_suite suite = channel->open->open.suite;
    switch (entry->kind) {
    case ENTRY_FRAME:
        return explanation_of_message(timeline_message(entry), suite.kind);
    case ENTRY_STEPS:
        return explanation_of_step(event->step.step, suite.kind);
    case ENTRY_VERDICT:
        return explanation_of_verdict(event->verdict.verdict, entry->actor);
    default:
        return explanation_of_end(event->close.error, entry->actor, event->close.is_peers,
                                  suite.kind);
    }
}

static struct timeline_words words_of(const struct timeline_entry *entry)
{
    return timeline_words(entry->inner ? entry->inner : entry->event);
}

/* Where one end could not read a record, or kept it to itself, the other's recording has it. */
static const struct timeline_entry *inside_of(const struct page_side *side,
                                              const struct page_side *other)
{
    const struct trace_event *own = side->entry->inner;
    return (!own || !own->inner.bytes.data) && other && other->entry->inner ? other->entry
                                                                            : side->entry;
}

/* Its sentence, with what was said in it as a quotation. */
static void put_sentence(FILE *out, const char *sentence, struct explain_parties *parties,
                         const char *said)
{
    static const char place[] = "\1"; /* printable text has none */
    char text[EXPLAIN_TEXT_BYTES];
    parties->said = said[0] ? place : NULL;
    explain_text_fill(text, sentence, parties);
    const size_t before = strcspn(text, place);
    html_text(out, text, before);
    if (!text[before])
        return;
    html_quote(out, said, strlen(said));
    html_put(out, "%s", text + before + 1);
}

static void put_says(struct page *page, const struct page_side *side, const struct page_side *other)
{
    const struct explanation *explanation = page_explanation(side->channel, side->entry);
    struct explain_parties parties = timeline_parties(side->channel, side->entry);
    struct timeline_words words = {0};
    const char *name = explanation->title;
    if (side->entry->kind == ENTRY_FRAME) {
        words = words_of(inside_of(side, other));
        parties.text = translate(words.reason);
        parties.port = words.port;
    }
    name = name ? _(name) : translate(step_row(side->entry->event->step.step)->name);
    html_put(page->out, "<span class=\"says\"><b>%s%s</b> ", name,
             name[0] && name[strlen(name) - 1] == '?' ? "" : ".");
    if (explanation->title)
        put_sentence(page->out, explanation->sentence, &parties, words.said);
    fputs("</span>\n", page->out);
}

/* --- an entry ---------------------------------------------------------------------------------- */

static void put_frame_meta(struct page *page, const struct page_side *side)
{
    const struct trace_event *event = side->entry->event;
    enum wire_message message = event->frame.message;
    const struct wire_layout *layout = message < WIRE_MESSAGES ? wire_layout(message) : NULL;
    const char *inner = side->entry->inner && side->entry->inner->inner.message < WIRE_MESSAGES
                            ? translate(wire_layout(side->entry->inner->inner.message)->name)
                            : NULL;
    fputs("<span class=\"meta\">", page->out);
    if (layout && layout->label[0])
        html_put(page->out, "<b>%s</b> ", layout->label);
    html_put(page->out, "%s%s%s &#183; %zu bytes &#183; ",
             layout ? translate(layout->name) : _("unknown frame"), inner ? ": " : "",
             inner ? inner : "", event->frame.bytes.bytes);
    page_time(page->out, event->microseconds);
    fputs("</span>\n", page->out);
}

static void put_meta(struct page *page, const struct page_side *side)
{
    const struct timeline_entry *entry = side->entry;
    switch (entry->kind) {
    case ENTRY_FRAME:
        put_frame_meta(page, side);
        return;
    case ENTRY_STEPS:
        html_put(page->out, "<span class=\"meta\">%s &#183; %s &#183; %s</span>\n",
                 translate(step_row(entry->event->step.step)->name),
                 step_row(entry->event->step.step)->section, _(alone[entry->actor]));
        return;
    case ENTRY_VERDICT:
        html_put(page->out, "<span class=\"meta\">%s &#183; %s</span>\n", _("verdict"),
                 _(alone[entry->actor]));
        return;
    default:
        html_put(page->out, "<span class=\"meta\">%s &#183; ", _(seen[entry->actor]));
        page_time(page->out, entry->event->microseconds);
        fputs("</span>\n", page->out);
    }
}

static void put_inner(struct page *page, const char *anchor, struct channel_suite suite,
                      const struct timeline_entry *entry)
{
    struct page_anchor at = page_anchor(anchor, "in");
    const struct wire_layout *layout;
    if (!entry->inner)
        return;
    layout = entry->inner->inner.message < WIRE_MESSAGES ? wire_layout(entry->inner->inner.message)
                                                         : NULL;
    html_put(page->out,
             "<div class=\"inside is-secret\"><h4>What is inside: %s <span class=\"tag\">never on "
             "the wire</span></h4><p class=\"why\">%s.</p>\n",
             layout ? translate(layout->name) : _("no message that exists"),
             layout ? _(layout->meaning) : "");
    page_message(page, at.text, suite, entry->inner->inner.message, &entry->inner->inner.bytes, 0);
    fputs("</div>\n", page->out);
}

static void put_frame_steps(struct page *page, const char *anchor, const struct page_side *side)
{
    static const char *const work[2][2] = {
        [CHANNEL_CLIENT] = {N_("How the client read it"), N_("How the client made it")},
        [CHANNEL_SERVER] = {N_("How the server read it"), N_("How the server made it")}};
    struct page_anchor at = page_anchor(anchor, sides[side->channel->role]);
    if (side->entry->step_count == 0)
        return;
    html_put(page->out, "<div class=\"worked at-%s\"><h4>%s</h4>\n", sides[side->channel->role],
             _(work[side->channel->role][side->entry->event->frame.sent]));
    page_steps(page, at.text, side->channel, side->entry->steps, side->entry->step_count);
    fputs("</div>\n", page->out);
}

static void put_frame(struct page *page, const char *anchor, const struct page_side *side)
{
    const struct trace_event *event = side->entry->event;
    if (event->frame.message < WIRE_MESSAGES)
        html_put(page->out, "<p class=\"why\">In the table of the wire: %s.</p>\n",
                 _(wire_layout(event->frame.message)->meaning));
    html_put(page->out, "<h4>%s</h4>\n", _("On the wire"));
    page_message(page, anchor, side->channel->open->open.suite, event->frame.message,
                 &event->frame.bytes, WIRE_HEADER_BYTES);
}

static void put_verdict(struct page *page, const struct page_side *side)
{
    const struct trace_event *event = side->entry->event;
    html_put(page->out,
             "<p>Fingerprint of the key: <code>%s</code></p>\n<p>Verdict: <b>%s</b></p>\n",
             event->verdict.fingerprint,
             event->verdict.verdict ? _(channel_strerror(event->verdict.verdict)) : _("let it in"));
    page_check_fingerprint(page, &side->channel->keys[TRACE_PEER_IDENTITY]);
}

static void put_end(struct page *page, const struct page_side *side)
{
    const struct trace_event *event = side->entry->event;
    html_put(page->out, "<p>%s: <b>%s</b>.</p>\n",
             event->close.is_peers ? _("Said by the other side") : _("Found here"),
             _(channel_strerror(event->close.error)));
    if (event->close.reason[0]) {
        html_put(page->out, "<p>%s ", _("In the other side's words:"));
        html_quote(page->out, event->close.reason, strlen(event->close.reason));
        fputs("</p>\n", page->out);
    }
    if (event->close.detail[0])
        html_put(page->out, "<p>What exactly: <code>%s</code></p>\n", event->close.detail);
}

static void use_side(struct page *page, const struct page_side *side)
{
    page->timeline = side->timeline;
    page->prefix = side->prefix;
}

/* How the bytes at the other end compare, where both ends were recorded. */
static void put_comparison(struct page *page, const struct page_side *side,
                           const struct page_side *other)
{
    const struct trace_bytes *a = &side->entry->event->frame.bytes;
    const struct trace_bytes *b = &other->entry->event->frame.bytes;
    bool same = a->data && b->data && a->bytes == b->bytes &&
                memcmp(a->data, b->data, a->bytes) == 0;
    html_put(page->out, "<p class=\"%s\">%s</p>\n", same ? "same-ends" : "other-ends",
             same
                 ? _("Both ends have recorded the same bytes.")
                 : _("The two ends have recorded different bytes: somebody has changed them on the "
                     "way."));
}

/* What is on the wire, what is inside, how the sender made it and the receiver read it. */
static void put_frame_panel(struct page *page, const char *anchor, const struct page_side *side,
                            const struct page_side *other)
{
    const struct page_side *sides_in_order[2] = {side, other};
    put_frame(page, anchor, side);
    if (other) {
        put_comparison(page, side, other);
        if (!side->entry->event->frame.sent) {
            sides_in_order[0] = other;
            sides_in_order[1] = side;
        }
    }
    put_inner(page, anchor, side->channel->open->open.suite, inside_of(side, other));
    for (int i = 0; i < 2; i++)
        if (sides_in_order[i])
            put_frame_steps(page, anchor, sides_in_order[i]);
}

static void put_panel(struct page *page, const char *anchor, const struct page_side *side,
                      const struct page_side *other)
{
    const struct explanation *explanation = page_explanation(side->channel, side->entry);
    struct explain_parties parties = timeline_parties(side->channel, side->entry);
    char text[EXPLAIN_TEXT_BYTES];
    if (explanation->title)
        html_put(page->out, "<p class=\"why\">%s</p>\n",
                 explain_text_fill(text, explanation->why, &parties));
    switch (side->entry->kind) {
    case ENTRY_FRAME:
        put_frame_panel(page, anchor, side, other);
        break;
    case ENTRY_STEPS:
        page_steps(page, anchor, side->channel, side->entry->steps, side->entry->step_count);
        break;
    case ENTRY_VERDICT:
        put_verdict(page, side);
        break;
    default:
        put_end(page, side);
    }
}

static const char *kind_class(const struct timeline_entry *entry)
{
    const struct trace_event *event = entry->event;
    switch (entry->kind) {
    case ENTRY_FRAME:
        return event->frame.message == WIRE_ALERT ? "frame bad" : "frame";
    case ENTRY_STEPS:
        return step_row(event->step.step)->refuses || event->step.step == STEP_DH_FINDING
                   ? "work bad"
                   : "work";
    case ENTRY_VERDICT:
        return event->verdict.verdict ? "work bad" : "work";
    default:
        return event->close.error ? "end bad" : "end";
    }
}

/* What paper shows open: what a session begins with, its proof, its first words, and what is wrong. */
static bool is_highlight(struct page *page, const struct timeline_entry *entry)
{
    const enum wire_message message = timeline_message(entry);
    const bool is_kind = message == WIRE_CLIENT_HELLO || message == WIRE_CLIENT_EXCHANGE ||
                         message == WIRE_DATA;
    if (entry->kind != ENTRY_FRAME || !is_kind || page->highlighted[message])
        return false;
    page->highlighted[message] = true;
    return true;
}

/* Its classes: what it is, whose, and what becomes of it on paper, which has only so many lines. */
static void put_class(struct page *page, const struct timeline_entry *entry)
{
    page->lines++;
    html_put(page->out, "beat %s %s-%s%s%s", kind_class(entry),
             entry->kind == ENTRY_FRAME ? "from" : "at", sides[entry->actor],
             is_highlight(page, entry) ? " highlight" : "",
             page->lines > PAGE_PAPER_LINES ? " off-paper" : "");
}

/* The first arrow of a page is open. */
static bool is_open(struct page *page, const struct timeline_entry *entry)
{
    const bool is_first = entry->kind == ENTRY_FRAME && !page->opened;
    page->opened = page->opened || is_first;
    return is_first;
}

void page_entry(struct page *page, const struct page_side *side, const struct page_side *other)
{
    struct page_anchor anchor;
    use_side(page, side);
    anchor = page_entry_anchor(page, side->channel, side->entry);
    fputs("<li class=\"", page->out);
    put_class(page, side->entry);
    html_put(page->out, "\" id=\"%s\"><details%s><summary>\n", anchor.text,
             is_open(page, side->entry) ? " open" : "");
    put_says(page, side, other);
    if (side->entry->kind == ENTRY_FRAME)
        html_put(page->out, "<span class=\"arrow\" role=\"img\" aria-label=\"%s\"></span>\n",
                 _(ways[side->entry->actor]));
    put_meta(page, side);
    fputs("</summary>\n<div class=\"panel\">\n", page->out);
    put_panel(page, anchor.text, side, other);
    html_put(page->out,
             "</div></details><a class=\"here\" href=\"#%s\" aria-label=\"Link to this "
             "place\">#</a></li>\n",
             anchor.text);
}
