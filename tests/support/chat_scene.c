/* A chat on stage: the programs themselves, set up by keytool as a person would. */
#include "chat_scene.h"

#include "key_store.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ARGUMENTS 30

static void keytool(const char *home, const char *const arguments[])
{
    struct process *process = process_start_list(home, PROCESS_PIPES, arguments);
    expect_status(process, 0);
    process_free(process);
}

/* In dh and textbook the keys are others, of their own family. */
static bool is_textbook(const struct chat_scene *scene)
{
    return scene->suite && strncmp(scene->suite, "modern", 6) != 0;
}

static void make_key(const char *home, const char *name, bool textbook)
{
    keytool(home, (const char *[]){"keytool", "gen", name, "--suite",
                                   textbook ? "textbook" : "modern", NULL});
}

void chat_scene_open(struct chat_scene *scene)
{
    scene->folder = scratch_new();
    scene->server_home = scratch_path(scene->folder, "server");
    scene->server = NULL;
    make_key(scene->server_home, is_textbook(scene) ? "server-textbook" : "server",
             is_textbook(scene));
}

static void append(const char *arguments[MAX_ARGUMENTS], const char *const more[])
{
    size_t count = 0;
    while (arguments[count])
        count++;
    for (; more && *more; more++)
        arguments[count++] = *more;
}

void chat_scene_serve(struct chat_scene *scene, const char *const options[])
{
    const char *arguments[MAX_ARGUMENTS] = {"chat", "server", "--port", "0"};
    if (scene->suite)
        append(arguments, (const char *[]){"--suite", scene->suite, NULL});
    append(arguments, options);
    scene->server = process_start_list(scene->server_home, PROCESS_PIPES, arguments);
    const char *port = process_expect(scene->server, PROCESS_ERR, "listening on port ([0-9]+)");
    if (!port)
        cr_assert_fail("no server\n%s", process_said(scene->server));
    snprintf(scene->port, sizeof(scene->port), "%s", port);
}

void chat_scene_stop(struct chat_scene *scene)
{
    process_signal(scene->server, SIGTERM);
    expect_status(scene->server, 0);
    process_free(scene->server);
    scene->server = NULL;
}

void chat_scene_close(struct chat_scene *scene)
{
    if (scene->server)
        chat_scene_stop(scene);
    free(scene->server_home);
    scratch_remove(scene->folder);
}

char *chat_scene_home(const struct chat_scene *scene, const char *name)
{
    return scratch_path(scene->folder, name);
}

void chat_scene_person(struct chat_scene *scene, const char *name, bool allowed)
{
    char *home = chat_scene_home(scene, name);
    const bool textbook = is_textbook(scene);
    char *key = scratch_path(home,
                             textbook ? "keys/client-textbook.pub.csv" : "keys/client.pub.csv");
    make_key(home, textbook ? "client-textbook" : "client", textbook);
    if (allowed)
        keytool(scene->server_home,
                (const char *[]){"keytool", "allow", "add", key, "--name", name, NULL});
    free(key);
    free(home);
}

struct rsa_key *chat_scene_key(const struct chat_scene *scene, const char *name)
{
    struct problem problem = {0};
    struct stored_key stored;
    struct home home;
    snprintf(home.directory, sizeof(home.directory), "%s/%s", scene->folder, name);
    if (!key_store_load(&stored, &home, "client", KEY_PRIVATE, NULL, &problem))
        cr_assert_fail("%s", problem.message);
    return stored.key; /* transferred */
}

uint16_t chat_scene_port(const struct chat_scene *scene)
{
    return (uint16_t)strtoul(scene->port, NULL, 10);
}

struct process *chat_scene_connect(struct chat_scene *scene, const char *name,
                                   enum process_kind kind, const char *const options[])
{
    char *home = chat_scene_home(scene, name);
    const char *arguments[MAX_ARGUMENTS] = {"chat", "connect", "127.0.0.1", "--port", scene->port};
    if (scene->suite)
        append(arguments, (const char *[]){"--suite", scene->suite, NULL});
    append(arguments, options ? options : (const char *[]){"--accept-new", NULL});
    struct process *client = process_start_list(home, kind, arguments);
    free(home);
    return client;
}

struct process *chat_scene_join(struct chat_scene *scene, const char *name,
                                const char *const options[])
{
    struct process *client = chat_scene_connect(scene, name, PROCESS_PIPES, options);
    expect_said(client, PROCESS_OUT, " joined$");
    return client;
}

struct process *chat_scene_shell(struct chat_scene *scene, const char *name, const char *line)
{
    char *home = chat_scene_home(scene, name), *text;
    const char *bin = getenv("GLASSBOX_BIN");
    if (asprintf(&text, "join='%s/chat connect 127.0.0.1 --port %s --accept-new'; %s",
                 bin ? bin : "bin", scene->port, line) < 0)
        abort();
    struct process *shell = process_start(home, PROCESS_PIPES, "/bin/sh", "-c", text, NULL);
    free(text);
    free(home);
    return shell;
}
