/*
 * The two examples of docs/examples, as a reader would try them: refused at first, then allowed;
 * and a server that is not the one known before.
 */
#include "allow_edit.h"
#include "key_store.h"
#include "process.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An example of this build. */
static const char *example(char path[PATH_MAX], const char *name)
{
    char self[PATH_MAX] = "";
    cr_assert_gt(readlink("/proc/self/exe", self, sizeof(self) - 1), 0);
    cr_assert_lt(snprintf(path, PATH_MAX, "%s/../../docs/examples/%s", dirname(self), name),
                 PATH_MAX);
    return path;
}

static struct process *start_server(const char *home, char port[8])
{
    char path[PATH_MAX];
    struct process *server = process_start(home, PROCESS_PIPES, example(path, "echo_server"), "0",
                                           NULL);
    const char *found = process_expect(server, PROCESS_OUT, "port ([0-9]+)");
    cr_assert_not_null(found, "%s", process_said(server));
    snprintf(port, 8, "%s", found);
    return server;
}

static struct process *start_client(const char *home, const char *port)
{
    char path[PATH_MAX];
    return process_start(home, PROCESS_PIPES, example(path, "echo_client"), "localhost", port,
                         NULL);
}

static void allow(const char *home, const char *client_home)
{
    struct home at;
    struct stored_key key;
    char path[HOME_PATH_BYTES];
    struct problem problem = {0};
    cr_assert(home_find(&at, client_home, &problem), "%s", problem.message);
    cr_assert(key_store_get(&key, NULL, &at, "client", 2048, 0, &problem), "%s", problem.message);
    cr_assert(home_find(&at, home, &problem), "%s", problem.message);
    home_path(path, &at, HOME_ALLOWED);
    cr_assert(allow_list_add(
                  path,
                  &(struct allow_new){.key = key.key, .name = "alice", .quota = ALLOW_NO_QUOTA},
                  NULL, &problem),
              "%s", problem.message);
    stored_key_free(&key);
}

Test(echo, the_examples_do_what_they_say)
{
    char *homes[2] = {scratch_new(), scratch_new()}, port[8];
    struct process *server = start_server(homes[0], port), *client = start_client(homes[1], port);
    cr_assert_not_null(process_expect(client, PROCESS_ERR, "the key is not allowed"), "%s",
                       process_said(client));
    cr_assert_eq(process_wait(client), 1);
    cr_assert_not_null(process_expect(server, PROCESS_OUT, "not allowed"));
    process_free(client);

    allow(homes[0], homes[1]);
    client = start_client(homes[1], port);
    cr_assert(process_type(client, "hello\nпривет\n"));
    cr_assert_not_null(process_expect(client, PROCESS_OUT, "^hello$"), "%s", process_said(client));
    cr_assert_not_null(process_expect(client, PROCESS_OUT, "^привет$"), "%s", process_said(client));
    process_end_input(client);
    cr_assert_eq(process_wait(client), 0, "%s", process_said(client));
    cr_assert_not_null(process_expect(server, PROCESS_OUT, " is alice"));
    cr_assert_not_null(process_expect(server, PROCESS_OUT, "goodbye"));
    process_free(client);
    process_free(server);
    scratch_remove(homes[0]);
    scratch_remove(homes[1]);
}

static void forget_key(const char *home, const char *name)
{
    char *path = scratch_path(home, name);
    cr_assert_eq(remove(path), 0);
    free(path);
}

Test(echo, another_server_on_a_known_port_is_refused)
{
    char *homes[2] = {scratch_new(), scratch_new()}, port[8], path[PATH_MAX];
    struct process *server = start_server(homes[0], port), *client;
    allow(homes[0], homes[1]);
    client = start_client(homes[1], port);
    process_end_input(client);
    cr_assert_eq(process_wait(client), 0, "%s", process_said(client));
    process_free(client);
    process_signal(server, SIGTERM);
    process_wait(server);
    process_free(server);
    forget_key(homes[0], "keys/server.key.csv");
    forget_key(homes[0], "keys/server.pub.csv");
    server = process_start(homes[0], PROCESS_PIPES, example(path, "echo_server"), port, NULL);
    cr_assert_not_null(process_expect(server, PROCESS_OUT, "listening"), "%s",
                       process_said(server));
    client = start_client(homes[1], port);
    cr_assert_eq(process_wait(client), 1);
    cr_assert_not_null(process_expect(client, PROCESS_ERR, "not the one known before"), "%s",
                       process_said(client));
    process_free(client);
    process_free(server);
    scratch_remove(homes[0]);
    scratch_remove(homes[1]);
}
