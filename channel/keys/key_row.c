/*
 * The key in a row of a CSV table; see key_row.h.
 */
#include "key_row.h"
#include "translate.h"

#include <string.h>

/* The fingerprint does not belong to n and e: someone edited one of them. */
static bool check_fingerprint(const uint8_t digest[FINGERPRINT_BYTES],
                              const struct csv_table *table, size_t row, struct problem *problem)
{
    const char *text = csv_table_get(table, row, "fingerprint");
    uint8_t stated[FINGERPRINT_BYTES];
    if (text[0] == '\0')
        return true;
    if (!fingerprint_parse(stated, text))
        return csv_table_fault(problem, table, row, "fingerprint", "not a fingerprint");
    return memcmp(stated, digest, FINGERPRINT_BYTES) == 0 ||
           csv_table_fault(problem, table, row, "fingerprint", "not that of n and e");
}

bool key_row_read(uint8_t digest[FINGERPRINT_BYTES], struct rsa_key **key,
                  const struct csv_table *table, size_t row, struct problem *problem)
{
    const char *numbers[RSA_NUMBERS] = {
        [RSA_N] = csv_table_get(table, row, "n"), [RSA_E] = csv_table_get(table, row, "e")};
    struct rsa_key *made = NULL;
    enum rsa_number bad = RSA_N;
    if (key)
        *key = NULL;
    for (size_t i = 0; i <= RSA_E; i++) {
        if (numbers[i][0] == '\0')
            return csv_table_fault(problem, table, row, rsa_number_name((enum rsa_number)i),
                                   "missing");
    }
    enum rsa_error error = rsa_key_from_text(&made, numbers, &bad);
    if (error == RSA_OK)
        error = rsa_key_check(made, &bad);
    if (error != RSA_OK) {
        rsa_key_free(made);
        return csv_table_fault(problem, table, row, rsa_number_name(bad), "%s",
                               translate(rsa_strerror(error)));
    }
    uint8_t own_digest[FINGERPRINT_BYTES];
    fingerprint_digest(own_digest, made);
    bool done = check_fingerprint(own_digest, table, row, problem);
    if (done && digest)
        memcpy(digest, own_digest, FINGERPRINT_BYTES);
    if (done && key) {
        *key = made;
        made = NULL; /* transferred */
    }
    rsa_key_free(made);
    return done;
}

bool key_row_family(enum key_family *family, const struct csv_table *table, size_t row,
                    struct problem *problem)
{
    if (key_family_parse(family, csv_table_get(table, row, "family")))
        return true;
    csv_table_fault(problem, table, row, "family", "neither modern nor textbook");
    return problem_hint(problem, "leave it empty for modern");
}

bool key_row_write_number(struct csv_table *table, size_t row, const char *column,
                          const struct rsa_key *key, enum rsa_number number,
                          struct problem *problem)
{
    char *text = rsa_key_number_text(key, number, 16);
    if (!text)
        return problem_memory(problem);
    bool done = csv_table_set(table, row, column, text, problem);
    rsa_text_free(text);
    return done;
}

bool key_row_write(struct csv_table *table, size_t row, const struct rsa_key *key,
                   struct problem *problem)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    fingerprint_text(fingerprint, key);
    if (csv_table_has_column(table, "fingerprint") &&
        !csv_table_set(table, row, "fingerprint", fingerprint, problem))
        return false;
    return key_row_write_number(table, row, "n", key, RSA_N, problem) &&
           key_row_write_number(table, row, "e", key, RSA_E, problem);
}
