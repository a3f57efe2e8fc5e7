/*
 * Whole folders on their way: SITE TGET and SITE TPUT (docs/ftp.md 4).
 *
 * libarchive wants to call us for the next bytes, or with them; a transfer wants to call
 * libarchive. So the tar side has a thread of its own for the time of the stream, and the two meet
 * at one handover of memory: bytes are passed from hand to hand, never stored.
 */
#include "stream.h"

#include "tar_unpack.h"
#include "task.h"
#include "tree_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tar {
    struct stream stream; /* first */
    int folder;
    struct account *account;
    bool everybodys;
    uint64_t unwritten; /* unpacking: in the account, and maybe not on the disk */
    pthread_t thread;
    bool running;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* under the mutex: */
    uint8_t *to;         /* packing: where the transfer wants bytes, while `space` > 0 */
    const uint8_t *from; /* unpacking: what the transfer has brought, while `space` > 0 */
    size_t space, moved;
    bool fresh;   /* unpacking: `from` was not given to libarchive yet */
    bool no_more; /* the transfer has ended: properly or not */
    bool cut;
    bool done, succeeded; /* the thread has */
    struct problem problem, left_out;
    struct tar_count count;
};

static void wake(struct tar *tar)
{
    pthread_cond_broadcast(&tar->changed);
}

/* --- packing ---------------------------------------------------------------------------------- */
/* The thread brings bytes, piece by piece as the transfer has room. */
static bool bring(void *context, const void *data, size_t bytes)
{
    struct tar *tar = context;
    const uint8_t *from = data;
    pthread_mutex_lock(&tar->mutex);
    while (bytes > 0 && !tar->no_more) {
        while (tar->space == 0 && !tar->no_more)
            pthread_cond_wait(&tar->changed, &tar->mutex);
        size_t part = bytes < tar->space ? bytes : tar->space;
        if (part > 0)
            memcpy(tar->to + tar->moved, from, part);
        from += part;
        bytes -= part;
        tar->moved += part;
        tar->space -= part;
        wake(tar);
    }
    bool all = bytes == 0;
    pthread_mutex_unlock(&tar->mutex);
    return all;
}

/* The first is named, the others are counted. */
static void note_left_out(void *context, const char *path, const char *why)
{
    struct tar *tar = context;
    char shown[TREE_SHOWN_BYTES];
    problem_set(&tar->left_out, "%s: %s", tree_path_shown(shown, path), why);
}

static void end_thread(struct tar *tar, bool succeeded)
{
    pthread_mutex_lock(&tar->mutex);
    tar->done = true;
    tar->succeeded = succeeded;
    wake(tar);
    pthread_mutex_unlock(&tar->mutex);
}

static void *run_pack(void *context)
{
    struct tar *tar = context;
    const struct tar_sink sink = {.write = bring, .left_out = note_left_out, .context = tar};
    bool packed = tar_pack(tar->folder, &sink, &tar->count, &tar->problem);
    if (packed && tar->count.left_out > 0)
        packed = problem_set(&tar->problem, "%llu left out; %s",
                             (unsigned long long)tar->count.left_out, tar->left_out.message);
    end_thread(tar, packed);
    return NULL;
}

/* Until the room is full or the tar at its end. */
static ssize_t read_tar(struct stream *stream, uint8_t *to, size_t space)
{
    struct tar *tar = (struct tar *)stream;
    pthread_mutex_lock(&tar->mutex);
    tar->to = to;
    tar->space = space;
    tar->moved = 0;
    wake(tar);
    while (tar->space > 0 && !tar->done)
        pthread_cond_wait(&tar->changed, &tar->mutex);
    tar->space = 0;
    ssize_t moved = (ssize_t)tar->moved;
    bool failed = moved == 0 && !tar->succeeded;
    pthread_mutex_unlock(&tar->mutex);
    if (!failed)
        return moved;
    stream_fail(stream, 451, "%s", tar->problem.message);
    return -1;
}

/* --- unpacking -------------------------------------------------------------------------------- */
/* The thread asks for bytes: what it had is used up. */
static ssize_t fetch(void *context, const void **data)
{
    struct tar *tar = context;
    pthread_mutex_lock(&tar->mutex);
    if (!tar->fresh)
        tar->space = 0;
    wake(tar);
    while (tar->space == 0 && !tar->no_more)
        pthread_cond_wait(&tar->changed, &tar->mutex);
    ssize_t bytes = tar->space > 0 ? (ssize_t)tar->space : tar->cut ? -1 : 0;
    *data = tar->from;
    tar->fresh = false;
    pthread_mutex_unlock(&tar->mutex);
    return bytes;
}

/* The file before this one is done with. */
static void settle(struct tar *tar)
{
    account_written(tar->account, tar->unwritten);
    tar->unwritten = 0;
}

static bool may_make(void *context, const char *path, uint64_t bytes, struct problem *problem)
{
    struct tar *tar = context;
    (void)path;
    settle(tar);
    if (account_grow(tar->account, bytes)) {
        tar->unwritten = bytes;
        return true;
    }
    stream_fail(&tar->stream, 552, "Your quota does not allow more");
    return problem_set(problem, "the quota");
}

static void *run_unpack(void *context)
{
    struct tar *tar = context;
    const struct tar_source source = {.read = fetch,
                                      .allow = may_make,
                                      .context = tar,
                                      .file_floor = tar->everybodys ? TASK_FILE_FLOOR : 0,
                                      .folder_floor = tar->everybodys ? TASK_FOLDER_FLOOR : 0};
    bool unpacked = tar_unpack(tar->folder, true, &source, &tar->count, &tar->problem);
    settle(tar);
    account_doubt(tar->account); /* what was replaced, and what of a cut file was not kept */
    end_thread(tar, unpacked);
    return NULL;
}

static bool fail_unpacking(struct tar *tar)
{
    return stream_fail(&tar->stream, 553, "%s", tar->problem.message);
}

static bool write_tar(struct stream *stream, const uint8_t *data, size_t bytes)
{
    struct tar *tar = (struct tar *)stream;
    pthread_mutex_lock(&tar->mutex);
    tar->from = data;
    tar->space = bytes;
    tar->fresh = true;
    wake(tar);
    while (tar->space > 0 && !tar->done)
        pthread_cond_wait(&tar->changed, &tar->mutex);
    bool failed = tar->done && !tar->succeeded;
    tar->space = 0;
    pthread_mutex_unlock(&tar->mutex);
    return !failed || fail_unpacking(tar);
}

/* The transfer is over, one way or the other: waits for the thread. */
static void join(struct tar *tar, bool cut)
{
    pthread_mutex_lock(&tar->mutex);
    tar->no_more = true;
    tar->cut = cut;
    wake(tar);
    pthread_mutex_unlock(&tar->mutex);
    if (tar->running)
        pthread_join(tar->thread, NULL);
    tar->running = false;
}

static bool finish_tar(struct stream *stream, bool complete)
{
    struct tar *tar = (struct tar *)stream;
    join(tar, !complete);
    return tar->succeeded || fail_unpacking(tar);
}

static void free_tar(struct stream *stream)
{
    struct tar *tar = (struct tar *)stream;
    join(tar, true);
    pthread_mutex_destroy(&tar->mutex);
    pthread_cond_destroy(&tar->changed);
    close(tar->folder);
    free(tar);
}

static const struct stream_kind pack_kind = {.read = read_tar, .free = free_tar};
static const struct stream_kind unpack_kind = {
    .is_upload = true, .write = write_tar, .finish = finish_tar, .free = free_tar};

/* --- both ------------------------------------------------------------------------------------- */
/* folder: taken over. */
static struct stream *start(struct task *task, int folder, const struct stream_kind *kind,
                            void *(*run)(void *))
{
    struct tar *tar = calloc(1, sizeof(*tar));
    if (!tar) {
        close(folder);
        task_reply(task, 451, "No memory");
        return NULL;
    }
    tar->stream.kind = kind;
    strcpy(tar->stream.opening, kind->is_upload ? "Send the folder" : "Here comes the folder");
    tar->folder = folder;
    tar->account = task->account;
    tar->everybodys = task->everybodys;
    pthread_mutex_init(&tar->mutex, NULL);
    pthread_cond_init(&tar->changed, NULL);
    tar->running = pthread_create(&tar->thread, NULL, run, tar) == 0;
    if (tar->running)
        return &tar->stream;
    task_reply(task, 451, "No thread");
    free_tar(&tar->stream);
    return NULL;
}

struct stream *stream_tar_out(struct task *task, const char *path)
{
    int folder = jail_open(task->root, path, O_RDONLY | O_DIRECTORY, 0);
    if (folder >= 0)
        return start(task, folder, &pack_kind, run_pack);
    task_errno(task, path);
    return NULL;
}

/* The last folder of the path is made if it is not there. */
static bool make_folder(struct task *task, const char *path)
{
    int parent = jail_open_parent(task->root, path);
    bool made = parent >= 0 && (mkdirat(parent, view_name(path), 0777) == 0 || errno == EEXIST);
    if (parent >= 0)
        close(parent);
    return made || task_errno(task, path);
}

struct stream *stream_tar_in(struct task *task, const char *path)
{
    if (strcmp(path, "/") != 0 && !make_folder(task, path))
        return NULL;
    int folder = jail_open(task->root, path, O_RDONLY | O_DIRECTORY, 0);
    if (folder >= 0)
        return start(task, folder, &unpack_kind, run_unpack);
    task_errno(task, path);
    return NULL;
}
