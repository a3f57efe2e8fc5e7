/*
 * What both attacks on one who decrypts share: the questions, counted and bounded.
 */
#include "rsa_oracle_breaks.h"

#include <math.h>

static enum rsa_asked over(struct rsa_questions *questions, const char *why)
{
    rsa_finding_say(questions->finding, RSA_RESISTED, "%s", why);
    return RSA_ASKED_OVER;
}

static bool is_spent(const struct rsa_questions *questions, size_t count)
{
    const uint64_t most = questions->oracle->most ? questions->oracle->most : RSA_ORACLE_MOST;
    return questions->finding->work + count > most;
}

/* Asks for numbers that are there. */
static enum rsa_asked put(size_t *which, struct rsa_questions *questions, mpz_t *numbers,
                          size_t count)
{
    bool yes[RSA_ORACLE_BATCH] = {false};
    if (is_spent(questions, count))
        return over(questions, "so many queries were not enough");
    if (!questions->oracle->ask(questions->oracle->context, yes, numbers, count))
        return over(questions, "the one who decrypts has hung up");
    questions->finding->work += count;
    for (*which = 0; *which < count && !yes[*which]; ++*which)
        ;
    return *which < count ? RSA_ASKED_YES : RSA_ASKED_NO;
}

enum rsa_asked rsa_ask(size_t *which, struct rsa_questions *questions, const mpz_t s, size_t count)
{
    mpz_t numbers[RSA_ORACLE_BATCH];
    for (size_t i = 0; i < count; i++) {
        mpz_init(numbers[i]);
        mpz_add_ui(numbers[i], s, i);
        mpz_powm(numbers[i], numbers[i], questions->e, questions->n);
        mpz_mul(numbers[i], numbers[i], questions->c);
        mpz_mod(numbers[i], numbers[i], questions->n);
    }
    enum rsa_asked asked = put(which, questions, numbers, count);
    for (size_t i = 0; i < count; i++)
        mpz_clear(numbers[i]);
    return asked;
}

/* 2, 3, 5, 9, ... to the power of n's size: they decrypt to whatever they like. */
enum rsa_asked rsa_ask_blindly(struct rsa_questions *questions)
{
    enum { NUMBERS = 16 };
    size_t which, no = 0;
    enum rsa_asked asked = RSA_ASKED_YES;
    mpz_t number[1];
    mpz_init(number[0]);
    for (unsigned long i = 0; i < NUMBERS && asked != RSA_ASKED_OVER; i++) {
        mpz_ui_pow_ui(number[0], 3 + 2 * i, mpz_sizeinbase(questions->n, 2));
        mpz_mod(number[0], number[0], questions->n);
        asked = put(&which, questions, number, 1);
        no += asked == RSA_ASKED_NO;
    }
    mpz_clear(number[0]);
    if (asked != RSA_ASKED_OVER && no == 0)
        return over(questions, "every number is answered alike: there is nothing to learn");
    return asked == RSA_ASKED_OVER ? asked : RSA_ASKED_NO;
}

void rsa_questions_end(struct rsa_questions *questions, const mpz_t m)
{
    struct rsa_finding *finding = questions->finding;
    mpz_t power;
    mpz_init(power);
    mpz_powm(power, m, questions->e, questions->n);
    if (mpz_cmp(power, questions->c) == 0) {
        rsa_finding_say(finding, RSA_BROKEN, "the message is found");
        finding->proof = "pow(m, e, n) == c";
        rsa_finding_add(finding, "n", questions->n);
        rsa_finding_add(finding, "e", questions->e);
        rsa_finding_add(finding, "c", questions->c);
        rsa_finding_add(finding, "m", m);
    } else {
        rsa_finding_say(finding, RSA_RESISTED, "the answers do not go together");
    }
    mpz_clear(power);
}

double rsa_log2(const mpz_t number)
{
    signed long exponent;
    double mantissa = mpz_get_d_2exp(&exponent, number);
    return mantissa <= 0 ? 0 : log2(mantissa) + (double)exponent;
}
