/*
 * The course's echo client, with s_send and s_recv where send and recv were.
 *
 *     echo_client HOST PORT        lines from stdin; what comes back, to stdout
 *
 * The server's key is pinned when it is first seen, and must be the same ever after.
 */
#include "key_store.h"
#include "known_peers.h"
#include "secure_socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct server {
    const char *host, *port;
    char pins[HOME_PATH_BYTES]; /* known_servers.csv */
};

static enum channel_error is_it_the_server(void *context, const struct rsa_key *peer,
                                           const char *address)
{
    const struct server *server = context;
    const struct known_server known = {server->host, (unsigned)strtoul(server->port, NULL, 10),
                                       FAMILY_MODERN};
    struct problem problem = {0};
    if (known_server_pin(server->pins, &known, peer, false, &problem))
        return CHANNEL_OK;
    fprintf(stderr, "%s: %s\n", address, problem.message);
    return CHANNEL_ERR_KEY_CHANGED;
}

/* What the course wrote with send and recv. False if the line went away. */
static bool talk(struct secure_socket *server)
{
    char line[4096], back[4096];
    while (fgets(line, sizeof(line), stdin)) {
        size_t left = strlen(line);
        if (s_send(server, line, left) < 0)
            return false;
        while (left > 0) {
            ssize_t bytes = s_recv(server, back, sizeof(back));
            if (bytes <= 0)
                return false;
            fwrite(back, 1, (size_t)bytes, stdout);
            left -= (size_t)bytes;
        }
        fflush(stdout);
    }
    return true;
}

int main(int argc, char **argv)
{
    struct home home;
    struct stored_key key = {.key = NULL};
    struct problem problem = {0};
    struct server server;
    struct secure_options options = {.verdict = is_it_the_server, .context = &server};
    struct secure_socket *socket = NULL;
    char failure[SECURE_FAILURE_BYTES];
    bool done = false;
    if (argc != 3 || !home_find(&home, NULL, &problem) ||
        !key_store_get(&key, NULL, &home, "client", 2048, 0, &problem)) {
        fprintf(stderr, "%s\n", argc == 3 ? problem.message : "usage: echo_client HOST PORT");
        goto out;
    }
    server = (struct server){.host = argv[1], .port = argv[2]};
    home_path(server.pins, &home, HOME_KNOWN_SERVERS);
    options.identity = key.key;
    if (channel_connect(&socket, server.host, server.port, &options, failure))
        fprintf(stderr, "%s\n", failure);
    else
        done = talk(socket);
out:
    done = s_close(socket) == 0 && done;
    stored_key_free(&key); /* wiped */
    return done ? 0 : 1;
}
