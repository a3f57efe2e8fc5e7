/*
 * Two recordings on one page.
 *
 * Both ends of one session become one conversation: each side's own steps stand on its side, and
 * what crossed the wire stands once, with what both have recorded compared. Two different sessions
 * stand beside each other, the same step in the same row.
 */
#include "page_internal.h"

#include <string.h>

bool page_is_one_session(const struct timeline *first, const struct timeline *second)
{
    for (size_t i = 0; i < first->channel_count; i++)
        if (page_other_end(first, &first->channels[i], second))
            return true;
    return false;
}

/* --- both ends of one session ------------------------------------------------------------------ */

static void one_session(struct page *page, const struct timeline *first,
                        const struct timeline *second)
{
    size_t number = 0;
    for (size_t i = 0; i < first->channel_count; i++) {
        const struct timeline_channel *channel = &first->channels[i];
        const struct page_scene scene = {
            {first, second}, {channel, page_other_end(first, channel, second)}, {"", "b-"}};
        page_scene(page, &scene, ++number);
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
        html_put(page->out, "<section class=\"scene pair%s\" aria-label=\"Scene %zu\">\n",
                 page->lines >= PAGE_PAPER_LINES ? " off-paper" : "", i + 1);
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
