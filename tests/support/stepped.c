/*
 * Stopping after every system call; see stepped.h.
 */
#include "stepped.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void require(bool done, const char *what)
{
    if (done)
        return;
    perror(what);
    abort();
}

/* Leak detection does not work under ptrace, and is not tested here. */
static void quiet_sanitizer(void)
{
    const char *options = getenv("ASAN_OPTIONS");
    char *text;
    require(asprintf(&text, "%s:detect_leaks=0", !options ? "" : options) > 0, "asprintf");
    setenv("ASAN_OPTIONS", text, 1);
    free(text);
}

static void become(const char *home, const char *folder, const char *const arguments[])
{
    const char *bin = getenv("GLASSBOX_BIN");
    char path[PATH_MAX], *absolute = realpath(!bin ? "bin" : bin, NULL);
    require(absolute != NULL, "bin");
    snprintf(path, sizeof(path), "%s/%s", absolute, arguments[0]);
    setenv("GLASSBOX_HOME", home, 1);
    quiet_sanitizer();
    int nowhere = open("/dev/null", O_RDWR);
    require(chdir(folder) == 0 && nowhere >= 0, folder);
    for (int i = 0; i < 3; i++)
        dup2(nowhere, i);
    require(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0, "ptrace");
    raise(SIGSTOP);
    execv(path, (char *const *)arguments);
    _exit(127);
}

/* One call of the program, as it begins. */
struct call {
    uint64_t number, first; /* its number and first argument */
};

static bool is_write(uint64_t number)
{
    return number == SYS_write || number == SYS_pwrite64 || number == SYS_writev;
}

static bool is_rename(uint64_t number)
{
#ifdef SYS_rename
    if (number == SYS_rename)
        return true;
#endif
    return number == SYS_renameat || number == SYS_renameat2;
}

/* Follows which bytes are on the disk for sure. What is open beyond stderr counts as a file: a
 * program that is not dumpable does not show which descriptors are files. */
static void follow(struct stepped *stepped, bool *dirty, const struct call *call)
{
    *dirty = *dirty || (is_write(call->number) && call->first > STDERR_FILENO);
    if (call->number == SYS_fsync || call->number == SYS_fdatasync)
        *dirty = false;
    if (is_rename(call->number))
        stepped->unsynced_renames += *dirty;
}

/* Lets it go on to the next stop; false: it has ended. */
static bool next_stop(struct stepped *stepped, pid_t child, int signal)
{
    int status;
    require(ptrace(PTRACE_SYSCALL, child, NULL, (void *)(intptr_t)signal) == 0, "PTRACE_SYSCALL");
    require(waitpid(child, &status, 0) == child, "waitpid");
    if (WIFSTOPPED(status)) {
        stepped->status = WSTOPSIG(status);
        return true;
    }
    stepped->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return false;
}

struct stepped stepped_run(const char *home, const char *folder, const char *const arguments[],
                           void (*look)(void *context), void *context)
{
    struct stepped stepped = {0};
    struct call call = {0};
    bool dirty = false;
    int status, signal = 0;
    pid_t child = fork();
    require(child >= 0, "fork");
    if (child == 0)
        become(home, folder, arguments);
    require(waitpid(child, &status, 0) == child && WIFSTOPPED(status), "waitpid");
    require(ptrace(PTRACE_SETOPTIONS, child, NULL,
                   (void *)(intptr_t)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) == 0,
            "PTRACE_SETOPTIONS");
    while (next_stop(&stepped, child, signal)) {
        struct __ptrace_syscall_info info;
        bool of_call = stepped.status == (SIGTRAP | 0x80);
        signal = of_call || stepped.status == SIGTRAP ? 0 : stepped.status;
        if (!of_call)
            continue;
        require(ptrace(PTRACE_GET_SYSCALL_INFO, child, (void *)sizeof(info), &info) > 0,
                "PTRACE_GET_SYSCALL_INFO");
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
            call = (struct call){info.entry.nr, info.entry.args[0]};
            follow(&stepped, &dirty, &call);
        } else {
            stepped.stops++;
            look(context);
        }
    }
    return stepped;
}
