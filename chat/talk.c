/* The client's talk: lines out, lines in. */
#include "talk.h"

#include "identity.h"
#include "input.h"
#include "render.h"
#include "translate.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void end(struct talk *talk, int status)
{
    talk->over = true;
    talk->status = status;
}

/* --- out -------------------------------------------------------------------------------------- */
static void send_line(struct talk *talk, const char *line, size_t bytes)
{
    ssize_t sent = s_send_now(talk->socket, line, bytes);
    (void)sent; /* an error is shown by talk_receive, behind the last words that came */
}

void talk_quit(struct talk *talk)
{
    struct input input;
    if (talk->quitting)
        return;
    input_read(&input, "/quit");
    talk->quitting = true;
    send_line(talk, input.text, input.bytes);
}

/* Begins as soon as the last exchange is through. True if it does: then more may have come in. */
static bool try_rekey(struct talk *talk)
{
    if (!talk->wants_rekey || channel_rekey(s_channel(talk->socket)) != CHANNEL_OK)
        return false;
    talk->wants_rekey = false;
    s_step(talk->socket);
    return true;
}

static void rekey(struct talk *talk)
{
    talk->wants_rekey = channel_suite_rekeys(talk->suite);
    if (!talk->wants_rekey)
        talk->render(talk, _("in textbook every message has a key of its own"), TALK_NOTE);
}

bool talk_input(struct talk *talk, const char *line)
{
    struct input input;
    input_read(&input, line);
    switch (input.kind) {
    case INPUT_LINE:
        send_line(talk, input.text, input.bytes);
        break;
    case INPUT_QUIT:
        talk_quit(talk);
        break;
    case INPUT_REKEY:
        rekey(talk);
        break;
    case INPUT_HELP:
        for (size_t i = 0; input_help[i]; i++)
            talk->render(talk, translate(input_help[i]), TALK_NOTE);
        break;
    case INPUT_WRONG:
        talk->render(talk, input.text, TALK_NOTE);
        break;
    case INPUT_NOTHING:
        break;
    }
    return input.kind != INPUT_WRONG;
}

/* --- in --------------------------------------------------------------------------------------- */
static void take_line(struct talk *talk, const char *line, size_t bytes)
{
    char text[RENDER_BYTES];
    render_line(text, line, bytes, talk->coloured);
    talk->render(talk, text, TALK_LINE);
}

static void keep_part(struct talk *talk, const char *data, size_t bytes)
{
    if (bytes > sizeof(talk->part) - talk->part_bytes) {
        talk->skipping = true;
        return;
    }
    memcpy(talk->part + talk->part_bytes, data, bytes);
    talk->part_bytes += bytes;
}

static void take_data(struct talk *talk, const char *data, size_t bytes)
{
    const char *end;
    while ((end = memchr(data, '\n', bytes))) {
        size_t length = (size_t)(end - data);
        keep_part(talk, data, length);
        if (!talk->skipping)
            take_line(talk, talk->part, talk->part_bytes);
        talk->skipping = false;
        talk->part_bytes = 0;
        data += length + 1;
        bytes -= length + 1;
    }
    keep_part(talk, data, bytes);
}

static void tell_generation(struct talk *talk)
{
    unsigned generation = channel_generation(s_channel(talk->socket));
    char text[128];
    if (generation == talk->generation)
        return;
    talk->generation = generation;
    snprintf(text, sizeof(text), _("fresh keys are in use: generation %u"), generation);
    talk->render(talk, text, TALK_NOTE);
}

/* What is wrong with the numbers of a re-key (dh). */
static void tell_warnings(struct talk *talk)
{
    const char *warning;
    char text[TRANSLATE_LIBRARY_BYTES + 32], words[TRANSLATE_LIBRARY_BYTES];
    while ((warning = channel_warning(s_channel(talk->socket), talk->warnings))) {
        talk->warnings++;
        snprintf(text, sizeof(text), _("warning: %s"), translate_parts(words, warning));
        talk->render(talk, text, TALK_NOTE);
    }
}

/* Only the server's goodbye says that it has heard all that came before ours. */
static void tell_end(struct talk *talk)
{
    enum channel_error error = s_error(talk->socket);
    char text[TRANSLATE_LIBRARY_BYTES + 64], words[TRANSLATE_LIBRARY_BYTES];
    if (talk->quitting && error == CHANNEL_OK) {
        talk->render(talk, _("goodbye"), TALK_NOTE);
        end(talk, CONSOLE_DONE);
        return;
    }
    snprintf(text, sizeof(text), _("the talk has ended: %s"),
             error ? translate_parts(words, s_failure(talk->socket))
                   : _("the server has closed it"));
    talk->render(talk, text, TALK_ERROR);
    end(talk, error ? identity_status(error) : CONSOLE_FAILED);
}

void talk_receive(struct talk *talk)
{
    char data[16 * 1024];
    ssize_t bytes;
    if (talk->over)
        return;
    do {
        while ((bytes = s_recv_now(talk->socket, data, sizeof(data))) > 0)
            take_data(talk, data, (size_t)bytes);
    } while (try_rekey(talk));
    tell_warnings(talk);
    tell_generation(talk);
    if (bytes == 0 || s_error(talk->socket) != CHANNEL_OK)
        tell_end(talk);
}

/* --- signals ---------------------------------------------------------------------------------- */
int talk_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < 5; i++)
        sigaddset(&set, (int[]){SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT}[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int talk_signal(int signals)
{
    struct signalfd_siginfo info;
    return read(signals, &info, sizeof(info)) == sizeof(info) ? (int)info.ssi_signo : 0;
}
