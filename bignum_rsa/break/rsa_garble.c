/*
 * "Private then public", garbled: see rsa_garble.h.
 */
#include "rsa_garble.h"

/* --- which are lost ---------------------------------------------------------------------------- */

/* In percent, to three digits behind the point: the numbers may be too long for a double. */
static double percent(const mpz_t part, const mpz_t whole)
{
    mpz_t scaled;
    mpz_init(scaled);
    mpz_mul_ui(scaled, part, 100000);
    mpz_fdiv_q(scaled, scaled, whole);
    double result = mpz_get_d(scaled) / 1000;
    mpz_clear(scaled);
    return result;
}

/* The K whose inner number is the chosen one, and what the reader takes for it. */
static void show_one(struct rsa_finding *finding, mpz_t inner, const mpz_t n1, const mpz_t e1,
                     const mpz_t n2, const struct rsa_listener *listener)
{
    mpz_t K;
    mpz_init(K);
    rsa_break_tell(listener, "inner", "one of those, chosen", NULL, inner);
    rsa_finding_add(finding, "inner", inner);
    mpz_powm(K, inner, e1, n1);
    rsa_break_tell(listener, "K", "inner^e1 mod n1: the K that has it", NULL, K);
    rsa_finding_add(finding, "K", K);
    mpz_mod(inner, inner, n2);
    rsa_break_tell(listener, "b", "inner mod n2: what is left of it for the reader", NULL, inner);
    mpz_powm(K, inner, e1, n1);
    rsa_break_tell(listener, "back", "b^e1 mod n1: what he takes for K", NULL, K);
    rsa_finding_add(finding, "back", K);
    finding->work = 2;
    mpz_clear(K);
}

void rsa_break_garble(struct rsa_finding *finding, const mpz_t n1, const mpz_t e1, const mpz_t n2,
                      const struct rsa_listener *listener)
{
    mpz_t lost, inner;
    finding->unit = "powers";
    if (!rsa_break_takes(finding, n1, e1) || !rsa_break_takes(finding, n2, e1))
        return;
    if (mpz_cmp(n1, n2) <= 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE,
                        "n1 is not above n2: every inner number fits, and nothing is lost");
        return;
    }
    mpz_inits(lost, inner, NULL);
    mpz_sub(lost, n1, n2);
    rsa_break_tell(listener, "lost", "n1 - n2: so many K of n1 have an inner number above n2", NULL,
                   lost);
    rsa_finding_add(finding, "n1", n1);
    rsa_finding_add(finding, "e1", e1);
    rsa_finding_add(finding, "n2", n2);
    rsa_finding_add(finding, "lost", lost);
    mpz_fdiv_q_2exp(inner, lost, 1);
    mpz_add(inner, inner, n2);
    show_one(finding, inner, n1, e1, n2, listener);
    finding->proof = "n2 <= inner < n1 and pow(inner, e1, n1) == K and pow(inner % n2, e1, n1) == "
                     "back != K";
    rsa_finding_say(finding, RSA_BROKEN, "%.3g %% of all K come back as another number",
                    percent(lost, n1));
    mpz_clears(lost, inner, NULL);
}

bool rsa_is_garbled(const mpz_t n1, const mpz_t d1, const mpz_t n2, const mpz_t K)
{
    mpz_t inner;
    mpz_init(inner);
    mpz_powm(inner, K, d1, n1);
    bool lost = mpz_cmp(inner, n2) >= 0;
    mpz_clear(inner);
    return lost;
}

/* --- and back ---------------------------------------------------------------------------------- */

struct search {
    mpz_t inner, K, k, found;
    unsigned fits;
};

/* Tries each inner number that leaves b; the first K that fits is kept. */
static void search(struct search *search, struct rsa_finding *finding, const mpz_t n1,
                   const mpz_t e1, const mpz_t n2, unsigned bits,
                   const struct rsa_listener *listener)
{
    for (; mpz_cmp(search->inner, n1) < 0; mpz_add(search->inner, search->inner, n2)) {
        mpz_powm(search->K, search->inner, e1, n1);
        bool fits = mpz_sizeinbase(search->K, 2) <= bits;
        rsa_break_tell(listener, "K",
                       fits ? "(b + k n2)^e1 mod n1: short enough to be a key"
                            : "(b + k n2)^e1 mod n1: too long to be a key",
                       NULL, search->K);
        if (fits && search->fits++ == 0) {
            mpz_set(search->found, search->K);
            mpz_set_ui(search->k, finding->work);
        }
        finding->work++;
    }
}

static void judge(struct rsa_finding *finding, const struct search *search, const mpz_t n1,
                  const mpz_t e1, const mpz_t n2, const mpz_t b, unsigned bits)
{
    if (search->fits == 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE,
                        "none of %llu inner numbers has a K of at most %u bits",
                        (unsigned long long)finding->work, bits);
        return;
    }
    if (search->fits > 1) {
        rsa_finding_say(finding, RSA_RESISTED,
                        "%u of %llu inner numbers have a K of at most %u bits: any may be meant",
                        search->fits, (unsigned long long)finding->work, bits);
        return;
    }
    rsa_finding_add(finding, "n1", n1);
    rsa_finding_add(finding, "e1", e1);
    rsa_finding_add(finding, "n2", n2);
    rsa_finding_add(finding, "b", b);
    rsa_finding_add(finding, "k", search->k);
    rsa_finding_add(finding, "K", search->found);
    rsa_finding_prove(finding, "pow(b + k * n2, e1, n1) == K < 2**%u", bits);
    gmp_snprintf(finding->text, sizeof(finding->text),
                 "K is found with k = %Zd, the only one of %llu that gives at most %u bits",
                 search->k, (unsigned long long)finding->work, bits);
    finding->verdict = RSA_BROKEN;
}

void rsa_break_ungarble(struct rsa_finding *finding, const mpz_t n1, const mpz_t e1, const mpz_t n2,
                        const mpz_t b, unsigned bits, const struct rsa_listener *listener)
{
    struct search work = {.fits = 0};
    finding->unit = "candidates";
    if (!rsa_break_takes(finding, n1, e1) || !rsa_break_takes(finding, n2, e1))
        return;
    if (mpz_cmp(b, n2) >= 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "b is not below n2");
        return;
    }
    mpz_inits(work.inner, work.K, work.k, work.found, NULL);
    mpz_fdiv_q(work.k, n1, n2);
    if (mpz_cmp_ui(work.k, RSA_GARBLE_MOST) > 0) {
        rsa_finding_say(finding, RSA_RESISTED, "n1 is more than %u times n2: too many to try",
                        RSA_GARBLE_MOST);
    } else {
        mpz_set(work.inner, b);
        search(&work, finding, n1, e1, n2, bits, listener);
        judge(finding, &work, n1, e1, n2, b, bits);
    }
    mpz_clears(work.inner, work.K, work.k, work.found, NULL);
}
