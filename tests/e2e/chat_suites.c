/*
 * The suites on stage: a talk in each, two that do not match, and what is said of numbers that are
 * no good.
 */
#include "chat_scene.h"
#include "proxy.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void open_scene(struct chat_scene *scene, const char *suite)
{
    *scene = (struct chat_scene){.suite = suite};
    chat_scene_open(scene);
    chat_scene_person(scene, "anna", true);
    chat_scene_person(scene, "boris", true);
    chat_scene_serve(scene, NULL);
}

ParameterizedTestParameters(chat_suites, a_talk)
{
    static char suites[32][CHANNEL_SUITE_TEXT_BYTES];
    struct channel_suite suite;
    size_t count = 0;
    for (; channel_suite_at(&suite, count); count++)
        channel_suite_text(suites[count], suite);
    return cr_make_param_array(char[CHANNEL_SUITE_TEXT_BYTES], suites, count);
}

/* Fresh keys in the middle of it, where the suite has any. */
static void rekey(struct process *person, const char *suite)
{
    process_type(person, "/rekey\n");
    expect_said(person, PROCESS_ERR,
                strncmp(suite, "textbook", 8) == 0
                    ? "in textbook every message has a key of its own"
                    : "fresh keys are in use: generation 1");
}

ParameterizedTest(char suite[CHANNEL_SUITE_TEXT_BYTES], chat_suites, a_talk, .timeout = 120)
{
    struct chat_scene scene;
    open_scene(&scene, suite);
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    rekey(anna, suite);
    rekey(boris, suite);
    process_type(boris, "Привет!\n/msg anna psst\n/quit\n");
    expect_said(anna, PROCESS_OUT, "boris: Привет!$");
    expect_said(anna, PROCESS_OUT, "\\[boris -> anna\\] psst$");
    expect_said(anna, PROCESS_OUT, "boris left: goodbye$");
    expect_status(boris, 0);
    if (strncmp(suite, "modern", 6) != 0) {
        cr_assert(strstr(process_text(anna, PROCESS_ERR), suite));
        cr_assert(strstr(process_text(anna, PROCESS_ERR), ", for learning only"));
        cr_assert(strstr(process_said(scene.server), "for learning only"));
        cr_assert(strstr(process_said(scene.server), "address=127.0.0.1"), "not on loopback");
    }
    process_end_input(anna);
    expect_status(anna, 0);
    process_free(anna);
    process_free(boris);
    chat_scene_close(&scene);
}

struct mismatch {
    char server[32], client[32];
};

ParameterizedTestParameters(chat_suites, a_mismatch)
{
    static struct mismatch pairs[] = {{"modern", "textbook"},
                                      {"textbook", "modern"},
                                      {"textbook:caesar", "textbook:vernam"},
                                      {"modern", "modern:rsa"},
                                      {"modern:rsa", "dh"},
                                      {"dh", "modern"},
                                      {"modern", "modern:x25519"},
                                      {"modern:x25519", "modern"},
                                      {"dh", "textbook"},
                                      {"textbook", "dh"},
                                      {"dh:caesar", "dh:vernam"}};
    return cr_make_param_array(struct mismatch, pairs, sizeof(pairs) / sizeof(pairs[0]));
}

ParameterizedTest(struct mismatch *pair, chat_suites, a_mismatch, .timeout = 120)
{
    struct chat_scene scene;
    char logged[160];
    open_scene(&scene, pair->server);
    scene.suite = pair->client;
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES, NULL);
    expect_said(anna, PROCESS_ERR, "error: .*the two sides use different suites");
    expect_said(anna, PROCESS_ERR, "hint: the server was started with another --suite");
    expect_status(anna, 1);
    /* By its whole name, which a person can give to --suite. */
    snprintf(logged, sizeof(logged),
             "failed address=127.0.0.1 .*different suites.*detail=\"hello: suites %s%s\"\n",
             pair->client,
             strcmp(pair->client, "dh") && strcmp(pair->client, "textbook") ? "" : ":feistel-cbc");
    expect_said(scene.server, PROCESS_ERR, logged);
    process_free(anna);
    chat_scene_close(&scene);
}

/* --- releases that do not match --------------------------------------------------------------- */
/* Somebody between them flips a bit of the version in a hello. */
static void flip_version(struct chat_scene *scene, enum proxy_way way, const char *client_says,
                         const char *server_says)
{
    struct proxy *proxy = proxy_start("127.0.0.2", chat_scene_port(scene), 0, 0);
    char *home = chat_scene_home(scene, "anna");
    proxy_attack(proxy, &(struct mischief){PROXY_FLIP, 0, way, WIRE_HEADER_BYTES + 1});
    struct process *anna = process_start(home, PROCESS_PIPES, "chat", "connect", "127.0.0.2",
                                         "--port", scene->port, "--accept-new", NULL);
    expect_said(anna, PROCESS_ERR, client_says);
    expect_said(anna, PROCESS_ERR, "hint: take the newer release on both sides");
    expect_status(anna, 1);
    expect_said(scene->server, PROCESS_ERR, server_says);
    process_free(anna);
    proxy_stop(proxy);
    free(home);
}

#define ANOTHER "the other side speaks another version of the protocol"
#define RELEASE "it speaks version 2, you speak version 18; take the newer release on both sides"

Test(chat_suites, releases_that_do_not_match, .timeout = 120)
{
    struct chat_scene scene;
    open_scene(&scene, NULL);
    chat_scene_stop(&scene); /* the proxy wants the port at another address */
    chat_scene_serve(&scene, (const char *[]){"--bind", "127.0.0.1", NULL});
    flip_version(&scene, PROXY_TO_SERVER, "error: .*the peer says: " ANOTHER ": " RELEASE,
                 "failed .*" ANOTHER ".*version 18, ours is 2");
    flip_version(&scene, PROXY_TO_CLIENT, "error: .*" ANOTHER " in hello: version 18, ours is 2$",
                 "failed .*" RELEASE);
    chat_scene_close(&scene);
}

/* --- numbers that are no good ----------------------------------------------------------------- */
/* A number of 4096 bits, nearly all ones: no prime, but who would know without a long look? */
static char large[2 + 1024 + 2 + 1];
#define TOO_LARGE "p has 4096 bits and no name, and was not looked at"

static struct group {
    char text[sizeof(large)], warning[80]; /* "": none */
} groups[] = {{"23,5", "p has 5 bits, fewer than 2048: for pencil and paper"},
              {"15,2", "p is not prime: 3 divides it"},
              {"modp768", "p has 768 bits, fewer than 2048: exponents can be found"},
              {"", TOO_LARGE},
              {"group14", ""}};

ParameterizedTestParameters(chat_suites, a_group_is_looked_at)
{
    memset(large, 'f', sizeof(large) - 1);
    memcpy(large, "0x", 2);
    memcpy(large + sizeof(large) - 3, ",2", 2);
    memcpy(groups[3].text, large, sizeof(large));
    return cr_make_param_array(struct group, groups, sizeof(groups) / sizeof(groups[0]));
}

/* On both screens, and in the log; and the talk goes on. */
ParameterizedTest(struct group *group, chat_suites, a_group_is_looked_at, .timeout = 120)
{
    struct chat_scene scene;
    char mine[160], theirs[160], logged[160];
    open_scene(&scene, "dh");
    struct process *anna = chat_scene_join(
        &scene, "anna", (const char *[]){"--accept-new", "--group", group->text, NULL});
    process_type(anna, "hello\n");
    expect_said(anna, PROCESS_OUT, "anna: hello$");
    if (group->warning[0]) {
        snprintf(mine, sizeof(mine), "chat: warning: %s", group->warning);
        snprintf(theirs, sizeof(theirs), "chat: warning: anna at 127.0.0.1: %s", group->warning);
        snprintf(logged, sizeof(logged), "warning name=anna address=127.0.0.1 text=\"%s",
                 group->warning);
        expect_said(anna, PROCESS_ERR, mine);
        expect_said(scene.server, PROCESS_ERR, theirs);
        expect_said(scene.server, PROCESS_ERR, logged);
    } else {
        expect_said(scene.server, PROCESS_ERR, "joined name=anna");
        cr_expect_null(strstr(process_text(scene.server, PROCESS_ERR), "warning name="));
        cr_expect_null(strstr(process_text(anna, PROCESS_ERR), "warning"));
    }
    process_free(anna);
    chat_scene_close(&scene);
}

/* At a terminal too, and in the middle of a talk: a re-key draws new numbers. */
Test(chat_suites, numbers_of_a_rekey_are_looked_at, .timeout = 120)
{
    struct chat_scene scene;
    open_scene(&scene, "dh");
    struct process *anna =
        chat_scene_connect(&scene, "anna", PROCESS_TERMINAL,
                           (const char *[]){"--accept-new", "--group", "23,5", NULL});
    expect_said(anna, PROCESS_OUT, "anna.* joined");
    for (int generation = 1; generation <= 3; generation++) {
        char fresh[80];
        snprintf(fresh, sizeof(fresh), "fresh keys are in use: generation %d", generation);
        process_type(anna, "/rekey\r");
        expect_said(anna, PROCESS_OUT, fresh);
    }
    process_type(anna, "/quit\r");
    expect_status(anna, 0);
    process_free(anna);
    chat_scene_close(&scene);
}

/* --- keys ------------------------------------------------------------------------------------- */
static char *run_keytool(const char *home, const char *const arguments[])
{
    struct process *keytool = process_start_list(home, PROCESS_PIPES, arguments);
    expect_status(keytool, 0);
    char *text = strdup(process_text(keytool, PROCESS_OUT));
    process_free(keytool);
    return text;
}

/* In the list the key is now for the other suite. */
static void allow_elsewhere(const struct chat_scene *scene, bool textbook)
{
    char *list = scratch_read(scene->server_home, "allowed.csv"), *changed;
    char *row = strchr(list, '\n') + 1, *end = strchr(row, '\n');
    if (textbook) /* the last cell of the row */
        cr_assert_geq(asprintf(&changed, "%.*smodern\n",
                               (int)(end - list - (ssize_t)strlen("textbook")), list),
                      0);
    else
        cr_assert_geq(asprintf(&changed, "%.*s,family\n%.*s,textbook\n", (int)(row - list) - 1,
                               list, (int)(end - row), row),
                      0);
    scratch_write(scene->server_home, "allowed.csv", changed);
    free(changed);
    free(list);
}

ParameterizedTestParameters(chat_suites, a_key_serves_one_suite)
{
    static char suites[][32] = {"modern", "textbook"};
    return cr_make_param_array(char[32], suites, 2);
}

/* Who is in goes when the list says so, and stays out; the key neither waits nor can be let in. */
ParameterizedTest(char suite[32], chat_suites, a_key_serves_one_suite, .timeout = 120)
{
    const bool textbook = strcmp(suite, "textbook") == 0;
    struct chat_scene scene;
    open_scene(&scene, suite);
    free(run_keytool(scene.server_home,
                     (const char *[]){"keytool", "allow", "remove", "boris", NULL}));
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    allow_elsewhere(&scene, textbook);
    expect_said(anna, PROCESS_ERR, "your key is for the other suite now");
    expect_status(anna, 3);
    process_free(anna);
    anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES, NULL);
    expect_said(anna, PROCESS_ERR, "error: .*the key is not allowed");
    expect_status(anna, 3);
    process_free(anna);
    expect_said(scene.server, PROCESS_ERR,
                "refused address=127.0.0.1 fingerprint=SHA256:[^ ]+ "
                "reason=\"allowed for the other suite\" name=anna family=(modern|textbook)$");
    char *waiting = run_keytool(scene.server_home,
                                (const char *[]){"keytool", "allow", "pending", "--json", NULL});
    cr_expect_str_eq(waiting, "[]\n");
    free(waiting);
    chat_scene_close(&scene);
}

/* The server of the same home has another key in each suite; one that it has shown in one is not
 * taken for its key in the other. */
Test(chat_suites, a_pinned_key_serves_one_suite, .timeout = 120)
{
    struct chat_scene scene;
    open_scene(&scene, "textbook");
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    process_end_input(anna);
    expect_status(anna, 0);
    process_free(anna);
    char *home = chat_scene_home(&scene, "anna"), *pins = scratch_read(home, "known_servers.csv");
    char *end = strrchr(pins, ',');
    cr_assert_str_eq(end, ",textbook\n");
    strcpy(end, ",modern\n");
    scratch_write(home, "known_servers.csv", pins);
    anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES, NULL);
    expect_said(anna, PROCESS_ERR, "error: .*shows a key that is known for the other suite");
    expect_status(anna, 3);
    process_free(anna);
    free(pins);
    free(home);
    chat_scene_close(&scene);
}
