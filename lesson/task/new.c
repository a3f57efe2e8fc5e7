/*
 * lesson task new: the tasks of a class, one file for each student and kind.
 *
 * Each costs some PBKDF2s, so several threads share the work: they take the next one from a counter
 * until there is none.
 */
#include "class_options.h"
#include "output_file.h"
#include "task_commands.h"
#include "task_file.h"
#include "translate.h"
#include "whole_file.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define THREADS_MAX 16

struct new_options {
    struct class_options class;
    struct kinds_options kinds;
    const char *folder;
    bool replace;
};

#define S struct new_options
static const struct option_row rows[] = {
    GROUP(S, class, class_table),
    GROUP(S, kinds, kinds_table),
    TEXT(S, folder, "output", 'o', "FOLDER", "Where the tasks go: a folder for each student"),
    FLAG(S, replace, "replace", 0, "Replace tasks that are there and differ"),
    {0}};

static void check(void *given, const struct argp_state *state)
{
    const struct new_options *options = given;
    if (!options->folder)
        console_usage(state, "no folder given: -o FOLDER");
}
#undef S

static const struct option_table table = {
    .rows = rows,
    .check = check,
    .text = N_(
        "Makes the tasks of a class: for each student, lesson and kind a file of her own "
        "numbers, which does not hold the answer. The secret of the course is made on first "
        "use. The same secret gives the same tasks again."
        "\vKeep the secret: 'lesson task key' needs it for the answers, and 'lesson grade' for "
        "the receipts.\n\n"
        "Examples:\n"
        "  lesson task new --course course.secret --students class.txt -o tasks\n"
        "  lesson task new --course course.secret --students class.csv -o tasks --lessons 1-4"),
};

/* One task to make. */
struct job {
    const struct student *student;
    const struct task_kind *kind;
};

struct work {
    const struct new_options *options;
    const struct task_course *course;
    struct job *jobs;
    size_t count;
    atomic_size_t next, done, made, same, different;
    atomic_bool failed;
    pthread_mutex_t lock; /* of problem */
    struct problem problem;
};

static bool add_jobs(struct work *work, const struct students *students)
{
    size_t kinds = 0;
    for (unsigned lesson = 1; lesson <= TASK_LESSONS; lesson++)
        for (const struct task_kind *kind = task_kinds_of(lesson); kind->lesson; kind++)
            kinds++;
    work->jobs = calloc(students->count * kinds + 1, sizeof(*work->jobs));
    for (size_t i = 0; work->jobs && i < students->count; i++)
        for (unsigned lesson = 1; lesson <= TASK_LESSONS; lesson++)
            for (const struct task_kind *kind = task_kinds_of(lesson); kind->lesson; kind++)
                if (class_has(&work->options->class, &work->options->kinds, work->course,
                              students->list[i].name, kind))
                    work->jobs[work->count++] = (struct job){&students->list[i], kind};
    return work->jobs != NULL;
}

bool task_make_folder(const char *path, struct problem *problem)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST ||
           problem_errno(problem, "cannot make the folder %s", path);
}

static bool make_folders(const char *folder, const struct students *students,
                         struct problem *problem)
{
    bool done = task_make_folder(folder, problem);
    for (size_t i = 0; done && i < students->count; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof(path), "%s/%s", folder, students->list[i].folder);
        done = task_make_folder(path, problem);
    }
    return done;
}

/* What is there under this name already. */
enum there { NOTHING, SAME, DIFFERENT };

static enum there look(const char *path, const char *text)
{
    struct whole_file file;
    struct problem unused = {0};
    size_t bytes = strlen(text);
    if (!whole_file_read(&file, path, TASK_FILE_BYTES_MAX, &unused))
        return errno == ENOENT ? NOTHING : DIFFERENT;
    enum there there = file.bytes == bytes && memcmp(file.data, text, bytes) == 0 ? SAME
                                                                                  : DIFFERENT;
    whole_file_free(&file);
    return there;
}

static bool write_task(struct work *work, const struct job *job, const char *text,
                       struct problem *problem)
{
    char path[PATH_MAX];
    struct output_file out;
    snprintf(path, sizeof(path), "%s/%s/%02u-%s.task", work->options->folder, job->student->folder,
             job->kind->lesson, job->kind->name);
    enum there there = look(path, text);
    if (there == SAME) {
        work->same++;
        return true;
    }
    if (there == DIFFERENT && !work->options->replace) {
        if (work->different++ == 0)
            console_warning("%s: already exists, and is another task: left as it is", path);
        return true;
    }
    bool done = output_file_open(&out, path, 0666, problem) &&
                output_file_write(&out, text, strlen(text), problem) &&
                output_file_finish(&out, problem);
    output_file_close(&out);
    work->made += done;
    return done;
}

static bool do_job(struct work *work, const struct job *job, struct problem *problem)
{
    struct task task;
    char *text = NULL;
    bool done = task_make(&task, job->kind, job->student->name, work->course->secret, problem) &&
                (text = task_file_write(&task, work->course, problem)) != NULL &&
                write_task(work, job, text, problem);
    free(text);
    task_free(&task);
    return done;
}

static void show_progress(size_t done, size_t count)
{
    if (!console_is_terminal(stderr))
        return;
    if (done == count)
        fprintf(stderr, "\r%40s\r", "");
    else if (done % 10 == 0)
        fprintf(stderr, "\r%zu / %zu", done, count);
}

static void *run(void *context)
{
    struct work *work = context;
    size_t index;
    while (!work->failed && (index = work->next++) < work->count) {
        struct problem problem = {0};
        if (!do_job(work, &work->jobs[index], &problem)) {
            pthread_mutex_lock(&work->lock);
            problem_set(&work->problem, "%s", problem.message);
            if (problem.hint[0] != '\0')
                problem_hint(&work->problem, "%s", problem.hint);
            pthread_mutex_unlock(&work->lock);
            work->failed = true;
        }
        show_progress(++work->done, work->count);
    }
    return NULL;
}

/* As many threads as there are processors; this one is the first of them. */
static void run_all(struct work *work)
{
    pthread_t threads[THREADS_MAX];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = 0, wanted = processors < 1 ? 1 : (size_t)processors;
    wanted = wanted > THREADS_MAX ? THREADS_MAX : wanted;
    while (count + 1 < wanted && pthread_create(&threads[count], NULL, run, work) == 0)
        count++;
    run(work);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

static int report(const struct work *work, const struct students *students)
{
    if (work->failed)
        return console_problem(&work->problem, CONSOLE_FAILED);
    if (work->same > 0)
        console_note(translate_count("%zu task was there already, and is the same",
                                     "%zu tasks were there already, and are the same", work->same),
                     work->same);
    char tasks[128], class[128];
    snprintf(tasks, sizeof(tasks), translate_count("%zu task", "%zu tasks", work->made),
             work->made);
    snprintf(class, sizeof(class), translate_count("%zu student", "%zu students", students->count),
             students->count);
    console_note("%s of %s in %s", tasks, class, work->options->folder);
    if (work->different == 0)
        return CONSOLE_DONE;
    console_error("tasks that differ were there already, and were left as they are: %zu",
                  work->different);
    console_hint("they are of another secret, or of another version of this program: "
                 "--replace replaces them, -o names another folder");
    return CONSOLE_FAILED;
}

int task_new_command(int argc, char **argv)
{
    struct new_options options = {0};
    struct problem problem = {0};
    struct students students = {0};
    struct task_course course = {0};
    bool made = false;
    console_parse(&table, argc, argv, &options);
    struct work work = {.options = &options, .course = &course, .lock = PTHREAD_MUTEX_INITIALIZER};
    bool ready = students_read(&students, options.class.students, &problem) &&
                 task_course_read_or_make(&course, &made, options.class.course, &problem) &&
                 make_folders(options.folder, &students, &problem) &&
                 (add_jobs(&work, &students) || problem_memory(&problem));
    if (made)
        console_note("%s: a new secret; keep it, and keep it to yourself", options.class.course);
    if (ready)
        run_all(&work);
    int status = ready ? report(&work, &students) : console_problem(&problem, CONSOLE_FAILED);
    free(work.jobs);
    students_free(&students);
    task_course_wipe(&course);
    return status;
}
