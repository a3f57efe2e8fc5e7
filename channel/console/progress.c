/* The line that shows how far a long operation is; see progress.h. */
#include "progress.h"

#include "clock.h"
#include "console.h"
#include "printable.h"
#include "translate.h"

#include <stdio.h>
#include <string.h>

#define REDRAW_MS  100
#define NAME_BYTES 24

const char *progress_size(char text[PROGRESS_SIZE_BYTES], double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
        bytes /= 1024;
    snprintf(text, PROGRESS_SIZE_BYTES, unit > 0 && bytes < 100 ? "%.1f %s" : "%.0f %s", bytes,
             units[unit]);
    return text;
}

void progress_begin(struct progress *progress, enum progress_talk talk, const char *name,
                    uint64_t total, uint64_t start)
{
    *progress = (struct progress){.name = name,
                                  .talk = talk,
                                  .total = total,
                                  .start = start,
                                  .done = start,
                                  .began_ms = clock_ms()};
    progress->shown = talk != PROGRESS_NOTHING && console_is_terminal(stderr);
}

static double rate(const struct progress *progress, int64_t now)
{
    int64_t ms = now - progress->began_ms;
    return (double)(progress->done - progress->start) * 1000 / (double)(ms > 0 ? ms : 1);
}

static void draw(struct progress *progress, int64_t now)
{
    char name[PRINTABLE_SPACE(NAME_BYTES)], size[PROGRESS_SIZE_BYTES], speed[PROGRESS_SIZE_BYTES];
    double per_second = rate(progress, now);
    size_t bytes = strlen(progress->name);
    printable_text(name, sizeof(name), progress->name, bytes < NAME_BYTES ? bytes : NAME_BYTES);
    fprintf(stderr, "\r%s  ", name);
    if (progress->total > 0)
        fprintf(stderr, "%3.0f%%  ", 100 * (double)progress->done / (double)progress->total);
    fprintf(stderr, "%s  %s/s", progress_size(size, (double)progress->done),
            progress_size(speed, per_second));
    if (progress->total >= progress->done && per_second > 0) {
        double left = (double)(progress->total - progress->done) / per_second;
        fprintf(stderr, _("  %.0f:%02d left"), (double)(int64_t)(left / 60), (int)left % 60);
    }
    fputs("\033[K", stderr); /* ECMA-48 EL: what was longer before */
    fflush(stderr);
    progress->drawn = true;
    progress->drawn_ms = now;
}

void progress_reached(void *context, uint64_t done)
{
    struct progress *progress = context;
    int64_t now = clock_ms();
    progress->done = done;
    if (progress->shown && (!progress->drawn || now - progress->drawn_ms >= REDRAW_MS))
        draw(progress, now);
}

void progress_add(struct progress *progress, uint64_t bytes)
{
    progress_reached(progress, progress->done + bytes);
}

void progress_end(struct progress *progress, bool done, unsigned port)
{
    char size[PROGRESS_SIZE_BYTES], speed[PROGRESS_SIZE_BYTES];
    int64_t now = clock_ms();
    if (progress->shown && progress->drawn)
        fputs("\r\033[K", stderr);
    if (done && progress->talk == PROGRESS_ALL)
        console_note(port ? _("%s: %s in %.2f s, %s/s, through port %u") : "%s: %s in %.2f s, %s/s",
                     progress->name,
                     progress_size(size, (double)(progress->done - progress->start)),
                     (double)(now - progress->began_ms) / 1000,
                     progress_size(speed, rate(progress, now)), port);
}
