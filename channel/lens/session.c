/*
 * A recording put in order: see session.h.
 */
#include "session.h"

#include <stdlib.h>
#include <string.h>

/* Which beat a step belongs to. What is not here is a beat of its own. */
enum place {
    OWN,
    NEXT,     /* on the way to the step or frame that follows */
    PREVIOUS, /* drawn from the step before */
    SENDING,  /* of the record that is sent next */
    RECEIVING /* of the record that came last */
};

static const struct {
    const char *name;
    enum place place;
} places[] = {
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

static enum place place_of(const char *name, enum channel_role role)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (strcmp(places[i].name, name) == 0)
            return places[i].place;
    /* The other side's proof is computed only to compare with. */
    if (strcmp(name, role == CHANNEL_CLIENT ? "server mac" : "client mac") == 0)
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

static bool add_work(struct session_work **list, size_t *count, struct session_work work)
{
    struct session_work *room = more(*list, *count, sizeof(*room));
    if (!room)
        return false;
    *list = room;
    room[(*count)++] = work;
    return true;
}

static struct session_beat *add_beat(struct session_scene *scene, struct session_beat beat)
{
    struct session_beat *room = more(scene->beats, scene->beat_count, sizeof(*room));
    if (!room)
        return NULL;
    scene->beats = room;
    room[scene->beat_count] = beat;
    return &room[scene->beat_count++];
}

/* The works that waited for this beat are its own now. */
static void take_pending(struct session_beat *beat, struct session_scene *scene)
{
    beat->works = scene->pending; /* transferred */
    beat->work_count = scene->pending_count;
    scene->pending = NULL;
    scene->pending_count = 0;
}

static struct session_beat *last_beat(struct session_scene *scene, enum beat_kind kind)
{
    for (size_t i = scene->beat_count; i > 0; i--)
        if (scene->beats[i - 1].kind == kind)
            return &scene->beats[i - 1];
    return NULL;
}

/* --- keys --------------------------------------------------------------------------------------
 */

size_t session_fields(struct wire_value values[WIRE_MAX_FIELDS], enum wire_message message,
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

static void note_key(struct session_key *key, const struct wire_value *n)
{
    if (n[0].bytes > 0)
        *key = (struct session_key){n[0], n[1]};
}

static void note_keys(struct session_scene *scene, enum wire_message message, const uint8_t *body,
                      size_t bytes)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    size_t count = session_fields(values, message, body, bytes);
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

const struct session_key *session_key(const struct session_keys *keys, const char *name,
                                      enum channel_role own)
{
    bool is_peers = strncmp(name, "peer's", 6) == 0;
    enum channel_role whose = is_peers ? !own : own;
    const struct session_key *key = NULL;
    if (strstr(name, "identity"))
        key = &keys->identity[whose];
    else if (strstr(name, "ephemeral"))
        key = &keys->ephemeral[whose];
    return key && key->n.bytes > 0 ? key : NULL;
}

/* --- events ------------------------------------------------------------------------------------
 */

static struct session_scene *scene_of(const struct session *session, unsigned channel)
{
    for (size_t i = session->scene_count; i > 0; i--)
        if (session->scenes[i - 1].channel == channel)
            return &session->scenes[i - 1];
    return NULL;
}

static bool take_open(struct session *session, const struct lens_event *event)
{
    struct session_scene *room = more(session->scenes, session->scene_count, sizeof(*room));
    if (!room)
        return false;
    session->scenes = room;
    room[session->scene_count] =
        (struct session_scene){.channel = event->channel,
                               .role = event->open.role,
                               .suite = event->open.suite,
                               .textbook = strncmp(event->open.suite, "textbook", 8) == 0,
                               .resumed = event->open.resumes,
                               .began = event->microseconds,
                               .talk = session->scene_count,
                               .open = event};
    session->scene_count++;
    return true;
}

static bool take_frame(struct session_scene *scene, const struct lens_event *event)
{
    enum channel_role from = event->frame.sent ? scene->role : !scene->role;
    const struct lens_value *frame = &event->frame.frame;
    struct session_beat *beat = add_beat(
        scene, (struct session_beat){.kind = BEAT_FRAME, .actor = from, .event = event});
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

static void take_inner(struct session_scene *scene, const struct lens_event *event)
{
    struct session_beat *frame = last_beat(scene, BEAT_FRAME);
    if (event->inner.sent)
        scene->pending_inner = event;
    else if (frame)
        frame->inner = event;
    note_keys(scene, event->inner.message, event->inner.bytes.data, event->inner.bytes.bytes);
}

static bool take_math(struct session_scene *scene, const struct lens_event *event)
{
    const struct lens_event **room = more(scene->math, scene->math_count, sizeof(*room));
    if (!room)
        return false;
    scene->math = room;
    room[scene->math_count++] = event;
    return true;
}

static bool take_step(struct session_scene *scene, const struct lens_event *event)
{
    struct session_work work = {.step = event, /* NULL: arithmetic alone */
                                .math = scene->math,
                                .math_count = scene->math_count,
                                .keys = scene->keys};
    enum place place = event ? place_of(event->step.name, scene->role) : OWN;
    struct session_beat *beat = NULL;
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
    beat = add_beat(scene, (struct session_beat){
                               .kind = BEAT_WORK, .actor = scene->role, .event = event});
    if (beat)
        take_pending(beat, scene);
    return beat != NULL;
}

static bool take_close(struct session_scene *scene, const struct lens_event *event)
{
    if (scene->math_count > 0 && !take_step(scene, NULL))
        return false;
    scene->close = event;
    return add_beat(scene, (struct session_beat){
                               .kind = BEAT_END, .actor = scene->role, .event = event}) != NULL;
}

static bool take_event(struct session *session, const struct lens_event *event)
{
    struct session_scene *scene = scene_of(session, event->channel);
    if (event->kind == LENS_OPEN)
        return take_open(session, event);
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
        return add_beat(scene, (struct session_beat){.kind = BEAT_VERDICT,
                                                     .actor = scene->role,
                                                     .event = event}) != NULL;
    case LENS_CLOSE:
        return take_close(scene, event);
    default:
        return true;
    }
}

/* --- which scene goes back to which ------------------------------------------------------------
 */

static bool names_ticket(const struct session_scene *scene, const struct lens_value *ticket)
{
    for (size_t i = 0; i < scene->beat_count; i++) {
        const struct session_beat *beat = &scene->beats[i];
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
static void find_talk(struct session *session, size_t index)
{
    struct session_scene *scene = &session->scenes[index];
    const struct session_scene *before = NULL;
    for (size_t i = index; i > 0 && !before; i--)
        if (names_ticket(&session->scenes[i - 1], &scene->open->open.ticket))
            before = &session->scenes[i - 1];
    for (size_t i = index; i > 0 && !before; i--)
        if (!session->scenes[i - 1].resumed)
            before = &session->scenes[i - 1];
    if (!before)
        return;
    scene->talk = before->talk;
    /* Nobody shows his key again: it is the one of the handshake. */
    memcpy(scene->keys.identity, session->scenes[before->talk].keys.identity,
           sizeof(scene->keys.identity));
    for (size_t i = 0; i < scene->beat_count; i++)
        for (size_t k = 0; k < scene->beats[i].work_count; k++)
            memcpy(scene->beats[i].works[k].keys.identity, scene->keys.identity,
                   sizeof(scene->keys.identity));
}

bool session_read(struct session *session, const struct recording *recording,
                  struct problem *problem)
{
    size_t count = recording_count(recording);
    *session = (struct session){.recording = recording};
    for (size_t i = 0; i < count; i++)
        if (!take_event(session, recording_event(recording, i))) {
            session_free(session);
            return problem_memory(problem);
        }
    for (size_t i = 0; i < session->scene_count; i++)
        if (session->scenes[i].resumed)
            find_talk(session, i);
    if (session->scene_count == 0)
        return problem_set(problem, "no session is in the recording");
    return true;
}

static void free_works(struct session_work *works, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(works[i].math);
    free(works);
}

void session_free(struct session *session)
{
    for (size_t i = 0; i < session->scene_count; i++) {
        struct session_scene *scene = &session->scenes[i];
        for (size_t k = 0; k < scene->beat_count; k++)
            free_works(scene->beats[k].works, scene->beats[k].work_count);
        free_works(scene->pending, scene->pending_count);
        free(scene->math);
        free(scene->beats);
    }
    free(session->scenes);
    *session = (struct session){0};
}

enum wire_message session_message(const struct session_beat *beat)
{
    return beat->inner && beat->inner->inner.message < WIRE_MESSAGES ? beat->inner->inner.message
                                                                     : beat->event->frame.message;
}
