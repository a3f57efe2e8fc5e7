/* The implementations of all libraries, by name: see implementations.h. */
#include "implementations.h"

#include "mlkem_in_use.h"
#include "rsa_in_use.h"

#include <stdlib.h>
#include <string.h>

#define VARIABLE      "GLASSBOX_IMPLEMENTATIONS"
#define LONGEST_SHOWN 60

bool implementation_at(size_t number, struct sym_known *out)
{
    bool supported;
    size_t i = 0;
    for (const char *name; (name = rsa_known(i, &supported)); i++) {
        *out = (struct sym_known){"RSA", name, supported, name == rsa_in_use()};
        if (i == number)
            return true;
    }
    for (size_t j = 0; sym_known(j, out); i++, j++)
        if (i == number)
            return true;
    for (size_t j = 0; (out->implementation = mlkem_known(j, &supported)); i++, j++) {
        out->primitive = "ML-KEM";
        out->supported = supported;
        out->in_use = out->implementation == mlkem_in_use();
        if (i == number)
            return true;
    }
    return false;
}

/* Whether there is one of this name; *supported: on this processor. */
static bool is_there(const char *name, size_t bytes, bool *supported)
{
    struct sym_known known;
    bool found = false;
    *supported = false;
    for (size_t i = 0; implementation_at(i, &known); i++) {
        if (strlen(known.implementation) != bytes || memcmp(known.implementation, name, bytes) != 0)
            continue;
        found = true;
        *supported = *supported || known.supported;
    }
    return found;
}

bool implementations_check(struct problem *problem)
{
    const char *list = getenv(VARIABLE);
    bool good = true, supported;
    while (list && good) {
        const size_t bytes = strcspn(list, ",");
        const int shown = bytes < LONGEST_SHOWN ? (int)bytes : LONGEST_SHOWN;
        good = bytes == 0 || is_there(list, bytes, &supported);
        if (!good) {
            *problem = (struct problem){0}; /* it comes before a warning */
            problem_set(problem, "%s: there is no implementation '%.*s'", VARIABLE, shown, list);
            problem_hint(problem, "'keytool --version --all' lists them; write them exactly so, "
                                  "with a comma and no blank between");
        } else if (bytes > 0 && !supported) {
            problem_set(problem, "%s: this processor cannot run '%.*s'", VARIABLE, shown, list);
        }
        list = list[bytes] == ',' ? list + bytes + 1 : NULL;
    }
    return good;
}
