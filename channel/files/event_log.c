/*
 * The log of a server; see event_log.h.
 */
#include "event_log.h"
#include "log_bound.h"
#include "printable.h"
#include "timestamp.h"
#include "translate.h"
#include "utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ELLIPSIS "\xE2\x80\xA6" /* U+2026 */

struct event_log {
    char *path;     /* NULL: no file */
    int descriptor; /* -1: no file */
    FILE *screen;   /* NULL: none */
    void (*warn)(const char *text);
    atomic_ulong lost;    /* since the last gap was told in the file */
    atomic_ulong missing; /* since it was said that the log cannot be written; 0: it can */
    atomic_bool torn;     /* the last line in the file lacks its end */
    struct log_bound strangers;
};

/* --- the text of a line ---------------------------------------------------------------------- */

struct line {
    char text[EVENT_LOG_LINE_BYTES];
    size_t length;
};

/* Appends if it fits whole, with room left for the end of the line. */
static bool put(struct line *line, const char *text, size_t bytes)
{
    if (bytes > sizeof(line->text) - 2 - line->length)
        return false;
    memcpy(line->text + line->length, text, bytes);
    line->length += bytes;
    return true;
}

static bool is_plain(const char *value)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "._:/@+-[]%";
    return value[0] != '\0' && value[strspn(value, plain)] == '\0' &&
           strlen(value) <= EVENT_LOG_VALUE_BYTES;
}

/* One character as it stands between quotation marks; returns its size. */
static size_t escape(char out[16], uint32_t character, unsigned char byte)
{
    static const char named[] = "\"\\\n\r\t", letters[] = "\"\\nrt";
    if (character == UTF8_INVALID)
        return (size_t)snprintf(out, 16, "\\x%02X", byte);
    const char *found = character < 0x80 ? strchr(named, (int)character) : NULL;
    if (found)
        return (size_t)snprintf(out, 16, "\\%c", letters[found - named]);
    size_t length = utf8_encode(out, character);
    if (printable_is(out, length))
        return length;
    return (size_t)snprintf(out, 16, "\\u{%X}", (unsigned)character);
}

static void put_quoted(struct line *line, const char *value)
{
    size_t bytes = strlen(value), most = line->length + 1 + EVENT_LOG_VALUE_BYTES;
    put(line, "\"", 1);
    for (size_t at = 0, used; at < bytes; at += used) {
        char out[16];
        uint32_t character = utf8_decode(value + at, bytes - at, &used);
        size_t length = escape(out, character, (unsigned char)value[at]);
        if (line->length + length > most || line->length + 64 > sizeof(line->text)) {
            put(line, ELLIPSIS, strlen(ELLIPSIS));
            break;
        }
        put(line, out, length);
    }
    put(line, "\"", 1);
}

/* Pairs beyond what a line holds are left out whole. */
static void put_pair(struct line *line, const char *key, const char *value)
{
    if (line->length + strlen(key) + 80 > sizeof(line->text))
        return;
    put(line, " ", 1);
    put(line, key, strlen(key));
    put(line, "=", 1);
    if (is_plain(value) && line->length + strlen(value) + 2 < sizeof(line->text))
        put(line, value, strlen(value));
    else
        put_quoted(line, value);
}

/* --- where lines go -------------------------------------------------------------------------- */

/* A pipe whose reader is slow must lose lines, not stop the server. */
static int open_file(const char *path, struct problem *problem)
{
    int descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
                          S_IRUSR | S_IWUSR);
    if (descriptor < 0)
        problem_errno(problem, "cannot open the log %s", path);
    return descriptor;
}

bool event_log_open(struct event_log **log, const char *path, FILE *screen,
                    void (*warn)(const char *text), struct problem *problem)
{
    struct event_log *made = calloc(1, sizeof(*made));
    *log = NULL;
    if (!made)
        return problem_memory(problem);
    made->descriptor = -1;
    made->screen = screen;
    made->warn = warn;
    bool done = true;
    if (path) {
        made->path = strdup(path);
        if (!made->path)
            done = problem_memory(problem);
        else
            done = (made->descriptor = open_file(path, problem)) >= 0;
    }
    if (done)
        *log = made; /* transferred */
    else
        event_log_close(made);
    return done;
}

bool event_log_reopen(struct event_log *log, struct problem *problem)
{
    if (!log->path)
        return true;
    int descriptor = open_file(log->path, problem);
    if (descriptor < 0)
        return false;
    /* dup3 changes the file under the number in one step: a writer in another thread hits either */
    bool done = dup3(descriptor, log->descriptor, O_CLOEXEC) >= 0;
    if (!done)
        problem_errno(problem, "cannot reopen the log %s", log->path);
    close(descriptor);
    return done;
}

/* One line, one write. A line of which a part was written counts as lost. */
static bool write_line(struct event_log *log, const char *text, size_t bytes)
{
    ssize_t written;
    do
        written = write(log->descriptor, text, bytes);
    while (written < 0 && errno == EINTR);
    if (written > 0)
        atomic_store(&log->torn, (size_t)written != bytes);
    return written >= 0 && (size_t)written == bytes;
}

static void warn(const struct event_log *log, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The log itself cannot tell that it cannot be written. */
static void warn(const struct event_log *log, const char *format, ...)
{
    char text[EVENT_LOG_VALUE_BYTES];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof(text), translate(format), values);
    va_end(values);
    if (log->warn)
        log->warn(text);
}

/* Counts the lost line, and says so once. */
static void lose_line(struct event_log *log, int error)
{
    atomic_fetch_add(&log->lost, 1);
    if (atomic_fetch_add(&log->missing, 1) == 0)
        warn(log, "the log %s cannot be written: %s; its lines are counted until it can", log->path,
             strerror(error));
}

/* How many lines are missing before what comes now. False: that cannot be written either. */
static bool write_gap(struct event_log *log, const char *time_text)
{
    unsigned long lost = atomic_load(&log->lost);
    char gap[96];
    if (lost == 0)
        return true;
    int bytes = snprintf(gap, sizeof(gap), "%s%s log-gap lines=%lu\n",
                         atomic_load(&log->torn) ? "\n" : "", time_text, lost);
    if (!write_line(log, gap, (size_t)bytes))
        return false;
    atomic_fetch_sub(&log->lost, lost);
    return true;
}

static void write_file(struct event_log *log, const char *time_text, const struct line *line)
{
    errno = 0;
    if (!write_gap(log, time_text) || !write_line(log, line->text, line->length)) {
        lose_line(log, errno ? errno : ENOSPC); /* a part of a line: the disk is full */
        return;
    }
    unsigned long missing = atomic_exchange(&log->missing, 0);
    if (missing > 0)
        warn(log, "the log %s is written again; lines missing: %lu", log->path, missing);
}

static void write_screen(FILE *screen, time_t now, const char *rest)
{
    struct tm local = {0};
    char clock[16] = "";
    if (localtime_r(&now, &local))
        strftime(clock, sizeof(clock), "%H:%M:%S", &local);
    fprintf(screen, "%s%s", clock, rest);
    fflush(screen);
}

void event_log_write(struct event_log *log, const char *event, ...)
{
    if (!log)
        return;
    struct line line = {.length = 0};
    char time_text[TIMESTAMP_BYTES];
    time_t now = time(NULL);
    timestamp_text(time_text, now);
    put(&line, time_text, strlen(time_text));
    put(&line, " ", 1);
    put(&line, event, strlen(event));
    va_list pairs;
    va_start(pairs, event);
    for (const char *key; (key = va_arg(pairs, const char *)) != NULL;) {
        const char *value = va_arg(pairs, const char *);
        if (value)
            put_pair(&line, key, value);
    }
    va_end(pairs);
    line.text[line.length++] = '\n';
    line.text[line.length] = '\0';
    if (log->descriptor >= 0)
        write_file(log, time_text, &line);
    if (log->screen)
        write_screen(log->screen, now, line.text + strlen(time_text));
}

/* --- strangers ------------------------------------------------------------------------------- */

bool event_log_stranger(struct event_log *log, const char *address)
{
    return !log || log_bound_take(&log->strangers, address, time(NULL));
}

static void tell_strangers(struct event_log *log, bool at_end)
{
    char address[LOG_BOUND_ADDRESS_BYTES], count[24];
    unsigned long lines;
    while (log_bound_sum(address, &lines, &log->strangers, time(NULL), at_end)) {
        snprintf(count, sizeof(count), "%lu", lines);
        event_log_write(log, "not-logged", "address", address, "lines", count, NULL);
    }
}

void event_log_tick(struct event_log *log)
{
    tell_strangers(log, false);
}

/* --- the end --------------------------------------------------------------------------------- */

void event_log_close(struct event_log *log)
{
    if (!log)
        return;
    tell_strangers(log, true);
    if (log->descriptor >= 0) {
        char time_text[TIMESTAMP_BYTES];
        timestamp_now(time_text);
        if (!write_gap(log, time_text))
            warn(log, "lines missing at the end of the log %s: %lu", log->path,
                 atomic_load(&log->lost));
        close(log->descriptor);
    }
    free(log->path);
    free(log);
}
