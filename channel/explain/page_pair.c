/*
 * Two recordings on one page.
 *
 * Both ends of one session become one conversation: each side's own steps stand on its side, and
 * what crossed the wire stands once, with what both have recorded compared. Two different sessions
 * stand beside each other, the same step in the same row.
 */
#include "page_internal.h"

#include <string.h>

static const struct trace_bytes *first_frame(const struct timeline_channel *channel)
{
    for (size_t i = 0; i < channel->entry_count; i++)
        if (channel->entries[i].kind == ENTRY_FRAME && channel->entries[i].event->frame.bytes.data)
            return &channel->entries[i].event->frame.bytes;
    return NULL;
}

static bool begin_alike(const struct timeline_channel *a, const struct timeline_channel *b)
{
    const struct trace_bytes *left = first_frame(a), *right = first_frame(b);
    return a->resumed == b->resumed && left && right && left->bytes == right->bytes &&
           memcmp(left->data, right->data, left->bytes) == 0;
}

/* The same channel from its other end, the nth of them: textbook hellos of one client are all alike. */
static const struct timeline_channel *other_end(const struct timeline *timeline,
                                                const struct timeline_channel *channel, size_t nth)
{
    for (size_t i = 0; i < timeline->channel_count; i++)
        if (channel->role != timeline->channels[i].role &&
            begin_alike(channel, &timeline->channels[i]) && nth-- == 0)
            return &timeline->channels[i];
    return NULL;
}

bool page_is_one_session(const struct timeline *first, const struct timeline *second)
{
    for (size_t i = 0; i < first->channel_count; i++)
        if (other_end(second, &first->channels[i], 0))
            return true;
    return false;
}

/* --- both ends -------------------------------------------------------------------------------- */

/* One end, and how far it has got. */
struct end {
    struct page_side side; /* its entry is the next one */
    size_t at;
    size_t frames[2]; /* passed so far, by sender */
};

static bool at_end(const struct end *end)
{
    return end->at >= end->side.channel->entry_count;
}

static const struct timeline_entry *next_entry(const struct end *end)
{
    return &end->side.channel->entries[end->at];
}

/* The nth frame of a sender, as this end has recorded it. */
static const struct timeline_entry *find_frame(const struct timeline_channel *channel,
                                               enum channel_role from, size_t nth)
{
    for (size_t i = 0; i < channel->entry_count; i++)
        if (channel->entries[i].kind == ENTRY_FRAME && channel->entries[i].actor == from &&
            nth-- == 0)
            return &channel->entries[i];
    return NULL;
}

/* A frame is drawn as the first recording has it, if it has it: so its anchors are the same as on a
 * page of that recording alone. */
static void draw_next(struct page *page, struct end *end, const struct end *other)
{
    struct page_side side = end->side, counterpart = other->side;
    const struct timeline_entry *entry = next_entry(end);
    bool is_first = end->side.prefix[0] == '\0';
    side.entry = entry;
    counterpart.entry = NULL;
    if (entry->kind == ENTRY_FRAME)
        counterpart.entry = find_frame(other->side.channel, entry->actor,
                                       end->frames[entry->actor]++);
    if (!counterpart.entry)
        page_entry(page, &side, NULL);
    else
        page_entry(page, is_first ? &side : &counterpart, is_first ? &counterpart : &side);
    end->at++;
}

/* Goes on until it has sent a frame, or waits for one that the other end has not sent yet. Whether
 * it has moved. */
static bool go_on(struct page *page, struct end *end, const struct end *other)
{
    size_t before = end->at;
    while (!at_end(end)) {
        const struct timeline_entry *entry = next_entry(end);
        bool received = entry->kind == ENTRY_FRAME && entry->actor != end->side.channel->role;
        if (entry->kind == ENTRY_END && !at_end(other) && next_entry(other)->kind != ENTRY_END)
            break;
        if (received && end->frames[entry->actor] >= other->frames[entry->actor])
            break;
        if (received) { /* it stands there already */
            end->frames[entry->actor]++;
            end->at++;
            continue;
        }
        draw_next(page, end, other);
        if (entry->kind == ENTRY_FRAME)
            break;
    }
    return end->at > before;
}

static void both_ends(struct page *page, const struct timeline *first,
                      const struct timeline_channel *a, const struct timeline *second,
                      const struct timeline_channel *b, size_t number)
{
    struct end ends[2] = {{{first, a, NULL, ""}, 0, {0}}, {{second, b, NULL, "b-"}, 0, {0}}};
    struct page_anchor anchor;
    page->timeline = first;
    page->prefix = "";
    anchor = page_channel_anchor(page, a);
    html_put(page->out, "<section class=\"scene\" id=\"%s\" aria-label=\"Scene %zu\">\n",
             anchor.text, number);
    page_channel_head(page, a, number);
    fputs("<ol class=\"beats\">\n", page->out);
    while (!at_end(&ends[0]) || !at_end(&ends[1])) {
        bool moved = false;
        for (int turn = 0; turn < 2; turn++)
            moved = go_on(page, &ends[turn], &ends[!turn]) || moved;
        if (!moved) /* a frame that its sender has not recorded */
            draw_next(page, at_end(&ends[0]) ? &ends[1] : &ends[0],
                      at_end(&ends[0]) ? &ends[0] : &ends[1]);
    }
    fputs("</ol></section>\n", page->out);
}

static void one_session(struct page *page, const struct timeline *first,
                        const struct timeline *second)
{
    size_t number = 0;
    for (size_t i = 0; i < first->channel_count; i++) {
        const struct timeline_channel *channel = &first->channels[i], *other;
        size_t alike = 0;
        for (size_t k = 0; k < i; k++)
            alike += begin_alike(channel, &first->channels[k]);
        other = other_end(second, channel, alike);
        if (other) {
            both_ends(page, first, channel, second, other, ++number);
        } else {
            page->timeline = first;
            page->prefix = "";
            page_channel(page, channel, ++number);
        }
    }
}

/* --- two sessions ----------------------------------------------------------------------------- */

#define LOOK_AHEAD 40

static bool is_same_step(const struct page_side *a, const struct page_side *b)
{
    const struct explanation *left, *right;
    if (a->entry->kind != b->entry->kind || a->entry->actor != b->entry->actor)
        return false;
    if (a->entry->kind == ENTRY_FRAME)
        return timeline_message(a->entry) == timeline_message(b->entry);
    left = page_explanation(a->channel, a->entry);
    right = page_explanation(b->channel, b->entry);
    return left->title && right->title && strcmp(left->title, right->title) == 0;
}

static void draw_cell(struct page *page, const struct page_side *side, bool there)
{
    fputs("<ol class=\"beats\">\n", page->out);
    if (there)
        page_entry(page, side, NULL);
    fputs("</ol>\n", page->out);
}

static void draw_row(struct page *page, struct page_side sides[2], size_t at[2], bool left,
                     bool right)
{
    bool there[2] = {left, right};
    fputs("<div class=\"row\">\n", page->out);
    for (int i = 0; i < 2; i++) {
        if (there[i])
            sides[i].entry = &sides[i].channel->entries[at[i]++];
        draw_cell(page, &sides[i], there[i]);
    }
    fputs("</div>\n", page->out);
}

/* How many entries each side must go on alone until both take the same step; false: never, as far as
 * it is looked. The nearest place counts. */
static bool find_same(const struct page_side sides[2], const size_t at[2], size_t alone[2])
{
    struct page_side a = sides[0], b = sides[1];
    for (size_t distance = 0; distance <= LOOK_AHEAD; distance++)
        for (size_t left = 0; left <= distance; left++) {
            size_t i = at[0] + left, k = at[1] + distance - left;
            if (i >= a.channel->entry_count || k >= b.channel->entry_count)
                continue;
            a.entry = &a.channel->entries[i];
            b.entry = &b.channel->entries[k];
            if (is_same_step(&a, &b)) {
                alone[0] = left;
                alone[1] = distance - left;
                return true;
            }
        }
    return false;
}

static void two_channels(struct page *page, struct page_side sides[2])
{
    size_t at[2] = {0, 0}, alone[2];
    const size_t count[2] = {sides[0].channel->entry_count, sides[1].channel->entry_count};
    while (at[0] < count[0] && at[1] < count[1]) {
        bool found = find_same(sides, at, alone);
        if (!found)
            alone[0] = alone[1] = 1;
        while (alone[0] > 0 || alone[1] > 0) {
            draw_row(page, sides, at, alone[0] > 0, alone[1] > 0);
            alone[0] -= alone[0] > 0;
            alone[1] -= alone[1] > 0;
        }
        if (found)
            draw_row(page, sides, at, true, true);
    }
    while (at[0] < count[0] || at[1] < count[1])
        draw_row(page, sides, at, at[0] < count[0], at[1] < count[1]);
}

static void put_heads(struct page *page, const struct page_side sides[2], size_t number)
{
    char suite[CHANNEL_SUITE_TEXT_BYTES];
    fputs("<div class=\"row heads\">\n", page->out);
    for (int i = 0; i < 2; i++) {
        page->timeline = sides[i].timeline;
        page->prefix = sides[i].prefix;
        html_put(page->out, "<div id=\"%s\"><p class=\"suite\">%s</p>\n",
                 page_channel_anchor(page, sides[i].channel).text,
                 channel_suite_text(suite, sides[i].channel->open->open.suite));
        page_channel_head(page, sides[i].channel, number);
        fputs("</div>\n", page->out);
    }
    fputs("</div>\n", page->out);
}

static void two_sessions(struct page *page, const struct timeline *first,
                         const struct timeline *second)
{
    for (size_t i = 0; i < first->channel_count && i < second->channel_count; i++) {
        struct page_side sides[2] = {{first, &first->channels[i], NULL, ""},
                                     {second, &second->channels[i], NULL, "b-"}};
        html_put(page->out, "<section class=\"scene pair\" aria-label=\"Scene %zu\">\n", i + 1);
        put_heads(page, sides, i + 1);
        two_channels(page, sides);
        fputs("</section>\n", page->out);
    }
    for (size_t i = second->channel_count; i < first->channel_count; i++) {
        page->timeline = first;
        page->prefix = "";
        page_channel(page, &first->channels[i], i + 1);
    }
    for (size_t i = first->channel_count; i < second->channel_count; i++) {
        page->timeline = second;
        page->prefix = "b-";
        page_channel(page, &second->channels[i], i + 1);
    }
}

void page_pair(struct page *page, const struct timeline *first, const struct timeline *second)
{
    if (page_is_one_session(first, second))
        one_session(page, first, second);
    else
        two_sessions(page, first, second);
}
