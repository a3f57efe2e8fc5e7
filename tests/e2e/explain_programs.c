/*
 * --record in the programs: what is recorded of whole sessions, of the refused, of thieves; and
 * what happens to the file.
 */
#include "chat_scene.h"
#include "ftp_script.h"
#include "raw_client.h"
#include "recorded_scene.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct chat_scene scene;
static char *server_path, *client_path;

static void open_chat(const char *suite)
{
    scene = (struct chat_scene){.suite = suite};
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
    chat_scene_person(&scene, "eve", false);
    server_path = scratch_path(scene.folder, "server.rec");
    client_path = scratch_path(scene.folder, "client.rec");
    chat_scene_serve(&scene, (const char *[]){"--record", server_path, NULL});
}

static void close_chat(void)
{
    free(server_path);
    free(client_path);
    chat_scene_close(&scene);
}

static struct recording *load(const char *path)
{
    struct problem problem = {0};
    struct recording *recording;
    cr_assert(recording_load(&recording, path, &problem), "%s", problem.message);
    cr_assert_not(recording_is_cut(recording));
    return recording;
}

/* The nth event of a kind in one channel; NULL if there is none. */
static const struct trace_event *in_channel(const struct recording *recording, unsigned channel,
                                            enum trace_kind kind, size_t nth)
{
    const struct trace_event *event;
    for (size_t i = 0; (event = recording_find(recording, kind, i)); i++)
        if (event->channel == channel && nth-- == 0)
            return event;
    return NULL;
}

/* The frames of a channel: the same bytes on both sides, in the same order for each direction. */
static size_t expect_same_frames(const struct recording *a, unsigned channel_a,
                                 const struct recording *b, unsigned channel_b)
{
    size_t total = 0;
    for (int a_sent = 0; a_sent < 2; a_sent++) {
        size_t at = 0;
        const struct trace_event *one, *other;
        for (size_t i = 0; (one = in_channel(a, channel_a, TRACE_FRAME, i)); i++) {
            if (one->frame.sent != a_sent)
                continue;
            do
                other = in_channel(b, channel_b, TRACE_FRAME, at++);
            while (other && other->frame.sent == a_sent);
            if (!other) /* the last goodbye need not be read */
                continue;
            cr_assert_eq(one->frame.bytes.bytes, other->frame.bytes.bytes);
            cr_assert_arr_eq(one->frame.bytes.data, other->frame.bytes.data,
                             one->frame.bytes.bytes);
            total++;
        }
    }
    return total;
}

static void expect_two_ports(const struct recording *recording)
{
    const struct trace_event *first = in_channel(recording, 1, TRACE_ADDRESSES, 0);
    const struct trace_event *second = in_channel(recording, 2, TRACE_ADDRESSES, 0);
    cr_assert(first && second, "no addresses");
    cr_assert_str_eq(first->addresses.own.address, "127.0.0.1");
    cr_assert_str_eq(first->addresses.peer.address, "127.0.0.1");
    const bool client = in_channel(recording, 1, TRACE_OPEN, 0)->open.role == CHANNEL_CLIENT;
    cr_assert_eq(client ? first->addresses.peer.port : first->addresses.own.port,
                 chat_scene_port(&scene));
    cr_assert_neq(client ? second->addresses.peer.port : second->addresses.own.port,
                  chat_scene_port(&scene));
    cr_assert_not(in_channel(recording, 1, TRACE_OPEN, 0)->open.ticket);
    cr_assert(in_channel(recording, 2, TRACE_OPEN, 0)->open.ticket);
}

static void record_a_chat(const char *suite, size_t least)
{
    open_chat(suite);
    struct process *anna =
        chat_scene_connect(&scene, "anna", PROCESS_PIPES,
                           (const char *[]){"--accept-new", "--record", client_path, NULL});
    process_type(anna, "hello\n");
    expect_said(anna, PROCESS_OUT, "anna: hello$");
    process_end_input(anna);
    expect_status(anna, 0);
    process_free(anna);
    chat_scene_stop(&scene); /* SIGTERM, status 0 */
    struct recording *server = load(server_path), *client = load(client_path);
    cr_assert_str_eq(recording_head(server)->program, "chat server");
    cr_assert_str_eq(recording_head(client)->program, "chat connect");
    for (unsigned channel = 1; channel <= 2; channel++) {
        cr_assert_geq(expect_same_frames(server, channel, client, channel), least);
        cr_assert_eq(in_channel(server, channel, TRACE_CLOSE, 0)->close.error, CHANNEL_OK);
        cr_assert_eq(in_channel(client, channel, TRACE_CLOSE, 0)->close.error, CHANNEL_OK);
    }
    expect_two_ports(server);
    expect_two_ports(client);
    recording_free(server);
    recording_free(client);
    close_chat();
}

Test(explain_programs, a_chat_modern)
{
    record_a_chat("modern", 5);
}

Test(explain_programs, a_chat_textbook)
{
    record_a_chat("textbook", 3);
}

Test(explain_programs, who_was_refused)
{
    open_chat(NULL);
    struct process *eve =
        chat_scene_connect(&scene, "eve", PROCESS_PIPES,
                           (const char *[]){"--accept-new", "--record", client_path, NULL});
    expect_status(eve, 3);
    process_free(eve);
    chat_scene_stop(&scene);
    struct recording *server = load(server_path), *client = load(client_path);
    cr_assert_eq(recording_find(server, TRACE_VERDICT, 0)->verdict.verdict,
                 CHANNEL_ERR_NOT_ALLOWED);
    cr_assert_eq(recording_find(server, TRACE_CLOSE, 0)->close.error, CHANNEL_ERR_NOT_ALLOWED);
    cr_assert_not(recording_find(server, TRACE_CLOSE, 0)->close.is_peers);
    cr_assert_eq(recording_find(client, TRACE_CLOSE, 0)->close.error, CHANNEL_ERR_NOT_ALLOWED);
    cr_assert(recording_find(client, TRACE_CLOSE, 0)->close.is_peers);
    recording_free(server);
    recording_free(client);
    close_chat();
}

/* Three thieves on the new port: one with rubbish, one with another's ticket, one silent. */
Test(explain_programs, thieves_on_the_new_port)
{
    enum channel_error error;
    open_chat(NULL);
    struct rsa_key *key = chat_scene_key(&scene, "anna");
    const struct channel_config config = {.role = CHANNEL_CLIENT, .identity = key};
    struct channel_ticket *ticket = raw_knock(chat_scene_port(&scene), &config, NULL, &error);
    struct channel_ticket *other = raw_knock(chat_scene_port(&scene), &config, NULL, &error);
    cr_assert(ticket && other);
    int gone = raw_connect(channel_ticket_port(ticket));
    close(gone);
    expect_said(scene.server, PROCESS_ERR, "stranger .*cut without");
    int rubbish = raw_connect(channel_ticket_port(ticket));
    cr_assert_eq(send(rubbish, "GET / HTTP/1.0\r\n\r\n", 18, 0), 18);
    expect_said(scene.server, PROCESS_ERR, "stranger ");
    int thief = raw_connect(channel_ticket_port(ticket));
    struct channel *channel;
    cr_assert_eq(channel_new_resume(&channel, &config, other), CHANNEL_OK);
    cr_assert_not(raw_drive(channel, thief, CHANNEL_OPEN, NULL));
    expect_said(scene.server, PROCESS_ERR, "stranger .*ticket");
    channel_free(channel);
    close(rubbish);
    close(thief);
    chat_scene_stop(&scene);
    struct recording *server = load(server_path);
    const struct trace_event *closed;
    size_t cut = 0, unexpected = 0, tickets = 0;
    for (size_t i = 0; (closed = recording_find(server, TRACE_CLOSE, i)); i++) {
        cut += closed->close.error == CHANNEL_ERR_TRUNCATED;
        unexpected += closed->close.error == CHANNEL_ERR_UNEXPECTED;
        tickets += closed->close.error == CHANNEL_ERR_TICKET;
    }
    cr_assert(cut == 1 && unexpected == 1 && tickets == 1, "%zu cut, %zu unexpected, %zu tickets",
              cut, unexpected, tickets);
    cr_assert_not_null(recording_find_step(server, "client mac refused", 0));
    recording_free(server);
    channel_ticket_free(ticket);
    channel_ticket_free(other);
    rsa_key_free(key);
    close_chat();
}

/* --- ftp -------------------------------------------------------------------------------------- */

/* How many channels resumed, and how many re-keys were asked for. */
static void expect_ftp(const char *path, size_t resumed, size_t rekeys)
{
    struct recording *recording = load(path);
    const struct trace_event *event;
    size_t opened = 0, asked = 0, closed = 0;
    for (size_t i = 0; (event = recording_find(recording, TRACE_OPEN, i)); i++)
        opened += event->open.ticket != NULL;
    for (size_t i = 0; (event = recording_find(recording, TRACE_INNER, i)); i++)
        asked += event->inner.message == WIRE_REKEY_ASK;
    while (recording_find(recording, TRACE_CLOSE, closed))
        cr_assert_eq(recording_find(recording, TRACE_CLOSE, closed++)->close.error, CHANNEL_OK);
    cr_assert_eq(opened, resumed, "%s: %zu data connections", path, opened);
    cr_assert_geq(asked, rekeys, "%s: %zu re-keys", path, asked);
    cr_assert_eq(closed, resumed + 1);
    recording_free(recording);
}

static void record_ftp(const char *suite, size_t rekeys)
{
    char *folder = scratch_new(), *server = scratch_path(folder, "server.rec"), *script;
    char *client = scratch_path(folder, "client.rec");
    cr_assert_gt(asprintf(&script,
                          "head -c 300000 /dev/urandom >a\n"
                          "f --suite %s --record %s -c 'put a' -c 'get a b'; cmp a b",
                          suite, client),
                 0);
    ftp_script_check(script, "--record", server, "--suite", suite, NULL);
    expect_ftp(server, 2, rekeys);
    expect_ftp(client, 2, rekeys);
    free(script);
    free(server);
    free(client);
    scratch_remove(folder);
}

Test(explain_programs, ftp_modern)
{
    record_ftp("modern", 1);
}

Test(explain_programs, ftp_textbook)
{
    record_ftp("textbook", 0);
}

Test(explain_programs, ftp_get_and_put)
{
    ftp_script_check(
        "echo x >a; \"$BIN\"/ftp put --accept-new --record p.rec a ftp://127.0.0.1:$P/\n"
        "\"$BIN\"/ftp get --record g.rec -o b ftp://127.0.0.1:$P/a; cmp a b\n"
        "for r in p g; do head -1 $r.rec | grep -q '\"program\":\"ftp '; grep -c "
        "'\"kind\":\"close\"' $r.rec | grep -qx 2; done\n"
        "if \"$BIN\"/ftp get --plain --record x ftp://127.0.0.1:$P/a; then exit 9; fi",
        NULL);
}

/* --- the file --------------------------------------------------------------------------------- */

/* sh -c with a limit on the size of files; the talk is over before anybody hears of it. */
Test(explain_programs, a_full_disk_is_told_at_the_end)
{
    open_chat(NULL);
    char *line;
    cr_assert_gt(asprintf(&line, "ulimit -f 8; echo hello | $join --record %s", client_path), 0);
    struct process *anna = chat_scene_shell(&scene, "anna", line);
    expect_said(anna, PROCESS_OUT, "anna: hello$");
    expect_said(anna, PROCESS_ERR,
                "error: the recording .*client.rec is not whole: File too large$");
    expect_said(anna, PROCESS_ERR, "hint: .*can be read$");
    expect_status(anna, 1);
    recording_free(load(client_path));
    process_free(anna);
    free(line);
    close_chat();
}

Test(explain_programs, secrets_come_with_a_warning)
{
    open_chat(NULL);
    struct process *anna = chat_scene_join(
        &scene, "anna",
        (const char *[]){"--accept-new", "--record", client_path, "--record-secrets", NULL});
    cr_assert(strstr(process_text(anna, PROCESS_ERR), "will hold the session's secrets"), "%s",
              process_said(anna));
    process_end_input(anna);
    expect_status(anna, 0);
    process_free(anna);
    struct recording *recording = load(client_path);
    cr_assert(recording_head(recording)->secrets);
    recording_free(recording);
    anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES,
                              (const char *[]){"--accept-new", "--record", client_path, NULL});
    expect_said(anna, PROCESS_ERR, "error: cannot record to .*client.rec: it already exists");
    expect_status(anna, 1);
    process_free(anna);
    anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES,
                              (const char *[]){"--record-secrets", NULL});
    expect_said(anna, PROCESS_ERR, "error: --record-secrets goes with --record");
    expect_status(anna, 2);
    process_free(anna);
    close_chat();
}
