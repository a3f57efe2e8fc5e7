/*
 * What stands in a scene, in order: the entries of a channel, or those of both its ends as one
 * conversation. There each side's own steps stand on its side, and what crossed the wire stands once.
 */
#include "page_internal.h"

#include <stdlib.h>
#include <string.h>

/* --- the same channel at both ends ------------------------------------------------------------ */

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

const struct timeline_channel *page_other_end(const struct timeline *first,
                                              const struct timeline_channel *channel,
                                              const struct timeline *second)
{
    size_t alike =
        0; /* textbook hellos of one client are all alike: the nth there is the nth here */
    for (const struct timeline_channel *before = first->channels; before < channel; before++)
        alike += begin_alike(channel, before);
    for (size_t i = 0; i < second->channel_count; i++)
        if (channel->role != second->channels[i].role &&
            begin_alike(channel, &second->channels[i]) && alike-- == 0)
            return &second->channels[i];
    return NULL;
}

/* --- both ends -------------------------------------------------------------------------------- */

/* One end, and how far it has got. */
struct end {
    const struct timeline_channel *channel;
    size_t at;
    size_t frames[2]; /* passed so far, by sender */
    size_t looked[2]; /* by sender: up to this entry the other has been asked for its frames */
};

struct merge {
    struct end ends[2];
    struct page_item *items;
    size_t count;
};

static bool at_end(const struct end *end)
{
    return end->at >= end->channel->entry_count;
}

static const struct timeline_entry *next_entry(const struct end *end)
{
    return &end->channel->entries[end->at];
}

/* The next frame of a sender at the end that is not asking. */
static const struct timeline_entry *
find_frame(struct end *asking, const struct timeline_channel *channel, enum channel_role from)
{
    while (asking->looked[from] < channel->entry_count) {
        const struct timeline_entry *entry = &channel->entries[asking->looked[from]++];
        if (entry->kind == ENTRY_FRAME && entry->actor == from)
            return entry;
    }
    return NULL;
}

static void pass_frame(struct end *end, enum channel_role from)
{
    end->frames[from]++;
    end->at++;
}

static void take_next(struct merge *merge, int turn)
{
    struct end *end = &merge->ends[turn];
    const struct timeline_entry *entry = next_entry(end);
    struct page_item *item = &merge->items[merge->count++];
    *item = (struct page_item){{NULL, NULL}};
    item->entries[turn] = entry;
    if (entry->kind != ENTRY_FRAME) {
        end->at++;
        return;
    }
    item->entries[!turn] = find_frame(end, merge->ends[!turn].channel, entry->actor);
    pass_frame(end, entry->actor);
}

/* Goes on until it has sent a frame, or waits for one that the other end has not sent yet. Whether
 * it has moved. */
static bool go_on(struct merge *merge, int turn)
{
    struct end *end = &merge->ends[turn];
    const struct end *other = &merge->ends[!turn];
    size_t before = end->at;
    while (!at_end(end)) {
        const struct timeline_entry *entry = next_entry(end);
        bool received = entry->kind == ENTRY_FRAME && entry->actor != end->channel->role;
        if (entry->kind == ENTRY_END && !at_end(other) && next_entry(other)->kind != ENTRY_END)
            break;
        if (received && end->frames[entry->actor] >= other->frames[entry->actor])
            break;
        if (received) { /* it stands there already */
            find_frame(end, other->channel, entry->actor);
            pass_frame(end, entry->actor);
            continue;
        }
        take_next(merge, turn);
        if (entry->kind == ENTRY_FRAME)
            break;
    }
    return end->at > before;
}

static void merge_ends(struct merge *merge)
{
    struct end *ends = merge->ends;
    while (!at_end(&ends[0]) || !at_end(&ends[1])) {
        bool moved = false;
        for (int turn = 0; turn < 2; turn++)
            moved = go_on(merge, turn) || moved;
        if (!moved) /* a frame that its sender has not recorded */
            take_next(merge, at_end(&ends[0]));
    }
}

bool page_items(struct page_item **items, size_t *count, const struct page_scene *scene)
{
    const struct timeline_channel *first = scene->ends[0], *second = scene->ends[1];
    const size_t most = first->entry_count + (second ? second->entry_count : 0);
    struct merge merge = {.items = calloc(most + 1, sizeof(*merge.items))};
    *items = merge.items;
    *count = 0;
    if (!merge.items)
        return false;
    for (; !second && *count < first->entry_count; ++*count)
        merge.items[*count].entries[0] = &first->entries[*count];
    if (!second)
        return true;
    merge.ends[0].channel = first;
    merge.ends[1].channel = second;
    merge_ends(&merge);
    *count = merge.count;
    return true;
}
