/*
 * A chat among several real clients: what is said, to whom, in which order, and how it ends.
 */
#include "chat_scene.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
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

TestSuite(chat_talk, .init = open_scene, .fini = close_scene, .timeout = 120);

Test(chat_talk, everybody_hears_everything)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    expect_said(anna, PROCESS_OUT, "^[0-9:]{8} \\* boris joined$");
    process_type(anna, "Привет, Борис!\n");
    expect_said(boris, PROCESS_OUT, "^[0-9:]{8} anna: Привет, Борис!$");
    expect_said(anna, PROCESS_OUT, "anna: Привет, Борис!$");
    process_type(boris, "/me waves\n");
    expect_said(anna, PROCESS_OUT, "~ boris waves$");
    process_type(boris, "//slash\n");
    expect_said(anna, PROCESS_OUT, "boris: /slash$");
    process_type(boris, "/quit\n");
    expect_said(anna, PROCESS_OUT, "\\* boris left: goodbye$");
    expect_status(boris, 0);
    process_free(anna);
    process_free(boris);
}

/* Only the room's own lines have its mark: nobody makes somebody else come, go, or be renamed. */
Test(chat_talk, nobody_speaks_for_the_room)
{
    static const char *const lies[] = {"joined", "left: goodbye", "is called anna now",
                                       "* anna joined"};
    char line[64];
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    expect_said(anna, PROCESS_OUT, "\\* boris joined$");
    size_t before = strlen(process_text(anna, PROCESS_OUT));
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
        for (size_t command = 0; command < 3; command++) {
            snprintf(line, sizeof(line), "%s%s\n",
                     (const char *[]){"/me ", "/msg anna ", ""}[command], lies[i]);
            process_type(boris, line);
        }
    process_type(boris, "/me \u200b\nend\n"); /* nothing is left of it */
    expect_said(boris, PROCESS_OUT, "! a field of the line has nothing to be seen$");
    expect_said(anna, PROCESS_OUT, "boris: end$");
    const char *heard = process_text(anna, PROCESS_OUT) + before;
    cr_expect(strstr(heard, "~ boris joined\n"), "%s", heard);
    for (; heard && *heard; heard = strchr(heard, '\n') + 1)
        cr_expect(strncmp(heard + strlen("12:03:04 "), "* ", 2) != 0, "%s", heard);
    process_free(anna);
    process_free(boris);
}

Test(chat_talk, a_whisper_reaches_one_person)
{
    chat_scene_person(&scene, "clara", true);
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    struct process *clara = chat_scene_join(&scene, "clara", NULL);
    process_type(anna, "/msg boris only for you\n/msg nobody hello\nafterwards\n");
    expect_said(boris, PROCESS_OUT, "\\[anna -> boris\\] only for you$");
    expect_said(anna, PROCESS_OUT, "\\[anna -> boris\\] only for you$");
    expect_said(anna, PROCESS_OUT, "! nobody here is called nobody; /who lists the names$");
    expect_said(clara, PROCESS_OUT, "anna: afterwards$");
    cr_assert_null(strstr(process_said(clara), "only for you"));
    process_free(anna);
    process_free(boris);
    process_free(clara);
}

Test(chat_talk, who_lists_the_names)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    process_type(boris, "/who\n/unknown\n");
    expect_said(boris, PROCESS_OUT, "\\* 2 here: anna boris$");
    expect_said(boris, PROCESS_ERR, "no command /unknown; /help lists");
    process_free(anna);
    process_free(boris);
}

Test(chat_talk, a_script_is_heard_in_full_before_it_ends)
{
    enum { LINES = 3000 };
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    struct process *boris = chat_scene_connect(&scene, "boris", PROCESS_PIPES, NULL);
    char line[40];
    for (int i = 0; i < LINES; i++) {
        snprintf(line, sizeof(line), "line %d\n", i);
        cr_assert(process_type(boris, line));
    }
    process_end_input(boris);
    expect_status(boris, 0);
    const char *said = process_text(boris, PROCESS_OUT);
    for (int i = 0; i < LINES; i++) {
        snprintf(line, sizeof(line), "boris: line %d\n", i);
        said = strstr(said, line);
        cr_assert(said, "boris has not heard '%s' in its turn", line);
    }
    expect_said(anna, PROCESS_OUT, "boris: line 2999$");
    process_free(anna);
    process_free(boris);
}

/* A script from elsewhere: nothing of it is lost without a word. */
Test(chat_talk, lines_of_a_script_are_taken_or_refused_aloud)
{
    static const struct {
        const char *script, *heard, *said;
        int status;
    } cases[] = {
        {"\\357\\273\\277/who\\r\\none\\r\\n/quit\\r\\n", "boris: one$", NULL, 0},
        {"two\\na\\0lost\\nthree", "boris: three$",
         "error: line 2 of stdin has a zero byte in it, and was not taken", 1},
        {"\\377\\376h\\0i\\0\\n\\0four\\n", NULL, "error: stdin: this is text in UTF-16", 1},
        {"$(head -c 20000 /dev/zero | tr '\\0' x)\\nfive\\n", "boris: five$", "that is too long",
         1},
    };
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char line[256];
        snprintf(line, sizeof(line), "printf \"%s\" | $join", cases[i].script);
        struct process *boris = chat_scene_shell(&scene, "boris", line);
        expect_status(boris, cases[i].status);
        if (cases[i].said)
            expect_said(boris, PROCESS_ERR, cases[i].said);
        if (cases[i].heard)
            expect_said(anna, PROCESS_OUT, cases[i].heard);
        process_free(boris);
    }
    cr_expect_null(strstr(process_text(anna, PROCESS_OUT), "\\r"));
    cr_expect_null(strstr(process_text(anna, PROCESS_OUT), "xxx"));
    cr_expect_null(strstr(process_text(anna, PROCESS_OUT), "lost"));
    process_free(anna);
}

/* A full disk, a reader that has left: the talk ends, and says which it was. */
Test(chat_talk, what_cannot_be_printed_ends_the_talk)
{
    static const struct {
        const char *line, *said;
    } cases[] = {
        {"sleep 600 | $join >/dev/full", "cannot write the result: No space left on device"},
        {"sleep 600 | $join | head -1", "cannot write the result: Broken pipe"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct process *boris = chat_scene_shell(&scene, "boris", cases[i].line);
        expect_said(scene.server, PROCESS_ERR, "joined name=boris");
        struct process *anna = chat_scene_join(&scene, "anna", NULL); /* and he hears something */
        process_type(anna, "hello\n");
        expect_said(boris, PROCESS_ERR, cases[i].said);
        process_free(boris);
        process_free(anna);
    }
}

/* Where both go to one place: anna stands still until line and end are there together. */
Test(chat_talk, what_was_said_stands_before_the_note_that_came_after_it)
{
    struct process *anna = chat_scene_shell(&scene, "anna", "exec $join 2>&1");
    expect_said(anna, PROCESS_OUT, " joined$");
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    process_signal(anna, SIGSTOP);
    process_type(boris, "last words\n");
    expect_said(boris, PROCESS_OUT, "boris: last words$");
    process_signal(scene.server, SIGTERM);
    expect_status(boris, 1);
    process_signal(anna, SIGCONT);
    expect_said(anna, PROCESS_OUT, "boris: last words$");
    expect_said(anna, PROCESS_OUT, "chat: error: the talk has ended: ");
    expect_status(anna, 1);
    expect_status(scene.server, 0);
    process_free(scene.server);
    scene.server = NULL;
    process_free(anna);
    process_free(boris);
}

Test(chat_talk, fresh_keys_in_the_middle)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    process_type(anna, "before\n/rekey\nmeanwhile\n");
    expect_said(anna, PROCESS_ERR, "fresh keys are in use: generation 1$");
    expect_said(anna, PROCESS_OUT, "anna: meanwhile$");
    process_type(anna, "/rekey\n");
    expect_said(anna, PROCESS_ERR, "generation 2$");
    process_type(anna, "after\n");
    expect_said(anna, PROCESS_OUT, "anna: after$");
    process_free(anna);
}

Test(chat_talk, both_ports_are_named)
{
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES, NULL);
    const char *first = process_expect(anna, PROCESS_ERR, "connected to 127.0.0.1 port ([0-9]+)$");
    cr_assert_str_eq(first, scene.port);
    expect_said(anna, PROCESS_ERR, "the talk moves to port ([0-9]+)$");
    const char *second = process_expect(anna, PROCESS_ERR, "goes on at port ([0-9]+)$");
    cr_assert_str_neq(second, scene.port);
    char pattern[80];
    snprintf(pattern, sizeof(pattern), "joined name=anna address=127.0.0.1 port=%s ", second);
    expect_said(scene.server, PROCESS_ERR, pattern);
    process_free(anna);
}

Test(chat_talk, control_characters_do_not_reach_the_terminal)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    process_type(boris, "red \033[31m bell \a tab \t bidi \xe2\x80\xae end\n");
    expect_said(anna, PROCESS_OUT, "boris: red ␛\\[31m bell ␇ tab   bidi  end$");
    process_type(boris, "\xff\xfe\n");
    expect_said(boris, PROCESS_ERR, "that is not UTF-8");
    process_free(anna);
    process_free(boris);
}

Test(chat_talk, the_server_says_goodbye_to_all)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    process_signal(scene.server, SIGINT);
    expect_said(anna, PROCESS_ERR, "the talk has ended: .*the server is shutting down");
    expect_status(anna, 1);
    expect_status(boris, 1);
    expect_status(scene.server, 0);
    process_free(scene.server);
    scene.server = NULL;
    process_free(anna);
    process_free(boris);
}

Test(chat_talk, a_killed_client_ends_alone)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    expect_said(anna, PROCESS_OUT, "boris joined$");
    process_signal(boris, SIGKILL);
    expect_said(anna, PROCESS_OUT, "\\* boris left: the line was cut without a goodbye$");
    process_type(anna, "still here\n");
    expect_said(anna, PROCESS_OUT, "anna: still here$");
    process_free(anna);
    process_free(boris);
}

Test(chat_talk, a_killed_server_is_noticed)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    process_signal(scene.server, SIGKILL);
    expect_said(anna, PROCESS_ERR, "the talk has ended: .*the line was cut without a goodbye");
    expect_status(anna, 1);
    process_free(scene.server);
    scene.server = NULL;
    process_free(anna);
}

Test(chat_talk, every_event_is_in_the_log)
{
    static const char *const events[] = {"listening port=",
                                         "moving name=anna address=127.0.0.1 port=",
                                         "joined name=anna address=127.0.0.1 port=",
                                         "left name=anna address=127.0.0.1 reason=goodbye",
                                         "stopping reason=SIGTERM",
                                         "stopped"};
    char *log = scratch_path(scene.folder, "log");
    chat_scene_stop(&scene);
    chat_scene_serve(&scene, (const char *[]){"--log", log, NULL});
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    process_end_input(anna);
    expect_status(anna, 0);
    chat_scene_stop(&scene);
    char *text = scratch_read(scene.folder, "log");
    const char *at = text;
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        at = strstr(at, events[i]);
        cr_assert(at, "no '%s' in its turn in the log:\n%s", events[i], text);
    }
    process_free(anna);
    free(text);
    free(log);
}
