/*
 * The programs that use keys, with keys under a passphrase: chat and ftp, servers and clients.
 */
#include "chat_scene.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct chat_scene scene;
static char *pass_file;

static void run(const char *home, const char *const arguments[])
{
    struct process *keytool = process_start_list(home, PROCESS_PIPES, arguments);
    expect_status(keytool, 0);
    process_free(keytool);
}

static void protect(const char *home, const char *name)
{
    run(home, (const char *[]){"keytool", "passwd", name, "--new-passphrase-file", pass_file,
                               "--iterations", "10000", NULL});
}

/* Everybody's key is under the passphrase "sesame". */
static void open_scene(void)
{
    scene = (struct chat_scene){0};
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
    scratch_write_secret(scene.folder, "pass", "sesame\n");
    pass_file = scratch_path(scene.folder, "pass");
    char *home = chat_scene_home(&scene, "anna");
    protect(home, "client");
    protect(scene.server_home, "server");
    free(home);
}

static void close_scene(void)
{
    chat_scene_close(&scene);
    free(pass_file);
}

TestSuite(passphrase_programs, .init = open_scene, .fini = close_scene, .timeout = 120);

Test(passphrase_programs, a_talk_at_a_terminal)
{
    chat_scene_serve(&scene, (const char *[]){"--passphrase-file", pass_file, NULL});
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_TERMINAL,
                                              (const char *[]){"--accept-new", NULL});
    expect_said(anna, PROCESS_OUT, "Passphrase of [^\n]*/anna/keys/client.key.csv: ");
    process_type(anna, "open\n");
    expect_said(anna, PROCESS_OUT, "That was wrong. Passphrase of .*: ");
    process_type(anna, "sesame\n");
    expect_said(anna, PROCESS_OUT, "anna.* joined");
    process_type(anna, "hello\r");
    expect_said(anna, PROCESS_OUT, "anna:[^\n]* hello\r\n");
    process_type(anna, "/quit\r");
    expect_status(anna, 0);
    cr_expect_null(strstr(process_said(anna), "sesame"), "%s", process_said(anna));
    process_free(anna);
}

/* A server that is started by hand. */
Test(passphrase_programs, a_server_at_a_terminal)
{
    scene.server = process_start(scene.server_home, PROCESS_TERMINAL, "chat", "server", "--port",
                                 "0", "--bind", "127.0.0.1", NULL);
    expect_said(scene.server, PROCESS_OUT, "Passphrase of [^\n]*/keys/server.key.csv: ");
    process_type(scene.server, "sesame\n");
    expect_said(scene.server, PROCESS_OUT, "listening on port [0-9]+");
    process_type(scene.server, "\x03"); /* the terminal has its signals again */
    expect_status(scene.server, 0);
    process_free(scene.server);
    scene.server = NULL;
}

/* The first line of stdin is the passphrase, the others are the talk. */
Test(passphrase_programs, a_filter_with_its_passphrase_in_front)
{
    chat_scene_serve(&scene, (const char *[]){"--passphrase-file", pass_file, NULL});
    struct process *anna =
        chat_scene_connect(&scene, "anna", PROCESS_PIPES,
                           (const char *[]){"--accept-new", "--passphrase-fd", "0", NULL});
    process_type(anna, "sesame\nhello\n");
    process_end_input(anna);
    expect_said(anna, PROCESS_OUT, "anna: hello$");
    expect_status(anna, 0);
    cr_expect_null(strstr(process_said(anna), "sesame"), "%s", process_said(anna));
    process_free(anna);
}

Test(passphrase_programs, a_wrong_file_ends_it)
{
    scratch_write_secret(scene.folder, "wrong", "open\n");
    char *wrong = scratch_path(scene.folder, "wrong");
    struct process *server = process_start(scene.server_home, PROCESS_PIPES, "chat", "server",
                                           "--port", "0", "--passphrase-file", wrong, NULL);
    expect_said(server, PROCESS_ERR, "error: wrong passphrase for .*server.key.csv");
    expect_status(server, 1);
    process_free(server);
    free(wrong);
}

/* Whoever gives a passphrase thinks that the key has one. */
Test(passphrase_programs, a_key_without_a_passphrase_is_told_of)
{
    chat_scene_person(&scene, "boris", true);
    chat_scene_serve(&scene, (const char *[]){"--passphrase-file", pass_file, NULL});
    struct process *boris =
        chat_scene_connect(&scene, "boris", PROCESS_PIPES,
                           (const char *[]){"--accept-new", "--passphrase-file", pass_file, NULL});
    expect_said(boris, PROCESS_ERR, "no passphrase protects this key: keytool passwd client");
    process_end_input(boris);
    expect_status(boris, 0);
    process_free(boris);
}

Test(passphrase_programs, files)
{
    char *home = chat_scene_home(&scene, "anna"), url[100], *fetched;
    cr_assert_geq(asprintf(&fetched, "%s/fetched", scene.folder), 0);
    scene.server = process_start(scene.server_home, PROCESS_PIPES, "ftp", "server", scene.folder,
                                 "--port", "0", "--bind", "127.0.0.1", "--passphrase-file",
                                 pass_file, NULL);
    const char *port = process_expect(scene.server, PROCESS_ERR, "listening on port ([0-9]+)");
    cr_assert_not_null(port, "%s", process_said(scene.server));
    snprintf(url, sizeof(url), "ftp://127.0.0.1:%s/there", port);
    run(home, (const char *[]){"ftp", "put", pass_file, url, "--accept-new", "--passphrase-file",
                               pass_file, NULL});
    run(home,
        (const char *[]){"ftp", "get", url, "-o", fetched, "--passphrase-file", pass_file, NULL});
    char *text = scratch_read(scene.folder, "fetched");
    cr_expect_str_eq(text, "sesame\n");
    struct process *client = process_start(home, PROCESS_TERMINAL, "ftp", "get", url, "-o", fetched,
                                           NULL);
    expect_said(client, PROCESS_OUT, "Passphrase of [^\n]*client.key.csv: ");
    process_type(client, "\x04");
    expect_said(client, PROCESS_OUT, "error: .*there was no answer");
    expect_status(client, 1);
    process_free(client);
    free(text);
    free(fetched);
    free(home);
}
