/* The door of a server: allowed.csv, pending.csv and known_clients.csv. */
#include "admission.h"

#include "known_peers.h"
#include "translate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define COMMAND_BYTES 1024
#define REST          10 /* a merge takes at most this part of the time: a large file takes long */

/* The command that would let a refused key in; it works once pending.csv has the key. */
struct command {
    struct command *next;
    char text[COMMAND_BYTES];
};

struct admission {
    struct admission_options options;
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
    uint64_t save_began, next_save; /* of uv_hrtime */
    bool has_news;                  /* a new list, of which admission_refresh has not told yet */
    time_t next_expiry;             /* when the next one of the list is over */
    uv_work_t work;
};

static void hint(const struct admission *admission, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void hint(const struct admission *admission, const char *format, ...)
{
    char text[COMMAND_BYTES + 128];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof(text), translate(format), values);
    va_end(values);
    admission->options.hint(text);
}

static void say_problem(struct event_log *log, const char *event, const struct problem *problem)
{
    event_log_write(log, event, "error", problem->message, "hint",
                    problem->hint[0] ? problem->hint : NULL, NULL);
}

bool admission_open(struct admission **admission, const struct admission_options *options,
                    struct problem *problem)
{
    char path[HOME_PATH_BYTES];
    *admission = calloc(1, sizeof(**admission));
    if (!*admission)
        return problem_memory(problem);
    (*admission)->options = *options;
    if (!home_path_or((*admission)->allowed_path, options->allowed_option, options->home,
                      HOME_ALLOWED, problem) ||
        !allow_list_load(&(*admission)->allowed, (*admission)->allowed_path, problem))
        goto fail;
    (*admission)->next_expiry = allow_list_next_expiry((*admission)->allowed, time(NULL));
    home_path(path, options->home, HOME_KNOWN_CLIENTS);
    if (!known_clients_open(&(*admission)->clients, path, problem))
        goto fail;
    home_path(path, options->home, HOME_PENDING);
    (*admission)->pending = pending_keys_new(path);
    if ((*admission)->pending)
        return true;
    problem_memory(problem);
fail:
    admission_close(*admission);
    *admission = NULL;
    return false;
}

size_t admission_count(const struct admission *admission)
{
    size_t count = 0;
    for (size_t i = 0; i < allow_list_count(admission->allowed); i++)
        count += allow_list_at(admission->allowed, i)->family == admission->options.family;
    return count;
}

const char *admission_allowed_path(const struct admission *admission)
{
    return admission->allowed_path;
}

/* Looks whether the file has changed. */
static void reread(struct admission *admission)
{
    struct problem problem = {0};
    char count[24];
    enum allow_refresh refresh = allow_list_refresh(&admission->allowed, &problem);
    if (refresh == ALLOW_BROKEN)
        say_problem(admission->options.log, "allowed-broken", &problem);
    if (refresh != ALLOW_NEWER)
        return;
    admission->has_news = true;
    admission->next_expiry = allow_list_next_expiry(admission->allowed, time(NULL));
    snprintf(count, sizeof(count), "%zu", admission_count(admission));
    event_log_write(admission->options.log, "allowed-reread", "file", admission->allowed_path,
                    "keys", count, NULL);
}

/* Somebody's time is over since this was last asked. */
static bool is_anyone_over(struct admission *admission)
{
    time_t now = time(NULL);
    if (now < admission->next_expiry)
        return false;
    admission->next_expiry = allow_list_next_expiry(admission->allowed, now);
    return true;
}

const struct allow_entry *admission_find(struct admission *admission, const struct rsa_key *key)
{
    const struct allow_entry *entry = allow_list_find(admission->allowed, key,
                                                      admission->options.family);
    if (!entry) { /* it may have been let in a moment ago */
        reread(admission);
        entry = allow_list_find(admission->allowed, key, admission->options.family);
    }
    return entry;
}

const struct allow_entry *admission_find_digest(const struct admission *admission,
                                                const uint8_t digest[FINGERPRINT_BYTES])
{
    const struct allow_entry *entry = allow_list_find_digest(admission->allowed, digest);
    bool allowed = entry && entry->family == admission->options.family &&
                   !allow_expired(entry, time(NULL));
    return allowed ? entry : NULL;
}

const char *admission_why_not(const struct admission *admission,
                              const uint8_t digest[FINGERPRINT_BYTES])
{
    const struct allow_entry *entry = allow_list_find_digest(admission->allowed, digest);
    if (!entry)
        return "your key was removed from the list";
    return entry->family == admission->options.family ? "your key has expired"
                                                      : "your key is for the other suite now";
}

const struct allow_entry *admission_find_name(const struct admission *admission, const char *name)
{
    return allow_list_find_name(admission->allowed, name, admission->options.family);
}

/* The command that would let it in, to be shown when the key is in the file. */
static void keep_command(struct admission *admission, const char *fingerprint, const char *wish)
{
    const struct admission_options *options = &admission->options;
    struct command *command = admission->command_count < PENDING_ROWS ? malloc(sizeof(*command))
                                                                      : NULL;
    if (!command)
        return;
    pending_keys_command(command->text, sizeof(command->text), options->keytool, fingerprint, wish,
                         options->home, options->allowed_option);
    command->next = admission->commands;
    admission->commands = command;
    admission->command_count++;
}

static void refuse_unknown(struct admission *admission, const char *address,
                           const uint8_t digest[FINGERPRINT_BYTES], const char *wish)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES], words[FINGERPRINT_WORDS_BYTES];
    fingerprint_digest_text(fingerprint, digest);
    fingerprint_digest_words(words, digest);
    event_log_write(admission->options.log, "refused", "address", address, "fingerprint",
                    fingerprint, "words", words, "wish", wish[0] ? wish : NULL, "reason",
                    "not in allowed.csv", NULL);
    keep_command(admission, fingerprint, wish);
}

static void refuse_expired(struct admission *admission, const char *address,
                           const char *fingerprint, const struct allow_entry *entry)
{
    const struct admission_options *options = &admission->options;
    char command[COMMAND_BYTES], word[KEY_NAME_BYTES];
    event_log_write(options->log, "refused", "address", address, "fingerprint", fingerprint,
                    "reason", "expired", "name", entry->name, "expires", entry->expires, NULL);
    allow_list_word(word, admission->allowed, entry);
    expired_key_command(command, sizeof(command), options->keytool, word, options->home,
                        options->allowed_option);
    hint(admission, "to let %s in again: %s", entry->name, command);
}

/* It would have to serve two purposes. */
static void refuse_other_family(struct admission *admission, const char *address,
                                const char *fingerprint, const struct allow_entry *entry)
{
    event_log_write(admission->options.log, "refused", "address", address, "fingerprint",
                    fingerprint, "reason", "allowed for the other suite", "name", entry->name,
                    "family", key_family_name(entry->family), NULL);
    hint(admission, "the key of %s is for the %s suite; for this one its owner needs another",
         entry->name, key_family_name(entry->family));
}

void admission_refused(struct admission *admission, const char *address, const struct rsa_key *key,
                       const char *wish)
{
    const struct admission_options *options = &admission->options;
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    uint8_t digest[FINGERPRINT_BYTES];
    fingerprint_digest(digest, key);
    fingerprint_digest_text(fingerprint, digest);
    const struct allow_entry *entry = allow_list_find_digest(admission->allowed, digest);
    if (!entry)
        pending_keys_record(admission->pending, address, key, options->family, wish);
    if (event_log_stranger(options->log, address)) {
        if (!entry)
            refuse_unknown(admission, address, digest, wish);
        else if (entry->family != options->family)
            refuse_other_family(admission, address, fingerprint, entry);
        else /* and yet not allowed */
            refuse_expired(admission, address, fingerprint, entry);
    }
    admission_save(admission);
}

void admission_wish(struct admission *admission, const char *address, const struct rsa_key *key,
                    const char *wish)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    uint8_t digest[FINGERPRINT_BYTES];
    fingerprint_digest(digest, key);
    reread(admission);
    if (allow_list_find_digest(admission->allowed, digest)) /* let in meanwhile */
        return;
    pending_keys_wish(admission->pending, address, key, wish);
    fingerprint_digest_text(fingerprint, digest);
    if (event_log_stranger(admission->options.log, address)) {
        event_log_write(admission->options.log, "wish", "address", address, "fingerprint",
                        fingerprint, "wish", wish, NULL);
        keep_command(admission, fingerprint, wish);
    }
    admission_save(admission);
}

/* In a class one address may be a whole room's: that it is, is told of once, at its second key. */
static void tell_same_room(const struct admission *admission, const char *address, const char *name,
                           const struct known_record *before)
{
    if (known_clients_keys(admission->clients, address) == 2)
        event_log_write(admission->options.log, "same-room", "address", address, "name", name,
                        "known-as", before->name[0] ? before->name : NULL, NULL);
}

static void tell_another_key(const struct admission *admission, const char *address,
                             const struct rsa_key *key, const char *name,
                             const struct known_record *before)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    if (admission->options.same_room) {
        tell_same_room(admission, address, name, before);
        return;
    }
    fingerprint_text(fingerprint, key);
    event_log_write(admission->options.log, "ANOTHER-KEY", "address", address, "name", name,
                    "fingerprint", fingerprint, "known-as", before->name[0] ? before->name : NULL,
                    "known-fingerprint", before->fingerprint, "last-seen", before->last_seen, NULL);
}

const struct allow_entry *admission_enter(struct admission *admission, const char *address,
                                          const struct rsa_key *key)
{
    uint8_t digest[FINGERPRINT_BYTES];
    struct known_record before;
    fingerprint_digest(digest, key);
    reread(admission);
    const struct allow_entry *entry = admission_find_digest(admission, digest);
    if (entry && known_clients_record(admission->clients, address, key, entry->name, &before) ==
                     KNOWN_CHANGED)
        tell_another_key(admission, address, key, entry->name, &before);
    return entry;
}

bool admission_refresh(struct admission *admission)
{
    bool news;
    event_log_tick(admission->options.log);
    reread(admission);
    news = is_anyone_over(admission) || admission->has_news;
    admission->has_news = false;
    return news;
}

/* --- saving ----------------------------------------------------------------------------------- */
static void save(uv_work_t *work)
{
    struct admission *admission = work->data;
    for (size_t i = 0; i < 2; i++) {
        struct problem problem = {0};
        if (admission->saving[i] && !peer_changes_write(admission->saving[i], &problem))
            say_problem(admission->options.log, "not-saved", &problem);
    }
}

static void forget_changes(struct admission *admission)
{
    for (size_t i = 0; i < 2; i++) {
        peer_changes_free(admission->saving[i]);
        admission->saving[i] = NULL;
    }
    admission->is_saving = false;
    admission->next_save = uv_hrtime() + REST * (uv_hrtime() - admission->save_began);
}

/* The oldest first. */
static void show_commands(const struct admission *admission, struct command *list)
{
    if (!list)
        return;
    show_commands(admission, list->next);
    hint(admission, "to let that key in: %s", list->text);
    free(list);
}

static void on_saved(uv_work_t *work, int status)
{
    struct admission *admission = work->data;
    (void)status;
    forget_changes(admission);
    show_commands(admission, admission->saved_commands);
    admission->saved_commands = NULL;
}

/* False if there is nothing new. */
static bool take_changes(struct admission *admission)
{
    admission->saving[0] = pending_keys_changes(admission->pending);
    admission->saving[1] = known_clients_changes(admission->clients);
    admission->work.data = admission;
    if (!admission->saving[0] && !admission->saving[1])
        return false;
    admission->saved_commands = admission->commands;
    admission->commands = NULL;
    admission->command_count = 0;
    return true;
}

void admission_save(struct admission *admission)
{
    if (admission->is_saving || uv_hrtime() < admission->next_save || !take_changes(admission))
        return;
    admission->is_saving = true;
    admission->save_began = uv_hrtime();
    uv_queue_work(admission->options.loop, &admission->work, save, on_saved);
}

void admission_close(struct admission *admission)
{
    if (!admission)
        return;
    if (admission->pending && take_changes(admission)) {
        save(&admission->work);
        forget_changes(admission);
        show_commands(admission, admission->saved_commands);
    }
    pending_keys_free(admission->pending);
    known_clients_free(admission->clients);
    allow_list_free(admission->allowed);
    free(admission);
}
