/*
 * Waiting for keys to be refused; see allow_watch.h.
 *
 * SIGINT and SIGTERM are held back, and let through in ppoll alone: none comes between a look at
 * `stopped` and the waiting.
 */
#include "allow_watch.h"

#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define LOOK_MS                                                                                    \
    1000 /* how late a change is seen where inotify sees none, as on some network disks */

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

void allow_watch_begin(struct allow_watch *watch, const char *directory)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigprocmask(SIG_BLOCK, &held, &watch->before);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    watch->directory = directory;
    watch->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    watch->watched = -1;
}

void allow_watch_end(struct allow_watch *watch)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    if (watch->notify >= 0)
        close(watch->notify);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigprocmask(SIG_SETMASK, &watch->before, NULL);
}

/* Returns what ppoll does. The signals are let through while it waits. */
static int wait_for(int fd, const struct timespec *limit)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    sigset_t none;
    sigemptyset(&none);
    return ppoll(&one, 1, limit, &none);
}

bool allow_watch_wait(struct allow_watch *watch)
{
    const struct timespec limit = {.tv_sec = LOOK_MS / 1000};
    char events[4096];
    if (watch->notify >= 0 && watch->watched < 0)
        watch->watched = inotify_add_watch(watch->notify, watch->directory,
                                           IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR);
    if (!stopped)
        wait_for(watch->notify, &limit);
    while (watch->notify >= 0 && read(watch->notify, events, sizeof(events)) > 0)
        continue; /* what it was does not matter */
    return !stopped;
}

bool allow_watch_input(const struct allow_watch *watch)
{
    (void)watch;
    while (!stopped && wait_for(STDIN_FILENO, NULL) < 0)
        continue;
    return !stopped;
}
