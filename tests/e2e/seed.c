/*
 * --seed in the programs: a session played twice, from nothing, is the same in everything that is
 * recorded but the times and the ports that the system gives to clients.
 */
#include "chat_scene.h"
#include "free_port.h"
#include "recorded_scene.h"
#include "recording_replay.h"
#include "scratch.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST     30 /* arguments */
#define CHANNELS 10 /* more than any of these sessions has */

struct session {
    const char *program, *suite, *seed;
    char pool[16]; /* of --ports; "": not given */
    char *folder, *server_home, *client_home, *server_path, *client_path;
    struct process *server;
    char port[8], moved[8];
    struct recording *recordings[2]; /* by role */
};

static void keytool(const char *home, const char *const arguments[])
{
    struct process *process = process_start_list(home, PROCESS_PIPES, arguments);
    expect_status(process, 0);
    process_free(process);
}

/* Fresh homes; the keys of both, and anna allowed. */
static void set_up(struct session *session)
{
    session->folder = scratch_new();
    session->server_home = scratch_path(session->folder, "server");
    session->client_home = scratch_path(session->folder, "client");
    session->server_path = scratch_path(session->folder, "server.rec");
    session->client_path = scratch_path(session->folder, "client.rec");
    char *public = scratch_path(session->client_home, "keys/anna.pub.csv");
    keytool(session->client_home, (const char *[]){"keytool", "gen", "anna", "--seed",
                                                   session->seed, "--suite", session->suite, NULL});
    keytool(session->server_home,
            (const char *[]){"keytool", "allow", "add", public, "--allow-published", NULL});
    free(public);
}

static void append(const char *arguments[MOST], const char *one, const char *other)
{
    size_t count = 0;
    while (arguments[count])
        count++;
    arguments[count] = one;
    arguments[count + 1] = other;
}

static void serve(struct session *session)
{
    const char *arguments[MOST] = {
        session->program,  "server",  "--port",       "0",        "--seed",
        session->seed,     "--suite", session->suite, "--record", session->server_path,
        "--record-secrets"};
    if (session->pool[0])
        append(arguments, "--ports", session->pool);
    if (strcmp(session->program, "ftp") == 0)
        append(arguments, session->folder, NULL);
    session->server = process_start_list(session->server_home, PROCESS_PIPES, arguments);
    expect_said(session->server, PROCESS_ERR, "warning: --seed [0-9]+ is for lessons");
    const char *port = process_expect(session->server, PROCESS_ERR, "listening on port ([0-9]+)");
    cr_assert(port, "%s", process_said(session->server));
    snprintf(session->port, sizeof(session->port), "%s", port);
}

static struct process *connect_to(struct session *session, const char *one, const char *other)
{
    const char *arguments[MOST] = {
        session->program, "connect",  "localhost",          "--port",
        session->port,    "--seed",   session->seed,        "--suite",
        session->suite,   "--record", session->client_path, "--record-secrets",
        "--key",          "anna",     "--accept-new"};
    if (one)
        append(arguments, "-c", one);
    if (other)
        append(arguments, "-c", other);
    return process_start_list(session->client_home, PROCESS_PIPES, arguments);
}

static void talk(struct session *session)
{
    struct process *anna = connect_to(session, NULL, NULL);
    expect_said(anna, PROCESS_ERR, "warning: --seed [0-9]+ is for lessons");
    const char *port = process_expect(anna, PROCESS_ERR, "the talk moves to port ([0-9]+)");
    cr_assert(port, "%s", process_said(anna));
    snprintf(session->moved, sizeof(session->moved), "%s", port);
    expect_said(anna, PROCESS_OUT, "00 \\* you are anna; 1 here");
    expect_said(anna, PROCESS_OUT, "01 \\* anna joined");
    /* In turn: who talks at once is heard in no fixed order. */
    process_type(anna, "hello\n");
    expect_said(anna, PROCESS_OUT, "02 anna: hello$");
    process_type(anna, "again\n");
    expect_said(anna, PROCESS_OUT, "03 anna: again$");
    process_end_input(anna);
    expect_status(anna, 0);
    process_free(anna);
}

static void transfer(struct session *session)
{
    char *put, *get;
    scratch_write(session->folder, "here.txt", "what is sent, and fetched again\n");
    cr_assert(asprintf(&put, "put %s/here.txt there.txt", session->folder) > 0);
    cr_assert(asprintf(&get, "get there.txt %s/back.txt", session->folder) > 0);
    struct process *anna = connect_to(session, put, get);
    expect_status(anna, 0);
    process_free(anna);
    char *back = scratch_read(session->folder, "back.txt");
    cr_assert_str_eq(back, "what is sent, and fetched again\n");
    free(back);
    free(put);
    free(get);
}

static void play(struct session *session)
{
    struct problem problem = {0};
    set_up(session);
    serve(session);
    if (strcmp(session->program, "chat") == 0)
        talk(session);
    else
        transfer(session);
    process_signal(session->server, SIGTERM);
    expect_status(session->server, 0);
    process_free(session->server);
    cr_assert(recording_load(&session->recordings[0], session->client_path, &problem) &&
                  recording_load(&session->recordings[1], session->server_path, &problem),
              "%s", problem.message);
}

static void clear(struct session *session)
{
    recording_free(session->recordings[0]);
    recording_free(session->recordings[1]);
    free(session->server_home);
    free(session->client_home);
    free(session->server_path);
    free(session->client_path);
    scratch_remove(session->folder);
}

/* --- what is the same ------------------------------------------------------------------------- */

/* One channel in one recording, walked through. */
struct walk {
    const struct recording *recording;
    unsigned channel;
    size_t at, end;
};

static const struct trace_event *next(struct walk *walk)
{
    while (walk->at < walk->end) {
        const struct trace_event *event = recording_event(walk->recording, walk->at++);
        if (event->channel == walk->channel)
            return event;
    }
    return NULL;
}

/* Up to the last message that is no goodbye: those cross each other, and need not be read. */
static struct walk before_goodbyes(const struct recording *recording, unsigned channel)
{
    struct walk walk = {recording, channel, 0, recording_count(recording)}, all = walk;
    const struct trace_event *event;
    walk.end = 0;
    while ((event = next(&all)))
        if (event->kind == TRACE_INNER && event->inner.message != WIRE_CLOSE)
            walk.end = all.at;
    return walk;
}

/* Without what may differ: its time, the ports that the system chooses, and its place between the
 * events of the other direction. */
static char *text_of(const struct trace_event *event)
{
    struct trace_event still = *event;
    still.microseconds = 0;
    if (still.kind == TRACE_ADDRESSES)
        still.addresses.own.port = still.addresses.peer.port = 0;
    else if (still.kind == TRACE_FRAME)
        still.frame.number = 0;
    else if (still.kind == TRACE_INNER)
        still.inner.record = 0;
    return explain_text(&still, true);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All texts, NULL behind the last; sorted where the two directions may cross. */
static char **texts_of(struct walk walk, bool in_turn)
{
    char **texts = calloc(walk.end + 1, sizeof(*texts));
    const struct trace_event *event;
    size_t count = 0;
    cr_assert_not_null(texts);
    while ((event = next(&walk)))
        texts[count++] = text_of(event);
    if (!in_turn)
        qsort(texts, count, sizeof(*texts), by_text);
    return texts;
}

static void expect_same_events(struct walk a, struct walk b, bool in_turn)
{
    char **one = texts_of(a, in_turn), **other = texts_of(b, in_turn);
    size_t i = 0;
    for (; one[i] && other[i] && strcmp(one[i], other[i]) == 0; i++)
        continue;
    cr_expect(!one[i] && !other[i], "channel %u, event %zu:\n%.300s\n%.300s", a.channel, i,
              one[i] ? one[i] : "none", other[i] ? other[i] : "none");
    for (i = 0; one[i]; i++)
        free(one[i]);
    for (i = 0; other[i]; i++)
        free(other[i]);
    free(one);
    free(other);
}

static const struct trace_bytes *next_frame(struct walk *walk, bool sent)
{
    const struct trace_event *event;
    while ((event = next(walk)))
        if (event->kind == TRACE_FRAME && event->frame.sent == sent)
            return &event->frame.bytes;
    return NULL;
}

/* Frames of one direction that both have, whole, and how many of them differ. */
static size_t differing_frames(struct walk a, struct walk b, bool sent, size_t *frames)
{
    const struct trace_bytes *one, *other;
    size_t differences = 0;
    while ((one = next_frame(&a, sent)) && (other = next_frame(&b, sent))) {
        differences += one->bytes != other->bytes ||
                       memcmp(one->data, other->data, one->bytes) != 0;
        ++*frames;
    }
    return differences;
}

/* The frames of both directions: those that both have, and how many of them differ. */
static size_t count_differing(const struct recording *a, const struct recording *b, size_t *frames)
{
    size_t differing = 0;
    *frames = 0;
    for (unsigned channel = 1; channel < CHANNELS; channel++)
        for (int sent = 0; sent < 2; sent++)
            differing += differing_frames((struct walk){a, channel, 0, recording_count(a)},
                                          (struct walk){b, channel, 0, recording_count(b)}, sent,
                                          frames);
    return differing;
}

static void expect_same(const struct session *a, const struct session *b, size_t least_frames)
{
    const bool in_turn = strcmp(a->program, "chat") == 0; /* in a re-key both sides send at once */
    size_t frames;
    for (int role = 0; role < 2; role++) {
        const struct recording *one = a->recordings[role], *other = b->recordings[role];
        const struct recording_head *head = recording_head(one);
        cr_expect(head->seeded && head->seed == strtoul(a->seed, NULL, 10));
        cr_expect_eq(count_differing(one, other, &frames), 0);
        cr_expect_geq(frames, least_frames, "%zu frames", frames);
        for (unsigned channel = 1; channel < CHANNELS; channel++)
            expect_same_events(before_goodbyes(one, channel), before_goodbyes(other, channel),
                               in_turn);
    }
}

/* What was drawn from the seed is in the recording, like other chance: each side plays its own. */
static void expect_replay(const struct session *session)
{
    for (int role = 0; role < 2; role++) {
        struct problem problem = {0};
        struct replay_result result;
        cr_assert(
            replay_run(&result, session->recordings[role], &(struct replay_change){0}, &problem),
            "%s", problem.message);
        cr_expect(result.same_bytes && !result.waits && result.error == result.recorded,
                  "%s, %s: side %d says something else", session->program, session->suite, role);
        replay_free(&result);
    }
}

static void open_session(struct session *session, const char *program, const char *suite,
                         const char *seed, const char *pool)
{
    *session = (struct session){.program = program, .suite = suite, .seed = seed};
    snprintf(session->pool, sizeof(session->pool), "%s", pool);
    play(session);
}

static void play_twice(const char *program, const char *suite, size_t least_frames)
{
    struct session first, again;
    char pool[16];
    unsigned port = free_ports(1);
    snprintf(pool, sizeof(pool), "%u-%u", port, port);
    open_session(&first, program, suite, "7", pool);
    open_session(&again, program, suite, "7", pool);
    expect_same(&first, &again, least_frames);
    expect_replay(&first);
    clear(&first);
    clear(&again);
}

Test(seed, a_chat_repeats_in_the_modern_suite)
{
    play_twice("chat", "modern", 10);
}

Test(seed, a_chat_repeats_in_modern_rsa)
{
    play_twice("chat", "modern:rsa", 10);
}

Test(seed, a_chat_repeats_in_dh)
{
    play_twice("chat", "dh", 8);
}

Test(seed, a_chat_repeats_in_the_textbook_suite)
{
    play_twice("chat", "textbook", 10);
}

Test(seed, put_and_get_repeat_in_the_modern_suite)
{
    play_twice("ftp", "modern", 40);
}

Test(seed, put_and_get_repeat_in_modern_rsa)
{
    play_twice("ftp", "modern:rsa", 40);
}

Test(seed, put_and_get_repeat_in_dh)
{
    play_twice("ftp", "dh", 30);
}

Test(seed, put_and_get_repeat_in_the_textbook_suite)
{
    play_twice("ftp", "textbook", 30);
}

/* --- what is not the same --------------------------------------------------------------------- */

static int listen_at(uint16_t port)
{
    const struct sockaddr_in here = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int on = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_geq(listener, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    cr_assert_eq(bind(listener, (const struct sockaddr *)&here, sizeof(here)), 0);
    cr_assert_eq(listen(listener, 1), 0);
    return listener;
}

/* The port of the talk follows from the seed; where it is in use elsewhere, the screen says so. */
Test(seed, another_seed_and_a_port_in_use_make_other_sessions)
{
    struct session first, other, passed;
    open_session(&first, "chat", "modern", "7", "");
    open_session(&other, "chat", "modern", "8", "");
    cr_expect_str_neq(first.moved, other.moved);
    size_t frames, differing = count_differing(first.recordings[0], other.recordings[0], &frames);
    cr_expect(frames >= 10 && differing == frames, "of %zu frames %zu differ", frames, differing);
    unsigned long port = strtoul(first.moved, NULL, 10);
    cr_expect(port >= 61000 && port <= 65535, "port %lu", port);

    int held = listen_at((uint16_t)port);
    passed = (struct session){.program = "chat", .suite = "modern", .seed = "7"};
    set_up(&passed);
    serve(&passed);
    talk(&passed);
    expect_said(passed.server, PROCESS_ERR, "warning: port [0-9]+ is in use elsewhere");
    process_signal(passed.server, SIGTERM);
    expect_status(passed.server, 0);
    process_free(passed.server);
    cr_expect_str_neq(passed.moved, first.moved);
    close(held);
    clear(&first);
    clear(&other);
    clear(&passed);
}
