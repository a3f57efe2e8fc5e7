/*
 * The page as a whole: its head, what stands above the talk, and the talk.
 */
#include "page_internal.h"

#include "base64.h"
#include "sym_sha256.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

/* --- the head --------------------------------------------------------------------------------- */

static void put_hash(FILE *out, const char *text)
{
    uint8_t digest[SYM_SHA256_BYTES];
    char base64[BASE64_TEXT_BYTES(SYM_SHA256_BYTES)];
    sym_sha256(digest, text, strlen(text));
    base64_encode(base64, digest, sizeof(digest), BASE64_PADDED);
    fprintf(out, "'sha256-%s'", base64);
}

/* The policy first: nothing may be loaded or sent; of scripts and styles, only these two run. */
static void put_head(FILE *out, const char *title)
{
    html_put(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n", _("en"));
    fputs("<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ",
          out);
    put_hash(out, page_css);
    fputs("; script-src ", out);
    put_hash(out, page_js);
    fputs("; base-uri 'none'; form-action 'none'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta name=\"generator\" content=\"Glassbox\">\n",
          out);
    html_put(out, "<title>%s</title>\n<style>", title);
    fputs(page_css, out);
    fputs("</style>\n</head>\n", out);
}

static void put_tail(FILE *out)
{
    fprintf(
        out, "<footer><p>%s</p></footer>\n<script>",
        _("Drawn by <b>Glassbox</b>, crypto in a glass box: for learning, not audited. This file "
          "is all there is; it asks nothing of any network."));
    fputs(page_js, out);
    fputs("</script>\n</body>\n</html>\n", out);
}

/* A server sees hundreds of talks: its page has the first of them. */
#define SCENES_MAX 60

static void put_channels(struct page *page, const struct timeline *timeline)
{
    size_t number = 0;
    for (size_t talk = 0; talk < timeline->channel_count && number < SCENES_MAX; talk++)
        for (size_t i = talk; i < timeline->channel_count && number < SCENES_MAX; i++)
            if (timeline->channels[i].talk == talk)
                page_channel(page, &timeline->channels[i], ++number);
    if (number < timeline->channel_count)
        html_put(page->out,
                 "<p class=\"gap\">Here %zu more scenes are left out: they are in the "
                 "recording.</p>\n",
                 timeline->channel_count - number);
}

static void put_title(FILE *out, const char *title, const char *below)
{
    html_put(
        out,
        "<body data-copy=\"%s\" data-copied=\"%s\">\n<a class=\"skip\" href=\"#talk\">%s</a>\n"
        "<header class=\"top\"><p class=\"kicker\">%s</p><h1>%s</h1><p>%s</p></header>\n<main>\n",
        _("copy"), _("copied"), _("Skip to the conversation"),
        _("Glassbox \xc2\xb7 a session seen from inside"), title, below);
}

static void put_maps(const struct page *page)
{
    FILE *out = page->out;
    if (page->map_count == 0)
        return;
    html_put(
        out,
        "<section id=\"map\" aria-labelledby=\"map-title\"><h2 id=\"map-title\">%s</h2>\n"
        "<p>%s</p>\n",
        _("The tamper map"),
        _("Each box is a byte that came. It was flipped alone, and the whole session was played "
          "again: the colour is the check that refused it. Red was accepted, and something else "
          "arrived."));
    for (size_t i = 0; i < page->map_count; i++)
        replay_map_draw(out, &page->maps[i], page->timeline->recording);
    fputs("</section>\n", out);
}

static bool is_pair(const struct timeline *first, const struct timeline *second)
{
    return second && !page_is_one_session(first, second);
}

static const char *title_of(const struct timeline *first, const struct timeline *second)
{
    return !second && page_talks(first) > 1 ? _("Several talks, every byte")
           : !second                        ? _("One session, every byte")
           : is_pair(first, second)         ? _("Two sessions, step beside step")
                                            : _("One session, both ends");
}

static const char *below_title(const struct timeline *first, const struct timeline *second)
{
    return !second ? _("Who said what to whom, what each did alone in between, and why.")
           : is_pair(first, second)
               ? _("The same step stands in the same row, as far as both have it.")
               : _("What each side did alone, and what went over the wire between them.");
}

void page_above(struct page *page, const struct timeline *first, const struct timeline *second)
{
    fputs("<div class=\"above\">\n", page->out);
    page_overview(page, first, second ? _("The first recording") : _("Overview"));
    if (second)
        page_overview(page, second, _("The second recording"));
    fputs("</div>\n", page->out);
    page->timeline = first;
    page->prefix = "";
    page_contents(page, first);
}

void page_talk_head(FILE *out)
{
    html_put(out,
             "<section id=\"talk\" aria-labelledby=\"talk-title\"><h2 id=\"talk-title\">%s</h2>\n",
             _("The conversation"));
    fprintf(
        out, "<p class=\"how\">%s</p>\n",
        _("<b class=\"client-word\">The client</b> is on the left, <b class=\"server-word\">the "
          "server</b> on the right. An arrow is a message on the wire; a box on one side is "
          "work that this side does alone. Every line opens."));
    html_put(out,
             "<p class=\"buttons\" hidden><button type=\"button\" id=\"open-all\">%s</button> "
             "<button type=\"button\" id=\"close-all\">%s</button></p>\n",
             _("Open all"), _("Close all"));
}

static void put_listeners(FILE *out, const struct timeline *first, const struct timeline *second)
{
    const struct channel_suite *suite;
    for (size_t i = 0; (suite = page_suite(first, i)); i++)
        page_listener(out, first, *suite);
    for (size_t i = 0; second && (suite = page_suite(second, i)); i++)
        if (suite->kind != page_suite(first, 0)->kind)
            page_listener(out, second, *suite);
}

void page_below(struct page *page, const struct timeline *first, const struct timeline *second)
{
    if (page->lines > PAGE_PAPER_LINES) {
        fputs("<p class=\"gap paper-only\">", page->out);
        html_put(page->out,
                 _("Here %u more lines are left out: they are on the page, not on paper."),
                 page->lines - PAGE_PAPER_LINES);
        fputs("</p>\n", page->out);
    }
    put_listeners(page->out, first, second);
    put_maps(page);
    page_legend(page->out);
}

static void put_page(struct page *page, const struct timeline *first, const struct timeline *second)
{
    const char *title = title_of(first, second);
    put_head(page->out, title);
    put_title(page->out, title, below_title(first, second));
    page_above(page, first, second);
    page_talk_head(page->out);
    if (second)
        page_pair(page, first, second);
    else
        put_channels(page, first);
    fputs("</section>\n", page->out);
    page_below(page, first, second);
    fputs("</main>\n", page->out);
    put_tail(page->out);
}

bool page_write_timelines(FILE *out, const struct timeline *first, const struct timeline *second,
                          const struct replay_map *maps, size_t map_count, struct problem *problem)
{
    struct page page = {.out = out, .prefix = "", .maps = maps, .map_count = map_count};
    bool done = true;
    put_page(&page, first, second);
    if (page.no_memory)
        done = problem_memory(problem);
    else if (fflush(out) != 0 || ferror(out))
        done = problem_errno(problem, "the page cannot be written");
    free(page.seen); /* pointers: not secret */
    return done;
}

bool page_write(FILE *out, const struct recording *first, const struct recording *second,
                const struct replay_map *maps, size_t map_count, struct problem *problem)
{
    struct timeline timelines[2] = {{0}, {0}};
    bool done = timeline_read(&timelines[0], first, problem) &&
                (!second || timeline_read(&timelines[1], second, problem)) &&
                page_write_timelines(out, &timelines[0], second ? &timelines[1] : NULL, maps,
                                     map_count, problem);
    timeline_free(&timelines[0]);
    timeline_free(&timelines[1]);
    return done;
}
