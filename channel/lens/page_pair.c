/*
 * Two recordings on one page.
 *
 * Both ends of one session become one conversation: each side's own work stands on its side, and
 * what crossed the wire stands once, with what both have recorded compared. Two different sessions
 * stand beside each other, the same step in the same row.
 */
#include "page_parts.h"

#include <string.h>

static const struct lens_value *first_frame(const struct drama_scene *scene)
{
    for (size_t i = 0; i < scene->beat_count; i++)
        if (scene->beats[i].kind == BEAT_FRAME && scene->beats[i].event->frame.frame.data)
            return &scene->beats[i].event->frame.frame;
    return NULL;
}

/* The same channel from its other end: other role, same first frame. */
static bool is_other_end(const struct drama_scene *a, const struct drama_scene *b)
{
    const struct lens_value *left = first_frame(a), *right = first_frame(b);
    return a->role != b->role && a->resumed == b->resumed && left && right &&
           left->bytes == right->bytes && memcmp(left->data, right->data, left->bytes) == 0;
}

/* The nth of them: textbook hellos of one client are all alike. */
static const struct drama_scene *other_end(const struct drama *drama,
                                           const struct drama_scene *scene, size_t nth)
{
    for (size_t i = 0; i < drama->scene_count; i++)
        if (is_other_end(scene, &drama->scenes[i]) && nth-- == 0)
            return &drama->scenes[i];
    return NULL;
}

bool page_is_one_session(const struct drama *first, const struct drama *second)
{
    for (size_t i = 0; i < first->scene_count; i++)
        if (other_end(second, &first->scenes[i], 0))
            return true;
    return false;
}

/* --- both ends -------------------------------------------------------------------------------- */

/* One end, and how far it is told. */
struct end {
    struct page_side side; /* its beat is the next one */
    size_t at;
    size_t frames[2]; /* passed so far, by sender */
};

static bool at_end(const struct end *end)
{
    return end->at >= end->side.scene->beat_count;
}

static const struct drama_beat *next_beat(const struct end *end)
{
    return &end->side.scene->beats[end->at];
}

/* The nth frame of a sender, as this end has recorded it. */
static const struct drama_beat *find_frame(const struct drama_scene *scene, enum channel_role from,
                                           size_t nth)
{
    for (size_t i = 0; i < scene->beat_count; i++)
        if (scene->beats[i].kind == BEAT_FRAME && scene->beats[i].actor == from && nth-- == 0)
            return &scene->beats[i];
    return NULL;
}

/* A frame is drawn as the first recording has it, if it has it: so its anchors are the same as on a
 * page of that recording alone. */
static void draw_next(struct page *page, struct end *end, const struct end *other)
{
    struct page_side side = end->side, counterpart = other->side;
    const struct drama_beat *beat = next_beat(end);
    bool is_first = end->side.prefix[0] == '\0';
    side.beat = beat;
    counterpart.beat = NULL;
    if (beat->kind == BEAT_FRAME)
        counterpart.beat = find_frame(other->side.scene, beat->actor, end->frames[beat->actor]++);
    if (!counterpart.beat)
        page_beat(page, &side, NULL);
    else
        page_beat(page, is_first ? &side : &counterpart, is_first ? &counterpart : &side);
    end->at++;
}

/* Goes on until it has sent a frame, or waits for one that the other end has not sent yet. Whether
 * it has moved. */
static bool go_on(struct page *page, struct end *end, const struct end *other)
{
    size_t before = end->at;
    while (!at_end(end)) {
        const struct drama_beat *beat = next_beat(end);
        bool received = beat->kind == BEAT_FRAME && beat->actor != end->side.scene->role;
        if (beat->kind == BEAT_END && !at_end(other) && next_beat(other)->kind != BEAT_END)
            break;
        if (received && end->frames[beat->actor] >= other->frames[beat->actor])
            break;
        if (received) { /* it stands there already */
            end->frames[beat->actor]++;
            end->at++;
            continue;
        }
        draw_next(page, end, other);
        if (beat->kind == BEAT_FRAME)
            break;
    }
    return end->at > before;
}

static void both_ends(struct page *page, const struct drama *first, const struct drama_scene *a,
                      const struct drama *second, const struct drama_scene *b, size_t number)
{
    struct end ends[2] = {{{first, a, NULL, ""}, 0, {0}}, {{second, b, NULL, "b-"}, 0, {0}}};
    struct page_anchor anchor;
    page->drama = first;
    page->prefix = "";
    anchor = page_scene_anchor(page, a);
    html_put(page->out, "<section class=\"scene\" id=\"%s\" aria-label=\"Scene %zu\">\n",
             anchor.text, number);
    page_scene_head(page, a, number);
    fputs("<ol class=\"beats\">\n", page->out);
    while (!at_end(&ends[0]) || !at_end(&ends[1])) {
        bool moved = false;
        for (int turn = 0; turn < 2; turn++)
            moved = go_on(page, &ends[turn], &ends[!turn]) || moved;
        if (!moved) /* a frame that its sender has not recorded */
            draw_next(page, at_end(&ends[0]) ? &ends[1] : &ends[0],
                      at_end(&ends[0]) ? &ends[0] : &ends[1]);
    }
    fputs("</ol></section>\n", page->out);
}

static void one_session(struct page *page, const struct drama *first, const struct drama *second)
{
    size_t number = 0;
    for (size_t i = 0; i < first->scene_count; i++) {
        const struct drama_scene *scene = &first->scenes[i], *other;
        size_t alike = 0;
        for (size_t k = 0; k < i; k++)
            if (first_frame(scene) && first_frame(&first->scenes[k]) &&
                first->scenes[k].resumed == scene->resumed &&
                first_frame(scene)->bytes == first_frame(&first->scenes[k])->bytes &&
                memcmp(first_frame(scene)->data, first_frame(&first->scenes[k])->data,
                       first_frame(scene)->bytes) == 0)
                alike++;
        other = other_end(second, scene, alike);
        if (other) {
            both_ends(page, first, scene, second, other, ++number);
        } else {
            page->drama = first;
            page->prefix = "";
            page_scene(page, scene, ++number);
        }
    }
}

/* --- two sessions ----------------------------------------------------------------------------- */

#define LOOK_AHEAD 40

static bool is_same_step(const struct page_side *a, const struct page_side *b)
{
    const struct story *left, *right;
    if (a->beat->kind != b->beat->kind || a->beat->actor != b->beat->actor)
        return false;
    if (a->beat->kind == BEAT_FRAME)
        return drama_message(a->beat) == drama_message(b->beat);
    left = page_story(a->scene, a->beat);
    right = page_story(b->scene, b->beat);
    return left && right && strcmp(left->title, right->title) == 0;
}

static void draw_cell(struct page *page, const struct page_side *side, bool there)
{
    fputs("<ol class=\"beats\">\n", page->out);
    if (there)
        page_beat(page, side, NULL);
    fputs("</ol>\n", page->out);
}

static void draw_row(struct page *page, struct page_side sides[2], size_t at[2], bool left,
                     bool right)
{
    bool there[2] = {left, right};
    fputs("<div class=\"row\">\n", page->out);
    for (int i = 0; i < 2; i++) {
        if (there[i])
            sides[i].beat = &sides[i].scene->beats[at[i]++];
        draw_cell(page, &sides[i], there[i]);
    }
    fputs("</div>\n", page->out);
}

/* How many beats each side must go on alone until both take the same step; false: never, as far as
 * it is looked. The nearest place counts. */
static bool find_same(const struct page_side sides[2], const size_t at[2], size_t alone[2])
{
    struct page_side a = sides[0], b = sides[1];
    for (size_t distance = 0; distance <= LOOK_AHEAD; distance++)
        for (size_t left = 0; left <= distance; left++) {
            size_t i = at[0] + left, k = at[1] + distance - left;
            if (i >= a.scene->beat_count || k >= b.scene->beat_count)
                continue;
            a.beat = &a.scene->beats[i];
            b.beat = &b.scene->beats[k];
            if (is_same_step(&a, &b)) {
                alone[0] = left;
                alone[1] = distance - left;
                return true;
            }
        }
    return false;
}

static void two_scenes(struct page *page, struct page_side sides[2])
{
    size_t at[2] = {0, 0}, alone[2];
    const size_t count[2] = {sides[0].scene->beat_count, sides[1].scene->beat_count};
    while (at[0] < count[0] && at[1] < count[1]) {
        bool found = find_same(sides, at, alone);
        if (!found)
            alone[0] = alone[1] = 1;
        while (alone[0] > 0 || alone[1] > 0) {
            draw_row(page, sides, at, alone[0] > 0, alone[1] > 0);
            alone[0] -= alone[0] > 0;
            alone[1] -= alone[1] > 0;
        }
        if (found)
            draw_row(page, sides, at, true, true);
    }
    while (at[0] < count[0] || at[1] < count[1])
        draw_row(page, sides, at, at[0] < count[0], at[1] < count[1]);
}

static void put_heads(struct page *page, const struct page_side sides[2], size_t number)
{
    fputs("<div class=\"row heads\">\n", page->out);
    for (int i = 0; i < 2; i++) {
        page->drama = sides[i].drama;
        page->prefix = sides[i].prefix;
        html_put(page->out, "<div id=\"%s\"><p class=\"suite\">%s</p>\n",
                 page_scene_anchor(page, sides[i].scene).text, sides[i].scene->suite);
        page_scene_head(page, sides[i].scene, number);
        fputs("</div>\n", page->out);
    }
    fputs("</div>\n", page->out);
}

static void two_sessions(struct page *page, const struct drama *first, const struct drama *second)
{
    for (size_t i = 0; i < first->scene_count && i < second->scene_count; i++) {
        struct page_side sides[2] = {{first, &first->scenes[i], NULL, ""},
                                     {second, &second->scenes[i], NULL, "b-"}};
        html_put(page->out, "<section class=\"scene pair\" aria-label=\"Scene %zu\">\n", i + 1);
        put_heads(page, sides, i + 1);
        two_scenes(page, sides);
        fputs("</section>\n", page->out);
    }
    for (size_t i = second->scene_count; i < first->scene_count; i++) {
        page->drama = first;
        page->prefix = "";
        page_scene(page, &first->scenes[i], i + 1);
    }
    for (size_t i = first->scene_count; i < second->scene_count; i++) {
        page->drama = second;
        page->prefix = "b-";
        page_scene(page, &second->scenes[i], i + 1);
    }
}

void page_pair(struct page *page, const struct drama *first, const struct drama *second)
{
    if (page_is_one_session(first, second))
        one_session(page, first, second);
    else
        two_sessions(page, first, second);
}
