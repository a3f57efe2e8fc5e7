/*
 * --page in the programs: it is there, whole, when the program has ended, and at no other time.
 */
#include "chat_scene.h"
#include "ftp_script.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct chat_scene scene;
static char *server_page, *client_page;

static void open_chat(void)
{
    scene = (struct chat_scene){0};
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
    chat_scene_person(&scene, "eve", false);
    server_page = scratch_path(scene.folder, "server.html");
    client_page = scratch_path(scene.folder, "client.html");
    chat_scene_serve(&scene, (const char *[]){"--page", server_page, NULL});
}

static void close_chat(void)
{
    free(server_page);
    free(client_page);
    chat_scene_close(&scene);
}

static struct process *connect_as(const char *name, const char *first, const char *second)
{
    return chat_scene_connect(&scene, name, PROCESS_PIPES,
                              (const char *[]){"--accept-new", "--page", client_page, first,
                                               first ? second : NULL, NULL});
}

static void expect_page(const char *name, const char *holds, const char *lacks, mode_t others)
{
    static const char begin[] = "<!DOCTYPE html>", end[] = "</html>\n";
    char *path = scratch_path(scene.folder, name), *text = scratch_read(scene.folder, name);
    struct stat status;
    cr_assert_eq(stat(path, &status), 0, "%s is not there", name);
    cr_assert_eq(status.st_mode & (S_IRWXG | S_IRWXO), others, "mode %o", status.st_mode);
    cr_assert_eq(strncasecmp(text, begin, strlen(begin)), 0, "%.80s", text);
    cr_assert_str_eq(text + strlen(text) - strlen(end), end);
    cr_assert(strstr(text, holds), "%s does not hold %s", name, holds);
    cr_assert_null(strstr(text, lacks), "%s holds %s", name, lacks);
    free(text);
    free(path);
}

/* No page, and nothing that was to become one. */
static void expect_no_page(const char *name)
{
    DIR *folder = opendir(scene.folder);
    cr_assert(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        cr_assert_null(strstr(entry->d_name, name), "%s is there", entry->d_name);
    closedir(folder);
}

static void say_good_morning(struct process *anna)
{
    cr_assert(process_type(anna, "good morning\n"));
    expect_said(anna, PROCESS_OUT, "anna: good morning$");
    expect_no_page("client.html");
    process_end_input(anna);
    expect_status(anna, 0);
    process_free(anna);
}

Test(page_programs, both_ends_of_a_chat, .timeout = 120)
{
    umask(022);
    open_chat();
    say_good_morning(connect_as("anna", NULL, NULL));
    expect_page("client.html", "id=\"c2-f1\"", "good morning", 044);
    expect_no_page("server.html");
    chat_scene_stop(&scene);
    expect_page("server.html", "id=\"c2-f1\"", "good morning", 044);
    close_chat();
}

Test(page_programs, with_the_secrets, .timeout = 120)
{
    umask(022);
    open_chat();
    struct process *anna = connect_as("anna", "--record-secrets", NULL);
    expect_said(anna, PROCESS_ERR, "client.html will hold the session's secrets");
    say_good_morning(anna);
    expect_page("client.html", "good morning", "server.html", 0);
    close_chat();
}

Test(page_programs, who_was_refused, .timeout = 120)
{
    umask(022);
    open_chat();
    struct process *eve = connect_as("eve", NULL, NULL);
    expect_status(eve, 3);
    process_free(eve);
    chat_scene_stop(&scene);
    expect_page("client.html", "not allowed", "id=\"c2-f1\"", 044);
    expect_page("server.html", "not allowed", "id=\"c2-f1\"", 044);
    close_chat();
}

/* The same error in the other direction: the client refuses the server, which it does not know. */
Test(page_programs, who_was_not_trusted, .timeout = 120)
{
    umask(022);
    open_chat();
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES,
                                              (const char *[]){"--page", client_page, NULL});
    expect_status(anna, 3);
    process_free(anna);
    chat_scene_stop(&scene);
    expect_page("client.html", "Refused: an unknown server", "not in the server's list", 044);
    expect_page("server.html", "Refused: an unknown server", "not in the server's list", 044);
    close_chat();
}

Test(page_programs, nothing_is_replaced, .timeout = 120)
{
    open_chat();
    scratch_write(scene.folder, "client.html", "homework\n");
    struct process *anna = connect_as("anna", NULL, NULL);
    expect_said(anna, PROCESS_ERR, "error: cannot draw .*client.html: it already exists$");
    expect_status(anna, 1);
    cr_assert_not(process_has(anna, PROCESS_ERR, "connected"));
    process_free(anna);
    char *text = scratch_read(scene.folder, "client.html");
    cr_assert_str_eq(text, "homework\n");
    free(text);
    close_chat();
}

/* Killed, on a full disk, and where nobody was there to talk to. */
Test(page_programs, no_half_page, .timeout = 120)
{
    open_chat();
    struct process *anna = connect_as("anna", NULL, NULL);
    expect_said(anna, PROCESS_OUT, "joined$");
    process_signal(anna, SIGKILL);
    expect_status(anna, 128 + SIGKILL);
    process_free(anna);
    expect_no_page("client.html");
    free(client_page);
    client_page = strdup("/dev/full");
    anna = connect_as("anna", NULL, NULL);
    process_end_input(anna);
    expect_said(anna, PROCESS_ERR, "error: the page cannot be written: No space left on device$");
    expect_status(anna, 1);
    process_free(anna);
    /* Each file that is lost is told. */
    anna = connect_as("anna", "--keylog", "/dev/full");
    process_end_input(anna);
    expect_said(
        anna, PROCESS_ERR,
        "error: the key log /dev/full is not whole: No space left on device; the page cannot "
        "be written: No space left on device$");
    expect_status(anna, 1);
    process_free(anna);
    chat_scene_stop(&scene);
    free(client_page);
    client_page = scratch_path(scene.folder, "client.html");
    anna = connect_as("anna", NULL, NULL);
    expect_status(anna, 1);
    process_free(anna);
    expect_no_page("client.html");
    close_chat();
}

Test(page_programs, ftp, .timeout = 120)
{
    ftp_script_check(
        "echo x >a; \"$BIN\"/ftp put --accept-new --page p.html a ftp://127.0.0.1:$P/\n"
        "\"$BIN\"/ftp get --page g.html -o b ftp://127.0.0.1:$P/a; cmp a b\n"
        "f --page c.html -c 'get a c'; cmp a c\n"
        "for page in p g c; do grep -q 'id=\"c2-f1\"' $page.html; done",
        NULL);
}
