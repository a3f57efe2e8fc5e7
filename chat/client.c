/*
 * `chat connect`: our key, the server's key, the connection; then the talk. s_send and s_recv, and
 * their kin, stand where a program without encryption has send and recv.
 */
#include "client.h"

#include "dh.h"
#include "explain.h"
#include "home_option.h"
#include "identity.h"
#include "option_table.h"
#include "pipe.h"
#include "seed_option.h"
#include "suite_option.h"
#include "terminal.h"
#include "translate.h"
#include "trust.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct client_options {
    struct home_options home;
    const char *host;
    uint16_t port;
    const char *key;  /* its name in the home */
    const char *name; /* that we would like, or NULL */
    struct trust_options trust;
    struct channel_suite suite;
    struct dh_group *group;
    struct explain_options explain;
    struct seed_number seed;
    unsigned linger; /* seconds to go on listening after the end of the input */
};

struct client {
    struct client_options options;
    struct identity identity;
    struct trust trust;
    struct lesson_seed lesson, *seed; /* of --seed; NULL: none */
    struct explain *explain;          /* NULL: nobody looks in */
    bool talks;                       /* it has begun */
};

static enum channel_error judge_server(void *context, const struct rsa_key *server,
                                       const char *address)
{
    struct client *client = context;
    suite_warn_of_peer(client->options.suite, address);
    return trust_verdict(&client->trust, server);
}

static void tell_warning(void *context, const char *text)
{
    const struct client *client = context;
    if (!client->talks) /* else talk_receive looks for them */
        console_warning_text(text);
}

static void tell_event(void *context, enum secure_event event, const char *address, uint16_t port)
{
    (void)context;
    if (event == SECURE_CONNECTED)
        console_note("connected to %s port %u", address, port);
    else if (event == SECURE_MOVING)
        console_note("the talk moves to port %u", port);
    else if (event == SECURE_MOVED)
        console_note("the talk goes on at port %u", port);
}

/* The connection; NULL and a status if there is none. */
static struct secure_socket *connect_to_server(struct client *client, int *status)
{
    char port[8], failure[SECURE_FAILURE_BYTES] = "";
    struct secure_socket *socket;
    const struct secure_options options = {.suite = client->options.suite,
                                           .identity = client->identity.stored.key,
                                           .verdict = judge_server,
                                           .event = tell_event,
                                           .warning = tell_warning,
                                           .wish = client->options.name,
                                           .seed = client->seed,
                                           .group = client->options.group,
                                           .trace = explain_trace(client->explain),
                                           .context = client};
    snprintf(port, sizeof(port), "%u", client->options.port);
    enum channel_error error = channel_connect(&socket, client->options.host, port, &options,
                                               failure);
    *status = identity_status(error);
    if (error == CHANNEL_OK)
        return socket;
    if (client->trust.refused)
        *status = trust_explain(&client->trust);
    else
        identity_explain(&client->identity, error, failure, client->options.host,
                         client->options.port);
    return NULL;
}

static void talk_to_server(struct client *client, struct secure_socket *socket, int *status)
{
    struct talk *talk = calloc(1, sizeof(*talk));
    *status = CONSOLE_FAILED;
    if (!talk) {
        console_error("no memory");
        return;
    }
    client->talks = true;
    talk->socket = socket;
    while (channel_warning(s_channel(socket), talk->warnings))
        talk->warnings++; /* told already */
    talk->home = &client->identity.home;
    talk->suite = client->options.suite;
    talk->explain = client->explain;
    talk->linger = client->options.linger;
    if (terminal_is_possible())
        terminal_talk(talk);
    else
        pipe_talk(talk);
    *status = talk->status;
    free(talk);
}

/* --- the command ------------------------------------------------------------------------------ */
static void check(void *field, const struct argp_state *state)
{
    struct client_options *options = field;
    suite_check_group(options->suite, options->group, state);
    if (!options->key)
        options->key = identity_default(CHANNEL_CLIENT, options->suite);
}

#define S struct client_options
static const struct option_row rows[] = {
    ARGUMENT(S, host, "which host?"),
    NUMBER(S, port, "port", 'p', "PORT", "The server's port: 10101", 1, 65535),
    READ(S, key, "key", 'k', "KEY",
         "Your own key pair: client, or client-textbook in dh and textbook; made on first use",
         key_name_read),
    READ(S, name, "name", 0, "NAME", WISH_TEXT, key_name_read),
    NUMBER(S, linger, "linger", 0, "SECONDS",
           "At the end of the input, go on listening this long: 0", 0, 86400),
    GROUP(S, home, home_table),
    GROUP(S, suite, suite_table),
    GROUP(S, group, group_table),
    GROUP(S, trust, trust_table),
    GROUP(S, explain, explain_table),
    GROUP(S, seed, seed_table),
    {0}};

static const struct option_table table = {
    rows, N_("HOST"),
    N_("Talk in the chat room of the server at HOST."
       "\vAt a terminal you type and read; /help lists what can be typed. Otherwise it is a "
       "filter: lines in, lines out; at the end of the input it leaves when the server has heard "
       "everything."),
    check};

int client_main(int argc, char **argv)
{
    struct client *client = calloc(1, sizeof(*client));
    struct problem problem = {0};
    struct secure_socket *socket = NULL;
    int status = CONSOLE_FAILED;
    if (!client)
        return CONSOLE_FAILED;
    client->options.port = CHANNEL_PORT;
    console_parse(&table, argc, argv, &client->options);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* write(2) says it: EFBIG */
    suite_warn(client->options.suite);
    client->seed = seed_begin(&client->lesson, client->options.seed, client->options.key);
    client->options.home.access.seed = client->seed;
    if (!explain_start(&client->explain, &client->options.explain, "chat connect", CHANNEL_CLIENT,
                       client->options.suite, client->seed, &problem) ||
        !seed_check_host(client->seed, client->options.host, &problem) ||
        !identity_get(&client->identity, &client->options.home, client->options.key,
                      client->options.suite, false, &problem)) {
        console_problem(&problem, CONSOLE_FAILED);
        goto out;
    }
    client->identity.wish = client->options.name;
    trust_init(&client->trust, &client->options.trust, &client->identity.home,
               &(struct known_server){client->options.host, client->options.port,
                                      key_family_of(client->options.suite)},
               terminal_is_possible());
    socket = connect_to_server(client, &status);
    if (!socket)
        goto out;
    status = CONSOLE_FAILED;
    if (trust_settle(&client->trust, channel_peer_key(s_channel(socket))))
        talk_to_server(client, socket, &status);
    s_close(socket);
out:
    status = explain_end(client->explain, status);
    identity_free(&client->identity);
    dh_group_free(client->options.group);
    free(client);
    return status;
}
