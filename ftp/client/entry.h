/*
 * What a server says about its files: the facts of RFC 3659 section 7, or lines of LIST; and names
 * that are judged before anybody uses them.
 */
#ifndef GLASSBOX_FTP_ENTRY_H
#define GLASSBOX_FTP_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum entry_type {
    ENTRY_UNKNOWN,
    ENTRY_FILE,
    ENTRY_FOLDER,
    ENTRY_LINK,
    ENTRY_OTHER, /* a device, a FIFO, a socket */
    ENTRY_SELF,  /* the listed folder itself, or the one above */
};

struct entry {
    char *name; /* owned */
    enum entry_type type;
    char *target; /* of a LINK, owned; NULL: the server does not say */
    bool has_size, has_time, has_mode;
    uint64_t size;
    time_t modified;
    mode_t mode; /* UNIX.mode, permission bits */
};

struct listing {
    struct entry *entries; /* sorted by name */
    size_t count;
    size_t odd;     /* lines that were passed over */
    bool is_silent; /* there was no line at all, not even for the folder itself */
};

/* Reads "Fact=value;Fact=value; NAME". Unknown ones are skipped. False: malformed, or no memory. */
bool entry_read(struct entry *entry, const char *line, size_t bytes);
/* Reads a line of LIST, as of ls -l or DIR. One without a name ("total 5") is a SELF without it. */
bool entry_read_ls(struct entry *entry, const char *line, size_t bytes);
void entry_free(struct entry *entry);

/* Whether it is the name of something in the folder: not empty, "." or "..", without a slash. */
bool entry_name_is_safe(const char *name);

/* Adds; the entry's name passes to the listing, also without memory (false). */
bool listing_add(struct listing *listing, struct entry *entry);
/* NULL: none of that name. The listing is sorted. */
struct entry *listing_find(const struct listing *listing, const char *name);
void listing_sort(struct listing *listing);
void listing_free(struct listing *listing);

/* The last name of a path: what stands behind its last slash. */
const char *path_name(const char *path);
/* New strings, NULL without memory: the path without slashes at its end; the folder that its last
 * name lies in, "" if it is a name alone; FOLDER/NAME, with one slash between, none behind "". */
char *path_trimmed(const char *path);
char *path_folder(const char *path);
char *path_join(const char *folder, const char *name);

#endif
