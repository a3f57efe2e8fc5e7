/*
 * The e-th root: see rsa_message_breaks.h.
 *
 * c = m^e mod n says that m^e = c + k n for some whole k. Whoever knows k needs no key: he takes a
 * root of whole numbers, which any pocket calculator can. What is known of m bounds k:
 *
 *     least^e <= m^e <= most^e    so    (least^e - c) / n <= k <= (most^e - c) / n
 */
#include "rsa_message_breaks.h"

struct search {
    mpz_t least, most; /* of k */
    mpz_t power;       /* c + k n */
    mpz_t root;
};

static void search_open(struct search *search)
{
    mpz_inits(search->least, search->most, search->power, search->root, NULL);
}

static void search_close(struct search *search)
{
    mpz_clears(search->least, search->most, search->power, search->root, NULL);
}

/* The bounds of k for an m from `high` 00...0 to `high` 11...1. */
static void bound_by_beginning(struct search *search, const mpz_t n, unsigned long e, const mpz_t c,
                               const struct rsa_root_room *room)
{
    mpz_mul_2exp(search->least, room->high, room->low_bits);
    mpz_add_ui(search->most, room->high, 1);
    mpz_mul_2exp(search->most, search->most, room->low_bits);
    mpz_sub_ui(search->most, search->most, 1);
    mpz_pow_ui(search->least, search->least, e);
    mpz_pow_ui(search->most, search->most, e);
    mpz_sub(search->least, search->least, c);
    mpz_sub(search->most, search->most, c);
    mpz_cdiv_q(search->least, search->least, n);
    mpz_fdiv_q(search->most, search->most, n);
    if (mpz_sgn(search->least) < 0)
        mpz_set_ui(search->least, 0);
}

/* Tries 2^slack values of k from the least on, or as many as there are; true: root^e = power. */
static bool try_each(struct search *search, const mpz_t n, unsigned long e, const mpz_t c,
                     unsigned slack_bits, bool bounded, uint64_t *work)
{
    mpz_mul(search->power, search->least, n);
    mpz_add(search->power, search->power, c);
    for (uint64_t i = 0; i < (uint64_t)1 << slack_bits; i++) {
        if (bounded && mpz_cmp(search->least, search->most) > 0)
            return false;
        ++*work;
        if (mpz_root(search->root, search->power, e))
            return true;
        mpz_add(search->power, search->power, n);
        mpz_add_ui(search->least, search->least, 1);
    }
    return false;
}

static void tell_bounds(const struct search *search, bool bounded,
                        const struct rsa_listener *listener)
{
    rsa_break_tell(listener, "k", "the first that is tried in m^e = c + k n", NULL, search->least);
    if (bounded)
        rsa_break_tell(listener, "k_last", "above it m would not begin as it is said to", NULL,
                       search->most);
}

static void found(struct rsa_finding *finding, const struct search *search,
                  const struct rsa_listener *listener)
{
    rsa_break_tell(listener, "k", "the one that fits", NULL, search->least);
    rsa_break_tell(listener, "m^e", "c + k n", NULL, search->power);
    rsa_break_tell(listener, "m", "its e-th root, and nothing is left over", NULL, search->root);
    rsa_finding_add(finding, "m", search->root);
    finding->proof = "pow(m, e, n) == c";
    rsa_finding_say(finding, RSA_BROKEN, "m is the e-th root of c + k n, a whole number");
}

/* After the last k: power is c + k n of the first that was not tried. */
static void not_found(struct rsa_finding *finding, struct search *search, unsigned long e,
                      bool bounded)
{
    if (bounded && mpz_cmp(search->least, search->most) > 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "no m begins with that number and gives c");
    } else if (bounded) {
        mpz_sub(search->most, search->most, search->least);
        rsa_finding_say(
            finding, RSA_RESISTED,
            "%llu values of k were tried, about 2^%zu are left: too many bits of m are unknown",
            (unsigned long long)finding->work, mpz_sizeinbase(search->most, 2));
    } else {
        mpz_root(search->root, search->power, e);
        if (mpz_cmp_ui(search->root, 2) < 0)
            rsa_finding_say(finding, RSA_NOT_APPLICABLE,
                            "e is so large that even 2^e is beyond reach");
        else
            rsa_finding_say(finding, RSA_RESISTED, "m is not below 2^%zu",
                            mpz_sizeinbase(search->root, 2) - 1);
    }
}

void rsa_break_root(struct rsa_finding *finding, const mpz_t n, const mpz_t e, const mpz_t c,
                    const struct rsa_root_room *room, const struct rsa_listener *listener)
{
    finding->unit = "roots";
    if (!rsa_break_takes(finding, n, e))
        return;
    if (mpz_cmp(c, n) >= 0 || mpz_sgn(c) < 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "c is not below n");
        return;
    }
    if (mpz_cmp_ui(e, RSA_ROOT_MAX_EXPONENT) > 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "e is above %d: no root of it is small",
                        RSA_ROOT_MAX_EXPONENT);
        return;
    }
    unsigned long exponent = mpz_get_ui(e);
    struct search search;
    search_open(&search);
    rsa_finding_add(finding, "n", n);
    rsa_finding_add(finding, "e", e);
    rsa_finding_add(finding, "c", c);
    if (room->high)
        bound_by_beginning(&search, n, exponent, c, room);
    tell_bounds(&search, room->high, listener);
    if (try_each(&search, n, exponent, c, room->slack_bits, room->high, &finding->work))
        found(finding, &search, listener);
    else
        not_found(finding, &search, exponent, room->high);
    search_close(&search);
}
