/*
 * What is done to a frame: left out, sent twice, put behind the next, a bit flipped, its text changed.
 * An act means a frame that is held, or else waits for the next that it fits.
 */
#include "middle_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- which frame ------------------------------------------------------------------------------------ */

static bool read_word(struct middle_which *which, const char *word)
{
    char *end;
    for (int role = 0; role < 2; role++)
        if (strcmp(word, middle_role_name((enum channel_role)role)) == 0) {
            which->from = role;
            return true;
        }
    for (unsigned type = WIRE_FRAME_HELLO; type <= WIRE_FRAME_ALERT; type++)
        if (strcmp(word, middle_type_name((uint8_t)type)) == 0) {
            which->type = (uint8_t)type;
            return true;
        }
    unsigned long nth = strtoul(word, &end, 10);
    if (*end || nth < 1 || nth > 100000)
        return false;
    which->nth = (unsigned)nth;
    return true;
}

/* "client record 2", or "/noon/" */
bool middle_which_read(struct middle_which *which, char *words, uint8_t type,
                       struct problem *problem)
{
    char *rest = NULL;
    *which = (struct middle_which){.from = -1, .type = type, .nth = 1};
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        size_t length = strlen(word);
        if (length > 2 && word[0] == '/' && word[length - 1] == '/')
            snprintf(which->text, sizeof(which->text), "%.*s", (int)length - 2, word + 1);
        else if (!read_word(which, word)) {
            problem_set(problem, "%s: no frame is called so", word);
            return problem_hint(problem, "client or server, hello, exchange, record, resume or "
                                         "alert, a number from 1, or /text/ that it holds");
        }
    }
    return true;
}

bool middle_which_fits(struct middle_which *which, const struct middle_frame *frame)
{
    const struct buffer *text = &frame->text;
    if ((which->from >= 0 && which->from != (int)frame->from) ||
        (which->type && which->type != frame->type && which->text[0] == 0) ||
        (which->text[0] &&
         !memmem(buffer_front(text), buffer_bytes(text), which->text, strlen(which->text))))
        return false;
    return --which->nth == 0;
}

/* --- frames that wait ------------------------------------------------------------------------------- */

bool middle_is_held(const struct middle *middle, const struct middle_frame *frame)
{
    return frame->content != CONTENT_SERVED && !frame->released && (middle->hold || frame->caught);
}

struct middle_frame *middle_held(struct middle *middle, struct middle_link **link)
{
    struct middle_frame *oldest = NULL;
    for (struct middle_link *l = middle->links; l; l = l->next)
        for (int side = 0; side < 2; side++)
            for (struct middle_frame *f = l->sides[side].queue; f; f = f->next)
                if (middle_is_held(middle, f) && (!oldest || f->number < oldest->number)) {
                    oldest = f;
                    *link = l;
                }
    return oldest;
}

/* --- acts ------------------------------------------------------------------------------------------- */

static void swap_keys(struct middle_link *link, struct middle_frame *frame)
{
    if (link->mode == MODE_SPLIT)
        middle_tell(link->middle, "keys", "here the keys are the middle's already");
    else if (middle_hello_swap(link, frame)) {
        link->middle->result.replaced++;
        middle_tell(link->middle, "keys", "replaced by the middle's own");
    }
}

static void act_on(struct middle_link *link, struct middle_frame *frame,
                   const struct middle_act *act)
{
    struct middle *middle = link->middle;
    middle->row = frame->row;
    switch (act->kind) {
    case ACT_DROP:
        frame->times = 0;
        middle_tell(middle, "dropped", "frame %u goes no further", frame->number);
        break;
    case ACT_REPEAT:
        frame->times++;
        middle_tell(middle, "repeated", "frame %u is sent twice", frame->number);
        break;
    case ACT_SWAP:
        frame->swaps = true;
        middle_tell(middle, "swapped", "frame %u goes behind the next one", frame->number);
        break;
    case ACT_FLIP:
        if (frame->flip_count < MIDDLE_FLIPS) {
            frame->flips[frame->flip_count].byte = act->byte;
            frame->flips[frame->flip_count++].bit = act->bit;
        }
        middle_tell(middle, "flipped", "bit %u of byte %u of frame %u", act->bit, act->byte,
                    frame->number);
        break;
    case ACT_KEYS:
        swap_keys(link, frame);
        break;
    default:
        frame->keep = true;
        middle_tell(middle, "kept", "a copy of frame %u", frame->number);
        return;
    }
    if (frame->content == CONTENT_SEALED || frame->content == CONTENT_CLEAR)
        middle->result.acts++;
}

void middle_act_apply(struct middle_link *link, struct middle_frame *frame)
{
    struct middle *middle = link->middle;
    size_t kept = 0;
    if (frame->content == CONTENT_SERVED && frame->type != WIRE_FRAME_HELLO)
        return;
    for (size_t i = 0; i < middle->act_count; i++) {
        struct middle_act act = middle->acts[i];
        if (middle_which_fits(&act.which, frame))
            act_on(link, frame, &act);
        else
            middle->acts[kept++] = act;
    }
    middle->act_count = kept;
}

bool middle_act_add(struct middle *middle, const struct middle_act *act, struct problem *problem)
{
    struct middle_link *link = NULL;
    struct middle_act now = *act;
    struct middle_frame *held = act->kind == ACT_KEYS ? NULL : middle_held(middle, &link);
    if (held && middle_which_fits(&now.which, held)) {
        act_on(link, held, act);
        return true;
    }
    if (middle->act_count == MIDDLE_ACTS)
        return problem_set(problem, "more than %d acts wait for a frame", MIDDLE_ACTS);
    middle->acts[middle->act_count++] = *act;
    return true;
}

/* --- text ------------------------------------------------------------------------------------------- */

/* All places; false: there is none. */
static bool replace(struct buffer *text, const struct middle_rule *rule)
{
    const size_t length = strlen(rule->from);
    const uint8_t *at = buffer_front(text), *end = at + buffer_bytes(text), *hit;
    struct buffer out = {.secret = true};
    while ((hit = memmem(at, (size_t)(end - at), rule->from, length))) {
        buffer_append(&out, at, (size_t)(hit - at));
        buffer_append(&out, rule->to, strlen(rule->to));
        at = hit + length;
    }
    if (at == buffer_front(text))
        return false;
    buffer_append(&out, at, (size_t)(end - at));
    buffer_free(text);
    *text = out; /* transferred */
    return true;
}

static void keep_first_change(struct middle *middle, const char *before, const char *after)
{
    if (middle->result.first_change[0][0])
        return;
    snprintf(middle->result.first_change[0], sizeof(middle->result.first_change[0]), "%s", before);
    snprintf(middle->result.first_change[1], sizeof(middle->result.first_change[1]), "%s", after);
}

bool middle_edit(struct middle *middle, struct middle_frame *frame)
{
    char before[MIDDLE_QUOTE_BYTES], after[MIDDLE_QUOTE_BYTES];
    bool changed = false;
    middle_quote(before, buffer_front(&frame->text), buffer_bytes(&frame->text));
    for (size_t i = 0; i < middle->rule_count; i++)
        if (middle->rules[i].role < 0 || middle->rules[i].role == (int)frame->from)
            changed = replace(&frame->text, &middle->rules[i]) || changed;
    if (!changed)
        return false;
    middle_quote(after, buffer_front(&frame->text), buffer_bytes(&frame->text));
    keep_first_change(middle, before, after);
    middle_tell(middle, "changed", "%s", after);
    return true;
}
