/* A program under test as a child: fork, pipes or a pseudo-terminal, poll with one deadline. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <regex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_ARGUMENTS 30
#define SAID_BYTES    ((size_t)100000)

struct stream {
    int fd; /* -1 at its end */
    char *text;
    size_t bytes, matched;
};

struct process {
    enum process_kind kind;
    pid_t id;
    int input; /* -1 when closed */
    bool ended;
    int status;
    struct stream streams[PROCESS_STREAMS];
    char *match, *said;
};

static void *require(void *pointer)
{
    if (!pointer)
        abort();
    return pointer;
}

static void require_ok(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        abort();
    }
}

static long long milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* As a shell would start it: we ignore one of these signals; in the background or under nohup the
 * tests ignore the others. */
static void hear_signals(void)
{
    static const int ignored[] = {SIGPIPE, SIGINT, SIGQUIT, SIGHUP};
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
        signal(ignored[i], SIG_DFL);
}

static void run_child(const char *home, const char *program, char *arguments[])
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    hear_signals();
    setenv("GLASSBOX_HOME", home, 1);
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    const char *folder = getenv("GLASSBOX_BIN");
    char *path = NULL;
    if (strchr(program, '/'))
        path = strdup(program);
    else if (asprintf(&path, "%s/%s", folder ? folder : "bin", program) < 0)
        path = NULL;
    require(path);
    execv(path, arguments);
    perror(path);
    _exit(127);
}

static void start_on_pipes(struct process *process, const char *home, char *arguments[])
{
    int in[2], out[2], err[2];
    require_ok(pipe2(in, O_CLOEXEC), "pipe2");
    require_ok(pipe2(out, O_CLOEXEC), "pipe2");
    require_ok(pipe2(err, O_CLOEXEC), "pipe2");
    process->id = fork();
    require_ok(process->id, "fork");
    if (process->id == 0) {
        setsid(); /* as forkpty does; and the tests' own terminal is not the child's */
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        run_child(home, arguments[0], arguments);
    }
    close(in[0]);
    close(out[1]);
    close(err[1]);
    process->input = in[1];
    process->streams[PROCESS_OUT].fd = out[0];
    process->streams[PROCESS_ERR].fd = err[0];
}

static void start_on_terminal(struct process *process, const char *home, char *arguments[])
{
    const struct winsize size = {.ws_row = 24, .ws_col = 80};
    int terminal;
    process->id = forkpty(&terminal, NULL, NULL, &size);
    require_ok(process->id, "forkpty");
    if (process->id == 0)
        run_child(home, arguments[0], arguments);
    fcntl(terminal, F_SETFD, FD_CLOEXEC);
    process->input = terminal;
    process->streams[PROCESS_OUT].fd = terminal;
    process->streams[PROCESS_ERR].fd = -1;
}

struct process *process_start_list(const char *home, enum process_kind kind,
                                   const char *const arguments[])
{
    signal(SIGPIPE, SIG_IGN); /* a child that ended early is seen by its status */
    struct process *process = require(calloc(1, sizeof(*process)));
    process->kind = kind;
    for (size_t i = 0; i < PROCESS_STREAMS; i++)
        process->streams[i].text = require(strdup(""));
    if (kind == PROCESS_TERMINAL)
        start_on_terminal(process, home, (char **)arguments);
    else
        start_on_pipes(process, home, (char **)arguments);
    return process;
}

struct process *process_start(const char *home, enum process_kind kind, const char *program, ...)
{
    const char *arguments[MAX_ARGUMENTS + 1] = {program};
    va_list list;
    va_start(list, program);
    for (size_t i = 1; i < MAX_ARGUMENTS && (arguments[i] = va_arg(list, const char *)); i++)
        continue;
    va_end(list);
    return process_start_list(home, kind, arguments);
}

static void stream_read(struct stream *stream)
{
    char piece[4096];
    ssize_t bytes = read(stream->fd, piece, sizeof(piece));
    if (bytes < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (bytes <= 0) { /* EIO is a terminal's end */
        stream->fd = -1;
        return;
    }
    stream->text = require(realloc(stream->text, stream->bytes + (size_t)bytes + 1));
    memcpy(stream->text + stream->bytes, piece, (size_t)bytes);
    stream->bytes += (size_t)bytes;
    stream->text[stream->bytes] = '\0';
}

/* Waits for something to read until the deadline. False: both streams are at their end, or late. */
static bool process_step(struct process *process, long long deadline)
{
    struct pollfd polls[PROCESS_STREAMS];
    int open = 0;
    for (size_t i = 0; i < PROCESS_STREAMS; i++) {
        polls[i] = (struct pollfd){.fd = process->streams[i].fd, .events = POLLIN};
        open += polls[i].fd >= 0;
    }
    long long left = deadline - milliseconds();
    if (open == 0 || left < 0)
        return false;
    if (poll(polls, PROCESS_STREAMS, (int)left) < 0)
        return errno == EINTR;
    for (size_t i = 0; i < PROCESS_STREAMS; i++)
        if (polls[i].fd >= 0 && polls[i].revents) {
            stream_read(&process->streams[i]);
            if (process->streams[i].fd < 0 && process->kind == PROCESS_PIPES)
                close(polls[i].fd);
        }
    return true;
}

/* The bytes that may be matched: of pipes up to the last newline, or all after the end. */
static size_t matchable(const struct process *process, const struct stream *stream)
{
    if (process->kind == PROCESS_TERMINAL || stream->fd < 0)
        return stream->bytes;
    const char *newline = memrchr(stream->text, '\n', stream->bytes);
    return newline ? (size_t)(newline - stream->text) + 1 : 0;
}

static bool try_match(struct process *process, struct stream *stream, const regex_t *regex,
                      bool move)
{
    size_t end = matchable(process, stream);
    if (end <= stream->matched)
        return false;
    char *text = require(strndup(stream->text + stream->matched, end - stream->matched));
    regmatch_t found[2];
    bool matches = regexec(regex, text, 2, found, 0) == 0;
    if (matches && move) {
        const regmatch_t *part = found[1].rm_so >= 0 ? &found[1] : &found[0];
        free(process->match);
        process->match = require(strndup(text + part->rm_so, (size_t)(part->rm_eo - part->rm_so)));
        stream->matched += (size_t)found[0].rm_eo;
    }
    free(text);
    return matches;
}

static void compile(regex_t *regex, const char *pattern)
{
    if (regcomp(regex, pattern, REG_EXTENDED | REG_NEWLINE) != 0) {
        fprintf(stderr, "process: bad pattern: %s\n", pattern);
        abort();
    }
}

const char *process_expect(struct process *process, enum process_stream stream, const char *pattern)
{
    long long deadline = milliseconds() + PROCESS_SECONDS * 1000LL;
    regex_t regex;
    compile(&regex, pattern);
    bool found;
    while (!(found = try_match(process, &process->streams[stream], &regex, true)))
        if (process->streams[stream].fd < 0 || !process_step(process, deadline))
            break;
    regfree(&regex);
    return found ? process->match : NULL;
}

bool process_has(struct process *process, enum process_stream stream, const char *pattern)
{
    regex_t regex;
    compile(&regex, pattern);
    bool found = try_match(process, &process->streams[stream], &regex, false);
    regfree(&regex);
    return found;
}

const char *process_text(const struct process *process, enum process_stream stream)
{
    return process->streams[stream].text;
}

/* The end of what a stream has said: of much, the last page. */
static const char *tail(const struct stream *stream)
{
    return stream->text + (stream->bytes > SAID_BYTES ? stream->bytes - SAID_BYTES : 0);
}

const char *process_said(struct process *process)
{
    free(process->said);
    if (asprintf(&process->said, "--- stdout\n%s--- stderr\n%s---",
                 tail(&process->streams[PROCESS_OUT]), tail(&process->streams[PROCESS_ERR])) < 0)
        abort();
    return process->said;
}

bool process_type(struct process *process, const char *text)
{
    size_t left = strlen(text);
    while (left > 0 && process->input >= 0) {
        ssize_t bytes = write(process->input, text, left);
        if (bytes < 0 && errno != EINTR)
            return false;
        text += bytes > 0 ? bytes : 0;
        left -= bytes > 0 ? (size_t)bytes : 0;
    }
    return left == 0;
}

void process_end_input(struct process *process)
{
    if (process->kind == PROCESS_PIPES && process->input >= 0)
        close(process->input);
    process->input = -1;
}

pid_t process_id(const struct process *process)
{
    return process->id;
}

/* ThreadSanitizer (gcc 12) swallows a signal that comes between two system calls. */
static void wait_until_asleep(const struct process *process)
{
    const struct timespec moment = {.tv_nsec = 10 * 1000 * 1000};
    char path[32], state = 'R';
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)process->id);
    for (unsigned tries = 0; state != 'S' && tries < 500; tries++) {
        nanosleep(&moment, NULL);
        FILE *stat = fopen(path, "r");
        if (!stat || fscanf(stat, "%*d %*s %c", &state) != 1)
            state = 'S'; /* it has ended */
        if (stat)
            fclose(stat);
    }
}

void process_signal(struct process *process, int signal)
{
    const char *sanitizer = getenv("SAN");
    if (!process->ended && sanitizer && strcmp(sanitizer, "thread") == 0)
        wait_until_asleep(process);
    if (!process->ended)
        kill(process->id, signal);
}

static bool reap(struct process *process, int options)
{
    int status;
    if (!process->ended && waitpid(process->id, &status, options) == process->id) {
        process->ended = true;
        process->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return process->ended;
}

int process_wait(struct process *process)
{
    long long deadline = milliseconds() + PROCESS_SECONDS * 1000LL;
    while (process_step(process, deadline))
        continue;
    return milliseconds() <= deadline && reap(process, 0) ? process->status : -1;
}

bool process_alive(struct process *process)
{
    return !reap(process, WNOHANG);
}

void process_free(struct process *process)
{
    if (!process)
        return;
    kill(-process->id, SIGKILL); /* with all that it has started and left behind */
    process_signal(process, SIGKILL);
    reap(process, 0);
    if (process->input >= 0)
        close(process->input);
    for (size_t i = 0; i < PROCESS_STREAMS; i++) {
        if (process->streams[i].fd >= 0 && process->kind == PROCESS_PIPES)
            close(process->streams[i].fd);
        free(process->streams[i].text);
    }
    free(process->match);
    free(process->said);
    free(process);
}
