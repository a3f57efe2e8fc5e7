/* The client for scripts: poll over stdin, the talk, and signals. */
#include "filter.h"

#include "input_line.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUEUE_MAX   ((size_t)256 * 1024) /* what waits to leave, before more is read */
#define GOODBYE_MS  10000                /* how long the server may take to close */
#define INPUT_BYTES (2 * CHAT_LINE_MAX)
#define NEVER       INT64_MAX

struct filter {
    struct talk *talk;
    bool input_ended;
    bool skipping;    /* the rest of a line that was too long */
    bool refused;     /* a line was not taken */
    size_t lines;     /* so far */
    int64_t deadline; /* of what comes next: to ask for the end, then to give up */
    size_t bytes;
    char input[INPUT_BYTES + 1];
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void show(struct talk *talk, const char *text, enum talk_text kind)
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
static void take_line(struct filter *filter, char *line, size_t bytes)
{
    struct problem problem = {0};
    if (filter->skipping)
        return;
    char *text = input_line(line, bytes, ++filter->lines, &problem);
    if (!text)
        console_problem(&problem, CONSOLE_FAILED);
    if (!text || !talk_typed(filter->talk, text))
        filter->refused = true;
}

static void take_lines(struct filter *filter)
{
    char *line = filter->input, *end;
    while ((end = memchr(line, '\n', filter->bytes))) {
        filter->bytes -= (size_t)(end + 1 - line);
        take_line(filter, line, (size_t)(end - line));
        filter->skipping = false;
        line = end + 1;
    }
    memmove(filter->input, line, filter->bytes);
    bool full = filter->bytes == INPUT_BYTES; /* it is too long: what is behind goes with it */
    if (filter->bytes > 0 && (filter->input_ended || full)) { /* without its newline */
        take_line(filter, filter->input, filter->bytes);
        filter->skipping = full;
        filter->bytes = 0;
    }
}

static void read_input(struct filter *filter)
{
    ssize_t got = read(STDIN_FILENO, filter->input + filter->bytes, INPUT_BYTES - filter->bytes);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got <= 0) {
        filter->input_ended = true;
        filter->deadline = now_ms() + filter->talk->linger * INT64_C(1000);
    } else {
        filter->bytes += (size_t)got;
    }
    take_lines(filter);
}

/* Time is up, or soon will be. */
static void look_at_clock(struct filter *filter)
{
    struct talk *talk = filter->talk;
    bool was_quitting = talk->quitting;
    if (now_ms() >= filter->deadline && was_quitting) {
        console_error("the server does not close the talk");
        talk->over = true;
        talk->status = CONSOLE_FAILED;
        return;
    }
    if (now_ms() >= filter->deadline)
        talk_quit(talk);
    if (talk->quitting && (!was_quitting || filter->deadline == NEVER))
        filter->deadline = now_ms() + GOODBYE_MS;
}

static int time_left(const struct filter *filter)
{
    int64_t left = filter->deadline - now_ms();
    return filter->deadline == NEVER ? -1 : left > 0 ? (int)(left < 60000 ? left : 60000) : 0;
}

static void wait_and_act(struct filter *filter, int signals)
{
    struct talk *talk = filter->talk;
    bool reading = !filter->input_ended && !talk->quitting && s_queued(talk->socket) < QUEUE_MAX;
    struct pollfd polls[] = {{.fd = reading ? STDIN_FILENO : -1, .events = POLLIN},
                             {.fd = s_fd(talk->socket), .events = s_events(talk->socket)},
                             {.fd = signals, .events = POLLIN}};
    if (fflush(stdout) != 0) { /* nothing to do right now: whoever reads us gets everything */
        talk->over = true;
        talk->status = CONSOLE_FAILED; /* console_finish says why */
        return;
    }
    if (poll(polls, 3, time_left(filter)) < 0)
        return;
    if (polls[0].revents)
        read_input(filter);
    int signal = polls[2].revents ? talk_signal(signals) : 0;
    if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP)
        talk->over = true;
}

void filter_talk(struct talk *talk)
{
    struct filter *filter = calloc(1, sizeof(*filter));
    int signals = talk_signals();
    if (!filter) {
        console_error("no memory");
        talk->status = CONSOLE_FAILED;
        return;
    }
    filter->talk = talk;
    filter->deadline = NEVER;
    talk->show = show;
    while (talk_receive(talk), !talk->over) {
        wait_and_act(filter, signals);
        if (!talk->over)
            look_at_clock(filter);
    }
    fflush(stdout);
    if (filter->refused && talk->status == CONSOLE_DONE)
        talk->status = CONSOLE_FAILED;
    free(filter);
    if (signals >= 0)
        close(signals);
}
