/* The names of a listing: so many at once, whatever a folder has. */
#include "listing_names.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAMES (2 * (int)NAMES_AT_ONCE + 7)

Test(ftp_names, come_so_many_at_once)
{
    char *top = scratch_new(), *seen = calloc(1, NAMES), name[16];
    int folder = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t counts[4] = {0};
    struct names names = {0};
    for (int i = 0; i < NAMES; i++) {
        snprintf(name, sizeof(name), "%d", i);
        cr_assert_eq(symlinkat("x", folder, name), 0);
    }
    DIR *entries = names_open(folder);
    for (size_t batch = 0; batch < 4; batch++) {
        cr_assert(names_read(&names, entries, NULL));
        counts[batch] = names.count;
        for (size_t i = 0; i < names.count; i++) {
            cr_expect_eq(seen[atol(names.all[i])]++, 0, "%s", names.all[i]);
            cr_expect(i == 0 || strcmp(names.all[i - 1], names.all[i]) < 0);
        }
    }
    cr_expect_eq(counts[0], NAMES_AT_ONCE);
    cr_expect_eq(counts[1], NAMES_AT_ONCE);
    cr_expect_eq(counts[2], 7);
    cr_expect_eq(counts[3], 0);
    names_free(&names);
    closedir(entries);
    close(folder);
    free(seen);
    scratch_remove(top);
}
