/*
 * A key pair of ours as OpenSSL reads it; see openssl_key.h.
 */
#include "openssl_key.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* PKCS #1's RSAPrivateKey (RFC 8017 A.1.2) in the language of openssl asn1parse -genconf. */
void openssl_write_key(const char *folder, const struct rsa_key *key)
{
    static const char *const names[] = {"n", "e", "d", "p", "q", "dp", "dq", "qinv"};
    char *path = scratch_path(folder, "key.conf"), *command;
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fprintf(file, "asn1=SEQUENCE:key\n[key]\nversion=INTEGER:0\n");
    for (enum rsa_number i = RSA_N; i < RSA_NUMBERS; i++) {
        char *text = rsa_key_number_text(key, i, 16);
        fprintf(file, "%s=INTEGER:%s\n", names[i], text);
        rsa_text_free(text);
    }
    cr_assert_eq(fclose(file), 0);
    free(path);
    cr_assert_geq(
        asprintf(&command,
                 "cd '%s' && { openssl asn1parse -genconf key.conf -noout -out key.der && "
                 "openssl rsa -inform DER -in key.der -out key.pem -check && "
                 "openssl rsa -in key.pem -pubout -out pub.pem; } >said 2>&1",
                 folder),
        0);
    if (system(command) != 0) { // NOLINT: the folder is the test's own
        char *said = scratch_read(folder, "said");
        cr_assert_fail("%u bits: %s", rsa_key_bits(key), said);
    }
    free(command);
}
