/*
 * One of few messages: see rsa_message_breaks.h.
 */
#include "rsa_message_breaks.h"

void rsa_break_guess(struct rsa_finding *finding, const mpz_t n, const mpz_t e, const mpz_t c,
                     const struct rsa_candidates *candidates, uint64_t limit,
                     const struct rsa_listener *listener)
{
    mpz_t m, power;
    bool found = false;
    finding->unit = "guesses";
    if (!rsa_break_takes(finding, n, e))
        return;
    mpz_inits(m, power, NULL);
    while (!found && finding->work < limit && candidates->next(candidates->context, m)) {
        finding->work++;
        mpz_powm(power, m, e, n);
        found = mpz_cmp(power, c) == 0;
    }
    if (found) {
        rsa_break_tell(listener, "m", "m^e mod n is c", NULL, m);
        rsa_finding_add(finding, "n", n);
        rsa_finding_add(finding, "e", e);
        rsa_finding_add(finding, "c", c);
        rsa_finding_add(finding, "m", m);
        finding->proof = "pow(m, e, n) == c";
        rsa_finding_say(finding, RSA_BROKEN, "m is candidate number %llu",
                        (unsigned long long)finding->work);
    } else if (finding->work == 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "there are no candidates");
    } else {
        rsa_finding_say(finding, RSA_RESISTED, "m is none of %s%llu candidates",
                        finding->work == limit ? "the first " : "",
                        (unsigned long long)finding->work);
    }
    mpz_clears(m, power, NULL);
}
