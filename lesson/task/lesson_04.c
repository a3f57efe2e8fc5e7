/*
 * Tasks of lesson 04, the course protocol: own private key, then the other's public key; where that
 * garbles; and a message that is changed without being read.
 */
#include "arithmetic.h"
#include "kind.h"

#include <stdio.h>
#include <string.h>

#define PRIME_BITS 32

/* Two keys; the first has the larger modulus, if so asked, else the smaller. */
static void open_pair(struct task_rsa *anna, struct task_rsa *server, struct task_random *random,
                      bool anna_is_larger)
{
    task_rsa_open(anna, random, PRIME_BITS, 17);
    task_rsa_open(server, random, PRIME_BITS, 17);
    if ((mpz_cmp(anna->n, server->n) > 0) == anna_is_larger)
        return;
    struct task_rsa other = *anna;
    *anna = *server;
    *server = other;
}

static void show_pair(struct task *task, const struct task_rsa *anna, const struct task_rsa *server,
                      bool all)
{
    task_value(task, "n_a", anna->n);
    task_value(task, "e_a", anna->e);
    task_value(task, "d_a", anna->d);
    task_value(task, "n_s", server->n);
    task_value(task, "e_s", server->e);
    if (all)
        task_value(task, "d_s", server->d);
}

/* --- what is on the wire --------------------------------------------------------------------------- */

static void wire_mistakes(struct task *task, const struct task_rsa *anna,
                          const struct task_rsa *server, const mpz_t k, const mpz_t inner)
{
    mpz_t wrong;
    mpz_init(wrong);
    task_mistake_number(task, inner,
                        N_("You stopped after the first step. The server's public key comes on "
                           "top."));
    task_mistake_power(task, k, server->e, server->n,
                       N_("Anna's step is missing. Anybody could have sent this."));
    mpz_powm(wrong, k, server->e, server->n);
    task_mistake_power(task, wrong, anna->d, anna->n,
                       N_("The order is swapped. First Anna's private key, then the server's "
                          "public key."));
    mpz_powm(wrong, k, anna->e, anna->n);
    task_mistake_power(task, wrong, server->e, server->n,
                       N_("The exponent is swapped: you took Anna's e. Hers alone is d."));
    mpz_powm(wrong, k, anna->d, server->n);
    task_mistake_power(task, wrong, server->e, server->n,
                       N_("You took the server's n twice. Each step has the n of its own key."));
    mpz_clear(wrong);
}

static bool wire(struct task *task, struct task_random *random)
{
    struct task_rsa anna, server;
    mpz_t k, inner, sent;
    mpz_inits(k, inner, sent, NULL);
    open_pair(&anna, &server, random, false);
    task_draw_number(k, random, anna.n);
    mpz_powm(inner, k, anna.d, anna.n);
    mpz_powm(sent, inner, server.e, server.n);
    task_say(task, "Anna sends the number K to the server, by the course protocol: under her own "
                   "private key, then under the server's public key. Nothing is cut into blocks. "
                   "Which number is on the wire?");
    show_pair(task, &anna, &server, false);
    task_value(task, "K", k);
    task_answer_number(task, 62, sent);
    wire_mistakes(task, &anna, &server, k, inner);
    mpz_clears(k, inner, sent, NULL);
    task_rsa_close(&anna);
    task_rsa_close(&server);
    return true;
}

/* --- one that is garbled ----------------------------------------------------------------------------- */

static bool garbled(struct task *task, struct task_random *random)
{
    struct task_rsa anna, server;
    mpz_t k, inner, sent, back, read;
    mpz_inits(k, inner, sent, back, read, NULL);
    open_pair(&anna, &server, random, true);
    mpz_sub(k, anna.n, server.n); /* an inner number that is too large, and its K */
    mpz_add_ui(k, k, 4);
    task_draw_number(inner, random, k);
    mpz_add(inner, inner, server.n);
    mpz_sub_ui(inner, inner, 2);
    mpz_powm(k, inner, anna.e, anna.n);
    mpz_powm(sent, inner, server.e, server.n);
    mpz_powm(back, sent, server.d, server.n);
    mpz_powm(read, back, anna.e, anna.n);
    task_say(task, "Anna sends K by the course's formula: own private key, then the server's "
                   "public key, blindly. Her inner number is larger than the server's n. The "
                   "server takes the two steps back, its private key and Anna's public one. With "
                   "which number does it end?");
    show_pair(task, &anna, &server, true);
    task_value(task, "K", k);
    task_answer_number(task, 60, read);
    task_mistake_number(task, k, N_("K does not come back: that is the fault of this formula."));
    task_mistake_number(task, sent, N_("This is the number on the wire."));
    task_mistake_number(task, inner, N_("This is the inner number, before it was cut."));
    task_mistake_number(task, back,
                        N_("This is the server's first step. Anna's public key comes next."));
    mpz_clears(k, inner, sent, back, read, NULL);
    task_rsa_close(&anna);
    task_rsa_close(&server);
    return true;
}

/* --- how many are lost --------------------------------------------------------------------------------- */

static bool lost(struct task *task, struct task_random *random)
{
    struct task_rsa anna, server;
    mpz_t count, wrong;
    mpz_inits(count, wrong, NULL);
    open_pair(&anna, &server, random, true);
    mpz_sub(count, anna.n, server.n);
    task_say(task, "Anna sends every K from 0 to n_a - 1 once, by the course's formula, without "
                   "blocks. Her private key gives each number below n_a exactly once, as the "
                   "inner number. How many of them does the server not get back?");
    task_value(task, "n_a", anna.n);
    task_value(task, "n_s", server.n);
    task_answer_number(task, 40, count);
    task_mistake_number(task, server.n, N_("This is how many come back."));
    mpz_sub_ui(wrong, count, 1);
    task_mistake_number(task, wrong,
                        N_("One is missing: an inner number that is n_s itself is lost, too."));
    mpz_add_ui(wrong, count, 1);
    task_mistake_number(task, wrong, N_("One too many: the inner numbers end at n_a - 1."));
    mpz_mod(wrong, anna.n, count);
    task_mistake_number(task, wrong, N_("You divided. Count the inner numbers from n_s on."));
    bool fits = mpz_sizeinbase(count, 2) > 50;
    mpz_clears(count, wrong, NULL);
    task_rsa_close(&anna);
    task_rsa_close(&server);
    return fits;
}

/* --- a message that is changed ------------------------------------------------------------------------ */

#define KEY_BYTES   16
#define PLAIN_BYTES 64

/* sealed with the difference of two texts laid over it, the texts `shift` bytes too early. */
static void change(uint8_t *out, const uint8_t *sealed, const char *old, const char *new,
                   size_t shift)
{
    size_t bytes = strlen(old);
    memcpy(out, sealed, bytes);
    for (size_t i = shift; i < bytes; i++)
        out[i - shift] ^= (uint8_t)(old[i] ^ new[i]);
}

static void change_mistakes(struct task *task, const uint8_t *sealed, const char *old,
                            const char *new)
{
    uint8_t wrong[PLAIN_BYTES];
    size_t bytes = strlen(old);
    change(wrong, sealed, old, new, 1);
    task_mistake_bytes(task, wrong, bytes,
                       N_("Your change lies one byte too early: the inner type stands first."));
    for (size_t i = 0; i < bytes; i++)
        wrong[i] = old[i] == new[i] ? sealed[i] : (uint8_t) new[i];
    task_mistake_bytes(task, wrong, bytes,
                       N_("You put the new letters in as they are. They must be encrypted."));
    for (size_t i = 0; i < bytes; i++)
        wrong[i] = old[i] == new[i] ? sealed[i] : (uint8_t)(sealed[i] ^ new[i]);
    task_mistake_bytes(task, wrong, bytes,
                       N_("You laid the new letters over the sealed ones. Lay the difference of "
                          "old and new over them."));
    for (size_t i = 0; i < bytes; i++)
        wrong[i] = (uint8_t)(sealed[i] + new[i] - old[i]);
    task_mistake_bytes(task, wrong, bytes,
                       N_("You added the difference. vernam is an XOR, and so is the change."));
    for (size_t i = 0; i < bytes; i++)
        wrong[i] = (uint8_t)(old[i] ^ new[i]);
    task_mistake_bytes(task, wrong, bytes,
                       N_("This is what must be laid over the sealed part. Lay it over."));
}

static bool change_record(struct task *task, struct task_random *random)
{
    char old[PLAIN_BYTES], new[PLAIN_BYTES];
    uint8_t key[KEY_BYTES], sealed[PLAIN_BYTES], out[PLAIN_BYTES];
    unsigned sum = task_draw_between(random, 1000000, 4999999);
    unsigned more = sum + task_draw_between(random, 1111111, 4999999);
    const char *name = task_draw_word(random);
    snprintf(old, sizeof(old), "\1say\tpay %u euro to %s\n", sum, name);
    snprintf(new, sizeof(new), "\1say\tpay %u euro to %s\n", more, name);
    size_t bytes = strlen(old);
    task_draw_bytes(random, key, sizeof(key));
    for (size_t i = 0; i < bytes; i++)
        sealed[i] = (uint8_t)old[i] ^ key[i % KEY_BYTES];
    task_say(task, "You sit between Anna and the server. The suite is textbook:vernam, and you do "
                   "not know K. This is the sealed part of a record. You know what is in it: the "
                   "inner type 1, then say, a tab, the line below, and a new line (byte 10).");
    task_show(task, "pay %u euro to %s", sum, name);
    task_value_bytes(task, "sealed", sealed, bytes);
    task_say(task,
             "The server shall read another sum, %u, and all else as it was. Which sealed "
             "part do you send?",
             more);
    change(out, sealed, old, new, 0);
    task_answer_bytes(task, 128, out, bytes);
    change_mistakes(task, sealed, old, new);
    return true;
}

const struct task_kind task_kinds_04[] = {
    {4, "wire", N_("The number on the wire"), wire, TASK_QUICK},
    {4, "garbled", N_("A message that garbles"), garbled, TASK_QUICK},
    {4, "lost", N_("How many are lost"), lost, TASK_QUICK},
    {4, "change", N_("Change what you cannot read"), change_record, TASK_QUICK},
    {0},
};
