/*
 * Fingerprints: ssh-keygen -l prints the same for the same key, and -lv draws the same.
 */
#include "fingerprint_art.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The public key as OpenSSH stores it: "ssh-rsa" and the blob in base64, by the base64 command. */
static void write_openssh(const char *folder, const struct rsa_key *key)
{
    uint8_t blob[FINGERPRINT_BLOB_BYTES];
    size_t bytes = fingerprint_blob(blob, key);
    char command[512];
    snprintf(command, sizeof(command), "{ printf 'ssh-rsa '; base64 -w0; echo; } > '%s/key.pub'",
             folder);
    FILE *pipe = popen(command, "w");
    cr_assert_not_null(pipe);
    cr_assert_eq(fwrite(blob, 1, bytes, pipe), bytes);
    cr_assert_eq(pclose(pipe), 0);
}

static void expect_same(const struct rsa_key *key, const char *what)
{
    char *folder = scratch_new(), command[512], line[512] = "", ours[FINGERPRINT_TEXT_BYTES];
    char picture[FINGERPRINT_ART_BYTES], drawn[1024] = "";
    write_openssh(folder, key);
    snprintf(command, sizeof(command), "ssh-keygen -lv -f '%s/key.pub' 2>&1", folder);
    FILE *pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    const char *read = fgets(line, sizeof(line), pipe);
    drawn[fread(drawn, 1, sizeof(drawn) - 1, pipe)] = '\0';
    char *end = strrchr(drawn, '\n');
    cr_assert_not_null(end, "%s: no picture", what);
    *end = '\0';
    cr_assert(pclose(pipe) == 0 && read, "%s: ssh-keygen: %s", what, line);
    fingerprint_text(ours, key);
    unsigned bits = 0;
    char theirs[128] = "";
    cr_assert_eq(sscanf(line, "%u %127s", &bits, theirs), 2, "%s", line);
    cr_expect_str_eq(ours, theirs, "%s: ours %s, theirs %s", what, ours, theirs);
    fingerprint_art(picture, key);
    cr_expect_str_eq(picture, drawn, "%s: ours\n%s\ntheirs\n%s", what, picture, drawn);
    cr_expect_eq(bits, rsa_key_bits(key), "%s: %u bits", what, bits);
    scratch_remove(folder);
}

/* Sizes on both sides of a byte: the first bit of n decides whether a zero byte goes in front. */
Test(fingerprint_openssh, sizes)
{
    static const unsigned sizes[] = {1024, 1025, 1031, 1032, 2048, 2049, 3072};
    static const char *const exponents[] = {"3", "17", "65537", "0x8000000000000001", "255"};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char what[64];
        struct rsa_key *key;
        const char *exponent = exponents[i % 5];
        snprintf(what, sizeof(what), "%u bits, e = %s", sizes[i], exponent);
        cr_assert_eq(rsa_key_generate(&key, sizes[i], exponent, NULL), RSA_OK, "%s", what);
        expect_same(key, what);
        rsa_key_free(key);
    }
}
