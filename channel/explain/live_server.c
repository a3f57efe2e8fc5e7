/*
 * A live page over HTTP; see live_server.h.
 *
 * Requests are answered on libmicrohttpd's thread. A stream of events is a connection whose answer
 * never ends: its reader takes from the board what has changed since the last time. Where there is
 * nothing, the connection is suspended until live_server_wake. Who does not read is asked for
 * nothing; after STALLED_SECONDS the connection is dropped. The browser comes back by itself, and
 * says the number of the last event that it has.
 */
#include "live_server.h"

#include "live_library.h"
#include "live_skeleton.h"
#include "sym_memory.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STALLED_SECONDS   20
#define STREAMS_MAX       32
#define CONNECTIONS_MAX   64
#define STREAM_TEXT_BYTES ((size_t)64 * 1024)

struct stream {
    struct stream *next;
    struct live_server *server;
    struct MHD_Connection *connection;
    uint64_t number;           /* of the last event that was taken */
    char *text;                /* events on their way */
    size_t space, bytes, sent; /* of the text: room, what is there, what is gone */
    bool suspended, beat;      /* beat: say something, so that one who is gone is noticed */
    bool saves;                /* a page that will ask for the whole one when all is over */
    bool told_end;
};

struct live_server {
    struct live_server_config config;
    struct MHD_Daemon *daemon;
    uint16_t port;
    char token[LIVE_TOKEN_BYTES], url[LIVE_URL_BYTES];
    pthread_mutex_t lock; /* over all that follows; taken before the board's own */
    pthread_cond_t quiet; /* a stream or a save has ended */
    struct stream *streams;
    size_t stream_count, saves_wanted;
    bool ending;   /* the board has ended: saves count from now on */
    bool stopping; /* nothing is suspended any more */
};

/* --- streams ---------------------------------------------------------------------------------- */

/* Under the lock. */
static void resume(struct stream *stream)
{
    if (stream->suspended)
        HTTP(MHD_resume_connection)(stream->connection);
    stream->suspended = false;
}

/* Under the lock. Takes more from the board; false without memory. */
static bool fill(struct stream *stream, bool *ended)
{
    size_t more;
    char *room;
    stream->sent = 0;
    stream->bytes = live_board_read(stream->server->config.board, &stream->number, stream->text,
                                    stream->space, &more, ended);
    if (stream->bytes > 0 || more == 0)
        return true;
    room = malloc(more);
    if (!room)
        return false;
    sym_wipe(stream->text, stream->space);
    free(stream->text);
    stream->text = room;
    stream->space = more;
    stream->bytes = live_board_read(stream->server->config.board, &stream->number, stream->text,
                                    stream->space, &more, ended);
    return true;
}

static void say(struct stream *stream, const char *text)
{
    stream->bytes = strlen(text);
    memcpy(stream->text, text, stream->bytes);
}

/* Under the lock, when all is sent. What to answer if there is nothing to send; 1: there is. */
static ssize_t refill(struct stream *stream)
{
    bool ended = false;
    if (stream->told_end || stream->server->stopping)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (!fill(stream, &ended))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (stream->bytes == 0 && ended) {
        stream->told_end = true;
        stream->server->saves_wanted += stream->saves;
        say(stream, "event: end\ndata: .\n\n");
    } else if (stream->bytes == 0 && stream->beat) {
        say(stream, ":\n\n");
    }
    stream->beat = false;
    return 1;
}

static ssize_t read_stream(void *context, uint64_t position, char *out, size_t space)
{
    struct stream *stream = context;
    ssize_t result = 1;
    (void)position;
    pthread_mutex_lock(&stream->server->lock);
    if (stream->sent == stream->bytes)
        result = refill(stream);
    if (result == 1 && stream->sent == stream->bytes) {
        stream->suspended = true;
        HTTP(MHD_suspend_connection)(stream->connection);
        result = 0;
    } else if (result == 1) {
        size_t bytes = stream->bytes - stream->sent < space ? stream->bytes - stream->sent : space;
        memcpy(out, stream->text + stream->sent, bytes);
        stream->sent += bytes;
        result = (ssize_t)bytes;
    }
    pthread_mutex_unlock(&stream->server->lock);
    return result;
}

static void free_stream(void *context)
{
    struct stream *stream = context;
    struct live_server *server = stream->server;
    pthread_mutex_lock(&server->lock);
    for (struct stream **at = &server->streams; *at; at = &(*at)->next)
        if (*at == stream) {
            *at = stream->next;
            server->stream_count--;
            break;
        }
    pthread_cond_broadcast(&server->quiet);
    pthread_mutex_unlock(&server->lock);
    sym_wipe(stream->text, stream->space);
    free(stream->text);
    free(stream);
}

/* NULL: too many, or no memory. Those who are there have to say something: one whose browser has gone
 * makes room then. */
static struct stream *new_stream(struct live_server *server, struct MHD_Connection *connection)
{
    const char *last = HTTP(MHD_lookup_connection_value)(connection, MHD_HEADER_KIND,
                                                         "Last-Event-ID");
    struct stream *stream = calloc(1, sizeof(*stream));
    char *text = malloc(STREAM_TEXT_BYTES);
    bool added = false;
    pthread_mutex_lock(&server->lock);
    for (struct stream *at = server->streams; at; at = at->next) {
        at->beat = true;
        resume(at);
    }
    if (stream && text && server->stream_count < STREAMS_MAX && !server->stopping) {
        *stream = (struct stream){.next = server->streams,
                                  .server = server,
                                  .connection = connection,
                                  .number = last ? strtoull(last, NULL, 10) : 0,
                                  .text = text,
                                  .space = STREAM_TEXT_BYTES};
        stream->saves = HTTP(MHD_lookup_connection_value)(connection, MHD_GET_ARGUMENT_KIND,
                                                          "page") != NULL;
        server->streams = stream;
        server->stream_count++;
        added = true;
    }
    pthread_mutex_unlock(&server->lock);
    if (added)
        return stream;
    free(stream);
    free(text);
    return NULL;
}

/* --- answers ---------------------------------------------------------------------------------- */

static void set_headers(struct MHD_Response *response, const char *type)
{
    static const char *const headers[][2] = {
        {"Cache-Control", "no-store"},
        {"Referrer-Policy", "no-referrer"}, /* the token is in the address */
        {"X-Content-Type-Options", "nosniff"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
    };
    HTTP(MHD_add_response_header)(response, "Content-Type", type);
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
        HTTP(MHD_add_response_header)(response, headers[i][0], headers[i][1]);
}

/* The response is given back; NULL: there is no memory, and the connection ends. */
static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status,
                              struct MHD_Response *response)
{
    enum MHD_Result done;
    if (!response)
        return MHD_NO;
    done = HTTP(MHD_queue_response)(connection, status, response);
    HTTP(MHD_destroy_response)(response);
    return done;
}

/* A line for people; allow: NULL, or what may be asked instead. */
static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status, const char *line,
                              const char *allow)
{
    struct MHD_Response *response = HTTP(MHD_create_response_from_buffer)(
        strlen(line), (void *)(uintptr_t)line, MHD_RESPMEM_MUST_COPY);
    if (response)
        set_headers(response, "text/plain; charset=utf-8");
    if (response && allow)
        HTTP(MHD_add_response_header)(response, "Allow", allow);
    return answer(connection, status, response);
}

/* Takes the text. */
static enum MHD_Result answer_text(struct MHD_Connection *connection, char *text, size_t bytes,
                                   const char *policy, const char *disposition)
{
    struct MHD_Response *response = HTTP(MHD_create_response_from_buffer)(bytes, text,
                                                                          MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(text);
        return MHD_NO;
    }
    set_headers(response, "text/html; charset=utf-8");
    HTTP(MHD_add_response_header)(response, "Content-Security-Policy", policy);
    if (disposition)
        HTTP(MHD_add_response_header)(response, "Content-Disposition", disposition);
    return answer(connection, MHD_HTTP_OK, response);
}

static enum MHD_Result answer_page(struct live_server *server, struct MHD_Connection *connection)
{
    char policy[LIVE_POLICY_BYTES], *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return MHD_NO;
    live_skeleton(out, policy, &server->config);
    if (fclose(out) != 0) {
        free(text);
        return MHD_NO;
    }
    return answer_text(connection, text, bytes, policy, NULL);
}

static enum MHD_Result answer_events(struct live_server *server, struct MHD_Connection *connection)
{
    struct stream *stream = new_stream(server, connection);
    struct MHD_Response *response;
    if (!stream)
        return refuse(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "Too many browsers are reading.\n",
                      NULL);
    response = HTTP(MHD_create_response_from_callback)(MHD_SIZE_UNKNOWN, STREAM_TEXT_BYTES,
                                                       read_stream, stream, free_stream);
    if (!response) {
        free_stream(stream);
        return MHD_NO;
    }
    set_headers(response, "text/event-stream");
    if (server->config.watched)
        server->config.watched(server->config.context);
    return answer(connection, MHD_HTTP_OK, response);
}

static enum MHD_Result answer_save(struct live_server *server, struct MHD_Connection *connection)
{
    struct problem problem = {0};
    char *text = NULL, line[sizeof(problem.message) + 2];
    size_t bytes = 0;
    if (server->config.save(server->config.context, &text, &bytes, &problem))
        return answer_text(connection, text, bytes, "default-src 'none'; sandbox",
                           "attachment; filename=\"session.html\"");
    snprintf(line, sizeof(line), "%s\n", problem.message);
    return refuse(connection, MHD_HTTP_SERVICE_UNAVAILABLE, line, NULL);
}

/* --- requests --------------------------------------------------------------------------------- */

enum what { NOTHING, PAGE, EVENTS, SAVE };

static enum what find(const char *path, const char *token)
{
    static const char *const names[] = {[PAGE] = "/", [EVENTS] = "/events", [SAVE] = "/page.html"};
    const char *rest = live_path(path, token);
    for (enum what what = PAGE; rest && what <= SAVE; what++)
        if (strcmp(rest, names[what]) == 0)
            return what;
    return NOTHING;
}

/* What libmicrohttpd keeps for us with a request. */
static const char request[] = "any", request_save[] = "save";

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *upload, size_t *upload_bytes, void **own)
{
    struct live_server *server = context;
    (void)version;
    (void)upload;
    if (!*own || *upload_bytes > 0) { /* the head is there; a body is read and forgotten */
        *own = (void *)(uintptr_t)request;
        *upload_bytes = 0;
        return MHD_YES;
    }
    if (!live_host(HTTP(MHD_lookup_connection_value)(connection, MHD_HEADER_KIND, "Host"),
                   server->port))
        return refuse(connection, MHD_HTTP_FORBIDDEN, "This is not its name.\n", NULL);
    if (strcmp(method, "GET") != 0)
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "It can be read alone.\n", "GET");
    switch (find(path, server->token)) {
    case PAGE:
        return answer_page(server, connection);
    case EVENTS:
        return answer_events(server, connection);
    case SAVE:
        *own = (void *)(uintptr_t)request_save;
        return answer_save(server, connection);
    default:
        return refuse(connection, MHD_HTTP_NOT_FOUND, "There is nothing here.\n", NULL);
    }
}

/* A save that is on its way, or lost, need not be waited for. */
static void on_completed(void *context, struct MHD_Connection *connection, void **own,
                         enum MHD_RequestTerminationCode code)
{
    struct live_server *server = context;
    (void)connection;
    (void)code;
    if (*own != request_save)
        return;
    pthread_mutex_lock(&server->lock);
    if (server->ending && server->saves_wanted > 0)
        server->saves_wanted--;
    pthread_cond_broadcast(&server->quiet);
    pthread_mutex_unlock(&server->lock);
}

/* --- life ------------------------------------------------------------------------------------- */

/* The new thread hears no signals: they are the program's. */
static void start_daemon(struct live_server *server, int listener)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    server->daemon = HTTP(MHD_start_daemon)(
        MHD_USE_AUTO_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, server,
        MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)STALLED_SECONDS, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, server, MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct live_server *live_server_start(const struct live_server_config *config,
                                      struct problem *problem)
{
    struct live_server *server;
    int listener;
    if (!live_library(problem))
        return NULL;
    server = calloc(1, sizeof(*server));
    if (!server) {
        problem_memory(problem);
        return NULL;
    }
    server->config = *config;
    server->port = config->port;
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->quiet, NULL);
    listener = live_token(server->token, problem) ? live_listen(&server->port, problem) : -1;
    if (listener >= 0)
        start_daemon(server, listener);
    if (server->daemon) {
        snprintf(server->url, sizeof(server->url), "http://127.0.0.1:%u/%s/",
                 (unsigned)server->port, server->token);
        return server;
    }
    if (listener >= 0) {
        problem_errno(problem, "the live page cannot be served");
        close(listener);
    }
    free(server);
    return NULL;
}

const char *live_server_url(const struct live_server *server)
{
    return server->url;
}

void live_server_wake(struct live_server *server)
{
    pthread_mutex_lock(&server->lock);
    for (struct stream *stream = server->streams; stream; stream = stream->next)
        resume(stream);
    pthread_mutex_unlock(&server->lock);
}

/* Under the lock. */
static void wait_for_browsers(struct live_server *server)
{
    struct timespec until;
    int error = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LIVE_END_SECONDS;
    while ((server->streams || server->saves_wanted > 0) && error == 0)
        error = pthread_cond_timedwait(&server->quiet, &server->lock, &until);
}

void live_server_end(struct live_server *server, struct live_board *board)
{
    if (!server)
        return;
    pthread_mutex_lock(&server->lock);
    live_board_end(board);
    server->ending = true;
    for (struct stream *stream = server->streams; stream; stream = stream->next)
        resume(stream);
    wait_for_browsers(server);
    server->stopping = true;
    for (struct stream *stream = server->streams; stream; stream = stream->next)
        resume(stream);
    pthread_mutex_unlock(&server->lock);
    HTTP(MHD_stop_daemon)(server->daemon); /* closes the listener, frees the streams */
    pthread_cond_destroy(&server->quiet);
    pthread_mutex_destroy(&server->lock);
    sym_wipe(server->token, sizeof(server->token));
    free(server);
}
