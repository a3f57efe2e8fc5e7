/*
 * keytool --version: which implementation of each primitive runs on this machine.
 */
#include "keytool.h"

#include "console.h"
#include "mlkem_in_use.h"
#include "rsa_in_use.h"
#include "sym_in_use.h"
#include "table.h"

int keytool_version(int argc, char **argv)
{
    static const struct table_column columns[] = {
        {"primitive", TABLE_TEXT, false}, {"implementation", TABLE_TEXT, false}, {NULL, 0, false}};
    const char *cells[2];
    if (argc > 1) {
        console_error("unexpected argument '%s'", argv[1]);
        return CONSOLE_USAGE;
    }
    struct table *table = table_new(columns);
    bool good = table != NULL;
    cells[0] = "RSA";
    cells[1] = rsa_in_use();
    good = good && table_add(table, cells);
    for (size_t i = 0; good && sym_in_use(i, &cells[0], &cells[1]); i++)
        good = table_add(table, cells);
    cells[0] = "ML-KEM";
    cells[1] = mlkem_in_use();
    good = good && table_add(table, cells);
    good = good && table_print(table, false);
    table_free(table);
    if (good)
        return CONSOLE_DONE;
    console_error("no memory");
    return CONSOLE_FAILED;
}
