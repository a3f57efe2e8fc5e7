/*
 * The suites on stage: the textbook one with each of its ciphers, and two that do not match.
 */
#include "chat_scene.h"
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
    static char suites[][32] = {
        "modern",          "textbook",         "textbook:caesar",     "textbook:vigenere",
        "textbook:vernam", "textbook:xor-cbc", "textbook:feistel-cbc"};
    return cr_make_param_array(char[32], suites, sizeof(suites) / sizeof(suites[0]));
}

ParameterizedTest(char suite[32], chat_suites, a_talk, .timeout = 120)
{
    struct chat_scene scene;
    open_scene(&scene, suite);
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    process_type(boris, "Привет!\n/msg anna psst\n/quit\n");
    expect_said(anna, PROCESS_OUT, "boris: Привет!$");
    expect_said(anna, PROCESS_OUT, "\\[boris -> anna\\] psst$");
    expect_said(anna, PROCESS_OUT, "boris left: goodbye$");
    expect_status(boris, 0);
    if (strncmp(suite, "textbook", 8) == 0) {
        expect_said(anna, PROCESS_ERR, "the suite is textbook:[a-z-]+, for learning only");
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
    static struct mismatch pairs[] = {
        {"modern", "textbook"}, {"textbook", "modern"}, {"textbook:caesar", "textbook:vernam"}};
    return cr_make_param_array(struct mismatch, pairs, 3);
}

ParameterizedTest(struct mismatch *pair, chat_suites, a_mismatch, .timeout = 120)
{
    struct chat_scene scene;
    open_scene(&scene, pair->server);
    scene.suite = pair->client;
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES, NULL);
    expect_said(anna, PROCESS_ERR, "error: .*the two sides use different suites");
    expect_said(anna, PROCESS_ERR, "hint: give the --suite that the server's screen shows");
    expect_status(anna, 1);
    expect_said(scene.server, PROCESS_ERR, "failed address=127.0.0.1 .*different suites");
    process_free(anna);
    chat_scene_close(&scene);
}

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
