/*
 * The course's echo server, with s_send and s_recv where send and recv were.
 *
 *     echo_server PORT        keys and allowed.csv from GLASSBOX_HOME (or ~/.config/glassbox)
 *
 * One client after the other. docs/channel.md has the lines that changed.
 */
#include "allow_list.h"
#include "key_store.h"
#include "secure_socket.h"

#include <stdio.h>

/* Who may come in: the list is read anew for each client. */
static enum channel_error may_come_in(void *path, const struct rsa_key *peer, const char *address)
{
    struct allow_list *list;
    const struct allow_entry *entry;
    if (!allow_list_load(&list, path, NULL))
        return CHANNEL_ERR_NOT_ALLOWED;
    entry = allow_list_find(list, peer, FAMILY_MODERN);
    printf("%s is %s\n", address, entry ? entry->name : "not allowed");
    fflush(stdout);
    allow_list_free(list);
    return entry ? CHANNEL_OK : CHANNEL_ERR_NOT_ALLOWED;
}

/* What the course wrote with recv and send. */
static void echo(struct secure_socket *client)
{
    char data[4096];
    ssize_t bytes;
    while ((bytes = s_recv(client, data, sizeof(data))) > 0)
        if (s_send(client, data, (size_t)bytes) < 0)
            break;
    puts(bytes == 0 ? "goodbye" : s_failure(client));
    s_close(client);
}

static void serve(struct secure_listener *listener, const struct secure_options *options)
{
    struct secure_socket *client;
    char failure[SECURE_FAILURE_BYTES];
    for (;;) {
        if (channel_accept(&client, listener, options, failure) == CHANNEL_OK)
            echo(client);
        else
            puts(failure);
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    struct home home;
    struct stored_key key;
    struct problem problem = {0};
    struct secure_options options = {.verdict = may_come_in}; /* {0} is the modern suite */
    struct secure_listener *listener;
    char failure[SECURE_FAILURE_BYTES], allowed[HOME_PATH_BYTES];
    if (argc != 2 || !home_find(&home, NULL, &problem) ||
        !key_store_get(&key, NULL, &home, "server", 2048, 0, &problem)) {
        fprintf(stderr, "%s\n", problem.message[0] ? problem.message : "usage: echo_server PORT");
        return 1;
    }
    home_path(allowed, &home, HOME_ALLOWED);
    options.identity = key.key;
    options.context = allowed;
    if (channel_listen(&listener, NULL, argv[1], 0, 0, failure)) {
        fprintf(stderr, "%s\n", failure);
        stored_key_free(&key);
        return 1;
    }
    printf("listening on port %u\n", secure_listener_port(listener));
    fflush(stdout);
    serve(listener, &options);
}
