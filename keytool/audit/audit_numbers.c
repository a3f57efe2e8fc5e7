/* Numbers of many keys; see audit_numbers.h. */
#include "audit_numbers.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- files without a name -------------------------------------------------------------------- */

static int open_scratch(const char *folder)
{
    char path[PATH_MAX];
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return file;
    snprintf(path, sizeof(path), "%s/.glassbox-XXXXXX", folder);
    file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        unlink(path);
    return file;
}

bool audit_numbers_open(struct audit_numbers *numbers, const char *folder, struct problem *problem)
{
    *numbers = (struct audit_numbers){.file = -1, .products = -1};
    if (!folder)
        return true;
    snprintf(numbers->folder, sizeof(numbers->folder), "%s", folder);
    numbers->file = open_scratch(folder);
    if (numbers->file >= 0)
        numbers->products = open_scratch(folder);
    if (numbers->products >= 0)
        return true;
    problem_errno(problem, "no scratch file in %s", folder);
    return problem_hint(problem, "--scratch FOLDER names another folder");
}

void audit_numbers_close(struct audit_numbers *numbers)
{
    if (numbers->file > 0)
        close(numbers->file);
    if (numbers->products > 0)
        close(numbers->products);
    free(numbers->memory);
    free(numbers->ends);
    *numbers = (struct audit_numbers){.file = -1, .products = -1};
}

static bool write_at(int file, const uint8_t *data, size_t bytes, uint64_t at)
{
    while (bytes > 0) {
        ssize_t done = pwrite(file, data, bytes, (off_t)at);
        if (done <= 0 && !(done < 0 && errno == EINTR))
            return false;
        size_t count = done > 0 ? (size_t)done : 0;
        data += count;
        bytes -= count;
        at += count;
    }
    return true;
}

static bool read_at(int file, uint8_t *out, size_t bytes, uint64_t at)
{
    while (bytes > 0) {
        ssize_t done = pread(file, out, bytes, (off_t)at);
        if (done <= 0 && !(done < 0 && errno == EINTR))
            return false;
        size_t count = done > 0 ? (size_t)done : 0;
        out += count;
        bytes -= count;
        at += count;
    }
    return true;
}

/* --- numbers --------------------------------------------------------------------------------- */

static bool grow(struct audit_numbers *numbers, size_t bytes)
{
    if (numbers->space - numbers->used >= bytes)
        return true;
    size_t space = 2 * numbers->space + bytes + 65536;
    uint8_t *grown = realloc(numbers->memory, space);
    if (!grown)
        return false;
    numbers->memory = grown;
    numbers->space = space;
    return true;
}

bool audit_numbers_add(struct audit_numbers *numbers, size_t *at, const void *data, size_t bytes,
                       struct problem *problem)
{
    *at = numbers->used;
    if (numbers->file >= 0 && !write_at(numbers->file, data, bytes, *at))
        return problem_errno(problem, "cannot write the scratch file in %s", numbers->folder);
    if (numbers->file < 0 && !grow(numbers, bytes))
        return problem_memory(problem);
    if (numbers->file < 0 && bytes > 0)
        memcpy(numbers->memory + *at, data, bytes);
    numbers->used += bytes;
    return true;
}

bool audit_numbers_get(const struct audit_numbers *numbers, mpz_t number, size_t at, size_t bytes)
{
    uint8_t buffer[4096], *data = buffer;
    bool done = true;
    if (numbers->file < 0) {
        mpz_import(number, bytes, 1, 1, 1, 0, numbers->memory + at);
        return true;
    }
    if (bytes > sizeof(buffer))
        data = malloc(bytes);
    done = data && read_at(numbers->file, data, bytes, at);
    if (done)
        mpz_import(number, bytes, 1, 1, 1, 0, data);
    if (data != buffer)
        free(data);
    return done;
}

/* --- products: limbs as they are, for this machine alone reads them ------------------------- */

bool audit_numbers_write_product(void *context, size_t place, const mpz_t number)
{
    struct audit_numbers *numbers = context;
    uint64_t begin = place == 0 ? 0 : numbers->ends[place - 1];
    size_t bytes = mpz_size(number) * sizeof(mp_limb_t);
    uint64_t *ends = reallocarray(numbers->ends, place + 1, sizeof(*ends));
    if (!ends)
        return false;
    numbers->ends = ends;
    ends[place] = begin + bytes;
    numbers->product_count = place + 1;
    return write_at(numbers->products, (const uint8_t *)mpz_limbs_read(number), bytes, begin);
}

bool audit_numbers_read_product(void *context, size_t place, mpz_t number)
{
    const struct audit_numbers *numbers = context;
    uint64_t begin = place == 0 ? 0 : numbers->ends[place - 1];
    size_t bytes = (size_t)(numbers->ends[place] - begin);
    mp_size_t limbs = (mp_size_t)(bytes / sizeof(mp_limb_t));
    if (place >= numbers->product_count ||
        !read_at(numbers->products, (uint8_t *)mpz_limbs_write(number, limbs), bytes, begin))
        return false;
    mpz_limbs_finish(number, limbs);
    return true;
}
