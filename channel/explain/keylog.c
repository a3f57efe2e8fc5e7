/*
 * The key log: see keylog.h. The format is like NSS's SSLKEYLOGFILE: LABEL LOOKUP KEY, in hex.
 * A few steps matter, and the frames that hold the lookup. It hears live events, with all secrets.
 */
#include "keylog.h"

#include "hexadecimal.h"
#include "symcipher.h"
#include "timeline.h"
#include "translate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOKUP_MAX 32 /* bytes: a hello's random, a ticket, the beginning of a wrapped key */
#define SHARE_END  16 /* of each key share, where the hellos have no random: dh */
#define KEY_BYTES  (SYM_AEAD_KEY_BYTES + SYM_AEAD_NONCE_BYTES)
#define LINE_BYTES (32 + 2 * LOOKUP_MAX + 2 * SYM_CIPHER_MAX_KEY_BYTES)

_Static_assert(KEY_BYTES <= SYM_CIPHER_MAX_KEY_BYTES && WIRE_TICKET_BYTES <= LOOKUP_MAX &&
                   WIRE_RANDOM_BYTES <= LOOKUP_MAX && 2 * SHARE_END <= LOOKUP_MAX,
               "a line has room for the longest");

/* What is known of a channel while it lives. */
struct session {
    struct session *next;
    unsigned channel, generation;
    uint8_t lookup[LOOKUP_MAX];
    size_t lookup_bytes;
    uint8_t keys_secret[2][KEY_BYTES]; /* of the client's records, of the server's */
};

struct keylog {
    int fd;
    char *path;
    int error; /* errno of the first write that failed */
    struct session *sessions;
};

/* --- lines ------------------------------------------------------------------------------------ */

/* In one write, so that lines of two programs in one file stay whole. */
static void write_text(struct keylog *log, const char *text, size_t bytes)
{
    ssize_t written = write(log->fd, text, bytes);
    if (written != (ssize_t)bytes && log->error == 0)
        log->error = written < 0 ? errno : ENOSPC;
}

static void write_key(struct keylog *log, const char *label, const uint8_t *lookup,
                      size_t lookup_bytes, const uint8_t *key_secret, size_t key_bytes)
{
    char line[LINE_BYTES], *end;
    if (lookup_bytes > LOOKUP_MAX)
        lookup_bytes = LOOKUP_MAX;
    if (lookup_bytes == 0 || key_bytes > SYM_CIPHER_MAX_KEY_BYTES)
        return;
    end = stpcpy(stpcpy(line, label), " ");
    end = stpcpy(hex_write(end, lookup, lookup_bytes), " ");
    end = hex_write(end, key_secret, key_bytes);
    *end++ = '\n';
    write_text(log, line, (size_t)(end - line));
    sym_wipe(line, sizeof(line));
}

/* --- sessions --------------------------------------------------------------------------------- */

static struct session *session_of(struct keylog *log, unsigned channel)
{
    struct session *session = log->sessions;
    while (session && session->channel != channel)
        session = session->next;
    if (session || !(session = calloc(1, sizeof(*session))))
        return session;
    session->channel = channel;
    session->next = log->sessions;
    log->sessions = session;
    return session;
}

static void forget(struct keylog *log, unsigned channel)
{
    for (struct session **at = &log->sessions; *at; at = &(*at)->next)
        if ((*at)->channel == channel) {
            struct session *gone = *at;
            *at = gone->next;
            sym_wipe(gone, sizeof(*gone));
            free(gone);
            return;
        }
}

static void add_lookup(struct session *session, const uint8_t *data, size_t bytes)
{
    if (bytes > 0 && session->lookup_bytes + bytes <= LOOKUP_MAX)
        memcpy(session->lookup + session->lookup_bytes, data, bytes);
    session->lookup_bytes += bytes;
}

/* The end of a key share: of a small group it is all of it, p and g included. */
static void add_share(struct session *session, const struct wire_value *eph)
{
    const size_t bytes = eph->bytes < SHARE_END ? eph->bytes : SHARE_END;
    add_lookup(session, eph->data + eph->bytes - bytes, bytes);
}

/* The lookup: the client's random, the ends of both key shares, or the ticket, as all lie open on
 * the wire. */
static void on_frame(struct session *session, const struct trace_event *event)
{
    const enum wire_message message = event->frame.message;
    const bool hello = message == WIRE_CLIENT_HELLO || message == WIRE_SERVER_HELLO;
    struct wire_value values[WIRE_MAX_FIELDS];
    if ((!hello && message != WIRE_CLIENT_RESUME) || !timeline_whole(values, event))
        return;
    if (message != WIRE_SERVER_HELLO)
        session->lookup_bytes = 0;
    if (!hello)
        add_lookup(session, values[CLIENT_RESUME_TICKET].data, WIRE_TICKET_BYTES);
    else if (values[HELLO_RANDOM].bytes == 0)
        add_share(session, &values[HELLO_EPH]);
    else if (message == WIRE_CLIENT_HELLO)
        add_lookup(session, values[HELLO_RANDOM].data, values[HELLO_RANDOM].bytes);
}

/* --- steps ------------------------------------------------------------------------------------ */

static void write_generation(struct keylog *log, struct session *session)
{
    static const char *const owners[] = {"CLIENT", "SERVER"};
    char label[32];
    for (size_t whose = 0; whose < 2; whose++) {
        snprintf(label, sizeof(label), "%s_KEY_%u", owners[whose], session->generation);
        write_key(log, label, session->lookup, session->lookup_bytes, session->keys_secret[whose],
                  KEY_BYTES);
    }
    sym_wipe(session->keys_secret, sizeof(session->keys_secret));
    session->generation++;
}

/* Of dh: one key for both directions. */
static void write_session_key(struct keylog *log, struct session *session,
                              const struct trace_bytes *key)
{
    char label[32];
    snprintf(label, sizeof(label), "SESSION_KEY_%u", session->generation++);
    write_key(log, label, session->lookup, session->lookup_bytes, key->data, key->bytes);
}

/* Modern: four steps of the schedule, in this order, are the keys of one generation. dh: one step.
 * Textbook: each record's K, found by the beginning of the field that wraps it. */
static void on_step(struct keylog *log, struct session *session, const struct trace_event *event)
{
    const struct trace_bytes *values = event->step.values;
    switch (event->step.step) {
    case STEP_C2S_KEY:
        memcpy(session->keys_secret[0], values[EXPAND_OKM].data, SYM_AEAD_KEY_BYTES);
        break;
    case STEP_C2S_IV:
        memcpy(session->keys_secret[0] + SYM_AEAD_KEY_BYTES, values[EXPAND_OKM].data,
               SYM_AEAD_NONCE_BYTES);
        break;
    case STEP_S2C_KEY:
        memcpy(session->keys_secret[1], values[EXPAND_OKM].data, SYM_AEAD_KEY_BYTES);
        break;
    case STEP_S2C_IV:
        memcpy(session->keys_secret[1] + SYM_AEAD_KEY_BYTES, values[EXPAND_OKM].data,
               SYM_AEAD_NONCE_BYTES);
        write_generation(log, session);
        break;
    case STEP_DH_SESSION_KEY:
        write_session_key(log, session, &values[DH_SESSION_KEY]);
        break;
    case STEP_SESSION_KEY_WRAPPED:
        write_key(log, "TEXTBOOK_KEY", values[WRAPPED_OUT].data, values[WRAPPED_OUT].bytes,
                  values[WRAPPED_K].data, values[WRAPPED_K].bytes);
        break;
    case STEP_SESSION_KEY_OPENED:
        write_key(log, "TEXTBOOK_KEY", values[UNWRAPPED_IN].data, values[UNWRAPPED_IN].bytes,
                  values[UNWRAPPED_K].data, values[UNWRAPPED_K].bytes);
        break;
    default:
        break;
    }
}

static void on_event(void *context, const struct trace_event *event)
{
    struct keylog *log = context;
    struct session *session;
    if (event->kind == TRACE_CLOSE) {
        forget(log, event->channel);
    } else if (event->kind == TRACE_FRAME || event->kind == TRACE_STEP) {
        session = session_of(log, event->channel);
        if (!session)
            log->error = ENOMEM;
        else if (event->kind == TRACE_FRAME)
            on_frame(session, event);
        else
            on_step(log, session, event);
    }
}

/* --- life ------------------------------------------------------------------------------------- */

static bool finish(void *context, struct problem *problem)
{
    struct keylog *log = context;
    bool good;
    if (close(log->fd) != 0 && log->error == 0)
        log->error = errno;
    good = log->error == 0;
    if (!good)
        problem_set(problem, "the key log %s is not whole: %s", log->path,
                    translate(strerror(log->error)));
    while (log->sessions)
        forget(log, log->sessions->channel);
    free(log->path);
    free(log);
    return good;
}

#define HEAD "# Keys of Glassbox sessions"
static const char head[] = HEAD ": whoever has this file can read them. See docs/wireshark.md.\n";

/* A key log is added to; nothing else is. */
static bool is_key_log(const char *path)
{
    char begin[sizeof(HEAD) - 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t got = fd >= 0 ? read(fd, begin, sizeof(begin)) : -1;
    if (fd >= 0)
        close(fd);
    return got == (ssize_t)sizeof(begin) && memcmp(begin, HEAD, sizeof(begin)) == 0;
}

/* What already exists must be the user's own business: its keys would be, too. */
static bool check_file(int fd, const char *path, struct stat *status, struct problem *problem)
{
    if (fstat(fd, status) != 0)
        return problem_errno(problem, "%s", path);
    if (S_ISREG(status->st_mode) && (status->st_mode & 077) != 0) {
        problem_set(problem, "%s: others may read or write this file, and keys would go there",
                    path);
        return problem_hint(problem, "chmod 600 %s", path);
    }
    if (S_ISREG(status->st_mode) && status->st_size > 0 && !is_key_log(path)) {
        problem_set(problem, "%s: this file already exists, and is not a key log", path);
        return problem_hint(problem, "give another name: the file is made, or a key log added to");
    }
    return true;
}

bool keylog_open(struct explain_observer *observer, const char *path, struct problem *problem)
{
    struct keylog *log = calloc(1, sizeof(*log));
    struct stat status;
    if (!log)
        return problem_memory(problem);
    log->path = strdup(path);
    log->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
    if (!log->path || log->fd < 0 || !check_file(log->fd, path, &status, problem)) {
        problem_errno(problem, "%s", path); /* unless something else was said */
        if (log->fd >= 0)
            close(log->fd);
        free(log->path);
        free(log);
        return false;
    }
    if (status.st_size == 0)
        write_text(log, head, strlen(head));
    *observer = (struct explain_observer){.event = on_event, .finish = finish, .context = log};
    return true;
}
