/*
 * Names and folders: each command is short work on directory descriptors (jail.h) in a worker.
 */
#include "facts.h"
#include "listing.h"
#include "partial_upload.h"
#include "task.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define STAT_LIST_BYTES ((size_t)64 * 1024) /* of a listing on the control connection */

/* --- where one is ----------------------------------------------------------------------------- */
bool work_cwd(struct task *task)
{
    int folder = jail_open(task->root, task->path, O_PATH | O_DIRECTORY, 0);
    if (folder < 0)
        return task_errno(task, task->path);
    close(folder);
    return task_reply(task, 250, "You are there");
}

void finish_cwd(struct session *session, struct task *task)
{
    char *cwd = task->code == 250 ? strdup(task->path) : NULL;
    if (cwd) {
        free(session->cwd);
        session->cwd = cwd;
    }
}

void command_cdup(struct session *session, const struct command *command, char *argument)
{
    char path[VIEW_PATH_BYTES];
    (void)argument;
    if (view_path(path, session->cwd, ".."))
        task_start(session, command, path, "");
}

/* --- making and removing ---------------------------------------------------------------------- */
bool work_mkd(struct task *task)
{
    char quoted[2 * VIEW_PATH_BYTES], *out = quoted;
    int parent = jail_open_parent(task->root, task->path);
    bool made = parent >= 0 && mkdirat(parent, view_name(task->path), 0777) == 0;
    if (!made)
        task_errno(task, task->path);
    if (parent >= 0)
        close(parent);
    for (const char *in = task->path; made && *in; in++) { /* RFC 959, appendix II */
        *out++ = *in;
        if (*in == '"')
            *out++ = *in;
    }
    *out = '\0';
    return made && task_reply(task, 257, "\"%s\" is there", quoted);
}

static bool remove_one(struct task *task, int flags)
{
    int parent = jail_open_parent(task->root, task->path);
    bool removed = parent >= 0 &&
                   account_unlink(task->account, parent, view_name(task->path), flags);
    if (!removed)
        task_errno(task, task->path);
    if (parent >= 0)
        close(parent);
    return removed;
}

bool work_dele(struct task *task)
{
    return remove_one(task, 0) && task_reply(task, 250, "It is gone");
}

/* Cut uploads in it would keep a folder that looks empty. */
static void remove_parts(const struct task *task)
{
    int folder = jail_open(task->root, task->path, O_RDONLY | O_DIRECTORY, 0);
    if (folder < 0)
        return;
    partial_upload_remove_all(task->account, folder);
    close(folder);
}

bool work_rmd(struct task *task)
{
    bool removed = remove_one(task, AT_REMOVEDIR);
    if (!removed && errno == ENOTEMPTY) {
        remove_parts(task);
        removed = remove_one(task, AT_REMOVEDIR);
    }
    return removed && task_reply(task, 250, "It is gone");
}

/* --- renaming --------------------------------------------------------------------------------- */
bool work_rnfr(struct task *task)
{
    struct stat status;
    int parent = jail_open_parent(task->root, task->path);
    if (parent < 0 || fstatat(parent, view_name(task->path), &status, AT_SYMLINK_NOFOLLOW) != 0)
        task_errno(task, task->path);
    else
        task_reply(task, 350, "RNTO and its new name, please");
    if (parent >= 0)
        close(parent);
    return false;
}

bool work_rnto(struct task *task)
{
    if (task->from[0] == '\0')
        return task_reply(task, 503, "RNFR comes first");
    int from = jail_open_parent(task->root, task->from);
    int to = jail_open_parent(task->root, task->path);
    if (from < 0 || to < 0 ||
        !account_rename(task->account, from, view_name(task->from), to, view_name(task->path)))
        task_errno(task, task->path);
    else
        task_reply(task, 250, "Renamed");
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    return false;
}

void finish_rnfr(struct session *session, struct task *task)
{
    free(session->rename_from);
    session->rename_from = task->code == 350 ? strdup(task->path) : NULL;
}

/* --- facts ------------------------------------------------------------------------------------ */
/* Links are followed, inside the jail. */
static bool look(struct stat *status, const struct task *task)
{
    int file = jail_open(task->root, task->path, O_PATH, 0);
    bool seen = file >= 0 && fstat(file, status) == 0;
    if (file >= 0)
        close(file);
    return seen;
}

/* A file that is not there, but whose upload was cut: where to go on. */
static bool look_at_part(struct stat *status, const struct task *task)
{
    char name[NAME_MAX + 1];
    int parent = jail_open_parent(task->root, task->path);
    partial_upload_name(name, view_name(task->path));
    bool seen = parent >= 0 && fstatat(parent, name, status, AT_SYMLINK_NOFOLLOW) == 0;
    if (parent >= 0)
        close(parent);
    return seen;
}

bool work_size(struct task *task)
{
    struct stat status;
    if (!look(&status, task) && (errno != ENOENT || !look_at_part(&status, task)))
        return task_errno(task, task->path);
    if (!S_ISREG(status.st_mode))
        return task_reply(task, 550, "That is not a file");
    if (task->ascii)
        return task_reply(task, 550, "SIZE works with TYPE I");
    return task_reply(task, 213, "%lld", (long long)status.st_size);
}

bool work_mdtm(struct task *task)
{
    struct stat status;
    char when[FACTS_TIME_BYTES];
    if (!look(&status, task))
        return task_errno(task, task->path);
    facts_time(when, status.st_mtime);
    return task_reply(task, 213, "%s", when);
}

bool work_mlst(struct task *task)
{
    struct stat status;
    char facts[FACTS_BYTES];
    if (!look(&status, task))
        return task_errno(task, task->path);
    facts_text(facts, &status, task->hidden_facts, task->read_only, task->seeded);
    task_line(task, "%s%s", facts, task->path);
    return task_reply(task, 250, "Facts:");
}

/* RFC 959 4.1.3: the listing of LIST on the control connection; 212: a folder, 213: a file. */
bool work_stat_path(struct task *task)
{
    struct stream *listing = stream_listing(task, LISTING_LS);
    char *text = listing ? malloc(STAT_LIST_BYTES + 1) : NULL;
    ssize_t bytes = text ? listing->kind->read(listing, (uint8_t *)text, STAT_LIST_BYTES) : -1;
    if (bytes >= 0) {
        text[bytes] = '\0';
        for (char *line = text, *end; (end = strstr(line, "\r\n")); line = end + 2) {
            *end = '\0';
            task_line(task, "%s", line);
        }
        bytes = listing->kind->read(listing, (uint8_t *)text, STAT_LIST_BYTES);
        if (bytes != 0)
            task_line(task, "%s", bytes > 0 ? "... and more: LIST has all of it" : listing->text);
        task_reply(task, listing_is_of_folder(listing) ? 212 : 213, "Here it is:");
    } else if (listing) {
        task_reply(task, listing->code ? listing->code : 451, "%s",
                   listing->code ? listing->text : "No memory");
    }
    if (listing)
        listing->kind->free(listing);
    free(text);
    return false;
}

/* --- changing facts --------------------------------------------------------------------------- */
/* The path behind the first word of the argument; false with the reply set. */
static bool second_word_path(struct task *task)
{
    char *blank = strchr(task->argument, ' ');
    if (!blank || blank[1] == '\0')
        return task_reply(task, 501, "%s %s", task->command->verb, task->command->help);
    *blank = '\0';
    return view_path(task->path, task->cwd, blank + 1) || task_errno(task, blank + 1);
}

/* The file by its descriptor, which need not be readable: through /proc, see O_PATH in open(2). */
static int open_to_change(char proc[32], const struct task *task)
{
    int file = jail_open(task->root, task->path, O_PATH, 0);
    snprintf(proc, 32, "/proc/self/fd/%d", file);
    return file;
}

bool work_mfmt(struct task *task)
{
    char proc[32];
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {0}};
    if (!facts_time_parse(&times[1].tv_sec, task->argument))
        return task_reply(task, 501, "A time is YYYYMMDDHHMMSS, in UTC");
    if (!second_word_path(task))
        return false;
    int file = open_to_change(proc, task);
    if (file < 0 || utimensat(AT_FDCWD, proc, times, 0) != 0)
        task_errno(task, task->path);
    else
        task_reply(task, 213, "Modify=%.14s; %s", task->argument, task->path);
    if (file >= 0)
        close(file);
    return false;
}

/* What nobody may change: the folder that is "/", by any name, as there would be no way back in;
 * and the access of all to what belongs to all. */
static bool may_change_mode(struct task *task, int file, mode_t mode)
{
    struct stat status, root;
    if (fstat(file, &status) != 0 || fstat(task->root, &root) != 0)
        return task_errno(task, task->path);
    if (status.st_dev == root.st_dev && status.st_ino == root.st_ino)
        return task_reply(task, 550, "The mode of \"/\" is not yours to change");
    mode_t floor = S_ISDIR(status.st_mode) ? TASK_FOLDER_FLOOR : TASK_FILE_FLOOR;
    if (task->everybodys && (mode & floor) != floor)
        return task_reply(task, 550, "Others need it too: no mode without %03o here", floor);
    return true;
}

bool work_chmod(struct task *task)
{
    char proc[32], *end;
    unsigned long mode = strtoul(task->argument, &end, 8);
    if (end == task->argument || *end != ' ' || mode > 0777)
        return task_reply(task, 501, "A mode is three digits of 0 to 7, such as 644");
    if (!second_word_path(task))
        return false;
    int file = open_to_change(proc, task);
    if (file < 0)
        return task_errno(task, task->path);
    if (may_change_mode(task, file, (mode_t)mode)) {
        if (chmod(proc, (mode_t)mode) == 0)
            task_reply(task, 200, "Permissions are %03lo", mode);
        else
            task_errno(task, task->path);
    }
    close(file);
    return false;
}

/* draft-peterson-streamlined-ftp 4: what could still be stored. */
bool work_avbl(struct task *task)
{
    struct statvfs status;
    uint64_t quota = account_quota(task->account), used = account_used(task->account), left;
    int folder = jail_open(task->root, task->path, O_RDONLY | O_DIRECTORY, 0);
    if (folder < 0 || fstatvfs(folder, &status) != 0) {
        task_errno(task, task->path);
    } else {
        left = quota > used ? quota - used : 0;
        uint64_t space = (uint64_t)status.f_bavail * status.f_frsize;
        task_reply(task, 213, "%llu", (unsigned long long)(left < space ? left : space));
    }
    if (folder >= 0)
        close(folder);
    return false;
}
