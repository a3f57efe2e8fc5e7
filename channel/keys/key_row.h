/*
 * The key in a row of a CSV table: columns n, e and fingerprint, as four files have them.
 */
#ifndef GLASSBOX_KEY_ROW_H
#define GLASSBOX_KEY_ROW_H

#include "csv_table.h"
#include "fingerprint.h"
#include "key_family.h"

/* Reads and judges n and e. If the row has a fingerprint, it must be that of n and e. digest and
 * key may be NULL; the caller frees *key. */
bool key_row_read(uint8_t digest[FINGERPRINT_BYTES], struct rsa_key **key,
                  const struct csv_table *table, size_t row, struct problem *problem)
    __attribute__((warn_unused_result));

/* Reads the family; none is the modern one. */
bool key_row_family(enum key_family *family, const struct csv_table *table, size_t row,
                    struct problem *problem) __attribute__((warn_unused_result));

/* Sets n and e (hexadecimal), and the fingerprint where there is such a column. */
bool key_row_write(struct csv_table *table, size_t row, const struct rsa_key *key,
                   struct problem *problem) __attribute__((warn_unused_result));

/* Sets one number of the key as hexadecimal text. The text is wiped: it may be a private one. */
bool key_row_write_number(struct csv_table *table, size_t row, const char *column,
                          const struct rsa_key *key, enum rsa_number number,
                          struct problem *problem) __attribute__((warn_unused_result));

#endif
