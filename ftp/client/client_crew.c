/* Several files at a time: threads with a connection each, and a short list between them. */
#include "client_crew.h"

#include "client_control.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAITING_MAX 32

struct job {
    char *path;
    int folder;
    bool has_facts;
    struct entry facts; /* without strings */
};

struct worker {
    struct crew *crew;
    struct client client;
    struct remote remote;
    pthread_t thread;
};

struct crew {
    struct remote *remote;
    const struct transfer *how;
    struct worker *workers;
    size_t count;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* under the mutex: */
    struct job waiting[WAITING_MAX]; /* a ring */
    size_t first, length;
    bool no_more, stop; /* stop: by Ctrl-C, or the first connection is gone */
    struct crew_count total;
};

static void free_job(struct job *job)
{
    free(job->path);
    close(job->folder);
}

/* --- one file --------------------------------------------------------------------------------- */
static bool move(struct crew *crew, struct remote *remote, const struct job *job, const char *shown,
                 bool *skipped)
{
    const char *name = path_name(job->path);
    const struct local_file local = {.folder = job->folder, .name = name, .shown = shown};
    char *folder = path_folder(job->path);
    bool there = folder ? remote_go(remote, folder) : problem_memory(&remote->client->problem);
    free(folder);
    if (!there)
        return false;
    return transfer_file(remote->client, &local, name, job->has_facts ? &job->facts : NULL,
                         crew->how, skipped);
}

/* False: this connection can do no more. */
static bool run(struct crew *crew, struct remote *remote, struct job *job)
{
    struct client *client = remote->client;
    char *shown = path_join(remote->shown, job->path);
    bool skipped = false, done, goes_on;
    done = shown ? move(crew, remote, job, shown, &skipped) : problem_memory(&client->problem);
    goes_on = done || control_go_on(client, remote->shown, job->path);
    if (!goes_on && remote != crew->remote && !client->stopped)
        control_left_out(client, remote->shown, job->path, client->problem.message);
    pthread_mutex_lock(&crew->mutex);
    crew->total.files += done && !skipped;
    crew->total.skipped += skipped;
    crew->stop |= !goes_on && (remote == crew->remote || client->stopped);
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->mutex);
    free(shown);
    free_job(job);
    return goes_on;
}

/* --- the list --------------------------------------------------------------------------------- */

/* The next one, waiting for it; false: there will be none. */
static bool take(struct crew *crew, struct job *job)
{
    pthread_mutex_lock(&crew->mutex);
    while (crew->length == 0 && !crew->no_more && !crew->stop)
        pthread_cond_wait(&crew->changed, &crew->mutex);
    bool some = crew->length > 0 && !crew->stop;
    if (some) {
        *job = crew->waiting[crew->first];
        crew->first = (crew->first + 1) % WAITING_MAX;
        crew->length--;
    }
    pthread_mutex_unlock(&crew->mutex);
    return some;
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct job job;
    while (take(worker->crew, &job) && run(worker->crew, &worker->remote, &job))
        continue;
    return NULL;
}

/* Whether the list had room. */
static bool hand_in(struct crew *crew, const struct job *job, bool *stop)
{
    pthread_mutex_lock(&crew->mutex);
    bool room = crew->count > 0 && crew->length < 2 * crew->count && crew->length < WAITING_MAX;
    *stop = crew->stop;
    if (room && !*stop)
        crew->waiting[(crew->first + crew->length++) % WAITING_MAX] = *job;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->mutex);
    return room;
}

bool crew_move(struct crew *crew, const char *path, int folder, const struct entry *facts)
{
    struct client *client = crew->remote->client;
    struct job job = {.path = strdup(path), .has_facts = facts != NULL};
    bool stop;
    job.folder = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    if (!job.path || job.folder < 0) {
        problem_errno(&client->problem, "%s", path);
        free(job.path);
        return false;
    }
    if (facts) {
        job.facts = *facts;
        job.facts.name = job.facts.target = NULL; /* the caller's */
    }
    bool handed = hand_in(crew, &job, &stop);
    if (!stop)
        return handed || run(crew, crew->remote, &job);
    free_job(&job);
    return problem_set(&client->problem, "stopped");
}

/* --- its life --------------------------------------------------------------------------------- */

/* One more, unless the server wants no more of us. */
static bool hire(struct crew *crew)
{
    struct client *first = crew->remote->client;
    struct worker *worker = &crew->workers[crew->count];
    worker->crew = crew;
    if (client_open_too(&worker->client, first) &&
        remote_open_too(&worker->remote, &worker->client, crew->remote) &&
        pthread_create(&worker->thread, NULL, work, worker) == 0) {
        crew->count++;
        return true;
    }
    remote_close(&worker->remote);
    client_close(&worker->client);
    console_note("no further connection to %s: %zu at a time", first->options.host,
                 crew->count + 1);
    return false;
}

struct crew *crew_new(struct remote *remote, const struct transfer *how)
{
    size_t further = remote->client->options.parallel - 1;
    struct crew *crew = calloc(1, sizeof(*crew));
    if (!crew || !(crew->workers = calloc(further + 1, sizeof(*crew->workers)))) {
        free(crew);
        return NULL;
    }
    crew->remote = remote;
    crew->how = how;
    pthread_mutex_init(&crew->mutex, NULL);
    pthread_cond_init(&crew->changed, NULL);
    while (crew->count < further && hire(crew))
        continue;
    return crew;
}

bool crew_finish(struct crew *crew, struct crew_count *count)
{
    struct client *client = crew->remote->client;
    struct job job;
    bool done;
    pthread_mutex_lock(&crew->mutex);
    crew->no_more = true;
    crew->stop |= client->stopped || !client->control;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->mutex);
    while (take(crew, &job) && run(crew, crew->remote, &job))
        continue;
    for (size_t i = 0; i < crew->count; i++) {
        pthread_join(crew->workers[i].thread, NULL);
        client->left_out += crew->workers[i].client.left_out;
        remote_close(&crew->workers[i].remote);
        client_close(&crew->workers[i].client);
    }
    for (; crew->length > 0; crew->length--, crew->first = (crew->first + 1) % WAITING_MAX)
        free_job(&crew->waiting[crew->first]);
    done = !crew->stop || problem_set(&client->problem, "stopped");
    client->stopped |= crew->stop;
    *count = crew->total;
    pthread_mutex_destroy(&crew->mutex);
    pthread_cond_destroy(&crew->changed);
    free(crew->workers);
    free(crew);
    return done;
}
