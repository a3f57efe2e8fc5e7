/* The names of a listing: folders read, patterns expanded. */
#include "listing_names.h"

#include "partial_file.h"
#include "pattern.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool names_add(struct names *names, const char *name)
{
    size_t count = names->count;
    if ((count & (count - 1)) == 0) { /* a power of two: full */
        char **more = realloc(names->all, (count ? 2 * count : 1) * sizeof(*more));
        if (!more)
            return false;
        names->all = more;
    }
    names->all[count] = strdup(name);
    names->count += names->all[count] != NULL;
    return names->all[count] != NULL;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void names_free(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->all[i]);
    free(names->all);
    *names = (struct names){0};
}

DIR *names_open(int folder)
{
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = again >= 0 ? fdopendir(again) : NULL;
    if (!entries && again >= 0)
        close(again);
    return entries;
}

bool names_read(struct names *names, DIR *entries, const char *pattern)
{
    struct dirent *entry = NULL;
    bool done = true;
    names_free(names);
    while (done && names->count < NAMES_AT_ONCE && (errno = 0, entry = readdir(entries))) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !partial_file_is(name) &&
            (!pattern || pattern_matches(pattern, name)))
            done = names_add(names, name);
    }
    done = done && (entry || errno == 0);
    int error = errno;
    if (names->count > 0)
        qsort(names->all, names->count, sizeof(*names->all), compare);
    errno = error;
    return done;
}

/* --- patterns --------------------------------------------------------------------------------- */
#define FOLDER_BYTES 64 /* what each costs beside its path */

struct expansion {
    int root;
    const char *cwd;
    size_t left; /* of NAMES_PATTERN_BYTES */
    struct names folders, next;
};

/* FRONT NAME SLASHES; what is longer than any path is left out. */
static bool add_folder(struct expansion *expansion, const char *front, const char *name,
                       const char *slashes)
{
    char text[VIEW_PATH_BYTES];
    int bytes = snprintf(text, sizeof(text), "%s%s%s", front, name, slashes);
    if (bytes >= VIEW_PATH_BYTES)
        return true;
    if (expansion->left < (size_t)bytes + FOLDER_BYTES) {
        errno = E2BIG;
        return false;
    }
    expansion->left -= (size_t)bytes + FOLDER_BYTES;
    return names_add(&expansion->next, text);
}

/* All that fits in one folder. Nothing fits in what is no folder or cannot be read. */
static bool expand_in(struct expansion *expansion, const char *front, const char *part,
                      const char *slashes)
{
    char path[VIEW_PATH_BYTES];
    struct names found = {0};
    bool done = true;
    int folder = view_path(path, expansion->cwd, front)
                     ? jail_open(expansion->root, path, O_RDONLY | O_DIRECTORY, 0)
                     : -1;
    if (folder < 0)
        return true;
    DIR *entries = names_open(folder);
    close(folder);
    do {
        if (!entries || !names_read(&found, entries, part))
            break;
        for (size_t i = 0; done && i < found.count; i++)
            done = add_folder(expansion, front, found.all[i], slashes);
    } while (done && found.count == NAMES_AT_ONCE);
    names_free(&found);
    if (entries)
        closedir(entries);
    return done;
}

/* One part of the pattern, with the slashes behind it, onto every folder so far. */
static bool expand_part(struct expansion *expansion, const char *part, const char *slashes)
{
    bool done = true;
    for (size_t i = 0; done && i < expansion->folders.count; i++) {
        const char *front = expansion->folders.all[i];
        done = pattern_is_one(part) ? expand_in(expansion, front, part, slashes)
                                    : add_folder(expansion, front, part, slashes);
    }
    names_free(&expansion->folders);
    expansion->folders = expansion->next;
    expansion->next = (struct names){0};
    return done;
}

bool names_expand(struct names *folders, int root, const char *cwd, const char *pattern)
{
    struct expansion expansion = {.root = root, .cwd = cwd, .left = NAMES_PATTERN_BYTES};
    char part[VIEW_PATH_BYTES], slashes[VIEW_PATH_BYTES];
    bool done = names_add(&expansion.folders, pattern[0] == '/' ? "/" : "");
    for (const char *at = pattern + strspn(pattern, "/"); done && strchr(at, '/');) {
        int bytes = (int)strcspn(at, "/"), more = (int)strspn(at + bytes, "/");
        snprintf(part, sizeof(part), "%.*s", bytes, at);
        snprintf(slashes, sizeof(slashes), "%.*s", more, at + bytes);
        done = expand_part(&expansion, part, slashes);
        at += bytes + more;
    }
    *folders = expansion.folders;
    return done;
}
