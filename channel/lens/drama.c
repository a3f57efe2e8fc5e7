/*
 * A recording put in order: see drama.h.
 */
#include "drama.h"

#include <stdlib.h>
#include <string.h>

/* Which beat a step belongs to. What is not here is a beat of its own. */
enum place {
    OWN,
    NEXT,      /* on the way to the step or frame that follows */
    PREVIOUS,  /* drawn from the step before */
    SENDING,   /* of the record that is sent next */
    RECEIVING, /* of the record that came last */
    NOWHERE    /* not told: what is made of it is */
};

static const struct {
    const char *name;
    enum place place;
} places[] = {
    {"random bytes", NOWHERE},
    {"nonce", NEXT},
    {"session key", NEXT},
    {"exporter", NEXT},
    {"ticket", NEXT},
    {"glassbox-v1 resume client", NEXT},
    {"glassbox-v1 resume server", NEXT},
    {"session key wrapped", SENDING},
    {"record sealed", SENDING},
    {"session key opened", RECEIVING},
    {"record opened", RECEIVING},
    {"keys for sending", PREVIOUS},
    {"keys for receiving", PREVIOUS},
};

static enum place place_of(const char *name, const struct drama_scene *scene)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (strcmp(places[i].name, name) == 0)
            return places[i].place;
    /* The key is the one of the handshake. */
    if (scene->resumed && strcmp(name, "identity key") == 0)
        return NOWHERE;
    /* The other side's proof is computed only to compare with. */
    if (strcmp(name, scene->role == CHANNEL_CLIENT ? "server mac" : "client mac") == 0)
        return NEXT;
    return strncmp(name, "glassbox-v1 ", strlen("glassbox-v1 ")) == 0 ? PREVIOUS : OWN;
}

/* Room for one more behind count things of this size; NULL without memory. Grows by doubling. */
static void *more(void *list, size_t count, size_t size)
{
    if (count > 0 && (count & (count - 1)) != 0)
        return list;
    return realloc(list, (count == 0 ? 1 : 2 * count) * size);
}

static bool add_work(struct drama_work **list, size_t *count, struct drama_work work)
{
    struct drama_work *room = more(*list, *count, sizeof(*room));
    if (!room)
        return false;
    *list = room;
    room[(*count)++] = work;
    return true;
}

static struct drama_beat *add_beat(struct drama_scene *scene, struct drama_beat beat)
{
    struct drama_beat *room = more(scene->beats, scene->beat_count, sizeof(*room));
    if (!room)
        return NULL;
    scene->beats = room;
    room[scene->beat_count] = beat;
    return &room[scene->beat_count++];
}

/* The works that waited for this beat are its own now. */
static void take_pending(struct drama_beat *beat, struct drama_scene *scene)
{
    beat->works = scene->pending; /* transferred */
    beat->work_count = scene->pending_count;
    scene->pending = NULL;
    scene->pending_count = 0;
}

static struct drama_beat *last_beat(struct drama_scene *scene, enum beat_kind kind)
{
    for (size_t i = scene->beat_count; i > 0; i--)
        if (scene->beats[i - 1].kind == kind)
            return &scene->beats[i - 1];
    return NULL;
}

/* --- keys ------------------------------------------------------------------------------------- */

size_t drama_fields(struct wire_value values[WIRE_MAX_FIELDS], enum wire_message message,
                    const uint8_t *body, size_t bytes)
{
    const struct wire_layout *layout;
    const struct wire_field *bad;
    if (message >= WIRE_MESSAGES || !body)
        return 0;
    layout = wire_layout(message);
    bad = wire_decode(values, message, body, bytes);
    return bad && bad >= layout->fields && bad < layout->fields + layout->count
               ? (size_t)(bad - layout->fields)
               : layout->count;
}

static void note_key(struct drama_key *key, const struct wire_value *n)
{
    if (n[0].bytes > 0)
        *key = (struct drama_key){n[0], n[1]};
}

static void note_keys(struct drama_scene *scene, enum wire_message message, const uint8_t *body,
                      size_t bytes)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    size_t count = drama_fields(values, message, body, bytes);
    enum channel_role from = message == WIRE_CLIENT_HELLO || message == WIRE_REKEY_ASK
                                 ? CHANNEL_CLIENT
                                 : CHANNEL_SERVER;
    if ((message == WIRE_CLIENT_HELLO || message == WIRE_SERVER_HELLO) && count == HELLO_FIELDS) {
        note_key(&scene->keys.identity[from], &values[HELLO_ID_N]);
        note_key(&scene->keys.ephemeral[from], &values[HELLO_EPH_N]);
    }
    if ((message == WIRE_REKEY_ASK && count == REKEY_ASK_FIELDS) ||
        (message == WIRE_REKEY_ANSWER && count == REKEY_ANSWER_FIELDS))
        note_key(&scene->keys.ephemeral[from], &values[REKEY_ASK_EPH_N]);
}

const struct drama_key *drama_key(const struct drama_keys *keys, const char *name,
                                  enum channel_role own)
{
    bool is_peers = strncmp(name, "peer's", 6) == 0;
    enum channel_role whose = is_peers ? !own : own;
    const struct drama_key *key = NULL;
    if (strstr(name, "identity"))
        key = &keys->identity[whose];
    else if (strstr(name, "ephemeral"))
        key = &keys->ephemeral[whose];
    return key && key->n.bytes > 0 ? key : NULL;
}

/* --- events ----------------------------------------------------------------------------------- */

static struct drama_scene *scene_of(const struct drama *drama, unsigned channel)
{
    for (size_t i = drama->scene_count; i > 0; i--)
        if (drama->scenes[i - 1].channel == channel)
            return &drama->scenes[i - 1];
    return NULL;
}

static bool take_open(struct drama *drama, const struct lens_event *event)
{
    struct drama_scene *room = more(drama->scenes, drama->scene_count, sizeof(*room));
    if (!room)
        return false;
    drama->scenes = room;
    room[drama->scene_count] =
        (struct drama_scene){.channel = event->channel,
                             .role = event->open.role,
                             .suite = event->open.suite,
                             .textbook = strncmp(event->open.suite, "textbook", 8) == 0,
                             .resumed = event->open.resumes,
                             .began = event->microseconds,
                             .talk = drama->scene_count,
                             .open = event};
    drama->scene_count++;
    return true;
}

static bool take_frame(struct drama_scene *scene, const struct lens_event *event)
{
    enum channel_role from = event->frame.sent ? scene->role : !scene->role;
    const struct lens_value *frame = &event->frame.frame;
    struct drama_beat *beat =
        add_beat(scene, (struct drama_beat){.kind = BEAT_FRAME, .actor = from, .event = event});
    if (!beat)
        return false;
    if (event->frame.sent) {
        take_pending(beat, scene);
        beat->inner = scene->pending_inner;
        scene->pending_inner = NULL;
    }
    scene->frames[from]++;
    scene->bytes[from] += frame->bytes;
    if (frame->data && frame->bytes > WIRE_HEADER_BYTES)
        note_keys(scene, event->frame.message, frame->data + WIRE_HEADER_BYTES,
                  frame->bytes - WIRE_HEADER_BYTES);
    return true;
}

static void take_inner(struct drama_scene *scene, const struct lens_event *event)
{
    struct drama_beat *frame = last_beat(scene, BEAT_FRAME);
    if (event->inner.sent)
        scene->pending_inner = event;
    else if (frame)
        frame->inner = event;
    note_keys(scene, event->inner.message, event->inner.bytes.data, event->inner.bytes.bytes);
}

static bool take_math(struct drama_scene *scene, const struct lens_event *event)
{
    const struct lens_event **room = more(scene->math, scene->math_count, sizeof(*room));
    if (!room)
        return false;
    scene->math = room;
    room[scene->math_count++] = event;
    return true;
}

static bool take_step(struct drama_scene *scene, const struct lens_event *event)
{
    struct drama_work work = {.step = event, /* NULL: arithmetic alone */
                              .math = scene->math,
                              .math_count = scene->math_count,
                              .keys = scene->keys};
    enum place place = event ? place_of(event->step.name, scene) : OWN;
    struct drama_beat *beat = NULL;
    if (place == NOWHERE)
        return true;
    if (place == PREVIOUS)
        beat = last_beat(scene, BEAT_WORK);
    else if (place == RECEIVING)
        beat = last_beat(scene, BEAT_FRAME);
    if (!beat && !add_work(&scene->pending, &scene->pending_count, work))
        return false;
    if (beat && place == RECEIVING)
        for (size_t i = 0; i < scene->pending_count; i++)
            if (!add_work(&beat->works, &beat->work_count, scene->pending[i]))
                return false;
    if (beat && !add_work(&beat->works, &beat->work_count, work))
        return false;
    scene->math = NULL; /* transferred */
    scene->math_count = 0;
    if (beat && place == RECEIVING) {
        free(scene->pending);
        scene->pending = NULL;
        scene->pending_count = 0;
    }
    if (place != OWN)
        return true;
    beat = add_beat(scene,
                    (struct drama_beat){.kind = BEAT_WORK, .actor = scene->role, .event = event});
    if (beat)
        take_pending(beat, scene);
    return beat != NULL;
}

static bool take_close(struct drama_scene *scene, const struct lens_event *event)
{
    if (scene->math_count > 0 && !take_step(scene, NULL))
        return false;
    scene->close = event;
    return add_beat(scene, (struct drama_beat){
                               .kind = BEAT_END, .actor = scene->role, .event = event}) != NULL;
}

static bool take_event(struct drama *drama, const struct lens_event *event)
{
    struct drama_scene *scene = scene_of(drama, event->channel);
    if (event->kind == LENS_OPEN)
        return take_open(drama, event);
    if (!scene)
        return true; /* recording_load refuses such a file */
    scene->ended = event->microseconds;
    switch (event->kind) {
    case LENS_LINE:
        scene->places[scene->role] = &event->line.own;
        scene->places[!scene->role] = &event->line.peer;
        return true;
    case LENS_FRAME:
        return take_frame(scene, event);
    case LENS_INNER:
        take_inner(scene, event);
        return true;
    case LENS_MATH:
        return take_math(scene, event);
    case LENS_STEP:
        return take_step(scene, event);
    case LENS_VERDICT:
        return add_beat(scene, (struct drama_beat){.kind = BEAT_VERDICT,
                                                   .actor = scene->role,
                                                   .event = event}) != NULL;
    case LENS_CLOSE:
        return take_close(scene, event);
    default:
        return true;
    }
}

/* --- which scene goes back to which ----------------------------------------------------------- */

static bool names_ticket(const struct drama_scene *scene, const struct lens_value *ticket)
{
    for (size_t i = 0; i < scene->beat_count; i++) {
        const struct drama_beat *beat = &scene->beats[i];
        for (size_t k = 0; k < beat->work_count; k++) {
            const struct lens_event *step = beat->works[k].step;
            for (size_t v = 0; step && v < step->step.input_count; v++) {
                const struct lens_value *value = &step->step.inputs[v];
                if (strcmp(value->name, "ticket") == 0 && value->data && ticket->data &&
                    value->bytes == ticket->bytes &&
                    memcmp(value->data, ticket->data, ticket->bytes) == 0)
                    return true;
            }
        }
    }
    return false;
}

/* By the ticket, else by the latest handshake before. */
static void find_talk(struct drama *drama, size_t index)
{
    struct drama_scene *scene = &drama->scenes[index];
    const struct drama_scene *before = NULL;
    for (size_t i = index; i > 0 && !before; i--)
        if (names_ticket(&drama->scenes[i - 1], &scene->open->open.ticket))
            before = &drama->scenes[i - 1];
    for (size_t i = index; i > 0 && !before; i--)
        if (!drama->scenes[i - 1].resumed)
            before = &drama->scenes[i - 1];
    if (!before)
        return;
    scene->talk = before->talk;
    /* Nobody shows his key again: it is the one of the handshake. */
    memcpy(scene->keys.identity, drama->scenes[before->talk].keys.identity,
           sizeof(scene->keys.identity));
    for (size_t i = 0; i < scene->beat_count; i++)
        for (size_t k = 0; k < scene->beats[i].work_count; k++)
            memcpy(scene->beats[i].works[k].keys.identity, scene->keys.identity,
                   sizeof(scene->keys.identity));
}

bool drama_read(struct drama *drama, const struct recording *recording, struct problem *problem)
{
    size_t count = recording_count(recording);
    *drama = (struct drama){.recording = recording};
    for (size_t i = 0; i < count; i++)
        if (!take_event(drama, recording_event(recording, i))) {
            drama_free(drama);
            return problem_memory(problem);
        }
    for (size_t i = 0; i < drama->scene_count; i++)
        if (drama->scenes[i].resumed)
            find_talk(drama, i);
    if (drama->scene_count == 0)
        return problem_set(problem, "no session is in the recording");
    return true;
}

static void free_works(struct drama_work *works, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(works[i].math);
    free(works);
}

void drama_free(struct drama *drama)
{
    for (size_t i = 0; i < drama->scene_count; i++) {
        struct drama_scene *scene = &drama->scenes[i];
        for (size_t k = 0; k < scene->beat_count; k++)
            free_works(scene->beats[k].works, scene->beats[k].work_count);
        free_works(scene->pending, scene->pending_count);
        free(scene->math);
        free(scene->beats);
    }
    free(drama->scenes);
    *drama = (struct drama){0};
}

enum wire_message drama_message(const struct drama_beat *beat)
{
    return beat->inner && beat->inner->inner.message < WIRE_MESSAGES ? beat->inner->inner.message
                                                                     : beat->event->frame.message;
}
