/*
 * The numbers of many keys, in memory or in a scratch file; and the products of the batch gcd,
 * there.
 *
 * A scratch file has no name (O_TMPFILE, or unlinked at once), so nothing is left of it however the
 * program ends. Public numbers alone go there.
 */
#ifndef GLASSBOX_AUDIT_NUMBERS_H
#define GLASSBOX_AUDIT_NUMBERS_H

#include "problem.h"

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct audit_numbers {
    uint8_t *memory; /* NULL: in the file */
    size_t used, space;
    int file;     /* -1: in memory */
    int products; /* -1: none */
    uint64_t *ends;
    size_t product_count;
    bool failed; /* a read or write; errno was then told */
    char folder[512];
};

/* folder: for scratch files; NULL: everything in memory. */
bool audit_numbers_open(struct audit_numbers *numbers, const char *folder, struct problem *problem)
    __attribute__((warn_unused_result));
void audit_numbers_close(struct audit_numbers *numbers);

/* Appends bytes; *at is where they begin. */
bool audit_numbers_add(struct audit_numbers *numbers, size_t *at, const void *data, size_t bytes,
                       struct problem *problem) __attribute__((warn_unused_result));
bool audit_numbers_get(const struct audit_numbers *numbers, mpz_t number, size_t at, size_t bytes)
    __attribute__((warn_unused_result));

/* For struct rsa_batch_scratch; context is the struct audit_numbers. */
bool audit_numbers_write_product(void *context, size_t place, const mpz_t number);
bool audit_numbers_read_product(void *context, size_t place, mpz_t number);

#endif
