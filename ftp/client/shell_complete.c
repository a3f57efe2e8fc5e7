/* Completion: of commands, of the server's names, of ours. */
#include "shell_complete.h"

#include "client_control.h"
#include "client_list.h"
#include "shell.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Takes a choice if it goes on as what is typed; `folder` stands in front of it. */
static bool offer(struct completion *completion, const char *typed, const char *folder,
                  const char *name, bool is_folder)
{
    struct entry choice = {0};
    if (asprintf(&choice.name, "%s%s%s", folder, name, is_folder ? "/" : "") < 0)
        return false;
    if (strncmp(choice.name, typed, strlen(typed)) == 0)
        return listing_add(&completion->choices, &choice);
    entry_free(&choice);
    return true;
}

static bool offer_commands(struct completion *completion, const char *typed)
{
    bool done = true;
    for (const struct shell_command *one = shell_commands; one->name && done; one++)
        done = offer(completion, typed, "", one->name, false);
    for (const struct shell_alias *one = shell_aliases; one->name && done; one++)
        done = offer(completion, typed, "", one->name, false);
    return done;
}

static bool hidden(const char *name, const char *typed)
{
    return *name == '.' && *path_name(typed) != '.';
}

static bool offer_remote(struct completion *completion, struct client *client, const char *typed,
                         const char *folder)
{
    struct listing listing;
    bool done;
    control_new_request(client); /* it has its own keys, as every request */
    done = list_folder(client, folder, &listing);
    for (size_t i = 0; done && i < listing.count; i++)
        if (!hidden(listing.entries[i].name, typed))
            done = offer(completion, typed, folder, listing.entries[i].name,
                         listing.entries[i].type == ENTRY_FOLDER);
    if (done)
        listing_free(&listing);
    return done;
}

static bool is_folder(DIR *folder, const char *name)
{
    struct stat status;
    return fstatat(dirfd(folder), name, &status, 0) == 0 && S_ISDIR(status.st_mode);
}

static bool offer_local(struct completion *completion, const char *typed, const char *path)
{
    DIR *folder = opendir(*path ? path : ".");
    const struct dirent *one;
    bool done = folder != NULL;
    while (done && (one = readdir(folder)))
        if (entry_name_is_safe(one->d_name) && !hidden(one->d_name, typed))
            done = offer(completion, typed, path, one->d_name, is_folder(folder, one->d_name));
    if (folder)
        closedir(folder);
    return done;
}

/* By what the word is: the command itself, or one of its arguments. */
static bool offer_all(struct completion *completion, struct client *client,
                      const struct words *words, const char *typed)
{
    const struct shell_command *command;
    char *folder, kind;
    bool done = false;
    size_t argument = 0;
    if (words->count <= 1)
        return offer_commands(completion, typed);
    command = shell_find(words->list[0].text);
    for (size_t i = 1; i < words->count; i++)
        argument += words->list[i].text[0] != '-' || i + 1 == words->count;
    kind = command ? shell_kind(command, argument) : 'n';
    folder = strndup(typed, (size_t)(path_name(typed) - typed));
    completion->shown_from = folder ? strlen(folder) : 0;
    if (command && strcmp(command->name, "help") == 0)
        done = offer_commands(completion, typed);
    else if (folder && (kind == 'r' || kind == 'R'))
        done = offer_remote(completion, client, typed, folder);
    else if (folder && (kind == 'l' || kind == 'L'))
        done = offer_local(completion, typed, folder);
    free(folder);
    return done;
}

bool complete_line(struct completion *completion, struct client *client, const char *line)
{
    struct words words;
    const char *typed;
    bool done;
    *completion = (struct completion){0};
    if (!words_split(&words, line))
        return false;
    if (words.rest) { /* the last command of the line is the one that is typed */
        line = words.rest;
        words_free(&words);
        return complete_line(completion, client, line);
    }
    /* A blank at the end: the next word begins, with nothing typed of it. */
    done = line[words.last_at] != '\0' || words_add(&words, "");
    typed = done ? words.list[words.count - 1].text : "";
    completion->quote = words.quote;
    completion->typed = strlen(typed);
    done = done && offer_all(completion, client, &words, typed) && completion->choices.count > 0;
    words_free(&words);
    listing_sort(&completion->choices);
    if (!done)
        completion_free(completion);
    return done;
}

void completion_free(struct completion *completion)
{
    listing_free(&completion->choices);
}

size_t completion_common(const struct completion *completion)
{
    const struct listing *choices = &completion->choices;
    const char *first = choices->entries[0].name, *last = choices->entries[choices->count - 1].name;
    size_t common = 0; /* sorted: what the ends share, all share */
    while (first[common] && first[common] == last[common])
        common++;
    while (common > 0 && ((unsigned char)first[common] & 0xC0) == 0x80)
        common--; /* not inside a character of UTF-8 */
    return common;
}
