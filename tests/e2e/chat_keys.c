/*
 * Whose key is it: who is let in, who is refused, under which name, and which server is believed.
 */
#include "chat_scene.h"
#include "scratch.h"
#include "timestamp.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct chat_scene scene;

static void open_scene(void)
{
    scene = (struct chat_scene){0};
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
    chat_scene_serve(&scene, NULL);
}

static void close_scene(void)
{
    chat_scene_close(&scene);
}

TestSuite(chat_keys, .init = open_scene, .fini = close_scene, .timeout = 120);

static void run_keytool(const char *a, const char *b, const char *c, const char *d, const char *e)
{
    struct process *keytool = process_start(scene.server_home, PROCESS_PIPES, "keytool", a, b, c, d,
                                            e, NULL);
    expect_status(keytool, 0);
    process_free(keytool);
}

Test(chat_keys, an_unknown_key_is_refused_and_can_be_let_in)
{
    struct process *mallory = chat_scene_connect(&scene, "mallory", PROCESS_PIPES,
                                                 (const char *[]){"--accept-new", NULL});
    expect_said(mallory, PROCESS_ERR, "made the key .*/mallory/keys/client.key.csv$");
    expect_said(mallory, PROCESS_ERR, "error: .*the key is not allowed");
    expect_said(mallory, PROCESS_ERR, "hint: your key is SHA256:");
    expect_said(mallory, PROCESS_ERR, "keytool allow add SHA256:[^ ]+ --name");
    expect_status(mallory, 3);
    process_free(mallory);

    expect_said(scene.server, PROCESS_ERR,
                "refused address=127.0.0.1 fingerprint=SHA256:[^ ]+ words=[a-z-]+ reason=\"not in "
                "allowed.csv\"");
    const char *command = process_expect(scene.server, PROCESS_ERR,
                                         "to let that key in: [^ ]*keytool (.*)$");
    char fingerprint[64];
    char home[512] = "";
    cr_assert_geq(sscanf(command, "allow add %63s --home %511s", fingerprint, home), 1, "%s",
                  command);
    cr_expect_str_eq(home, scene.server_home, "typed where GLASSBOX_HOME is not set: %s", command);
    run_keytool("allow", "add", fingerprint, "--name", "mallory");

    mallory = chat_scene_join(&scene, "mallory", NULL);
    expect_said(scene.server, PROCESS_ERR, "joined name=mallory ");
    process_free(mallory);
}

/* A fault of a file of the client is no verdict about a key. */
Test(chat_keys, a_broken_file_of_known_servers_is_named)
{
    char *home = chat_scene_home(&scene, "anna");
    scratch_write(home, "known_servers.csv", "host,port,fingerprint\nlocalhost,x,SHA256:y\n");
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES, NULL);
    expect_said(anna, PROCESS_ERR, "error: .*/known_servers.csv:2:[0-9]+: port: not a port");
    expect_said(anna, PROCESS_ERR, "hint: correct that line, or delete it");
    expect_status(anna, 1);
    process_free(anna);
    free(home);
}

Test(chat_keys, a_removed_key_ends_its_session)
{
    chat_scene_person(&scene, "boris", true);
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    run_keytool("allow", "remove", "boris", NULL, NULL);
    expect_said(boris, PROCESS_ERR, "your key was removed from the list");
    expect_status(boris, 3);
    expect_said(anna, PROCESS_OUT, "\\* boris left: your key was removed from the list$");
    expect_said(scene.server, PROCESS_ERR, "left name=boris .*removed");
    process_type(anna, "still here\n");
    expect_said(anna, PROCESS_OUT, "anna: still here$");
    process_free(anna);
    process_free(boris);
}

/* Two keys have her name, one of each suite: the hint says which. */
Test(chat_keys, an_expired_key_of_a_name_that_two_have_goes_by_its_fingerprint)
{
    chat_scene_person(&scene, "boris", true);
    run_keytool("allow", "set", "boris", "--expires", "2020-01-01");
    run_keytool("gen", "course", "--suite", "textbook", NULL);
    run_keytool("allow", "add", "course", "--name", "boris");
    struct process *boris = chat_scene_connect(&scene, "boris", PROCESS_PIPES, NULL);
    expect_said(scene.server, PROCESS_ERR,
                "hint: to let boris in again: .*keytool allow set SHA256:[^ ]+ --expires DAY");
    expect_status(boris, 3);
    process_free(boris);
}

/* The moment comes while she talks: she is sent away, and does not come back before she may. */
Test(chat_keys, an_expired_key_ends_its_session_and_is_refused)
{
    char when[TIMESTAMP_BYTES];
    chat_scene_person(&scene, "boris", true);
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    timestamp_text(when, time(NULL) + 3);
    run_keytool("allow", "set", "boris", "--expires", when);
    expect_said(scene.server, PROCESS_ERR, "allowed-reread ");
    process_type(boris, "still here\n");
    expect_said(anna, PROCESS_OUT, "boris: still here$");
    expect_said(boris, PROCESS_ERR, "your key has expired");
    expect_status(boris, 3);
    expect_said(anna, PROCESS_OUT, "\\* boris left: your key has expired$");
    expect_said(scene.server, PROCESS_ERR, "left name=boris .*your key has expired");
    process_free(boris);

    boris = chat_scene_connect(&scene, "boris", PROCESS_PIPES, NULL);
    expect_said(scene.server, PROCESS_ERR,
                "refused address=127.0.0.1 fingerprint=SHA256:[^ ]+ reason=expired "
                "name=boris "
                "expires=20");
    expect_said(scene.server, PROCESS_ERR,
                "hint: to let boris in again: .*keytool allow set boris --expires DAY --home /");
    expect_said(boris, PROCESS_ERR, "hint: were you let in before\\? then your time may be over");
    expect_status(boris, 3);
    process_free(boris);
    char *pending = scratch_read(scene.server_home, "pending.csv");
    cr_expect_str_eq(pending, "", "it has its row, and does not wait");
    free(pending);

    run_keytool("allow", "set", "boris", "--expires", "never");
    boris = chat_scene_join(&scene, "boris", NULL);
    process_type(anna, "still here, too\n");
    expect_said(boris, PROCESS_OUT, "anna: still here, too$");
    process_free(anna);
    process_free(boris);
}

Test(chat_keys, a_bad_row_leaves_the_old_list)
{
    char *list = scratch_read(scene.server_home, "allowed.csv"), *broken = NULL;
    cr_assert(asprintf(&broken, "%sboris,user,,,,0xnothing,65537\n", list) > 0);
    scratch_write(scene.server_home, "allowed.csv", broken);
    expect_said(scene.server, PROCESS_ERR, "allowed-broken error=\"[^\"]*allowed.csv:3:[0-9]+");
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    scratch_write(scene.server_home, "allowed.csv", list);
    expect_said(scene.server, PROCESS_ERR, "allowed-reread ");
    process_type(anna, "still here\n");
    expect_said(anna, PROCESS_OUT, "anna: still here$");
    process_free(anna);
    free(broken);
    free(list);
}

Test(chat_keys, a_new_name_is_told)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    char *list = scratch_read(scene.server_home, "allowed.csv"), *name = strstr(list, "anna");
    memcpy(name, "anke", 4);
    scratch_write(scene.server_home, "allowed.csv", list);
    expect_said(anna, PROCESS_OUT, "\\* anna is called anke now$");
    process_type(anna, "hello\n");
    expect_said(anna, PROCESS_OUT, "anke: hello$");
    process_free(anna);
    free(list);
}

/* A name is bound to a key: a second session of the key is told apart, and no other key gets it. */
Test(chat_keys, names_cannot_be_taken)
{
    struct process *first = chat_scene_join(&scene, "anna", NULL);
    struct process *second = chat_scene_join(&scene, "anna", NULL);
    expect_said(first, PROCESS_OUT, "\\* anna\\(2\\) joined$");
    process_type(second, "it is me, too\n");
    expect_said(first, PROCESS_OUT, "anna\\(2\\): it is me, too$");
    process_type(first, "/msg anna(2) psst\n");
    expect_said(second, PROCESS_OUT, "\\[anna -> anna\\(2\\)\\] psst$");

    chat_scene_person(&scene, "mallory", false);
    char *home = chat_scene_home(&scene, "mallory"),
         *key = scratch_path(home, "keys/client.pub.csv");
    struct process *keytool = process_start(scene.server_home, PROCESS_PIPES, "keytool", "allow",
                                            "add", key, "--name", "anna", NULL);
    expect_said(keytool, PROCESS_ERR, "anna");
    cr_assert_neq(process_wait(keytool), 0);
    process_free(keytool);
    process_free(first);
    process_free(second);
    free(key);
    free(home);
}

Test(chat_keys, the_same_keys_are_used_again)
{
    char *keys[2] = {scratch_read(scene.server_home, "keys/server.key.csv")};
    const char *fingerprint;
    char before[64];
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    fingerprint = process_expect(anna, PROCESS_ERR, "now known by its key (SHA256:.*)$");
    cr_assert(fingerprint, "%s", process_said(anna));
    snprintf(before, sizeof(before), "%s", fingerprint);
    process_end_input(anna);
    expect_status(anna, 0);
    process_free(anna);
    snprintf(before, sizeof(before), "%s", scene.port);
    chat_scene_stop(&scene);
    chat_scene_serve(&scene, (const char *[]){"--port", before, NULL});
    keys[1] = scratch_read(scene.server_home, "keys/server.key.csv");
    cr_assert_str_eq(keys[0], keys[1]);
    /* Neither --accept-new nor a person to ask: the pinned key is enough. */
    anna = chat_scene_join(&scene, "anna", (const char *[]){NULL});
    process_free(anna);
    free(keys[0]);
    free(keys[1]);
}

Test(chat_keys, an_unknown_server_is_not_believed)
{
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES,
                                              (const char *[]){NULL});
    expect_said(anna, PROCESS_ERR, "error: the server 127.0.0.1 port [0-9]+ is unknown");
    const char *said = process_expect(anna, PROCESS_ERR, "--server-key (SHA256:[^;]+);");
    char fingerprint[64];
    snprintf(fingerprint, sizeof(fingerprint), "%s", said);
    expect_status(anna, 3);
    process_free(anna);
    anna = chat_scene_join(&scene, "anna", (const char *[]){"--server-key", fingerprint, NULL});
    process_free(anna);
}

Test(chat_keys, a_changed_server_key_is_refused)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL), *again;
    char port[8];
    process_free(anna);
    snprintf(port, sizeof(port), "%s", scene.port);
    chat_scene_stop(&scene);
    run_keytool("gen", "server", "--force", NULL, NULL);
    chat_scene_serve(&scene, (const char *[]){"--port", port, NULL});
    again = chat_scene_connect(&scene, "anna", PROCESS_PIPES, NULL);
    expect_said(again, PROCESS_ERR, "THE KEY OF THE SERVER 127.0.0.1 PORT [0-9]+ IS NOT THE ONE");
    expect_status(again, 4);
    expect_said(scene.server, PROCESS_ERR, "failed name=anna .*not the one known before");
    process_free(again);
    again = chat_scene_connect(
        &scene, "anna", PROCESS_PIPES,
        (const char *[]){"--server-key", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                         NULL});
    expect_said(again, PROCESS_ERR, "NOT THE ONE GIVEN");
    expect_status(again, 4);
    process_free(again);
}

Test(chat_keys, a_known_address_with_another_key_is_logged)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    chat_scene_person(&scene, "boris", true);
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    expect_said(scene.server, PROCESS_ERR,
                "ANOTHER-KEY address=127.0.0.1 name=boris .*known-as=anna");
    process_free(anna);
    process_free(boris);
    chat_scene_stop(&scene);
    char *known = scratch_read(scene.server_home, "known_clients.csv");
    cr_assert(strstr(known, "anna") && strstr(known, "boris"), "%s", known);
    free(known);
}

Test(chat_keys, published_keys_are_refused)
{
    char *home = chat_scene_home(&scene, "anna");
    char *key = scratch_read(home, "keys/client.key.csv"), *published = NULL;
    cr_assert(asprintf(&published, "%spublished,yes\n", key) > 0);
    scratch_write(home, "keys/client.key.csv", published);
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES, NULL);
    expect_said(anna, PROCESS_ERR, "published");
    expect_status(anna, 1);
    process_free(anna);
    anna = chat_scene_join(&scene, "anna",
                           (const char *[]){"--accept-new", "--allow-published", NULL});
    process_free(anna);
    free(published);
    free(key);
    free(home);
}
