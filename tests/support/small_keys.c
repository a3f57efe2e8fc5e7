/* Small public keys. */
#include "small_keys.h"

#include <stdio.h>
#include <stdlib.h>

struct rsa_key *small_key(unsigned index)
{
    char n[32];
    const char *const numbers[RSA_NUMBERS] = {[RSA_N] = n, [RSA_E] = "17"};
    struct rsa_key *key;
    snprintf(n, sizeof(n), "0xc%014x1", index); /* 64 bits, odd */
    if (rsa_key_from_text(&key, numbers, NULL) != RSA_OK)
        abort();
    return key;
}
