/*
 * Products and blinding: see rsa_signature_breaks.h.
 *
 * G. Davida, "Chosen signature cryptanalysis of the RSA public key cryptosystem" (1982); D. Denning,
 * "Digital signatures with RSA and other public-key cryptosystems" (CACM 27:4, 1984).
 */
#include "rsa_number.h"
#include "rsa_signature_breaks.h"

#include <string.h>

/* --- products ---------------------------------------------------------------------------------- */

enum { LEAST = -2, MOST = 2 };

static const char *const s_names[RSA_MULTIPLY_MOST] = {"s1", "s2", "s3", "s4", "s5", "s6"};
static const char *const m_names[RSA_MULTIPLY_MOST] = {"m1", "m2", "m3", "m4", "m5", "m6"};

struct product {
    const mpz_srcptr *signatures;
    size_t count;
    mpz_t m[RSA_MULTIPLY_MOST];
    int exponents[RSA_MULTIPLY_MOST];
    mpz_t value, factor;
};

/* value = numbers[0]^x0 numbers[1]^x1 ... mod n; false: one that has no inverse needs it. */
static bool multiply(struct product *product, const mpz_srcptr *numbers, const mpz_t n)
{
    mpz_set_ui(product->value, 1);
    for (size_t i = 0; i < product->count; i++) {
        int exponent = product->exponents[i];
        mpz_set(product->factor, numbers[i]);
        if (exponent < 0 && !mpz_invert(product->factor, product->factor, n))
            return false;
        mpz_powm_ui(product->factor, product->factor,
                    (unsigned long)(exponent < 0 ? -exponent : exponent), n);
        mpz_mul(product->value, product->value, product->factor);
        mpz_mod(product->value, product->value, n);
    }
    return true;
}

/* The next choice of exponents, as an odometer turns; false: it is through. */
static bool turn(struct product *product)
{
    for (size_t i = 0; i < product->count; i++) {
        if (product->exponents[i] < MOST) {
            product->exponents[i]++;
            return true;
        }
        product->exponents[i] = LEAST;
    }
    return false;
}

/* Exponents whose product of the m_i is the target. */
static bool search(struct product *product, const mpz_t n, const mpz_t target, uint64_t *work)
{
    mpz_srcptr m[RSA_MULTIPLY_MOST] = {NULL};
    for (size_t i = 0; i < product->count; i++) {
        m[i] = product->m[i];
        product->exponents[i] = LEAST;
    }
    do {
        ++*work;
        if (multiply(product, m, n) && mpz_cmp(product->value, target) == 0)
            return true;
    } while (turn(product));
    return false;
}

/* Whether one of the m_i is the product itself; or, of exponents 0 alone, nothing was multiplied. */
static bool is_no_product(struct rsa_finding *finding, struct product *product, const mpz_t n,
                          const mpz_t e)
{
    bool empty = true;
    multiply(product, product->signatures, n);
    mpz_powm(product->factor, product->value, e, n);
    for (size_t i = 0; i < product->count; i++)
        empty &= product->exponents[i] == 0;
    if (empty) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE,
                        "1 is its own signature under every key: that takes no product");
        return true;
    }
    for (size_t i = 0; i < product->count; i++) {
        if (mpz_cmp(product->factor, product->m[i]) != 0)
            continue;
        rsa_finding_say(finding, RSA_NOT_APPLICABLE,
                        "m is what %s has signed: a forgery takes a product of others", s_names[i]);
        return true;
    }
    return false;
}

/* Their m_i; false: one is no signature, or has signed the target itself. */
static bool open_product(struct rsa_finding *finding, struct product *product, const mpz_t n,
                         const mpz_t e, mpz_srcptr target, const struct rsa_listener *listener)
{
    for (size_t i = 0; i < product->count; i++) {
        if (mpz_cmp(product->signatures[i], n) >= 0) {
            rsa_finding_say(finding, RSA_NOT_APPLICABLE, "%s is not below n", s_names[i]);
            return false;
        }
        mpz_powm(product->m[i], product->signatures[i], e, n);
        product->exponents[i] = 1;
        rsa_break_tell(listener, m_names[i], "s^e mod n: what this one has signed", NULL,
                       product->m[i]);
        if (target && mpz_cmp(target, product->m[i]) == 0) {
            rsa_finding_say(finding, RSA_NOT_APPLICABLE, "%s is the signature of it already",
                            s_names[i]);
            return false;
        }
    }
    return true;
}

static void forge(struct rsa_finding *finding, struct product *product, const mpz_t n,
                  const mpz_t e, const struct rsa_listener *listener)
{
    char text[RSA_FINDING_TEXT] = "";
    size_t length = 0;
    multiply(product, product->signatures, n);
    rsa_finding_add(finding, "n", n);
    rsa_finding_add(finding, "e", e);
    rsa_finding_add(finding, "s", product->value);
    rsa_break_tell(listener, "s", "the same product of the signatures", NULL, product->value);
    mpz_powm(product->factor, product->value, e, n);
    rsa_finding_add(finding, "m", product->factor);
    rsa_break_tell(listener, "m", "s^e mod n: what is signed now", NULL, product->factor);
    finding->proof = "pow(s, e, n) == m";
    for (size_t i = 0; i < product->count; i++)
        if (product->exponents[i] != 0)
            length += (size_t)gmp_snprintf(text + length, sizeof(text) - length,
                                           product->exponents[i] == 1 ? " %s" : " %s^%d",
                                           s_names[i], product->exponents[i]);
    rsa_finding_say(finding, RSA_BROKEN, "m is signed by%s, and nobody signed it", text);
}

void rsa_break_multiply(struct rsa_finding *finding, const mpz_t n, const mpz_t e,
                        const mpz_srcptr *signatures, size_t count, mpz_srcptr target,
                        const struct rsa_listener *listener)
{
    struct product product = {.signatures = signatures, .count = count};
    finding->unit = "products";
    if (!rsa_break_takes(finding, n, e))
        return;
    mpz_inits(product.value, product.factor, NULL);
    for (size_t i = 0; i < count; i++)
        mpz_init(product.m[i]);
    if (open_product(finding, &product, n, e, target, listener)) {
        if (!target)
            finding->work = 1;
        if (!target || search(&product, n, target, &finding->work)) {
            if (!is_no_product(finding, &product, n, e))
                forge(finding, &product, n, e, listener);
        } else
            rsa_finding_say(finding, RSA_RESISTED,
                            "no product of the %zu, with exponents from %d to %d, is that number",
                            count, LEAST, MOST);
    }
    for (size_t i = 0; i < count; i++)
        mpz_clear(product.m[i]);
    mpz_clears(product.value, product.factor, NULL);
}

/* --- blinding ---------------------------------------------------------------------------------- */

struct blinding {
    mpz_t r, remover; /* r, r^-1 */
    mpz_t question, answer, power;
};

/* r from 2 to n - 2, with an inverse. */
static bool draw(struct blinding *blinding, const mpz_t n, mpz_srcptr r,
                 const struct rsa_random *source)
{
    enum { DRAWS = 64 }; /* every other number is good, or nearly all are */
    mpz_t limit;
    bool good = false;
    if (r) {
        mpz_set(blinding->r, r);
        return mpz_invert(blinding->remover, r, n);
    }
    mpz_init(limit);
    mpz_sub_ui(limit, n, 3);
    for (int i = 0; i < DRAWS && !good && mpz_sgn(limit) > 0; i++) {
        if (rsa_number_random(blinding->r, limit, source))
            break;
        mpz_add_ui(blinding->r, blinding->r, 2);
        good = mpz_invert(blinding->remover, blinding->r, n);
    }
    mpz_clear(limit);
    return good;
}

static void ask(struct rsa_finding *finding, struct blinding *blinding, const mpz_t n,
                const mpz_t e, const mpz_t m, const struct rsa_oracle *oracle,
                const struct rsa_listener *listener)
{
    mpz_powm(blinding->question, blinding->r, e, n);
    mpz_mul(blinding->question, blinding->question, m);
    mpz_mod(blinding->question, blinding->question, n);
    rsa_break_tell(listener, "r", "it hides m", NULL, blinding->r);
    rsa_break_tell(listener, "q", "m r^e mod n: the question, a number like any other", NULL,
                   blinding->question);
    finding->work = 1;
    if (!oracle->ask(oracle->context, blinding->answer, blinding->question)) {
        rsa_finding_say(finding, RSA_RESISTED, "the question was not answered");
        return;
    }
    rsa_break_tell(listener, "a", "the answer", NULL, blinding->answer);
    mpz_mul(blinding->answer, blinding->answer, blinding->remover);
    mpz_mod(blinding->answer, blinding->answer, n);
    rsa_break_tell(listener, "s", "a r^-1 mod n", NULL, blinding->answer);
    mpz_powm(blinding->power, blinding->answer, e, n);
    if (mpz_cmp(blinding->power, m) != 0) {
        rsa_break_tell(listener, "s^e", "it is not m", NULL, blinding->power);
        rsa_finding_say(finding, RSA_RESISTED,
                        "the answer belongs to something else than the number that was asked for");
        return;
    }
    rsa_finding_add(finding, "n", n);
    rsa_finding_add(finding, "e", e);
    rsa_finding_add(finding, "m", m);
    rsa_finding_add(finding, "s", blinding->answer);
    finding->proof = "pow(s, e, n) == m";
    rsa_finding_say(finding, RSA_BROKEN, "s is m^d, and nobody was asked for m");
}

void rsa_break_blind(struct rsa_finding *finding, const mpz_t n, const mpz_t e, const mpz_t m,
                     mpz_srcptr r, const struct rsa_oracle *oracle, const struct rsa_random *source,
                     const struct rsa_listener *listener)
{
    struct blinding blinding;
    finding->unit = "questions";
    if (!rsa_break_takes(finding, n, e))
        return;
    if (mpz_cmp(m, n) >= 0 || mpz_sgn(m) <= 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "m is not from 1 to n - 1");
        return;
    }
    mpz_inits(blinding.r, blinding.remover, blinding.question, blinding.answer, blinding.power,
              NULL);
    if (draw(&blinding, n, r, source))
        ask(finding, &blinding, n, e, m, oracle, listener);
    else
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "r has no inverse modulo n");
    mpz_clears(blinding.r, blinding.remover, blinding.question, blinding.answer, blinding.power,
               NULL);
}

/* --- raising ----------------------------------------------------------------------------------- */

void rsa_break_raise(struct rsa_finding *finding, const mpz_t n, const mpz_t e, unsigned bits,
                     const struct rsa_listener *listener)
{
    mpz_t s, K;
    finding->unit = "roots";
    if (!rsa_break_takes(finding, n, e))
        return;
    mpz_init_set_ui(s, 1);
    mpz_init_set_ui(K, 1);
    finding->work = 1;
    if (mpz_cmp_ui(e, bits) < 0) {
        /* 2^bits - 1 is no e-th power but 1 */
        mpz_mul_2exp(s, s, bits);
        mpz_sub_ui(s, s, 1);
        mpz_root(s, s, mpz_get_ui(e));
        mpz_pow_ui(K, s, mpz_get_ui(e));
    }
    rsa_break_tell(listener, "s", "the largest whose e-th power is short enough", NULL, s);
    rsa_break_tell(listener, "K", "s^e, so that s = K^d", NULL, K);
    rsa_finding_add(finding, "n", n);
    rsa_finding_add(finding, "e", e);
    rsa_finding_add(finding, "s", s);
    rsa_finding_add(finding, "K", K);
    mpz_add_ui(s, s, 1);
    rsa_finding_add(finding, "count", s);
    rsa_finding_prove(finding, "pow(s, e, n) == K < 2**%u", bits);
    gmp_snprintf(finding->text, sizeof(finding->text),
                 "s is the private power of K, and so it is for %Zd numbers K of %u bits", s, bits);
    finding->verdict = RSA_BROKEN;
    mpz_clears(s, K, NULL);
}
