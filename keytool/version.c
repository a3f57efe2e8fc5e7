/*
 * keytool --version: which implementation of each primitive runs on this machine; with --all, which
 * others there are. And whether GLASSBOX_IMPLEMENTATIONS, which chooses among them, is spelled well:
 * the libraries cannot say so, as they never print.
 */
#include "keytool.h"

#include "console.h"
#include "mlkem_in_use.h"
#include "rsa_in_use.h"
#include "sym_in_use.h"
#include "table.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

#define VARIABLE "GLASSBOX_IMPLEMENTATIONS"

/* Number `number` of all that the libraries have; false past the last. */
static bool implementation(size_t number, struct sym_known *out)
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
    for (size_t i = 0; implementation(i, &known); i++) {
        if (strlen(known.implementation) != bytes || memcmp(known.implementation, name, bytes) != 0)
            continue;
        found = true;
        *supported = *supported || known.supported;
    }
    return found;
}

/* Says what is wrong with the variable; false if a name in it is none. */
static bool check_variable(const char *list)
{
    bool good = true, supported;
    while (list && good) {
        const size_t bytes = strcspn(list, ",");
        good = bytes == 0 || is_there(list, bytes, &supported);
        if (!good) {
            console_error("%s: there is no implementation '%.*s'", VARIABLE, (int)bytes, list);
            console_hint("'keytool --version --all' lists them; write them exactly so, with a "
                         "comma and no blank between");
        } else if (bytes > 0 && !supported) {
            console_warning("%s: this processor cannot run '%.*s'", VARIABLE, (int)bytes, list);
        }
        list = list[bytes] == ',' ? list + bytes + 1 : NULL;
    }
    return good;
}

static bool print(bool all)
{
    static const struct table_column used[] = {
        {"primitive", TABLE_TEXT, false}, {"implementation", TABLE_TEXT, false}, {NULL, 0, false}};
    static const struct table_column known[] = {{"primitive", TABLE_TEXT, false},
                                                {"implementation", TABLE_TEXT, false},
                                                {"state", TABLE_WORD, false},
                                                {NULL, 0, false}};
    struct table *table = table_new(all ? known : used);
    struct sym_known row;
    bool good = table != NULL;
    for (size_t i = 0; good && implementation(i, &row); i++) {
        const char *state = row.in_use      ? N_("in use")
                            : row.supported ? N_("possible")
                                            : N_("not on this processor");
        const char *cells[] = {row.primitive, row.implementation, state};
        if (all || row.in_use)
            good = table_add(table, cells);
    }
    good = good && table_print(table, false);
    table_free(table);
    return good;
}

int keytool_version(int argc, char **argv)
{
    const bool all = argc > 1 && strcmp(argv[1], "--all") == 0;
    if (argc > 1 + all) {
        console_error("unexpected argument '%s'", argv[1 + all]);
        return CONSOLE_USAGE;
    }
    if (!check_variable(getenv(VARIABLE)))
        return CONSOLE_USAGE;
    if (print(all))
        return CONSOLE_DONE;
    console_error("no memory");
    return CONSOLE_FAILED;
}
