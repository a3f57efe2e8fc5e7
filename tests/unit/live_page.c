/*
 * The live page against the page of the recording: line by line the same, however the events come.
 */
#include "live_page.h"
#include "page.h"
#include "recorded_scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- a browser: what the events of a board make ------------------------------------------------ */

struct element {
    char name[LIVE_NAME_BYTES], in[LIVE_NAME_BYTES];
    char *html;
};

struct browser {
    struct element elements[2048];
    size_t count;
    uint64_t number;
    size_t events;
};

static struct element *find(struct browser *browser, const char *name)
{
    for (size_t i = 0; i < browser->count; i++)
        if (strcmp(browser->elements[i].name, name) == 0)
            return &browser->elements[i];
    return NULL;
}

static void forget(struct browser *browser, size_t index)
{
    free(browser->elements[index].html);
    browser->elements[index] = browser->elements[--browser->count];
}

static void put(struct browser *browser, const char *name, const char *in, const char *html)
{
    struct element *element = find(browser, name);
    if (!element) {
        cr_assert(browser->count < sizeof(browser->elements) / sizeof(browser->elements[0]));
        element = &browser->elements[browser->count++];
        *element = (struct element){.html = NULL};
        snprintf(element->name, sizeof(element->name), "%s", name);
    }
    snprintf(element->in, sizeof(element->in), "%s", in);
    free(element->html);
    element->html = strdup(html);
}

static bool is_listed(const char *names, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = names; (at = strstr(at, name)); at += length)
        if ((at == names || at[-1] == ' ') && (!at[length] || at[length] == ' '))
            return true;
    return false;
}

static void order(struct browser *browser, const char *in, const char *names)
{
    char *as_html;
    for (size_t i = browser->count; i > 0; i--)
        if (strcmp(browser->elements[i - 1].in, in) == 0 &&
            !is_listed(names, browser->elements[i - 1].name))
            forget(browser, i - 1);
    cr_assert(asprintf(&as_html, "%s order", in) > 0);
    put(browser, as_html, "", names);
    free(as_html);
}

/* Takes the "data: " away; the text ends where the event does. */
static char *plain(char *text)
{
    char *from = text, *to = text;
    while (*from)
        if (strncmp(from, "data: ", 6) == 0 && (from == text || from[-1] == '\n'))
            from += 6;
        else
            *to++ = *from++;
    *to = '\0';
    return text;
}

static void take_event(struct browser *browser, char *event)
{
    char *kind = strstr(event, "event: ") + strlen("event: "), *data = strstr(event, "data: ");
    const bool is_put = strncmp(kind, "put\n", 4) == 0;
    char *rest;
    data = plain(data);
    rest = strchr(data, '\n');
    *rest++ = '\0';
    browser->events++;
    if (is_put) {
        char *in = strchr(data, ' ');
        *in++ = '\0';
        put(browser, data, in, rest);
    } else {
        order(browser, data, rest);
    }
}

static void take_all(struct browser *browser, struct live_board *board)
{
    static char text[8 << 20];
    size_t more, bytes;
    bool ended;
    while ((bytes = live_board_read(board, &browser->number, text, sizeof(text) - 1, &more,
                                    &ended)) > 0) {
        char *at = text, *end;
        text[bytes] = '\0';
        for (; (end = strstr(at, "\n\n")); at = end + 2) {
            *end = '\0';
            take_event(browser, at);
        }
    }
    cr_assert_eq(more, 0);
}

static void close_browser(struct browser *browser)
{
    while (browser->count > 0)
        forget(browser, 0);
}

/* --- against the page ------------------------------------------------------------------------- */

static char *page_of(const struct recording *first, const struct recording *second)
{
    struct problem problem = {0};
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert(page_write(out, first, second, NULL, 0, &problem), "%s", problem.message);
    fclose(out);
    return text;
}

/* What stands in this element of the browser is on the page, in the same order. */
static size_t check_lines(struct browser *browser, const char *page, const char *in)
{
    char name[LIVE_NAME_BYTES + 8], *names, *rest = NULL;
    const char *at = page;
    struct element *list;
    size_t count = 0;
    snprintf(name, sizeof(name), "%s order", in);
    list = find(browser, name);
    cr_assert(list, "%s has no order", in);
    names = strdup(list->html);
    for (char *each = strtok_r(names, " ", &rest); each; each = strtok_r(NULL, " ", &rest)) {
        struct element *line = find(browser, each);
        const char *found = line ? strstr(at, line->html) : NULL;
        cr_assert(line, "%s is not there", each);
        cr_assert(found, "%s is another one on the page:\n%.400s", each, line->html);
        at = found + strlen(line->html);
        count++;
    }
    free(names);
    return count;
}

static size_t lines_on(const char *page)
{
    size_t count = 0;
    while ((page = strstr(page, "<li class=\"beat ")) && ++count)
        page++;
    return count;
}

/* The events of one or two recordings, some at a time, drawn after each lot. */
static void feed(struct live_page *live, const struct recording *const recordings[2], size_t lot)
{
    size_t at[2] = {0, 0};
    for (bool more = true; more;) {
        more = false;
        for (int side = 0; side < 2; side++)
            for (size_t i = 0; recordings[side] && i < lot; i++) {
                const struct trace_event *event = recording_event(recordings[side], at[side]);
                more = more || event;
                at[side] += event != NULL;
                cr_assert(!event || live_page_add(live, side, event));
            }
        cr_assert(live_page_draw(live, LIVE_GOES_ON));
    }
}

static void check_equal(const struct recording *const recordings[2], size_t lot)
{
    struct live_board *board = live_board_new();
    struct live_page *live = live_page_new(board);
    static struct browser early, late;
    char *page = page_of(recordings[0], recordings[1]), *saved = NULL, scene[32];
    struct problem problem = {0};
    size_t lines = 0, bytes;
    early.number = late.number = early.events = 0;
    for (int side = 0; side < 2; side++)
        if (recordings[side])
            live_page_head(live, side, recordings[side]);
    feed(live, recordings, lot);
    take_all(&early, board);
    take_all(&late, board);
    for (unsigned i = 1; snprintf(scene, sizeof(scene), "c%u", i), find(&late, scene); i++) {
        snprintf(scene, sizeof(scene), "c%u-beats", i);
        lines += check_lines(&late, page, scene);
    }
    cr_assert_eq(lines, lines_on(page), "%zu lines, the page has %zu", lines, lines_on(page));
    cr_assert(live_page_save(live, &saved, &bytes, &problem));
    cr_assert_str_eq(saved, page);
    free(saved);
    free(page);
    close_browser(&early);
    close_browser(&late);
    live_page_free(live);
    cr_assert(live_board_bytes(board) < 64 * 1024, "scenes are still on the board");
    live_board_free(board);
}

static void check_scene(enum scene which, const char *suite, bool secrets)
{
    struct recorded_scene scene;
    recorded_scene_open(&scene, which, suite, secrets);
    recorded_scene_play(&scene);
    for (size_t lot = 1; lot < 1000; lot = lot * 5 + 2)
        for (int role = 0; role < 2; role++) {
            const struct recording *one[2] = {scene.sides[role].recording, NULL};
            const struct recording *both[2] = {scene.sides[role].recording,
                                               scene.sides[!role].recording};
            check_equal(one, lot);
            check_equal(both, lot);
        }
    recorded_scene_close(&scene);
}

Test(live_page, modern_is_the_page_of_the_recording)
{
    check_scene(SCENE_TALK, "modern", true);
}

Test(live_page, textbook_is_the_page_of_the_recording)
{
    check_scene(SCENE_TALK, "textbook", true);
}

Test(live_page, without_secrets_it_shows_none)
{
    check_scene(SCENE_TALK, "modern", false);
}

/* --- long talks, many talks ------------------------------------------------------------------- */

static struct recording *new_recording(void)
{
    const struct recording_head head = {
        .program = "tests", .suite = "modern", .started = "", .role = CHANNEL_SERVER};
    struct recording *recording;
    cr_assert(recording_new(&recording, &head));
    return recording;
}

static void add_open(struct recording *recording, unsigned channel)
{
    struct trace_event event = {.kind = TRACE_OPEN, .channel = channel};
    event.open.role = CHANNEL_SERVER;
    cr_assert(recording_add(recording, &event));
}

static void add_frames(struct recording *recording, unsigned channel, unsigned count)
{
    uint8_t data[24] = {6, 0, 0, 20};
    struct trace_event event = {.kind = TRACE_FRAME, .channel = channel};
    event.frame.message = WIRE_MODERN_RECORD;
    event.frame.bytes = (struct trace_bytes){data, sizeof(data)};
    for (unsigned i = 1; i <= count; i++) {
        event.frame.sent = i % 3 == 0;
        event.frame.number = i;
        memcpy(data + 4, &i, sizeof(i));
        cr_assert(recording_add(recording, &event));
    }
}

static void add_close(struct recording *recording, unsigned channel)
{
    struct trace_event event = {.kind = TRACE_CLOSE, .channel = channel};
    event.close.reason = event.close.detail = "";
    cr_assert(recording_add(recording, &event));
}

/* The gap in the middle says how many are left out; on the live page it is in an element of its own. */
static void check_long(unsigned frames, size_t lot)
{
    struct recording *recording = new_recording();
    const struct recording *const recordings[2] = {recording, NULL};
    struct live_board *board = live_board_new();
    struct live_page *live = live_page_new(board);
    static struct browser browser;
    struct element *gap, *list;
    char *page;
    add_open(recording, 1);
    add_frames(recording, 1, frames);
    page = page_of(recording, NULL);
    live_page_head(live, 0, recording);
    browser.number = 0;
    feed(live, recordings, lot);
    take_all(&browser, board);
    gap = find(&browser, "c1-gap");
    cr_assert((gap != NULL) == (frames > 300));
    if (gap) {
        char *inner = strstr(gap->html, "<li class=\"beat gap\">"), *end = strstr(inner, "</li>");
        end[strlen("</li>")] = '\0';
        cr_assert(strstr(page, inner), "%s", inner);
        memmove(gap->html, inner, strlen(inner) + 1); /* as it stands on the page */
    }
    cr_assert_eq(check_lines(&browser, page, "c1-beats"), frames > 300 ? 301 : frames);
    list = find(&browser, "c1-beats order");
    cr_assert(list && browser.count < 320, "%zu elements", browser.count);
    free(page);
    close_browser(&browser);
    live_page_free(live);
    live_board_free(board);
    recording_free(recording);
}

Test(live_page, a_long_talk_has_its_beginning_and_its_end)
{
    const unsigned frames[] = {239, 240, 241, 299, 300, 301, 302, 700};
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        check_long(frames[i], 13);
        check_long(frames[i], 10000);
    }
    check_long(310, 1);
}

static void check_many(bool ended)
{
    struct recording *recording = new_recording();
    const struct recording *const recordings[2] = {recording, NULL};
    struct live_board *board = live_board_new();
    struct live_page *live = live_page_new(board);
    static struct browser browser;
    live_page_head(live, 0, recording);
    for (unsigned channel = 1; channel <= 100; channel++) {
        add_open(recording, channel);
        add_frames(recording, channel, 3);
        if (ended && channel != 5)
            add_close(recording, channel);
    }
    browser.number = 0;
    feed(live, recordings, 11);
    take_all(&browser, board);
    cr_assert(find(&browser, "c100"));
    cr_assert_not(find(&browser, "c1"));
    cr_assert_eq(find(&browser, "c5") != NULL, ended, "what goes on stays before what has ended");
    cr_assert(strstr(find(&browser, "left-out")->html, "40"));
    cr_assert_eq(find(&browser, "c100-f3") != NULL, true);
    close_browser(&browser);
    live_page_free(live);
    live_board_free(board);
    recording_free(recording);
}

Test(live_page, of_many_talks_it_has_the_latest)
{
    check_many(true);
    check_many(false);
}

/* --- how it ended, while it goes on ----------------------------------------------------------- */

static void add_moved(struct recording *recording, unsigned channel)
{
    static const uint8_t ticket[WIRE_TICKET_BYTES] = {1};
    struct trace_event event = {.kind = TRACE_OPEN, .channel = channel};
    event.open.role = CHANNEL_SERVER;
    event.open.ticket = ticket;
    cr_assert(recording_add(recording, &event));
}

/* Told the client a port, and its own line is closed. */
static void add_meeting(struct recording *recording, unsigned channel)
{
    static const uint8_t port[] = {0x27, 0x75};
    struct trace_event event = {.kind = TRACE_INNER, .channel = channel};
    add_open(recording, channel);
    add_frames(recording, channel, 1);
    event.inner.message = WIRE_PORT;
    event.inner.bytes = (struct trace_bytes){port, sizeof(port)};
    cr_assert(recording_add(recording, &event));
    add_close(recording, channel);
}

static void expect_end(const struct recording *recording, const char *saved, const char *living)
{
    const struct recording *const recordings[2] = {recording, NULL};
    struct live_board *board = live_board_new();
    struct live_page *live = live_page_new(board);
    static struct browser browser;
    char *page = page_of(recording, NULL);
    cr_expect(strstr(page, saved), "not on the page: %s", saved);
    live_page_head(live, 0, recording);
    browser.number = 0;
    feed(live, recordings, 3);
    take_all(&browser, board);
    cr_expect(strstr(find(&browser, "above-all")->html, living), "not on the live page: %s",
              living);
    free(page);
    close_browser(&browser);
    live_page_free(live);
    live_board_free(board);
}

Test(live_page, the_goodbye_of_the_meeting_is_not_the_end_of_the_talk)
{
    static const char stops[] = "The recording stops before the end.";
    static const char goes_on[] = "It has not ended yet.", good[] = "<b>A good end.</b>";
    struct recording *recording = new_recording();
    add_meeting(recording, 1);
    expect_end(recording, stops, goes_on);
    add_moved(recording, 2);
    add_frames(recording, 2, 3);
    expect_end(recording, stops, goes_on);
    add_close(recording, 2);
    expect_end(recording, good, good);
    recording_free(recording);
}

static void add_refused(struct recording *recording)
{
    struct trace_event refused = {.kind = TRACE_CLOSE, .channel = 1};
    refused.close.error = CHANNEL_ERR_NOT_ALLOWED;
    refused.close.reason = refused.close.detail = "";
    add_open(recording, 1);
    cr_assert(recording_add(recording, &refused));
}

/* A client that is refused, a whole talk, one that has moved on, and one that is at its beginning. */
Test(live_page, of_many_talks_it_says_how_many_ended_how)
{
    static const char ends[] = "4 talks. Ended well: 1; refused or broken off: 1; not ended: 2.";
    struct recording *recording = new_recording();
    char *page;
    add_refused(recording);
    add_meeting(recording, 2);
    add_moved(recording, 3);
    add_close(recording, 3);
    add_meeting(recording, 4);
    add_open(recording, 5);
    expect_end(recording, ends, ends);
    page = page_of(recording, NULL);
    *strstr(page, "<nav class=\"contents\"") = '\0';
    cr_expect(strstr(page, "<h1>Several talks, every byte</h1>"));
    cr_expect_not(strstr(page, "not allowed"));
    cr_expect(strstr(page, "On the wire, all talks"));
    cr_expect_eq(strstr(page, "<dt class=\"client\">") != NULL, false, "a single client");
    free(page);
    recording_free(recording);
}

/* The one who is refused sees no key; the next one does. */
Test(live_page, of_many_talks_it_shows_the_key_of_the_server)
{
    struct recording *recording = new_recording();
    struct recorded_scene scene;
    char *page;
    recorded_scene_open(&scene, SCENE_MEETING, "modern", false);
    recorded_scene_play(&scene);
    add_refused(recording);
    for (size_t i = 0; i < recording_count(scene.sides[CHANNEL_SERVER].recording); i++) {
        struct trace_event event = *recording_event(scene.sides[CHANNEL_SERVER].recording, i);
        event.channel = 2;
        cr_assert(recording_add(recording, &event));
    }
    page = page_of(recording, NULL);
    *strstr(page, "<nav class=\"contents\"") = '\0';
    cr_expect(strstr(page, "<dt class=\"server\">Server</dt>"));
    cr_expect(strstr(page, "<code class=\"fingerprint\">SHA256:"));
    cr_expect_not(strstr(page, "has shown no key"));
    free(page);
    recorded_scene_close(&scene);
    recording_free(recording);
}
