/*
 * A command of FTP and the reply that it must get; for Criterion tests.
 *
 *     expect(raw, 213, "SIZE %s", name);
 */
#ifndef GLASSBOX_TESTS_FTP_EXPECT_H
#define GLASSBOX_TESTS_FTP_EXPECT_H

#include "ftp_raw.h"

#include <criterion/criterion.h>

#define expect(raw, code, ...)                                                                     \
    do {                                                                                           \
        int got_code = ftp_raw(raw, __VA_ARGS__);                                                  \
        cr_expect_eq(got_code, code, "%s: wanted %d, got %d: %s", #__VA_ARGS__, code, got_code,    \
                     ftp_raw_text(raw));                                                           \
    } while (0)

#endif
