/*
 * Manger's attack on OAEP, where the first byte that is not 00 is answered otherwise than the rest.
 *
 *     B = 2^(8 (k-1)): a number that begins with 00 is below B
 *     step 1    f doubles until m f reaches B: m is between B / f and 2B / f
 *     step 2    and on by steps of f / 2, until m f has gone beyond n: m f mod n is below B again
 *     step 3    an f for which m f mod n may lie on either side of B: each answer halves what is left
 *
 * J. Manger, A chosen ciphertext attack on RSA optimal asymmetric encryption padding (OAEP) as
 * standardized in PKCS #1 v2.0, CRYPTO 2001.
 */
#include "rsa_oracle_breaks.h"

struct attack {
    struct rsa_questions questions;
    const struct rsa_oracle_listener *listener;
    mpz_t B, f, step, work;
    struct rsa_interval left;
};

static enum rsa_asked ask(struct attack *attack)
{
    size_t which;
    return rsa_ask(&which, &attack->questions, attack->f, 1);
}

static void tell(struct attack *attack)
{
    if (!attack->listener || !attack->listener->hear)
        return;
    mpz_sub(attack->work, attack->left.high, attack->left.low);
    mpz_add_ui(attack->work, attack->work, 1);
    attack->listener->hear(attack->listener->context,
                           &(struct rsa_oracle_round){.s = attack->f,
                                                      .intervals = &attack->left,
                                                      .count = 1,
                                                      .bits = rsa_log2(attack->work),
                                                      .queries = attack->questions.finding->work});
}

/* Step 1. False: it is over. */
static bool reach_B(struct attack *attack)
{
    enum rsa_asked asked = RSA_ASKED_YES;
    mpz_set_ui(attack->f, 1);
    while (asked == RSA_ASKED_YES && mpz_cmp(attack->f, attack->questions.n) < 0) {
        mpz_mul_2exp(attack->f, attack->f, 1);
        asked = ask(attack);
    }
    mpz_fdiv_q_2exp(attack->step, attack->f, 1); /* m step < B <= m f */
    mpz_cdiv_q(attack->left.low, attack->B, attack->f);
    mpz_fdiv_q(attack->left.high, attack->B, attack->step);
    if (asked == RSA_ASKED_NO)
        tell(attack);
    return asked == RSA_ASKED_NO;
}

/* Step 2: f = floor((n + B) / B) step, and on by step. */
static bool pass_n(struct attack *attack)
{
    mpz_srcptr n = attack->questions.n;
    enum rsa_asked asked = RSA_ASKED_NO;
    mpz_add(attack->f, n, attack->B);
    mpz_fdiv_q(attack->f, attack->f, attack->B);
    mpz_mul(attack->f, attack->f, attack->step);
    while (asked == RSA_ASKED_NO) {
        asked = ask(attack);
        if (asked == RSA_ASKED_NO)
            mpz_add(attack->f, attack->f, attack->step);
    }
    mpz_cdiv_q(attack->left.low, n, attack->f);
    mpz_add(attack->left.high, n, attack->B);
    mpz_fdiv_q(attack->left.high, attack->left.high, attack->f);
    if (asked == RSA_ASKED_YES)
        tell(attack);
    return asked == RSA_ASKED_YES;
}

/* Step 3, once. */
static bool halve(struct attack *attack)
{
    mpz_srcptr n = attack->questions.n;
    mpz_t edge;
    mpz_init(edge);
    /* f with f (high - low) = 2B, or about; then i n is the multiple below f low */
    mpz_sub(attack->f, attack->left.high, attack->left.low);
    mpz_mul_2exp(attack->work, attack->B, 1);
    mpz_fdiv_q(attack->f, attack->work, attack->f);
    mpz_mul(attack->f, attack->f, attack->left.low);
    mpz_fdiv_q(attack->f, attack->f, n);
    mpz_mul(edge, attack->f, n);
    mpz_cdiv_q(attack->f, edge, attack->left.low);
    mpz_add(edge, edge, attack->B);
    enum rsa_asked asked = ask(attack);
    if (asked == RSA_ASKED_NO)
        mpz_cdiv_q(attack->left.low, edge, attack->f);
    else
        mpz_fdiv_q(attack->left.high, edge, attack->f);
    mpz_clear(edge);
    if (asked != RSA_ASKED_OVER)
        tell(attack);
    return asked != RSA_ASKED_OVER;
}

static bool run(struct attack *attack)
{
    if (rsa_ask_blindly(&attack->questions) == RSA_ASKED_OVER || !reach_B(attack) ||
        !pass_n(attack))
        return false;
    while (mpz_cmp(attack->left.low, attack->left.high) < 0)
        if (!halve(attack))
            return false;
    return true;
}

void rsa_break_manger(struct rsa_finding *finding, const mpz_t n, const mpz_t e, const mpz_t c,
                      const struct rsa_oracle *oracle, const struct rsa_oracle_listener *listener)
{
    struct attack attack = {.questions = {finding, oracle, n, e, c}, .listener = listener};
    const size_t bytes = (mpz_sizeinbase(n, 2) + 7) / 8;
    finding->unit = "queries";
    if (!rsa_break_takes(finding, n, e))
        return;
    if (mpz_sgn(c) <= 0 || mpz_cmp(c, n) >= 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "the ciphertext is not among 1 .. n-1");
        return;
    }
    mpz_inits(attack.B, attack.f, attack.step, attack.work, attack.left.low, attack.left.high,
              NULL);
    mpz_setbit(attack.B, 8 * (bytes - 1));
    mpz_mul_ui(attack.work, attack.B, 3);
    if (mpz_cmp(attack.work, n) > 0) /* in step 3 m f - i n is below 2B + m */
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "the first byte of n is below 03");
    else if (run(&attack))
        rsa_questions_end(&attack.questions, attack.left.low);
    else if (finding->verdict == RSA_NOT_APPLICABLE)
        rsa_finding_say(finding, RSA_RESISTED, "the answers do not go together");
    mpz_clears(attack.B, attack.f, attack.step, attack.work, attack.left.low, attack.left.high,
               NULL);
}
