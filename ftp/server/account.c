/* Accounts: the numbers, and the counting of a folder. */
#include "account.h"

#include "allow_list.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct account {
    struct account *next;
    char *name;
    unsigned sessions;
    _Atomic uint64_t used, quota;
    atomic_bool counted;
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
        account->counted = false;
}

void account_set_quota(struct account *account, uint64_t quota)
{
    account->quota = quota;
}

uint64_t account_quota(const struct account *account)
{
    return account->quota;
}

uint64_t account_used(const struct account *account)
{
    return account->used;
}

bool account_grow(struct account *account, uint64_t bytes)
{
    uint64_t used = account->used, quota = account->quota;
    do {
        if (quota != ALLOW_NO_QUOTA && (used > quota || bytes > quota - used))
            return false;
    } while (!atomic_compare_exchange_weak(&account->used, &used, used + bytes));
    return true;
}

void account_shrink(struct account *account, uint64_t bytes)
{
    uint64_t used = account->used;
    while (!atomic_compare_exchange_weak(&account->used, &used, used > bytes ? used - bytes : 0))
        continue;
}

bool account_is_counted(const struct account *account)
{
    return account->counted;
}

void account_counted(struct account *account, uint64_t bytes)
{
    account->used = bytes;
    account->counted = true;
}

void account_doubt(struct account *account)
{
    account->counted = false;
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Takes the descriptor over. Links are counted as nothing, and not followed. */
static uint64_t count(int folder)
{
    uint64_t bytes = 0;
    struct stat status;
    DIR *entries = folder >= 0 ? fdopendir(folder) : NULL;
    if (!entries) {
        if (folder >= 0)
            close(folder);
        return 0;
    }
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (is_dots(entry->d_name) ||
            fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (S_ISREG(status.st_mode))
            bytes += (uint64_t)status.st_size;
        else if (S_ISDIR(status.st_mode))
            bytes += count(
                openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    }
    closedir(entries);
    return bytes;
}

uint64_t account_count_folder(int folder)
{
    return count(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}
