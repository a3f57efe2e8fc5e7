/*
 * `chat server`: sets everything up, says where it listens, runs the loop, takes it down in order.
 */
#include "server.h"

#include "console.h"
#include "key_store.h"
#include "program_name.h"
#include "seed_option.h"
#include "server_options.h"
#include "server_start.h"
#include "session.h"
#include "suite_option.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define TICK_MS 1000

/* What the program holds besides what the sessions see. */
struct program {
    struct server server; /* first: handles point to the program */
    struct server_options options;
    struct home home;
    struct stored_key identity;
    struct lesson_seed lesson; /* of --seed */
    char keytool[1024];
    struct explain *explain; /* NULL: nobody looks in */
    uv_tcp_t listener;
    uv_timer_t tick;
    uv_signal_t signals[3];
};

/* --- running ---------------------------------------------------------------------------------- */
static void on_client(uv_stream_t *listener, int status)
{
    struct program *program = listener->data;
    if (status == 0)
        session_accept(&program->server, listener);
    else
        event_log_write(program->server.log, "not-accepted", "error", uv_strerror(status), NULL);
}

static void on_tick(uv_timer_t *tick)
{
    struct server *server = tick->data;
    bool changed = admission_refresh(server->admission);
    for (struct session *session = server->sessions, *next; session; session = next) {
        next = session->next;
        if (changed)
            session_recheck(session);
    }
    for (struct session *session = server->sessions, *next; session; session = next) {
        next = session->next;
        session_check_time(session);
    }
    admission_save(server->admission);
}

/* All handles that are open; the loop ends when the sessions' are closed, too. */
static void close_handles(struct program *program)
{
    uv_handle_t *handles[] = {(uv_handle_t *)&program->listener, (uv_handle_t *)&program->tick,
                              (uv_handle_t *)&program->signals[0],
                              (uv_handle_t *)&program->signals[1],
                              (uv_handle_t *)&program->signals[2]};
    for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++)
        if (handles[i]->type != UV_UNKNOWN_HANDLE) /* it was set up */
            uv_close(handles[i], NULL);
    if (program->server.room)
        room_close(program->server.room);
}

static void stop(struct program *program, const char *reason)
{
    struct server *server = &program->server;
    event_log_write(server->log, "stopping", "reason", reason, NULL);
    server->stopping = true;
    while (server->sessions)
        session_end(server->sessions, CHANNEL_ERR_SHUTDOWN, "the server is shutting down");
    close_handles(program);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct program *program = handle->data;
    struct problem problem = {0};
    if (number != SIGHUP)
        stop(program, number == SIGINT ? "SIGINT" : "SIGTERM");
    else if (!event_log_reopen(program->server.log, &problem))
        event_log_write(program->server.log, "not-reopened", "error", problem.message, NULL);
}

/* --- setting up ------------------------------------------------------------------------------- */
static bool make_parts(struct program *program, struct problem *problem)
{
    struct server *server = &program->server;
    const struct server_options *options = &program->options;
    server->config = (struct channel_config){.role = CHANNEL_SERVER,
                                             .suite = options->suite,
                                             .identity = program->identity.key,
                                             .seed = server->seed,
                                             .trace = explain_trace(program->explain)};
    server->places = (struct places){.limits = &options->places, .make_room = session_make_room};
    server->room = room_new(&server->loop, session_resume);
    server->ports = server_ports(options->low, options->high, server->seed);
    bool stock = !channel_suite_is_textbook(options->suite) && !server->seed;
    if (stock)
        server->stock = uv_stock_new(&server->loop, CHANNEL_MODERN_BITS, options->stock);
    if (!server->room || !server->ports || (stock && !server->stock))
        return problem_memory(problem);
    uv_timer_init(&server->loop, &program->tick);
    program->tick.data = program;
    uv_timer_start(&program->tick, on_tick, TICK_MS, TICK_MS);
    for (size_t i = 0; i < 3; i++) {
        uv_signal_init(&server->loop, &program->signals[i]);
        program->signals[i].data = program;
        uv_signal_start(&program->signals[i], on_signal, (int[]){SIGINT, SIGTERM, SIGHUP}[i]);
    }
    return true;
}

static bool open_admission(struct program *program, struct problem *problem)
{
    struct server *server = &program->server;
    const struct server_options *options = &program->options;
    if (!event_log_open(&server->log, options->log, stderr, console_warning_text, problem))
        return false;
    const struct admission_options admission = {.loop = &server->loop,
                                                .home = &program->home,
                                                .allowed_option = options->allowed,
                                                .keytool = program->keytool,
                                                .hint = console_hint_text,
                                                .log = server->log,
                                                .family = key_family_of(options->suite)};
    if (!admission_open(&server->admission, &admission, problem))
        return false;
    console_note("%zu keys are allowed by %s", admission_count(server->admission),
                 admission_allowed_path(server->admission));
    return true;
}

static bool start_listening(struct program *program, struct problem *problem)
{
    const struct server_options *options = &program->options;
    const struct server_place place = {options->bind, options->port,
                                       channel_suite_is_textbook(options->suite),
                                       options->seed.given};
    struct sockaddr_storage address;
    char where[UV_ADDRESS_BYTES], number[8];
    int listener = server_listen(&address, &place, program->server.ports, problem);
    if (listener < 0)
        return false;
    uv_tcp_init(&program->server.loop, &program->listener);
    program->listener.data = program;
    uv_tcp_open(&program->listener, listener);
    int error = uv_listen((uv_stream_t *)&program->listener, SOMAXCONN, on_client);
    if (error)
        return problem_set(problem, "cannot listen: %s", uv_strerror(error));
    uv_address_text(where, NULL, &address);
    snprintf(number, sizeof(number), "%u", uv_address_local_port(&program->listener));
    event_log_write(program->server.log, "listening", "port", number, "address", where, NULL);
    server_warn_of_root();
    console_note("listening on port %s", number);
    return true;
}

static bool set_up(struct program *program, struct problem *problem)
{
    struct server_options *options = &program->options;
    struct server *server = &program->server;
    suite_warn(options->suite);
    server->seed = seed_begin(&program->lesson, options->seed, options->key);
    options->home.access.seed = server->seed;
    return explain_start(&program->explain, &options->explain, "chat server", CHANNEL_SERVER,
                         options->suite, server->seed, problem) &&
           server_identity(&program->identity, &program->home, &options->home, options->key,
                           options->suite, problem) &&
           open_admission(program, problem) && make_parts(program, problem) &&
           start_listening(program, problem);
}

static void take_down(struct program *program)
{
    struct server *server = &program->server;
    uv_stock_free(server->stock);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    uv_loop_close(&server->loop);
    admission_close(server->admission);
    uv_ports_free(server->ports);
    event_log_write(server->log, "stopped", NULL);
    event_log_close(server->log);
    stored_key_free(&program->identity);
}

int server_main(int argc, char **argv)
{
    struct program *program = calloc(1, sizeof(*program));
    struct problem problem = {0};
    int status = CONSOLE_DONE;
    if (!program)
        return CONSOLE_FAILED;
    server_options_read(&program->options, argc, argv);
    program_keytool(program->keytool, sizeof(program->keytool));
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* write(2) says it: EFBIG */
    server_raise_file_limit();
    uv_loop_init(&program->server.loop);
    if (!set_up(program, &problem)) {
        status = console_problem(&problem, CONSOLE_FAILED);
        close_handles(program);
    }
    uv_run(&program->server.loop, UV_RUN_DEFAULT);
    take_down(program);
    status = explain_end(program->explain, status);
    free(program);
    return status;
}
