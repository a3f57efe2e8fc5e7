/*
 * --page FILE: a recording kept in memory while the program runs, and drawn at its end. See page.h.
 */
#include "page.h"

#include "output_file.h"
#include "recorder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct keeper {
    char *path; /* of the page; output borrows it */
    struct output_file output;
    struct explain_observer recorder;
    int memory; /* the recording: a file in memory, which nobody else sees */
};

static void on_event(void *context, const struct recording_event *event)
{
    const struct keeper *keeper = context;
    struct stat status;
    if (fstat(keeper->memory, &status) == 0 && (size_t)status.st_size < PAGE_KEEP_BYTES)
        keeper->recorder.event(keeper->recorder.context, event);
}

static void free_keeper(struct keeper *keeper)
{
    output_file_close(&keeper->output);
    if (keeper->memory >= 0)
        close(keeper->memory);
    free(keeper->path);
    free(keeper);
}

static bool draw(struct keeper *keeper, struct problem *problem)
{
    struct recording *recording;
    char path[64];
    bool done;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", keeper->memory);
    if (!recording_load(&recording, path, problem))
        return false;
    done = recording_count(recording) == 0 ||
           (page_write(keeper->output.stream, recording, NULL, problem) &&
            output_file_finish(&keeper->output, problem));
    recording_free(recording);
    return done;
}

static bool finish(void *context, struct problem *problem)
{
    struct keeper *keeper = context;
    bool done = keeper->recorder.finish(keeper->recorder.context, problem) && draw(keeper, problem);
    free_keeper(keeper);
    return done;
}

/* Two descriptors of one file in memory: the recorder closes its own. */
static bool open_memory(struct keeper *keeper, const struct recording_head *head,
                        struct problem *problem)
{
    int copy;
    keeper->memory = memfd_create("glassbox-page", MFD_CLOEXEC);
    copy = keeper->memory < 0 ? -1 : dup(keeper->memory);
    if (copy < 0)
        return problem_errno(problem, "no memory to keep the session of %s in", keeper->path);
    return recorder_open_descriptor(&keeper->recorder, copy, keeper->path, head, problem);
}

/* As a recording, so a page replaces nothing. */
static bool is_free(const char *path, struct problem *problem)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return true;
    problem_set(problem, "cannot draw %s: it is there already", path);
    return problem_hint(problem, "give another name, or remove it first");
}

bool page_open(struct explain_observer *observer, const char *path,
               const struct recording_head *head, struct problem *problem)
{
    struct keeper *keeper = calloc(1, sizeof(*keeper));
    if (!keeper)
        return problem_memory(problem);
    keeper->memory = -1;
    keeper->path = strdup(path);
    if (!keeper->path) {
        free_keeper(keeper);
        return problem_memory(problem);
    }
    if (!is_free(path, problem) ||
        !output_file_open(&keeper->output, keeper->path, head->secrets ? 0600 : 0666, problem) ||
        !open_memory(keeper, head, problem)) {
        free_keeper(keeper);
        return false;
    }
    *observer = (struct explain_observer){.event = on_event, .finish = finish, .context = keeper};
    return true;
}
