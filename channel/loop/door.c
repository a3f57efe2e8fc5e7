/* The door of a server: allowed.csv, pending.csv and known_clients.csv. */
#include "door.h"

#include "console.h"
#include "known_peers.h"

#include <stdio.h>
#include <stdlib.h>

#define COMMAND_BYTES 1024

/* The command that would let a refused key in; it works once pending.csv has the key. */
struct command {
    struct command *next;
    char text[COMMAND_BYTES];
};

struct door {
    struct door_options options;
    char allowed_path[HOME_PATH_BYTES];
    struct allow_list *allowed;
    struct known_clients *clients;
    struct pending_keys *pending;
    /* What a worker thread writes; NULL: nothing. */
    struct peer_changes *saving[2];
    struct command *commands; /* to be shown when what is being saved, or waits for it, is there */
    struct command *saved_commands;
    size_t command_count; /* of `commands`: no more than the rows that pending.csv has room for */
    bool is_saving;
    bool has_news;      /* a new list, of which door_refresh has not told yet */
    time_t next_expiry; /* when the next one of the list is over */
    uv_work_t work;
};

static void say_problem(struct event_log *log, const char *event, const struct problem *problem)
{
    event_log_write(log, event, "error", problem->message, "hint",
                    problem->hint[0] ? problem->hint : NULL, NULL);
}

bool door_open(struct door **door, const struct door_options *options, struct problem *problem)
{
    char path[HOME_PATH_BYTES];
    *door = calloc(1, sizeof(**door));
    if (!*door)
        return problem_memory(problem);
    (*door)->options = *options;
    if (!home_path_or((*door)->allowed_path, options->allowed_option, options->home, HOME_ALLOWED,
                      problem) ||
        !allow_list_load(&(*door)->allowed, (*door)->allowed_path, problem))
        goto fail;
    (*door)->next_expiry = allow_list_next_expiry((*door)->allowed, time(NULL));
    home_path(path, options->home, HOME_KNOWN_CLIENTS);
    if (!known_clients_open(&(*door)->clients, path, problem))
        goto fail;
    home_path(path, options->home, HOME_PENDING);
    (*door)->pending = pending_keys_new(path);
    if ((*door)->pending)
        return true;
    problem_memory(problem);
fail:
    door_close(*door);
    *door = NULL;
    return false;
}

size_t door_count(const struct door *door)
{
    size_t count = 0;
    for (size_t i = 0; i < allow_list_count(door->allowed); i++)
        count += allow_list_at(door->allowed, i)->family == door->options.family;
    return count;
}

const char *door_allowed_path(const struct door *door)
{
    return door->allowed_path;
}

/* Looks whether the file has changed. */
static void reread(struct door *door)
{
    struct problem problem = {0};
    char count[24];
    enum allow_refresh refresh = allow_list_refresh(&door->allowed, &problem);
    if (refresh == ALLOW_BROKEN)
        say_problem(door->options.log, "allowed-broken", &problem);
    if (refresh != ALLOW_NEWER)
        return;
    door->has_news = true;
    door->next_expiry = allow_list_next_expiry(door->allowed, time(NULL));
    snprintf(count, sizeof(count), "%zu", door_count(door));
    event_log_write(door->options.log, "allowed-reread", "file", door->allowed_path, "keys", count,
                    NULL);
}

/* Somebody's time is over since this was last asked. */
static bool is_anyone_over(struct door *door)
{
    time_t now = time(NULL);
    if (now < door->next_expiry)
        return false;
    door->next_expiry = allow_list_next_expiry(door->allowed, now);
    return true;
}

const struct allow_entry *door_find(struct door *door, const struct rsa_key *key)
{
    const struct allow_entry *entry = allow_list_find(door->allowed, key, door->options.family);
    if (!entry) { /* it may have been let in a moment ago */
        reread(door);
        entry = allow_list_find(door->allowed, key, door->options.family);
    }
    return entry;
}

const struct allow_entry *door_find_digest(const struct door *door,
                                           const uint8_t digest[FINGERPRINT_BYTES])
{
    const struct allow_entry *entry = allow_list_find_digest(door->allowed, digest);
    bool allowed = entry && entry->family == door->options.family &&
                   !allow_expired(entry, time(NULL));
    return allowed ? entry : NULL;
}

const char *door_why_not(const struct door *door, const uint8_t digest[FINGERPRINT_BYTES])
{
    const struct allow_entry *entry = allow_list_find_digest(door->allowed, digest);
    if (!entry)
        return "your key was removed from the list";
    return entry->family == door->options.family ? "your key has expired"
                                                 : "your key is for the other suite now";
}

const struct allow_entry *door_find_name(const struct door *door, const char *name)
{
    return allow_list_find_name(door->allowed, name, door->options.family);
}

/* The command that would let it in, to be shown when the key is in the file. */
static void keep_command(struct door *door, const char *fingerprint)
{
    const struct door_options *options = &door->options;
    struct command *command = door->command_count < PENDING_ROWS ? malloc(sizeof(*command)) : NULL;
    if (!command)
        return;
    pending_keys_command(command->text, sizeof(command->text), options->keytool, fingerprint,
                         options->home_option, options->allowed_option);
    command->next = door->commands;
    door->commands = command;
    door->command_count++;
}

static void refuse_unknown(struct door *door, const char *address, const char *fingerprint)
{
    event_log_write(door->options.log, "refused", "address", address, "fingerprint", fingerprint,
                    "reason", "not in allowed.csv", NULL);
    keep_command(door, fingerprint);
}

static void refuse_expired(struct door *door, const char *address, const char *fingerprint,
                           const struct allow_entry *entry)
{
    const struct door_options *options = &door->options;
    char command[COMMAND_BYTES];
    event_log_write(options->log, "refused", "address", address, "fingerprint", fingerprint,
                    "reason", "expired", "name", entry->name, "expires", entry->expires, NULL);
    expired_key_command(command, sizeof(command), options->keytool, entry->name,
                        options->home_option, options->allowed_option);
    console_hint("to let %s in again: %s", entry->name, command);
}

/* It would have to serve two purposes. */
static void refuse_other_family(struct door *door, const char *address, const char *fingerprint,
                                const struct allow_entry *entry)
{
    event_log_write(door->options.log, "refused", "address", address, "fingerprint", fingerprint,
                    "reason", "allowed for the other suite", "name", entry->name, "family",
                    key_family_name(entry->family), NULL);
    console_hint("the key of %s is for the %s suite; for this one its owner needs another",
                 entry->name, key_family_name(entry->family));
}

void door_refused(struct door *door, const char *address, const struct rsa_key *key)
{
    const struct door_options *options = &door->options;
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    uint8_t digest[FINGERPRINT_BYTES];
    fingerprint_digest(digest, key);
    fingerprint_digest_text(fingerprint, digest);
    const struct allow_entry *entry = allow_list_find_digest(door->allowed, digest);
    if (!entry)
        pending_keys_record(door->pending, address, key, options->family);
    if (event_log_stranger(options->log, address)) {
        if (!entry)
            refuse_unknown(door, address, fingerprint);
        else if (entry->family != options->family)
            refuse_other_family(door, address, fingerprint, entry);
        else /* and yet not allowed */
            refuse_expired(door, address, fingerprint, entry);
    }
    door_save(door);
}

static void tell_another_key(const struct door *door, const char *address,
                             const struct rsa_key *key, const char *name,
                             const struct known_record *before)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    fingerprint_text(fingerprint, key);
    event_log_write(door->options.log, "ANOTHER-KEY", "address", address, "name", name,
                    "fingerprint", fingerprint, "known-as", before->name[0] ? before->name : NULL,
                    "known-fingerprint", before->fingerprint, "last-seen", before->last_seen, NULL);
}

const struct allow_entry *door_enter(struct door *door, const char *address,
                                     const struct rsa_key *key)
{
    uint8_t digest[FINGERPRINT_BYTES];
    struct known_record before;
    fingerprint_digest(digest, key);
    reread(door);
    const struct allow_entry *entry = door_find_digest(door, digest);
    if (entry &&
        known_clients_record(door->clients, address, key, entry->name, &before) == KNOWN_CHANGED)
        tell_another_key(door, address, key, entry->name, &before);
    return entry;
}

bool door_refresh(struct door *door)
{
    bool news;
    event_log_tick(door->options.log);
    reread(door);
    news = is_anyone_over(door) || door->has_news;
    door->has_news = false;
    return news;
}

/* --- saving ----------------------------------------------------------------------------------- */
static void save(uv_work_t *work)
{
    struct door *door = work->data;
    for (size_t i = 0; i < 2; i++) {
        struct problem problem = {0};
        if (door->saving[i] && !peer_changes_write(door->saving[i], &problem))
            say_problem(door->options.log, "not-saved", &problem);
    }
}

static void forget_changes(struct door *door)
{
    for (size_t i = 0; i < 2; i++) {
        peer_changes_free(door->saving[i]);
        door->saving[i] = NULL;
    }
    door->is_saving = false;
}

/* The oldest first. */
static void show_commands(struct command *list)
{
    if (!list)
        return;
    show_commands(list->next);
    console_hint("to let that key in: %s", list->text);
    free(list);
}

static void on_saved(uv_work_t *work, int status)
{
    struct door *door = work->data;
    (void)status;
    forget_changes(door);
    show_commands(door->saved_commands);
    door->saved_commands = NULL;
    door_save(door); /* what came meanwhile */
}

/* False if there is nothing new. */
static bool take_changes(struct door *door)
{
    door->saving[0] = pending_keys_changes(door->pending);
    door->saving[1] = known_clients_changes(door->clients);
    door->work.data = door;
    if (!door->saving[0] && !door->saving[1])
        return false;
    door->saved_commands = door->commands;
    door->commands = NULL;
    door->command_count = 0;
    return true;
}

void door_save(struct door *door)
{
    if (door->is_saving || !take_changes(door))
        return;
    door->is_saving = true;
    uv_queue_work(door->options.loop, &door->work, save, on_saved);
}

void door_close(struct door *door)
{
    if (!door)
        return;
    if (door->pending && take_changes(door)) {
        save(&door->work);
        forget_changes(door);
        show_commands(door->saved_commands);
    }
    pending_keys_free(door->pending);
    known_clients_free(door->clients);
    allow_list_free(door->allowed);
    free(door);
}
