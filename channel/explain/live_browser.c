/*
 * Opening a live page in a browser; see live.h.
 */
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

/* A page that leads on to the address, in a folder of its own (0700). */
static bool write_way(struct live_browser *browser, const char *url)
{
    const char *run = getenv("XDG_RUNTIME_DIR"); /* its owner's alone, and emptied at the end */
    FILE *out;
    bool good;
    int descriptor;
    if (!run || strlen(run) > sizeof(browser->folder) - 20)
        run = "/tmp";
    snprintf(browser->folder, sizeof(browser->folder), "%s/glassbox-XXXXXX", run);
    if (!mkdtemp(browser->folder)) {
        browser->folder[0] = '\0';
        return false;
    }
    snprintf(browser->file, sizeof(browser->file), "%s/live.html", browser->folder);
    descriptor = open(browser->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    out = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!out)
        return false;
    good = fprintf(out,
                   "<!DOCTYPE html><meta charset=\"utf-8\"><meta name=\"referrer\" "
                   "content=\"no-referrer\"><meta http-equiv=\"refresh\" content=\"0;url=%s\">",
                   url) > 0;
    return fclose(out) == 0 && good;
}

/* xdg-open goes on to whatever browser is set. In a session of its own: Ctrl-C here is not for it. */
static int spawn(char *file)
{
    char name[] = "xdg-open", *argv[] = {name, file, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t child;
    int error;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    error = posix_spawnp(&child, name, &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

bool live_browser_open(struct live_browser *browser, const char *url, struct problem *problem)
{
    *browser = (struct live_browser){"", ""};
    if (!write_way(browser, url)) {
        problem_errno(problem, "no file can be made that leads a browser to the live page");
        live_browser_end(browser);
        return false;
    }
    errno = spawn(browser->file);
    if (errno == 0)
        return true;
    problem_errno(problem, "xdg-open, which opens a browser, cannot be started");
    live_browser_end(browser);
    return problem_hint(problem, "open the address by hand; on Debian xdg-open is in xdg-utils");
}

void live_browser_end(struct live_browser *browser)
{
    if (browser->file[0])
        unlink(browser->file);
    if (browser->folder[0])
        rmdir(browser->folder);
    *browser = (struct live_browser){"", ""};
}
