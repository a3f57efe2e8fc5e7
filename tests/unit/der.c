/*
 * DER: what is read, what is refused and where, and that writing is reading backwards.
 */
#include "der.h"
#include "hex.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* source: X.690 8.1.3, 8.3, 8.6, 10.1; each line is one element, read as an INTEGER or as `tag`. */
static const struct {
    const char *hex;
    uint8_t tag;
    const char *want; /* the content in hex, or what the fault says */
} elements[] = {
    {"020100", DER_INTEGER, ""},
    {"02017f", DER_INTEGER, "7f"},
    {"02020080", DER_INTEGER, "80"},
    {"020180", DER_INTEGER, "byte 2: expected a number that is not negative"},
    {"0202007f", DER_INTEGER, "byte 2: expected a number without needless zeros in front"},
    {"0200", DER_INTEGER, "byte 2: expected a number of at least one byte"},
    {"02", DER_INTEGER, "byte 1: expected a length"},
    {"", DER_INTEGER, "byte 0: expected an INTEGER (it), but it ends here"},
    {"0400", DER_INTEGER, "byte 0: expected an INTEGER (it), found tag 0x04"},
    {"02020101ff", DER_INTEGER, "byte 4: expected the end, but 1 bytes more are there"},
    {"020201", DER_INTEGER, "byte 1: expected 2 bytes, but only 1 are left"},
    {"02810101", DER_INTEGER, "byte 1: expected the length in its shortest form"},
    {"0282000101", DER_INTEGER, "byte 1: expected the length in its shortest form"},
    {"02800101", DER_INTEGER, "byte 1: expected a definite length"},
    {"0285000000000101", DER_INTEGER, "byte 1: expected a length that fits the file"},
    {"0284ffffffff01", DER_INTEGER, "byte 1: expected 4294967295 bytes, but only 1 are left"},
    {"3000", DER_SEQUENCE, ""},
    {"0403abcdef", DER_OCTET_STRING, "abcdef"},
    {"030200ab", DER_BIT_STRING, "ab"},
    {"030204ab", DER_BIT_STRING, "byte 3: expected a BIT STRING of whole bytes"},
    {"0300", DER_BIT_STRING, "byte 2: expected a BIT STRING of whole bytes"},
};

static bool read_element(struct octets *content, struct octets *from, uint8_t tag,
                         struct problem *problem)
{
    if (tag == DER_INTEGER)
        return der_integer(content, from, "it", problem);
    if (tag == DER_BIT_STRING)
        return der_bits(content, from, "it", problem);
    return der_read(content, from, tag, "it", problem);
}

Test(der, elements)
{
    for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
        size_t bytes;
        uint8_t *data = hex_decode(elements[i].hex, &bytes);
        struct octets der = octets_open(data, bytes), content = {0};
        struct problem problem = {0};
        bool done = read_element(&content, &der, elements[i].tag, &problem) &&
                    der_end(&der, &problem);
        char *got = done ? hex_encode(content.data, content.bytes) : strdup(problem.message);
        cr_expect_str_eq(got, elements[i].want, "%s: got %s, want %s", elements[i].hex, got,
                         elements[i].want);
        free(got);
        free(data);
    }
}

/* source: X.690 8.19.5 (2.999.3), RFC 8017 A.1 */
Test(der, object_identifiers)
{
    static const char *const known[][2] = {{"883703", "2.999.3"},
                                           {"2a864886f70d010101", "1.2.840.113549.1.1.1"},
                                           {"2a8648ce3d0201", "1.2.840.10045.2.1"}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        char text[DER_OID_TEXT_BYTES];
        size_t bytes;
        uint8_t *data = hex_decode(known[i][0], &bytes);
        der_oid_text(text, &(struct octets){data, bytes, 0});
        cr_expect_str_eq(text, known[i][1], "%s: got %s", known[i][0], text);
        free(data);
    }
}

/* Lengths on both sides of each form: one byte, 81, 82, 83. */
Test(der, lengths_round_trip)
{
    static const size_t lengths[] = {0, 1, 127, 128, 129, 255, 256, 257, 65535, 65536, 70000};
    static const uint8_t zeros[70000];
    static uint8_t buffer[70010];
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct der_writer writer = der_writer_open(buffer, sizeof(buffer));
        struct octets out, content;
        struct problem problem = {0};
        der_put_element(&writer, DER_OCTET_STRING, zeros, lengths[i]);
        cr_assert(der_written(&out, &writer));
        cr_expect(der_read(&content, &out, DER_OCTET_STRING, "it", &problem), "%zu: %s", lengths[i],
                  problem.message);
        cr_expect_eq(content.bytes, lengths[i]);
        cr_expect(der_end(&out, NULL));
    }
}

Test(der, small_numbers_round_trip)
{
    for (unsigned long value = 0; value < 70000; value += value < 300 ? 1 : 127) {
        uint8_t buffer[16];
        struct der_writer writer = der_writer_open(buffer, sizeof(buffer));
        struct octets out;
        unsigned long again;
        der_put_small(&writer, value);
        cr_assert(der_written(&out, &writer));
        cr_assert(der_small(&again, &out, 70000, "it", NULL), "%lu", value);
        cr_expect_eq(again, value);
    }
}

Test(der, what_does_not_fit_is_noticed)
{
    uint8_t buffer[4];
    struct octets out;
    struct der_writer writer = der_writer_open(buffer, sizeof(buffer));
    der_put_element(&writer, DER_OCTET_STRING, "ab", 2);
    cr_expect(der_written(&out, &writer));
    der_put(&writer, "c", 1);
    cr_expect_not(der_written(&out, &writer));
}
