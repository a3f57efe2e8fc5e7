/*
 * The client at a terminal: a pseudo-terminal of 80 columns, and what a person would see there.
 */
#include "chat_scene.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static struct chat_scene scene;

static void open_scene(void)
{
    scene = (struct chat_scene){0};
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
    chat_scene_person(&scene, "boris", true);
    chat_scene_serve(&scene, NULL);
}

static void close_scene(void)
{
    chat_scene_close(&scene);
}

TestSuite(chat_terminal, .init = open_scene, .fini = close_scene, .timeout = 120);

#define JOINED "anna.* joined"

static struct process *sit_down(void)
{
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_TERMINAL, NULL);
    expect_said(anna, PROCESS_OUT, JOINED);
    expect_said(anna, PROCESS_OUT, "> ");
    return anna;
}

Test(chat_terminal, an_incoming_line_does_not_tear_the_typed_one)
{
    struct process *anna = sit_down();
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    expect_said(anna, PROCESS_OUT, "boris.* joined");
    process_type(anna, "half a linе");
    expect_said(anna, PROCESS_OUT, "half a linе");
    process_type(boris, "interrupting\n");
    /* Erased, printed on a line of its own, and what was typed drawn again below. */
    expect_said(anna, PROCESS_OUT, "\r\033\\[J[^\n]*boris[^\n]*interrupting\r\n");
    expect_said(anna, PROCESS_OUT, "> half a linе");
    process_type(anna, ", now whole\r");
    expect_said(boris, PROCESS_OUT, "anna: half a linе, now whole$");
    process_free(anna);
    process_free(boris);
}

/* A line of 150 columns takes two rows: both are erased. */
Test(chat_terminal, a_wrapped_line_is_not_torn_either)
{
    struct process *anna = sit_down();
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    char text[151];
    memset(text, 'w', 150);
    memcpy(text + 147, "end", 4);
    process_type(anna, text);
    expect_said(anna, PROCESS_OUT, "end");
    process_type(boris, "interrupting\n");
    expect_said(anna, PROCESS_OUT, "\033\\[1A\r\033\\[J[^\n]*boris[^\n]*interrupting\r\n> ww");
    process_free(anna);
    process_free(boris);
}

/* Nor can a line that is too long for the screen begin another one there. */
Test(chat_terminal, a_long_line_goes_on_indented)
{
    struct process *anna = sit_down();
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    char text[128];
    memset(text, 'x', sizeof(text));
    strcpy(text + 80 - strlen("12:03:04 boris: "), " 12:03:04 * boris left: goodbye\n");
    process_type(boris, text);
    expect_said(anna, PROCESS_OUT, "xxx \r\n         12:03:04 \\* boris left: goodbye\r\n");
    process_free(anna);
    process_free(boris);
}

Test(chat_terminal, editing_and_history)
{
    struct process *anna = sit_down();
    process_type(anna, "приветы\x7f\r"); /* a backspace takes a letter, not a byte */
    expect_said(anna, PROCESS_OUT, "anna:[^\n]* привет\r\n");
    process_type(anna, "\033[A!\r"); /* the line before, and more */
    expect_said(anna, PROCESS_OUT, "anna:[^\n]* привет!\r\n");
    process_type(anna, "/quit\r");
    expect_status(anna, 0);
    process_free(anna);
    anna = sit_down();
    process_type(anna, "\033[A\033[A?\r"); /* over /quit to the line before, of the last time */
    expect_said(anna, PROCESS_OUT, "anna:[^\n]* привет!\\?\r\n");
    process_type(anna, "\x04");
    expect_status(anna, 0);
    process_free(anna);
}

/* What a person is to copy is not broken by us: it begins a row, and ends where it ends. */
Test(chat_terminal, a_command_to_be_copied_stays_whole)
{
    chat_scene_person(&scene, "carl", false);
    struct process *carl = chat_scene_connect(&scene, "carl", PROCESS_TERMINAL, NULL);
    expect_said(carl, PROCESS_OUT,
                "to run:\r\nkeytool allow add SHA256:[A-Za-z0-9+/]{43} --name YOURNAME\r\n");
    expect_status(carl, 3);
    process_free(carl);
}

Test(chat_terminal, ctrl_c_says_goodbye)
{
    struct process *anna = sit_down();
    process_type(anna, "not sent\x03");
    expect_status(anna, 0);
    expect_said(scene.server, PROCESS_ERR, "left name=anna .*reason=goodbye");
    cr_assert_null(strstr(process_said(scene.server), "not sent"));
    process_free(anna);
}

Test(chat_terminal, the_server_ends_it)
{
    struct process *anna = sit_down();
    process_type(anna, "half a line");
    process_signal(scene.server, SIGTERM);
    expect_said(anna, PROCESS_OUT, "the talk has ended: .*server is[ \r\n]+shutting down");
    expect_status(anna, 1);
    expect_status(scene.server, 0);
    process_free(scene.server);
    scene.server = NULL;
    process_free(anna);
}

Test(chat_terminal, an_unknown_server_is_asked_about)
{
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_TERMINAL,
                                              (const char *[]){NULL});
    expect_said(anna, PROCESS_OUT, "SHA256:.*");
    expect_said(anna, PROCESS_OUT, "Talk to it\\? \\(yes/no\\) ");
    process_type(anna, "no\r");
    expect_said(anna, PROCESS_OUT, "error:.*the server's key was not accepted");
    expect_status(anna, 1);
    process_free(anna);
    anna = chat_scene_connect(&scene, "anna", PROCESS_TERMINAL, (const char *[]){NULL});
    expect_said(anna, PROCESS_OUT, "\\(yes/no\\) ");
    process_type(anna, "yes\r");
    expect_said(anna, PROCESS_OUT, "is now known by its key");
    expect_said(anna, PROCESS_OUT, JOINED);
    process_free(anna);
}
