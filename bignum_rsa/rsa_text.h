/*
 * Numbers of any origin between text and bytes: what raw RSA takes and gives, as people write it.
 */
#ifndef GLASSBOX_RSA_TEXT_H
#define GLASSBOX_RSA_TEXT_H

#include "rsa_key.h"

/* Decimal, or hexadecimal after 0x, to big-endian bytes without leading zeros; 0 has none.
 * RSA_ERR_NUMBER; RSA_ERR_LARGE; RSA_ERR_MEMORY. CT: no. */
enum rsa_error rsa_text_to_bytes(uint8_t out[RSA_MAX_BYTES], size_t *bytes, const char *text)
    __attribute__((warn_unused_result));

/* And back, in base 10, or in base 16 with 0x in front. A new string for rsa_text_free; NULL
 * without memory. CT: no. */
char *rsa_bytes_to_text(const uint8_t *in, size_t bytes, int base);

#endif
