/*
 * Accounts: how much of their quota people use, kept while it changes.
 *
 * One account belongs to one folder (a user's own, or DIR); all sessions there share it. What lies
 * in the folder is counted when the first session of an account with a quota wants to write, and
 * again when nobody was there for a while or an account is in doubt; from then on every byte
 * written, removed or replaced is entered.
 *
 * A count takes its time, and others go on meanwhile. What it may have missed is added to it: bytes
 * that were entered since it began, or before but not written yet, and files that were renamed. So
 * the number may be too high then, but never too low. If it refuses somebody, the folder is counted
 * again.
 *
 * All of it from any thread, unless it says otherwise.
 */
#ifndef GLASSBOX_FTP_ACCOUNT_H
#define GLASSBOX_FTP_ACCOUNT_H

#include "problem.h"

#include <stdbool.h>
#include <stdint.h>

struct accounts;
struct account;

struct accounts *accounts_new(void); /* NULL without memory */
void accounts_free(struct accounts *accounts);

/* The account of this folder's name ("" is DIR). NULL without memory. Loop thread only. */
struct account *account_enter(struct accounts *accounts, const char *name);
void account_leave(struct account *account); /* NULL is fine; loop thread only */

/* Bytes, or ALLOW_NO_QUOTA. */
void account_set_quota(struct account *account, uint64_t quota);
uint64_t account_quota(const struct account *account);
uint64_t account_used(struct account *account);

/* Enters bytes that are going to be written: account_written follows when they are, or never will
 * be. False: the quota does not allow it, and nothing is entered. */
bool account_grow(struct account *account, uint64_t bytes);
void account_written(struct account *account, uint64_t bytes);
void account_shrink(struct account *account, uint64_t bytes);
/* Too much has changed at once: count again before the next upload. */
void account_doubt(struct account *account);

/* unlinkat(2) and renameat(2), with what is gone or replaced entered; errno likewise. */
bool account_unlink(struct account *account, int folder, const char *name, int flags);
bool account_rename(struct account *account, int from, const char *from_name, int to,
                    const char *to_name);

/* Whether the folder must be counted before account_grow means anything. */
bool account_is_counted(struct account *account);

/* A count of all bytes in files under a folder's descriptor, which stays the caller's. Links are
 * nothing, and not followed. */
struct account_count;
struct account_count *account_count_new(struct account *account, int folder); /* NULL and errno */
void account_count_free(struct account_count *count);                         /* NULL is fine */

enum account_counting { ACCOUNT_COUNTING, ACCOUNT_COUNTED, ACCOUNT_UNCOUNTABLE };

/* Counts some more. UNCOUNTABLE: errno, and the problem names what cannot be looked into. */
enum account_counting account_count_more(struct account_count *count, struct problem *problem);

#endif
