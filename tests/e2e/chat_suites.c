/*
 * The suites on stage: the textbook one with each of its ciphers, and two that do not match.
 */
#include "chat_scene.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
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
