/* The control connection: commands, replies, fresh keys. */
#include "client_control.h"

#include "entry.h"
#include "greeting.h"
#include "suite_option.h"
#include "tree_walk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void hang_up(struct client *client)
{
    client_connection_drop(client->control);
    client->control = NULL;
}

/* The connection is of no use any more. Always false. */
static bool lost(struct client *client, const char *what)
{
    problem_set(&client->problem, "%s: %s", client->options.host, what);
    hang_up(client);
    return false;
}

/* --- replies ---------------------------------------------------------------------------------- */

/* A person reads it line by line. */
static void show_reply(const struct reply *reply)
{
    const char *line = reply->text;
    for (;;) {
        size_t length = strcspn(line, "\n");
        console_note("< %d %.*s", reply->code, (int)length, line);
        if (line[length] == '\0')
            return;
        line += length + 1;
    }
}

/* The mark of a request's keys; both sides have them when its first reply comes. */
static void tell_keys(struct client *client)
{
    struct secure_socket *socket = client_connection_socket(client->control);
    char mark[CHANNEL_KEY_TEXT_BYTES];
    if (socket && client->keys_untold && *channel_key_fingerprint(mark, s_channel(socket)))
        console_note("this request goes under keys %s", mark);
    client->keys_untold = false;
}

static void not_ftp(struct client *client, const uint8_t *data, size_t bytes)
{
    char what[128];
    const char *name = greeting_name(data, bytes);
    snprintf(what, sizeof(what), "what answers there does not speak FTP%s%s",
             name ? ": this is " : "", name ? name : "");
    lost(client, what);
}

int control_reply(struct client *client)
{
    enum reply_state state = REPLY_MORE;
    reply_clear(&client->reply);
    while (client->control && state == REPLY_MORE) {
        const uint8_t *data;
        size_t used;
        ssize_t bytes = client_connection_peek(client->control, &data);
        if (bytes < 0)
            lost(client, client_connection_failure(client->control));
        else if (bytes == 0)
            lost(client, "the server has hung up");
        if (bytes <= 0)
            return 0;
        state = reply_take(&client->reply, data, (size_t)bytes, &used);
        if (state == REPLY_WRONG)
            not_ftp(client, data, (size_t)bytes);
        else
            client_connection_used(client->control, used);
    }
    if (!client->control)
        return 0;
    if (client->options.verbose) {
        tell_keys(client);
        show_reply(&client->reply);
    }
    if (client->reply.code == 421) { /* RFC 959 4.2: and it closes the connection */
        control_refused(client, client->options.host);
        hang_up(client);
        return 0;
    }
    return client->reply.code;
}

bool control_refused(struct client *client, const char *what)
{
    return problem_set(&client->problem, "%s: the server says: %d %s", what, client->reply.code,
                       client->reply.text ? client->reply.text : "");
}

/* --- commands --------------------------------------------------------------------------------- */
static bool is_transfer(const char *line)
{
    static const char *const names[] = {"RETR ", "STOR ", "STOU",      "APPE ",    "LIST",
                                        "NLST",  "MLSD",  "SITE TGET", "SITE TPUT"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strncasecmp(line, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* docs/ftp.md 2: nothing to do for the login, nor in textbook (a key for each record). */
static bool bring_fresh_keys(struct client *client, bool transfer)
{
    struct secure_socket *socket = client_connection_socket(client->control);
    bool needed = (client->request_is_new && client->keys_used) ||
                  (transfer && client->keys_carried_transfer);
    enum channel_error error = CHANNEL_OK;
    if (!socket || client->logging_in)
        return true;
    if (needed)
        error = s_rekey(socket);
    if (error == CHANNEL_ERR_UNEXPECTED && channel_flags(s_channel(socket)) & CHANNEL_HAS_DATA)
        return control_reply(client) != 0 && control_refused(client, client->options.host);
    if (error)
        return lost(client, s_failure(socket));
    if (needed)
        client->keys_carried_transfer = false;
    client->keys_untold |= needed || client->request_is_new;
    client->request_is_new = false;
    client->keys_used = true;
    client->keys_carried_transfer |= transfer;
    return true;
}

/* The line with CR LF; CR inside becomes CR NUL. */
static char *encode(const char *line, size_t *bytes)
{
    char *out = malloc(2 * strlen(line) + 3);
    *bytes = 0;
    if (!out)
        return NULL;
    for (; *line; line++) {
        out[(*bytes)++] = *line;
        if (*line == '\r')
            out[(*bytes)++] = '\0';
    }
    out[(*bytes)++] = '\r';
    out[(*bytes)++] = '\n';
    return out;
}

static bool send_line(struct client *client, const char *line)
{
    bool hidden = strncmp(line, "PASS ", 5) == 0, sent;
    size_t bytes;
    char *wire;
    if (!client->control)
        return problem_set(&client->problem, "the connection is gone");
    if (client->options.plain && strpbrk(line, "\r\n")) {
        problem_set(&client->problem, "'%s': holds a line feed or a carriage return",
                    hidden ? "PASS ..." : line);
        return problem_hint(&client->problem, "without encryption that is not sent: a server may "
                                              "take what follows for a command");
    }
    if (!bring_fresh_keys(client, is_transfer(line)))
        return false;
    wire = encode(line, &bytes);
    if (!wire)
        return problem_memory(&client->problem);
    if (client->options.verbose)
        console_note("> %s", hidden ? "PASS ..." : line);
    sent = client_connection_send(client->control, wire, bytes);
    explicit_bzero(wire, bytes); /* it may be a password */
    free(wire);
    return sent || lost(client, client_connection_failure(client->control));
}

bool control_send_all(struct client *client, const char *const lines[])
{
    char all[256] = "";
    size_t used = 0;
    for (; *lines; lines++) {
        if (client->options.verbose)
            console_note("> %s", *lines);
        used += (size_t)snprintf(all + used, sizeof(all) - used, "%s\r\n", *lines);
    }
    return client_connection_send(client->control, all, used) ||
           lost(client, client_connection_failure(client->control));
}

bool control_send(struct client *client, const char *command, const char *path)
{
    char *line;
    bool sent;
    if (asprintf(&line, "%s%s%s%s", command, path ? " " : "", path && *path == '-' ? "./" : "",
                 path ? path : "") < 0)
        return problem_memory(&client->problem);
    sent = send_line(client, line);
    explicit_bzero(line, strlen(line));
    free(line);
    return sent;
}

int control_command(struct client *client, const char *command, const char *path)
{
    return control_send(client, command, path) ? control_reply(client) : 0;
}

bool control_do(struct client *client, const char *command, const char *path)
{
    return control_command(client, command, path) / 100 == 2 ||
           control_refused(client, path ? path : "not done");
}

/* --- what is left out ------------------------------------------------------------------------- */
void control_left_out(struct client *client, const char *folder, const char *path, const char *why)
{
    char shown[TREE_SHOWN_BYTES], *whole = *path ? path_join(folder, path) : strdup(folder);
    console_error("%s: left out: %s", tree_path_shown(shown, whole ? whole : path), why);
    free(whole);
    client->left_out++;
}

bool control_go_on(struct client *client, const char *folder, const char *path)
{
    if (!client->control || client->stopped)
        return false;
    control_left_out(client, folder, path, client->problem.message);
    if (client->problem.hint[0])
        console_hint("%s", client->problem.hint);
    client->problem = (struct problem){0};
    return true;
}

bool control_all_done(struct client *client)
{
    return client->left_out == 0 ||
           problem_set(&client->problem, "%" PRIu64 " left out, named above", client->left_out);
}

void control_new_request(struct client *client)
{
    client->problem = (struct problem){0};
    client->left_out = 0;
    client->stopped = false;
    client->request_is_new = true;
}

/* --- the way in ------------------------------------------------------------------------------- */
static enum channel_error judge_server(void *context, const struct rsa_key *server,
                                       const char *address)
{
    struct client *client = context;
    if (!client->first)
        suite_warn_of_peer(client->options.suite, address);
    return trust_verdict(&client->trust, server);
}

static void tell_warning(void *context, const char *text)
{
    const struct client *client = context;
    if (!client->first) /* further ones agree in the same group */
        console_warning_text(text);
}

/* Why there is no connection. A further one is not missed: a note. Always false. */
static bool tell(struct client *client)
{
    if (client->first)
        console_note("%s", client->problem.message);
    else
        console_problem(&client->problem, CONSOLE_FAILED);
    return false;
}

/* The channel begins right behind the 234: anything else that came with it was put there by
 * somebody in between. */
static bool start_channel(struct client *client)
{
    char failure[SECURE_FAILURE_BYTES] = "";
    const struct client_options *options = &client->options;
    const struct secure_options secure = {.suite = options->suite,
                                          .identity = client->identity.stored.key,
                                          .verdict = judge_server,
                                          .warning = tell_warning,
                                          .context = client,
                                          .stock = client->stock,
                                          .timeout_ms = client_timeout_ms(client),
                                          .seed = options->seed,
                                          .group = options->group,
                                          .trace = options->trace,
                                          .wish = options->name};
    struct secure_socket *socket;
    enum channel_error error;
    int fd = client_connection_release(client->control);
    if (fd < 0) {
        lost(client, "bytes that nobody vouches for came in front of the channel");
        return tell(client);
    }
    client->control = NULL; /* transferred */
    error = channel_start(&socket, fd, &secure, failure);
    client->status = identity_status(error);
    if (error && client->trust.refused)
        client->status = trust_explain(&client->trust);
    else if (error)
        identity_explain(&client->identity, error, failure, options->host, client_port(options));
    if (error)
        return false;
    client->control = client_connection_secure(socket, client_timeout_ms(client));
    client->status = CONSOLE_FAILED;
    if (!client->control) {
        problem_memory(&client->problem);
        return tell(client);
    }
    return trust_settle(&client->trust, channel_peer_key(s_channel(socket)));
}

static bool secure_connection(struct client *client)
{
    int code = control_command(client, "AUTH GLASSBOX", NULL);
    if (code == 234)
        return start_channel(client);
    control_refused(client, "AUTH GLASSBOX");
    tell(client);
    if (code != 0)
        console_hint("this server does not know our encryption; --plain does without");
    return false;
}

static bool greet(struct client *client)
{
    int code = control_reply(client);
    while (code == 120) /* RFC 959 5.4: ready in a while */
        code = control_reply(client);
    if (code == 220)
        return true;
    control_refused(client, client->options.host);
    tell(client);
    if (code == 0 && !client->first)
        console_hint("is %u the port that the ftp server's screen shows? chat has another",
                     client_port(&client->options));
    return false;
}

bool control_open(struct client *client)
{
    const struct client_options *options = &client->options;
    char failure[SECURE_FAILURE_BYTES] = "", port[8];
    enum channel_error error;
    int fd;
    snprintf(port, sizeof(port), "%u", client_port(options));
    client->status = CONSOLE_FAILED;
    error = secure_tcp_connect(&fd, options->host, port, client_timeout_ms(client), failure);
    if (error) {
        identity_explain(&client->identity, error, failure, options->host, client_port(options));
        return false;
    }
    client->control = client_connection_plain(fd, client_timeout_ms(client));
    if (client->control)
        return greet(client) && (options->plain || secure_connection(client));
    problem_memory(&client->problem);
    return tell(client);
}
