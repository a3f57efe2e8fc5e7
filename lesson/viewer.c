/*
 * Pager and browser; see viewer.h. Both are told by the environment as a line for the shell.
 */
#include "viewer.h"
#include "read_full.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOT_FOUND       127
#define TRIES           20 /* of 50 ms: what fails, fails soon */
#define TRY_NANOSECONDS 50000000L

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

/* The shell's exit status, or -1 for a signal. */
static int wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) != child)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool viewer_page(const char *text, size_t bytes)
{
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        close(ends[1]);
        setenv("LESS", "-R", 0); /* colours as they are */
        execl("/bin/sh", "sh", "-c", is_set("PAGER") ? getenv("PAGER") : "less", (char *)NULL);
        _exit(NOT_FOUND);
    }
    close(ends[0]);
    if (child < 0) {
        close(ends[1]);
        return false;
    }
    void (*before)(int) = signal(SIGPIPE, SIG_IGN); /* a pager may end before the text does */
    (void)write_full(ends[1], text, bytes);
    close(ends[1]);
    int status = wait_for(child);
    signal(SIGPIPE, before);
    return status != NOT_FOUND;
}

/* What is still running after a second has not failed, and is left alone. */
static bool has_failed_soon(pid_t child)
{
    struct timespec pause = {0, TRY_NANOSECONDS};
    int status;
    for (int i = 0; i < TRIES; i++) {
        if (waitpid(child, &status, WNOHANG) == child)
            return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
        nanosleep(&pause, NULL);
    }
    return false;
}

bool viewer_browse(const char *path)
{
    bool has_screen = is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
    if (!is_set("BROWSER") && !has_screen)
        return false;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        /* The terminal is not to wait for a window; a browser of text needs the terminal. */
        if (has_screen)
            setsid();
        setenv("BROWSER", "xdg-open", 0);
        /* $BROWSER may have options of its own, and may be a list: its first is taken. */
        execl("/bin/sh", "sh", "-c", "exec ${BROWSER%%:*} \"$1\"", "sh", path, (char *)NULL);
        _exit(NOT_FOUND);
    }
    if (child < 0)
        return false;
    return has_screen ? !has_failed_soon(child) : wait_for(child) == 0;
}
