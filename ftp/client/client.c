/* The client's life: our key, the connection, the login; and `ftp connect`. */
#include "client.h"

#include "client_control.h"
#include "client_login.h"
#include "interrupt.h"
#include "seed_option.h"
#include "shell.h"
#include "shell_edit.h"
#include "suite_option.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STOCK_KEYS 2 /* fresh pairs ahead: one request's, while the next one is typed */

/* Pairs are made ahead where a person types; a script would wait for the last one at its end, and
 * needs no more than it asks for. */
static bool get_keys(struct client *client)
{
    const struct client_options *options = &client->options;
    if (options->plain) {
        console_note("without encryption: everything can be read and changed on the way");
        return true;
    }
    suite_warn(options->suite);
    if (client->interactive && !channel_suite_is_textbook(options->suite) && !options->seed)
        client->stock = key_stock_new(CHANNEL_MODERN_BITS, STOCK_KEYS, NULL, NULL);
    if (!seed_check_host(options->seed, options->host, &client->problem) ||
        !identity_get(&client->identity, &options->home, options->key, options->suite,
                      !client->interactive, &client->problem)) {
        console_problem(&client->problem, CONSOLE_FAILED);
        return false;
    }
    trust_init(
        &client->trust, &options->trust, &client->identity.home,
        &(struct known_server){options->host, client_port(options), key_family_of(options->suite)},
        client->interactive);
    return true;
}

bool client_skeleton(struct explain **explain, struct client_options *options, const char *program)
{
    struct problem problem = {0};
    options->seed = seed_begin(&options->lesson, options->seed_given, options->key);
    options->home.access.seed = options->seed;
    if (!explain_start(explain, &options->explain, program, CHANNEL_CLIENT, options->suite,
                       options->seed, &problem)) {
        console_problem(&problem, CONSOLE_FAILED);
        return false;
    }
    signal(SIGXFSZ, SIG_IGN); /* write(2) says it: EFBIG */
    options->trace = explain_trace(*explain);
    return true;
}

bool client_open(struct client *client, const struct client_options *options)
{
    *client = (struct client){.options = *options, .status = CONSOLE_FAILED};
    client->interactive = shell_is_interactive();
    if (!setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1)
        setlocale(LC_CTYPE, "C.UTF-8");
    signal(SIGPIPE, SIG_IGN);
    client->mask = umask(022);
    umask(client->mask);
    if (!get_keys(client) || !control_open(client))
        return false;
    if (!login(client)) {
        console_problem(&client->problem, CONSOLE_FAILED);
        if (client->reply.code == 534)
            console_hint("this server wants encryption: leave --plain away");
        return false;
    }
    if (client->interactive && !options->plain)
        console_note("connected to %s, encrypted; data goes through ports of its own",
                     options->host);
    client->status = CONSOLE_DONE;
    interrupt_watch();
    return true;
}

bool client_open_too(struct client *client, const struct client *first)
{
    *client = (struct client){.options = first->options,
                              .first = first,
                              .identity = first->identity,
                              .mask = first->mask,
                              .talk = PROGRESS_NOTHING,
                              .status = CONSOLE_FAILED};
    trust_init(&client->trust, &client->options.trust, &client->identity.home, &first->trust.server,
               false);
    return control_open(client) && login(client);
}

void client_close(struct client *client)
{
    if (client->control) {
        client->options.verbose = false;
        control_command(client, "QUIT");
    }
    if (client->control && client_connection_socket(client->control))
        client_connection_end(client->control);
    else
        client_connection_drop(client->control);
    reply_free(&client->reply);
    free(client->previous);
    key_stock_free(client->stock);
    if (!client->first)
        identity_free(&client->identity);
    explicit_bzero(&client->login, sizeof(client->login));
}

int client_connect_main(int argc, char **argv)
{
    struct connect_options options;
    struct client *client = calloc(1, sizeof(*client));
    struct explain *explain = NULL;
    int status = CONSOLE_FAILED;
    if (!client)
        return status;
    connect_options_read(&options, argc, argv);
    if (!client_skeleton(&explain, &options.client, "ftp connect"))
        status = CONSOLE_FAILED;
    else if (!client_open(client, &options.client))
        status = client->status;
    else if (options.commands)
        status = shell_script(client, options.commands);
    else if (client->interactive)
        status = shell_edit(client);
    else
        status = shell_input(client);
    client_close(client);
    free(client);
    free(options.commands);
    return explain_end(explain, status);
}
