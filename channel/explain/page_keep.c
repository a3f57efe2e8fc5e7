/*
 * --page FILE: a recording kept in memory while the program runs, and drawn at its end. See page.h.
 */
#include "page.h"

#include "output_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct keeper {
    char *path; /* of the page; output borrows it */
    struct output_file output;
    struct recording *recording;
    bool no_memory;
};

static void on_event(void *context, const struct trace_event *event)
{
    struct keeper *keeper = context;
    if (recording_bytes(keeper->recording) < PAGE_KEEP_BYTES &&
        !recording_add(keeper->recording, event))
        keeper->no_memory = true;
}

static void free_keeper(struct keeper *keeper)
{
    output_file_close(&keeper->output);
    recording_free(keeper->recording);
    free(keeper->path);
    free(keeper);
}

static bool finish(void *context, struct problem *problem)
{
    struct keeper *keeper = context;
    bool done = keeper->no_memory ? problem_memory(problem)
                                  : recording_count(keeper->recording) == 0 ||
                                        (page_write(keeper->output.stream, keeper->recording, NULL,
                                                    NULL, 0, problem) &&
                                         output_file_finish(&keeper->output, problem));
    free_keeper(keeper);
    return done;
}

/* As a recording, so a page replaces nothing. */
static bool is_free(const char *path, struct problem *problem)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return true;
    problem_set(problem, "cannot draw %s: it already exists", path);
    return problem_hint(problem, "give another name, or remove it first");
}

bool page_open(struct explain_observer *observer, const char *path,
               const struct recording_head *head, struct problem *problem)
{
    struct keeper *keeper = calloc(1, sizeof(*keeper));
    if (!keeper)
        return problem_memory(problem);
    keeper->path = strdup(path);
    if (!keeper->path || !recording_new(&keeper->recording, head))
        problem_memory(problem);
    else if (is_free(path, problem) && output_file_open(&keeper->output, keeper->path,
                                                        head->secrets ? 0600 : 0666, problem)) {
        *observer =
            (struct explain_observer){.event = on_event, .finish = finish, .context = keeper};
        return true;
    }
    free_keeper(keeper);
    return false;
}
