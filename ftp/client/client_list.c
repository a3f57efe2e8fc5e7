/* The server's folders: MLSD, MLST, NLST, LIST; and patterns on top. */
#include "client_list.h"

#include "client_control.h"
#include "client_data.h"
#include "facts.h"
#include "pattern.h"

#include <stdlib.h>
#include <string.h>

#define LIST_MAX ((size_t)64 * 1024 * 1024)
#define ODD_TOLD 10 /* lines of a list that are passed over */

/* --- fetching --------------------------------------------------------------------------------- */

/* Everything that comes, with a 0 behind it. */
static char *read_all(struct client *client, struct client_connection *data, size_t *total)
{
    char *text = malloc(1);
    const uint8_t *fresh;
    ssize_t bytes = 0;
    *total = 0;
    while (text && (bytes = client_connection_peek(data, &fresh)) > 0) {
        char *more = *total + (size_t)bytes > LIST_MAX ? NULL
                                                       : realloc(text, *total + (size_t)bytes + 1);
        if (!more) {
            problem_set(&client->problem, "the list is too long");
            break;
        }
        text = more;
        memcpy(text + *total, fresh, (size_t)bytes);
        *total += (size_t)bytes;
        client_connection_used(data, (size_t)bytes);
    }
    if (text && bytes == 0 && data_end(client, data)) {
        text[*total] = '\0';
        return text;
    }
    if (!text || bytes != 0)
        data_fail(client, data);
    free(text);
    return NULL;
}

static char *fetch(struct client *client, const char *command, const char *path, size_t *total)
{
    struct client_connection *data = data_open(client, 0, command, *path ? path : NULL);
    return data ? read_all(client, data, total) : NULL;
}

/* The next line: up to CR LF. Old servers end them by LF alone: then there is no CR LF at all. */
static bool next_line(const char **at, const char *end, const char *mark, const char **line,
                      size_t *bytes)
{
    const char *stop = memmem(*at, (size_t)(end - *at), mark, strlen(mark));
    if (*at == end)
        return false;
    *line = *at;
    *bytes = (size_t)((stop ? stop : end) - *at);
    *at = stop ? stop + strlen(mark) : end;
    return true;
}

static const char *line_mark(const char *text, size_t bytes)
{
    return memmem(text, bytes, "\r\n", 2) ? "\r\n" : "\n";
}

bool list_text(struct client *client, const char *path, char **text)
{
    size_t bytes, out = 0;
    *text = fetch(client, "LIST", path, &bytes);
    if (!*text)
        return false;
    for (size_t i = 0; i < bytes; i++)
        if ((*text)[i] != '\r' && (*text)[i] != '\0')
            (*text)[out++] = (*text)[i];
    (*text)[out] = '\0';
    return true;
}

/* --- a folder --------------------------------------------------------------------------------- */

/* A line is passed over and named; of many, only the first ones. */
static void pass_over(struct client *client, struct listing *listing, const char *line,
                      size_t bytes, const char *why)
{
    if (listing->odd++ < ODD_TOLD)
        console_warning("the server lists '%.*s', %s: passed over",
                        (int)(bytes < 200 ? bytes : 200), line, why);
    client->left_out++;
}

typedef bool line_reader(struct entry *entry, const char *line, size_t bytes);

/* entry_read or entry_read_ls of one line. */
static bool take_entry(struct client *client, struct listing *listing, line_reader *reads,
                       const char *line, size_t bytes)
{
    struct entry entry;
    bool added = true;
    if (bytes == 0)
        return true;
    if (!reads(&entry, line, bytes)) {
        pass_over(client, listing, line, bytes, "which cannot be read");
        return true;
    }
    if (entry.type != ENTRY_SELF && entry_name_is_safe(entry.name))
        added = listing_add(listing, &entry) || problem_memory(&client->problem);
    else if (entry.type != ENTRY_SELF)
        pass_over(client, listing, entry.name, strlen(entry.name), "a name that leaves the folder");
    entry_free(&entry);
    return added;
}

/* A line of NLST, which with some servers is a whole path. */
static bool take_name(struct client *client, struct listing *listing, const char *line,
                      size_t bytes)
{
    char *whole = strndup(line, bytes);
    struct entry entry = {.name = whole ? strdup(path_name(whole)) : NULL};
    free(whole);
    if (!entry.name)
        return problem_memory(&client->problem);
    if (entry_name_is_safe(entry.name))
        return listing_add(listing, &entry) || problem_memory(&client->problem);
    entry_free(&entry);
    return true;
}

/* All lines of a list, which is freed; NLST has names alone, and then reads is NULL. */
static bool take_list(struct client *client, struct listing *listing, line_reader *reads,
                      char *text, size_t total)
{
    const char *at = text, *mark = line_mark(text, total), *line;
    bool done = true;
    size_t bytes;
    while (done && next_line(&at, text + total, mark, &line, &bytes))
        done = reads ? take_entry(client, listing, reads, line, bytes)
                     : take_name(client, listing, line, bytes);
    free(text);
    listing->is_silent = total == 0;
    listing_sort(listing);
    if (done && listing->count == 0 && listing->odd > 0)
        done = problem_set(&client->problem, "the server's list cannot be read");
    if (!done)
        listing_free(listing);
    return done;
}

bool list_folder(struct client *client, const char *path, struct listing *listing)
{
    bool facts = client->features.mlst;
    size_t total;
    char *text = fetch(client, facts ? "MLSD" : "NLST", path, &total);
    *listing = (struct listing){0};
    if (!text && !facts && client->control && client->reply.code == 550) {
        client->problem = (struct problem){0}; /* what some say of NLST of an empty folder */
        return true;
    }
    if (!text)
        return false;
    return take_list(client, listing, facts ? entry_read : NULL, text, total);
}

/* With -a, as most servers hide names that begin with a dot; some take it for a name. */
bool list_lines(struct client *client, struct listing *listing)
{
    size_t total = 0;
    char *text = fetch(client, "LIST -a", "", &total);
    *listing = (struct listing){0};
    if (total == 0 && client->control && !client->stopped) {
        free(text);
        client->problem = (struct problem){0};
        text = fetch(client, "LIST", "", &total);
    }
    if (text && total == 0 && client->reply.text && strcasestr(client->reply.text, "failed")) {
        free(text); /* vsftpd: "226 Transfer done (but failed to open directory)." */
        return control_refused(client, "the list");
    }
    return text && take_list(client, listing, entry_read_ls, text, total);
}

/* --- one -------------------------------------------------------------------------------------- */

/* RFC 3659 7.2: the second line of the reply, behind a blank. */
static bool read_mlst(struct client *client, struct entry *entry)
{
    const char *line = strchr(client->reply.text, '\n');
    return (line && line[1] == ' ' && entry_read(entry, line + 2, strcspn(line + 2, "\n"))) ||
           problem_set(&client->problem, "the server's facts cannot be read");
}

bool list_one(struct client *client, const char *path, struct entry *entry)
{
    *entry = (struct entry){0};
    if (client->features.mlst)
        return control_command(client, "MLST", path) == 250 ? read_mlst(client, entry)
                                                            : control_refused(client, path);
    if (client->features.size && control_command(client, "SIZE", path) == 213) {
        char *end;
        entry->size = strtoull(client->reply.text, &end, 10);
        entry->has_size = end != client->reply.text;
        entry->type = ENTRY_FILE;
    }
    if (client->features.mdtm && client->control && control_command(client, "MDTM", path) == 213)
        entry->has_time = facts_time_parse(&entry->modified, client->reply.text);
    return client->control != NULL;
}

/* --- patterns --------------------------------------------------------------------------------- */
static bool is_pattern(const char *text)
{
    for (; *text; text++)
        if (*text == '\\' && text[1])
            text++;
        else if (strchr("*?[", *text))
            return true;
    return false;
}

static void unescape(char *text)
{
    char *out = text;
    for (; *text; text++) {
        text += *text == '\\' && text[1];
        *out++ = *text;
    }
    *out = '\0';
}

static bool expand(struct client *client, const char *folder, const char *pattern,
                   struct listing *out);

/* One match of a pattern's name: the path's end, or a folder to go on in. */
static bool take_match(struct client *client, const char *folder, const struct entry *match,
                       const char *rest, struct listing *out)
{
    struct entry entry = *match;
    bool done;
    entry.name = path_join(folder, match->name); /* the strings are each entry's own */
    entry.target = match->target ? strdup(match->target) : NULL;
    if (!entry.name || (match->target && !entry.target)) {
        entry_free(&entry);
        return problem_memory(&client->problem);
    }
    if (!*rest)
        return listing_add(out, &entry) || problem_memory(&client->problem);
    done = (match->type != ENTRY_FOLDER && match->type != ENTRY_UNKNOWN) ||
           expand(client, entry.name, rest, out);
    entry_free(&entry);
    return done;
}

static bool expand_name(struct client *client, const char *folder, const char *name,
                        const char *rest, struct listing *out)
{
    struct listing listing;
    bool done = list_folder(client, folder, &listing);
    for (size_t i = 0; done && i < listing.count; i++)
        if (pattern_matches(name, listing.entries[i].name))
            done = take_match(client, folder, &listing.entries[i], rest, out);
    if (done)
        listing_free(&listing);
    return done;
}

/* The names of the pattern one after the other; pattern is not empty. */
static bool expand(struct client *client, const char *folder, const char *pattern,
                   struct listing *out)
{
    size_t length = strcspn(pattern, "/");
    const char *rest = pattern + length + strspn(pattern + length, "/");
    char *name = strndup(pattern, length);
    bool done;
    if (!name)
        return problem_memory(&client->problem);
    if (is_pattern(name)) {
        done = expand_name(client, folder, name, rest, out);
    } else {
        struct entry entry = {.name = name};
        unescape(name);
        done = take_match(client, *folder || length > 0 ? folder : "/", &entry, rest, out);
    }
    free(name);
    return done;
}

bool list_matching(struct client *client, const char *pattern, struct listing *listing)
{
    *listing = (struct listing){0};
    if (expand(client, "", pattern, listing) && listing->count > 0)
        return true;
    listing_free(listing);
    return problem_set(&client->problem, "%s: nothing has such a name", pattern);
}
