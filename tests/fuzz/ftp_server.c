/*
 * Fuzzes what the FTP server hears on its control connection: whole sessions of command lines, in
 * pieces, before and after a login, against a folder with a few files. There is no socket: the
 * functions of uv_channel.h are here, and take the place of the server's own. Every reply is a reply
 * (RFC 959 4.2), whatever stood in the command; nothing outside the folder is touched.
 *
 * Parser: ftp/server/session_input.c ftp/server/session_reply.c ftp/server/commands.c
 */
#include "console.h"
#include "fuzz.h"
#include "scratch.h"
#include "session.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- a connection of memory ----------------------------------------------------------------- */

struct uv_channel {
    struct buffer said;
    bool resumed;
};

static uv_tcp_t no_socket;

/* Nobody comes to a data port, and nobody shakes hands. */
struct uv_channel *uv_channel_new(uv_tcp_t *tcp, const struct uv_channel_handlers *handlers,
                                  void *owner)
{
    (void)tcp, (void)handlers, (void)owner;
    return NULL;
}

void uv_channel_seal(struct uv_channel *channel, struct channel *engine,
                     const struct uv_helpers *helpers)
{
    (void)channel, (void)engine, (void)helpers;
    abort();
}

struct uv_handover *uv_handover_start(struct uv_ports *ports, struct uv_channel *channel,
                                      const struct uv_helpers *helpers,
                                      const struct channel_config *config,
                                      const struct uv_handover_handlers *handlers, void *owner)
{
    (void)ports, (void)channel, (void)helpers, (void)config, (void)handlers, (void)owner;
    return NULL;
}

void uv_handover_cancel(struct uv_handover *handover)
{
    (void)handover;
}

void uv_channel_start(struct uv_channel *channel)
{
    (void)channel;
}

void uv_channel_handle(struct uv_channel *channel, const struct uv_channel_handlers *handlers,
                       void *owner)
{
    (void)channel, (void)handlers, (void)owner;
}

void *uv_channel_owner(const struct uv_channel *channel)
{
    (void)channel;
    return NULL;
}

struct channel *uv_channel_engine(const struct uv_channel *channel)
{
    (void)channel;
    return NULL;
}

const char *uv_channel_words(const struct uv_channel *channel)
{
    (void)channel;
    return NULL;
}

uint8_t *uv_channel_space(struct uv_channel *channel, size_t bytes)
{
    return buffer_room(&channel->said, bytes);
}

bool uv_channel_space_done(struct uv_channel *channel, size_t bytes)
{
    buffer_added(&channel->said, bytes);
    return true;
}

bool uv_channel_send(struct uv_channel *channel, const void *data, size_t bytes)
{
    return buffer_append(&channel->said, data, bytes);
}

void uv_channel_flush(struct uv_channel *channel)
{
    (void)channel;
}

size_t uv_channel_unsent(const struct uv_channel *channel)
{
    (void)channel;
    return 0; /* a client that reads at once */
}

void uv_channel_resume(struct uv_channel *channel)
{
    channel->resumed = true;
}

static void check_replies(const uint8_t *text, size_t bytes);

void uv_channel_close(struct uv_channel *channel, enum channel_error code, const char *reason)
{
    (void)code, (void)reason;
    if (buffer_bytes(&channel->said) > 0)
        check_replies(buffer_front(&channel->said), buffer_bytes(&channel->said));
    buffer_free(&channel->said);
    free(channel);
}

void uv_channel_hear_out(struct uv_channel *channel,
                         void (*heard)(struct uv_channel *channel, void *context,
                                       const uint8_t *data, size_t bytes),
                         void *context)
{
    (void)channel, (void)heard, (void)context; /* nobody knocks here */
}

void uv_channel_discard(uv_tcp_t *tcp)
{
    (void)tcp;
}

const uv_tcp_t *uv_channel_tcp(const struct uv_channel *channel)
{
    (void)channel;
    return &no_socket;
}

/* --- what it says --------------------------------------------------------------------------- */

/* "123 text" or, from "123-text" to "123 text", lines that begin with a blank. */
static void check_replies(const uint8_t *text, size_t bytes)
{
    const char *at = (const char *)text, *end = at + bytes;
    char open[4] = "";
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        fuzz_require(stop && stop - at >= 2 && stop[-1] == '\r', "a line that does not end");
        if (open[0] && at[0] == ' ') {
            at = stop + 1;
            continue;
        }
        fuzz_require(stop - at >= 5 && at[0] >= '1' && at[0] <= '6' &&
                         isdigit((unsigned char)at[1]) && isdigit((unsigned char)at[2]) &&
                         (at[3] == ' ' || at[3] == '-'),
                     "no code");
        fuzz_require(!open[0] || memcmp(open, at, 3) == 0, "a reply within a reply");
        memcpy(open, at[3] == '-' ? at : "\0\0\0", 3);
        at = stop + 1;
    }
    fuzz_require(!open[0], "a reply without its end");
}

/* --- a server ------------------------------------------------------------------------------- */

static struct ftp_server server;
static struct home home;
static char *top, *folder;

static void start_server(void)
{
    struct problem problem = {0};
    static struct admission_options options = {
        .loop = &server.base.loop, .home = &home, .keytool = "keytool", .hint = console_hint_text};
    top = scratch_new();
    folder = scratch_path(top, "files");
    scratch_write(top, "outside", "untouched");
    if (!home_find(&home, top, &problem))
        abort();
    uv_loop_init(&server.base.loop);
    uv_tcp_init(&server.base.loop, &no_socket);
    server.options = (struct ftp_options){
        .shared = true, .allow_plain = true, .anonymous = true, .idle_seconds = 600};
    server.accounts = accounts_new();
    server.base.ports = uv_ports_new(0, 0);
    if (!server.accounts || !server.base.ports ||
        !admission_open(&server.base.admission, &options, &problem))
        abort();
}

static struct session *new_session(bool may_write, bool admin)
{
    struct session *session = calloc(1, sizeof(*session));
    static const char login[] = "USER anonymous\r\nPASS x\r\n";
    session->server = &server;
    session->id = ++server.last_id;
    session->root = -1;
    session->control = calloc(1, sizeof(*session->control));
    session->client.link = &server.base.clients;
    server.base.clients = &session->client;
    uv_timer_init(&server.base.loop, &session->timer);
    session->timer.data = session;
    session_read(session, (const uint8_t *)login, strlen("USER anonymous\r\n"));
    session_read(session, (const uint8_t *)login + strlen("USER anonymous\r\n"), 8);
    while (session_is_busy(session))
        uv_run(&server.base.loop, UV_RUN_ONCE);
    fuzz_require(session->login == LOGIN_DONE, "nobody can log in");
    session->read_only = !may_write;
    session->admin = admin;
    return session;
}

/* As the loop does: what cannot be used now is brought again when the work is done; hurried: the
 * next line comes while it is under way. */
static void talk(struct session *session, const uint8_t *data, size_t bytes, size_t piece,
                 bool hurried)
{
    size_t at = 0;
    while (at < bytes && !session->ended && !session->quitting && !session->securing) {
        size_t part = bytes - at < piece ? bytes - at : piece;
        size_t used = session_read(session, data + at, part);
        fuzz_require(used <= part, "it used more than there was");
        at += used;
        if (session->pausing) /* after a wrong password, for a second */
            return;
        if (used == 0 && !session->ended)
            fuzz_require(session_is_busy(session) || session->securing, "it waits for nothing");
        while (!session->ended && session_is_busy(session) && (used == 0 || !hurried))
            uv_run(&server.base.loop, UV_RUN_ONCE);
    }
}

static void fill_folder(void)
{
    static const char *const names[] = {"a", "b.txt", "c d"};
    if (mkdir(folder, 0700) != 0)
        abort();
    for (size_t i = 0; i < 3; i++)
        scratch_write(folder, names[i], "hello\r\nworld\n");
    server.folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void expect_untouched(void)
{
    char *text = scratch_read(top, "outside");
    fuzz_require(strcmp(text, "untouched") == 0, "a file outside was changed");
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct session *session;
    if (bytes < 1)
        return 0;
    if (!top)
        start_server();
    fill_folder();
    session = new_session(data[0] & 1, data[0] & 2);
    talk(session, data + 1, bytes - 1, data[0] & 4 ? 1 + (size_t)(data[0] >> 4) : bytes,
         data[0] & 8);
    server.base.stopping = true; /* no pause of a wrong password outlives its input */
    session_end(session, CHANNEL_OK, "Goodbye", NULL);
    server.base.stopping = false;
    while (uv_loop_alive(&server.base.loop) && server.base.loop.active_reqs.count > 0)
        uv_run(&server.base.loop, UV_RUN_ONCE);
    uv_run(&server.base.loop, UV_RUN_NOWAIT);
    close(server.folder);
    expect_untouched();
    scratch_wipe(folder);
    return 0;
}

FUZZ_MAIN("ftp_server", 200);
