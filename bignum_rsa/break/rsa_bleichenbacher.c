/*
 * Bleichenbacher's attack on PKCS#1 v1.5, step by step as his paper numbers them.
 *
 *     B = 2^(8 (k-2)): a number that begins with 00 02 lies between 2B and 3B - 1
 *     m s mod n does, for an s that is found by asking: so for some r
 *         2B <= m s - r n <= 3B - 1, and m lies between (2B + r n) / s and (3B - 1 + r n) / s
 *
 * D. Bleichenbacher, Chosen ciphertext attacks against protocols based on the RSA encryption
 * standard PKCS #1, CRYPTO 1998.
 */
#include "rsa_oracle_breaks.h"

#include <stdlib.h>

enum { LEAST_BYTES = 12, MOST_INTERVALS = 1 << 16 };

struct attack {
    struct rsa_questions questions; /* c: blinded by s0 */
    const struct rsa_oracle_listener *listener;
    mpz_t c0, s0, two_B, three_B_1, s; /* 2B, 3B - 1 */
    struct rsa_interval *intervals;
    size_t count;
    bool no_memory;
};

/* --- intervals ------------------------------------------------------------------------------- */

static void clear(struct rsa_interval *intervals, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mpz_clears(intervals[i].low, intervals[i].high, NULL);
    free(intervals);
}

/* Adds one to the sorted list's end, or widens the last. */
static bool add(struct rsa_interval **list, size_t *count, const mpz_t low, const mpz_t high)
{
    if (*count > 0 && mpz_cmp(low, (*list)[*count - 1].high) <= 0) {
        if (mpz_cmp(high, (*list)[*count - 1].high) > 0)
            mpz_set((*list)[*count - 1].high, high);
        return true;
    }
    struct rsa_interval *grown = *count < MOST_INTERVALS
                                     ? realloc(*list, (*count + 1) * sizeof(*grown))
                                     : NULL;
    if (!grown)
        return false;
    *list = grown;
    mpz_init_set(grown[*count].low, low);
    mpz_init_set(grown[*count].high, high);
    ++*count;
    return true;
}

/* The parts of one interval in which m s mod n can begin with 00 02 (step 3). */
static bool narrow_one(struct rsa_interval **list, size_t *count, const struct attack *attack,
                       const struct rsa_interval *from)
{
    mpz_srcptr n = attack->questions.n;
    bool done = true;
    mpz_t r, last, low, high;
    mpz_inits(r, last, low, high, NULL);
    mpz_mul(r, from->low, attack->s);
    mpz_sub(r, r, attack->three_B_1);
    mpz_cdiv_q(r, r, n);
    mpz_mul(last, from->high, attack->s);
    mpz_sub(last, last, attack->two_B);
    mpz_fdiv_q(last, last, n);
    for (; mpz_cmp(r, last) <= 0 && done; mpz_add_ui(r, r, 1)) {
        mpz_set(low, attack->two_B);
        mpz_addmul(low, r, n);
        mpz_cdiv_q(low, low, attack->s);
        mpz_set(high, attack->three_B_1);
        mpz_addmul(high, r, n);
        mpz_fdiv_q(high, high, attack->s);
        if (mpz_cmp(low, from->low) < 0)
            mpz_set(low, from->low);
        if (mpz_cmp(high, from->high) > 0)
            mpz_set(high, from->high);
        if (mpz_cmp(low, high) <= 0)
            done = add(list, count, low, high);
    }
    mpz_clears(r, last, low, high, NULL);
    return done;
}

static void tell(struct attack *attack)
{
    mpz_t all;
    if (!attack->listener || !attack->listener->hear)
        return;
    mpz_init(all);
    for (size_t i = 0; i < attack->count; i++) {
        mpz_add(all, all, attack->intervals[i].high);
        mpz_sub(all, all, attack->intervals[i].low);
        mpz_add_ui(all, all, 1);
    }
    attack->listener->hear(attack->listener->context,
                           &(struct rsa_oracle_round){.s = attack->s,
                                                      .intervals = attack->intervals,
                                                      .count = attack->count,
                                                      .bits = rsa_log2(all),
                                                      .queries = attack->questions.finding->work});
    mpz_clear(all);
}

/* Step 3. False: nothing is left, or no memory. */
static bool narrow(struct attack *attack)
{
    struct rsa_interval *list = NULL;
    size_t count = 0;
    bool done = true;
    for (size_t i = 0; i < attack->count && done; i++)
        done = narrow_one(&list, &count, attack, &attack->intervals[i]);
    clear(attack->intervals, attack->count);
    attack->intervals = list;
    attack->count = count;
    tell(attack);
    return done && count > 0;
}

/* --- the next s ------------------------------------------------------------------------------ */

/* Steps 1, 2a and 2b: the first good one from here on. */
static bool search_up(struct attack *attack)
{
    size_t which;
    enum rsa_asked asked;
    do {
        asked = rsa_ask(&which, &attack->questions, attack->s, RSA_ORACLE_BATCH);
        mpz_add_ui(attack->s, attack->s, which);
    } while (asked == RSA_ASKED_NO);
    return asked == RSA_ASKED_YES;
}

/* Step 2c, of one interval: s for one r after another, so that each yes halves what is left. */
static bool search_near(struct attack *attack)
{
    const struct rsa_interval *from = &attack->intervals[0];
    enum rsa_asked asked = RSA_ASKED_NO;
    size_t which;
    mpz_t r, last;
    mpz_inits(r, last, NULL);
    mpz_mul(r, from->high, attack->s);
    mpz_sub(r, r, attack->two_B);
    mpz_mul_2exp(r, r, 1);
    mpz_cdiv_q(r, r, attack->questions.n);
    for (; asked == RSA_ASKED_NO; mpz_add_ui(r, r, 1)) {
        mpz_set(attack->s, attack->two_B);
        mpz_addmul(attack->s, r, attack->questions.n);
        mpz_cdiv_q(attack->s, attack->s, from->high);
        mpz_set(last, attack->three_B_1);
        mpz_addmul(last, r, attack->questions.n);
        mpz_fdiv_q(last, last, from->low);
        for (; mpz_cmp(attack->s, last) <= 0 && asked == RSA_ASKED_NO;) {
            asked = rsa_ask(&which, &attack->questions, attack->s, 1);
            mpz_add_ui(attack->s, attack->s, asked == RSA_ASKED_NO);
        }
    }
    mpz_clears(r, last, NULL);
    return asked == RSA_ASKED_YES;
}

static bool is_found(const struct attack *attack)
{
    return attack->count == 1 && mpz_cmp(attack->intervals[0].low, attack->intervals[0].high) == 0;
}

/* --- the whole ------------------------------------------------------------------------------- */

/* Step 1: a c that begins with 00 02 needs no blinding, and s0 is 1. */
static bool blind(struct attack *attack)
{
    mpz_set_ui(attack->s, 1);
    if (!search_up(attack))
        return false;
    mpz_set(attack->s0, attack->s);
    mpz_powm(attack->c0, attack->s0, attack->questions.e, attack->questions.n);
    mpz_mul(attack->c0, attack->c0, attack->questions.c);
    mpz_mod(attack->c0, attack->c0, attack->questions.n);
    attack->questions.c = attack->c0;
    return add(&attack->intervals, &attack->count, attack->two_B, attack->three_B_1);
}

static bool run(struct attack *attack)
{
    if (rsa_ask_blindly(&attack->questions) == RSA_ASKED_OVER || !blind(attack))
        return false;
    tell(attack);
    /* step 2a: no smaller s takes 2B beyond n */
    mpz_add_ui(attack->s, attack->three_B_1, 1);
    mpz_cdiv_q(attack->s, attack->questions.n, attack->s);
    bool going = search_up(attack) && narrow(attack);
    while (going && !is_found(attack)) {
        if (attack->count == 1) {
            going = search_near(attack) && narrow(attack);
        } else {
            mpz_add_ui(attack->s, attack->s, 1);
            going = search_up(attack) && narrow(attack);
        }
    }
    return going;
}

/* m = found / s0 */
static void end(struct attack *attack, const mpz_t c)
{
    attack->questions.c = c;
    if (!mpz_invert(attack->s0, attack->s0, attack->questions.n))
        mpz_set_ui(attack->s0, 1); /* it divides n: cannot happen by chance */
    mpz_mul(attack->s0, attack->s0, attack->intervals[0].low);
    mpz_mod(attack->s0, attack->s0, attack->questions.n);
    rsa_questions_end(&attack->questions, attack->s0);
}

void rsa_break_bleichenbacher(struct rsa_finding *finding, const mpz_t n, const mpz_t e,
                              const mpz_t c, const struct rsa_oracle *oracle,
                              const struct rsa_oracle_listener *listener)
{
    struct attack attack = {.questions = {finding, oracle, n, e, c}, .listener = listener};
    const size_t bytes = (mpz_sizeinbase(n, 2) + 7) / 8;
    finding->unit = "queries";
    if (!rsa_break_takes(finding, n, e))
        return;
    if (bytes < LEAST_BYTES) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "n has fewer than %d bytes: v1.5 does not fit",
                        LEAST_BYTES);
        return;
    }
    if (mpz_sgn(c) <= 0 || mpz_cmp(c, n) >= 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "the ciphertext is not among 1 .. n-1");
        return;
    }
    mpz_inits(attack.c0, attack.s0, attack.two_B, attack.three_B_1, attack.s, NULL);
    mpz_setbit(attack.two_B, 8 * (bytes - 2) + 1);
    mpz_setbit(attack.three_B_1, 8 * (bytes - 2));
    mpz_add(attack.three_B_1, attack.three_B_1, attack.two_B);
    mpz_sub_ui(attack.three_B_1, attack.three_B_1, 1);
    if (run(&attack))
        end(&attack, c);
    else if (finding->verdict == RSA_NOT_APPLICABLE)
        rsa_finding_say(finding, RSA_RESISTED, "the answers do not go together");
    clear(attack.intervals, attack.count);
    mpz_clears(attack.c0, attack.s0, attack.two_B, attack.three_B_1, attack.s, NULL);
}
