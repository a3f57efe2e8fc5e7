/*
 * Numbers between text and bytes: see rsa_text.h.
 */
#include "rsa_text.h"

#include "rsa_memory.h"
#include "rsa_number.h"

enum rsa_error rsa_text_to_bytes(uint8_t out[RSA_MAX_BYTES], size_t *bytes, const char *text)
{
    mpz_t number;
    *bytes = 0;
    mpz_init(number);
    enum rsa_error error = rsa_number_parse(number, text);
    if (!error)
        mpz_export(out, bytes, 1, 1, 1, 0, number);
    rsa_mpz_wipe(number);
    rsa_scrub_stack(RSA_MAX_BITS);
    return error;
}

char *rsa_bytes_to_text(const uint8_t *in, size_t bytes, int base)
{
    mpz_t number;
    mpz_init(number);
    mpz_import(number, bytes, 1, 1, 1, 0, in);
    char *text = rsa_number_write(number, base);
    rsa_mpz_wipe(number);
    rsa_scrub_stack(8 * bytes);
    return text;
}
