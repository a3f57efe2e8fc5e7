/*
 * `ftp server`: sets everything up, says where it listens, runs the loop, takes it down in order.
 */
#include "server.h"

#include "console.h"
#include "program_name.h"
#include "seed_option.h"
#include "server_start.h"
#include "session.h"
#include "suite_option.h"
#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TICK_MS 1000
#define WORKERS "16" /* one that waits for a slow disk must not hold up the others */

/* What the program holds besides what the sessions see. */
struct program {
    struct server server; /* first: handles point to the program */
    struct home home;
    struct stored_key identity;
    struct lesson_seed lesson, *seed; /* of --seed; NULL: none */
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
        event_log_write(program->server.log.all, "not-accepted", "error", uv_strerror(status),
                        NULL);
}

static void on_tick(uv_timer_t *tick)
{
    struct program *program = tick->data;
    struct server *server = &program->server;
    bool changed = admission_refresh(server->admission);
    for (struct session *session = server->sessions, *next; session; session = next) {
        next = session->next;
        if (changed)
            session_recheck(session);
        if (!session->ended)
            session_check_time(session);
    }
    admission_save(server->admission);
}

static void stop(struct program *program, const char *reason)
{
    struct server *server = &program->server;
    if (server->stopping)
        return;
    event_log_write(server->log.all, "stopping", "reason", reason, NULL);
    server->stopping = true;
    while (server->sessions)
        session_end(server->sessions, CHANNEL_ERR_SHUTDOWN, "The server is shutting down",
                    "shutdown");
    uv_close((uv_handle_t *)&program->listener, NULL);
    uv_close((uv_handle_t *)&program->tick, NULL);
    for (size_t i = 0; i < 3; i++)
        uv_close((uv_handle_t *)&program->signals[i], NULL);
    /* The loop ends when the last goodbye is said. */
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct program *program = handle->data;
    if (number == SIGHUP)
        server_log_reopen(&program->server.log);
    else
        stop(program, number == SIGINT ? "SIGINT" : "SIGTERM");
}

/* --- setting up ------------------------------------------------------------------------------- */
static bool open_files(struct program *program, struct problem *problem)
{
    struct server *server = &program->server;
    const struct server_options *options = &server->options;
    if (!server_log_open(&server->log, options->log, options->log_directory, problem) ||
        !home_path_or(server->users_path, options->users, &program->home, USERS_FILE, problem))
        return false;
    home_path(server->pending_path, &program->home, HOME_PENDING);
    server->folder = open(options->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (server->folder < 0) {
        bool missing = errno == ENOENT;
        problem_errno(problem, "%s", options->directory);
        return missing && problem_hint(problem, "the folder to be served must be there: mkdir %s",
                                       options->directory);
    }
    const struct admission_options admission = {.loop = &server->loop,
                                                .home = &program->home,
                                                .allowed_option = options->allowed,
                                                .keytool = program->keytool,
                                                .hint = console_hint_text,
                                                .log = server->log.all,
                                                .family = key_family_of(options->suite)};
    if (!admission_open(&server->admission, &admission, problem))
        return false;
    console_note("%zu keys are allowed by %s", admission_count(server->admission),
                 admission_allowed_path(server->admission));
    return true;
}

static bool make_parts(struct program *program, struct problem *problem)
{
    struct server *server = &program->server;
    const struct server_options *options = &server->options;
    bool stock = !channel_suite_is_textbook(options->suite) && !program->seed;
    server->config = (struct channel_config){.role = CHANNEL_SERVER,
                                             .suite = options->suite,
                                             .identity = program->identity.key,
                                             .seed = program->seed,
                                             .trace = explain_trace(program->explain)};
    server->places = (struct places){.limits = &options->places, .make_room = session_make_room};
    server->accounts = accounts_new();
    server->ports = server_ports(options->low, options->high, program->seed);
    if (stock)
        server->stock = uv_stock_new(&server->loop, CHANNEL_MODERN_BITS, options->stock);
    return (server->accounts && server->ports && (server->stock || !stock)) ||
           problem_memory(problem);
}

static void start_clocks(struct program *program)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    uv_loop_t *loop = &program->server.loop;
    uv_timer_init(loop, &program->tick);
    program->tick.data = program;
    uv_timer_start(&program->tick, on_tick, TICK_MS, TICK_MS);
    for (size_t i = 0; i < 3; i++) {
        uv_signal_init(loop, &program->signals[i]);
        program->signals[i].data = program;
        uv_signal_start(&program->signals[i], on_signal, numbers[i]);
    }
}

static bool start_listening(struct program *program, struct problem *problem)
{
    const struct server_options *options = &program->server.options;
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
    if (error) {
        uv_close((uv_handle_t *)&program->listener, NULL);
        return problem_set(problem, "cannot listen: %s", uv_strerror(error));
    }
    start_clocks(program); /* whoever reads "listening" may say SIGTERM at once */
    uv_address_text(where, NULL, &address);
    snprintf(number, sizeof(number), "%u", uv_address_local_port(&program->listener));
    event_log_write(program->server.log.all, "listening", "port", number, "address", where, NULL);
    server_warn_of_root();
    console_note("listening on port %s", number);
    return true;
}

static bool set_up(struct program *program, struct problem *problem)
{
    struct server_options *options = &program->server.options;
    suite_warn(options->suite);
    program->seed = seed_begin(&program->lesson, options->seed, options->key);
    options->home.access.seed = program->seed;
    if (options->allow_plain)
        console_note("plain FTP is on: names, passwords and files can be read by others");
    return explain_start(&program->explain, &options->explain, "ftp server", CHANNEL_SERVER,
                         options->suite, program->seed, problem) &&
           server_identity(&program->identity, &program->home, &options->home, options->key,
                           options->suite, problem) &&
           open_files(program, problem) && make_parts(program, problem) &&
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
    accounts_free(server->accounts);
    if (server->folder >= 0)
        close(server->folder);
    event_log_write(server->log.all, "stopped", NULL);
    server_log_close(&server->log);
    stored_key_free(&program->identity);
}

int server_main(int argc, char **argv)
{
    struct program *program = calloc(1, sizeof(*program));
    struct problem problem = {0};
    int status = CONSOLE_DONE;
    if (!program)
        return CONSOLE_FAILED;
    program->server.folder = -1;
    server_options_read(&program->server.options, argc, argv);
    program_keytool(program->keytool, sizeof(program->keytool));
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* write(2) says it: EFBIG */
    setenv("UV_THREADPOOL_SIZE", WORKERS, 0);
    server_raise_file_limit();
    uv_loop_init(&program->server.loop);
    if (set_up(program, &problem))
        uv_run(&program->server.loop, UV_RUN_DEFAULT);
    else
        status = console_problem(&problem, CONSOLE_FAILED);
    take_down(program);
    status = explain_end(program->explain, status);
    free(program);
    return status;
}
