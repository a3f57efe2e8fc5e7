/*
 * A live page: which scenes it has, what stands round them, and in which words it goes on. See
 * live_page.h.
 */
#include "live_page.h"

#include "live_scene_internal.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

/* Room for the scene of each channel. */
struct side {
    struct timeline timeline;
    struct live_scene **scenes; /* by channel; NULL: not drawn yet, or no more */
    bool *out;                  /* by channel: left out from now on */
    size_t space;
};

struct live_page {
    struct live_board *board;
    struct side sides[2];
    size_t left_out;
};

static const char *const prefixes[] = {"", "b-"};

struct live_page *live_page_new(struct live_board *board)
{
    struct live_page *page = calloc(1, sizeof(*page));
    if (page)
        page->board = board;
    return page;
}

void live_page_free(struct live_page *page)
{
    if (!page)
        return;
    for (int i = 0; i < 2; i++) {
        struct side *side = &page->sides[i];
        for (size_t k = 0; k < side->space; k++)
            live_scene_free(side->scenes[k], page->board);
        free(side->scenes);
        free(side->out);
        timeline_free(&side->timeline);
    }
    free(page);
}

void live_page_head(struct live_page *page, int side, const struct recording *recording)
{
    page->sides[side].timeline.recording = recording;
}

/* One more channel in the tables. */
static bool make_room(struct side *side)
{
    const size_t wanted = side->space ? 2 * side->space : 8;
    struct live_scene **scenes;
    bool *out;
    if (side->timeline.channel_count < side->space)
        return true;
    if ((scenes = realloc(side->scenes, wanted * sizeof(*scenes)))) /* pointers: not secret */
        side->scenes = scenes;
    if ((out = realloc(side->out, wanted * sizeof(*out))))
        side->out = out;
    if (!scenes || !out)
        return false;
    for (size_t i = side->space; i < wanted; i++) {
        side->scenes[i] = NULL;
        side->out[i] = false;
    }
    side->space = wanted;
    return true;
}

bool live_page_add(struct live_page *page, int side, const struct trace_event *event)
{
    return make_room(&page->sides[side]) && timeline_add(&page->sides[side].timeline, event);
}

/* --- which scenes there are ------------------------------------------------------------------- */

/* A scene that may be on the page. */
struct place {
    int side;
    size_t channel;
    const struct timeline_channel *other; /* its other end; NULL: not known */
};

static const struct timeline_channel *channel_of(const struct live_page *page,
                                                 const struct place *place)
{
    return &page->sides[place->side].timeline.channels[place->channel];
}

static const struct timeline *timeline_of(const struct live_page *page, int side)
{
    return &page->sides[side].timeline;
}

static int by_talk(const void *a, const void *b, void *context)
{
    const struct timeline_channel *channels = context;
    const size_t left = ((const struct place *)a)->channel;
    const size_t right = ((const struct place *)b)->channel;
    const size_t talks[] = {channels[left].talk, channels[right].talk};
    if (talks[0] != talks[1])
        return talks[0] < talks[1] ? -1 : 1;
    return left < right ? -1 : left > right;
}

/* Those of the first side in the order of its talks, then those of the second that have no other end
 * yet. Their number. */
static size_t list_places(const struct live_page *page, struct place *places)
{
    const struct timeline *first = timeline_of(page, 0), *second = timeline_of(page, 1);
    size_t count = 0;
    for (size_t i = 0; i < first->channel_count; i++)
        places[count++] = (struct place){0, i, page_other_end(first, &first->channels[i], second)};
    if (count > 0)
        qsort_r(places, count, sizeof(*places), by_talk, first->channels);
    for (size_t i = 0; i < second->channel_count; i++)
        if (!page_other_end(second, &second->channels[i], first))
            places[count++] = (struct place){1, i, NULL};
    return count;
}

static void leave_out(struct live_page *page, const struct place *place)
{
    struct side *side = &page->sides[place->side];
    live_scene_free(side->scenes[place->channel], page->board);
    side->scenes[place->channel] = NULL;
    side->out[place->channel] = true;
    page->left_out++;
}

/* The oldest that has ended; if there is none and `any`, the oldest. NULL: none. */
static const struct place *find_oldest(const struct live_page *page, const struct place *places,
                                       size_t count, bool any)
{
    const struct place *oldest = NULL, *oldest_ended = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct place *place = &places[i];
        if (page->sides[place->side].out[place->channel])
            continue;
        if (!oldest || place->channel < oldest->channel)
            oldest = place;
        if (channel_of(page, place)->close &&
            (!oldest_ended || place->channel < oldest_ended->channel))
            oldest_ended = place;
    }
    return oldest_ended || !any ? oldest_ended : oldest;
}

static void make_way(struct live_page *page, const struct place *places, size_t count)
{
    size_t shown = 0;
    const struct place *oldest;
    for (size_t i = 0; i < count; i++)
        shown += !page->sides[places[i].side].out[places[i].channel];
    for (; shown > LIVE_SCENES_MAX; shown--)
        if ((oldest = find_oldest(page, places, count, true)))
            leave_out(page, oldest);
    while (shown > 1 && live_board_bytes(page->board) > LIVE_DRAWN_MAX &&
           (oldest = find_oldest(page, places, count, false))) {
        leave_out(page, oldest);
        shown--;
    }
}

/* A scene of the second side whose other end has come: it stands there from now on. */
static void drop_joined(struct live_page *page)
{
    struct side *side = &page->sides[1];
    for (size_t i = 0; i < side->timeline.channel_count; i++)
        if (side->scenes[i] &&
            page_other_end(&side->timeline, &side->timeline.channels[i], timeline_of(page, 0))) {
            live_scene_free(side->scenes[i], page->board);
            side->scenes[i] = NULL;
        }
}

/* --- drawing ---------------------------------------------------------------------------------- */

static unsigned talk_number(const struct timeline *timeline, size_t talk)
{
    unsigned number = 1;
    for (size_t i = 0; i < talk; i++)
        number += timeline->channels[i].talk == i;
    return number;
}

static struct live_scene *scene_at(struct live_page *page, const struct place *place)
{
    struct side *side = &page->sides[place->side];
    const struct timeline_channel *channel = channel_of(page, place);
    struct live_scene **scene = &side->scenes[place->channel];
    if (!*scene)
        *scene = live_scene_new(
            channel, prefixes[place->side], talk_number(&side->timeline, channel->talk),
            channel->talk == place->channel ? NULL : side->scenes[channel->talk]);
    return *scene;
}

static bool draw_place(struct live_page *page, const struct place *place, size_t number)
{
    struct side *side = &page->sides[place->side];
    struct timeline_channel *channel = &side->timeline.channels[place->channel];
    struct timeline_channel *other =
        place->other
            ? &page->sides[1].timeline.channels[place->other - page->sides[1].timeline.channels]
            : NULL;
    const struct page_scene ends = {{&side->timeline, &page->sides[1].timeline},
                                    {channel, other},
                                    {prefixes[place->side], prefixes[1]}};
    struct live_scene *scene = scene_at(page, place);
    if (!scene)
        return false;
    if (other && !scene->both) /* where one end has been drawn already, alone */
        channel->changed = other->changed = 0;
    scene->both = other != NULL;
    if (!live_scene_draw(scene, page->board, &ends, number))
        return false;
    channel->changed = channel->entry_count;
    if (other)
        other->changed = other->entry_count;
    return true;
}

static bool put_scenes(struct live_page *page, const struct place *places, size_t count)
{
    char *names = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&names, &bytes);
    bool good = out != NULL;
    if (!out)
        return false;
    if (page->left_out > 0)
        fputs("left-out ", out);
    for (size_t i = 0; i < count && good; i++) {
        if (page->sides[places[i].side].out[places[i].channel])
            continue;
        good = draw_place(page, &places[i], i + 1);
        if (good)
            fprintf(out, "%s ", scene_at(page, &places[i])->name.text);
    }
    good = fclose(out) == 0 && good && live_board_order(page->board, LIVE_SCENES, names);
    free(names);
    return good;
}

static bool put_left_out(struct live_page *page)
{
    char line[256];
    struct live_text text;
    if (page->left_out == 0)
        return true;
    if (!live_text_begin(&text))
        return false;
    snprintf(line, sizeof(line),
             translate_count("Here %lu scene is left out: a live page has the latest %u.",
                             "Here %lu scenes are left out: a live page has the latest %u.",
                             (unsigned long)page->left_out),
             (unsigned long)page->left_out, (unsigned)LIVE_SCENES_MAX);
    html_put(text.out, "<p class=\"gap\" id=\"left-out\">%s</p>", line);
    return live_text_put(&text, true, page->board, "left-out", LIVE_SCENES);
}

/* --- what stands round the scenes ------------------------------------------------------------- */

/* The one that has begun, if only one has. */
static const struct timeline *first_of(const struct live_page *page)
{
    return timeline_of(page, page->sides[0].timeline.channel_count == 0);
}

static const struct timeline *second_of(const struct live_page *page)
{
    const struct timeline *second = timeline_of(page, 1);
    return second->channel_count > 0 && first_of(page) != second ? second : NULL;
}

static bool has_begun(const struct live_page *page)
{
    return first_of(page)->channel_count > 0;
}

static bool put_part(struct live_page *page, const char *name, enum live_state state)
{
    struct page drawing = {
        .prefix = "", .timeline = timeline_of(page, 0), .live = state == LIVE_GOES_ON};
    const bool above = strcmp(name, "above-all") == 0;
    struct live_text text;
    if (!live_text_begin(&text))
        return false;
    drawing.out = text.out;
    html_put(text.out, "<div class=\"parts\" id=\"%s\">", name);
    if (above)
        page_above(&drawing, timeline_of(page, 0), second_of(page));
    else
        page_below(&drawing, timeline_of(page, 0), second_of(page));
    fputs("</div>", text.out);
    free(drawing.seen); /* pointers: not secret */
    return live_text_put(&text, !drawing.no_memory, page->board, name, above ? "above" : "below");
}

struct counts {
    unsigned long frames, talks, open; /* open: channels */
};

static struct counts count_all(const struct timeline *timeline)
{
    struct counts counts = {0, 0, 0};
    for (size_t i = 0; i < timeline->channel_count; i++) {
        const struct timeline_channel *channel = &timeline->channels[i];
        counts.talks += channel->talk == i;
        counts.frames += channel->frames[0] + channel->frames[1];
        counts.open += !channel->close;
    }
    return counts;
}

static enum live_state look_closer(enum live_state state, const struct counts *counts)
{
    if (state != LIVE_GOES_ON)
        return state;
    return counts->talks == 0 ? LIVE_WAITS : counts->open == 0 ? LIVE_QUIET : LIVE_GOES_ON;
}

static void put_count(FILE *out, const char *one, const char *many, unsigned long count)
{
    char line[128];
    snprintf(line, sizeof(line), translate_count(one, many, count), count);
    html_put(out, " <span class=\"count\">%s</span>", line);
}

static bool put_state(struct live_page *page, enum live_state state)
{
    static const char *const classes[] = {"waits", "goes-on", "quiet", "full", "ended", "broken"};
    static const char *const words[] = {
        N_("Nothing has been said yet."),
        N_("Live."),
        N_("Nobody is talking at the moment."),
        N_("It goes on, and this page keeps no more of it: it is full."),
        N_("It has ended, and this page stays."),
        N_("What follows cannot be read.")};
    const struct timeline *second = second_of(page);
    struct counts counts = count_all(first_of(page));
    struct live_text text;
    if (!live_text_begin(&text))
        return false;
    counts.open += second ? count_all(second).open : 0;
    state = look_closer(state, &counts);
    html_put(text.out, "<span id=\"state\" class=\"live-%s\">%s", classes[state], _(words[state]));
    put_count(text.out, "%lu talk", "%lu talks", counts.talks);
    put_count(text.out, "%lu frame", "%lu frames", counts.frames);
    fputs("</span>", text.out);
    return live_text_put(&text, true, page->board, "state", "live-state");
}

bool live_page_draw(struct live_page *page, enum live_state state)
{
    const size_t most = page->sides[0].timeline.channel_count +
                        page->sides[1].timeline.channel_count;
    struct place *places = calloc(most + 1, sizeof(*places));
    size_t count;
    bool good;
    if (!places)
        return false;
    count = list_places(page, places);
    make_way(page, places, count);
    drop_joined(page); /* its lines have the same names in the other scene */
    good = put_scenes(page, places, count) && put_left_out(page);
    if (timeline_of(page, 0)->channel_count > 0)
        good = good && put_part(page, "above-all", state) && put_part(page, "below-all", state);
    free(places);
    return good && put_state(page, state);
}

/* --- the whole -------------------------------------------------------------------------------- */

bool live_page_save(const struct live_page *page, char **text, size_t *bytes,
                    struct problem *problem)
{
    FILE *out;
    bool done;
    *text = NULL;
    if (!has_begun(page))
        return problem_set(problem, "nothing has been said yet: there is no page to save");
    out = open_memstream(text, bytes);
    if (!out)
        return problem_memory(problem);
    done = page_write_timelines(out, first_of(page), second_of(page), NULL, 0, problem);
    if (fclose(out) != 0 && done)
        done = problem_memory(problem);
    if (!done) {
        free(*text);
        *text = NULL;
    }
    return done;
}

void live_page_body(void *context, FILE *out)
{
    (void)context;
    fputs("<div class=\"parts\" id=\"above\"></div>\n", out);
    page_talk_head(out);
    fputs("<div id=\"" LIVE_SCENES "\"></div></section>\n"
          "<div class=\"parts\" id=\"below\"></div>\n",
          out);
}
