/* X25519 (RFC 7748): published answers. */
#include "key_agreement.h"

#include "vectors.h"

#include <criterion/criterion.h>
#include <string.h>

/* RFC 7748 5.2, both vectors and the first iteration, as installed. */
Test(x25519, rfc_7748_5_2)
{
    struct vectors *file = vectors_open_installed("asymmetric/X25519/rfc7748.txt");
    while (vectors_next(file)) {
        size_t bytes;
        const uint8_t *scalar = vectors_bytes(file, "INPUT_SCALAR", &bytes);
        const uint8_t *u = vectors_bytes(file, "INPUT_U", &bytes);
        uint8_t out[X25519_BYTES];
        cr_assert(x25519(out, scalar, u));
        vectors_expect(file, "x25519", out, sizeof(out), "OUTPUT_U");
    }
    vectors_close(file);
}
