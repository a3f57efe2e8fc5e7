/* Passwords: termios(3) without ECHO, and signals that put it back first. */
#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
#define WATCHED (sizeof(watched) / sizeof(watched[0]))

static volatile sig_atomic_t came;

static void on_signal(int number)
{
    came = number;
}

/* Bytes up to the newline, each read alone so that nothing behind it is taken. False: a signal, an
 * error, or no newline within the room. */
static bool read_line(int file, char *line_secret)
{
    size_t bytes = 0;
    while (bytes < PASSWORD_BYTES && !came) {
        ssize_t got = read(file, line_secret + bytes, 1);
        if (got < 0)
            return false;
        if (got == 0 && bytes == 0)
            return false;
        if (got == 0 || line_secret[bytes] == '\n') {
            line_secret[bytes] = '\0';
            return true;
        }
        bytes++;
    }
    errno = came ? EINTR : E2BIG;
    return false;
}

static void watch(struct sigaction before[WATCHED])
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    came = 0;
    for (size_t i = 0; i < WATCHED; i++)
        sigaction(watched[i], &action, &before[i]);
}

static void unwatch(const struct sigaction before[WATCHED])
{
    for (size_t i = 0; i < WATCHED; i++)
        sigaction(watched[i], &before[i], NULL);
    if (came)
        raise(came); /* what it would have done */
}

/* Whatever cannot be written to the terminal is not there to be read. */
static void say(int terminal, const char *text)
{
    ssize_t written = write(terminal, text, strlen(text));
    (void)written;
}

bool password_ask(char password_secret[PASSWORD_BYTES], const char *prompt, struct problem *problem)
{
    struct sigaction before[WATCHED];
    struct termios usual, silent;
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    bool done;
    if (terminal < 0 || tcgetattr(terminal, &usual) != 0) {
        problem_set(problem, "there is no terminal to ask for the password");
        problem_hint(problem, "--password-file FILE takes it from a file");
        if (terminal >= 0)
            close(terminal);
        return false;
    }
    silent = usual;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    watch(before);
    done = tcsetattr(terminal, TCSAFLUSH, &silent) == 0;
    say(terminal, prompt);
    done = done && read_line(terminal, password_secret);
    tcsetattr(terminal, TCSAFLUSH, &usual);
    say(terminal, "\n");
    close(terminal);
    if (!done) {
        explicit_bzero(password_secret, PASSWORD_BYTES);
        problem_set(problem, "no password was given");
    }
    unwatch(before);
    return done;
}

bool password_read(char password_secret[PASSWORD_BYTES], const char *path, struct problem *problem)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool done;
    came = 0;
    done = file >= 0 && read_line(file, password_secret);
    if (!done) {
        explicit_bzero(password_secret, PASSWORD_BYTES);
        problem_errno(problem, "%s: no password", path);
    }
    if (file >= 0)
        close(file);
    return done;
}
