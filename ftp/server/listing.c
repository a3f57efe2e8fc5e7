/* Listings: the names are read at once and sorted, the files are looked at as the lines are asked
 * for. */
#include "listing.h"

#include "facts.h"
#include "lesson_seed.h"
#include "part_file.h"
#include "task.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The longest line: facts, a name with a NUL behind each byte, a link's text, CR LF. */
#define LINE_BYTES ((size_t)FACTS_BYTES + 2 * NAME_MAX + 4 + PATH_MAX + 2)

struct listing {
    struct request request; /* first */
    enum listing_form form;
    bool read_only, seeded;
    unsigned hidden_facts;
    int folder;
    char **names;
    size_t count, next;
    time_t now;
};

/* --- the names ----------------------------------------------------------------------------------
 */
static bool add_name(struct listing *listing, const char *name)
{
    size_t count = listing->count;
    if ((count & (count - 1)) == 0) { /* a power of two: full */
        char **more = realloc(listing->names, (count ? 2 * count : 1) * sizeof(*more));
        if (!more)
            return false;
        listing->names = more;
    }
    listing->names[count] = strdup(name);
    listing->count += listing->names[count] != NULL;
    return listing->names[count] != NULL;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool read_names(struct listing *listing)
{
    bool done = true;
    int again = openat(listing->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = again >= 0 ? fdopendir(again) : NULL;
    if (!entries) {
        if (again >= 0)
            close(again);
        return false;
    }
    for (struct dirent *entry; done && (errno = 0, entry = readdir(entries));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            !part_file_is(entry->d_name))
            done = add_name(listing, entry->d_name);
    done = done && errno == 0;
    closedir(entries);
    if (listing->count > 0)
        qsort(listing->names, listing->count, sizeof(*listing->names), compare);
    return done;
}

/* --- the lines ----------------------------------------------------------------------------------
 */
static size_t put(uint8_t *to, const char *text)
{
    size_t bytes = strlen(text);
    memcpy(to, text, bytes);
    return bytes;
}

static size_t put_name(uint8_t *to, const char *name, enum listing_form form)
{
    size_t used = 0;
    if (form != LISTING_LS)
        return say_escape((char *)to, name, strlen(name), false);
    for (; *name; name++)
        to[used++] = (uint8_t)(*name == '\r' || *name == '\n' ? '?' : *name);
    return used;
}

static size_t put_target(uint8_t *to, const struct listing *listing, const char *name)
{
    char target[PATH_MAX];
    ssize_t bytes = readlinkat(listing->folder, name, target, sizeof(target) - 1);
    if (bytes < 0)
        return 0;
    target[bytes] = '\0';
    size_t used = put(to, " -> ");
    return used + put_name(to + used, target, LISTING_LS);
}

/* Nothing if the file is gone meanwhile. */
static size_t put_line(uint8_t *to, const struct listing *listing, const char *name)
{
    struct stat status;
    char front[FACTS_BYTES] = "";
    size_t used = 0;
    if (listing->form != LISTING_NAMES) {
        if (fstatat(listing->folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            return 0;
        if (listing->form == LISTING_LS)
            facts_ls(front, &status, listing->now);
        else
            facts_text(front, &status, listing->hidden_facts, listing->read_only, listing->seeded);
        used = put(to, front);
    }
    used += put_name(to + used, name, listing->form);
    if (listing->form == LISTING_LS && S_ISLNK(status.st_mode))
        used += put_target(to + used, listing, name);
    return used + put(to + used, "\r\n");
}

static ssize_t read_listing(struct request *request, uint8_t *to, size_t space)
{
    struct listing *listing = (struct listing *)request;
    size_t used = 0;
    while (listing->next < listing->count && space - used >= LINE_BYTES)
        used += put_line(to + used, listing, listing->names[listing->next++]);
    return (ssize_t)used;
}

static void free_listing(struct request *request)
{
    struct listing *listing = (struct listing *)request;
    for (size_t i = 0; i < listing->count; i++)
        free(listing->names[i]);
    free(listing->names);
    if (listing->folder >= 0)
        close(listing->folder);
    free(listing);
}

static const struct request_kind listing_kind = {.read = read_listing, .free = free_listing};

/* --- the beginning ------------------------------------------------------------------------------
 */
/* A folder, or the folder that a file lies in. */
static bool open_folder(struct listing *listing, const struct task *task, const char *path)
{
    listing->folder = jail_open(task->root, path, O_RDONLY | O_DIRECTORY, 0);
    if (listing->folder >= 0)
        return read_names(listing);
    if (errno != ENOTDIR || listing->form == LISTING_FACTS)
        return false;
    listing->folder = jail_open_parent(task->root, path);
    return listing->folder >= 0 && add_name(listing, view_name(path));
}

struct request *request_listing(struct task *task, const char *path, enum listing_form form)
{
    struct listing *listing = calloc(1, sizeof(*listing));
    if (!listing) {
        task_reply(task, 451, "No memory");
        return NULL;
    }
    listing->request.kind = &listing_kind;
    listing->form = form;
    listing->read_only = task->read_only;
    listing->seeded = task->seeded;
    listing->hidden_facts = task->hidden_facts;
    listing->folder = -1;
    listing->now = task->seeded ? SEED_CLOCK : time(NULL);
    if (!open_folder(listing, task, path)) {
        /* RFC 3659 7.2.1: MLSD of a file is a wrong argument. */
        if (errno == ENOTDIR)
            task_reply(task, 501, "That is not a folder");
        else
            task_errno(task, path);
        free_listing(&listing->request);
        return NULL;
    }
    strcpy(listing->request.opening, "Here comes the list");
    return &listing->request;
}
