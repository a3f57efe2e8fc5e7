/*
 * Who talked to whom, how it ended, and what a listener on the wire knows now.
 */
#include "page_internal.h"

#include "fingerprint.h"
#include "translate.h"

static const struct timeline_channel *first_channel(const struct timeline *timeline)
{
    return &timeline->channels[0];
}

static bool is_same_suite(struct channel_suite a, struct channel_suite b)
{
    return channel_suite_number(a) == channel_suite_number(b);
}

const struct channel_suite *page_suite(const struct timeline *timeline, size_t number)
{
    for (size_t i = 0; i < timeline->channel_count; i++) {
        const struct channel_suite *suite = &timeline->channels[i].open->open.suite;
        size_t before = 0;
        while (before < i && !is_same_suite(timeline->channels[before].open->open.suite, *suite))
            before++;
        if (before == i && number-- == 0)
            return suite;
    }
    return NULL;
}

size_t page_talks(const struct timeline *timeline)
{
    size_t count = 0;
    for (size_t i = 0; i < timeline->channel_count; i++)
        count += timeline->channels[i].talk == i;
    return count;
}

/* Whether it told the client another port: its end is not the end of the talk. */
static bool has_moved(const struct timeline_channel *channel)
{
    for (size_t i = 0; i < channel->entry_count; i++)
        if (channel->entries[i].kind == ENTRY_FRAME &&
            timeline_message(&channel->entries[i]) == WIRE_PORT)
            return true;
    return false;
}

/* The end of a talk: the latest failure of its channels, else the latest goodbye. NULL while one of
 * them is open, or is still to come. */
static const struct trace_event *end_of(const struct timeline *timeline, size_t talk)
{
    const struct timeline_channel *last = NULL;
    const struct trace_event *end = NULL;
    for (size_t i = talk; i < timeline->channel_count; i++) {
        const struct timeline_channel *channel = &timeline->channels[i];
        if (channel->talk != talk)
            continue;
        if (!channel->close)
            return NULL;
        if (!end || channel->close->close.error || !end->close.error)
            end = channel->close;
        last = channel;
    }
    return end && !end->close.error && has_moved(last) ? NULL : end;
}

/* One who refuses shows no key: of many talks, the first in which it was shown. */
static const struct timeline_channel *channel_with_key(const struct timeline *timeline,
                                                       enum channel_role role)
{
    for (size_t i = 0; i < timeline->channel_count; i++)
        if (page_identity(&timeline->channels[i], role)->n.bytes > 0)
            return &timeline->channels[i];
    return first_channel(timeline);
}

static void put_key_row(FILE *out, const struct timeline *timeline, enum channel_role role)
{
    const struct timeline_channel *channel = channel_with_key(timeline, role);
    const struct timeline_key *key = page_identity(channel, role);
    char text[FINGERPRINT_TEXT_BYTES];
    html_put(out, "<div><dt class=\"%s\">%s</dt><dd>", role == CHANNEL_CLIENT ? "client" : "server",
             role == CHANNEL_CLIENT ? _("Client") : _("Server"));
    if (channel->addresses[role])
        html_put(out, "%s<br>", channel->addresses[role]->address);
    if (page_fingerprint(text, key))
        html_put(out, "<code class=\"fingerprint\">%s</code>", text);
    else
        html_put(out, "has shown no key");
    fputs("</dd></div>\n", out);
}

static void put_ports(FILE *out, const struct timeline *timeline)
{
    unsigned last = 0;
    size_t count = 0;
    html_put(out, "<div><dt>%s</dt><dd>", _("Ports"));
    for (size_t i = 0; i < timeline->channel_count; i++) {
        const struct trace_address *place = timeline->channels[i].addresses[CHANNEL_SERVER];
        if (!place || place->port == last)
            continue;
        if (++count <= 6)
            html_put(out, "%s%u", count > 1 ? _(", then ") : "", (unsigned)place->port);
        last = place->port;
    }
    html_put(out, "%s</dd></div>\n", count == 0 ? _("unknown") : count > 6 ? _(" and more") : "");
}

static void put_counts(FILE *out, const struct timeline *timeline)
{
    size_t frames[2] = {0}, bytes[2] = {0};
    for (size_t i = 0; i < timeline->channel_count; i++)
        for (int role = 0; role < 2; role++) {
            frames[role] += timeline->channels[i].frames[role];
            bytes[role] += timeline->channels[i].bytes[role];
        }
    html_put(out,
             page_talks(timeline) > 1
                 ? N_("<div><dt>On the wire, all talks</dt><dd>%zu frames, %zu bytes from the "
                      "clients<br>%zu frames, %zu bytes from the server</dd></div>\n")
                 : N_("<div><dt>On the wire</dt><dd>%zu frames, %zu bytes from the client<br>%zu "
                      "frames, %zu bytes from the server</dd></div>\n"),
             frames[CHANNEL_CLIENT], bytes[CHANNEL_CLIENT], frames[CHANNEL_SERVER],
             bytes[CHANNEL_SERVER]);
}

static void put_ends_row(FILE *out, const struct timeline *timeline)
{
    size_t talks = 0, good = 0, bad = 0;
    for (size_t i = 0; i < timeline->channel_count; i++) {
        const bool begins = timeline->channels[i].talk == i;
        const struct trace_event *end = begins ? end_of(timeline, i) : NULL;
        talks += begins;
        good += end && !end->close.error;
        bad += end && end->close.error;
    }
    html_put(out, "<div><dt>%s</dt><dd>", _("How they ended"));
    html_put(out, "%zu talks. Ended well: %zu; refused or broken off: %zu; not ended: %zu.", talks,
             good, bad, talks - good - bad);
    fputs("</dd></div>\n", out);
}

static void put_end_row(FILE *out, const struct timeline *timeline, bool live)
{
    const struct trace_event *end = end_of(timeline, 0);
    const struct timeline_channel *channel = first_channel(timeline);
    const struct explanation *explanation =
        end ? explanation_of_end(end->close.error, channel->role, end->close.is_peers,
                                 channel->open->open.suite.kind)
            : NULL;
    struct explain_parties parties = {
        .client = _("the client"), .server = _("the server"), .actor = channel->role};
    char text[EXPLAIN_TEXT_BYTES];
    parties.text = end ? _(channel_strerror(end->close.error)) : NULL;
    html_put(out, "<div><dt>%s</dt><dd class=\"%s\">", _("How it ended"),
             end && end->close.error ? "bad" : "good");
    if (!explanation)
        html_put(out, "%s",
                 live ? _("It has not ended yet.") : _("The recording stops before the end."));
    else
        html_put(out, "<b>%s.</b> %s", _(explanation->title),
                 explain_text_fill(text, explanation->sentence, &parties));
    if (end && end->close.detail[0])
        html_put(out, " <code>%s</code>", end->close.detail);
    fputs("</dd></div>\n", out);
}

static void put_one_talk(FILE *out, const struct timeline *timeline, bool live)
{
    put_key_row(out, timeline, CHANNEL_CLIENT);
    put_key_row(out, timeline, CHANNEL_SERVER);
    put_ports(out, timeline);
    put_counts(out, timeline);
    put_end_row(out, timeline, live);
}

/* Who is the same in all of them, and how many there are. */
static void put_many_talks(FILE *out, const struct timeline *timeline)
{
    put_key_row(out, timeline, first_channel(timeline)->role);
    put_counts(out, timeline);
    put_ends_row(out, timeline);
}

/* A program speaks one suite; who puts recordings together may have more. */
static void put_suites(FILE *out, const struct timeline *timeline)
{
    const struct channel_suite *suite;
    char text[CHANNEL_SUITE_TEXT_BYTES];
    html_put(out, "<div><dt>%s</dt><dd>", _("Suite"));
    for (size_t i = 0; (suite = page_suite(timeline, i)); i++) {
        fputs(i > 0 ? "<br>" : "", out);
        html_put(out, "<b>%s</b>%s", channel_suite_text(text, *suite),
                 channel_suite_is_modern(*suite) ? "" : _(" (breakable on purpose)"));
    }
    fputs("</dd></div>\n", out);
}

void page_overview(struct page *page, const struct timeline *timeline, const char *title)
{
    FILE *out = page->out;
    const struct recording_head *head = recording_head(timeline->recording);
    html_put(
        out,
        "<section class=\"overview\"><h2>%s</h2><dl>\n<div><dt>%s</dt><dd><code>%s</code><br>%s"
        "</dd></div>\n",
        title, _("Recorded by"), head->program, head->started);
    put_suites(out, timeline);
    if (page_talks(timeline) > 1)
        put_many_talks(out, timeline);
    else
        put_one_talk(out, timeline, page->live);
    html_put(
        out, "<div><dt>%s</dt><dd>%s%s</dd></div>\n</dl>\n", _("Secrets"),
        head->secrets
            ? _("They are on this page: whoever has it can read the session. It is for learning.")
            : _("Not recorded, for --record-secrets was not given. In the place of each stands "
                "how many bytes it has."),
        head->seeded ? _(" The random numbers were not random: --seed was given.") : "");
    if (recording_is_cut(timeline->recording))
        html_put(out, "<p class=\"note\">%s</p>\n",
                 _("The last line of the recording was cut short and is left out."));
    fputs("</section>\n", out);
}

/* On the lines of this suite. */
static unsigned seen_by_listener(const struct timeline *timeline, struct channel_suite suite)
{
    static const unsigned suites[] = {[CHANNEL_MODERN] = 0,
                                      [CHANNEL_MODERN_X25519] = 0,
                                      [CHANNEL_MODERN_RSA] = 0,
                                      [CHANNEL_DH] = SEEN_UNPROVEN | SEEN_DH,
                                      [CHANNEL_TEXTBOOK] = SEEN_UNPROVEN | SEEN_TEXTBOOK};
    unsigned seen = suites[suite.kind];
    for (size_t i = 0; i < timeline->channel_count; i++) {
        const struct timeline_channel *channel = &timeline->channels[i];
        if (!is_same_suite(channel->open->open.suite, suite))
            continue;
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
        html_put(out, "<li>%s</li>\n", _(line(seen, i)));
    fputs("</ul></div>\n", out);
}

void page_listener(FILE *out, const struct timeline *timeline, struct channel_suite suite)
{
    unsigned seen = seen_by_listener(timeline, suite);
    char text[CHANNEL_SUITE_TEXT_BYTES];
    html_put(out,
             "<section class=\"listener\"><h2>What a listener on the wire knows now (%s)</h2>"
             "<div class=\"columns\">\n",
             channel_suite_text(text, suite));
    put_list(out, "learned", _("Has learned"), seen, explain_learned);
    put_list(out, "hidden", _("Has not learned"), seen, explain_hidden);
    fputs("</div></section>\n", out);
}
