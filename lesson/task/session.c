/*
 * Two engines in memory; see session.h.
 */
#include "session.h"

#include "fingerprint.h"
#include "key_family.h"
#include "key_file.h"
#include "recorder.h"
#include "sym_memory.h"

#include <stdlib.h>
#include <string.h>

#define CLIENT_PORT 50001 /* of the first connection; the second has the next */
#define EVENT_TIME  250   /* microseconds between two events: a clock that repeats itself */
#define TURNS_MAX   100000

struct session {
    const struct session_plan *plan;
    struct channel_config configs[2];
    struct lesson_seed seeds[2]; /* so that blinding repeats itself, too */
    struct channel *channels[2];
    struct channel_trace trace;
    struct recording *recording;
    unsigned recorded; /* channels */
    uint64_t now;
    bool failed;
};

/* --- listening ------------------------------------------------------------------------------------- */

static void on_event(void *context, struct trace_event *event)
{
    struct session *session = context;
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    if (event->kind == TRACE_OPEN)
        event->channel = ++session->recorded;
    if (event->kind == TRACE_VERDICT) {
        fingerprint_text(fingerprint, event->verdict.peer);
        event->verdict.fingerprint = fingerprint;
    }
    if (event->kind == TRACE_STEP && event->step.step == STEP_SEEDED_BYTES)
        event->step.step = STEP_RANDOM_BYTES; /* the seed is the task's, and as secret as chance */
    event->microseconds = session->now += EVENT_TIME;
    session->failed |= !recording_add(session->recording, event);
}

static bool listen(struct session *session)
{
    const struct session_plan *plan = session->plan;
    struct recording_head head = {.version = RECORDING_VERSION,
                                  .program = plan->seen_by == CHANNEL_CLIENT ? "chat connect"
                                                                             : "chat server",
                                  .role = plan->seen_by,
                                  .suite = plan->suite,
                                  .started = "2026-09-01T08:00:00Z",
                                  .secrets = true};
    session->trace = (struct channel_trace){.event = on_event, .context = session};
    session->configs[plan->seen_by].trace = &session->trace;
    return recording_new(&session->recording, &head);
}

/* --- both drivers in one --------------------------------------------------------------------------- */

/* What has left one engine goes into the other, as far as it takes it. */
static bool carry(struct channel *from, struct channel *to)
{
    size_t bytes, space;
    const uint8_t *output = channel_output(from, &bytes);
    if (bytes == 0 || !(channel_flags(to) & CHANNEL_WANT_INPUT))
        return false;
    uint8_t *room = channel_input_space(to, &space);
    if (!room)
        return false;
    bytes = bytes < space ? bytes : space;
    memcpy(room, output, bytes);
    channel_output_done(from, bytes);
    channel_input_done(to, bytes);
    return true;
}

/* One thing that this side asks of its driver; false if there is none. */
static bool serve(struct session *session, enum channel_role role)
{
    struct channel *channel = session->channels[role], *peer = session->channels[!role];
    unsigned flags = channel_flags(channel);
    size_t bytes;
    if (flags & CHANNEL_HAS_WORK) {
        channel_work_begin(channel);
        channel_work_run(channel);
        channel_work_end(channel);
    } else if (flags & CHANNEL_WANT_VERDICT) {
        channel_verdict(channel, CHANNEL_OK);
    } else if (flags & CHANNEL_HAS_DATA) {
        channel_data(channel, &bytes);
        channel_data_done(channel, bytes);
    } else {
        return carry(channel, peer);
    }
    return true;
}

/* Until nothing moves any more. */
static void run(struct session *session)
{
    for (unsigned turn = 0; turn < TURNS_MAX; turn++)
        if (!serve(session, CHANNEL_CLIENT) && !serve(session, CHANNEL_SERVER))
            return;
    session->failed = true;
}

static void tell_addresses(struct session *session, uint16_t server_port, uint16_t client_port)
{
    channel_tell_addresses(session->channels[CHANNEL_CLIENT], "127.0.0.1", client_port, "127.0.0.1",
                           server_port);
    channel_tell_addresses(session->channels[CHANNEL_SERVER], "127.0.0.1", server_port, "127.0.0.1",
                           client_port);
}

/* --- the acts -------------------------------------------------------------------------------------- */

static void free_channels(struct session *session)
{
    for (int role = 0; role < 2; role++) {
        channel_free(session->channels[role]);
        session->channels[role] = NULL;
    }
}

static bool meet(struct session *session)
{
    for (int role = 0; role < 2; role++)
        if (channel_new(&session->channels[role], &session->configs[role]) != CHANNEL_OK)
            return false;
    tell_addresses(session, CHANNEL_PORT, CLIENT_PORT);
    run(session);
    return (channel_flags(session->channels[CHANNEL_CLIENT]) & CHANNEL_OPEN) != 0;
}

static void say_goodbye(struct session *session)
{
    channel_close(session->channels[CHANNEL_CLIENT], CHANNEL_OK, NULL);
    run(session);
}

static bool move(struct session *session)
{
    uint16_t port = session->plan->port;
    if (channel_send_port(session->channels[CHANNEL_SERVER], port) != CHANNEL_OK)
        return false;
    run(session);
    struct channel_ticket *tickets[2];
    bool done = true;
    for (int role = 0; role < 2; role++)
        tickets[role] = channel_take_ticket(session->channels[role]);
    say_goodbye(session);
    free_channels(session);
    for (int role = 0; role < 2; role++) {
        done = done && tickets[role] &&
               channel_new_resume(&session->channels[role], &session->configs[role],
                                  tickets[role]) == CHANNEL_OK;
        channel_ticket_free(tickets[role]);
    }
    if (!done)
        return false;
    tell_addresses(session, port, CLIENT_PORT + 1);
    run(session);
    return true;
}

static bool talk(struct session *session)
{
    for (size_t i = 0; i < session->plan->count; i++) {
        const struct session_line *line = &session->plan->lines[i];
        if (channel_send(session->channels[line->from], line->text, strlen(line->text)) !=
            CHANNEL_OK)
            return false;
        run(session);
    }
    say_goodbye(session);
    return channel_error(session->channels[CHANNEL_SERVER]) == CHANNEL_OK;
}

struct recording *session_play(const struct session_plan *plan, struct task_random *random,
                               struct problem *problem)
{
    struct session session = {.plan = plan};
    struct channel_suite suite;
    if (channel_suite_parse(&suite, plan->suite) != CHANNEL_OK) {
        problem_set(problem, "%s: unknown suite", plan->suite);
        return NULL;
    }
    task_draw_bytes(random, session.seeds[0].prk, sizeof(session.seeds[0].prk));
    session.seeds[1] = session.seeds[0]; /* what a role draws goes by its name */
    for (int role = 0; role < 2; role++)
        session.configs[role] = (struct channel_config){.role = (enum channel_role)role,
                                                        .suite = suite,
                                                        .identity = plan->keys[role],
                                                        .group = plan->group,
                                                        .seed = &session.seeds[role]};
    bool done = listen(&session) && meet(&session) && (plan->port == 0 || move(&session)) &&
                talk(&session) && !session.failed;
    free_channels(&session);
    sym_wipe(session.seeds, sizeof(session.seeds));
    if (done && !session.failed)
        return session.recording;
    recording_free(session.recording);
    problem_set(problem, "a session of the task came to no end");
    return NULL;
}

/* --- files of a task ------------------------------------------------------------------------------- */

void session_attach(struct task *task, const char *name, const struct recording *recording,
                    bool secrets)
{
    size_t bytes;
    char *text = recorder_text(&bytes, recording, secrets);
    if (text)
        task_attach(task, name, text, bytes);
    else
        problem_memory(&task->problem);
    free(text);
}

struct rsa_key *session_key(struct task_random *random, unsigned bits)
{
    struct rsa_key *key = NULL;
    if (rsa_key_generate(&key, bits, NULL, &random->stream.random) != RSA_OK)
        return NULL;
    return key;
}

void session_attach_key(struct task *task, const char *name, const struct rsa_key *key,
                        bool private_half, bool textbook)
{
    struct key_file file = {.key = key,
                            .part = private_half ? KEY_PRIVATE : KEY_PUBLIC,
                            .name = "task",
                            .created = "2026-09-01T08:00:00Z"};
    size_t bytes;
    file.marks.family = textbook ? FAMILY_TEXTBOOK : FAMILY_MODERN;
    struct csv_table *table = key_file_table(name, &file, &task->problem);
    char *text = table ? csv_table_text(&bytes, table, &task->problem) : NULL;
    if (text)
        task_attach(task, name, text, bytes);
    free(text);
    csv_table_free(table);
}

const struct trace_event *session_frame(const struct recording *recording, const char *text)
{
    const struct trace_event *frame = NULL, *inner = NULL;
    size_t bytes = strlen(text);
    for (size_t i = 0; i < recording_count(recording); i++) {
        const struct trace_event *event = recording_event(recording, i);
        if (event->kind == TRACE_FRAME)
            frame = event;
        bool is = event->kind == TRACE_INNER && event->inner.bytes.bytes == bytes + 1 &&
                  memcmp(event->inner.bytes.data + 1, text, bytes) == 0;
        if (is && !event->inner.sent)
            return frame; /* it came before it was opened */
        if (is)
            inner = event;
        if (inner && event->kind == TRACE_FRAME && event->channel == inner->channel &&
            event->frame.number == inner->inner.record)
            return event; /* it left after it was sealed */
    }
    return NULL;
}
