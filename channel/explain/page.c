/*
 * The page as a whole: its head, what stands above the talk, and the talk.
 */
#include "page_internal.h"

#include "base64.h"
#include "fingerprint.h"

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
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
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
    fputs("<footer><p>Drawn by <b>Glassbox</b>, crypto in a glass box: for learning, not audited. "
          "This file is all there is; it asks nothing of any network.</p></footer>\n<script>",
          out);
    fputs(page_js, out);
    fputs("</script>\n</body>\n</html>\n", out);
}

/* --- above the talk --------------------------------------------------------------------------- */

static const struct timeline_channel *first_channel(const struct timeline *timeline)
{
    return &timeline->channels[0];
}

static struct channel_suite suite_of(const struct timeline *timeline)
{
    return first_channel(timeline)->open->open.suite;
}

/* The end of the first talk: of its last channel that has one. */
static const struct trace_event *end_of(const struct timeline *timeline)
{
    const struct trace_event *end = NULL;
    for (size_t i = 0; i < timeline->channel_count; i++)
        if (timeline->channels[i].close &&
            (!end || timeline->channels[i].close->close.error || !end->close.error))
            end = timeline->channels[i].close;
    return end;
}

static void put_key_row(FILE *out, const struct timeline_channel *channel, enum channel_role role)
{
    const struct timeline_key *key = page_identity(channel, role);
    char text[FINGERPRINT_TEXT_BYTES];
    html_put(out, "<div><dt class=\"%s\">%s</dt><dd>", role == CHANNEL_CLIENT ? "client" : "server",
             role == CHANNEL_CLIENT ? "Client" : "Server");
    if (channel->addresses[role])
        html_put(out, "%s<br>", channel->addresses[role]->address);
    if (page_fingerprint(text, key))
        html_put(out, "<code class=\"fingerprint\">%s</code>", text);
    else
        fputs("has shown no key", out);
    fputs("</dd></div>\n", out);
}

static void put_ports(FILE *out, const struct timeline *timeline)
{
    unsigned last = 0;
    size_t count = 0;
    fputs("<div><dt>Ports</dt><dd>", out);
    for (size_t i = 0; i < timeline->channel_count; i++) {
        const struct trace_address *place = timeline->channels[i].addresses[CHANNEL_SERVER];
        if (!place || place->port == last)
            continue;
        if (++count <= 6)
            html_put(out, "%s%u", count > 1 ? ", then " : "", (unsigned)place->port);
        last = place->port;
    }
    html_put(out, "%s</dd></div>\n", count == 0 ? "not recorded" : count > 6 ? " and more" : "");
}

static void put_counts(FILE *out, const struct timeline *timeline)
{
    size_t frames[2] = {0}, bytes[2] = {0};
    for (size_t i = 0; i < timeline->channel_count; i++)
        for (int role = 0; role < 2; role++) {
            frames[role] += timeline->channels[i].frames[role];
            bytes[role] += timeline->channels[i].bytes[role];
        }
    html_put(
        out,
        "<div><dt>On the wire</dt><dd>%zu frames, %zu bytes from the client<br>%zu frames, %zu "
        "bytes from the server</dd></div>\n",
        frames[CHANNEL_CLIENT], bytes[CHANNEL_CLIENT], frames[CHANNEL_SERVER],
        bytes[CHANNEL_SERVER]);
}

static void put_end_row(FILE *out, const struct timeline *timeline)
{
    const struct trace_event *end = end_of(timeline);
    const struct timeline_channel *channel = first_channel(timeline);
    const struct explanation *explanation =
        end ? explanation_of_end(end->close.error, channel->role, end->close.is_peers,
                                 channel->open->open.suite.kind)
            : NULL;
    struct explain_parties parties = {
        .client = "the client", .server = "the server", .actor = channel->role};
    char text[EXPLAIN_TEXT_BYTES];
    parties.text = end ? channel_strerror(end->close.error) : NULL;
    html_put(out, "<div><dt>How it ended</dt><dd class=\"%s\">",
             end && end->close.error ? "bad" : "good");
    if (!explanation)
        fputs("The recording stops before the end.", out);
    else
        html_put(out, "<b>%s.</b> %s", explanation->title,
                 explain_text_fill(text, explanation->sentence, &parties));
    if (end && end->close.detail[0])
        html_put(out, " <code>%s</code>", end->close.detail);
    fputs("</dd></div>\n", out);
}

static void put_overview(FILE *out, const struct timeline *timeline, const char *title)
{
    const struct recording_head *head = recording_head(timeline->recording);
    const struct timeline_channel *channel = first_channel(timeline);
    char suite[CHANNEL_SUITE_TEXT_BYTES];
    html_put(out,
             "<section class=\"overview\"><h2>%s</h2><dl>\n<div><dt>Recorded by</dt><dd><code>%s"
             "</code><br>%s</dd></div>\n<div><dt>Suite</dt><dd><b>%s</b>%s</dd></div>\n",
             title, head->program, head->started,
             channel_suite_text(suite, channel->open->open.suite),
             channel_suite_is_modern(channel->open->open.suite) ? "" : " (breakable on purpose)");
    put_key_row(out, channel, CHANNEL_CLIENT);
    put_key_row(out, channel, CHANNEL_SERVER);
    put_ports(out, timeline);
    put_counts(out, timeline);
    put_end_row(out, timeline);
    html_put(out, "<div><dt>Secrets</dt><dd>%s%s</dd></div>\n</dl>\n",
             head->secrets
                 ? "They are on this page: whoever has it can read the session. It is for learning."
                 : "None are on this page: the recording was made without --record-secrets.",
             head->seeded ? " The random numbers were not random: --seed was given." : "");
    if (recording_is_cut(timeline->recording))
        fputs(
            "<p class=\"note\">The last line of the recording was cut short and is left out.</p>\n",
            out);
    fputs("</section>\n", out);
}

static unsigned seen_by_listener(const struct timeline *timeline)
{
    static const unsigned suites[] = {[CHANNEL_MODERN] = 0,
                                      [CHANNEL_MODERN_RSA] = 0,
                                      [CHANNEL_DH] = SEEN_UNPROVEN | SEEN_DH,
                                      [CHANNEL_TEXTBOOK] = SEEN_UNPROVEN | SEEN_TEXTBOOK};
    unsigned seen = suites[suite_of(timeline).kind];
    for (size_t i = 0; i < timeline->channel_count; i++) {
        const struct timeline_channel *channel = &timeline->channels[i];
        if (page_identity(channel, CHANNEL_CLIENT)->n.bytes > 0)
            seen |= SEEN_CLIENT_KEY;
        if (page_identity(channel, CHANNEL_SERVER)->n.bytes > 0)
            seen |= SEEN_SERVER_KEY;
        if (channel->resumed)
            seen |= SEEN_MOVED;
        for (size_t k = 0; k < channel->entry_count; k++)
            if (channel->entries[k].kind == ENTRY_FRAME &&
                channel->entries[k].event->frame.message < WIRE_MESSAGES &&
                wire_layout(channel->entries[k].event->frame.message)->frame == WIRE_FRAME_RECORD)
                seen |= SEEN_TALKED;
    }
    return seen;
}

static void put_list(FILE *out, const char *class, const char *title, unsigned seen,
                     const char *(*line)(unsigned seen, size_t index))
{
    html_put(out, "<div class=\"%s\"><h3>%s</h3><ul>\n", class, title);
    for (size_t i = 0; line(seen, i); i++)
        html_put(out, "<li>%s</li>\n", line(seen, i));
    fputs("</ul></div>\n", out);
}

static void put_listener(FILE *out, const struct timeline *timeline)
{
    unsigned seen = seen_by_listener(timeline);
    char suite[CHANNEL_SUITE_TEXT_BYTES];
    html_put(out,
             "<section class=\"listener\"><h2>What a listener on the wire knows now (%s)</h2>"
             "<div class=\"columns\">\n",
             channel_suite_text(suite, suite_of(timeline)));
    put_list(out, "learned", "Has learned", seen, explain_learned);
    put_list(out, "hidden", "Has not learned", seen, explain_hidden);
    fputs("</div></section>\n", out);
}

static void put_legend(FILE *out)
{
    fputs(
        "<section class=\"legend\"><h2>How to read this page</h2>\n<ul>\n"
        "<li class=\"is-client\"><b>The client</b> is on the left, <b class=\"server-word\">the "
        "server</b> on the right. An arrow is a message on the wire; a box on one side is work "
        "that this side does alone.</li>\n"
        "<li>Every line opens: to its bytes, its fields, its arithmetic. Point at a field, and its "
        "bytes light up; and the other way round.</li>\n"
        "<li class=\"value is-local\"><span class=\"tag\">local</span> never left the machine; "
        "<span class=\"is-secret\"><span class=\"tag\">secret</span></span> never left it, and "
        "whoever knew it could read or forge; <span class=\"is-public\"><span class=\"tag\">public"
        "</span></span> crossed the wire as it is.</li>\n"
        "<li><b>Check it</b> gives a line for a command prompt. It needs python3 and openssl, and "
        "nothing of ours.</li>\n"
        "<li>Keys: <kbd>o</kbd> opens all, <kbd>c</kbd> closes all, <kbd>j</kbd> and <kbd>k</kbd> "
        "go to the next and the last line. Every <b>#</b> is a link that stays.</li>\n"
        "<li>What a word means stands in <code>docs/glossary.md</code>, a line each.</li>\n"
        "</ul>\n<p class=\"buttons\" hidden><button type=\"button\" id=\"open-all\">Open all"
        "</button> <button type=\"button\" id=\"close-all\">Close all</button></p></section>\n",
        out);
}

/* --- the way round ---------------------------------------------------------------------------- */

#define CONTENTS_MAX 40

static void put_contents(struct page *page, const struct timeline *timeline)
{
    fputs("<nav class=\"contents\" aria-label=\"Scenes\"><h2>Scenes</h2><ol>\n", page->out);
    for (size_t i = 0; i < timeline->channel_count && i < CONTENTS_MAX; i++) {
        const struct timeline_channel *channel = &timeline->channels[i];
        const struct trace_address *place = channel->addresses[CHANNEL_SERVER];
        html_put(page->out, "<li><a href=\"#%s\">", page_channel_anchor(page, channel).text);
        if (place)
            html_put(page->out, "Port %u", (unsigned)place->port);
        else
            html_put(page->out, "Channel %u", channel->open->channel);
        fputs("</a><ol>\n", page->out);
        for (size_t k = 0, shown = 0; k < channel->entry_count && shown < CONTENTS_MAX; k++) {
            const struct timeline_entry *entry = &channel->entries[k];
            const struct explanation *explanation = page_explanation(channel, entry);
            if (entry->kind == ENTRY_STEPS)
                continue;
            shown++;
            html_put(page->out, "<li class=\"%s\"><a href=\"#%s\">%s</a></li>\n",
                     entry->actor == CHANNEL_CLIENT ? "client" : "server",
                     page_entry_anchor(page, channel, entry).text, explanation->title);
        }
        fputs("</ol></li>\n", page->out);
    }
    fputs("</ol></nav>\n", page->out);
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
    html_put(out,
             "<body>\n<a class=\"skip\" href=\"#talk\">Skip to the conversation</a>\n<header "
             "class=\"top\"><p class=\"kicker\">Glassbox &#183; a session seen from inside</p>"
             "<h1>%s</h1><p>%s</p></header>\n<main>\n",
             title, below);
}

static void put_maps(const struct page *page)
{
    FILE *out = page->out;
    if (page->map_count == 0)
        return;
    fputs("<section id=\"map\" aria-labelledby=\"map-title\"><h2 id=\"map-title\">The tamper map"
          "</h2>\n<p>Each box is a byte that came. It was flipped alone, and the whole session was "
          "played again: the colour is the check that refused it. Red was accepted, and something "
          "else arrived.</p>\n",
          out);
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
    return !second                  ? "One session, every byte"
           : is_pair(first, second) ? "Two sessions, step beside step"
                                    : "One session, both ends";
}

static const char *below_title(const struct timeline *first, const struct timeline *second)
{
    return !second ? "Who said what to whom, what each did alone in between, and why."
           : is_pair(first, second)
               ? "The same step stands in the same row, as far as both have it."
               : "What each side did alone, and what went over the wire between them.";
}

void page_above(struct page *page, const struct timeline *first, const struct timeline *second)
{
    FILE *out = page->out;
    fputs("<div class=\"above\">\n", out);
    put_overview(out, first, second ? "The first recording" : "Overview");
    if (second)
        put_overview(out, second, "The second recording");
    fputs("</div>\n", out);
    put_listener(out, first);
    if (second && suite_of(first).kind != suite_of(second).kind)
        put_listener(out, second);
    put_legend(out);
    page->timeline = first;
    page->prefix = "";
    put_contents(page, first);
}

void page_below(struct page *page)
{
    put_maps(page);
}

static void put_page(struct page *page, const struct timeline *first, const struct timeline *second)
{
    const char *title = title_of(first, second);
    put_head(page->out, title);
    put_title(page->out, title, below_title(first, second));
    page_above(page, first, second);
    fputs("<section id=\"talk\" aria-labelledby=\"talk-title\"><h2 id=\"talk-title\">The "
          "conversation</h2>\n",
          page->out);
    if (second)
        page_pair(page, first, second);
    else
        put_channels(page, first);
    fputs("</section>\n", page->out);
    page_below(page);
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
