/* Facts and names. */
#include "entry.h"

#include "facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_type(struct entry *entry, const char *value)
{
    static const struct {
        const char *text;
        enum entry_type type;
    } types[] = {
        {"file", ENTRY_FILE}, {"dir", ENTRY_FOLDER}, {"cdir", ENTRY_SELF}, {"pdir", ENTRY_SELF}};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcasecmp(value, types[i].text) == 0)
            entry->type = types[i].type;
    if (strncasecmp(value, "OS.unix=", 8) == 0) {
        const char *kind = value + 8, *colon = strchr(kind, ':');
        bool link = strncasecmp(kind, "slink", 5) == 0 || strncasecmp(kind, "symlink", 7) == 0;
        entry->type = link ? ENTRY_LINK : ENTRY_OTHER;
        free(entry->target); /* of a second fact of this name */
        entry->target = link && colon && colon[1] ? strdup(colon + 1) : NULL;
    }
}

static bool read_number(const char *value, int base, unsigned long long *number)
{
    char *end;
    if (*value < '0' || *value > '9')
        return false;
    *number = strtoull(value, &end, base);
    return *end == '\0';
}

static void read_fact(struct entry *entry, const char *fact, const char *value)
{
    unsigned long long number;
    if (strcasecmp(fact, "type") == 0) {
        read_type(entry, value);
    } else if (strcasecmp(fact, "size") == 0 && read_number(value, 10, &number)) {
        entry->has_size = true;
        entry->size = number;
    } else if (strcasecmp(fact, "modify") == 0) {
        entry->has_time = facts_time_parse(&entry->modified, value);
    } else if (strcasecmp(fact, "UNIX.mode") == 0 && read_number(value, 8, &number)) {
        entry->has_mode = true;
        entry->mode = (mode_t)(number & 07777);
    }
}

/* Facts up to the blank, each "NAME=VALUE;", cut apart in place. False: they are none. */
static bool read_facts(struct entry *entry, char *facts)
{
    char *rest, *fact = strtok_r(facts, ";", &rest);
    for (; fact; fact = strtok_r(NULL, ";", &rest)) {
        char *value = strchr(fact, '=');
        if (!value)
            return false;
        *value = '\0';
        read_fact(entry, fact, value + 1);
    }
    return true;
}

/* CR NUL is a CR (RFC 2640 3.1); another 0 cannot be in a name. */
static bool decode_name(char *name, size_t bytes)
{
    size_t out = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (name[i] == '\0')
            return false;
        name[out++] = name[i];
        i += name[i] == '\r' && i + 1 < bytes && name[i + 1] == '\0';
    }
    name[out] = '\0';
    return true;
}

bool entry_read(struct entry *entry, const char *line, size_t bytes)
{
    const char *blank = memchr(line, ' ', bytes);
    size_t facts_bytes = blank ? (size_t)(blank - line) : 0, name_bytes = bytes - facts_bytes - 1;
    char *facts;
    bool good = false;
    *entry = (struct entry){0};
    if (!blank || memchr(line, '\0', facts_bytes))
        return false;
    facts = strndup(line, facts_bytes);
    entry->name = malloc(name_bytes + 1);
    if (facts && entry->name) {
        memcpy(entry->name, blank + 1, name_bytes);
        entry->name[name_bytes] = '\0';
        good = read_facts(entry, facts) && decode_name(entry->name, name_bytes);
    }
    free(facts);
    if (!good)
        entry_free(entry);
    return good;
}

void entry_free(struct entry *entry)
{
    free(entry->name);
    free(entry->target);
    *entry = (struct entry){0};
}

bool entry_name_is_safe(const char *name)
{
    return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !strchr(name, '/');
}

bool listing_add(struct listing *listing, struct entry *entry)
{
    bool full = (listing->count & (listing->count - 1)) == 0; /* 0 or a power of two */
    size_t space = listing->count > 0 ? 2 * listing->count : 1;
    struct entry *more = full ? realloc(listing->entries, space * sizeof(*more)) : listing->entries;
    if (!more) {
        entry_free(entry);
        return false;
    }
    listing->entries = more;
    more[listing->count++] = *entry;
    *entry = (struct entry){0}; /* transferred */
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

void listing_sort(struct listing *listing)
{
    if (listing->count > 0)
        qsort(listing->entries, listing->count, sizeof(listing->entries[0]), by_name);
}

struct entry *listing_find(const struct listing *listing, const char *name)
{
    const struct entry key = {.name = (char *)(uintptr_t)name};
    return listing->count > 0 ? bsearch(&key, listing->entries, listing->count,
                                        sizeof(listing->entries[0]), by_name)
                              : NULL;
}

void listing_free(struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++)
        entry_free(&listing->entries[i]);
    free(listing->entries);
    *listing = (struct listing){0};
}

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *path_trimmed(const char *path)
{
    size_t bytes = strlen(path);
    while (bytes > 1 && path[bytes - 1] == '/')
        bytes--;
    return strndup(path, bytes);
}

char *path_folder(const char *path)
{
    size_t bytes = (size_t)(path_name(path) - path);
    return strndup(path, bytes > 1 ? bytes - 1 : bytes);
}

char *path_join(const char *folder, const char *name)
{
    char *path;
    const char *slash = *folder && folder[strlen(folder) - 1] != '/' ? "/" : "";
    return asprintf(&path, "%s%s%s", folder, slash, name) < 0 ? NULL : path;
}
