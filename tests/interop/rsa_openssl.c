/*
 * Agreement with the OpenSSL command, in both directions: keys of ours and of theirs, raw, OAEP,
 * PSS and PKCS#1 v1.5, at 1024, 2048, 3072 and 4096 bits.
 */
#include "bignum_rsa.h"
#include "openssl_key.h"
#include "rsa_hashes.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One key in a folder: ours in memory, theirs in key.pem and pub.pem. */
struct meeting {
    char *folder;
    struct rsa_key *key;
    unsigned bits;
};

/* --- files and commands --------------------------------------------------------------------- */

static void put(const struct meeting *meeting, const char *name, const void *data, size_t bytes)
{
    char *path = scratch_path(meeting->folder, name);
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file, "%s", path);
    cr_assert_eq(fwrite(data, 1, bytes, file), bytes);
    cr_assert_eq(fclose(file), 0);
    free(path);
}

static size_t get(const struct meeting *meeting, const char *name, uint8_t *out, size_t space)
{
    char *path = scratch_path(meeting->folder, name);
    FILE *file = fopen(path, "r");

    cr_assert_not_null(file, "%s", path);
    size_t bytes = fread(out, 1, space, file);
    fclose(file);
    free(path);
    return bytes;
}

/* openssl ARGUMENTS in the folder; what it says goes to the file "said". */
static bool openssl(const struct meeting *meeting, const char *arguments)
{
    char *command;

    cr_assert_geq(
        asprintf(&command, "cd '%s' && openssl %s >said 2>&1", meeting->folder, arguments), 0);
    int status = system(command); // NOLINT: the arguments are the test's own
    free(command);
    return status == 0;
}

static void must(const struct meeting *meeting, const char *arguments)
{
    if (!openssl(meeting, arguments)) {
        char *said = scratch_read(meeting->folder, "said");
        cr_assert_fail("%u bits: openssl %s: %s", meeting->bits, arguments, said);
    }
}

/* --- keys ------------------------------------------------------------------------------------- */

static struct meeting meet_with_our_key(unsigned bits)
{
    struct meeting meeting = {.folder = scratch_new(), .bits = bits};

    cr_assert_eq(rsa_key_generate(&meeting.key, bits, NULL, NULL), RSA_OK);
    openssl_write_key(meeting.folder, meeting.key);
    return meeting;
}

/* "modulus:", "prime1:" ... of openssl rsa -text: hex with colons, indented, on its own lines. */
static char *number_after(const char *text, const char *label)
{
    const char *from = strstr(text, label);
    char *hex = calloc(1, strlen(text) + 3);
    size_t length = 2;

    cr_assert_not_null(from, "no \"%s\" in: %s", label, text);
    memcpy(hex, "0x", 2);
    for (from += strlen(label);
         *from == '\n' || *from == ' ' || *from == ':' || strchr("0123456789abcdef", *from);
         from++) {
        if (*from == '\n' && from[1] != ' ')
            break;
        if (strchr("0123456789abcdef", *from))
            hex[length++] = *from;
    }
    return hex;
}

static struct meeting meet_with_their_key(unsigned bits)
{
    static const char *const labels[RSA_NUMBERS] = {
        "modulus:", NULL,         "privateExponent:", "prime1:",
        "prime2:",  "exponent1:", "exponent2:",       "coefficient:"};
    struct meeting meeting = {.folder = scratch_new(), .bits = bits};
    char *text[RSA_NUMBERS], command[60];

    snprintf(command, sizeof(command), "genrsa -out key.pem %u", bits);
    must(&meeting, command);
    must(&meeting, "rsa -in key.pem -pubout -out pub.pem");
    must(&meeting, "rsa -in key.pem -text -noout -out text");
    char *all = scratch_read(meeting.folder, "text");
    for (int i = 0; i < RSA_NUMBERS; i++)
        text[i] = labels[i] ? number_after(all, labels[i]) : strdup("65537");
    cr_assert_eq(rsa_key_from_text(&meeting.key, (const char *const *)text, NULL), RSA_OK);
    for (int i = 0; i < RSA_NUMBERS; i++)
        free(text[i]);
    free(all);
    return meeting;
}

static void part(struct meeting *meeting)
{
    rsa_key_free(meeting->key);
    scratch_remove(meeting->folder);
}

/* --- the operations, each both ways ----------------------------------------------------------- */

static void raw(const struct meeting *meeting)
{
    uint8_t in[RSA_MAX_BYTES] = {0}, ours[RSA_MAX_BYTES], theirs[RSA_MAX_BYTES];
    size_t bytes = rsa_key_bytes(meeting->key);

    cr_assert_eq(rsa_random_bytes(in + 1, bytes - 1, NULL), RSA_OK);
    put(meeting, "in", in, bytes);
    must(meeting, "pkeyutl -encrypt -pubin -inkey pub.pem -pkeyopt rsa_padding_mode:none "
                  "-in in -out out");
    cr_expect_eq(get(meeting, "out", theirs, sizeof(theirs)), bytes);
    cr_assert_eq(rsa_public(ours, meeting->key, in, bytes), RSA_OK);
    cr_expect_arr_eq(ours, theirs, bytes, "%u bits: public", meeting->bits);
    must(meeting, "pkeyutl -decrypt -inkey key.pem -pkeyopt rsa_padding_mode:none "
                  "-in in -out out");
    cr_expect_eq(get(meeting, "out", theirs, sizeof(theirs)), bytes);
    cr_assert_eq(rsa_private(ours, meeting->key, in, bytes, NULL), RSA_OK);
    cr_expect_arr_eq(ours, theirs, bytes, "%u bits: private", meeting->bits);
}

static const char message[] = "the magic words";
enum { MESSAGE_BYTES = sizeof(message) - 1 };

static void expect_message(const struct meeting *meeting, const uint8_t *got, size_t bytes,
                           const char *what)
{
    cr_expect_eq(bytes, (size_t)MESSAGE_BYTES, "%u bits: %s: %zu bytes", meeting->bits, what,
                 bytes);
    cr_expect_arr_eq(got, message, MESSAGE_BYTES, "%u bits: %s", meeting->bits, what);
}

#define OAEP                                                                                       \
    "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256 "      \
    "-pkeyopt rsa_oaep_label:6c6162656c "

static void oaep(const struct meeting *meeting)
{
    uint8_t buffer[RSA_MAX_BYTES], out[RSA_MAX_BYTES];
    size_t bytes = rsa_key_bytes(meeting->key), out_bytes;

    cr_assert_eq(rsa_oaep_encrypt(buffer, meeting->key, &test_sha256, "label", 5, message,
                                  MESSAGE_BYTES, NULL),
                 RSA_OK);
    put(meeting, "in", buffer, bytes);
    must(meeting, "pkeyutl -decrypt -inkey key.pem " OAEP "-in in -out out");
    out_bytes = get(meeting, "out", out, sizeof(out));
    expect_message(meeting, out, out_bytes, "OAEP, ours to theirs");

    put(meeting, "in", message, MESSAGE_BYTES);
    must(meeting, "pkeyutl -encrypt -pubin -inkey pub.pem " OAEP "-in in -out out");
    cr_expect_eq(get(meeting, "out", buffer, sizeof(buffer)), bytes);
    cr_expect_eq(rsa_oaep_decrypt(out, &out_bytes, meeting->key, &test_sha256, "label", 5, buffer,
                                  bytes, NULL),
                 RSA_OK);
    expect_message(meeting, out, out_bytes, "OAEP, theirs to ours");
}

static void pkcs1_encryption(const struct meeting *meeting)
{
    uint8_t buffer[RSA_MAX_BYTES], out[RSA_MAX_BYTES];
    size_t bytes = rsa_key_bytes(meeting->key), out_bytes;

    cr_assert_eq(rsa_pkcs1_encrypt(buffer, meeting->key, message, MESSAGE_BYTES, NULL), RSA_OK);
    put(meeting, "in", buffer, bytes);
    must(meeting,
         "pkeyutl -decrypt -inkey key.pem -pkeyopt rsa_padding_mode:pkcs1 -in in -out out");
    out_bytes = get(meeting, "out", out, sizeof(out));
    expect_message(meeting, out, out_bytes, "v1.5, ours to theirs");

    put(meeting, "in", message, MESSAGE_BYTES);
    must(meeting, "pkeyutl -encrypt -pubin -inkey pub.pem -pkeyopt rsa_padding_mode:pkcs1 "
                  "-in in -out out");
    cr_expect_eq(get(meeting, "out", buffer, sizeof(buffer)), bytes);
    cr_expect_eq(rsa_pkcs1_decrypt(out, &out_bytes, meeting->key, buffer, bytes, NULL), RSA_OK);
    expect_message(meeting, out, out_bytes, "v1.5, theirs to ours");
}

#define PSS "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha256 "

static void pss(const struct meeting *meeting)
{
    uint8_t digest[32], signature[RSA_MAX_BYTES];
    size_t bytes = rsa_key_bytes(meeting->key);

    test_digest(digest, &test_sha256, message, MESSAGE_BYTES);
    put(meeting, "in", message, MESSAGE_BYTES);
    cr_assert_eq(rsa_pss_sign(signature, meeting->key, &test_sha256, digest, NULL, NULL), RSA_OK);
    put(meeting, "signature", signature, bytes);
    must(meeting, "dgst -sha256 -verify pub.pem -signature signature " PSS "in");
    signature[bytes / 2] ^= 1;
    put(meeting, "signature", signature, bytes);
    cr_expect_not(openssl(meeting, "dgst -sha256 -verify pub.pem -signature signature " PSS "in"));

    must(meeting, "dgst -sha256 -sign key.pem -out signature " PSS "in");
    cr_expect_eq(get(meeting, "signature", signature, sizeof(signature)), bytes);
    cr_expect_eq(rsa_pss_verify(signature, bytes, meeting->key, &test_sha256, digest, 32), RSA_OK,
                 "%u bits: PSS, theirs to ours", meeting->bits);
}

/* Without randomness: the two signatures are the same. */
static void pkcs1_signature(const struct meeting *meeting)
{
    uint8_t digest[32], ours[RSA_MAX_BYTES], theirs[RSA_MAX_BYTES];
    size_t bytes = rsa_key_bytes(meeting->key);

    test_digest(digest, &test_sha256, message, MESSAGE_BYTES);
    put(meeting, "in", message, MESSAGE_BYTES);
    must(meeting, "dgst -sha256 -sign key.pem -out signature in");
    cr_expect_eq(get(meeting, "signature", theirs, sizeof(theirs)), bytes);
    cr_assert_eq(rsa_pkcs1_sign(ours, meeting->key, &test_sha256, digest, NULL), RSA_OK);
    cr_expect_arr_eq(ours, theirs, bytes, "%u bits: v1.5 signature", meeting->bits);
    cr_expect_eq(rsa_pkcs1_verify(theirs, bytes, meeting->key, &test_sha256, digest), RSA_OK);
    put(meeting, "signature", ours, bytes);
    must(meeting, "dgst -sha256 -verify pub.pem -signature signature in");
}

static void everything(struct meeting meeting)
{
    cr_expect_eq(rsa_key_bits(meeting.key), meeting.bits);
    raw(&meeting);
    oaep(&meeting);
    pss(&meeting);
    pkcs1_encryption(&meeting);
    pkcs1_signature(&meeting);
    part(&meeting);
}

Test(rsa_openssl, our_keys)
{
    for (unsigned bits = 1024; bits <= 4096; bits += 1024)
        everything(meet_with_our_key(bits));
}

Test(rsa_openssl, their_keys)
{
    for (unsigned bits = 1024; bits <= 4096; bits += 1024) {
        struct meeting meeting = meet_with_their_key(bits);
        if (bits == 1024)
            cr_expect_eq(rsa_key_check(meeting.key, NULL), RSA_OK);
        everything(meeting);
    }
}
