/*
 * A channel on the page: one port, two parties, and the entries between them.
 */
#include "page_internal.h"

static void put_place(FILE *out, const struct timeline_channel *channel, enum channel_role role)
{
    const struct trace_address *place = channel->addresses[role];
    html_put(out, "<div class=\"party %s\"><b>%s</b> ",
             role == CHANNEL_CLIENT ? "client" : "server",
             role == CHANNEL_CLIENT ? "Client" : "Server");
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
             channel->resumed ? "Another port. The client shows its ticket, and the talk goes on."
                              : "The rendezvous: the port that everybody knows.");
    fputs("<div class=\"parties\">\n", page->out);
    put_place(page->out, channel, CHANNEL_CLIENT);
    fputs("<div class=\"wire\">the wire</div>\n", page->out);
    put_place(page->out, channel, CHANNEL_SERVER);
    fputs("</div>\n", page->out);
}

/* A talk of a thousand messages is shown by its beginning and its end. */
#define ENTRIES_MAX  300
#define ENTRIES_TAIL 60

void page_channel(struct page *page, const struct timeline_channel *channel, size_t number)
{
    struct page_anchor anchor = page_channel_anchor(page, channel);
    html_put(page->out, "<section class=\"scene\" id=\"%s\" aria-label=\"Scene %zu\">\n",
             anchor.text, number);
    page_channel_head(page, channel, number);
    fputs("<ol class=\"beats\">\n", page->out);
    for (size_t i = 0; i < channel->entry_count; i++) {
        struct page_side side = {page->timeline, channel, &channel->entries[i], page->prefix};
        if (channel->entry_count > ENTRIES_MAX && i == ENTRIES_MAX - ENTRIES_TAIL) {
            size_t left_out = channel->entry_count - ENTRIES_MAX;
            html_put(page->out,
                     "<li class=\"beat gap\">Here %zu more steps and messages are left out: they "
                     "are in the recording.</li>\n",
                     left_out);
            i += left_out;
            side.entry = &channel->entries[i];
        }
        page_entry(page, &side, NULL);
    }
    if (!channel->close)
        fputs("<li class=\"beat gap\">The recording ends here; the session had not.</li>\n",
              page->out);
    fputs("</ol></section>\n", page->out);
}
