/*
 * The same message to several people: see rsa_message_breaks.h.
 *
 * J. Hastad, "Solving simultaneous modular equations of low degree" (SIAM J. Comput. 17:2, 1988).
 * By hand, with e = 3 and the moduli 15, 77 and 221: m = 7 goes out as 13, 35 and 122. The number
 * below 15 77 221 that leaves these three is 343, and its cube root is 7.
 */
#include "rsa_message_breaks.h"

#include <stdio.h>

static const char *const n_names[RSA_BROADCAST_MOST] = {"n1",  "n2",  "n3",  "n4",  "n5",  "n6",
                                                        "n7",  "n8",  "n9",  "n10", "n11", "n12",
                                                        "n13", "n14", "n15", "n16", "n17"};
static const char *const c_names[RSA_BROADCAST_MOST] = {"c1",  "c2",  "c3",  "c4",  "c5",  "c6",
                                                        "c7",  "c8",  "c9",  "c10", "c11", "c12",
                                                        "c13", "c14", "c15", "c16", "c17"};

/* "n1 and n2 share a factor", or are the same, or one divides the other: a factor of that one is
 * not known then, but the other is open. */
static void two_are_related(struct rsa_finding *finding, const struct rsa_sent *sent, size_t first,
                            size_t second, const mpz_t gcd)
{
    if (mpz_cmp(sent[first].n, sent[second].n) == 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE,
                        "%s and %s are the same: it takes one n for each of them", n_names[first],
                        n_names[second]);
        return;
    }
    bool whole = mpz_cmp(gcd, sent[first].n) == 0 || mpz_cmp(gcd, sent[second].n) == 0;
    size_t less = mpz_cmp(sent[first].n, sent[second].n) < 0 ? first : second;
    size_t more = less == first ? second : first;
    rsa_finding_add(finding, n_names[first], sent[first].n);
    rsa_finding_add(finding, n_names[second], sent[second].n);
    if (whole) {
        rsa_finding_prove(finding, "1 < %s < %s and %s %% %s == 0", n_names[less], n_names[more],
                          n_names[more], n_names[less]);
        rsa_finding_say(finding, RSA_BROKEN, "%s divides %s: the key of %s is open", n_names[less],
                        n_names[more], n_names[more]);
        return;
    }
    rsa_finding_add(finding, "p", gcd);
    rsa_finding_prove(finding, "1 < p < %s and p < %s and %s %% p == 0 and %s %% p == 0",
                      n_names[first], n_names[second], n_names[first], n_names[second]);
    rsa_finding_say(finding, RSA_BROKEN, "%s and %s share the factor p: both keys are open",
                    n_names[first], n_names[second]);
}

/* Every pair of moduli without a common divisor, every c below its n. */
static bool fit_together(struct rsa_finding *finding, const mpz_t e, const struct rsa_sent *sent,
                         size_t count)
{
    mpz_t gcd;
    bool fit = true;
    mpz_init(gcd);
    for (size_t i = 0; i < count && fit; i++) {
        fit = rsa_break_takes(finding, sent[i].n, e);
        if (fit && mpz_cmp(sent[i].c, sent[i].n) >= 0) {
            rsa_finding_say(finding, RSA_NOT_APPLICABLE, "%s is not below %s", c_names[i],
                            n_names[i]);
            fit = false;
        }
        for (size_t j = 0; j < i && fit; j++) {
            mpz_gcd(gcd, sent[i].n, sent[j].n);
            fit = mpz_cmp_ui(gcd, 1) == 0;
            if (!fit)
                two_are_related(finding, sent, j, i, gcd);
        }
    }
    mpz_clear(gcd);
    return fit;
}

/* joined = c_i modulo each n_i, below their product. */
static void join(mpz_t joined, mpz_t product, const struct rsa_sent *sent, size_t count)
{
    mpz_t inverse, step;
    mpz_inits(inverse, step, NULL);
    mpz_set_ui(joined, 0);
    mpz_set_ui(product, 1);
    for (size_t i = 0; i < count; i++) {
        /* joined + product step = c_i mod n_i */
        mpz_invert(inverse, product, sent[i].n);
        mpz_sub(step, sent[i].c, joined);
        mpz_mul(step, step, inverse);
        mpz_mod(step, step, sent[i].n);
        mpz_addmul(joined, product, step);
        mpz_mul(product, product, sent[i].n);
    }
    mpz_clears(inverse, step, NULL);
}

static void prove(struct rsa_finding *finding, const mpz_t e, const struct rsa_sent *sent,
                  size_t count, const mpz_t m)
{
    char text[RSA_FINDING_PROOF] = "";
    size_t length = 0;
    rsa_finding_add(finding, "e", e);
    for (size_t i = 0; i < count; i++) {
        rsa_finding_add(finding, n_names[i], sent[i].n);
        rsa_finding_add(finding, c_names[i], sent[i].c);
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%spow(m, e, %s) == %s",
                                   i == 0 ? "" : " and ", n_names[i], c_names[i]);
    }
    rsa_finding_add(finding, "m", m);
    rsa_finding_prove(finding, "%s", text);
}

static void not_found(struct rsa_finding *finding, const mpz_t e, size_t count, const mpz_t product)
{
    mpz_t limit;
    if (mpz_cmp_ui(e, count) <= 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE,
                        "these are not the same number: what was joined has no root");
        return;
    }
    mpz_init(limit);
    mpz_root(limit, product, mpz_get_ui(e));
    rsa_finding_say(finding, RSA_RESISTED,
                    "with %zu of %lu ciphertexts only an m below 2^%zu comes out", count,
                    mpz_get_ui(e), mpz_sizeinbase(limit, 2) - 1);
    mpz_clear(limit);
}

void rsa_break_broadcast(struct rsa_finding *finding, const mpz_t e, const struct rsa_sent *sent,
                         size_t count, const struct rsa_listener *listener)
{
    mpz_t joined, product, m;
    finding->unit = "ciphertexts";
    if (mpz_cmp_ui(e, RSA_ROOT_MAX_EXPONENT) > 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE,
                        "e is so large that no %zu of these say enough", count);
        return;
    }
    if (!fit_together(finding, e, sent, count))
        return;
    mpz_inits(joined, product, m, NULL);
    join(joined, product, sent, count);
    finding->work = count;
    rsa_break_tell(listener, "N", "n1 n2 ..., the product of all moduli", NULL, product);
    rsa_break_tell(listener, "C",
                   "the one number below N that leaves c1 modulo n1, c2 modulo n2 ...", NULL,
                   joined);
    if (mpz_root(m, joined, mpz_get_ui(e))) {
        rsa_break_tell(listener, "m", "the e-th root of C, and nothing is left over", NULL, m);
        prove(finding, e, sent, count, m);
        rsa_finding_say(finding, RSA_BROKEN, "m is the e-th root of all %zu joined", count);
    } else {
        not_found(finding, e, count, product);
    }
    mpz_clears(joined, product, m, NULL);
}
