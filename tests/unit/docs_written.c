/*
 * What `make docs` writes whole is what its generators write now from the tables of the code.
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
    cr_assert(bytes > 1000 && bytes < space - 1);
    return text;
}

/* generator: its name and arguments; it lies beside this test in the build's folder. */
static void check_written(const char *path, const char *generator)
{
    char here[PATH_MAX] = "", command[3 * PATH_MAX], *fresh, *kept;
    FILE *output, *file = fopen(path, "r");
    cr_assert_gt(readlink("/proc/self/exe", here, sizeof(here) - 1), 0);
    snprintf(command, sizeof(command), "'%s'/../../docs/tools/%s", dirname(here), generator);
    output = popen(command, "r");
    fresh = read_all(output);
    cr_assert_eq(pclose(output), 0, "%s", command);
    kept = read_all(file);
    cr_assert(strcmp(fresh, kept) == 0, "%s is out of date: run `make docs`", path);
    fclose(file);
    free(fresh);
    free(kept);
}

Test(docs, the_dissector_is_the_one_of_the_table)
{
    check_written("docs/wireshark/glassbox.lua", "wire_lua docs/tools/wireshark/*.lua");
}

Test(docs, the_picture_is_the_one_of_the_table)
{
    check_written("docs/pictures/dialogue.svg", "wire_svg");
}
