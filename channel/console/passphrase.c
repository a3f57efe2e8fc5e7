/*
 * Asking at a terminal: termios(3) without ECHO; see passphrase.h.
 *
 * Signals that would end or stop the program wait in a pipe while the terminal is silent: the
 * handler writes the number there, and the loop polls terminal and pipe together, so that no moment
 * is too early or too late for one. When the terminal is as it was, and the handlers are those of
 * before, they are raised again and do what they would have done. Those that the program ignores
 * stay ignored.
 *
 * A program in the background has no terminal to change: it waits until it is brought to the front
 * (tcdrain stops it by SIGTTOU), and never restores what by then belongs to the shell.
 */
#include "passphrase.h"
#include "byte_order_mark.h"
#include "printable.h"
#include "sym_memory.h"
#include "translate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* SIGCONT: somebody stopped us without asking (SIGSTOP), and the shell has changed the terminal. */
static const int watched[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGALRM,
                              SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT};
#define WATCHED (sizeof(watched) / sizeof(watched[0]))

/* All that a handler can reach: the end of the pipe it writes to. */
static volatile sig_atomic_t mailbox = -1;

enum answer {
    ANSWER_LINE,
    ANSWER_NOTHING, /* end of file, or the terminal is gone */
    ANSWER_UNFIT,   /* too long, or with a zero byte in it */
    ANSWER_SIGNAL,
    ANSWER_AGAIN, /* it was stopped and goes on */
};

/* --- a line, byte by byte -------------------------------------------------------------------- */

struct line {
    char *secret; /* PASSPHRASE_BYTES */
    size_t bytes;
    bool unfit;
};

/* False after the last byte of the line. */
static bool line_take(struct line *line, char byte)
{
    if (byte == '\n')
        return false;
    line->unfit |= byte == '\0' || line->bytes == PASSPHRASE_BYTES - 1;
    if (!line->unfit)
        line->secret[line->bytes++] = byte;
    return true;
}

static enum answer line_end(struct line *line)
{
    line->secret[line->bytes] = '\0';
    return line->unfit ? ANSWER_UNFIT : ANSWER_LINE;
}

/* Wipes if there is none, and says why. what: was asked, or read. */
static bool settle(char secret[PASSPHRASE_BYTES], enum answer answer, const char *what,
                   struct problem *problem)
{
    if (answer == ANSWER_LINE)
        return true;
    sym_wipe(secret, PASSPHRASE_BYTES);
    if (answer == ANSWER_UNFIT)
        return problem_set(problem,
                           "%s: the answer is longer than %d bytes, or has a zero byte in it", what,
                           PASSPHRASE_BYTES - 1);
    return problem_set(problem, "%s: there was no answer", what);
}

/* --- the terminal ---------------------------------------------------------------------------- */

struct terminal {
    int file;
    struct termios usual; /* as the person had it */
    int signals[2];       /* the pipe */
    struct sigaction before[WATCHED];
};

static void on_signal(int number)
{
    int error = errno;
    uint8_t byte = (uint8_t)number;
    ssize_t written = write(mailbox, &byte, 1);
    (void)written; /* a full pipe holds enough of them */
    errno = error;
}

static bool in_front(const struct terminal *terminal)
{
    return tcgetpgrp(terminal->file) == getpgrp();
}

/* In the background, this stops the program. */
static void wait_for_front(const struct terminal *terminal)
{
    while (tcdrain(terminal->file) != 0 && errno == EINTR)
        continue;
}

static bool terminal_open(struct terminal *terminal)
{
    terminal->file = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (terminal->file < 0)
        return false;
    wait_for_front(terminal);
    if (in_front(terminal) && tcgetattr(terminal->file, &terminal->usual) == 0 &&
        pipe2(terminal->signals, O_CLOEXEC | O_NONBLOCK) == 0)
        return true;
    close(terminal->file);
    return false;
}

static void terminal_close(struct terminal *terminal)
{
    close(terminal->file);
    close(terminal->signals[0]);
    close(terminal->signals[1]);
}

static void watch(struct terminal *terminal)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    mailbox = terminal->signals[1];
    for (size_t i = 0; i < WATCHED; i++) {
        sigaction(watched[i], NULL, &terminal->before[i]);
        if (terminal->before[i].sa_handler != SIG_IGN)
            sigaction(watched[i], &action, NULL);
    }
}

/* Now they do what they would have done. */
static enum answer unwatch(const struct terminal *terminal, enum answer answer)
{
    uint8_t number;
    for (size_t i = 0; i < WATCHED; i++)
        sigaction(watched[i], &terminal->before[i], NULL);
    mailbox = -1;
    while (read(terminal->signals[0], &number, 1) == 1) {
        bool stopping = number == SIGTSTP || number == SIGCONT;
        if (!stopping)
            answer = ANSWER_SIGNAL;
        else if (answer != ANSWER_LINE)
            answer = ANSWER_AGAIN;
        if (number != SIGCONT)
            raise(number);
    }
    return answer;
}

/* Drops what was typed before the question. TCSANOW never waits: no signal can come in between. */
static bool silence(const struct terminal *terminal)
{
    struct termios silent = terminal->usual;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    silent.c_lflag |= ICANON | ISIG;
    silent.c_iflag |= ICRNL;
    return tcsetattr(terminal->file, TCSANOW, &silent) == 0 &&
           tcflush(terminal->file, TCIFLUSH) == 0;
}

/* Half an answer must not reach the shell. */
static void restore(const struct terminal *terminal, enum answer answer)
{
    if (!in_front(terminal))
        return;
    if (answer != ANSWER_LINE)
        tcflush(terminal->file, TCIFLUSH);
    tcsetattr(terminal->file, TCSANOW, &terminal->usual);
}

/* Whatever cannot be written to the terminal is not there to be read. */
static void say(const struct terminal *terminal, const char *text)
{
    ssize_t written = write(terminal->file, text, strlen(text));
    (void)written;
}

static enum answer read_answer(char secret[PASSPHRASE_BYTES], const struct terminal *terminal)
{
    struct line line = {.secret = secret};
    for (;;) {
        struct pollfd polls[] = {{.fd = terminal->file, .events = POLLIN},
                                 {.fd = terminal->signals[0], .events = POLLIN}};
        char byte;
        if (poll(polls, 2, -1) < 0 && errno != EINTR)
            return ANSWER_NOTHING;
        if (polls[1].revents != 0)
            return ANSWER_SIGNAL;
        if (polls[0].revents == 0)
            continue;
        ssize_t got = read(terminal->file, &byte, 1);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            continue; /* Ctrl-C took the line back */
        if (got < 0 || (got == 0 && line.bytes == 0))
            return ANSWER_NOTHING;
        if (got == 0 || !line_take(&line, byte)) /* Ctrl-D ends a line, too */
            return line_end(&line);
    }
}

static enum answer ask_once(char secret[PASSPHRASE_BYTES], struct terminal *terminal,
                            const char *prompt)
{
    enum answer answer = ANSWER_NOTHING;
    wait_for_front(terminal);
    watch(terminal);
    if (silence(terminal)) {
        say(terminal, prompt);
        say(terminal, ": ");
        answer = read_answer(secret, terminal);
    }
    restore(terminal, answer);
    say(terminal, "\n");
    return unwatch(terminal, answer);
}

/* --- from outside ---------------------------------------------------------------------------- */

bool passphrase_ask(char secret[PASSPHRASE_BYTES], const char *prompt, struct problem *problem)
{
    char shown[PRINTABLE_SPACE(PROBLEM_TEXT_BYTES)];
    struct terminal terminal;
    enum answer answer = ANSWER_AGAIN;
    secret[0] = '\0';
    if (!terminal_open(&terminal))
        return problem_set(problem, "%s: there is no terminal to ask at", prompt);
    printable_text(shown, sizeof(shown), prompt, strnlen(prompt, PROBLEM_TEXT_BYTES));
    while (answer == ANSWER_AGAIN)
        answer = ask_once(secret, &terminal, shown);
    terminal_close(&terminal);
    return settle(secret, answer, prompt, problem);
}

bool passphrase_ask_twice(char secret[PASSPHRASE_BYTES], const char *prompt,
                          struct problem *problem)
{
    char again_secret[PASSPHRASE_BYTES];
    if (!passphrase_ask(secret, prompt, problem))
        return false;
    bool done = passphrase_ask(again_secret, _("once more"), problem);
    if (done && strcmp(secret, again_secret) != 0)
        done = problem_set(problem, "%s: the two answers are not the same", prompt);
    sym_wipe(again_secret, sizeof(again_secret));
    if (!done)
        sym_wipe(secret, PASSPHRASE_BYTES);
    return done;
}

/* CRLF, and a byte order mark: the file may have come from elsewhere. */
static void drop_frame(struct line *line)
{
    size_t mark = byte_order_mark(line->secret, line->bytes);
    if (line->bytes > 0 && line->secret[line->bytes - 1] == '\r')
        line->bytes--;
    line->bytes -= mark;
    memmove(line->secret, line->secret + mark, line->bytes);
}

bool passphrase_read_descriptor(char secret[PASSPHRASE_BYTES], int descriptor, const char *name,
                                struct problem *problem)
{
    struct line line = {.secret = secret};
    enum answer answer = ANSWER_NOTHING;
    ssize_t got;
    char byte;
    secret[0] = '\0';
    if (isatty(descriptor)) {
        problem_set(problem, "%s is a terminal, which would show what is typed", name);
        return problem_hint(problem, "leave the option out, and it is asked for");
    }
    while ((got = read(descriptor, &byte, 1)) == 1 || (got < 0 && errno == EINTR)) {
        if (got < 0)
            continue;
        answer = ANSWER_LINE;
        if (!line_take(&line, byte))
            break;
    }
    if (got < 0) {
        sym_wipe(secret, PASSPHRASE_BYTES);
        return problem_errno(problem, "cannot read %s", name);
    }
    sym_wipe(&byte, sizeof(byte));
    if (answer == ANSWER_NOTHING)
        return problem_set(problem, "%s is empty, and should have a line", name);
    drop_frame(&line);
    answer = line_end(&line);
    if (answer == ANSWER_UNFIT) /* for its zero bytes; the first two are no secret */
        utf16_check(problem, name, secret, line.bytes);
    return settle(secret, answer, name, problem);
}

bool passphrase_read_file(char secret[PASSPHRASE_BYTES], const char *path, struct problem *problem)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    secret[0] = '\0';
    if (file < 0)
        return problem_errno(problem, "cannot open %s", path);
    bool done = fstat(file, &status) == 0 && !S_ISDIR(status.st_mode);
    if (!done) {
        problem_set(problem, "%s is not a file to read from", path);
    } else if ((S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode)) &&
               (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        done = problem_set(problem, "%s: others can read or write this file (mode %04o)", path,
                           (unsigned)status.st_mode & 07777u);
        problem_hint(problem, "chmod 600 %s, and take another passphrase if others had the time",
                     path);
    }
    done = done && passphrase_read_descriptor(secret, file, path, problem);
    close(file);
    return done;
}
