/* The client for scripts: poll over stdin, the talk, and signals. */
#include "pipe.h"

#include "clock.h"
#include "input_line.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUEUE_MAX   ((size_t)256 * 1024) /* what waits to leave, before more is read */
#define GOODBYE_MS  10000                /* how long the server may take to close */
#define INPUT_BYTES (2 * CHAT_LINE_MAX)
#define NEVER       INT64_MAX

struct pipe {
    struct talk *talk;
    bool input_ended;
    bool skipping;    /* the rest of a line that was too long */
    bool refused;     /* a line was not taken */
    size_t lines;     /* so far */
    int64_t deadline; /* of what comes next: to ask for the end, then to give up */
    size_t bytes;
    char input[INPUT_BYTES + 1];
};

static void render(struct talk *talk, const char *text, enum talk_text kind)
{
    (void)talk;
    if (kind == TALK_LINE) {
        puts(text);
        return;
    }
    fflush(stdout); /* both may go to one place: then they stand there as they came */
    if (kind == TALK_ERROR)
        console_error("%s", text);
    else
        console_note("%s", text);
}

/* bytes: without the LF, in whose place there is room for a 0. */
static void take_line(struct pipe *pipe, char *line, size_t bytes)
{
    struct problem problem = {0};
    if (pipe->skipping)
        return;
    char *text = input_line(line, bytes, ++pipe->lines, &problem);
    if (!text)
        console_problem(&problem, CONSOLE_FAILED);
    if (!text || !talk_input(pipe->talk, text))
        pipe->refused = true;
}

static void take_lines(struct pipe *pipe)
{
    char *line = pipe->input, *end;
    while ((end = memchr(line, '\n', pipe->bytes))) {
        pipe->bytes -= (size_t)(end + 1 - line);
        take_line(pipe, line, (size_t)(end - line));
        pipe->skipping = false;
        line = end + 1;
    }
    memmove(pipe->input, line, pipe->bytes);
    bool full = pipe->bytes == INPUT_BYTES; /* it is too long: what is behind goes with it */
    if (pipe->bytes > 0 && (pipe->input_ended || full)) { /* without its newline */
        take_line(pipe, pipe->input, pipe->bytes);
        pipe->skipping = full;
        pipe->bytes = 0;
    }
}

static void read_input(struct pipe *pipe)
{
    ssize_t got = read(STDIN_FILENO, pipe->input + pipe->bytes, INPUT_BYTES - pipe->bytes);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got <= 0) {
        pipe->input_ended = true;
        pipe->deadline = clock_ms() + pipe->talk->linger * INT64_C(1000);
    } else {
        pipe->bytes += (size_t)got;
    }
    take_lines(pipe);
}

/* Time is up, or soon will be. */
static void look_at_clock(struct pipe *pipe)
{
    struct talk *talk = pipe->talk;
    bool was_quitting = talk->quitting;
    if (clock_ms() >= pipe->deadline && was_quitting) {
        console_error("the server does not close the talk");
        talk->over = true;
        talk->status = CONSOLE_FAILED;
        return;
    }
    if (clock_ms() >= pipe->deadline)
        talk_quit(talk);
    if (talk->quitting && (!was_quitting || pipe->deadline == NEVER))
        pipe->deadline = clock_ms() + GOODBYE_MS;
}

static int time_left(const struct pipe *pipe)
{
    int64_t left = pipe->deadline - clock_ms();
    return pipe->deadline == NEVER ? -1 : left > 0 ? (int)(left < 60000 ? left : 60000) : 0;
}

static void wait_and_act(struct pipe *pipe, int signals)
{
    struct talk *talk = pipe->talk;
    bool reading = !pipe->input_ended && !talk->quitting && s_queued(talk->socket) < QUEUE_MAX;
    struct pollfd polls[] = {{.fd = reading ? STDIN_FILENO : -1, .events = POLLIN},
                             {.fd = s_fd(talk->socket), .events = s_events(talk->socket)},
                             {.fd = signals, .events = POLLIN}};
    if (fflush(stdout) != 0) { /* nothing to do right now: whoever reads us gets everything */
        talk->over = true;
        talk->status = CONSOLE_FAILED; /* console_finish says why */
        return;
    }
    if (poll(polls, 3, time_left(pipe)) < 0)
        return;
    if (polls[0].revents)
        read_input(pipe);
    int signal = polls[2].revents ? talk_signal(signals) : 0;
    if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP)
        talk->over = true;
}

void pipe_talk(struct talk *talk)
{
    struct pipe *pipe = calloc(1, sizeof(*pipe));
    int signals = talk_signals();
    if (!pipe) {
        console_error("no memory");
        talk->status = CONSOLE_FAILED;
        return;
    }
    pipe->talk = talk;
    pipe->deadline = NEVER;
    talk->render = render;
    while (talk_receive(talk), !talk->over) {
        wait_and_act(pipe, signals);
        if (!talk->over)
            look_at_clock(pipe);
    }
    fflush(stdout);
    if (pipe->refused && talk->status == CONSOLE_DONE)
        talk->status = CONSOLE_FAILED;
    free(pipe);
    if (signals >= 0)
        close(signals);
}
