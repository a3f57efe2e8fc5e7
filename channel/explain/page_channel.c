/*
 * A channel on the page: one port, two parties, and the entries between them.
 */
#include "page_internal.h"

#include "translate.h"

#include <stdlib.h>

static void put_place(FILE *out, const struct timeline_channel *channel, enum channel_role role)
{
    const struct trace_address *place = channel->addresses[role];
    html_put(out, "<div class=\"party %s\"><b>%s</b> ",
             role == CHANNEL_CLIENT ? "client" : "server",
             role == CHANNEL_CLIENT ? _("Client") : _("Server"));
    if (place)
        html_put(out, "<span>%s port %u</span>", place->address, (unsigned)place->port);
    fputs("</div>\n", out);
}

void page_channel_head(struct page *page, const struct timeline_channel *channel, size_t number)
{
    const struct trace_address *server = channel->addresses[CHANNEL_SERVER];
    html_put(page->out, "<header class=\"scene-head\"><p class=\"kicker\">Scene %zu</p><h3>",
             number);
    if (server)
        html_put(page->out, "Port %u", (unsigned)server->port);
    else
        html_put(page->out, "Channel %u", channel->open->channel);
    html_put(page->out, "</h3><p>%s</p></header>\n",
             channel->resumed
                 ? _("Another port. The client shows its ticket, and the talk goes on.")
                 : _("The rendezvous: the port that everybody knows."));
    fputs("<div class=\"parties\">\n", page->out);
    put_place(page->out, channel, CHANNEL_CLIENT);
    html_put(page->out, "<div class=\"wire\">%s</div>\n", _("the wire"));
    put_place(page->out, channel, CHANNEL_SERVER);
    fputs("</div>\n", page->out);
}

void page_item(struct page *page, const struct page_scene *scene, const struct page_item *item)
{
    struct page_side sides[2];
    for (int i = 0; i < 2; i++)
        sides[i] = (struct page_side){scene->timelines[i], scene->ends[i], item->entries[i],
                                      scene->prefixes[i]};
    /* A frame is drawn as the first recording has it, if it has it: so its anchors are the same as
     * on a page of that recording alone. */
    if (item->entries[0])
        page_entry(page, &sides[0], item->entries[1] ? &sides[1] : NULL);
    else
        page_entry(page, &sides[1], NULL);
}

void page_gap(struct page *page, size_t left_out)
{
    html_put(page->out,
             "<li class=\"beat gap\">Here %zu more steps and messages are left out: they "
             "are in the recording.</li>\n",
             left_out);
}

static void put_items(struct page *page, const struct page_scene *scene,
                      const struct page_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (count > PAGE_ITEMS_MAX && i == PAGE_ITEMS_HEAD) {
            page_gap(page, count - PAGE_ITEMS_MAX);
            i += count - PAGE_ITEMS_MAX;
        }
        page_item(page, scene, &items[i]);
    }
}

void page_scene(struct page *page, const struct page_scene *scene, size_t number)
{
    struct page_item *items;
    size_t count = 0;
    page->timeline = scene->timelines[0];
    page->prefix = scene->prefixes[0];
    html_put(page->out, "<section class=\"scene%s\" id=\"%s\" aria-label=\"Scene %zu\">\n",
             page->lines >= PAGE_PAPER_LINES ? " off-paper" : "",
             page_channel_anchor(page, scene->ends[0]).text, number);
    page_channel_head(page, scene->ends[0], number);
    fputs("<ol class=\"beats\">\n", page->out);
    if (page_items(&items, &count, scene))
        put_items(page, scene, items, count);
    else
        page->no_memory = true;
    free(items); /* pointers: not secret */
    if (!scene->ends[1] && !scene->ends[0]->close)
        html_put(page->out, "<li class=\"beat gap\">%s</li>\n",
                 _("The recording ends here; the session had not."));
    fputs("</ol></section>\n", page->out);
}

void page_channel(struct page *page, const struct timeline_channel *channel, size_t number)
{
    const struct page_scene scene = {{page->timeline}, {channel}, {page->prefix}};
    page_scene(page, &scene, number);
}
