/* Parts: found, locked, continued, renamed. */
#include "partial_upload.h"

#include "copy.h"
#include "hexadecimal.h"
#include "lesson_seed.h"
#include "partial_file.h"
#include "sym_sha256.h"
#include "task.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH_BYTES 16 /* of SHA-256: two names never meet */

void partial_upload_name(char out[NAME_MAX + 1], const char *name)
{
    uint8_t digest[SYM_SHA256_BYTES];
    sym_sha256(digest, name, strlen(name));
    *hex_write(stpcpy(out, PARTIAL_PREFIX), digest, HASH_BYTES) = '\0';
}

/* Enters `bytes` more, as far as they are not entered already; those are to be called written. */
static bool grow(uint64_t *fresh, struct partial_upload *upload, uint64_t bytes)
{
    uint64_t wanted = upload->size + bytes;
    *fresh = wanted > upload->entered ? wanted - upload->entered : 0;
    if (*fresh > 0 && !account_grow(upload->account, *fresh)) {
        errno = EDQUOT;
        return false;
    }
    upload->entered += *fresh;
    return true;
}

bool partial_upload_write(struct partial_upload *upload, const uint8_t *data, size_t bytes)
{
    uint64_t fresh;
    if (!grow(&fresh, upload, bytes))
        return false;
    bool written = partial_file_write(upload->file, data, bytes, (off_t)upload->size);
    upload->size += written ? bytes : 0;
    account_written(upload->account, fresh);
    return written;
}

bool partial_upload_copy(struct partial_upload *upload, int from, uint64_t bytes)
{
    uint64_t fresh;
    if (!grow(&fresh, upload, bytes))
        return false;
    bool copied = copy_bytes(upload->file, from, upload->size, bytes);
    upload->size += copied ? bytes : 0;
    account_written(upload->account, fresh);
    return copied;
}

/* It will begin with so much of the file that has the name already. */
static bool begin_with(struct partial_upload *upload, struct task *task, int whole, uint64_t bytes)
{
    if (ftruncate(upload->file, 0) != 0)
        return task_errno(task, upload->name);
    account_shrink(upload->account, upload->entered);
    upload->size = upload->entered = 0;
    upload->whole = fcntl(whole, F_DUPFD_CLOEXEC, 0);
    upload->whole_bytes = bytes;
    return upload->whole >= 0 || task_errno(task, upload->name);
}

bool partial_upload_begin(struct partial_upload *upload)
{
    uint64_t left = upload->whole_bytes - upload->size;
    if (!partial_upload_copy(upload, upload->whole,
                             left < TASK_SLICE_BYTES ? left : TASK_SLICE_BYTES))
        return false;
    if (upload->size == upload->whole_bytes) {
        close(upload->whole);
        upload->whole = -1;
    }
    return true;
}

/* Where the upload goes on: in the partial file, or in what has the name already. */
static bool find_beginning(struct partial_upload *upload, struct task *task, bool append)
{
    struct stat status, whole_status;
    uint64_t wanted = task->restart;
    if (fstat(upload->file, &status) != 0)
        return task_errno(task, upload->name);
    upload->entered = (uint64_t)status.st_size;
    int whole = openat(upload->folder, upload->name,
                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool has_whole = whole >= 0 && fstat(whole, &whole_status) == 0 &&
                     S_ISREG(whole_status.st_mode);
    bool done = true;
    if (append && wanted == 0)
        wanted = (uint64_t)(has_whole ? whole_status.st_size : status.st_size);
    if (append && has_whole && wanted <= (uint64_t)whole_status.st_size)
        done = begin_with(upload, task, whole, wanted);
    else if (wanted <= upload->entered)
        upload->size = wanted;
    else if (has_whole && wanted <= (uint64_t)whole_status.st_size)
        done = begin_with(upload, task, whole, wanted);
    else
        done = task_reply(task, 554, "REST lies behind the end of what is there");
    if (whole >= 0)
        close(whole);
    return done && (partial_upload_settle(upload) || task_errno(task, upload->name));
}

static bool is_folder(const struct partial_upload *upload)
{
    struct stat status;
    return fstatat(upload->folder, upload->name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(status.st_mode);
}

bool partial_upload_open(struct partial_upload *upload, struct task *task, const char *path,
                         bool append)
{
    upload->file = upload->whole = -1;
    upload->account = task->account;
    upload->seeded = task->seeded;
    upload->folder = jail_open_parent(task->root, path);
    if (upload->folder < 0)
        return task_errno(task, path);
    strcpy(upload->name, view_name(path));
    partial_upload_name(upload->partial_name, upload->name);
    bool done = false;
    if (is_folder(upload))
        task_reply(task, 550, "That is a folder");
    else if (task->restart > 0 && task->ascii)
        task_reply(task, 554, "REST works with TYPE I");
    else if ((upload->file = partial_file_open(upload->folder, upload->partial_name, 0, 0666)) < 0)
        task_reply(task, errno == EBUSY ? 450 : errno_code(errno), "%s",
                   errno == EBUSY ? "Somebody else is uploading that" : errno_words(errno));
    else
        done = find_beginning(upload, task, append);
    if (done) { /* what was behind the beginning is gone */
        account_shrink(upload->account, upload->entered - upload->size);
        upload->entered = upload->size;
        return true;
    }
    if (upload->file >= 0 && upload->entered == 0) /* made for nothing */
        partial_upload_remove(upload);
    partial_upload_close(upload);
    return false;
}

/* A hole at the end is made here. */
bool partial_upload_settle(struct partial_upload *upload)
{
    return ftruncate(upload->file, (off_t)upload->size) == 0;
}

bool partial_upload_complete(struct partial_upload *upload)
{
    static const struct timespec lesson[2] = {{.tv_sec = SEED_CLOCK}, {.tv_sec = SEED_CLOCK}};
    if (!partial_upload_settle(upload))
        return false;
    if (upload->seeded && futimens(upload->file, lesson) != 0)
        return false;
    return account_rename(upload->account, upload->folder, upload->partial_name, upload->folder,
                          upload->name);
}

void partial_upload_remove(struct partial_upload *upload)
{
    if (unlinkat(upload->folder, upload->partial_name, 0) == 0)
        account_shrink(upload->account, upload->entered);
}

void partial_upload_close(struct partial_upload *upload)
{
    if (upload->file >= 0)
        close(upload->file);
    if (upload->folder >= 0)
        close(upload->folder);
    if (upload->whole >= 0)
        close(upload->whole);
    upload->file = upload->folder = upload->whole = -1;
}

void partial_upload_remove_all(struct account *account, int folder)
{
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = again >= 0 ? fdopendir(again) : NULL;
    if (!entries && again >= 0)
        close(again);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        off_t bytes = partial_file_is(entry->d_name) ? partial_file_remove(folder, entry->d_name)
                                                     : 0;
        account_shrink(account, bytes > 0 ? (uint64_t)bytes : 0);
    }
    if (entries)
        closedir(entries);
}
