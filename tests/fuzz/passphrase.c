/*
 * Fuzzes the reader of passphrases: the first line, without its end and a byte order mark, and
 * nothing behind it is taken. The rest of its file is the terminal's, so no parser is named here to
 * be counted. (Keys that a passphrase protects, and all of PEM: der.c.)
 */
#include "passphrase.h"

#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MARK       "\xef\xbb\xbf"
#define MARK_BYTES 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    char secret[PASSPHRASE_BYTES];
    struct problem problem = {0};
    const uint8_t *end = bytes > 0 ? memchr(data, '\n', bytes) : NULL, *from = data;
    size_t length = end ? (size_t)(end - data) : bytes;
    int file = memfd_create("fuzzed", MFD_CLOEXEC);
    if (file < 0 || write(file, data, bytes) != (ssize_t)bytes || lseek(file, 0, SEEK_SET) != 0)
        abort();
    if (!passphrase_read_descriptor(secret, file, "fuzzed", &problem)) {
        fuzz_require(problem.message[0] != '\0', "refused without a word");
    } else {
        fuzz_require(lseek(file, 0, SEEK_CUR) == (off_t)length + (end != NULL), "not one line");
        if (length > 0 && data[length - 1] == '\r')
            length--;
        if (length >= MARK_BYTES && memcmp(data, MARK, MARK_BYTES) == 0) {
            from += MARK_BYTES;
            length -= MARK_BYTES;
        }
        fuzz_require(strlen(secret) == length && memcmp(secret, from, length) == 0, "another one");
    }
    close(file);
    return 0;
}

FUZZ_MAIN("passphrase", 5000);
