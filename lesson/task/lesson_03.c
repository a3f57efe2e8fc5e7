/*
 * Tasks of lesson 03, who are you, and are you allowed: what a list decides, what it does not prove,
 * and a row that was changed.
 */
#include "arithmetic.h"
#include "decisions.h"
#include "kind.h"
#include "public_keys.h"

#include <stdlib.h>
#include <string.h>

/* --- what the list decides ----------------------------------------------------------------------------- */

#define ROWS 6

struct row {
    struct task_public_key key;
    const char *name;
    bool textbook, over;
};

/* The file that goes with the task. False without memory. */
static bool attach_list(struct task *task, const struct row rows[ROWS])
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return problem_memory(&task->problem);
    task_allowed_header(out);
    for (size_t i = 0; i < ROWS; i++)
        task_allowed_row(out, &rows[i].key, rows[i].name, rows[i].textbook ? "textbook" : "",
                         rows[i].over ? "2020-01-31"
                         : i % 2      ? "2099-12-31"
                                      : "");
    fclose(out);
    task_attach(task, "allowed.csv", text, bytes);
    free(text);
    return true;
}

/* Names that differ: each has a letter of its own in front. */
static void draw_rows(struct row rows[ROWS], struct task *task, struct task_random *random)
{
    for (size_t i = 0; i < ROWS; i++) {
        task_public_key_draw(&rows[i].key, random);
        rows[i].name = task_text(task, "%c-%s", (char)('a' + i), task_draw_word(random));
        rows[i].textbook = i % 3 == 2;
        rows[i].over = i % 3 == 1;
    }
}

/* A knock: the row whose key it shows, or ROWS for a key that is in none; and the server's suite. */
static bool attach_knocks(struct task *task, struct task_random *random,
                          const struct row rows[ROWS], bool allowed[4][DECISIONS])
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return problem_memory(&task->problem);
    fputs("knock,suite,fingerprint\n", out);
    for (size_t i = 0; i < DECISIONS; i++) {
        uint8_t digest[FINGERPRINT_BYTES];
        char stranger[FINGERPRINT_TEXT_BYTES];
        size_t row = (size_t)task_draw_below(random, ROWS + 1);
        bool textbook = task_draw_below(random, 2) == 1, known = row < ROWS;
        task_draw_bytes(random, digest, sizeof(digest));
        fingerprint_digest_text(stranger, digest);
        fprintf(out, "%zu,%s,%s\n", i + 1, textbook ? "textbook" : "modern",
                known ? rows[row].key.fingerprint : stranger);
        bool fits = known && rows[row].textbook == textbook, over = known && rows[row].over;
        allowed[0][i] = fits && !over;
        allowed[1][i] = known && !over; /* any suite */
        allowed[2][i] = fits;           /* for ever */
        allowed[3][i] = known;
    }
    fclose(out);
    task_attach(task, "knocks.csv", text, bytes);
    free(text);
    return true;
}

static bool allowed_list(struct task *task, struct task_random *random)
{
    struct row rows[ROWS];
    bool allowed[4][DECISIONS];
    draw_rows(rows, task, random);
    if (!attach_list(task, rows) || !attach_knocks(task, random, rows, allowed))
        return false;
    task_say(task,
             "A server has the list of keys in allowed.csv. Today %d clients knock. Each "
             "shows the key whose fingerprint stands in knocks.csv, at a server of the suite "
             "that stands there, too. Mark each knock by 1 if its key is allowed, else by 0. "
             "A key without a family is one of the modern suites.",
             DECISIONS);
    task_say(task, "This shows the fingerprints of the list, if it lies in the folder of that "
                   "name:");
    task_show(task, "bin/keytool allow list --home FOLDER");
    task_say_decisions(task);
    task_answer_decisions(task, allowed[0]);
    task_mistake_decisions(task, allowed[1],
                           N_("You did not look at the family. A key of textbook is refused by a "
                              "modern server, and the other way round."));
    task_mistake_decisions(task, allowed[2],
                           N_("You did not look at the column expires. A row whose time is over "
                              "lets nobody in."));
    task_mistake_decisions(task, allowed[3],
                           N_("You asked only whether the key is in the list. Look at the columns "
                              "expires and family, too."));
    return true;
}

/* --- a proof --------------------------------------------------------------------------------------------- */

static bool proof(struct task *task, struct task_random *random)
{
    struct task_rsa own, server;
    mpz_t today, yesterday, old, signature, wrong;
    mpz_inits(today, yesterday, old, signature, wrong, NULL);
    task_rsa_open(&own, random, 32, 65537);
    task_rsa_open(&server, random, 32, 65537);
    task_draw_number(today, random, own.n);
    task_draw_number(yesterday, random, own.n);
    mpz_powm(old, yesterday, own.d, own.n);
    mpz_powm(signature, today, own.d, own.n);
    task_say(task, "A server asks for a proof that you own your key: sign its fresh number r, raw, "
                   "without padding. Here are your key, the server's public key, and what was "
                   "said yesterday: the number, and your signature of it. What do you answer "
                   "today?");
    task_value(task, "n", own.n);
    task_value(task, "e", own.e);
    task_value(task, "d", own.d);
    task_value(task, "n_server", server.n);
    task_value(task, "e_server", server.e);
    task_value(task, "r_yesterday", yesterday);
    task_value(task, "signature_yesterday", old);
    task_value(task, "r", today);
    task_answer_number(task, 62, signature);
    task_mistake_number(task, old,
                        N_("This is yesterday's signature. A fresh number wants a new "
                           "one."));
    task_mistake_power(task, today, own.e, own.n,
                       N_("The exponent is swapped: anybody has e. Only you have d."));
    task_mistake_power(task, today, server.e, server.n,
                       N_("You encrypted for the server. That proves nothing of you."));
    task_mistake_power(task, today, own.d, server.n,
                       N_("You worked modulo the server's n. The signature is under your key."));
    task_mistake_product(task, today, own.d, own.n,
                         N_("You multiplied by d. A signature is a power."));
    mpz_clears(today, yesterday, old, signature, wrong, NULL);
    task_rsa_close(&own);
    task_rsa_close(&server);
    return true;
}

/* --- a row that was changed ---------------------------------------------------------------------------------- */

static bool changed_row(struct task *task, struct task_random *random)
{
    struct row rows[ROWS];
    char before[FINGERPRINT_TEXT_BYTES], swapped[FINGERPRINT_TEXT_BYTES];
    size_t changed = (size_t)task_draw_below(random, ROWS);
    draw_rows(rows, task, random);
    task_say(task, "These fingerprints were read aloud when the list was made:");
    for (size_t i = 0; i < ROWS; i++)
        task_show(task, "%-12s %s", rows[i].name, rows[i].key.fingerprint);
    struct task_public_key *key = &rows[changed].key;
    memcpy(before, key->fingerprint, sizeof(before));
    key->n[task_draw_between(random, 1, TASK_MODULUS_BYTES - 2)] ^=
        (uint8_t)(1u << task_draw_below(random, 8));
    task_public_key_name(key);
    if (!attach_list(task, rows))
        return false;
    task_say(task,
             "Since then somebody has changed one digit of one n in allowed.csv. Whose row it "
             "is, you find by the fingerprints. Which fingerprint does the key in that row "
             "have now?");
    task_show(task, "bin/keytool allow list --home FOLDER");
    task_answer_fingerprint(task, key->fingerprint);
    task_mistake(task, before,
                 N_("This is the fingerprint from before. The row has another key "
                    "now."));
    task_mistake(task, rows[(changed + 1) % ROWS].key.fingerprint,
                 N_("The row of that key was not changed."));
    task_mistake(task, rows[(changed + ROWS - 1) % ROWS].key.fingerprint,
                 N_("The row of that key is as it was."));
    task_public_key_swapped(swapped, key);
    task_mistake(task, swapped, N_("n and e are swapped: e comes first, as OpenSSH writes them."));
    return true;
}

const struct task_kind task_kinds_03[] = {
    {3, "allowed", N_("What the list decides"), allowed_list, TASK_QUICK},
    {3, "proof", N_("Prove that it is yours"), proof, TASK_QUICK},
    {3, "changed-row", N_("A row that was changed"), changed_row, TASK_QUICK},
    {0},
};
