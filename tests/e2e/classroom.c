/*
 * A class joins: everybody at once, with a name of their own choosing, and a teacher at a terminal
 * who lets them in one by one. And what else may come in the place of a name.
 */
#include "allow_list.h"
#include "bench.h"
#include "chat_scene.h"
#include "home.h"
#include "known_peers.h"
#include "raw_client.h"
#include "scratch.h"
#include "wish.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef GLASSBOX_SANITIZED
enum { STUDENTS = 5 };
#else
enum { STUDENTS = 30 };
#endif

static struct chat_scene scene;
static char words[200]; /* of the server's key, as its screen shows them */

static void open_scene(void)
{
    scene = (struct chat_scene){0};
    chat_scene_open(&scene);
    chat_scene_serve(&scene, (const char *[]){"--same-room", NULL});
    const char *all = process_text(scene.server, PROCESS_ERR);
    const char *line = strstr(all, "in words ");
    cr_assert(line && sscanf(line, "in words %199s", words) == 1, "%s", all);
}

static void close_scene(void)
{
    chat_scene_close(&scene);
}

TestSuite(classroom, .init = open_scene, .fini = close_scene, .timeout = 240);

/* --- thirty, and a teacher -------------------------------------------------------------------- */

static void name_of(char name[KEY_NAME_BYTES], size_t student)
{
    static const char *const first[] = {"anna", "boris", "clara", "dmitri", "eve", "frank"};
    snprintf(name, KEY_NAME_BYTES, "%s.%c", first[student % 6], (char)('a' + student / 6));
}

static struct process *student(size_t i)
{
    char name[KEY_NAME_BYTES];
    name_of(name, i);
    return chat_scene_connect(&scene, name, PROCESS_PIPES,
                              (const char *[]){"--name", name, "--server-key", words, NULL});
}

/* Everybody's first try: the key is made, and refused. */
static void knock_all(void)
{
    struct process *clients[STUDENTS];
    for (size_t i = 0; i < STUDENTS; i++)
        clients[i] = student(i);
    for (size_t i = 0; i < STUDENTS; i++) {
        expect_status(clients[i], 3);
        process_free(clients[i]);
    }
}

/* The teacher presses Enter as often as there is a question. Returns the keystrokes. */
static size_t let_all_in(struct process *teacher)
{
    size_t keystrokes = 0;
    for (size_t i = 0; i < STUDENTS; i++) {
        expect_said(teacher, PROCESS_OUT, "Let it in as [a-z]+\\.[a-z]\\? ");
        cr_assert(process_type(teacher, "\n"));
        keystrokes++;
        expect_said(teacher, PROCESS_OUT, "allowed [a-z]+\\.[a-z]: SHA256:");
    }
    return keystrokes;
}

static void join_all(void)
{
    struct process *clients[STUDENTS];
    for (size_t i = 0; i < STUDENTS; i++)
        clients[i] = student(i);
    for (size_t i = 0; i < STUDENTS; i++)
        expect_said(clients[i], PROCESS_OUT, "you are [a-z]+\\.[a-z]; [0-9]+ here");
    for (size_t i = 0; i < STUDENTS; i++) {
        process_end_input(clients[i]);
        expect_status(clients[i], 0);
        process_free(clients[i]);
    }
}

static size_t count(const char *text, const char *word)
{
    size_t found = 0;
    for (const char *at = text; (at = strstr(at, word)); at++)
        found++;
    return found;
}

static void expect_all_allowed(void)
{
    struct allow_list *list;
    char *path = scratch_path(scene.server_home, HOME_ALLOWED), name[KEY_NAME_BYTES];
    cr_assert(allow_list_load(&list, path, NULL));
    cr_expect_eq(allow_list_count(list), STUDENTS);
    for (size_t i = 0; i < STUDENTS; i++) {
        name_of(name, i);
        cr_expect(allow_list_find_name(list, name, FAMILY_MODERN), "%s", name);
    }
    allow_list_free(list);
    free(path);
}

Test(classroom, thirty_join)
{
    struct process *teacher = process_start(scene.server_home, PROCESS_TERMINAL, "keytool", "allow",
                                            "accept", "--watch", NULL);
    double began = bench_now();
    knock_all();
    double knocked = bench_now();
    size_t keystrokes = let_all_in(teacher);
    double accepted = bench_now();
    join_all();
    double joined = bench_now();
    process_signal(teacher, SIGINT);
    expect_status(teacher, 0);
    process_free(teacher);
    expect_all_allowed();
    fprintf(stderr,
            "%d students: %zu keystrokes; %.1f s to make their keys and knock, %.1f s to let them "
            "in, %.1f s to join\n",
            STUDENTS, keystrokes, knocked - began, accepted - knocked, joined - accepted);
    cr_expect_leq(keystrokes, 2 * STUDENTS);
    cr_expect_lt(joined - began, 200, "two hundred seconds are no measure, only an end");
}

Test(classroom, one_quiet_line_for_one_room)
{
    struct process *teacher = process_start(scene.server_home, PROCESS_TERMINAL, "keytool", "allow",
                                            "accept", "--watch", NULL);
    struct process *clients[3];
    for (size_t i = 0; i < 3; i++) {
        clients[i] = student(i);
        expect_status(clients[i], 3);
        process_free(clients[i]);
        expect_said(teacher, PROCESS_OUT, "Let it in as");
        cr_assert(process_type(teacher, "\n"));
        expect_said(teacher, PROCESS_OUT, "allowed ");
    }
    process_free(teacher);
    for (size_t i = 0; i < 3; i++) {
        clients[i] = student(i);
        expect_said(clients[i], PROCESS_OUT, "you are [a-z]+\\.[a-z]; [0-9]+ here");
        process_end_input(clients[i]);
        expect_status(clients[i], 0);
        process_free(clients[i]);
    }
    process_signal(scene.server, SIGTERM);
    expect_status(scene.server, 0);
    const char *said = process_text(scene.server, PROCESS_ERR);
    cr_expect_eq(count(said, "same-room address=127.0.0.1 name=boris.a known-as=anna.a"), 1, "%s",
                 said);
    cr_expect_eq(count(said, "same-room"), 1, "%s", said);
    cr_expect_eq(count(said, "ANOTHER-KEY"), 0, "%s", said);
    process_free(scene.server);
    scene.server = NULL;
}

/* --- what comes in the place of a name -------------------------------------------------------- */

/* A key that is refused, and the bytes that its owner sends then. */
static void knock_with(const struct rsa_key *key, const uint8_t *bytes, size_t length)
{
    const struct channel_config config = {.role = CHANNEL_CLIENT, .identity = key};
    struct channel *channel;
    int socket = raw_connect(chat_scene_port(&scene));
    cr_assert_eq(channel_new(&channel, &config), CHANNEL_OK);
    cr_assert_not(raw_drive(channel, socket, CHANNEL_OPEN, NULL));
    cr_expect_eq(channel_error(channel), CHANNEL_ERR_NOT_ALLOWED);
    while (length > 0) {
        ssize_t sent = send(socket, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            break;
        bytes += sent;
        length -= (size_t)sent;
    }
    channel_free(channel);
    close(socket);
}

static void knock_as(const struct rsa_key *key, const char *name)
{
    uint8_t frame[WISH_FRAME_BYTES];
    knock_with(key, frame, name ? wish_put(frame, name) : 0);
}

/* Waits until the only key has been refused so often; its wish. */
static void expect_wish(unsigned long times, const char *wish)
{
    char *path = scratch_path(scene.server_home, HOME_PENDING);
    for (int tries = 0;; tries++) {
        struct pending_key *rows;
        size_t rows_count;
        cr_assert(pending_rows_read(&rows, &rows_count, path, NULL));
        bool there = rows_count == 1 && rows[0].times == times && strcmp(rows[0].wish, wish) == 0;
        pending_rows_free(rows, rows_count);
        if (there)
            break;
        cr_assert_lt(tries, 2000, "the key was not refused %lu times as '%s'", times, wish);
        usleep(10000);
    }
    free(path);
}

/* The last one counts; who says nothing keeps the one before. */
Test(classroom, a_client_changes_its_name)
{
    struct rsa_key *key;
    cr_assert_eq(rsa_key_generate(&key, 2048, NULL, NULL), RSA_OK);
    knock_as(key, "anna");
    expect_wish(1, "anna");
    knock_as(key, "клара");
    expect_wish(2, "клара");
    knock_as(key, NULL);
    expect_wish(3, "клара");
    rsa_key_free(key);
}

Test(classroom, what_is_no_name_is_told_of_and_forgotten)
{
    static const char *const names[] = {"an\nna",   "\033[2Janna", "an na",    "",    "-anna",
                                        "anna.csv", "\u202eanna",  "\xff\xfe", "аnna"};
    struct rsa_key *key;
    static uint8_t much[10000];
    unsigned long times = 0;
    cr_assert_eq(rsa_key_generate(&key, 2048, NULL, NULL), RSA_OK);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        knock_as(key, names[i]);
        expect_said(scene.server, PROCESS_ERR, "bad-wish address=127.0.0.1 reason=\"the name ");
        expect_wish(++times, "");
    }
    memcpy(much, (uint8_t[]){5, 0, 0x27, 0x0C, 8, 0x27, 0x09}, 7);
    memset(much + 7, 'a', sizeof(much) - 7);
    knock_with(key, much, sizeof(much));
    expect_said(scene.server, PROCESS_ERR, "bad-wish address=127.0.0.1 reason=\"not a name: ");
    expect_wish(++times, "");
    knock_with(key, much, 100);
    expect_said(scene.server, PROCESS_ERR, "not a name: 100 bytes");
    expect_wish(++times, "");
    knock_as(key, "anna");
    expect_wish(++times, "anna");
    const char *said = process_text(scene.server, PROCESS_ERR);
    cr_expect_null(strpbrk(said, "\033"), "a name has commanded the terminal");
    rsa_key_free(key);
}

/* Who is refused and stays on the line is written down all the same, and its wish when it comes. */
Test(classroom, silence_after_the_refusal)
{
    uint8_t frame[WISH_FRAME_BYTES];
    struct channel_config own = {.role = CHANNEL_CLIENT};
    struct rsa_key *key;
    struct channel *channel;
    cr_assert_eq(rsa_key_generate(&key, 2048, NULL, NULL), RSA_OK);
    own.identity = key;
    int socket = raw_connect(chat_scene_port(&scene));
    cr_assert_eq(channel_new(&channel, &own), CHANNEL_OK);
    cr_assert_not(raw_drive(channel, socket, CHANNEL_OPEN, NULL));
    expect_wish(1, "");
    const size_t bytes = wish_put(frame, "anna");
    cr_assert_eq(send(socket, frame, bytes, MSG_NOSIGNAL), (ssize_t)bytes,
                 "it was written down before its line went");
    expect_wish(1, "anna");
    expect_said(scene.server, PROCESS_ERR, "wish address=127.0.0.1 .* wish=anna");
    channel_free(channel);
    close(socket);
    rsa_key_free(key);
}

/* pending.csv of an earlier release has no column for it. What others have put there stays. */
Test(classroom, a_file_without_the_column)
{
    struct rsa_key *key;
    char *text;
    cr_assert_eq(rsa_key_generate(&key, 2048, NULL, NULL), RSA_OK);
    scratch_write(scene.server_home, HOME_PENDING,
                  "fingerprint,number,address,times,first_seen,last_seen,n,e,note\n"
                  ",7,192.0.2.9,3,2026-02-03T04:05:06Z,2026-02-03T04:06:06Z,0xca1,0x11,seat 4\n");
    knock_as(key, "anna");
    for (int tries = 0;; tries++) {
        text = scratch_read(scene.server_home, HOME_PENDING);
        if (strstr(text, ",anna") || strstr(text, "anna,"))
            break;
        free(text);
        cr_assert_lt(tries, 2000, "the wish was not written");
        usleep(10000);
    }
    cr_expect_not_null(strstr(text, "192.0.2.9,3,"), "%s", text);
    cr_expect_not_null(strstr(text, "seat 4"), "%s", text);
    free(text);
    rsa_key_free(key);
}

/* --- at the client ---------------------------------------------------------------------------- */

static void refused_option(const char *option, const char *value, const char *pattern)
{
    struct process *client = chat_scene_connect(&scene, "anna", PROCESS_PIPES,
                                                (const char *[]){option, value, NULL});
    expect_said(client, PROCESS_ERR, pattern);
    expect_status(client, 2);
    process_free(client);
}

Test(classroom, options_say_what_is_wrong)
{
    refused_option("--name", "an na", "--name: the name 'an na' has a character");
    refused_option("--name", "", "--name: the name '' is empty");
    refused_option("--server-key", "maple-tigre-otter-lemon-lunch-radar", "did you mean 'tiger'");
    refused_option("--server-key", "maple-tiger", "has 6 words, and here are 2");
    refused_option("--server-key", "SHA256:abc", "not a whole fingerprint");
}

/* ftp has the same options, and the same server frame. */
Test(classroom, a_name_at_the_door_of_ftp)
{
    char *home = scratch_path(scene.folder, "boris");
    struct process *server = process_start(scene.server_home, PROCESS_PIPES, "ftp", "server",
                                           scene.folder, "--port", "0", NULL);
    const char *found = process_expect(server, PROCESS_ERR, "listening on port ([0-9]+)");
    char port[8];
    cr_assert(found, "%s", process_said(server));
    snprintf(port, sizeof(port), "%s", found);
    struct process *client = process_start(home, PROCESS_PIPES, "ftp", "connect", "127.0.0.1",
                                           "--port", port, "--name", "boris", "--server-key", words,
                                           "-c", "ls", NULL);
    expect_said(client, PROCESS_ERR, "told that you would like to be called boris");
    expect_status(client, 3);
    expect_said(server, PROCESS_ERR, "refused .* wish=boris reason=\"not in allowed.csv\"");
    process_signal(server, SIGTERM);
    expect_status(server, 0);
    process_free(client);
    process_free(server);
    free(home);
}

/* Words of the list, and not those of this server: somebody may be in between. */
Test(classroom, other_words)
{
    chat_scene_person(&scene, "boris", true);
    struct process *client = chat_scene_connect(
        &scene, "boris", PROCESS_PIPES,
        (const char *[]){"--server-key", "Maple, tiger, otter, lemon, lunch, radar", NULL});
    expect_said(client, PROCESS_ERR, "THE KEY OF THE SERVER .* IS NOT THE ONE GIVEN");
    expect_said(client, PROCESS_ERR, "expected maple-tiger-otter-lemon-lunch-radar");
    expect_status(client, 4);
    process_free(client);
}
