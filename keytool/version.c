/*
 * keytool --version: which implementation of each primitive runs on this machine; with --all, which
 * others there are. A GLASSBOX_IMPLEMENTATIONS that is not spelled well is an error here.
 */
#include "keytool.h"

#include "console.h"
#include "implementations.h"
#include "table.h"
#include "translate.h"

#include <string.h>

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
    for (size_t i = 0; good && implementation_at(i, &row); i++) {
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
    struct problem problem = {0};
    const bool all = argc > 1 && strcmp(argv[1], "--all") == 0;
    if (argc > 1 + all) {
        console_error("unexpected argument '%s'", argv[1 + all]);
        return CONSOLE_USAGE;
    }
    if (!implementations_check(&problem))
        return console_problem(&problem, CONSOLE_USAGE);
    if (problem.message[0])
        console_warning_text(problem.message);
    if (print(all))
        return CONSOLE_DONE;
    console_error("no memory");
    return CONSOLE_FAILED;
}
