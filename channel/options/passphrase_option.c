/*
 * Where programs take passphrases from; see passphrase_option.h.
 */
#include "passphrase_option.h"

#include "passphrase.h"
#include "translate.h"

#include <stdio.h>

#define PROMPT_BYTES (PROBLEM_TEXT_BYTES - 64) /* what is asked is said in errors, too */

bool passphrase_source_given(const struct passphrase_source *source)
{
    return source->file || source->has_descriptor;
}

static bool from_source(char secret[PASSPHRASE_BYTES], const struct passphrase_source *source,
                        struct problem *problem)
{
    char name[32];
    if (source->file)
        return passphrase_read_file(secret, source->file, problem);
    snprintf(name, sizeof(name), "descriptor %d", source->descriptor);
    return passphrase_read_descriptor(secret, source->descriptor, name, problem);
}

/* The way out where there is no terminal. */
static bool hint_at_options(struct problem *problem, const char *prefix)
{
    return problem_hint(problem,
                        "--%spassphrase-file FILE takes it from a file, --%spassphrase-fd N from "
                        "an open descriptor",
                        prefix, prefix);
}

bool passphrase_get(char secret[PASSPHRASE_BYTES], const struct passphrase_source *source,
                    const char *what, unsigned attempt, struct problem *problem)
{
    char prompt[PROMPT_BYTES];
    bool given = passphrase_source_given(source);
    if (attempt >= (given ? 1u : PASSPHRASE_TRIES)) {
        problem_set(problem, "wrong passphrase for %s, or the file is damaged", what);
        return problem_hint(problem, "without its passphrase nobody can open a key: it has to be "
                                     "replaced by another");
    }
    if (given)
        return from_source(secret, source, problem);
    snprintf(prompt, sizeof(prompt),
             attempt == 0 ? _("Passphrase of %s") : _("That was wrong. Passphrase of %s"), what);
    return passphrase_ask(secret, prompt, problem) || hint_at_options(problem, "");
}

bool passphrase_get_new(char secret[PASSPHRASE_BYTES], const struct passphrase_source *source,
                        const char *prompt, struct problem *problem)
{
    if (!passphrase_source_given(source))
        return passphrase_ask_twice(secret, prompt, problem) || hint_at_options(problem, "new-");
    return from_source(secret, source, problem) &&
           (secret[0] != '\0' || problem_set(problem, "%s: it is empty", prompt));
}
