/*
 * Findings: what every attack fills in; see rsa_break.h.
 */
#include "rsa_break.h"

#include "rsa_tell.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void rsa_finding_init(struct rsa_finding *finding)
{
    memset(finding, 0, sizeof(*finding));
    finding->verdict = RSA_NOT_APPLICABLE;
    finding->unit = "steps";
}

void rsa_finding_clear(struct rsa_finding *finding)
{
    for (size_t i = 0; i < finding->count; i++)
        mpz_clear(finding->number[i].value);
    rsa_finding_init(finding);
}

mpz_srcptr rsa_finding_get(const struct rsa_finding *finding, const char *name)
{
    for (size_t i = 0; i < finding->count; i++)
        if (strcmp(finding->number[i].name, name) == 0)
            return finding->number[i].value;
    return NULL;
}

const char *rsa_verdict_name(enum rsa_verdict verdict)
{
    static const char *const names[] = {"broken", "resisted", "not applicable"};
    return names[verdict];
}

void rsa_finding_add(struct rsa_finding *finding, const char *name, const mpz_t value)
{
    size_t i = 0;
    while (i < finding->count && strcmp(finding->number[i].name, name) != 0)
        i++;
    if (i == RSA_FINDING_NUMBERS)
        return;
    if (i == finding->count) {
        finding->number[i].name = name;
        mpz_init(finding->number[i].value);
        finding->count++;
    }
    mpz_set(finding->number[i].value, value);
}

void rsa_finding_say(struct rsa_finding *finding, enum rsa_verdict verdict, const char *format, ...)
{
    va_list arguments;
    finding->verdict = verdict;
    va_start(arguments, format);
    (void)vsnprintf(finding->text, sizeof(finding->text), format, arguments);
    va_end(arguments);
}

void rsa_finding_prove(struct rsa_finding *finding, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(finding->proof_text, sizeof(finding->proof_text), format, arguments);
    va_end(arguments);
    finding->proof = finding->proof_text;
}

void rsa_break_tell(const struct rsa_listener *listener, const char *name, const char *what,
                    const char *section, const mpz_t value)
{
    rsa_tell_number(listener, (struct rsa_step){.name = name, .formula = what, .section = section},
                    value);
}

bool rsa_break_takes(struct rsa_finding *finding, const mpz_t n, const mpz_t e)
{
    if (mpz_cmp_ui(n, 2) < 0)
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "n is below 2");
    else if (mpz_sgn(e) <= 0)
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "e is below 1");
    else
        return true;
    return false;
}
