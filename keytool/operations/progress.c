/*
 * A progress bar; see progress.h.
 */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BAR_WIDTH = 40, REDRAW_MILLISECONDS = 200 };

void progress_start(struct progress *progress, const char *what, int descriptor)
{
    struct stat status;
    *progress = (struct progress){.what = what, .is_terminal = isatty(STDERR_FILENO) == 1};
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
        progress->total = (uint64_t)status.st_size;
    clock_gettime(CLOCK_MONOTONIC, &progress->last);
}

static bool is_due(struct progress *progress)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long passed = (now.tv_sec - progress->last.tv_sec) * 1000LL +
                       (now.tv_nsec - progress->last.tv_nsec) / 1000000;
    if (passed < REDRAW_MILLISECONDS)
        return false;
    progress->last = now;
    return true;
}

void progress_hear(void *context, uint64_t bytes)
{
    static const char bar[BAR_WIDTH + 1] = "########################################";
    struct progress *progress = context;
    if (!progress->is_terminal || !is_due(progress))
        return;
    fprintf(stderr, "\r%s %" PRIu64 " MiB", progress->what, bytes >> 20);
    if (progress->total > 0 && bytes <= progress->total) {
        unsigned percent = (unsigned)(bytes / (progress->total / 100 + 1));
        fprintf(stderr, " of %" PRIu64 " [%-*.*s] %3u%%", progress->total >> 20, BAR_WIDTH,
                (int)percent * BAR_WIDTH / 100, bar, percent);
    }
    fflush(stderr);
    progress->shown = true;
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}
