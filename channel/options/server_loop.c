/* The life of a server: start, clients one by one, a look around once a second, stop. */
#include "server_loop.h"

#include "console.h"
#include "program_name.h"
#include "rsa_raw.h"
#include "seed_option.h"
#include "suite_option.h"
#include "translate.h"
#include "wish.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICK_MS 1000
#define WISH_MS                                                                                    \
    200          /* how long a refused key waits for its wish before it is written down without */
#define STOCK 32 /* key pairs made ahead where --stock does not say */

/* --- the handshake ---------------------------------------------------------------------------- */
/* Who was refused may leave a wish on its way out. It is told of with the wish, if that comes soon. */
struct refused {
    struct server *server;
    struct uv_channel *channel;
    uv_timer_t patience;
    bool told;
    char address[UV_ADDRESS_BYTES];
};

/* A wish that is legal; "" for none. */
static void read_wish(char wish[KEY_NAME_BYTES], const struct refused *refused, const uint8_t *data,
                      size_t bytes)
{
    char name[WISH_BYTES + 1];
    struct problem problem = {0};
    const struct server *server = refused->server;
    wish[0] = '\0';
    if (bytes == 0)
        return;
    if (bytes > UV_CHANNEL_LAST_BYTES || !wish_get(name, data, bytes))
        problem_set(&problem, "not a name: %zu bytes", bytes);
    else if (key_name_check(name, &problem))
        strcpy(wish, name); /* it is legal, and so short enough */
    if (!wish[0] && event_log_stranger(server->log, refused->address))
        event_log_write(server->log, "bad-wish", "address", refused->address, "reason",
                        problem.message, NULL);
}

static const struct rsa_key *refused_key(const struct refused *refused)
{
    return channel_peer_key(uv_channel_engine(refused->channel));
}

/* It stays on the line, and says nothing. */
static void on_impatient(uv_timer_t *timer)
{
    struct refused *refused = timer->data;
    refused->told = true;
    admission_refused(refused->server->admission, refused->address, refused_key(refused), "");
}

static void free_refused(uv_handle_t *timer)
{
    free(timer->data);
}

static void on_gone(struct uv_channel *channel, void *context, const uint8_t *data, size_t bytes)
{
    struct refused *refused = context;
    struct admission *admission = refused->server->admission;
    char wish[KEY_NAME_BYTES];
    (void)channel;
    read_wish(wish, refused, data, bytes);
    if (!refused->told)
        admission_refused(admission, refused->address, refused_key(refused), wish);
    else if (wish[0])
        admission_wish(admission, refused->address, refused_key(refused), wish);
    uv_close((uv_handle_t *)&refused->patience, free_refused);
}

static void refuse(struct uv_channel *channel, const struct server_client *client,
                   const struct rsa_key *key)
{
    struct refused *refused = calloc(1, sizeof(*refused));
    if (!refused) {
        admission_refused(client->server->admission, client->address, key, "");
        return;
    }
    refused->server = client->server;
    refused->channel = channel;
    strcpy(refused->address, client->address);
    uv_timer_init(&client->server->loop, &refused->patience);
    refused->patience.data = refused;
    uv_timer_start(&refused->patience, on_impatient, WISH_MS, 0);
    uv_channel_hear_out(channel, on_gone, refused);
}

static enum channel_error on_verdict(struct uv_channel *channel, const struct rsa_key *key)
{
    struct server_client *client = uv_channel_owner(channel);
    struct admission *admission = client->server->admission;
    const struct allow_entry *entry = admission_find(admission, key);
    if (entry)
        memcpy(client->digest, entry->digest, sizeof(client->digest));
    else
        refuse(channel, client, key);
    client->server->program->judged(client, key, entry);
    return entry ? CHANNEL_OK : CHANNEL_ERR_NOT_ALLOWED;
}

static void refuse_removed(struct server_client *client)
{
    client->server->program->end(client, CHANNEL_ERR_NOT_ALLOWED,
                                 admission_why_not(client->server->admission, client->digest));
}

static void on_open(struct uv_channel *channel)
{
    struct server_client *client = uv_channel_owner(channel);
    const struct allow_entry *entry = admission_enter(client->server->admission, client->address,
                                                      channel_peer_key(uv_channel_engine(channel)));
    client->proven = entry != NULL;
    if (entry)
        client->server->program->enter(client, entry);
    else
        refuse_removed(client);
}

void server_warning(struct uv_channel *channel, const char *text)
{
    struct server_client *client = uv_channel_owner(channel);
    const struct server *server = client->server;
    const struct allow_entry *entry = admission_find_digest(server->admission, client->digest);
    const char *name = entry ? entry->name : NULL;
    if (!event_log_stranger(server->log, client->address)) /* a suite that warns proves nobody */
        return;
    char words[TRANSLATE_LIBRARY_BYTES];
    console_warning("%s at %s: %s", name ? name : _("a client"), client->address,
                    translate_parts(words, text));
    event_log_write(server->log, "warning", "name", name, "address", client->address, "text", text,
                    NULL);
}

static void on_closed(struct uv_channel *channel, enum channel_error error)
{
    struct server_client *client = uv_channel_owner(channel);
    client->rendezvous = NULL;
    client->server->program->closed(client, channel, error);
}

static const struct uv_channel_handlers handlers = {
    .verdict = on_verdict, .warning = server_warning, .open = on_open, .closed = on_closed};

bool server_handshake(struct server_client *client, struct uv_channel *connection)
{
    const struct server *server = client->server;
    struct channel *engine = NULL;
    if (channel_new(&engine, &server->config) != CHANNEL_OK)
        return false;
    client->rendezvous = connection;
    uv_channel_handle(connection, &handlers, client);
    uv_channel_seal(connection, engine, &server->helpers);
    return true;
}

/* --- coming and going ------------------------------------------------------------------------- */
void server_client_leave(struct server_client *client)
{
    place_leave(&client->place);
    *client->link = client->next;
    if (client->next)
        client->next->link = client->link;
}

/* A newer one of its address takes its place. */
static void make_room(struct place *place)
{
    struct server_client *client =
        (struct server_client *)((char *)place - offsetof(struct server_client, place));
    client->server->program->end(client, CHANNEL_ERR_BUSY, places_words(PLACES_INSTEAD));
}

/* NULL: it had its place and has begun; else why not. */
static const char *take_in(struct server *server, uv_tcp_t *tcp, const char *address)
{
    struct server_client *client = calloc(1, server->program->session_bytes);
    if (!client)
        return "out of memory";
    enum places_answer answer = places_take(&server->places, &client->place, tcp);
    if (!client->place.account) {
        free(client);
        return places_words(answer);
    }
    client->server = server;
    strcpy(client->address, address);
    client->next = server->clients;
    client->link = &server->clients;
    if (client->next)
        client->next->link = &client->next;
    server->clients = client;
    if (server->program->begin(client, tcp))
        return NULL;
    server_client_leave(client);
    free(client);
    return "out of memory";
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct server *server = listener->data;
    char address[UV_ADDRESS_BYTES];
    if (status != 0)
        event_log_write(server->log, "not-accepted", "error", uv_strerror(status), NULL);
    uv_tcp_t *tcp = status == 0 ? malloc(sizeof(*tcp)) : NULL;
    if (!tcp)
        return; /* libuv asks again when the next one comes */
    uv_tcp_init(&server->loop, tcp);
    if (uv_accept(listener, (uv_stream_t *)tcp) != 0) {
        uv_channel_discard(tcp);
        return;
    }
    uv_address_peer(address, NULL, tcp);
    const char *why_not = take_in(server, tcp, address);
    if (!why_not)
        return;
    server->program->turn_away(server, tcp, address, why_not);
    uv_channel_discard(tcp);
}

/* --- once a second, and signals --------------------------------------------------------------- */
static void recheck(struct server_client *client)
{
    const struct server *server = client->server;
    const struct allow_entry *entry = admission_find_digest(server->admission, client->digest);
    if (client->proven && entry)
        server->program->recheck(client, entry);
    else if (client->proven)
        refuse_removed(client);
}

static void check_time(struct server_client *client)
{
    const struct server *server = client->server;
    if (place_is_late(&server->places, &client->place, uv_now(&server->loop)))
        server->program->end(client, CHANNEL_ERR_TIMEOUT, "you did not log in in time");
    else
        server->program->check_time(client);
}

/* Each may end the client that it is given. */
static void for_all(struct server *server, void (*look)(struct server_client *client))
{
    for (struct server_client *client = server->clients, *next; client; client = next) {
        next = client->next;
        look(client);
    }
}

static void on_tick(uv_timer_t *tick)
{
    struct server *server = tick->data;
    if (admission_refresh(server->admission))
        for_all(server, recheck);
    for_all(server, check_time);
    admission_save(server->admission);
}

/* All handles that are open; the loop ends when the sessions' are closed, too. */
static void close_handles(struct server *server)
{
    uv_handle_t *const handles[] = {(uv_handle_t *)&server->listener, (uv_handle_t *)&server->tick,
                                    (uv_handle_t *)&server->signals[0],
                                    (uv_handle_t *)&server->signals[1],
                                    (uv_handle_t *)&server->signals[2]};
    for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++)
        if (handles[i]->type != UV_UNKNOWN_HANDLE) /* it was set up */
            uv_close(handles[i], NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct server *server = handle->data;
    struct problem problem = {0};
    if (number == SIGHUP) {
        if (!event_log_reopen(server->log, &problem))
            event_log_write(server->log, "not-reopened", "error", problem.message, NULL);
        if (server->program->reopen)
            server->program->reopen(server);
        return;
    }
    event_log_write(server->log, "stopping", "reason", number == SIGINT ? "SIGINT" : "SIGTERM",
                    NULL);
    server->stopping = true;
    while (server->clients)
        server->program->end(server->clients, CHANNEL_ERR_SHUTDOWN, "the server is shutting down");
    close_handles(server);
}

/* --- setting up ------------------------------------------------------------------------------- */
static bool open_admission(struct server *server, struct problem *problem)
{
    const struct admission_options admission = {.loop = &server->loop,
                                                .home = &server->home,
                                                .allowed_option = server->options->allowed,
                                                .keytool = server->keytool,
                                                .hint = console_hint_text,
                                                .log = server->log,
                                                .same_room = server->options->same_room,
                                                .family = key_family_of(server->options->suite)};
    if (!admission_open(&server->admission, &admission, problem))
        return false;
    const size_t keys = admission_count(server->admission);
    console_note(translate_count("%zu key is allowed by %s", "%zu keys are allowed by %s", keys),
                 keys, admission_allowed_path(server->admission));
    return true;
}

/* Signatures are all that several can make at once; under a seed each channel blinds on its own. */
static bool open_helpers(struct uv_helpers *helpers, struct server *server)
{
    const struct server_options *options = server->options;
    const bool together = channel_suite_is_modern(options->suite) && !server->seed;
    const bool stock = channel_suite_takes_pairs(options->suite) && !server->seed;
    helpers->workers = uv_workers_new(&server->loop, together ? rsa_private_together() : 1);
    if (stock)
        helpers->stock = uv_stock_new(&server->loop, CHANNEL_MODERN_BITS,
                                      options->stock ? options->stock : STOCK);
    return helpers->workers && (!stock || helpers->stock);
}

static bool make_parts(struct server *server, struct problem *problem)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    const struct server_options *options = server->options;
    server->config = (struct channel_config){.role = CHANNEL_SERVER,
                                             .suite = options->suite,
                                             .identity = server->identity.key,
                                             .seed = server->seed,
                                             .trace = explain_trace(server->explain)};
    server->places = (struct places){.limits = &options->places, .make_room = make_room};
    server->ports = server_ports(options->low, options->high, server->seed);
    if (!open_helpers(&server->helpers, server) || !server->ports)
        return problem_memory(problem);
    uv_timer_init(&server->loop, &server->tick);
    server->tick.data = server;
    uv_timer_start(&server->tick, on_tick, TICK_MS, TICK_MS);
    for (size_t i = 0; i < 3; i++) {
        uv_signal_init(&server->loop, &server->signals[i]);
        server->signals[i].data = server;
        uv_signal_start(&server->signals[i], on_signal, numbers[i]);
    }
    return true;
}

static bool start_listening(struct server *server, struct problem *problem)
{
    struct sockaddr_storage address;
    char where[UV_ADDRESS_BYTES], number[8];
    int listener = server_listen(&address, server->options, server->ports, problem);
    if (listener < 0)
        return false;
    uv_tcp_init(&server->loop, &server->listener);
    server->listener.data = server;
    uv_tcp_open(&server->listener, listener);
    int error = uv_listen((uv_stream_t *)&server->listener, SOMAXCONN, on_connection);
    if (error)
        return problem_set(problem, "cannot listen: %s", translate(uv_strerror(error)));
    uv_address_text(where, NULL, &address);
    snprintf(number, sizeof(number), "%u", uv_address_local_port(&server->listener));
    event_log_write(server->log, "listening", "port", number, "address", where, NULL);
    server_warn_of_root();
    console_note("listening on port %s", number);
    return true;
}

static bool set_up(struct server *server, struct problem *problem)
{
    struct server_options *options = server->options;
    suite_warn(options->suite);
    server->seed = seed_begin(&server->lesson, options->seed, options->key);
    options->home.access.seed = server->seed;
    return explain_start(&server->explain, &options->explain, server->program->name, CHANNEL_SERVER,
                         options->suite, server->seed, problem) &&
           server_identity(&server->identity, &server->home, options, problem) &&
           server->program->open(server, problem) && open_admission(server, problem) &&
           make_parts(server, problem) && start_listening(server, problem);
}

static void take_down(struct server *server)
{
    server->program->close(server);
    uv_stock_free(server->helpers.stock);
    uv_workers_free(server->helpers.workers);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    uv_loop_close(&server->loop);
    admission_close(server->admission);
    uv_ports_free(server->ports);
    event_log_write(server->log, "stopped", NULL);
    event_log_close(server->log);
    stored_key_free(&server->identity);
}

int server_run(struct server *server, const struct server_program *program,
               struct server_options *options)
{
    struct problem problem = {0};
    int status = CONSOLE_DONE;
    server->program = program;
    server->options = options;
    program_keytool(server->keytool, sizeof(server->keytool));
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* write(2) says it: EFBIG */
    server_raise_file_limit();
    uv_loop_init(&server->loop);
    if (!set_up(server, &problem)) {
        status = console_problem(&problem, CONSOLE_FAILED);
        close_handles(server);
    }
    uv_run(&server->loop, UV_RUN_DEFAULT);
    take_down(server);
    return explain_end(server->explain, status);
}
