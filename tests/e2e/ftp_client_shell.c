/*
 * The shell at a terminal: completion of commands and names, history, the progress bar, Ctrl-C, and
 * passwords that are not shown.
 */
#include "ftp_script.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct ftp_scene scene;
static struct process *shell;
static char port[8];

static void put_file(const char *name, size_t bytes)
{
    char *path = ftp_scene_file(&scene, name);
    FILE *file = fopen(path, "w");
    cr_assert(file);
    for (size_t i = 0; i < bytes; i++)
        fputc('a' + (int)(i % 26), file);
    fclose(file);
    free(path);
}

static void start(void)
{
    ftp_scene_prepare(&scene);
    ftp_script_allow(&scene);
    ftp_scene_launch(&scene, NULL, (const char *const[]){NULL});
    snprintf(port, sizeof(port), "%u", scene.port);
    put_file("hello world.txt", 26);
    put_file("help.txt", 26);
    put_file("large", 3000000);
    shell = process_start(scene.home, PROCESS_TERMINAL, "ftp", "connect", "127.0.0.1", "--port",
                          port, "--accept-new", NULL);
    cr_assert(process_expect(shell, PROCESS_OUT, "ftp> "), "%s", process_said(shell));
}

static void stop(void)
{
    process_free(shell);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

static void type(const char *text)
{
    cr_assert(process_type(shell, text));
}

static void expect(const char *pattern)
{
    cr_assert(process_expect(shell, PROCESS_OUT, pattern), "%s\n%s", pattern, process_said(shell));
}

/* Once the prompt is there: what is typed before meets another mode of the terminal. */
static void leave(void)
{
    expect("ftp> ");
    type("\004");
    cr_expect_eq(process_wait(shell), 0, "%s", process_said(shell));
}

TestSuite(ftp_client_shell, .init = start, .fini = stop);

Test(ftp_client_shell, a_command_is_completed)
{
    type("pw\t\n");
    expect("\n/\r");
    leave();
}

Test(ftp_client_shell, names_of_the_server_are_completed)
{
    type("cat hel\t");
    expect("cat hel");
    type("\t"); /* two begin like that: they are shown */
    expect("hello world.txt +help.txt");
    type("l\t");
    expect("hello.* world.txt"); /* with its blank behind a backslash */
    type("\n");
    expect("abcdefghijklmnopqrstuvwxyz");
    leave();
}

Test(ftp_client_shell, local_names_are_completed)
{
    char *text;
    scratch_write(scene.home, "z file with a long name", "here");
    if (asprintf(&text, "lcd %s\n", scene.home) < 0)
        abort();
    type(text);
    expect("ftp> ");
    type("put z\t\n");
    expect("long name: 4 B in ");
    char *path = ftp_scene_file(&scene, "z file with a long name");
    leave();
    cr_expect_eq(access(path, F_OK), 0, "%s", process_said(shell));
    free(path);
    free(text);
}

Test(ftp_client_shell, the_last_line_comes_back)
{
    type("mkdir one\n");
    expect("ftp> ");
    type("rmdir one\n");
    expect("ftp> ");
    type("\033[A\033[A\n"); /* the line before the last */
    expect("\n");
    leave();
    char *path = ftp_scene_file(&scene, "one");
    cr_expect_eq(access(path, F_OK), 0, "%s", process_said(shell));
    free(path);
}

Test(ftp_client_shell, progress_is_shown_with_rate_and_time)
{
    char *text;
    if (asprintf(&text, "lcd %s\nget large\n", scene.home) < 0)
        abort();
    type(text);
    expect("large +[0-9]+%  [0-9.]+ [KM]iB  [0-9.]+ [KMG]iB/s  [0-9]+:[0-9]{2} left");
    expect("large: 2.9 MiB in [0-9.]+ s, [0-9.]+ [KMG]iB/s\r");
    leave();
    free(text);
}

Test(ftp_client_shell, rm_of_a_folder_is_asked_about)
{
    char *file = ftp_scene_file(&scene, "box"), *inside;
    mkdir(file, 0700);
    if (asprintf(&inside, "%s/file", file) < 0)
        abort();
    put_file("box/file", 1);
    type("rm -r box\n");
    expect("remove box and all that is in it. .y/N. ");
    type("n\n");
    expect("box: stays");
    cr_expect_eq(access(inside, F_OK), 0);
    type("rm -r box\n");
    expect("y/N. ");
    type("\003");
    expect("box: stays");
    type("rm -r box\n");
    expect("y/N. ");
    type("y\n");
    leave();
    cr_expect_neq(access(file, F_OK), 0);
    free(inside);
    free(file);
}

Test(ftp_client_shell, control_c_ends_the_line_alone)
{
    type("mkdir never");
    expect("mkdir never");
    type("\003");
    expect("ftp> ");
    type("pwd\n");
    expect("\n/\r");
    leave();
    char *path = ftp_scene_file(&scene, "never");
    cr_expect_neq(access(path, F_OK), 0);
    free(path);
}

Test(ftp_client_shell, an_error_does_not_end_it)
{
    type("cd nowhere\n");
    expect("550");
    type("unknown\n");
    expect("no command 'unknown'");
    type("!echo $((6 * 7))\n");
    expect("42");
    type("bye\n");
    cr_expect_eq(process_wait(shell), 0, "%s", process_said(shell));
}

/* Echo is off while a password is typed, and on again behind it, whatever ends it. */
static struct process *ask(void)
{
    char text[400];
    const char *bin = getenv("GLASSBOX_BIN");
    snprintf(text, sizeof(text),
             "trap : INT; %s/ftp connect --plain 127.0.0.1 --port %s --user anna -c pwd; echo "
             "status $?; stty -a",
             bin ? bin : "bin", port);
    return process_start(scene.home, PROCESS_TERMINAL, "/bin/bash", "-c", text, NULL);
}

Test(ftp_client_shell, a_password_is_not_shown)
{
    struct process *other = ask();
    cr_assert(process_expect(other, PROCESS_OUT, "Password of anna.*: "), "%s",
              process_said(other));
    process_type(other, "secret\n");
    cr_expect(process_expect(other, PROCESS_OUT, "status 0"), "%s", process_said(other));
    cr_expect(process_expect(other, PROCESS_OUT, " echo "), "%s", process_said(other));
    cr_expect_null(strstr(process_said(other), "secret"), "%s", process_said(other));
    process_free(other);
}

Test(ftp_client_shell, control_c_at_a_password_brings_echo_back)
{
    struct process *other = ask();
    cr_assert(process_expect(other, PROCESS_OUT, "Password of anna.*: "), "%s",
              process_said(other));
    process_type(other, "sec\003");
    cr_expect(process_expect(other, PROCESS_OUT, "status 130"), "%s", process_said(other));
    cr_expect(process_expect(other, PROCESS_OUT, " echo "), "%s", process_said(other));
    process_free(other);
    other = ask();
    cr_assert(process_expect(other, PROCESS_OUT, "Password of anna.*: "), "%s",
              process_said(other));
    process_type(other, "wrong\n");
    cr_expect(process_expect(other, PROCESS_OUT, "status 1"), "%s", process_said(other));
    cr_expect(process_expect(other, PROCESS_OUT, " echo "), "%s", process_said(other));
    process_free(other);
}
