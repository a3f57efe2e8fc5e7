/*
 * docs/wireshark/glassbox.lua is what the generator writes now from the table of the wire.
 */
#include <criterion/criterion.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *read_all(FILE *file)
{
    size_t bytes, space = 1 << 20;
    char *text = calloc(1, space);
    cr_assert_not_null(file);
    bytes = fread(text, 1, space - 1, file);
    cr_assert(bytes > 10000 && bytes < space - 1);
    return text;
}

Test(docs, the_dissector_is_the_one_of_the_table)
{
    char path[PATH_MAX] = "", command[3 * PATH_MAX], *fresh, *kept;
    FILE *output, *file = fopen("docs/wireshark/glassbox.lua", "r");
    cr_assert_gt(readlink("/proc/self/exe", path, sizeof(path) - 1), 0);
    snprintf(command, sizeof(command), "'%s'/../../docs/tools/wire_lua docs/tools/wireshark/*.lua",
             dirname(path));
    output = popen(command, "r");
    fresh = read_all(output);
    cr_assert_eq(pclose(output), 0, "%s", command);
    kept = read_all(file);
    cr_assert(strcmp(fresh, kept) == 0,
              "docs/wireshark/glassbox.lua is out of date: run `make docs`");
    fclose(file);
    free(fresh);
    free(kept);
}
