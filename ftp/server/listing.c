/* Listings: the names of a folder are read at once and sorted, the files are looked at as the lines
 * are asked for. With -R, or a pattern, one folder comes after the other, without recursion. */
#include "listing.h"

#include "facts.h"
#include "lesson_seed.h"
#include "listing_names.h"
#include "pattern.h"
#include "task.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The longest line: facts, a path with a NUL behind each byte, a link's text, CR LF. */
#define LINE_BYTES    (FACTS_BYTES + 2 * ((size_t)VIEW_PATH_BYTES + NAME_MAX) + 4 + PATH_MAX + 2)
#define WAITING_BYTES ((size_t)4 << 20) /* of the paths of folders that -R has still to show */
#define FLAGS_OF_LS   "1AaCdFhLlRrSt"   /* that clients send; d, l and R change something */

/* What is being shown. */
enum scope {
    SCOPE_FOLDER, /* all that is in one */
    SCOPE_TREE,   /* and in the folders in it: -R */
    SCOPE_ITEM,   /* one file, or with -d a folder; `front` is how the client calls it */
    SCOPE_PATTERN
};

struct listing {
    struct stream stream; /* first */
    enum listing_form form;
    enum scope scope;
    bool read_only, seeded;
    bool heading_due, has_heading; /* of -R: before this folder; there is one already */
    unsigned hidden_facts;
    time_t now;
    int root;
    char cwd[VIEW_PATH_BYTES];
    char pattern[VIEW_PATH_BYTES]; /* its last part; "": none */
    /* the folder that is shown now */
    int folder;
    char front[VIEW_PATH_BYTES]; /* what the client would say in front of a name in it */
    DIR *entries;                /* those of its names that were not read yet; NULL: none */
    struct names names;          /* those that were */
    size_t next;
    /* and those that come after it */
    struct names waiting;        /* the next one is the last */
    size_t waiting_bytes, inner; /* inner: how many of them lie in this one */
};

/* --- the lines -------------------------------------------------------------------------------- */
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
        return reply_escape((char *)to, name, strlen(name), false);
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

/* RFC 1123 4.1.2.7: what NLST gives can be said in the next command as it is. */
static size_t put_path(uint8_t *to, const struct listing *listing, const char *name)
{
    bool with_front = listing->form == LISTING_NAMES || listing->scope >= SCOPE_ITEM;
    size_t used = with_front ? put_name(to, listing->front, listing->form) : 0;
    if (listing->scope != SCOPE_ITEM)
        used += put_name(to + used, name, listing->form);
    return used;
}

/* A folder that -R will come to. */
static void wait_for(struct listing *listing, const char *name)
{
    char path[VIEW_PATH_BYTES];
    int bytes = snprintf(path, sizeof(path), "%s%s/", listing->front, name);
    if (bytes >= VIEW_PATH_BYTES || listing->waiting_bytes > WAITING_BYTES) {
        stream_fail(&listing->stream, 550, "%.200s: too many folders, or too deep", name);
    } else if (!names_add(&listing->waiting, path)) {
        stream_fail(&listing->stream, 451, "No memory");
    } else {
        listing->waiting_bytes += (size_t)bytes + 1;
        listing->inner++;
    }
}

/* Nothing if the file is gone meanwhile. */
static size_t put_line(uint8_t *to, struct listing *listing, const char *name)
{
    struct stat status = {0};
    char front[FACTS_BYTES] = "";
    bool must_look = listing->form != LISTING_NAMES || listing->scope == SCOPE_TREE;
    if (must_look && fstatat(listing->folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return 0;
    if (listing->form == LISTING_LS)
        facts_ls(front, &status, listing->now);
    else if (listing->form == LISTING_FACTS)
        facts_text(front, &status, listing->hidden_facts, listing->read_only, listing->seeded);
    if (listing->scope == SCOPE_TREE && S_ISDIR(status.st_mode))
        wait_for(listing, name);
    size_t used = put(to, front);
    used += put_path(to + used, listing, name);
    if (listing->form == LISTING_LS && S_ISLNK(status.st_mode))
        used += put_target(to + used, listing, name);
    return used + put(to + used, "\r\n");
}

/* As POSIX has it for ls -R: an empty line, and the folder's path with a colon. */
static size_t put_heading(uint8_t *to, struct listing *listing)
{
    size_t used = listing->has_heading ? put(to, "\r\n") : 0, bytes = strlen(listing->front);
    char path[VIEW_PATH_BYTES] = ".";
    if (bytes > 0)
        snprintf(path, sizeof(path), "%.*s", (int)(bytes > 1 ? bytes - 1 : bytes), listing->front);
    listing->has_heading = true;
    listing->heading_due = false;
    used += put_name(to + used, path, LISTING_LS);
    return used + put(to + used, ":\r\n");
}

/* --- one folder after the other --------------------------------------------------------------- */
/* Turns round the last of them, which have been found in the order of their names. */
static void turn(struct names *names, size_t count)
{
    char **from = names->all + names->count - count;
    for (size_t i = 0; i < count / 2; i++) {
        char *one = from[i];
        from[i] = from[count - 1 - i];
        from[count - 1 - i] = one;
    }
}

static void close_entries(struct listing *listing)
{
    if (listing->entries)
        closedir(listing->entries);
    listing->entries = NULL;
}

/* More names of the folder. False and errno. */
static bool read_names(struct listing *listing)
{
    bool done = names_read(&listing->names, listing->entries,
                           listing->pattern[0] ? listing->pattern : NULL);
    int error = errno;
    listing->next = 0;
    if (!done || listing->names.count < NAMES_AT_ONCE)
        close_entries(listing);
    errno = error;
    return done;
}

static void leave(struct listing *listing)
{
    int error = errno;
    names_free(&listing->names);
    listing->next = 0;
    close_entries(listing);
    if (listing->folder >= 0)
        close(listing->folder);
    listing->folder = -1;
    errno = error;
}

/* The folder that `front` says becomes the one that is shown. False and errno. */
static bool enter(struct listing *listing)
{
    char path[VIEW_PATH_BYTES];
    leave(listing);
    listing->folder = view_path(path, listing->cwd, listing->front)
                          ? jail_open(listing->root, path, O_RDONLY | O_DIRECTORY, 0)
                          : -1;
    listing->entries = listing->folder >= 0 ? names_open(listing->folder) : NULL;
    bool entered = listing->entries && read_names(listing);
    if (!entered)
        leave(listing);
    listing->heading_due = entered && listing->scope == SCOPE_TREE && listing->form == LISTING_LS;
    return entered;
}

/* The next folder, as long as there is one. One that cannot be shown is named at the end; the
 * others are shown. */
static bool go_on(struct listing *listing)
{
    struct names *waiting = &listing->waiting;
    if (listing->inner > 0)
        turn(waiting, listing->inner);
    listing->inner = 0;
    while (waiting->count > 0) {
        char *front = waiting->all[--waiting->count];
        snprintf(listing->front, sizeof(listing->front), "%s", front);
        listing->waiting_bytes -= strlen(front) + 1;
        free(front);
        if (enter(listing))
            return true;
        if (listing->scope == SCOPE_TREE && errno != ENOENT && errno != ENOTDIR)
            stream_errno(&listing->stream, listing->front);
    }
    return false;
}

/* More names: of this folder, or of the next. */
static bool get_more(struct listing *listing)
{
    if (!listing->entries)
        return go_on(listing);
    if (!read_names(listing))
        stream_errno(&listing->stream, listing->front);
    return true;
}

static ssize_t read_listing(struct stream *stream, uint8_t *to, size_t space)
{
    struct listing *listing = (struct listing *)stream;
    size_t used = 0;
    while (space - used >= 2 * LINE_BYTES) {
        if (listing->heading_due)
            used += put_heading(to + used, listing);
        while (listing->next < listing->names.count && space - used >= 2 * LINE_BYTES)
            used += put_line(to + used, listing, listing->names.all[listing->next++]);
        if (listing->next == listing->names.count && !get_more(listing))
            break;
    }
    return used == 0 && stream->code ? -1 : (ssize_t)used;
}

static void free_listing(struct stream *stream)
{
    struct listing *listing = (struct listing *)stream;
    leave(listing);
    names_free(&listing->waiting);
    if (listing->root >= 0)
        close(listing->root);
    free(listing);
}

static const struct stream_kind listing_kind = {.read = read_listing, .free = free_listing};

bool listing_is_of_folder(const struct stream *stream)
{
    return ((const struct listing *)stream)->scope <= SCOPE_TREE;
}

/* --- the beginning ---------------------------------------------------------------------------- */
/* Takes the flags off the front of an argument of ls: "-la", "-a folder", "-R -- -name". A word
 * with another letter is a name. Each word ends in one blank: a second one belongs to a name. */
static const char *take_flags(struct listing *listing, const char *argument)
{
    while (argument[0] == '-' && argument[1]) {
        size_t bytes = strcspn(argument, " ");
        const char *rest = argument + bytes + (argument[bytes] == ' ');
        if (bytes == 2 && argument[1] == '-')
            return rest;
        if (strspn(argument + 1, FLAGS_OF_LS) != bytes - 1)
            return argument;
        if (memchr(argument, 'R', bytes) && listing->scope == SCOPE_FOLDER)
            listing->scope = SCOPE_TREE;
        if (memchr(argument, 'd', bytes))
            listing->scope = SCOPE_ITEM;
        if (memchr(argument, 'l', bytes))
            listing->form = LISTING_LS;
        argument = rest;
    }
    return argument;
}

/* Opens the folder that path lies in, and looks whether it is there, be it a link that leads
 * nowhere. -1 and errno. */
static int open_item(int root, const char *path)
{
    struct stat status;
    if (strcmp(path, "/") == 0)
        return fcntl(root, F_DUPFD_CLOEXEC, 0);
    int folder = jail_open_parent(root, path);
    if (folder >= 0 && fstatat(folder, view_name(path), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        int error = errno;
        close(folder);
        errno = error;
        return -1;
    }
    return folder;
}

static bool begin_item(struct listing *listing, const char *path, const char *text)
{
    listing->scope = SCOPE_ITEM;
    listing->folder = open_item(listing->root, path);
    strcpy(listing->front, text[0] ? text : ".");
    return listing->folder >= 0 && names_add(&listing->names, path[1] ? view_name(path) : ".");
}

static bool begin_folder(struct listing *listing, const char *text)
{
    size_t bytes = strlen(text);
    bool has_slash = bytes == 0 || text[bytes - 1] == '/';
    snprintf(listing->front, sizeof(listing->front), "%s%s", text, has_slash ? "" : "/");
    return enter(listing);
}

/* A pattern that nothing fits is like a name that is not there. */
static bool begin_pattern(struct listing *listing, const char *text)
{
    const char *slash = strrchr(text, '/');
    listing->scope = SCOPE_PATTERN;
    strcpy(listing->pattern, slash ? slash + 1 : text);
    if (!names_expand(&listing->waiting, listing->root, listing->cwd, text))
        return false;
    turn(&listing->waiting, listing->waiting.count);
    for (size_t i = 0; i < listing->waiting.count; i++)
        listing->waiting_bytes += strlen(listing->waiting.all[i]) + 1;
    while (go_on(listing))
        if (listing->names.count > 0)
            return true;
    errno = ENOENT;
    return false;
}

/* A name as it is wins over a pattern, and with NLST over flags. */
static bool begin(struct listing *listing, const char *path, const char *text)
{
    if (listing->scope != SCOPE_ITEM) {
        if (begin_folder(listing, text))
            return true;
        if (listing->form == LISTING_FACTS || (errno != ENOTDIR && errno != ENOENT))
            return false;
    }
    return begin_item(listing, path, text) ||
           (errno == ENOENT && pattern_is_one(text) && begin_pattern(listing, text));
}

/* What the client means, in text and as a path. */
static bool understand(struct listing *listing, struct task *task, const char **text)
{
    int item = -1;
    *text = task->argument;
    if (strlen(*text) + 2 > VIEW_PATH_BYTES) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (listing->form == LISTING_NAMES && view_path(task->path, task->cwd, *text))
        item = open_item(listing->root, task->path);
    if (item >= 0)
        close(item);
    else if (listing->form != LISTING_FACTS)
        *text = take_flags(listing, *text);
    return view_path(task->path, task->cwd, *text);
}

struct stream *stream_listing(struct task *task, enum listing_form form)
{
    struct listing *listing = calloc(1, sizeof(*listing));
    const char *text;
    if (!listing) {
        task_reply(task, 451, "No memory");
        return NULL;
    }
    *listing = (struct listing){.stream = {.kind = &listing_kind, .opening = "Here comes the list"},
                                .form = form,
                                .read_only = task->read_only,
                                .seeded = task->seeded,
                                .hidden_facts = task->hidden_facts,
                                .now = task->seeded ? SEED_CLOCK : time(NULL),
                                .root = fcntl(task->root, F_DUPFD_CLOEXEC, 0),
                                .folder = -1};
    strcpy(listing->cwd, task->cwd);
    if (listing->root >= 0 && understand(listing, task, &text) && begin(listing, task->path, text))
        return &listing->stream;
    if (errno == ENOTDIR && form == LISTING_FACTS) /* RFC 3659 7.2.1 */
        task_reply(task, 501, "That is not a folder");
    else if (errno == E2BIG)
        task_reply(task, 550, "That pattern stands for too many folders");
    else
        task_errno(task, task->path[0] ? task->path : task->argument);
    free_listing(&listing->stream);
    return NULL;
}
