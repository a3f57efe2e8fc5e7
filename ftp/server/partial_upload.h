/*
 * A partial upload: a file that is being written, under a name of ours beside the one it will have.
 *
 * The name is PARTIAL_PREFIX and a hash of its own name, so that a cut upload is found again; a
 * lock (flock(2)) keeps two from writing one file. The account gets its bytes as they come.
 */
#ifndef GLASSBOX_FTP_PARTIAL_UPLOAD_H
#define GLASSBOX_FTP_PARTIAL_UPLOAD_H

#include "account.h"
#include "jail.h"

#include <limits.h>

struct task;

struct partial_upload {
    int folder, file;
    int whole;            /* the file that it begins with a copy of; -1: none, or it is copied */
    uint64_t whole_bytes; /* of that */
    char name[NAME_MAX + 1], partial_name[NAME_MAX + 1];
    uint64_t size;    /* so far; the next byte goes there */
    uint64_t entered; /* in the account: as far as it has ever come */
    struct account *account;
    bool seeded; /* it gets the time that it is under --seed */
};

/* Opens it for the path, with task->restart or `append` heeded (docs/ftp.md 5). False with the
 * task's reply set. */
bool partial_upload_open(struct partial_upload *upload, struct task *task, const char *path,
                         bool append);
/* While there is a `whole`: a slice of its copy (TASK_SLICE_BYTES). False and errno. */
bool partial_upload_begin(struct partial_upload *upload);
/* More of it. False and errno; EDQUOT: the quota does not allow it. */
bool partial_upload_write(struct partial_upload *upload, const uint8_t *data, size_t bytes);
/* More of it, from the same place of a file. */
bool partial_upload_copy(struct partial_upload *upload, int from, uint64_t bytes);
/* Makes it as long on the disk as it is said to be; false and errno. */
bool partial_upload_settle(struct partial_upload *upload);
/* Gives it its name; false and errno. */
bool partial_upload_complete(struct partial_upload *upload);
void partial_upload_remove(struct partial_upload *upload);
void partial_upload_close(struct partial_upload *upload);

/* Removes those in a folder that nobody writes. */
void partial_upload_remove_all(struct account *account, int folder);

/* The name of the partial file of a name. */
void partial_upload_name(char out[NAME_MAX + 1], const char *name);

#endif
