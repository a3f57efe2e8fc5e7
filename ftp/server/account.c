/* Accounts: the numbers, and the counting of a folder. */
#include "account.h"

#include "allow_list.h"
#include "tree_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLICE_ENTRIES 2000 /* of a count, until others have their turn */
#define TRIES         3    /* of a count, while folders are moved about */

struct account {
    struct account *next;
    char *name;
    unsigned sessions;
    _Atomic uint64_t quota; /* the loop sets it, and must not wait for a disk */
    pthread_mutex_t mutex;
    /* under the mutex: */
    uint64_t used;
    uint64_t unwritten; /* of used: not on the disk yet */
    bool counted;
    bool rough; /* used may be too high */
    /* What a count compares with what they were at its beginning: */
    uint64_t missed;  /* all bytes that one that ran now could have missed */
    uint64_t changes; /* of any kind */
    uint64_t doubts;  /* after which a count is worth nothing */
};

struct accounts {
    struct account *first;
};

struct accounts *accounts_new(void)
{
    return calloc(1, sizeof(struct accounts));
}

void accounts_free(struct accounts *accounts)
{
    if (!accounts)
        return;
    for (struct account *account = accounts->first, *next; account; account = next) {
        next = account->next;
        pthread_mutex_destroy(&account->mutex);
        free(account->name);
        free(account);
    }
    free(accounts);
}

static struct account *new_account(struct accounts *accounts, const char *name)
{
    struct account *account = calloc(1, sizeof(*account));
    if (account)
        account->name = strdup(name);
    if (!account || !account->name) {
        free(account);
        return NULL;
    }
    pthread_mutex_init(&account->mutex, NULL);
    account->quota = ALLOW_NO_QUOTA;
    account->next = accounts->first;
    accounts->first = account;
    return account;
}

struct account *account_enter(struct accounts *accounts, const char *name)
{
    struct account *account = accounts->first;
    while (account && strcmp(account->name, name) != 0)
        account = account->next;
    if (!account)
        account = new_account(accounts, name);
    if (account)
        account->sessions++;
    return account;
}

/* While nobody is there, others may change the folder: it is counted again for the next one. */
void account_leave(struct account *account)
{
    if (account && --account->sessions == 0)
        account_doubt(account);
}

/* --- numbers ---------------------------------------------------------------------------------- */
void account_set_quota(struct account *account, uint64_t quota)
{
    account->quota = quota;
}

uint64_t account_quota(const struct account *account)
{
    return account->quota;
}

uint64_t account_used(struct account *account)
{
    pthread_mutex_lock(&account->mutex);
    uint64_t used = account->used;
    pthread_mutex_unlock(&account->mutex);
    return used;
}

bool account_is_counted(struct account *account)
{
    pthread_mutex_lock(&account->mutex);
    bool counted = account->counted;
    pthread_mutex_unlock(&account->mutex);
    return counted;
}

void account_doubt(struct account *account)
{
    pthread_mutex_lock(&account->mutex);
    account->counted = false;
    account->doubts++;
    pthread_mutex_unlock(&account->mutex);
}

bool account_grow(struct account *account, uint64_t bytes)
{
    uint64_t quota = account->quota;
    pthread_mutex_lock(&account->mutex);
    bool fits = quota == ALLOW_NO_QUOTA ||
                (account->used <= quota && bytes <= quota - account->used);
    if (fits) {
        account->used += bytes;
        account->unwritten += bytes;
        account->missed += bytes;
        account->changes++;
    } else if (account->rough) {
        account->counted = false;
    }
    pthread_mutex_unlock(&account->mutex);
    return fits;
}

void account_written(struct account *account, uint64_t bytes)
{
    pthread_mutex_lock(&account->mutex);
    account->unwritten -= bytes;
    pthread_mutex_unlock(&account->mutex);
}

static void shrink(struct account *account, uint64_t bytes)
{
    account->used = account->used > bytes ? account->used - bytes : 0;
    account->changes++;
}

void account_shrink(struct account *account, uint64_t bytes)
{
    pthread_mutex_lock(&account->mutex);
    shrink(account, bytes);
    pthread_mutex_unlock(&account->mutex);
}

/* --- names ------------------------------------------------------------------------------------ */
static bool look(struct stat *status, int folder, const char *name)
{
    return fstatat(folder, name, status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* The mutex is held from the look to the call: of two that remove one file, one gets its bytes. */
bool account_unlink(struct account *account, int folder, const char *name, int flags)
{
    struct stat status;
    pthread_mutex_lock(&account->mutex);
    bool removed = look(&status, folder, name) && unlinkat(folder, name, flags) == 0;
    if (removed && S_ISREG(status.st_mode))
        shrink(account, (uint64_t)status.st_size);
    pthread_mutex_unlock(&account->mutex);
    return removed;
}

bool account_rename(struct account *account, int from, const char *from_name, int to,
                    const char *to_name)
{
    struct stat status, replaced;
    pthread_mutex_lock(&account->mutex);
    bool replaces = look(&replaced, to, to_name) && S_ISREG(replaced.st_mode);
    bool renamed = look(&status, from, from_name) && renameat(from, from_name, to, to_name) == 0;
    replaces = replaces && replaced.st_ino != status.st_ino;
    account->changes += renamed;
    if (renamed && replaces)
        shrink(account, (uint64_t)replaced.st_size);
    if (renamed && S_ISREG(status.st_mode))
        account->missed += (uint64_t)status.st_size;
    else if (renamed)
        account->doubts++; /* whatever is in that folder: a count that runs may not meet it */
    pthread_mutex_unlock(&account->mutex);
    return renamed;
}

/* --- counting --------------------------------------------------------------------------------- */
struct account_count {
    struct account *account;
    int folder;
    unsigned tries;
    struct tree_walk *walk;
    uint64_t bytes;
    uint64_t missed, changes, doubts; /* at the beginning */
};

static bool begin(struct account_count *count)
{
    struct account *account = count->account;
    tree_walk_free(count->walk);
    pthread_mutex_lock(&account->mutex);
    count->missed = account->missed - account->unwritten;
    count->changes = account->changes - (account->unwritten > 0);
    count->doubts = account->doubts;
    pthread_mutex_unlock(&account->mutex);
    count->bytes = 0;
    count->tries++;
    count->walk = tree_walk_new(count->folder);
    return count->walk;
}

struct account_count *account_count_new(struct account *account, int folder)
{
    struct account_count *count = calloc(1, sizeof(*count));
    if (count)
        *count = (struct account_count){.account = account, .folder = folder};
    if (count && !begin(count)) {
        free(count);
        count = NULL;
    }
    return count;
}

void account_count_free(struct account_count *count)
{
    if (count)
        tree_walk_free(count->walk);
    free(count);
}

static enum account_counting finish(struct account_count *count, struct problem *problem)
{
    struct account *account = count->account;
    pthread_mutex_lock(&account->mutex);
    bool holds = count->doubts == account->doubts;
    if (holds) {
        account->used = count->bytes + (account->missed - count->missed);
        account->rough = account->changes != count->changes;
        account->counted = true;
    }
    pthread_mutex_unlock(&account->mutex);
    if (holds)
        return ACCOUNT_COUNTED;
    if (count->tries == TRIES)
        errno = EBUSY;
    else if (begin(count))
        return ACCOUNT_COUNTING;
    problem_errno(problem, "the folder");
    return ACCOUNT_UNCOUNTABLE;
}

enum account_counting account_count_more(struct account_count *count, struct problem *problem)
{
    struct tree_entry entry;
    char shown[TREE_SHOWN_BYTES];
    for (unsigned i = 0; i < SLICE_ENTRIES; i++) {
        switch (tree_walk_next(count->walk, &entry)) {
        case TREE_ENTRY:
            if (S_ISREG(entry.status.st_mode))
                count->bytes += (uint64_t)entry.status.st_size;
            break;
        case TREE_LEAVE:
            break;
        case TREE_TROUBLE:
            problem_set(problem, "%s: %s", tree_path_shown(shown, entry.path), entry.why);
            errno = entry.error;
            return ACCOUNT_UNCOUNTABLE;
        case TREE_END:
            return finish(count, problem);
        }
    }
    return ACCOUNT_COUNTING;
}
