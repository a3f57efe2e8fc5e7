/* What is in files: HASH, SITE CPFR and CPTO, in slices: nobody waits for long; SITE QUOTA. */
#include "hexadecimal.h"
#include "partial_upload.h"
#include "sym_sha256.h"
#include "task.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)256 * 1024)

/* Opens a regular file; -1 with the reply set. */
static int open_file(struct task *task, const char *path, struct stat *status)
{
    int file = jail_open(task->root, path, O_RDONLY | O_NONBLOCK, 0);
    if (file >= 0 && fstat(file, status) == 0 && S_ISREG(status->st_mode))
        return file;
    if (file < 0) {
        task_errno(task, path);
    } else {
        task_reply(task, 550, "That is not a file");
        close(file);
    }
    return -1;
}

/* --- HASH (draft-bryan-ftpext-hash) ----------------------------------------------------------- */
struct hashing {
    int file;
    struct sym_sha256 state;
    uint64_t at, end; /* the file may grow meanwhile */
    uint8_t piece[PIECE_BYTES];
};

static void free_hashing(void *state)
{
    struct hashing *hashing = state;
    if (!hashing)
        return;
    close(hashing->file);
    free(hashing);
}

static bool begin_hash(struct task *task)
{
    struct stat status;
    int file = open_file(task, task->path, &status);
    if (file < 0)
        return false;
    struct hashing *hashing = malloc(sizeof(*hashing));
    if (!hashing) {
        close(file);
        return task_reply(task, 451, "No memory");
    }
    hashing->file = file;
    hashing->at = 0;
    hashing->end = (uint64_t)status.st_size;
    sym_sha256_init(&hashing->state);
    task->state = hashing;
    task->free_state = free_hashing;
    return true;
}

static bool end_hash(struct task *task, struct hashing *hashing)
{
    uint8_t digest[SYM_SHA256_BYTES];
    char hex[2 * SYM_SHA256_BYTES + 1];
    sym_sha256_final(digest, &hashing->state);
    *hex_write(hex, digest, sizeof(digest)) = '\0';
    task->bytes = hashing->at;
    return task_reply(task, 213, "SHA-256 0-%llu %s %s",
                      (unsigned long long)(hashing->at ? hashing->at - 1 : 0), hex, task->path);
}

bool work_hash(struct task *task)
{
    if (!task->state && !begin_hash(task))
        return false;
    struct hashing *hashing = task->state;
    for (uint64_t slice = 0; slice < TASK_SLICE_BYTES;) {
        uint64_t left = hashing->end - hashing->at;
        ssize_t got = pread(hashing->file, hashing->piece, left < PIECE_BYTES ? left : PIECE_BYTES,
                            (off_t)hashing->at);
        if (got < 0)
            return task_errno(task, task->path);
        if (got == 0)
            return end_hash(task, hashing);
        sym_sha256_update(&hashing->state, hashing->piece, (size_t)got);
        hashing->at += (uint64_t)got;
        slice += (uint64_t)got;
    }
    return true; /* go on behind the others */
}

/* --- SITE CPFR, CPTO -------------------------------------------------------------------------- */
bool work_cpfr(struct task *task)
{
    struct stat status;
    int file = open_file(task, task->path, &status);
    if (file < 0)
        return false;
    close(file);
    return task_reply(task, 350, "SITE CPTO and the copy's name, please");
}

void finish_cpfr(struct session *session, struct task *task)
{
    free(session->copy_from);
    session->copy_from = task->code == 350 ? strdup(task->path) : NULL;
}

struct copying {
    int from;
    struct partial_upload upload;
    uint64_t bytes;
    bool done; /* the upload has its name, or is removed */
};

/* A copy that was not finished is not kept. */
static bool give_up(struct copying *copying)
{
    if (!copying->done)
        partial_upload_remove(&copying->upload);
    copying->done = true;
    return false;
}

static void free_copying(void *state)
{
    struct copying *copying = state;
    if (!copying)
        return;
    give_up(copying); /* the session has ended in the middle */
    partial_upload_close(&copying->upload);
    close(copying->from);
    free(copying);
}

static bool begin_copy(struct task *task)
{
    struct stat status;
    if (task->from[0] == '\0')
        return task_reply(task, 503, "SITE CPFR comes first");
    int from = open_file(task, task->from, &status);
    struct copying *copying = from >= 0 ? calloc(1, sizeof(*copying)) : NULL;
    task->restart = 0;
    task->ascii = false;
    if (!copying || !partial_upload_open(&copying->upload, task, task->path, false)) {
        if (from >= 0)
            close(from);
        free(copying);
        return task->code ? false : task_reply(task, 451, "No memory");
    }
    copying->from = from;
    copying->bytes = (uint64_t)status.st_size;
    task->state = copying;
    task->free_state = free_copying;
    return true;
}

static bool end_copy(struct task *task, struct copying *copying)
{
    copying->done = partial_upload_complete(&copying->upload);
    task->bytes = copying->bytes;
    if (copying->done)
        return task_reply(task, 250, "Copied");
    task_errno(task, task->path);
    return give_up(copying);
}

bool work_cpto(struct task *task)
{
    if (!task->state && !begin_copy(task))
        return false;
    struct copying *copying = task->state;
    struct partial_upload *upload = &copying->upload;
    uint64_t left = copying->bytes - upload->size;
    uint64_t slice = left < TASK_SLICE_BYTES ? left : TASK_SLICE_BYTES;
    if (!partial_upload_copy(upload, copying->from, slice)) {
        task_errno(task, task->path);
        return give_up(copying);
    }
    return upload->size < copying->bytes || end_copy(task, copying);
}

/* --- SITE QUOTA ------------------------------------------------------------------------------- */
bool work_quota(struct task *task)
{
    unsigned long long used = account_used(task->account);
    uint64_t quota = account_quota(task->account);
    if (quota == ALLOW_NO_QUOTA)
        return task_reply(task, 200, "%llu bytes used, no quota", used);
    return task_reply(task, 200, "%llu of %llu bytes used", used, (unsigned long long)quota);
}
