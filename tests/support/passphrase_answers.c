/* Passphrases for tests: see passphrase_answers.h. */
#include "passphrase_answers.h"

#include <stdio.h>

static bool answer(char secret[PASSPHRASE_BYTES], const struct passphrase_source *source,
                   const char *what, unsigned attempt, struct problem *problem)
{
    struct passphrase_answers *answers = source->context;
    snprintf(answers->what, sizeof(answers->what), "%s", what);
    answers->asked++;
    if (attempt >= 4 || !answers->answers[attempt])
        return problem_set(problem, "no");
    snprintf(secret, PASSPHRASE_BYTES, "%s", answers->answers[attempt]);
    return true;
}

struct key_access answering(struct passphrase_answers *answers)
{
    return (struct key_access){.passphrase = {.get = answer, .context = answers}};
}
