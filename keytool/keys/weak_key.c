/*
 * Known weaknesses, as a problem; see weak_key.h.
 */
#include "weak_key.h"

#include "rsa_key.h"

static bool refuse(const struct rsa_weakness_report *report, const char *what, const char *more,
                   struct problem *problem)
{
    enum rsa_weakness first = rsa_weakness_first(report);
    problem_set(problem, "%s is weak: %s: %s", what, rsa_weakness_info(first)->title,
                report->findings[first].detail);
    return problem_hint(problem, "%s%s", rsa_weakness_info(first)->remedy, more);
}

bool weak_key_refuse(const struct rsa_weakness_report *report, const char *what,
                     struct problem *problem)
{
    return refuse(report, what, "", problem);
}

bool weak_key_check(const struct rsa_key *key, const char *what, struct problem *problem)
{
    struct rsa_weakness_report report;
    if (rsa_key_bits(key) < WEAK_KEY_LEAST_BITS)
        return true;
    rsa_weakness_of_key(&report, key, 0);
    bool good = !report.is_weak ||
                refuse(&report, what, "; keytool check shows the proof", problem);
    rsa_weakness_report_free(&report);
    return good;
}
