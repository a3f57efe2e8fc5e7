/*
 * docs/protocol.md says what the code does: the tables between its markers are those that the code
 * prints now. `make docs` puts them there.
 */
#include "sym_cipher.h"

#include <criterion/criterion.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *read_all(FILE *file)
{
    size_t bytes = 0, space = 1 << 20;
    char *text = calloc(1, space);
    cr_assert_not_null(file);
    bytes = fread(text, 1, space - 1, file);
    cr_assert_lt(bytes, space - 1);
    return text;
}

/* What this build's wire_doc prints; it lies beside this test in the build's folder. */
static char *print_table(const char *name)
{
    char path[PATH_MAX] = "", command[PATH_MAX + 64], *text;
    FILE *output;
    cr_assert_gt(readlink("/proc/self/exe", path, sizeof(path) - 1), 0);
    snprintf(command, sizeof(command), "'%s'/../../docs/tools/wire_doc %s", dirname(path), name);
    output = popen(command, "r");
    text = read_all(output);
    cr_assert_eq(pclose(output), 0, "%s", command);
    return text;
}

Test(docs, the_protocol_page_holds_the_tables_of_the_code)
{
    static const char *const names[] = {"wire", "suites", "steps", "states", "alerts", "labels"};
    FILE *file = fopen("docs/protocol.md", "r");
    char *page = read_all(file);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char begin[40], end[40], *table = print_table(names[i]), *from, *to;
        snprintf(begin, sizeof(begin), "<!-- %s: begin -->\n", names[i]);
        snprintf(end, sizeof(end), "<!-- %s: end -->\n", names[i]);
        from = strstr(page, begin);
        cr_assert_not_null(from, "docs/protocol.md has no %s", begin);
        from += strlen(begin);
        to = strstr(from, end);
        cr_assert_not_null(to, "docs/protocol.md has no %s", end);
        cr_assert_gt(strlen(table), 100u);
        cr_assert(strlen(table) == (size_t)(to - from) && memcmp(table, from, strlen(table)) == 0,
                  "docs/protocol.md, table \"%s\" is out of date: run `make docs`", names[i]);
        free(table);
    }
    fclose(file);
    free(page);
}

Test(docs, the_page_of_the_ciphers_has_a_row_for_each)
{
    FILE *file = fopen("docs/symcipher.md", "r");
    char *page = read_all(file);
    for (size_t row = 0; row < sym_cipher_count(); row++) {
        char begin[64];
        snprintf(begin, sizeof(begin), "\n| `%s` | ", sym_cipher_name(sym_cipher_at(row)));
        cr_assert_not_null(strstr(page, begin), "docs/symcipher.md has no row:%s", begin);
    }
    fclose(file);
    free(page);
}
