/*
 * Keys as people have them: what is odd about a file, and yet clear, is read with a note; what is
 * of another format is named.
 */
#include "base64.h"
#include "key_openssh.h"
#include "key_samples.h"
#include "pem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES 8192

/* --- reading, and what is said meanwhile ------------------------------------------------------ */

static char notes[TEXT_BYTES];

static void keep_note(const char *text)
{
    strcat(strcat(notes, text), "\n");
}

static bool read_noted(struct key_finds *finds, const void *text, size_t bytes,
                       struct problem *problem)
{
    struct key_access access = *sample_access();
    access.note = keep_note;
    notes[0] = '\0';
    *problem = (struct problem){0};
    return key_formats_read(finds, "f", text, bytes, &access, problem);
}

/* It is the sample's key, and this is said about it; note: "" for nothing. */
static void expect_read(const void *text, size_t bytes, bool private, const char *note,
                        const char *what)
{
    struct key_finds finds;
    struct problem problem;
    cr_assert(read_noted(&finds, text, bytes, &problem), "%s: %s", what, problem.message);
    cr_assert_eq(finds.count, 1, "%s: %zu keys", what, finds.count);
    cr_expect(rsa_key_equal_public(finds.keys[0].key, sample_pair()), "%s", what);
    cr_expect_eq(rsa_key_is_private(finds.keys[0].key), private, "%s", what);
    cr_expect_str_eq(notes, note, "%s: said %s", what, notes);
    key_finds_free(&finds);
}

static void expect_refused(const void *text, size_t bytes, const char *message, const char *hint)
{
    struct key_finds finds;
    struct problem problem;
    cr_assert_not(read_noted(&finds, text, bytes, &problem), "%s", message);
    cr_expect_str_eq(problem.message, message, "got %s", problem.message);
    cr_expect_neq(strstr(problem.hint, hint), NULL, "%s: got %s", message, problem.hint);
}

static const struct key_sample *sample_named(const char *name)
{
    for (size_t i = 0; i < KEY_SAMPLES; i++)
        if (strcmp(key_sample(i)->name, name) == 0)
            return key_sample(i);
    cr_assert_fail("no sample %s", name);
    abort();
}

/* The sample with other text in the place of its line ends, of what is before and behind it. */
static size_t dressed(char out[TEXT_BYTES], const char *name, const char *before,
                      const char *line_start, const char *line_end, const char *behind)
{
    const struct key_text *text = &sample_named(name)->text;
    size_t length = (size_t)sprintf(out, "%s%s", before, line_start);
    for (size_t i = 0; i < text->bytes; i++) {
        if (text->data[i] != '\n')
            out[length++] = text->data[i];
        else
            length += (size_t)sprintf(out + length, "%s%s", line_end,
                                      i + 1 < text->bytes ? line_start : "");
    }
    return length + (size_t)sprintf(out + length, "%s", behind);
}

/* --- marks, and other ways to write text ------------------------------------------------------ */

Test(key_formats_odd, a_byte_order_mark_is_no_part_of_any_key)
{
    for (size_t i = 0; i < KEY_SAMPLES; i++) {
        const struct key_sample *sample = key_sample(i);
        char *text = malloc(sample->text.bytes + 3);
        memcpy(text, "\xEF\xBB\xBF", 3);
        memcpy(text + 3, sample->text.data, sample->text.bytes);
        expect_read(text, sample->text.bytes + 3, sample->private, "", sample->name);
        free(text);
    }
}

Test(key_formats_odd, utf16_is_named)
{
    const struct key_text *text = &sample_named("spki")->text;
    char wide[TEXT_BYTES];
    for (int big = 0; big < 2; big++) {
        size_t bytes = (size_t)sprintf(wide, "%s", big ? "\xFE\xFF" : "\xFF\xFE");
        for (size_t i = 0; i < text->bytes; i++, bytes += 2) {
            wide[bytes + !big] = 0;
            wide[bytes + (size_t)big] = text->data[i];
        }
        for (size_t skip = 0; skip <= 2; skip += 2) /* with the mark, and without */
            expect_refused(wide + skip, bytes - skip,
                           "f: this is text in UTF-16, and UTF-8 is wanted", "iconv -f UTF-16");
    }
}

/* --- PEM -------------------------------------------------------------------------------------- */

static const struct {
    const char *before, *line_start, *line_end, *behind;
} layouts[] = {
    {"", "    ", "\n", ""},
    {"key: |\n", "\t  ", "\r\n", "other: 1\n"},
    {"", "", "\\n", ""},
    {"", "", "\\r\\n", "\n"},
    {"{\n  \"type\": \"account\",\n  \"private_key\": \"", "", "\\n",
     "\",\n  \"id\": \"1\\n\"\n}\n"},
    {"# mine\nKEY=\"", "", "\\n", "\"\n"},
    {"--BEGIN\n", "", "\n", "-----BEGIN\n"},
};

Test(key_formats_odd, layouts_of_pem)
{
    static const char *const names[] = {"pkcs8", "pkcs1, public", "openssh", "pkcs8, passphrase"};
    char text[TEXT_BYTES];
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
            size_t bytes = dressed(text, names[n], layouts[i].before, layouts[i].line_start,
                                   layouts[i].line_end, layouts[i].behind);
            expect_read(text, bytes, sample_named(names[n])->private, "", text);
        }
    }
}

Test(key_formats_odd, lines_are_counted_as_an_editor_does)
{
    static const char text[] = "a\nb=\"-----BEGIN PUBLIC KEY-----\\nMAA=\\n-----END PUBLIC KEY-----"
                               "\\n\"\n-----BEGIN PUBLIC KEY-----\\nM\n";
    struct key_finds finds;
    struct problem problem;
    cr_assert_not(read_noted(&finds, text, strlen(text), &problem));
    cr_expect_str_eq(problem.message, "f:2: PUBLIC KEY: byte 2: expected a SEQUENCE (algorithm), "
                                      "but it ends here");
}

Test(key_formats_odd, begin_with_company_is_said)
{
    char text[TEXT_BYTES];
    size_t bytes = dressed(text, "spki", "\n", "", " ", "");
    expect_refused(text, bytes, "f: line 2: BEGIN has company on its line", "of their own");
    bytes = dressed(text, "spki", "", "> ", "\n", "");
    expect_refused(text, bytes, "f: line 1: BEGIN has company on its line", "of their own");
}

static const struct {
    const char *sample, *label;
    bool private;
    const char *note;
} labels[] = {
    {"pkcs8, DER", "PRIVATE KEY", true, ""},
    {"pkcs8, DER", "RSA PRIVATE KEY", true,
     "f:1: the label says RSA PRIVATE KEY, but inside is PKCS#8 (PRIVATE KEY), and so it is "
     "read\n"},
    {"pkcs1, public, DER", "PUBLIC KEY", false,
     "f:1: the label says PUBLIC KEY, but inside is PKCS#1 (RSA PUBLIC KEY), and so it is read\n"},
    {"spki, DER", "RSA PUBLIC KEY", false,
     "f:1: the label says RSA PUBLIC KEY, but inside is SPKI (PUBLIC KEY), and so it is read\n"},
    {"pkcs1, DER", "ENCRYPTED PRIVATE KEY", true,
     "f:1: the label says ENCRYPTED PRIVATE KEY, but inside is PKCS#1 (RSA PRIVATE KEY), and so it "
     "is read\n"},
    {"pkcs8, passphrase, DER", "PRIVATE KEY", true,
     "f:1: the label says PRIVATE KEY, but inside is a key under a passphrase\n"},
    {"spki, DER", "SOME KEY", false,
     "f:1: the label says SOME KEY, but inside is SPKI (PUBLIC KEY), and so it is read\n"},
    {"certificate", "X509 CERTIFICATE", false,
     "f:1: the label says X509 CERTIFICATE, but inside is X.509 (CERTIFICATE), and so it is "
     "read\n"},
};

Test(key_formats_odd, what_is_inside_decides)
{
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        const struct key_text *der = &sample_named(labels[i].sample)->text;
        size_t bytes;
        char *text = pem_write(&bytes, labels[i].label, der->data, der->bytes);
        expect_read(text, bytes, labels[i].private, labels[i].note, labels[i].label);
        free(text);
    }
}

/* A key so small that its modulus looks like a version: there the label counts. */
Test(key_formats_odd, a_tiny_key_is_what_its_label_says)
{
    static const char text[] = "-----BEGIN RSA PUBLIC KEY-----\nMAYCASECAQM=\n"
                               "-----END RSA PUBLIC KEY-----\n"; /* n = 33, e = 3 */
    struct key_finds finds;
    struct problem problem;
    cr_assert(read_noted(&finds, text, strlen(text), &problem), "%s", problem.message);
    cr_expect_eq(rsa_key_bits(finds.keys[0].key), 6);
    cr_expect_str_eq(notes, "");
    key_finds_free(&finds);
}

/* --- DER without NULL ------------------------------------------------------------------------- */

/* Takes the NULL out of a sample, whose headers have lengths of one byte, or the first of two. */
static size_t without_null(uint8_t out[TEXT_BYTES], const char *name, bool long_length)
{
    const struct key_text *der = &sample_named(name)->text;
    const char *null = memmem(der->data, der->bytes, "\x01\x01\x01\x05\x00", 5);
    size_t at = (size_t)(null + 3 - der->data), algorithm = at - 13;
    memcpy(out, der->data, at);
    memcpy(out + at, der->data + at + 2, der->bytes - at - 2);
    out[long_length ? 3 : 1] -= 2;
    cr_assert_eq(out[algorithm], 0x30);
    out[algorithm + 1] -= 2;
    return der->bytes - 2;
}

Test(key_formats_odd, an_algorithm_without_null)
{
    uint8_t der[TEXT_BYTES];
    size_t bytes = without_null(der, "spki, DER", false), length;
    expect_read(der, bytes, false,
                "f: SPKI: its algorithm has no NULL behind it, for which RFC 8017 A.1 asks\n",
                "spki");
    char *pem = pem_write(&length, "PUBLIC KEY", der, bytes);
    expect_read(pem, length, false,
                "f:1: SPKI: its algorithm has no NULL behind it, for which RFC 8017 A.1 asks\n",
                "spki in PEM");
    free(pem);
    bytes = without_null(der, "pkcs8, DER", true);
    expect_read(der, bytes, true,
                "f: PKCS#8: its algorithm has no NULL behind it, for which RFC 8017 A.1 asks\n",
                "pkcs8");
}

/* --- OpenSSH's private format, as PuTTYgen pads it -------------------------------------------- */

/* The sample with so many bytes more at its end, 1, 2, 3, ... from `first` on. */
static char *padded(size_t *length, size_t more, uint8_t first)
{
    const struct key_text *text = &sample_named("openssh")->text;
    struct pem_reader reader = {.at = text->data, .left = text->bytes, .line = 1};
    struct pem_block block;
    cr_assert_eq(pem_next(&block, &reader, NULL), PEM_BLOCK);
    uint8_t data[TEXT_BYTES];
    memcpy(data, block.data, block.bytes);
    /* The private part is the last string; its length stands in front of it. */
    size_t at = 0, private = 0;
    for (at = 15; at < block.bytes;) {
        size_t bytes = (size_t)data[at + 2] << 8 | data[at + 3];
        private = at;
        at += 4 + (at == 15 + 8 + 8 + 4 ? 0 : bytes); /* the number of keys is no string */
    }
    for (size_t i = 0; i < more; i++)
        data[block.bytes + i] = (uint8_t)(first + i);
    size_t whole = block.bytes - private - 4 + more;
    data[private + 2] = (uint8_t)(whole >> 8);
    data[private + 3] = (uint8_t)whole;
    char *pem = pem_write(length, KEY_OPENSSH_PRIVATE_LABEL, data, block.bytes + more);
    pem_block_free(&block);
    return pem;
}

/* How many bytes of padding the sample has. */
static uint8_t padding_of_sample(void)
{
    const struct key_text *text = &sample_named("openssh")->text;
    struct pem_reader reader = {.at = text->data, .left = text->bytes, .line = 1};
    struct pem_block block;
    cr_assert_eq(pem_next(&block, &reader, NULL), PEM_BLOCK);
    uint8_t last = block.data[block.bytes - 1];
    pem_block_free(&block);
    return last < 8 ? last : 0;
}

Test(key_formats_odd, padding_of_more_than_is_needed)
{
    static const struct {
        size_t more;
        int from;
        bool good;
    } paddings[] = {{0, 1, true},  {8, 1, true},  {16, 1, true},
                    {7, 1, false}, {8, 2, false}, {256, 1, false}};
    for (size_t i = 0; i < sizeof(paddings) / sizeof(paddings[0]); i++) {
        size_t length;
        uint8_t first = (uint8_t)(padding_of_sample() + paddings[i].from);
        char *text = padded(&length, paddings[i].more, first);
        struct key_finds finds;
        struct problem problem;
        cr_expect_eq(read_noted(&finds, text, length, &problem), paddings[i].good,
                     "%zu bytes from %u: %s", paddings[i].more, first, problem.message);
        key_finds_free(&finds);
        free(text);
    }
}

/* --- JWK -------------------------------------------------------------------------------------- */

/* RFC 7518 6.3.2: a private key needs no more than n, e and d. */
Test(key_formats_odd, jwk_of_n_e_and_d)
{
    const struct key_text *text = &sample_named("jwk")->text;
    const char *end = memmem(text->data, text->bytes, ",\n  \"p\"", 7);
    char short_text[TEXT_BYTES];
    int length = snprintf(short_text, sizeof(short_text), "%.*s}", (int)(end - text->data),
                          text->data);
    expect_read(short_text, (size_t)length, true, "", short_text);
}

Test(key_formats_odd, one_bad_entry_of_a_set_is_passed_over_and_named)
{
    static const struct {
        const char *bad, *note;
    } cases[] = {
        {"null", "f: key 1 of the set was passed over: JWK: this is not an object\n"},
        {"7", "f: key 1 of the set was passed over: JWK: this is not an object\n"},
        {"{}", "f: key 1 of the set was passed over: JWK: there is no \"kty\"\n"},
        {"{\"kty\":\"RSA\",\"e\":\"AQAB\"}",
         "f: key 1 of the set was passed over: JWK: n is missing\n"},
        {"{\"kty\":\"RSA\",\"n\":\"DKE\",\"e\":\"EQ\",\"d\":\"AZ4\"}",
         "f: key 1 of the set was passed over: JWK: d: the private exponent does not undo the "
         "public one, or is too small\n"},
        {"{\"kty\":\"EC\"}", ""},
    };
    const struct key_text *good = &sample_named("jwk, public")->text;
    char text[TEXT_BYTES];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int length = snprintf(text, sizeof(text), "{\"keys\": [%s, %.*s]}", cases[i].bad,
                              (int)good->bytes, good->data);
        expect_read(text, (size_t)length, false, cases[i].note, cases[i].bad);
    }
    expect_refused("{\"keys\": [null]}", 16, "f: there is no RSA key in it", "");
    cr_expect_str_eq(notes, cases[0].note);
}

/* --- other programs' own ---------------------------------------------------------------------- */

Test(key_formats_odd, formats_of_others_are_named)
{
    static const char p12[] = "\x30\x0a\x02\x01\x03\x30\x05\x06\x03\x2a\x03\x04";
    static const char ber[] = "\x30\x80\x02\x01\x03\x30\x80\x06\x03\x2a\x03\x04";
    static const char ppk[] = "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n";
    static const char marked[] = "\xEF\xBB\xBFPuTTY-User-Key-File-3: ssh-rsa\r\n";
    expect_refused(p12, sizeof(p12) - 1, "f: this is PKCS#12, a box of keys and certificates",
                   "openssl pkcs12 -in f ");
    expect_refused(ber, sizeof(ber) - 1, "f: this is PKCS#12, a box of keys and certificates",
                   "openssl pkcs12 -in f ");
    expect_refused(ppk, strlen(ppk), "f: this is PuTTY's own format (PPK)", "puttygen f -O ");
    expect_refused(marked, strlen(marked), "f: this is PuTTY's own format (PPK)", "puttygen f -O ");
    expect_refused("\xFE\xED\xFE\xED\0\0\0\2", 8, "f: this is a key store of Java (JKS)",
                   "-importkeystore -srckeystore f ");
}
