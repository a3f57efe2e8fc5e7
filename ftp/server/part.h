/*
 * A part: a file that is being written, under a name of ours beside the one it will have.
 *
 * The name is PART_PREFIX and a hash of its own name, so that a cut upload is found again; a lock
 * (flock(2)) keeps two from writing one file. The account gets its bytes as they come.
 */
#ifndef GLASSBOX_FTP_PART_H
#define GLASSBOX_FTP_PART_H

#include "account.h"
#include "jail.h"

#include <limits.h>

struct task;

struct part {
    int folder, file;
    int whole;            /* the file that it begins with a copy of; -1: none, or it is copied */
    uint64_t whole_bytes; /* of that */
    char name[NAME_MAX + 1], part_name[NAME_MAX + 1];
    uint64_t size;    /* so far; the next byte goes there */
    uint64_t entered; /* in the account: as far as it has ever come */
    struct account *account;
    bool seeded; /* it gets the time that it is under --seed */
};

/* Opens it for the path, with task->restart or `append` heeded (docs/ftp.md 5). False with the
 * task's reply set. */
bool part_open(struct part *part, struct task *task, const char *path, bool append);
/* While there is a `whole`: a slice of its copy (TASK_SLICE_BYTES). False and errno. */
bool part_begin(struct part *part);
/* More of it. False and errno; EDQUOT: the quota does not allow it. */
bool part_write(struct part *part, const uint8_t *data, size_t bytes);
/* More of it, from the same place of a file. */
bool part_copy(struct part *part, int from, uint64_t bytes);
/* Makes it as long on the disk as it is said to be; false and errno. */
bool part_settle(struct part *part);
/* Gives it its name; false and errno. */
bool part_complete(struct part *part);
void part_remove(struct part *part);
void part_close(struct part *part);

/* Removes those parts in a folder that nobody writes. */
void part_remove_all(struct account *account, int folder);

/* The name of the part of a name. */
void part_name(char out[NAME_MAX + 1], const char *name);

#endif
