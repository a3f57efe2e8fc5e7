/*
 * Scenes: one channel, one port, two parties, and the beats between them.
 */
#include "page_parts.h"

static const struct lens_place *place_of(const struct drama_scene *scene, enum channel_role role)
{
    return scene->places[role];
}

static void put_place(FILE *out, const struct drama_scene *scene, enum channel_role role)
{
    const struct lens_place *place = place_of(scene, role);
    html_put(out, "<div class=\"party %s\"><b>%s</b> ",
             role == CHANNEL_CLIENT ? "client" : "server",
             role == CHANNEL_CLIENT ? "Client" : "Server");
    if (place)
        html_put(out, "<span>%s port %u</span>", place->address, (unsigned)place->port);
    fputs("</div>\n", out);
}

void page_scene_head(struct page *page, const struct drama_scene *scene, size_t number)
{
    const struct lens_place *server = place_of(scene, CHANNEL_SERVER);
    html_put(page->out, "<header class=\"scene-head\"><p class=\"kicker\">Scene %zu</p><h3>",
             number);
    if (server)
        html_put(page->out, "Port %u", (unsigned)server->port);
    else
        html_put(page->out, "Channel %u", scene->channel);
    html_put(page->out, "</h3><p>%s</p></header>\n",
             scene->resumed ? "Another port. The client shows its ticket, and the talk goes on."
                            : "The rendezvous: the port that everybody knows.");
    fputs("<div class=\"parties\">\n", page->out);
    put_place(page->out, scene, CHANNEL_CLIENT);
    fputs("<div class=\"wire\">the wire</div>\n", page->out);
    put_place(page->out, scene, CHANNEL_SERVER);
    fputs("</div>\n", page->out);
}

/* A talk of a thousand messages is shown by its beginning and its end. */
#define BEATS_MAX  300
#define BEATS_TAIL 60

void page_scene(struct page *page, const struct drama_scene *scene, size_t number)
{
    struct page_anchor anchor = page_scene_anchor(page, scene);
    html_put(page->out, "<section class=\"scene\" id=\"%s\" aria-label=\"Scene %zu\">\n",
             anchor.text, number);
    page_scene_head(page, scene, number);
    fputs("<ol class=\"beats\">\n", page->out);
    for (size_t i = 0; i < scene->beat_count; i++) {
        struct page_side side = {page->drama, scene, &scene->beats[i], page->prefix};
        if (scene->beat_count > BEATS_MAX && i == BEATS_MAX - BEATS_TAIL) {
            size_t left_out = scene->beat_count - BEATS_MAX;
            html_put(page->out,
                     "<li class=\"beat gap\">Here %zu more steps and messages are left out: they "
                     "are in the recording.</li>\n",
                     left_out);
            i += left_out;
            side.beat = &scene->beats[i];
        }
        page_beat(page, &side, NULL);
    }
    if (!scene->close)
        fputs("<li class=\"beat gap\">The recording ends here; the session had not.</li>\n",
              page->out);
    fputs("</ol></section>\n", page->out);
}
