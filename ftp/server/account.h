/*
 * Accounts: how much of their quota people use, kept while it changes.
 *
 * One account belongs to one folder (a user's own, or DIR); all sessions there share it. What lies
 * in the folder is counted when the first session of an account with a quota comes, and again when
 * nobody was there for a while (count_folder, on a worker thread, in slices); from then on every
 * byte written, removed or replaced is entered. Numbers are atomic: workers enter what they write.
 */
#ifndef GLASSBOX_FTP_ACCOUNT_H
#define GLASSBOX_FTP_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

struct accounts;
struct account;

struct accounts *accounts_new(void); /* NULL without memory */
void accounts_free(struct accounts *accounts);

/* The account of this folder's name ("" is DIR). NULL without memory. Loop thread only. */
struct account *account_enter(struct accounts *accounts, const char *name);
void account_leave(struct account *account); /* NULL is fine */

/* Bytes, or ALLOW_NO_QUOTA. */
void account_set_quota(struct account *account, uint64_t quota);
uint64_t account_quota(const struct account *account);
uint64_t account_used(const struct account *account);

/* False: the quota does not allow it, and nothing is entered. */
bool account_grow(struct account *account, uint64_t bytes);
void account_shrink(struct account *account, uint64_t bytes);

/* Whether the folder must be counted before account_grow means anything. */
bool account_is_counted(const struct account *account);
void account_counted(struct account *account, uint64_t bytes);
/* Too much has changed at once: count again before the next upload. */
void account_doubt(struct account *account);

/* All bytes of the files under a folder's descriptor. Any thread. */
uint64_t account_count_folder(int folder);

#endif
