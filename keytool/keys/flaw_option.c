/*
 * A key that is weak on purpose, by the command line; see flaw_option.h.
 */
#include "flaw_option.h"
#include "translate.h"

#include <string.h>

/* "shared=FILE": its name, and what follows. */
static bool is_flaw(enum rsa_flaw flaw, const char *text)
{
    const char *name = rsa_flaw_name(flaw);
    size_t length = strlen(name);
    if (strncmp(text, name, length) != 0)
        return false;
    return flaw == RSA_FLAW_SHARED ? text[length] == '=' && text[length + 1] != '\0'
                                   : text[length] == '\0';
}

void flaw_read(void *field, const char *what, const char *text, const struct argp_state *state)
{
    struct flaw_option *option = field;
    for (int i = 0; i < RSA_FLAWS; i++)
        if (is_flaw((enum rsa_flaw)i, text)) {
            *option = (struct flaw_option){.wanted = true, .flaw = (enum rsa_flaw)i};
            if (i == RSA_FLAW_SHARED)
                option->other = text + strlen(rsa_flaw_name(RSA_FLAW_SHARED)) + 1;
            return;
        }
    console_usage(state,
                  "%s is '%.40s'; it can be close, shared=NAME|FILE, smooth, small-d, pattern or "
                  "fixed-bases",
                  what, text);
}

void flaw_check(const struct flaw_option *option, bool by_hand, unsigned bits,
                const struct argp_state *state)
{
    if (!option->wanted)
        return;
    if (by_hand)
        console_usage(state, "--flaw chooses the primes and the exponent: without --p, --q and "
                             "--exponent");
    if (option->other && bits != 0)
        console_usage(state, "--bits is decided by the key whose prime is shared");
    if (bits != 0 &&
        (bits < RSA_FLAW_LEAST_BITS || bits > RSA_FLAW_MOST_BITS || bits % RSA_FLAW_STEP_BITS != 0))
        console_usage(state, "--bits with --flaw can be %d to %d, a multiple of %d",
                      RSA_FLAW_LEAST_BITS, RSA_FLAW_MOST_BITS, RSA_FLAW_STEP_BITS);
}

/* The key whose prime is shared: its private half. */
static bool load_other(struct stored_key *other, const struct home *home,
                       const struct flaw_option *option, const struct key_access *given,
                       struct problem *problem)
{
    struct key_access access = *given;
    access.allow_published = access.allow_seeded = access.any_family = true;
    access.allow_flawed = true;
    return !option->other ||
           key_store_find(other, home, option->other, KEY_PRIVATE, &access, problem);
}

bool flaw_make(struct rsa_key **pair, const struct flaw_option *option, unsigned bits,
               const struct home *home, const struct key_access *access,
               const struct rsa_random *source, struct problem *problem)
{
    struct stored_key other = {0};
    if (!load_other(&other, home, option, access, problem))
        return false;
    enum rsa_error error = rsa_flaw_make(pair, option->flaw, bits, other.key, source);
    if (error == RSA_ERR_BITS && other.key) {
        problem_set(problem, "%s has %u bits, and such a key is made with a multiple of %d from %d",
                    other.path, rsa_key_bits(other.key), RSA_FLAW_STEP_BITS, RSA_FLAW_LEAST_BITS);
        problem_hint(problem, "keytool gen NAME --bits 1024 makes one to share a prime with");
    } else if (error != RSA_OK) {
        problem_set(problem, "cannot make this key: %s", translate(rsa_strerror(error)));
    }
    stored_key_free(&other);
    return error == RSA_OK;
}
