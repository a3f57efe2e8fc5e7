/*
 * The contents: the scenes, and in each what is said; of a message, its words.
 */
#include "page_internal.h"

#include "translate.h"

#include <string.h>

#define CONTENTS_MAX 40

/* The words of a message of the talk, if they are known and text; else its size. */
static void put_data(FILE *out, const struct timeline_entry *entry)
{
    const struct timeline_words words = timeline_words(entry->inner);
    const size_t bytes = entry->event->frame.bytes.bytes;
    if (words.said[0])
        html_quote(out, words.said, strlen(words.said));
    else
        html_put(out, translate_count("a message, %zu byte", "a message, %zu bytes", bytes), bytes);
}

static void put_entry(struct page *page, const struct timeline_channel *channel,
                      const struct timeline_entry *entry)
{
    html_put(page->out, "<li class=\"%s\"><a href=\"#%s\">",
             entry->actor == CHANNEL_CLIENT ? "client" : "server",
             page_entry_anchor(page, channel, entry).text);
    if (entry->kind == ENTRY_FRAME && timeline_message(entry) == WIRE_DATA)
        put_data(page->out, entry);
    else
        html_put(page->out, "%s", _(page_explanation(channel, entry)->title));
    fputs("</a></li>\n", page->out);
}

static void put_scene(struct page *page, const struct timeline_channel *channel)
{
    const struct trace_address *place = channel->addresses[CHANNEL_SERVER];
    size_t shown = 0;
    html_put(page->out, "<li><a href=\"#%s\">", page_channel_anchor(page, channel).text);
    if (place)
        html_put(page->out, _("Port %u"), (unsigned)place->port);
    else
        html_put(page->out, _("Channel %u"), channel->open->channel);
    fputs("</a><ol>\n", page->out);
    for (size_t i = 0; i < channel->entry_count && shown < CONTENTS_MAX; i++)
        if (channel->entries[i].kind != ENTRY_STEPS) {
            put_entry(page, channel, &channel->entries[i]);
            shown++;
        }
    fputs("</ol></li>\n", page->out);
}

void page_contents(struct page *page, const struct timeline *timeline)
{
    html_put(page->out,
             "<nav class=\"contents\" aria-label=\"%s\"><details><summary>%s</summary><ol>\n",
             _("Contents"), _("Contents"));
    for (size_t i = 0; i < timeline->channel_count && i < CONTENTS_MAX; i++)
        put_scene(page, &timeline->channels[i]);
    fputs("</ol></details></nav>\n", page->out);
}
